//! A hub in a folder.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::SystemTime;

use rayon::prelude::*;
use walkdir::{DirEntry, WalkDir};

use super::links::{self, Astray};
use super::stamp::{Identity, TICK};
use super::withheld::{self, FileTreatment};
use super::{FOLDERS, FileEntry, Files, ROOT_FILES, Stamp, history, ssh};
use etappe_base::date::Day;
use etappe_base::finding::{Finding, Place, codes};
use etappe_base::path::HubPath;
use etappe_base::withheld::{KEY_WITHIN, Reason, holds_key, may_hold_key, of_name};
use etappe_compliance::signature::{Signature, SignatureCheck};

/// The folder of a hub.
#[derive(Clone, Debug)]
pub struct Disk {
    root: PathBuf,
    /// The files that the last listing took for the hub's, sorted by path. A file that is still the
    /// one listed is read without another look at the folders above it.
    seen: Arc<RwLock<Vec<(HubPath, Stamp)>>>,
}

impl Disk {
    /// `root` is the hub's folder; nothing is read yet.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into(), seen: Arc::default() }
    }

    /// The hub's folder, as it was given.
    pub fn root(&self) -> &Path {
        &self.root
    }
}

impl Disk {
    /// Lists the hub's files once. If some were changed just now, it waits until any further change
    /// to them would show.
    pub fn listed(self) -> Listed {
        let mut walk = self.walk();
        if walk.files.iter().any(|(file, _)| file.stamp.is_none())
            || walk.folders.iter().any(|(_, stamp)| stamp.is_none())
        {
            std::thread::sleep(TICK);
            walk = self.walk();
        }
        let Walk { files, findings, folders, withheld, .. } = walk;
        let files = self.remember(files);
        Listed { disk: self, files, findings, folders, withheld }
    }

    fn walk(&self) -> Walk<'_> {
        let mut walk = Walk {
            root: &self.root,
            files: Vec::new(),
            findings: Vec::new(),
            folders: Vec::new(),
            withheld: Vec::new(),
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
        walk.files.par_sort_by(|(a, _), (b, _)| a.path.cmp(&b.path));
        walk
    }
}

impl Disk {
    /// Remembers which files were seen, and gives their entries.
    fn remember(&self, files: Vec<(FileEntry, Option<Stamp>)>) -> Vec<FileEntry> {
        let seen =
            files.iter().filter_map(|(entry, seen)| Some((entry.path.clone(), (*seen)?))).collect();
        *self.seen.write().unwrap_or_else(PoisonError::into_inner) = seen;
        files.into_iter().map(|(entry, _)| entry).collect()
    }

    /// The stamp of a file as it was listed. Its inode number alone would not do: the system gives
    /// a number to another file as soon as it is free.
    fn stamp(&self, path: &HubPath) -> Option<Stamp> {
        let seen = self.seen.read().unwrap_or_else(PoisonError::into_inner);
        seen.binary_search_by(|(known, _)| known.cmp(path)).ok().map(|at| seen[at].1)
    }

    /// The bytes of a file that was never listed, or is no longer the one listed. The opened file
    /// is compared with what stands at its place once links are resolved again, so that nobody can
    /// slip another file in between.
    fn read_anew(&self, path: &HubPath) -> io::Result<Vec<u8>> {
        /// How often a file may be replaced meanwhile, as editors do when they save.
        const SWAPS: usize = 8;
        if let Some((part, FileTreatment::Withheld(reason))) = withheld::outermost(path.as_str()) {
            return Err(Astray::Withheld(part.to_owned(), reason).into());
        }
        for _ in 0..SWAPS {
            let place = links::resolve(&self.root, path.as_str())?;
            // Anything that is no file, such as a pipe, must not even be opened.
            if !fs::symlink_metadata(&place)?.is_file() {
                return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is no file"));
            }
            let file = File::open(&place)?;
            let data = file.metadata()?;
            let again = links::resolve(&self.root, path.as_str())?;
            let standing = fs::symlink_metadata(&again)?;
            if standing.is_file() && Identity::of(&standing) == Identity::of(&data) {
                return take(
                    file,
                    &data,
                    &[path.name(), &again.file_name().unwrap_or_default().to_string_lossy()],
                );
            }
        }
        Err(io::Error::other("it changes while it is read"))
    }
}

/// The bytes of an open file, which has these names. A private key that was put there after the
/// listing is withheld too.
fn take(file: File, data: &fs::Metadata, names: &[&str]) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(usize::try_from(data.len()).unwrap_or_default());
    // Reads only as many bytes as the file had when it was looked at; the next look finds any that
    // are added meanwhile.
    file.take(data.len()).read_to_end(&mut bytes)?;
    match names.iter().find(|name| may_hold_key(name)) {
        Some(name) if holds_key(&bytes) => {
            Err(Astray::Withheld((*name).to_owned(), Reason::HoldsKey).into())
        }
        _ => Ok(bytes),
    }
}

impl Files for Disk {
    fn list(&self) -> (Vec<FileEntry>, Vec<Finding>) {
        let Walk { files, findings, .. } = self.walk();
        (self.remember(files), findings)
    }

    fn read(&self, path: &HubPath) -> io::Result<Vec<u8>> {
        if let Some(stamp) = self.stamp(path)
            && let Ok(file) = File::open(self.root.join(path.as_str()))
            && let Ok(data) = file.metadata()
            && Stamp::raw(&data) == Some(stamp)
        {
            return take(file, &data, &[path.name()]);
        }
        self.read_anew(path)
    }

    fn committed(&self, files: &BTreeSet<HubPath>) -> BTreeMap<HubPath, Day> {
        history::committed(&self.root, files)
    }

    fn verify(&self, checks: &[SignatureCheck<'_>]) -> Vec<Signature> {
        ssh::verify(&self.root, checks)
    }
}

/// A hub in a folder, as it was when it was listed.
pub struct Listed {
    disk: Disk,
    pub(super) files: Vec<FileEntry>,
    findings: Vec<Finding>,
    /// Folders below the hub's root, each with the stamp that it had before it was looked into.
    pub(super) folders: Vec<(String, Option<Stamp>)>,
    /// Files that are withheld because of their bytes; other bytes could make them part of the hub.
    pub(super) withheld: Vec<(HubPath, Option<Stamp>)>,
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

    fn verify(&self, checks: &[SignatureCheck<'_>]) -> Vec<Signature> {
        self.disk.verify(checks)
    }
}

struct Walk<'r> {
    root: &'r Path,
    /// Each with the stamp by which the file is known again when it is read; `None` where a link
    /// leads to it.
    files: Vec<(FileEntry, Option<Stamp>)>,
    findings: Vec<Finding>,
    folders: Vec<(String, Option<Stamp>)>,
    withheld: Vec<(HubPath, Option<Stamp>)>,
    /// Folders that links led to; none is walked twice.
    followed: BTreeSet<PathBuf>,
    /// When the walk began.
    now: SystemTime,
    /// Whether the folder being walked was reached by a link.
    linked: bool,
}

/// The result of a look at a file.
enum SeenFile {
    File(FileEntry, Option<Stamp>),
    /// It holds a private key.
    Key(HubPath, Option<Stamp>),
}

impl Walk<'_> {
    /// Walks `folder`, whose files appear below `shown`.
    fn folder(&mut self, folder: &Path, shown: &str) {
        let mut unseen = Vec::new();
        let mut walked = Vec::new();
        let mut entries = WalkDir::new(folder).into_iter();
        while let Some(entry) = entries.next() {
            match entry {
                Ok(entry) if entry.depth() > 0 && self.leaves(&entry, folder, shown) => {
                    if entry.file_type().is_dir() {
                        entries.skip_current_dir();
                    }
                }
                Ok(entry) if entry.file_type().is_file() => unseen.push(entry.into_path()),
                Ok(entry) if entry.file_type().is_dir() => {
                    let below =
                        entry.path().strip_prefix(folder).unwrap_or(entry.path()).to_string_lossy();
                    let path = if below.is_empty() {
                        shown.to_owned()
                    } else {
                        format!("{shown}/{below}")
                    };
                    let stamp = entry.metadata().ok().and_then(|data| Stamp::of(&data, self.now));
                    self.folders.push((path, stamp));
                    walked.push(entry.into_path());
                }
                Ok(entry) if entry.file_type().is_symlink() => {
                    match below(folder, shown, entry.path()) {
                        Ok(path) => self.link(entry.path(), &path),
                        Err(finding) => self.findings.push(*finding),
                    }
                }
                Ok(_) => {}
                Err(error) => {
                    let path = error.path().unwrap_or(folder).to_owned();
                    let reason = error
                        .io_error()
                        .map_or_else(|| "a circle of links".to_owned(), ToString::to_string);
                    self.unreadable(&path, &reason);
                }
            }
        }
        let before = self.files.len();
        self.look(folder, shown, &unseen);
        // If the folder became a link meanwhile, the files were those of another folder: each is
        // looked at again when it is read.
        if walked
            .iter()
            .any(|place| fs::symlink_metadata(place).is_ok_and(|data| data.is_symlink()))
        {
            self.files[before..].iter_mut().for_each(|(_, seen)| *seen = None);
        }
    }

    /// Whether `entry` is no part of the hub by its name. Adds a finding where that has to be
    /// reported.
    fn leaves(&mut self, entry: &DirEntry, folder: &Path, shown: &str) -> bool {
        // Nearly every name can be judged at a glance, and then its place does not matter.
        if entry
            .file_name()
            .to_str()
            .is_some_and(|name| of_name(name).is_none() && !name.starts_with('.'))
        {
            return false;
        }
        let Ok(path) = below(folder, shown, entry.path()) else { return false };
        match withheld::verdict(path.as_str()) {
            FileTreatment::Taken => return false,
            FileTreatment::Ignored => {}
            FileTreatment::Withheld(reason) => self.findings.push(withheld::finding(&path, reason)),
        }
        true
    }

    /// Looks at the files of which only the names are known so far, on all processors.
    fn look(&mut self, folder: &Path, shown: &str, unseen: &[PathBuf]) {
        let (now, linked) = (self.now, self.linked);
        let look = |place: &PathBuf| {
            let path = below(folder, shown, place)?;
            let data = fs::symlink_metadata(place).ok();
            let stamp = data.as_ref().and_then(|data| Stamp::of(data, now));
            if is_key(place, path.name()) {
                return Ok(SeenFile::Key(path, stamp));
            }
            let seen = stamp.filter(|_| !linked);
            let size = data.as_ref().map_or(0, fs::Metadata::len);
            Ok(SeenFile::File(FileEntry { path, size, stamp, linked }, seen))
        };
        let seen: Vec<Result<SeenFile, Box<Finding>>> =
            unseen.par_iter().with_min_len(512).map(look).collect();
        self.files.reserve(seen.len());
        for entry in seen {
            match entry {
                Ok(looked) => self.put(looked),
                Err(finding) => self.findings.push(*finding),
            }
        }
    }

    fn put(&mut self, looked: SeenFile) {
        match looked {
            SeenFile::File(entry, seen) => self.files.push((entry, seen)),
            SeenFile::Key(path, stamp) => {
                self.findings.push(withheld::finding(&path, Reason::HoldsKey));
                self.withheld.push((path, stamp));
            }
        }
    }

    fn take(&mut self, path: HubPath, data: &fs::Metadata) {
        let entry = FileEntry {
            path,
            size: data.len(),
            stamp: Stamp::of(data, self.now),
            linked: self.linked,
        };
        let seen = entry.stamp;
        self.put(SeenFile::File(entry, seen));
    }

    /// Follows a symbolic link, but only within its own folder of the hub, and each folder once.
    fn link(&mut self, at: &Path, path: &HubPath) {
        let target = match links::resolve(self.root, path.as_str()) {
            Ok(target) => target,
            Err(astray) => {
                self.findings.push(astray_at(path, &astray));
                return;
            }
        };
        let circle = |path: &HubPath| {
            let message = format!(
                "The symbolic link `{path}` leads in a circle, or to a folder that another link \
                 shows."
            );
            Finding::new(&codes::FILE_SYMLINK, Place::file(path), message).help("remove the link")
        };
        if target.is_file() {
            let Ok(data) = fs::symlink_metadata(&target) else { return };
            let stamp = Stamp::of(&data, self.now);
            let name = target.file_name().unwrap_or_default().to_string_lossy();
            self.put(match is_key(&target, path.name()) || is_key(&target, &name) {
                true => SeenFile::Key(path.clone(), stamp),
                false => SeenFile::File(
                    FileEntry { path: path.clone(), size: data.len(), stamp, linked: true },
                    None,
                ),
            });
        } else if at.starts_with(&target) || !self.followed.insert(target.clone()) {
            self.findings.push(circle(path));
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

/// Whether a file is a private key, by its first bytes; only those whose names leave it open are
/// read.
fn is_key(place: &Path, name: &str) -> bool {
    if !may_hold_key(name) {
        return false;
    }
    let mut bytes = Vec::new();
    let read =
        File::open(place).and_then(|file| file.take(KEY_WITHIN as u64).read_to_end(&mut bytes));
    read.is_ok() && holds_key(&bytes)
}

/// The finding on a link that is not followed.
fn astray_at(path: &HubPath, astray: &Astray) -> Finding {
    let own = path
        .as_str()
        .split_once('/')
        .map_or("the hub".to_owned(), |(folder, _)| format!("`{folder}/`"));
    let (message, help) = match astray {
        Astray::Withheld(name, reason) => {
            let message = format!(
                "`{}` is not published: it is a link to `{name}`, and {}.",
                path.name(),
                reason.clause()
            );
            return Finding::new(&codes::FILE_SECRET, Place::file(path), message)
                .help("remove the link");
        }
        Astray::Outside => (
            format!("The symbolic link `{path}` leads out of {own}, at its end or on its way."),
            format!(
                "copy the file, or let the link lead to a file of {own} without going through \
                 another folder"
            ),
        ),
        Astray::Hidden(name) => (
            format!("The symbolic link `{path}` leads through `{name}`, which is hidden."),
            "remove the link: what is hidden is not for readers".to_owned(),
        ),
        Astray::Circle => {
            (format!("The symbolic link `{path}` leads in a circle."), "remove the link".to_owned())
        }
        Astray::Gone { error, .. } => (
            format!("The symbolic link `{path}` leads nowhere: {error}."),
            "correct or remove the link".to_owned(),
        ),
    };
    Finding::new(&codes::FILE_SYMLINK, Place::file(path), message).help(help)
}

/// The hub's path of `place`, which stands in `folder`, whose files appear below `shown`.
fn below(folder: &Path, shown: &str, place: &Path) -> Result<HubPath, Box<Finding>> {
    // Comparing two paths part by part takes many times as long; only a folder whose own name is
    // not UTF-8 needs it.
    let as_text = || place.to_str()?.strip_prefix(folder.to_str()?)?.strip_prefix('/');
    let below = as_text().or_else(|| place.strip_prefix(folder).unwrap_or(place).to_str());
    let path = below.and_then(|below| HubPath::new(&format!("{shown}/{below}")));
    path.ok_or_else(|| {
        let name = place.strip_prefix(folder).unwrap_or(place).to_string_lossy();
        let message = format!(
            "The name of `{shown}/{name}` cannot be used: it is not UTF-8, or holds a backslash."
        );
        Box::new(Finding::on_hub(&codes::FILE_NAME, message).help("rename the file"))
    })
}
