//! Puts outputs into a folder: all of them or none, only those that changed, and never over files
//! of somebody else.
//!
//! Everything is written into a partial folder first. A first build then moves that folder into
//! place in one step. A later one moves file by file, which needs no more space, or exchanges the
//! whole folder if that is asked for. Before anything is moved, the manifest lists all old and all
//! new outputs: a build that is stopped at any moment leaves no file that the next one does not
//! know. If a step fails, those before it are undone.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use rayon::prelude::*;
use walkdir::WalkDir;

use super::changes::{self, Changes, WayThere};
use super::lock::{FolderLock, LockMode};
use super::manifest::{Manifest, WrittenOutput};
use super::moves::{self, Moves};
use super::partial::{self, Partial};
use super::standing::Look;
use super::{MachineError, Stamp, Workplace, durable, replace, stamps, swap};
use etappe_base::hash::{Checksum, Digest};
use etappe_base::path::OutPath;

/// One folder being published.
pub struct Publication {
    out: PathBuf,
    partial: Partial,
    /// In the partial folder, where new outputs wait.
    new: PathBuf,
    /// Whether the target is empty, so that the whole folder is moved.
    fresh: bool,
    written: Mutex<Vec<OutPath>>,
}

/// How a publication treats the files that stand.
pub struct Settings<'s> {
    /// Whether outputs may take the place of files that no build wrote.
    pub adopt: bool,
    /// Whether to exchange the whole folder at once, where the system can.
    pub swap: bool,
    /// Whether an output that this build no longer makes belongs to a page that must not be shown.
    pub is_taken_down: &'s dyn Fn(&WrittenOutput) -> bool,
    /// Whether a file that no build wrote is known to the hub, and need not be named.
    pub is_known: &'s dyn Fn(&str) -> bool,
}

/// Why nothing was published.
#[derive(Debug)]
pub enum Refusal {
    /// Files that no build of this hub wrote stand in the way.
    Foreign(Vec<String>),
    /// The disk does not allow it, or a link or folder stands in the way.
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
    /// Outputs that were moved into place; those that stood already do not count.
    pub written: usize,
    /// Files of earlier builds that were deleted.
    pub deleted: usize,
    /// Files in the folder that no build wrote; they were left as they are.
    pub foreign: Vec<String>,
    /// Files that an earlier build wrote and somebody changed; they are no output any more, and
    /// were left as they are.
    pub left: Vec<String>,
    /// Outputs that somebody changed since they were written; they were replaced or deleted.
    pub by_hand: Vec<String>,
    /// Why the folder could not be exchanged at once; `None` where it was, or was not to be.
    pub not_swapped: Option<&'static str>,
}

/// The state of the folder after a publication.
pub struct Standing {
    /// Counts, and what a report names.
    pub published: Published,
    /// Of the outputs that stand now; given even where it could not be kept.
    pub manifest: Manifest,
    /// What the file system says of all outputs in place.
    pub look: Look,
    /// Why the manifest could not be kept.
    pub forgotten: Option<MachineError>,
}

impl Publication {
    /// Prepares to publish at `place`. Without a manifest of earlier builds, a folder with files in
    /// it is refused unless `adopt`.
    ///
    /// # Errors
    /// [`Refusal::Foreign`] for such a folder; [`Refusal::Machine`] when the disk does not allow
    /// it.
    pub fn begin(
        place: &mut Workplace,
        previous: Option<&Manifest>,
        adopt: bool,
    ) -> Result<Self, Refusal> {
        let out = place.out.clone();
        if previous.is_none() && !adopt {
            let found: Vec<String> =
                files(&out).take(5).map(|path| path.to_string_lossy().into_owned()).collect();
            if !found.is_empty() {
                return Err(Refusal::Foreign(found));
            }
        }
        let partial = place.take_partial()?;
        let fresh = place.is_new && partial.is_beside;
        let new = partial.new_outputs();
        Ok(Self { out, partial, new, fresh, written: Mutex::new(Vec::new()) })
    }

    /// Whether nothing of an earlier build stands.
    pub fn is_fresh(&self) -> bool {
        self.fresh
    }

    /// Whether `path` stands in the target as it was written. If its stamp differs or is unknown,
    /// the file is read.
    pub fn stands(&self, path: &OutPath, written: &WrittenOutput) -> bool {
        !self.fresh && stands(&self.out, path, written)
    }

    /// The bytes of an output that stands; `None` when they cannot be read.
    pub fn read(&self, path: &OutPath) -> Option<Vec<u8>> {
        fs::read(self.out.join(path.as_str())).ok()
    }

    /// Writes one output into the partial folder.
    ///
    /// # Errors
    /// When the disk does not allow it.
    pub fn put(&self, path: &OutPath, bytes: &[u8]) -> Result<(), MachineError> {
        let target = self.new.join(path.as_str());
        self.write(&target, bytes).map_err(|error| MachineError::new("write", &target, error))?;
        self.written.lock().expect("no thread panics while it holds the list").push(path.clone());
        Ok(())
    }

    /// Makes the folder without looking for it first: most outputs are the first in their folder.
    fn write(&self, target: &Path, bytes: &[u8]) -> io::Result<()> {
        let folder = target.parent().unwrap_or(&self.out);
        match fs::create_dir(folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => fs::create_dir_all(folder)?,
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
            _ => {}
        }
        fs::write(target, bytes)
    }

    /// Moves the written outputs into place, deletes those of earlier builds that this one does not
    /// make, and keeps `current` as the manifest at `memory`.
    ///
    /// # Errors
    /// [`Refusal::Foreign`] where an output would take the place of a file that no build wrote;
    /// [`Refusal::Machine`] when the disk does not allow it. The folder is then as it was.
    pub fn finish(
        self,
        place: &mut Workplace,
        memory: &Path,
        previous: Option<&Manifest>,
        current: Manifest,
        settings: &Settings<'_>,
    ) -> Result<Standing, Refusal> {
        let nothing = Manifest::default();
        let previous = previous.filter(|_| !self.fresh).unwrap_or(&nothing);
        let mut written = std::mem::take(&mut *self.written.lock().expect("all threads are done"));
        written.par_sort();
        let changes = match self.fresh {
            true => Changes::default(),
            false => changes::plan(&self.out, previous, &current.outputs, &written, settings)?,
        };
        let mut published = changes.published(&written);
        let is_changed = self.fresh || published.written + published.deleted > 0;
        let mut union = None;
        let look = if is_changed {
            let before = fs::read(memory).ok();
            let (waiting, listed) = rayon::join(
                || self.count(&written, &current),
                || list_all(place, memory, previous, &current),
            );
            let waiting = waiting.inspect_err(|_| restore(memory, before.as_deref()))?;
            union = listed?;
            let mut moves = Moves::new(self.partial.kept());
            let moved = self.move_all(place, &changes, settings, &mut moves, &mut published);
            let looked =
                moved.and_then(|is_swapped| self.settle(&written, &current, waiting, is_swapped));
            looked.inspect_err(|_| {
                if moves.undo() {
                    restore(memory, before.as_deref());
                }
            })?
        } else {
            Look::at(&self.out, &names(&current))
        };
        self.remove_empty_folders(&changes);
        published.foreign = self.foreign(&current, &changes, settings);
        let mut manifest = current.with_seen(&look);
        manifest.besides = changes.left;
        let forgotten = keep(memory, &manifest, &look, union).err();
        Ok(Standing { published, manifest, look, forgotten })
    }

    /// Checks that all written outputs wait to be moved: somebody may have taken one away. If the
    /// whole folder is moved, what is seen here stays true afterwards, and is given.
    fn count(&self, written: &[OutPath], current: &Manifest) -> Result<Option<Look>, MachineError> {
        let new = &self.new;
        let look = (self.fresh && cfg!(unix)).then(|| Look::at(new, &names(current)));
        let is_there = |path: &OutPath, size: Option<u64>| {
            size.is_some() && size == current.outputs.get(path).map(|written| written.size)
        };
        let size = |path: &OutPath| {
            fs::symlink_metadata(new.join(path.as_str())).ok().map(|data| data.len())
        };
        let missing = match &look {
            Some(look) => {
                let seen = current.outputs.keys().zip(&look.stamps);
                seen.into_iter()
                    .find(|(path, stamp)| !is_there(path, stamp.map(|stamp| stamp.size())))
                    .map(|(path, _)| path)
            }
            None => {
                written.par_iter().with_min_len(256).find_first(|path| !is_there(path, size(path)))
            }
        };
        match missing {
            Some(path) => Err(MachineError::new(
                "find what was written to",
                &new.join(path.as_str()),
                io::ErrorKind::NotFound.into(),
            )),
            None => Ok(look),
        }
    }

    /// Makes all moves; true if the folder was exchanged as a whole, so that the old one is where
    /// the new one was.
    fn move_all(
        &self,
        place: &mut Workplace,
        changes: &Changes,
        settings: &Settings<'_>,
        moves: &mut Moves,
        published: &mut Published,
    ) -> Result<bool, MachineError> {
        let new = &self.new;
        if self.fresh {
            self.lock_new(place)?;
            return moves.place_folder(new, &self.out).map(|()| false);
        }
        if settings.swap {
            published.not_swapped = self.swap(place, changes, moves)?;
            if published.not_swapped.is_none() {
                return Ok(true);
            }
        }
        for path in &changes.first {
            moves.remove(&self.out.join(path.as_str()))?;
        }
        for folder in &changes.folders {
            moves.empty(&self.out.join(folder.as_str()))?;
        }
        let mut folders = BTreeSet::new();
        for (path, is_there) in &changes.place {
            let target = self.out.join(path.as_str());
            let folder = target.parent().unwrap_or(&self.out).to_owned();
            if !folders.contains(&folder) {
                moves.make(&folder)?;
                folders.insert(folder);
            }
            let waiting = new.join(path.as_str());
            if *is_there {
                moves.replace(&waiting, &target)?
            } else {
                moves.place(&waiting, &target)?
            }
        }
        changes.remove.iter().try_for_each(|path| moves.remove(&self.out.join(path.as_str())))?;
        Ok(false)
    }

    /// Exchanges the whole folder; gives the reason where that is not possible.
    fn swap(
        &self,
        place: &mut Workplace,
        changes: &Changes,
        moves: &mut Moves,
    ) -> Result<Option<&'static str>, MachineError> {
        let new = &self.new;
        if !self.partial.is_beside {
            return Ok(Some("it is a file system of its own, or nothing can be written beside it"));
        }
        if !moves::can_swap(&self.partial.kept()) {
            return Ok(Some("this file system cannot exchange folders"));
        }
        let gone: BTreeSet<&str> =
            changes.first.iter().chain(&changes.remove).map(OutPath::as_str).collect();
        swap::complete(new, &self.out, &|path| gone.contains(path))?;
        self.lock_new(place)?;
        match moves.swap(new, &self.out) {
            Ok(()) => Ok(None),
            Err(error) if moves::is_unsupported(&error) => {
                Ok(Some("this system cannot exchange it"))
            }
            Err(error) => Err(MachineError::new("exchange", &self.out, error)),
        }
    }

    /// Locks the new folder before it takes the place of the old one, whose lock is then worth
    /// nothing.
    fn lock_new(&self, place: &mut Workplace) -> Result<(), MachineError> {
        let lock = FolderLock::take(&self.new, LockMode::Alone)
            .map_err(|error| MachineError::new("lock", &self.new, error))?;
        place.locks.extend(lock);
        Ok(())
    }

    /// Waits until all is on the disk, and looks at the outputs in place.
    fn settle(
        &self,
        written: &[OutPath],
        current: &Manifest,
        waiting: Option<Look>,
        is_swapped: bool,
    ) -> Result<Look, MachineError> {
        let sync = || {
            durable::sync(&self.out, written)
                .map_err(|error| MachineError::new("write", &self.out, error))
        };
        let look = || Look::at(&self.out, &names(current));
        if is_swapped {
            sync()?;
            // A file that loses one of its names gets another stamp, so the look comes after this.
            let _what_is_left_goes_with_the_partial_folder = fs::remove_dir_all(&self.new);
            return Ok(look());
        }
        let (synced, look) = rayon::join(sync, || waiting.unwrap_or_else(look));
        synced.map(|()| look)
    }

    /// Removes folders that deleted outputs leave empty.
    fn remove_empty_folders(&self, changes: &Changes) {
        for path in &changes.remove {
            for folder in self
                .out
                .join(path.as_str())
                .ancestors()
                .skip(1)
                .take_while(|folder| *folder != self.out)
            {
                if fs::remove_dir(folder).is_err() {
                    break;
                }
            }
        }
    }

    fn foreign(
        &self,
        current: &Manifest,
        changes: &Changes,
        settings: &Settings<'_>,
    ) -> Vec<String> {
        if self.fresh {
            return Vec::new();
        }
        let is_ours =
            |path: &OutPath| current.outputs.contains_key(path) || changes.left.contains_key(path);
        let found = files(&self.out).filter_map(|path| path.to_str().map(str::to_owned));
        let foreign = found.filter(|path| {
            !(settings.is_known)(path) && OutPath::new(path).is_none_or(|path| !is_ours(&path))
        });
        let mut foreign: Vec<String> = foreign.collect();
        foreign.sort();
        foreign
    }
}

impl Changes {
    fn published(&self, written: &[OutPath]) -> Published {
        let texts = |paths: &mut dyn Iterator<Item = &OutPath>| {
            paths.map(OutPath::to_string).collect::<Vec<_>>()
        };
        Published {
            written: written.len(),
            deleted: self.first.len() + self.remove.len(),
            left: texts(&mut self.left.keys()),
            by_hand: texts(&mut self.by_hand.iter()),
            ..Published::default()
        }
    }
}

fn names(manifest: &Manifest) -> Vec<&str> {
    manifest.outputs.keys().map(OutPath::as_str).collect()
}

/// Writes a manifest of all files that may stand from now on. If the hub can be written, nothing is
/// moved before that.
fn list_all(
    place: &Workplace,
    memory: &Path,
    previous: &Manifest,
    current: &Manifest,
) -> Result<Option<(Manifest, Digest)>, MachineError> {
    if place.is_forgetful {
        return Ok(None);
    }
    let union = current.with_what_may_stand(previous);
    let seal = union.save(memory)?;
    Ok(Some((union, seal)))
}

/// Puts back the manifest that was there before the undone moves.
fn restore(memory: &Path, before: Option<&[u8]>) {
    // If this fails, the manifest lists more files than stand; the next build finds that out.
    let _it_lists_more = match before {
        Some(bytes) => replace(memory, bytes),
        None => fs::remove_file(memory),
    };
}

/// Keeps the manifest, and the stamps of its outputs. An output without a stamp is read the next
/// time.
fn keep(
    memory: &Path,
    manifest: &Manifest,
    look: &Look,
    union: Option<(Manifest, Digest)>,
) -> Result<(), MachineError> {
    let seal = match union {
        Some((union, seal)) if union == *manifest => seal,
        _ => manifest.save(memory)?,
    };
    let settled: Vec<Option<Stamp>> =
        look.stamps.iter().map(|stamp| stamp.and_then(|stamp| stamp.settled(look.at))).collect();
    stamps::remember(memory, seal, &settled)
        .map_err(|error| MachineError::new("write", memory, error))
}

/// The files below `folder`, by path relative to it, without hidden ones that web servers ignore,
/// such as `.git`.
pub fn files(folder: &Path) -> impl Iterator<Item = PathBuf> {
    let root = folder.to_owned();
    let is_own = |entry: &walkdir::DirEntry| {
        entry.depth() == 1 && entry.file_name().to_str().is_some_and(partial::is_partial)
    };
    WalkDir::new(folder)
        .sort_by_file_name()
        .into_iter()
        .filter_entry(move |entry| entry.file_name() != ".git" && !is_own(entry))
        .filter_map(Result::ok)
        .filter(|entry| !entry.file_type().is_dir())
        .filter_map(move |entry| entry.path().strip_prefix(&root).ok().map(Path::to_owned))
}

/// Whether an output stands in `out` as it was written; false if it cannot be read.
pub fn stands(out: &Path, path: &OutPath, written: &WrittenOutput) -> bool {
    stands_surely(out, path, written).unwrap_or(false)
}

/// As [`stands`], for decisions that must not rest on a failed read.
///
/// # Errors
/// When it cannot be read.
pub fn stands_surely(out: &Path, path: &OutPath, written: &WrittenOutput) -> io::Result<bool> {
    let target = out.join(path.as_str());
    let Ok(data) = fs::symlink_metadata(&target) else { return Ok(false) };
    if !data.is_file() || data.len() != written.size {
        return Ok(false);
    }
    if written.stamp.is_some() && written.stamp == Stamp::of_any(&data) {
        return Ok(true);
    }
    // A file behind a link is not in the folder.
    Ok(matches!(changes::way(out, path), WayThere::Clear)
        && Checksum::of(&fs::read(&target)?) == written.checksum)
}

/// The bytes of an output in `out`; `None` where there is no such file.
pub fn read_output(out: &Path, path: &OutPath) -> Option<Vec<u8>> {
    let target = out.join(path.as_str());
    fs::symlink_metadata(&target).ok().filter(fs::Metadata::is_file)?;
    fs::read(target).ok()
}

impl Manifest {
    /// The manifest of all files that may stand while this one takes the place of `previous`: those
    /// of both.
    fn with_what_may_stand(&self, previous: &Manifest) -> Self {
        let mut union = self.clone();
        let is_other = |path: &OutPath, old: &WrittenOutput| {
            self.outputs.get(path).is_none_or(|new| new.checksum != old.checksum)
        };
        for (path, old) in previous
            .besides
            .iter()
            .chain(&previous.outputs)
            .filter(|(path, old)| is_other(path, old))
        {
            union.besides.insert(path.clone(), old.clone());
        }
        if !union.besides.is_empty() && previous.clean_of != self.clean_of {
            union.clean_of = None;
        }
        union
    }

    /// Finds out, after a build that was stopped, which of the files that may stand do.
    pub fn settle(&mut self, out: &Path) {
        let besides = std::mem::take(&mut self.besides);
        for (path, other) in besides {
            let is_known =
                self.outputs.get(&path).is_some_and(|written| stands(out, &path, written));
            if is_known || fs::symlink_metadata(out.join(path.as_str())).is_err() {
                continue;
            }
            let book: &mut BTreeMap<_, _> =
                if stands(out, &path, &other) { &mut self.outputs } else { &mut self.besides };
            book.insert(path, other);
        }
    }

    /// The manifest after a look at its outputs: one that was not seen, or has another size, is
    /// made anew the next time.
    fn with_seen(mut self, look: &Look) -> Self {
        // On other systems nothing has a stamp.
        for (written, stamp) in self.outputs.values_mut().zip(&look.stamps).filter(|_| cfg!(unix)) {
            if stamp.is_none_or(|stamp| stamp.size() != written.size) {
                written.key = Digest::default();
            }
        }
        self
    }
}
