//! Moves files into place and away, and undoes all of it when one step fails.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::MachineError;

/// The steps done so far, to be undone in the opposite order.
#[derive(Debug)]
pub(super) struct Moves {
    /// Where replaced and deleted files are kept until the end, on the same file system.
    kept: PathBuf,
    count: usize,
    done: Vec<Done>,
}

#[derive(Debug)]
enum Done {
    /// A folder was made.
    Made(PathBuf),
    /// An empty folder was removed.
    Emptied(PathBuf),
    /// A file or folder was moved to an empty place.
    Moved { from: PathBuf, to: PathBuf },
    /// Two files or folders changed places.
    Exchanged { new: PathBuf, place: PathBuf },
    /// A file was replaced, and is kept.
    Replaced { place: PathBuf, kept: PathBuf },
}

impl Moves {
    pub(super) fn new(kept: PathBuf) -> Self {
        Self { kept, count: 0, done: Vec::new() }
    }

    /// Makes a folder and those above it. One that is there is fine.
    ///
    /// # Errors
    /// When the disk does not allow it, as for every step here.
    pub(super) fn make(&mut self, folder: &Path) -> Result<(), MachineError> {
        let missing: Vec<&Path> =
            folder.ancestors().take_while(|folder| fs::symlink_metadata(folder).is_err()).collect();
        for folder in missing.into_iter().rev() {
            fs::create_dir(folder).map_err(|error| MachineError::new("create", folder, error))?;
            self.done.push(Done::Made(folder.to_owned()));
        }
        Ok(())
    }

    /// Removes an empty folder.
    pub(super) fn empty(&mut self, folder: &Path) -> Result<(), MachineError> {
        fs::remove_dir(folder).map_err(|error| MachineError::new("replace", folder, error))?;
        self.done.push(Done::Emptied(folder.to_owned()));
        Ok(())
    }

    /// Moves a file to an empty place; never overwrites a file that came there meanwhile.
    pub(super) fn place(&mut self, new: &Path, place: &Path) -> Result<(), MachineError> {
        rename_to_nothing(new, place).map_err(|error| MachineError::new("write", place, error))?;
        self.done.push(Done::Moved { from: new.to_owned(), to: place.to_owned() });
        Ok(())
    }

    /// Moves a folder to the place of an empty one.
    pub(super) fn place_folder(&mut self, new: &Path, place: &Path) -> Result<(), MachineError> {
        // Where the system cannot replace an empty folder, it is removed first.
        let renamed = fs::rename(new, place)
            .or_else(|_| fs::remove_dir(place).and_then(|()| fs::rename(new, place)));
        renamed.map_err(|error| MachineError::new("create", place, error))?;
        self.done.push(Done::Moved { from: new.to_owned(), to: place.to_owned() });
        Ok(())
    }

    /// Puts a file in the place of another in one step: readers see one or the other.
    pub(super) fn replace(&mut self, new: &Path, place: &Path) -> Result<(), MachineError> {
        let failed = |error| MachineError::new("replace", place, error);
        match exchange(new, place) {
            Ok(()) => {
                self.done.push(Done::Exchanged { new: new.to_owned(), place: place.to_owned() })
            }
            Err(error) if is_unsupported(&error) => {
                let kept = self.next();
                // Where there are no hard links either, the file is moved away, and the place is
                // empty for a moment.
                fs::hard_link(place, &kept)
                    .or_else(|_| fs::rename(place, &kept))
                    .map_err(failed)?;
                self.done.push(Done::Replaced { place: place.to_owned(), kept });
                fs::rename(new, place).map_err(failed)?;
            }
            Err(error) => return Err(failed(error)),
        }
        Ok(())
    }

    /// Lets two folders change places.
    pub(super) fn swap(&mut self, new: &Path, place: &Path) -> io::Result<()> {
        exchange(new, place)?;
        self.done.push(Done::Exchanged { new: new.to_owned(), place: place.to_owned() });
        Ok(())
    }

    /// Takes a file away. It is kept until the end.
    pub(super) fn remove(&mut self, place: &Path) -> Result<(), MachineError> {
        let kept = self.next();
        fs::rename(place, &kept).map_err(|error| MachineError::new("delete", place, error))?;
        self.done.push(Done::Moved { from: place.to_owned(), to: kept });
        Ok(())
    }

    fn next(&mut self) -> PathBuf {
        self.count += 1;
        self.kept.join(self.count.to_string())
    }

    /// Undoes everything, the last step first; false if some step could not be undone.
    pub(super) fn undo(self) -> bool {
        let mut is_undone = true;
        for done in self.done.into_iter().rev() {
            let undone = match done {
                Done::Made(folder) => fs::remove_dir(folder),
                Done::Emptied(folder) => fs::create_dir(folder),
                Done::Moved { from, to } => rename_to_nothing(&to, &from),
                Done::Exchanged { new, place } => exchange(&new, &place),
                Done::Replaced { place, kept } => fs::rename(kept, place),
            };
            is_undone &= undone.is_ok();
        }
        is_undone
    }
}

/// Whether two folders can change places on the file system of `inside`.
pub(super) fn can_swap(inside: &Path) -> bool {
    let (one, other) = (inside.join("one"), inside.join("other"));
    let swapped = fs::create_dir(&one)
        .and_then(|()| fs::create_dir(&other))
        .and_then(|()| exchange(&one, &other));
    let removed = fs::remove_dir(&one).and_then(|()| fs::remove_dir(&other));
    swapped.and(removed).is_ok()
}

/// Whether the error means that the system, or this file system, cannot exchange files or folders.
pub(super) fn is_unsupported(error: &io::Error) -> bool {
    use io::ErrorKind::{CrossesDevices, InvalidInput, ResourceBusy, Unsupported};
    matches!(error.kind(), Unsupported | InvalidInput | CrossesDevices | ResourceBusy)
}

/// Lets two files or folders change places in one step.
#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
fn exchange(one: &Path, other: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    Ok(renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE)?)
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
fn exchange(_one: &Path, _other: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
fn rename_to_nothing(from: &Path, to: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    match renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE).map_err(io::Error::from) {
        Err(error) if is_unsupported(&error) => fs::rename(from, to),
        other => other,
    }
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
fn rename_to_nothing(from: &Path, to: &Path) -> io::Result<()> {
    fs::rename(from, to)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_moved_replaced_and_removed_is_undone() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        for name in ["kept", "new", "out"] {
            fs::create_dir(at(name)).unwrap();
        }
        for (name, text) in
            [("new/a", "new a"), ("new/b", "new b"), ("out/a", "old a"), ("out/c", "old c")]
        {
            fs::write(at(name), text).unwrap();
        }
        let mut moves = Moves::new(at("kept"));
        moves.replace(&at("new/a"), &at("out/a")).unwrap();
        moves.make(&at("out/deep/er")).unwrap();
        moves.place(&at("new/b"), &at("out/deep/er/b")).unwrap();
        moves.remove(&at("out/c")).unwrap();
        assert_eq!(fs::read_to_string(at("out/a")).unwrap(), "new a");
        assert!(at("out/deep/er/b").exists() && !at("out/c").exists());
        assert!(moves.place(&at("new/a"), &at("out/a")).is_err(), "nothing is overwritten");
        assert!(moves.undo());
        assert_eq!(fs::read_to_string(at("out/a")).unwrap(), "old a");
        assert_eq!(fs::read_to_string(at("out/c")).unwrap(), "old c");
        assert!(!at("out/deep").exists());
    }
}
