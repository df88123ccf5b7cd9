//! A whole output folder exchanged in one step: readers see the old site or the new one, never a
//! part of each.
//!
//! Unchanged outputs, and all files of others, are linked into the new folder first, so that both
//! folders are whole.

use std::fs;
use std::io;
use std::path::Path;

use walkdir::WalkDir;

use super::MachineError;
use super::partial::is_partial;

/// Brings into `new` every file of `out` that is not there yet, except those that are `is_gone`.
/// Folders keep their permissions.
///
/// # Errors
/// When a file can neither be linked nor copied.
pub(super) fn complete(
    new: &Path,
    out: &Path,
    is_gone: &dyn Fn(&str) -> bool,
) -> Result<(), MachineError> {
    let is_ours = |entry: &walkdir::DirEntry| {
        entry.depth() == 1 && entry.file_name().to_str().is_some_and(is_partial)
    };
    let walk =
        WalkDir::new(out).sort_by_file_name().into_iter().filter_entry(|entry| !is_ours(entry));
    let mut folders = Vec::new();
    for entry in walk {
        let entry = entry.map_err(|error| MachineError::new("look into", out, error.into()))?;
        let below = entry.path().strip_prefix(out).unwrap_or(entry.path());
        let place = new.join(below);
        let failed = |error| MachineError::new("keep", entry.path(), error);
        if entry.file_type().is_dir() {
            // A file has taken the folder's place.
            if place.is_file() {
                continue;
            }
            folders.push((entry.path().to_owned(), place, below.as_os_str().is_empty()));
        } else if !below.to_str().is_some_and(is_gone) && fs::symlink_metadata(&place).is_err() {
            let folder = place.parent().unwrap_or(new);
            fs::create_dir_all(folder).and_then(|()| link(entry.path(), &place)).map_err(failed)?;
        }
    }
    keep_folders(folders)
}

/// Gives folders the permissions of those that they replace, the innermost first. Empty folders are
/// brought over too: they may be somebody else's.
fn keep_folders(
    folders: Vec<(std::path::PathBuf, std::path::PathBuf, bool)>,
) -> Result<(), MachineError> {
    for (old, new, is_root) in folders.into_iter().rev() {
        let is_wanted = is_root
            || new.is_dir()
            || fs::read_dir(&old).is_ok_and(|mut files| files.next().is_none());
        if is_wanted {
            let kept = fs::create_dir_all(&new).and_then(|()| keep_owner(&old, &new));
            kept.map_err(|error| MachineError::new("keep", &old, error))?;
        }
    }
    Ok(())
}

#[cfg(unix)]
fn keep_owner(old: &Path, new: &Path) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt, chown};
    let (was, is) = (fs::metadata(old)?, fs::metadata(new)?);
    if (was.uid(), was.gid()) != (is.uid(), is.gid()) {
        chown(new, Some(was.uid()), Some(was.gid()))?;
    }
    fs::set_permissions(new, was.permissions())
}

#[cfg(not(unix))]
fn keep_owner(old: &Path, new: &Path) -> io::Result<()> {
    fs::set_permissions(new, fs::metadata(old)?.permissions())
}

/// Puts the same file under another name. A symbolic link stays one.
fn link(from: &Path, to: &Path) -> io::Result<()> {
    #[cfg(unix)]
    if fs::symlink_metadata(from)?.is_symlink() {
        return std::os::unix::fs::symlink(fs::read_link(from)?, to);
    }
    fs::hard_link(from, to)
}
