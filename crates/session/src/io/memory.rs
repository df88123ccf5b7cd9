//! A hub in memory: the twin of [`super::Disk`] for tests and previews of unsaved text.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};

use super::withheld::{FileTreatment, finding, outermost};
use super::{FOLDERS, FileEntry, Files, ROOT_FILES, ssh, unchecked};
use etappe_base::finding::Finding;
use etappe_base::path::HubPath;
use etappe_base::withheld::{Reason, holds_key, may_hold_key};
use etappe_compliance::signature::{Signature, SignatureCheck};

/// Files by path.
#[derive(Clone, Debug, Default)]
pub struct Memory {
    files: BTreeMap<HubPath, Vec<u8>>,
    /// Where verdicts on signatures are kept; `None`: no program is asked for them.
    verdicts: Option<PathBuf>,
}

impl Memory {
    /// Without a file.
    pub fn new() -> Self {
        Self::default()
    }

    /// Lets this machine's programs verify signatures, and keep their verdicts in a folder.
    pub fn verify_in(&mut self, folder: &Path) {
        self.verdicts = Some(folder.to_owned());
    }

    /// Writes a file.
    ///
    /// # Panics
    /// When `path` is no clean relative path.
    pub fn put(&mut self, path: &str, bytes: impl Into<Vec<u8>>) -> &mut Self {
        self.files.insert(HubPath::new(path).expect("a clean relative path"), bytes.into());
        self
    }

    /// Takes a file out and gives its bytes; `None` when there is none at `path`.
    pub fn remove(&mut self, path: &str) -> Option<Vec<u8>> {
        self.files.remove(&HubPath::new(path)?)
    }

    /// The bytes of a file; `None` when there is none at `path`.
    pub fn get(&self, path: &str) -> Option<&[u8]> {
        self.files.get(&HubPath::new(path)?).map(Vec::as_slice)
    }

    /// Sorted; files that no hub takes are among them.
    pub fn paths(&self) -> impl Iterator<Item = &HubPath> {
        self.files.keys()
    }
}

impl Files for Memory {
    fn list(&self) -> (Vec<FileEntry>, Vec<Finding>) {
        let (mut listed, mut findings) = (Vec::new(), Vec::new());
        let mut withheld = BTreeSet::new();
        for (path, bytes) in &self.files {
            let text = path.as_str();
            let first = text.split('/').next().unwrap_or_default();
            if FOLDERS.contains(&text) || !(FOLDERS.contains(&first) || ROOT_FILES.contains(&text))
            {
                continue;
            }
            match outermost(text) {
                None if may_hold_key(path.name()) && holds_key(bytes) => {
                    findings.push(finding(path, Reason::HoldsKey))
                }
                None => listed.push(FileEntry {
                    path: path.clone(),
                    size: bytes.len() as u64,
                    stamp: None,
                    linked: false,
                }),
                Some((part, FileTreatment::Withheld(reason)))
                    if withheld.insert(part.to_owned()) =>
                {
                    findings.extend(HubPath::new(part).map(|part| finding(&part, reason)));
                }
                Some(_) => {}
            }
        }
        (listed, findings)
    }

    fn verify(&self, checks: &[SignatureCheck<'_>]) -> Vec<Signature> {
        match &self.verdicts {
            Some(folder) => ssh::verify(folder, checks),
            None => unchecked(checks),
        }
    }

    fn read(&self, path: &HubPath) -> io::Result<Vec<u8>> {
        if let Some(bytes) = self.files.get(path) {
            return Ok(bytes.clone());
        }
        // As on a disk: what tells a folder that came from one that went.
        let folder = format!("{path}/");
        let is_folder = self.files.keys().any(|file| file.as_str().starts_with(&folder));
        Err(if is_folder { io::ErrorKind::IsADirectory } else { io::ErrorKind::NotFound }.into())
    }
}
