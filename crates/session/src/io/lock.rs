//! One build at a time in a folder, by a system lock on the folder itself. The lock needs no file,
//! holds by whatever name the folder is reached, and ends with the process that holds it.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use etappe_base::hash::Digest;

/// The lock on a folder, which ends when this is dropped.
#[derive(Debug)]
pub(super) struct FolderLock {
    _handle: File,
}

/// How a lock is taken: which others it shuts out, and whether to wait while another process holds
/// it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum LockMode {
    /// Shuts all others out; taken now or not at all.
    Alone,
    /// Shuts all others out; waits until nobody else is there.
    AloneLater,
    /// Shared with others that only look; taken now or not at all.
    Looking,
    LookingLater,
}

impl FolderLock {
    /// Locks `folder`, which is there. `None` where another process has it.
    ///
    /// # Errors
    /// When the folder cannot be opened.
    pub(super) fn take(folder: &Path, mode: LockMode) -> io::Result<Option<Self>> {
        loop {
            let handle = File::open(folder);
            let taken = handle.and_then(|handle| Ok(lock(&handle, mode)?.then_some(handle)));
            let handle = match taken {
                Ok(Some(handle)) => handle,
                Ok(None) => return Ok(None),
                Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(error),
                // Some file systems, and Windows, can lock only files.
                Err(_) => return Self::of_name(folder, mode),
            };
            // Another process may have put a new folder in its place while this one waited.
            if is_still(&handle, folder) {
                return Ok(Some(Self { _handle: handle }));
            }
        }
    }

    /// Locks a file that stands for the folder's path.
    fn of_name(folder: &Path, mode: LockMode) -> io::Result<Option<Self>> {
        let path = fs::canonicalize(folder)?;
        let name = format!("etappe-{}.lock", Digest::of(path.to_string_lossy().as_bytes()));
        let place: PathBuf = std::env::temp_dir().join(name);
        let open = |create| File::options().read(true).write(create).create(create).open(&place);
        // A file that another user made can be locked, though not written.
        let handle = open(false).or_else(|_| open(true))?;
        Ok(lock(&handle, mode)?.then_some(Self { _handle: handle }))
    }
}

fn lock(handle: &File, mode: LockMode) -> io::Result<bool> {
    let tried = match mode {
        LockMode::AloneLater => return handle.lock().map(|()| true),
        LockMode::LookingLater => return handle.lock_shared().map(|()| true),
        LockMode::Alone => handle.try_lock(),
        LockMode::Looking => handle.try_lock_shared(),
    };
    match tried {
        Ok(()) => Ok(true),
        Err(TryLockError::WouldBlock) => Ok(false),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

#[cfg(unix)]
fn is_still(handle: &File, folder: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let id = |data: fs::Metadata| (data.dev(), data.ino());
    handle.metadata().ok().map(id) == fs::metadata(folder).ok().map(id)
}

#[cfg(not(unix))]
fn is_still(_handle: &File, _folder: &Path) -> bool {
    true
}
