//! A disk that is soon full.

use std::io::Write;
use std::path::Path;
use std::process::Command;

use super::left_out;

/// A small file system of its own in memory, unmounted at the end.
pub struct SmallDisk {
    folder: tempfile::TempDir,
}

impl SmallDisk {
    /// Of a size such as `2m`. `None` where none can be mounted, which is said of `test`.
    pub fn new(test: &str, size: &str) -> Option<Self> {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &format!("size={size}"), "tmpfs"])
            .arg(folder.path())
            .output();
        if mounted.is_ok_and(|output| output.status.success()) {
            return Some(Self { folder });
        }
        left_out(test, "no file system can be mounted here");
        None
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Fills it to the last byte.
    pub fn fill(&self) {
        let mut file = std::fs::File::create(self.path().join("full")).expect("a file can be made");
        for size in [1 << 16, 1 << 10, 1] {
            while file.write_all(&vec![7; size]).is_ok() {}
        }
        assert!(std::fs::write(self.path().join("more"), "x").is_err(), "it is full");
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        Command::new("umount").arg(self.folder.path()).output().expect("umount starts");
    }
}
