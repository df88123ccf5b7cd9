//! What the last build wrote: the only files that a build may ever delete, and how it knows what is unchanged.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use serde::{Deserialize, Serialize};

use super::MachineError;
use crate::base::hash::Digest;
use crate::base::path::{HubPath, OutPath};

/// The form of the file; a manifest of another version is read as none.
const VERSION: u32 = 1;

/// `.etappe/manifest.json`. Holds no absolute path, no time, nothing of the machine.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    version: u32,
    /// The digest of what outputs were looked through for, when nothing of it stands in any of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clean_of: Option<Digest>,
    pub outputs: BTreeMap<OutPath, Written>,
    /// When its file was written, as far as the file system says: an output that is newer is no longer what it says.
    #[serde(skip)]
    pub saved: Option<SystemTime>,
}

/// One output.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Written {
    /// In bytes.
    pub size: u64,
    /// Of everything the bytes were made from: equal key, equal bytes.
    pub key: Digest,
    /// The files of the hub that it shows most directly.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<HubPath>,
}

/// The one way to write a folder's path, however it was written. The folder need not exist; the one above it should.
pub fn plain(folder: &Path) -> PathBuf {
    let absolute = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
    match (fs::canonicalize(&absolute), absolute.parent(), absolute.file_name()) {
        (Ok(found), ..) => found,
        (Err(_), Some(parent), Some(name)) => plain(parent).join(name),
        _ => absolute,
    }
}

/// The hub's folder for what Etappe remembers; never inside a web root.
pub const FOLDER: &str = ".etappe";

impl Manifest {
    pub fn new(outputs: BTreeMap<OutPath, Written>, clean_of: Option<Digest>) -> Self {
        Self { version: VERSION, clean_of, outputs, saved: None }
    }

    /// Where the manifest of one output folder is kept: the usual one in `.etappe/manifest.json`,
    /// every other in a folder of its own, named by a digest of its path.
    pub fn path(hub: &Path, out: &Path) -> PathBuf {
        let base = hub.join(FOLDER);
        let (hub, out) = (plain(hub), plain(out));
        if out == hub.join("public") {
            return base.join("manifest.json");
        }
        base.join(Digest::of(out.to_string_lossy().as_bytes()).short()).join("manifest.json")
    }

    /// Reads a manifest; a missing or damaged one is `None`.
    pub fn load(path: &Path) -> Option<Self> {
        let bytes = fs::read(path).ok()?;
        let manifest: Self = serde_json::from_slice(&bytes).ok()?;
        let saved = fs::metadata(path).and_then(|data| data.modified()).ok();
        (manifest.version == VERSION).then_some(Self { saved, ..manifest })
    }

    /// Writes the manifest, if it differs from what is there or outputs were `made`: it is as new as any of them.
    ///
    /// # Errors
    /// When the disk does not allow it.
    pub fn save(&self, path: &Path, made: bool) -> Result<(), MachineError> {
        let mut bytes = serde_json::to_vec(self).expect("a manifest is plain data");
        bytes.push(b'\n');
        if !made && fs::read(path).is_ok_and(|old| old == bytes) {
            return Ok(());
        }
        let folder = path.parent().unwrap_or(Path::new("."));
        let write = || -> io::Result<()> {
            fs::create_dir_all(folder)?;
            let partial = path.with_extension("json.partial");
            fs::write(&partial, &bytes)?;
            fs::rename(&partial, path)
        };
        write().map_err(|error| MachineError::new("write", path, error))
    }
}
