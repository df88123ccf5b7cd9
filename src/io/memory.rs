//! A hub in memory: the twin of [`super::Disk`] for tests and previews of unsaved text.

use std::collections::BTreeMap;
use std::io;

use super::{FOLDERS, FileEntry, Files, belongs};
use crate::base::path::HubPath;
use crate::finding::Finding;

/// Files by path.
#[derive(Clone, Debug, Default)]
pub struct Memory {
    files: BTreeMap<HubPath, Vec<u8>>,
}

impl Memory {
    pub fn new() -> Self {
        Self::default()
    }

    /// Writes a file.
    ///
    /// # Panics
    /// When `path` is no clean relative path.
    pub fn put(&mut self, path: &str, bytes: impl Into<Vec<u8>>) -> &mut Self {
        self.files.insert(HubPath::new(path).expect("a clean relative path"), bytes.into());
        self
    }

    pub fn remove(&mut self, path: &str) -> Option<Vec<u8>> {
        self.files.remove(&HubPath::new(path)?)
    }

    pub fn get(&self, path: &str) -> Option<&[u8]> {
        self.files.get(&HubPath::new(path)?).map(Vec::as_slice)
    }

    pub fn paths(&self) -> impl Iterator<Item = &HubPath> {
        self.files.keys()
    }
}

impl Files for Memory {
    fn list(&self) -> (Vec<FileEntry>, Vec<Finding>) {
        let entry =
            |(path, bytes): (&HubPath, &Vec<u8>)| FileEntry { path: path.clone(), size: bytes.len() as u64, stamp: None, linked: false };
        (self.files.iter().filter(|(path, _)| belongs(path) && !FOLDERS.contains(&path.as_str())).map(entry).collect(), Vec::new())
    }

    fn read(&self, path: &HubPath) -> io::Result<Vec<u8>> {
        self.files.get(path).cloned().ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))
    }
}
