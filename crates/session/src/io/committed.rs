//! The files of a hub as they are in the last commit: what git has as it stands is read from the
//! disk, and the rest from git.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use super::git::{self, GitError};
use super::{FileEntry, Files, belongs};
use etappe_base::finding::Finding;
use etappe_base::path::HubPath;

/// The files of a hub without what is not committed.
pub struct CommittedFiles<'f> {
    files: &'f dyn Files,
    listed: Vec<FileEntry>,
    /// The bytes in the last commit of each file that is not as it was committed; `None` for one
    /// that is not in it.
    changed: BTreeMap<HubPath, Option<Vec<u8>>>,
}

impl<'f> CommittedFiles<'f> {
    /// `files` are those in the folder `root`, of which git is asked.
    ///
    /// # Errors
    /// When there is no repository around the hub, or no git.
    pub fn new(files: &'f dyn Files, root: &Path) -> Result<Self, GitError> {
        let names = git::uncommitted(root)?;
        let mut listed = files.list().0;
        let is_in = |path: &HubPath, name: &String| {
            path.as_str() == name || (name.ends_with('/') && path.as_str().starts_with(name))
        };
        let below = listed.iter().map(|entry| &entry.path);
        let below = below.filter(|path| names.iter().any(|name| is_in(path, name))).cloned();
        let named = names.iter().filter_map(|name| HubPath::new(name)).filter(belongs);
        let paths: Vec<HubPath> = below.chain(named).collect();
        let committed = |path: HubPath| {
            let bytes = git::committed_bytes(root, &path);
            (path, bytes)
        };
        let changed: BTreeMap<HubPath, Option<Vec<u8>>> =
            paths.into_iter().map(committed).collect();
        listed.retain(|entry| !changed.contains_key(&entry.path));
        let there = changed.iter().filter_map(|(path, bytes)| Some((path, bytes.as_ref()?)));
        listed.extend(there.map(|(path, bytes)| FileEntry {
            path: path.clone(),
            size: bytes.len() as u64,
            stamp: None,
            linked: false,
        }));
        listed.sort_by(|one, other| one.path.cmp(&other.path));
        Ok(Self { files, listed, changed })
    }

    /// The files that are not as they were committed.
    pub fn changed(&self) -> impl Iterator<Item = &HubPath> {
        self.changed.keys()
    }
}

impl Files for CommittedFiles<'_> {
    fn list(&self) -> (Vec<FileEntry>, Vec<Finding>) {
        (self.listed.clone(), Vec::new())
    }

    fn read(&self, path: &HubPath) -> io::Result<Vec<u8>> {
        match self.changed.get(path) {
            Some(Some(bytes)) => Ok(bytes.clone()),
            Some(None) => Err(io::ErrorKind::NotFound.into()),
            None => self.files.read(path),
        }
    }
}
