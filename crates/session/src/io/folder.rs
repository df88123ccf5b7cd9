//! A new folder with all of its files, or none.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::MachineError;

/// Why a folder or file is not written.
#[derive(Debug)]
pub enum NotWritten {
    /// Something stands there.
    Taken,
    /// The disk does not allow it.
    Machine(MachineError),
}

/// Writes files into a new folder; their paths are below it, with `/` between their parts. They
/// stand beside it until all of them are written.
///
/// # Errors
/// [`NotWritten::Taken`] where `out` is there and not empty.
pub fn write<'f>(
    out: &Path,
    files: impl IntoIterator<Item = (&'f str, &'f [u8])>,
) -> Result<(), NotWritten> {
    match fs::read_dir(out).map(|mut entries| entries.next().is_none()) {
        Ok(true) => {}
        Ok(false) => return Err(NotWritten::Taken),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => {
            return Err(NotWritten::Taken);
        }
        Err(error) => return Err(failed(out, error)),
    }
    let partial = partial_of(out);
    let written = fill(&partial, files).and_then(|()| {
        // Not every system puts a folder in the place of an empty one.
        let _it_may_not_be_there = fs::remove_dir(out);
        fs::rename(&partial, out).map_err(|error| failed(out, error))
    });
    if written.is_err() {
        let _nothing_there_is_fine = fs::remove_dir_all(&partial);
    }
    written
}

/// Writes a new file.
///
/// # Errors
/// [`NotWritten::Taken`] where `out` is there.
pub fn write_file(out: &Path, bytes: &[u8]) -> Result<(), NotWritten> {
    if out.symlink_metadata().is_ok() {
        return Err(NotWritten::Taken);
    }
    super::replace(out, bytes).map_err(|error| failed(out, error))
}

fn failed(path: &Path, error: io::Error) -> NotWritten {
    NotWritten::Machine(MachineError::new("write", path, error))
}

fn partial_of(out: &Path) -> PathBuf {
    let mut name = out.file_name().unwrap_or_default().to_owned();
    name.push(format!(".partial-{}", std::process::id()));
    out.with_file_name(name)
}

fn fill<'f>(
    folder: &Path,
    files: impl IntoIterator<Item = (&'f str, &'f [u8])>,
) -> Result<(), NotWritten> {
    fs::create_dir_all(folder).map_err(|error| failed(folder, error))?;
    for (path, bytes) in files {
        let path = folder.join(path);
        let parent = path.parent().unwrap_or(folder);
        fs::create_dir_all(parent).map_err(|error| failed(parent, error))?;
        fs::write(&path, bytes).map_err(|error| failed(&path, error))?;
    }
    Ok(())
}
