//! A hub in which some files say something else, such as what they said when they were signed.

use std::collections::BTreeMap;
use std::io;

use super::{FileEntry, Files};
use etappe_base::finding::Finding;
use etappe_base::path::HubPath;

/// The files of a hub, some of them with other bytes. It has no records of signatures.
pub struct Overlay<'f> {
    below: &'f dyn Files,
    instead: BTreeMap<HubPath, Vec<u8>>,
}

impl<'f> Overlay<'f> {
    /// `instead` says what these files hold, whether `below` has them or not.
    pub fn new(below: &'f dyn Files, instead: BTreeMap<HubPath, Vec<u8>>) -> Self {
        Self { below, instead }
    }
}

impl Files for Overlay<'_> {
    fn list(&self) -> (Vec<FileEntry>, Vec<Finding>) {
        let (listed, findings) = self.below.list();
        let is_other = |entry: &FileEntry| {
            !self.instead.contains_key(&entry.path)
                && !entry.path.as_str().starts_with("approvals/")
        };
        let mut listed: Vec<FileEntry> = listed.into_iter().filter(is_other).collect();
        listed.extend(self.instead.iter().map(|(path, bytes)| FileEntry {
            path: path.clone(),
            size: bytes.len() as u64,
            stamp: None,
            linked: false,
        }));
        listed.sort_by(|a, b| a.path.cmp(&b.path));
        (listed, findings)
    }

    fn read(&self, path: &HubPath) -> io::Result<Vec<u8>> {
        match self.instead.get(path) {
            Some(bytes) => Ok(bytes.clone()),
            None => self.below.read(path),
        }
    }
}
