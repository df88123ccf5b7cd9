//! What a file system says of a file besides its bytes: enough to know, without reading it, that it
//! has not changed.

use std::fs::{Metadata, symlink_metadata};
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Changes with every change of the file: equal stamps mean equal bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Stamp {
    size: u64,
    /// In nanoseconds since 1970.
    modified: i64,
    /// When anything about the file last changed, in nanoseconds since 1970; no program can set
    /// this one back.
    changed: i64,
    device: u64,
    inode: u64,
}

/// Two changes within one tick of a file system's clock leave the same time. Today's file systems
/// tick at least this often.
pub(super) const TICK: Duration = Duration::from_millis(20);

/// Some file systems keep only whole seconds, or even ones.
const COARSE_TICK: Duration = Duration::from_millis(2100);

/// How many bytes a stamp takes.
pub(super) const BYTES: usize = 40;

const SECOND: i64 = 1_000_000_000;

impl Stamp {
    /// The stamp of a file that was looked at `now`. `None` where the file was changed so lately
    /// that it could change again without a trace (git calls that "racy"), and on systems without
    /// such times.
    pub fn of(data: &Metadata, now: SystemTime) -> Option<Self> {
        Self::raw(data)?.settled(now)
    }

    /// As [`Self::of`], for a stamp that was taken `now`.
    pub fn settled(self, now: SystemTime) -> Option<Self> {
        let latest = self.modified.max(self.changed);
        let is_coarse = self.modified % SECOND == 0 && self.changed % SECOND == 0;
        let tick = if is_coarse { COARSE_TICK } else { TICK };
        let settled = now.checked_sub(tick)?.duration_since(UNIX_EPOCH).ok()?.as_nanos();
        (latest < i64::try_from(settled).ok()?).then_some(self)
    }

    /// The stamp of a file that was looked at, however lately it was changed.
    pub(super) fn of_any(data: &Metadata) -> Option<Self> {
        Self::raw(data)
    }

    /// In bytes.
    pub(super) fn size(&self) -> u64 {
        self.size
    }

    /// The stamp of whatever stands at `path`, however lately it was changed; a link is not
    /// followed.
    pub(super) fn now(path: &Path) -> Option<Self> {
        Self::raw(&symlink_metadata(path).ok()?)
    }

    /// In a form for digests and files.
    pub(super) fn bytes(&self) -> [u8; BYTES] {
        let mut bytes = [0; BYTES];
        let numbers =
            [self.size, self.modified as u64, self.changed as u64, self.device, self.inode];
        for (part, number) in bytes.chunks_exact_mut(8).zip(numbers) {
            part.copy_from_slice(&number.to_le_bytes());
        }
        bytes
    }

    /// Reads what [`Self::bytes`] gave; `None` if all bytes are zero.
    pub(super) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let mut numbers =
            bytes.chunks_exact(8).filter_map(|part| part.try_into().ok()).map(u64::from_le_bytes);
        let mut next = || numbers.next();
        let (size, modified, changed, device, inode) =
            (next()?, next()?, next()?, next()?, next()?);
        let stamp =
            Self { size, modified: modified as i64, changed: changed as i64, device, inode };
        bytes.iter().any(|byte| *byte != 0).then_some(stamp)
    }

    /// The stamp of a file, however lately it was changed.
    #[cfg(unix)]
    pub(super) fn raw(data: &Metadata) -> Option<Self> {
        use std::os::unix::fs::MetadataExt;
        let nanoseconds =
            |seconds: i64, rest: i64| seconds.saturating_mul(SECOND).saturating_add(rest);
        Some(Self {
            size: data.size(),
            modified: nanoseconds(data.mtime(), data.mtime_nsec()),
            changed: nanoseconds(data.ctime(), data.ctime_nsec()),
            device: data.dev(),
            inode: data.ino(),
        })
    }

    #[cfg(not(unix))]
    pub(super) fn raw(_data: &Metadata) -> Option<Self> {
        None
    }
}

/// Identifies a file, whatever its name. No other file has the same identity as long as this one is
/// open.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Identity {
    device: u64,
    inode: u64,
}

impl Identity {
    /// `None` on systems that do not tell.
    #[cfg(unix)]
    pub(super) fn of(data: &Metadata) -> Option<Self> {
        use std::os::unix::fs::MetadataExt;
        Some(Self { device: data.dev(), inode: data.ino() })
    }

    #[cfg(not(unix))]
    pub(super) fn of(_data: &Metadata) -> Option<Self> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_was_just_changed_has_no_stamp_yet() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        std::fs::write(&path, "x").unwrap();
        let data = std::fs::metadata(&path).unwrap();
        let written = data.modified().unwrap();
        assert_eq!(Stamp::of(&data, written), None);
        assert_eq!(
            Stamp::of(&data, written - Duration::from_secs(60)),
            None,
            "a clock that goes wrong trusts nothing"
        );
        let settled = Stamp::of(&data, written + Duration::from_secs(3));
        assert!(settled.is_some());
        std::fs::write(&path, "y").unwrap();
        assert_ne!(
            Stamp::of(&std::fs::metadata(&path).unwrap(), written + Duration::from_secs(60)),
            settled
        );
    }
}
