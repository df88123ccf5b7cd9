//! The verdicts of checks of other sites, kept with the hub.

use std::fs;
use std::path::{Path, PathBuf};

use super::manifest::FOLDER;
use super::{MachineError, replace};
use etappe_external::Kept;

fn place(hub: &Path) -> PathBuf {
    hub.join(FOLDER).join("external.json")
}

/// The verdicts of earlier checks of a hub; none when there were no checks, or their file is
/// damaged.
pub fn load(hub: &Path) -> Kept {
    fs::read(place(hub)).map(|bytes| Kept::read(&bytes)).unwrap_or_default()
}

/// Keeps verdicts, all or none.
///
/// # Errors
/// When the disk does not allow it.
pub fn save(hub: &Path, kept: &Kept) -> Result<(), MachineError> {
    let path = place(hub);
    replace(&path, &kept.bytes()).map_err(|error| MachineError::new("write", &path, error))
}
