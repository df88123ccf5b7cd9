//! Puts outputs into a folder: all of them or none, only what changed, and never over files of somebody else.
//!
//! Everything is written into a folder beside the target first. A first build then moves that folder into place
//! in one step; a later one moves file by file, which needs no more space. If writing fails, the site that stands is as it was.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use walkdir::WalkDir;

use super::manifest::{Manifest, Written};
use super::{MachineError, Stamp};
use crate::base::hash::Digest;
use crate::base::path::OutPath;

/// Where outputs wait until all of them are written.
const PARTIAL: &str = ".etappe-partial";

/// One folder being published.
pub struct Publication {
    out: PathBuf,
    partial: PathBuf,
    /// The target does not exist: the whole folder is moved.
    fresh: bool,
    written: Mutex<Vec<OutPath>>,
}

/// Why nothing was published.
#[derive(Debug)]
pub enum Refusal {
    /// The folder holds files that no build of this hub wrote.
    Foreign(Vec<String>),
    Machine(MachineError),
}

impl From<MachineError> for Refusal {
    fn from(error: MachineError) -> Self {
        Self::Machine(error)
    }
}

/// What a publication did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Published {
    pub written: usize,
    pub deleted: usize,
    /// Files in the folder that no build wrote; they were left as they are.
    pub foreign: Vec<String>,
}

impl Publication {
    /// Prepares to publish into `out`. Without a manifest of earlier builds, a folder with files in it is refused unless `adopt`.
    ///
    /// # Errors
    /// [`Refusal::Foreign`] for such a folder; [`Refusal::Machine`] when the disk does not allow it.
    pub fn begin(out: &Path, previous: Option<&Manifest>, adopt: bool) -> Result<Self, Refusal> {
        let fresh = !out.exists();
        let name = out.file_name().map_or_else(|| "site".into(), |name| name.to_string_lossy().into_owned());
        // A folder that exists may be a disk of its own: only within it can files be moved into place.
        let partial = if fresh { out.with_file_name(format!(".{name}{PARTIAL}")) } else { out.join(PARTIAL) };
        if !fresh && previous.is_none() && !adopt && files(out).next().is_some() {
            let found = files(out).take(5).map(|path| path.to_string_lossy().into_owned()).collect();
            return Err(Refusal::Foreign(found));
        }
        // What an interrupted build left.
        for left in [out.with_file_name(format!(".{name}{PARTIAL}")), out.join(PARTIAL)] {
            if left.exists() {
                fs::remove_dir_all(&left).map_err(|error| MachineError::new("remove", &left, error))?;
            }
        }
        fs::create_dir_all(&partial).map_err(|error| MachineError::new("create", &partial, error))?;
        Ok(Self { out: out.to_owned(), partial, fresh, written: Mutex::new(Vec::new()) })
    }

    /// Whether `path` stands in the target as it was written. A file whose stamp is another, or unknown, is read.
    pub fn stands(&self, path: &OutPath, written: &Written) -> bool {
        !self.fresh && stands(&self.out, path, written)
    }

    /// The bytes of what stands; `None` when they cannot be read.
    pub fn read(&self, path: &OutPath) -> Option<Vec<u8>> {
        fs::read(self.out.join(path.as_str())).ok()
    }

    /// Writes one output into the folder beside the target.
    ///
    /// # Errors
    /// When the disk does not allow it.
    pub fn put(&self, path: &OutPath, bytes: &[u8]) -> Result<(), MachineError> {
        let target = self.partial.join(path.as_str());
        self.write(&target, bytes).map_err(|error| MachineError::new("write", &target, error))?;
        if !self.fresh {
            self.written.lock().expect("no thread panics while it holds the list").push(path.clone());
        }
        Ok(())
    }

    /// Most outputs are the first of their folder, so the folder is made first and looked for never.
    fn write(&self, target: &Path, bytes: &[u8]) -> io::Result<()> {
        let folder = target.parent().unwrap_or(&self.partial);
        match fs::create_dir(folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => fs::create_dir_all(folder)?,
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
            _ => {}
        }
        fs::write(target, bytes)
    }

    /// Moves what was written into place, and deletes what the last build wrote and this one does not.
    ///
    /// # Errors
    /// When the disk does not allow it.
    pub fn finish(self, previous: Option<&Manifest>, current: &Manifest) -> Result<Published, MachineError> {
        let at = |path: &Path, doing: &str, error| MachineError::new(doing, path, error);
        if self.fresh {
            fs::rename(&self.partial, &self.out).map_err(|error| at(&self.out, "create", error))?;
            return Ok(Published { written: current.outputs.len(), ..Published::default() });
        }
        let none = BTreeMap::new();
        let before = previous.map_or(&none, |manifest| &manifest.outputs);
        let mut published = Published::default();
        let mut written = std::mem::take(&mut *self.written.lock().expect("all threads are done"));
        written.sort();
        for path in &written {
            self.check_place(path, before)?;
        }
        // Deleting comes first: a folder may take the place of a file, and the other way round.
        for path in before.keys().filter(|path| !current.outputs.contains_key(*path)) {
            published.deleted += usize::from(delete(&self.out, path).map_err(|error| at(&self.out.join(path.as_str()), "delete", error))?);
        }
        let mut folders = BTreeSet::new();
        for path in &written {
            let target = self.out.join(path.as_str());
            let folder = target.parent().unwrap_or(&self.out).to_owned();
            if !folders.contains(&folder) {
                fs::create_dir_all(&folder).map_err(|error| at(&folder, "create", error))?;
                folders.insert(folder);
            }
            fs::rename(self.partial.join(path.as_str()), &target).map_err(|error| at(&target, "replace", error))?;
        }
        published.written = written.len();
        published.foreign = files(&self.out)
            .filter_map(|path| path.to_str().map(str::to_owned))
            .filter(|path| OutPath::new(path).is_none_or(|path| !current.outputs.contains_key(&path)))
            .collect();
        published.foreign.sort();
        Ok(published)
    }
}

impl Publication {
    /// Whether an output can be moved into place: nothing of others is a file where it needs a folder, or a folder where it is a file.
    fn check_place(&self, path: &OutPath, before: &BTreeMap<OutPath, Written>) -> Result<(), MachineError> {
        let target = self.out.join(path.as_str());
        let is_ours = |place: &Path| {
            let below = place.strip_prefix(&self.out).ok().and_then(Path::to_str).and_then(OutPath::new);
            below.is_some_and(|below| before.contains_key(&below))
        };
        let in_the_way =
            target.ancestors().skip(1).take_while(|folder| *folder != self.out).find(|folder| folder.is_file() && !is_ours(folder));
        if let Some(file) = in_the_way {
            return Err(MachineError::new("make a folder in the place of the file", file, io::ErrorKind::AlreadyExists.into()));
        }
        let folder = format!("{path}/");
        let empties = before.keys().any(|path| path.as_str().starts_with(&folder));
        if target.is_dir() && !empties {
            return Err(MachineError::new("write a file in the place of the folder", &target, io::ErrorKind::AlreadyExists.into()));
        }
        Ok(())
    }
}

impl Drop for Publication {
    /// Takes the folder beside the target away, whether or not publishing ended well.
    fn drop(&mut self) {
        let _gone_already_is_fine = fs::remove_dir_all(&self.partial);
    }
}

/// The files below `folder`, by path relative to it, without hidden ones that a web server ignores such as `.git`.
fn files(folder: &Path) -> impl Iterator<Item = PathBuf> {
    let root = folder.to_owned();
    WalkDir::new(folder)
        .sort_by_file_name()
        .into_iter()
        .filter_entry(|entry| entry.file_name() != ".git" && entry.file_name() != PARTIAL)
        .filter_map(Result::ok)
        .filter(|entry| !entry.file_type().is_dir())
        .filter_map(move |entry| entry.path().strip_prefix(&root).ok().map(Path::to_owned))
}

/// Whether an output stands in `out` as it was written.
pub fn stands(out: &Path, path: &OutPath, written: &Written) -> bool {
    let target = out.join(path.as_str());
    let Ok(data) = fs::symlink_metadata(&target) else { return false };
    if !data.is_file() || data.len() != written.size {
        return false;
    }
    let is_known = written.stamp.is_some() && written.stamp == Stamp::of_any(&data);
    is_known || fs::read(&target).is_ok_and(|bytes| Digest::of(&bytes) == written.digest)
}

/// The bytes of an output as it stands; `None` where there is no such file.
pub fn read_output(out: &Path, path: &OutPath) -> Option<Vec<u8>> {
    let target = out.join(path.as_str());
    fs::symlink_metadata(&target).ok().filter(fs::Metadata::is_file)?;
    fs::read(target).ok()
}

/// Deletes an output and the folders that it leaves empty. A file that is gone already is no error.
fn delete(out: &Path, path: &OutPath) -> io::Result<bool> {
    let target = out.join(path.as_str());
    match fs::remove_file(&target) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        // Somebody put a folder there: not ours to delete.
        Err(_) if target.is_dir() => return Ok(false),
        Err(error) => return Err(error),
    }
    for folder in target.ancestors().skip(1).take_while(|folder| *folder != out) {
        if fs::remove_dir(folder).is_err() {
            break;
        }
    }
    Ok(true)
}
