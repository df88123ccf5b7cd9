//! Removes single outputs at once, where nothing else can be done: that needs no space on the disk.

use std::fs;
use std::io;
use std::path::Path;

use super::MachineError;
use super::changes::{WayThere, may_delete, way};
use etappe_base::path::OutPath;

/// Removes an output, whatever its bytes, and the folders that it leaves empty. Gives whether it is
/// gone; a file behind a link or in a hidden folder is left.
///
/// # Errors
/// When the disk does not allow it.
pub fn remove(out: &Path, path: &OutPath) -> Result<bool, MachineError> {
    let target = out.join(path.as_str());
    // In the place of a file, somebody may have put a folder: there is no output then.
    let is_there = fs::symlink_metadata(&target).is_ok_and(|data| !data.is_dir());
    if !is_there {
        return Ok(true);
    }
    if !may_delete(path) || !matches!(way(out, path), WayThere::Clear) {
        return Ok(false);
    }
    match fs::remove_file(&target) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            return Err(MachineError::new("delete", &target, error));
        }
        _ => {}
    }
    for folder in target.ancestors().skip(1).take_while(|folder| *folder != out) {
        if fs::remove_dir(folder).is_err() {
            break;
        }
    }
    Ok(true)
}
