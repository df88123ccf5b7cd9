//! A hub in a folder.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use rayon::prelude::*;
use walkdir::WalkDir;

use super::{FOLDERS, FileEntry, Files, ROOT_FILES, Stamp, history, is_ignored, stamp::TICK};
use crate::base::date::Day;
use crate::base::path::HubPath;
use crate::finding::{Finding, Place, codes};

/// The folder of a hub.
#[derive(Clone, Debug)]
pub struct Disk {
    root: PathBuf,
}

impl Disk {
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    pub fn root(&self) -> &Path {
        &self.root
    }
}

impl Disk {
    /// The hub's files, listed once. Where some were changed only now, it waits until their next change would be seen.
    pub fn listed(self) -> Listed {
        let mut walk = self.walk();
        if walk.files.iter().any(|file| file.stamp.is_none()) || walk.folders.iter().any(|(_, stamp)| stamp.is_none()) {
            std::thread::sleep(TICK);
            walk = self.walk();
        }
        let Walk { files, findings, folders, .. } = walk;
        Listed { disk: self, files, findings, folders }
    }

    fn walk(&self) -> Walk<'_> {
        let mut walk = Walk {
            root: &self.root,
            canonical: fs::canonicalize(&self.root).unwrap_or_else(|_| self.root.clone()),
            files: Vec::new(),
            findings: Vec::new(),
            folders: Vec::new(),
            followed: BTreeSet::new(),
            now: SystemTime::now(),
            linked: false,
        };
        let is_link = |path: &Path| fs::symlink_metadata(path).is_ok_and(|data| data.is_symlink());
        for name in ROOT_FILES {
            let path = self.root.join(name);
            if is_link(&path) {
                walk.link(&path, &HubPath::literal(name));
            } else if let Ok(data) = fs::metadata(&path)
                && data.is_file()
            {
                walk.take(HubPath::literal(name), &data);
            }
        }
        for folder in FOLDERS {
            let path = self.root.join(folder);
            if is_link(&path) {
                walk.link(&path, &HubPath::literal(folder));
            } else if path.is_dir() {
                walk.folder(&path, folder);
            }
        }
        walk.files.par_sort_by(|a, b| a.path.cmp(&b.path));
        walk
    }
}

impl Files for Disk {
    fn list(&self) -> (Vec<FileEntry>, Vec<Finding>) {
        let walk = self.walk();
        (walk.files, walk.findings)
    }

    fn read(&self, path: &HubPath) -> io::Result<Vec<u8>> {
        fs::read(self.root.join(path.as_str()))
    }

    fn committed(&self, files: &BTreeSet<HubPath>) -> BTreeMap<HubPath, Day> {
        history::committed(&self.root, files)
    }
}

/// A hub in a folder, as it was when it was listed.
pub struct Listed {
    disk: Disk,
    pub(super) files: Vec<FileEntry>,
    findings: Vec<Finding>,
    /// Below the hub; with the stamp that a folder had before it was looked into.
    pub(super) folders: Vec<(String, Option<Stamp>)>,
}

impl Files for Listed {
    fn list(&self) -> (Vec<FileEntry>, Vec<Finding>) {
        (self.files.clone(), self.findings.clone())
    }

    fn read(&self, path: &HubPath) -> io::Result<Vec<u8>> {
        self.disk.read(path)
    }

    fn committed(&self, files: &BTreeSet<HubPath>) -> BTreeMap<HubPath, Day> {
        self.disk.committed(files)
    }
}

struct Walk<'r> {
    root: &'r Path,
    canonical: PathBuf,
    files: Vec<FileEntry>,
    findings: Vec<Finding>,
    folders: Vec<(String, Option<Stamp>)>,
    /// Folders that links led to, so that none is walked twice.
    followed: BTreeSet<PathBuf>,
    /// When the walk began.
    now: SystemTime,
    /// The folder that is walked was reached by a link.
    linked: bool,
}

impl Walk<'_> {
    /// Walks `folder`, whose files appear below `shown`.
    fn folder(&mut self, folder: &Path, shown: &str) {
        let keep = |entry: &walkdir::DirEntry| {
            entry.depth() == 0
                || !entry.file_name().to_str().is_some_and(|name| is_ignored(name, shown == "static" || shown.starts_with("static/")))
        };
        let mut unseen = Vec::new();
        for entry in WalkDir::new(folder).into_iter().filter_entry(keep) {
            match entry {
                Ok(entry) if entry.file_type().is_file() => unseen.push(entry.into_path()),
                Ok(entry) if entry.file_type().is_dir() => {
                    let below = entry.path().strip_prefix(folder).unwrap_or(entry.path()).to_string_lossy();
                    let path = if below.is_empty() { shown.to_owned() } else { format!("{shown}/{below}") };
                    let stamp = entry.metadata().ok().and_then(|data| Stamp::of(&data, self.now));
                    self.folders.push((path, stamp));
                }
                Ok(entry) if entry.file_type().is_symlink() => match below(folder, shown, entry.path()) {
                    Ok(path) => self.link(entry.path(), &path),
                    Err(finding) => self.findings.push(*finding),
                },
                Ok(_) => {}
                Err(error) => {
                    let path = error.path().unwrap_or(folder).to_owned();
                    let reason = error.io_error().map_or_else(|| "a circle of links".to_owned(), ToString::to_string);
                    self.unreadable(&path, &reason);
                }
            }
        }
        self.look(folder, shown, &unseen);
    }

    /// Looks at the files that were only named so far, on all processors.
    fn look(&mut self, folder: &Path, shown: &str, unseen: &[PathBuf]) {
        let (now, linked) = (self.now, self.linked);
        let look = |place: &PathBuf| {
            let path = below(folder, shown, place)?;
            let data = fs::symlink_metadata(place).ok();
            let size = data.as_ref().map_or(0, fs::Metadata::len);
            Ok(FileEntry { path, size, stamp: data.and_then(|data| Stamp::of(&data, now)), linked })
        };
        let seen: Vec<Result<FileEntry, Box<Finding>>> = unseen.par_iter().with_min_len(512).map(look).collect();
        for entry in seen {
            match entry {
                Ok(entry) => self.files.push(entry),
                Err(finding) => self.findings.push(*finding),
            }
        }
    }

    fn take(&mut self, path: HubPath, data: &fs::Metadata) {
        self.files.push(FileEntry { path, size: data.len(), stamp: Stamp::of(data, self.now), linked: self.linked });
    }

    /// A symbolic link is followed within the hub only, and each folder once.
    fn link(&mut self, at: &Path, path: &HubPath) {
        let refuse = |message: String, help: &str| Finding::new(&codes::FILE_SYMLINK, Place::file(path), message).help(help);
        let target = match fs::canonicalize(at) {
            Ok(target) => target,
            Err(error) => {
                let message = format!("The symbolic link `{path}` leads nowhere: {error}.");
                self.findings.push(refuse(message, "correct or remove the link"));
                return;
            }
        };
        if !target.starts_with(&self.canonical) {
            let message = format!("The symbolic link `{path}` leads out of the hub.");
            self.findings.push(refuse(message, "copy the file into the hub: a hub is complete by itself"));
            return;
        }
        let here = fs::canonicalize(at.parent().unwrap_or(self.root)).unwrap_or_default();
        if target.is_file() {
            if let Ok(data) = fs::metadata(&target) {
                self.files.push(FileEntry { path: path.clone(), size: data.len(), stamp: Stamp::of(&data, self.now), linked: true });
            }
        } else if here.starts_with(&target) || !self.followed.insert(target.clone()) {
            let message = format!("The symbolic link `{path}` leads in a circle, or to a folder that another link shows.");
            self.findings.push(refuse(message, "remove the link"));
        } else {
            let linked = std::mem::replace(&mut self.linked, true);
            self.folder(&target, path.as_str());
            self.linked = linked;
        }
    }

    fn unreadable(&mut self, path: &Path, reason: &str) {
        let below = path.strip_prefix(self.root).unwrap_or(path).to_string_lossy().into_owned();
        let message = format!("`{below}` cannot be read: {reason}.");
        let finding = match HubPath::new(&below) {
            Some(file) => Finding::new(&codes::FILE_UNREADABLE, Place::file(&file), message),
            None => Finding::on_hub(&codes::FILE_UNREADABLE, message),
        };
        self.findings.push(finding.help("check its permissions"));
    }
}

/// The path of what stands at `place` in `folder`, whose files appear below `shown`.
fn below(folder: &Path, shown: &str, place: &Path) -> Result<HubPath, Box<Finding>> {
    // To compare the parts of two paths takes many times as long, and is left to folders whose own name is no UTF-8.
    let as_text = || place.to_str()?.strip_prefix(folder.to_str()?)?.strip_prefix('/');
    let below = as_text().or_else(|| place.strip_prefix(folder).unwrap_or(place).to_str());
    let path = below.and_then(|below| HubPath::new(&format!("{shown}/{below}")));
    path.ok_or_else(|| {
        let name = place.strip_prefix(folder).unwrap_or(place).to_string_lossy();
        let message = format!("The name of `{shown}/{name}` cannot be used: it is not UTF-8, or holds a backslash.");
        Box::new(Finding::on_hub(&codes::FILE_NAME, message).help("rename the file"))
    })
}
