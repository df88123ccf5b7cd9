//! The only users of disk, clock and environment. Everything else is given what it needs.

#![allow(clippy::disallowed_methods)]

pub mod answers;
mod at_work;
pub mod changes;
pub mod clock;
pub mod committed;
mod disk;
mod durable;
mod first_manifest;
pub mod folder;
pub mod git;
mod history;
mod images;
mod links;
mod lock;
pub mod manifest;
mod memory;
mod moves;
mod overlay;
pub mod pack;
mod partial;
pub mod publish;
pub mod removal;
mod secret;
pub mod ssh;
mod stamp;
pub mod stamps;
pub mod standing;
mod swap;
mod verdicts;
mod watch;
mod withheld;
mod workplace;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use etappe_base::date::Day;
use etappe_base::finding::Finding;
use etappe_base::path::HubPath;
use etappe_compliance::signature::{Signature, SignatureCheck};

pub use at_work::AtWork;
pub use disk::{Disk, Listed};
pub use images::ImageCache;
pub use memory::Memory;
pub use overlay::Overlay;
pub use stamp::Stamp;
pub use watch::{Changes, News, Watch};
pub use withheld::{belongs, is_withheld};
pub use workplace::{Unavailable, Wait, Workplace};

/// The files of a hub, wherever they are.
pub trait Files: Send + Sync {
    /// Every file that belongs to the hub, sorted by path, and findings on those that cannot be
    /// taken.
    fn list(&self) -> (Vec<FileEntry>, Vec<Finding>);

    /// The bytes of one file.
    ///
    /// # Errors
    /// When there is no such file, it is not for readers, or it cannot be read.
    fn read(&self, path: &HubPath) -> io::Result<Vec<u8>>;

    /// The day on which each of `files` was last committed, as far as a repository knows it.
    fn committed(&self, _files: &BTreeSet<HubPath>) -> BTreeMap<HubPath, Day> {
        BTreeMap::new()
    }

    /// The verdicts on signatures, in the order in which they are asked for. Only files on a disk
    /// have a program that verifies them.
    fn verify(&self, checks: &[SignatureCheck<'_>]) -> Vec<Signature> {
        unchecked(checks)
    }
}

/// The verdicts where nobody can be asked.
fn unchecked(checks: &[SignatureCheck<'_>]) -> Vec<Signature> {
    let unchecked = "there is no program to ask here";
    checks.iter().map(|_| Signature::Unchecked(unchecked.to_owned())).collect()
}

/// One file of the hub.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FileEntry {
    /// Relative to the hub's root.
    pub path: HubPath,
    /// In bytes.
    pub size: u64,
    /// Files with equal stamps have equal bytes. `None` where the file system cannot tell, or the
    /// last change is too recent to tell.
    pub stamp: Option<Stamp>,
    /// Whether it is a symbolic link, or stands below one: it changes when a file elsewhere in the
    /// hub does.
    pub linked: bool,
}

/// A failure of the machine, with what was being done. Ends the command with exit code 3.
#[derive(Debug)]
pub struct MachineError {
    /// A verb that the path completes, such as `read` or `write`.
    pub doing: String,
    /// What it was being done to.
    pub path: PathBuf,
    /// What the system said.
    pub source: io::Error,
}

impl MachineError {
    /// Put as a sentence: "cannot `doing` `path`: `source`".
    pub fn new(doing: &str, path: &Path, source: io::Error) -> Self {
        Self { doing: doing.to_owned(), path: path.to_owned(), source }
    }
}

impl fmt::Display for MachineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot {} {}: {}", self.doing, self.path.display(), self.source)
    }
}

impl std::error::Error for MachineError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.source)
    }
}

/// Writes a file beside its place first, under a name that no other process uses, and then renames
/// it: the place has all of the new file, or what was there before.
///
/// # Errors
/// When the disk does not allow it.
pub fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    replace_with(path, |partial| fs::write(partial, bytes))
}

/// As [`replace`], by a file that is written by a function.
fn replace_with(path: &Path, write: impl Fn(&Path) -> io::Result<()>) -> io::Result<()> {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".partial-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed)));
    let partial = path.with_file_name(name);
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    write(&partial).and_then(|()| fs::rename(&partial, path)).inspect_err(|_| {
        let _nothing_there_is_fine = fs::remove_file(&partial);
    })
}

/// Gives a file that is there other bytes: where a link leads to it the link stays, and whoever may
/// read or run it still may.
///
/// # Errors
/// When the disk does not allow it.
pub fn rewrite(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let path = path.canonicalize()?;
    let permissions = fs::metadata(&path)?.permissions();
    replace_with(&path, |partial| {
        fs::write(partial, bytes)?;
        fs::set_permissions(partial, permissions.clone())
    })
}

/// Adds a line to the end of a file, which need not be there.
///
/// # Errors
/// When the disk does not allow it.
pub fn add_line(path: &Path, line: &str) -> io::Result<()> {
    let mut bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return replace(path, line.as_bytes());
        }
        Err(error) => return Err(error),
    };
    if bytes.last().is_some_and(|byte| *byte != b'\n') {
        bytes.push(b'\n');
    }
    bytes.extend(line.as_bytes());
    rewrite(path, &bytes)
}

/// Writes a new file, and makes the folders that it needs.
///
/// # Errors
/// When it is there, or the disk does not allow it.
pub fn write_new(path: &Path, bytes: &[u8]) -> Result<(), MachineError> {
    let failed = |error| MachineError::new("write", path, error);
    fs::create_dir_all(path.parent().unwrap_or(Path::new("."))).map_err(failed)?;
    let mut file = fs::File::create_new(path).map_err(failed)?;
    file.write_all(bytes).map_err(failed)
}

/// The folders and files below the root that make a hub.
const FOLDERS: [&str; 9] = [
    "approvals",
    "claims",
    "content",
    "modules",
    "personas",
    "products",
    "static",
    "templates",
    "themes",
];
const ROOT_FILES: [&str; 6] = [
    "hub.toml",
    "references.bib",
    "references.yaml",
    "allowed_signers",
    "revoked_keys",
    "roles.toml",
];
