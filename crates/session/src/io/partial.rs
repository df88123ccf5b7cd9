//! The folder where outputs wait until all of them are written, and where the files that they
//! replace are kept until all are moved.
//!
//! It stands beside the output folder, so that no web server shows it. If the folder above is
//! another file system, or cannot be written, it stands inside, closed to all but its owner.

use std::fs;
use std::hash::{BuildHasher, RandomState};
use std::io;
use std::path::{Path, PathBuf};

use super::MachineError;
use super::at_work::AtWork;

const NAME: &str = ".etappe-partial";

/// The partial folder of one build; removed when this is dropped.
#[derive(Debug)]
pub(super) struct Partial {
    folder: PathBuf,
    /// Whether it stands beside the output folder, so that a whole folder can be moved into its
    /// place.
    pub is_beside: bool,
}

impl Partial {
    /// Makes the partial folder of `out`, which exists and is locked by this process.
    ///
    /// # Errors
    /// When it can be made neither beside `out` nor inside.
    pub(super) fn new(out: &Path) -> Result<Self, MachineError> {
        let random = RandomState::new().hash_one(std::process::id());
        let own = format!("{NAME}-{}-{:08x}", std::process::id(), random as u32);
        let beside = out.parent().filter(|parent| is_one_file_system(parent, out));
        if let Some(parent) = beside {
            let folder = parent.join(format!(".{}{own}", name(out)));
            if closed_folder(&folder).is_ok() {
                return Self { folder, is_beside: true }.furnished();
            }
        }
        let folder = out.join(own);
        closed_folder(&folder).map_err(|error| MachineError::new("create", &folder, error))?;
        Self { folder, is_beside: false }.furnished()
    }

    fn furnished(self) -> Result<Self, MachineError> {
        for folder in [self.new_outputs(), self.kept()] {
            fs::create_dir(&folder).map_err(|error| MachineError::new("create", &folder, error))?;
        }
        // Without the note, a process that finds the place taken knows only the process id in the
        // name.
        let _the_name_says_enough = AtWork::here().leave(&self.folder);
        Ok(self)
    }

    /// Where new outputs wait.
    pub(super) fn new_outputs(&self) -> PathBuf {
        self.folder.join("new")
    }

    /// Where replaced and deleted files are kept until all is moved.
    pub(super) fn kept(&self) -> PathBuf {
        self.folder.join("kept")
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        let _the_next_build_removes_it = fs::remove_dir_all(&self.folder);
    }
}

fn name(out: &Path) -> String {
    out.file_name().map_or_else(|| "site".into(), |name| name.to_string_lossy().into_owned())
}

/// Makes a folder that nobody else can look into, not even while it is made.
#[cfg(unix)]
fn closed_folder(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    fs::DirBuilder::new().mode(0o700).create(folder)
}

/// Makes a folder that whoever may look into the one around it may look into.
#[cfg(not(unix))]
fn closed_folder(folder: &Path) -> io::Result<()> {
    fs::create_dir(folder)
}

/// Whether files can be moved between the two folders.
#[cfg(target_os = "linux")]
fn is_one_file_system(parent: &Path, out: &Path) -> bool {
    use rustix::fs::{AtFlags, CWD, StatxFlags, statx};
    // The same file system may be mounted twice: files cannot be moved from one to the other.
    let mount = |path: &Path| {
        statx(CWD, path, AtFlags::empty(), StatxFlags::MNT_ID).map(|data| data.stx_mnt_id).ok()
    };
    is_one_device(parent, out) && mount(parent) == mount(out)
}

#[cfg(not(target_os = "linux"))]
fn is_one_file_system(parent: &Path, out: &Path) -> bool {
    is_one_device(parent, out)
}

#[cfg(unix)]
fn is_one_device(parent: &Path, out: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let device = |path: &Path| fs::metadata(path).map(|data| data.dev()).ok();
    device(parent) == device(out)
}

#[cfg(not(unix))]
fn is_one_device(_parent: &Path, _out: &Path) -> bool {
    true
}

/// Whether a name inside the output folder is that of a partial folder, of this program or an
/// earlier one.
pub(super) fn is_partial(name: &str) -> bool {
    name == NAME || pid(name).is_some()
}

/// The process whose partial folder has this name inside the output folder.
fn pid(name: &str) -> Option<u32> {
    let (pid, random) = name.strip_prefix(NAME)?.strip_prefix('-')?.split_once('-')?;
    let is_random = random.len() == 8 && random.bytes().all(|byte| byte.is_ascii_hexdigit());
    pid.parse().ok().filter(|_| is_random)
}

/// Every partial folder of `out`, beside it and inside, each with the name that it would have
/// inside.
fn all(out: &Path) -> Vec<(PathBuf, String)> {
    let below = |folder: &Path, prefix: &str| {
        let entries = fs::read_dir(folder).into_iter().flatten().flatten();
        let ours = entries.filter_map(|entry| {
            let name = entry.file_name().to_str()?.strip_prefix(prefix)?.to_owned();
            is_partial(&name).then(|| (entry.path(), name))
        });
        ours.collect::<Vec<_>>()
    };
    let beside =
        out.parent().map(|parent| below(parent, &format!(".{}", name(out)))).unwrap_or_default();
    [beside, below(out, "")].concat()
}

/// Removes the partial folders of builds that did not finish. The holder of the lock of `out` knows
/// that none of them still runs.
pub(super) fn remove_dead(out: &Path) {
    for (folder, _) in all(out) {
        // The folder of another user stays: it is closed, and in nobody's way.
        let _it_may_stay = fs::remove_dir_all(folder);
    }
}

/// Who works in `out` now, as far as its partial folder says.
pub(super) fn at_work(out: &Path) -> Option<AtWork> {
    let from_name =
        |name: &str| Some(AtWork { pid: pid(name)?, command: String::new(), since: String::new() });
    let found = all(out)
        .into_iter()
        .filter_map(|(folder, name)| AtWork::read(&folder).or_else(|| from_name(&name)));
    found.rev().find(AtWork::is_alive)
}
