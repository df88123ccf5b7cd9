//! Smaller sizes of images, kept from build to build under a key of what they were made from. Each
//! is stored with a digest of itself.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::manifest::FOLDER;
use super::replace;
use etappe_base::hash::Digest;

/// The folder of one hub's kept sizes.
pub struct ImageCache {
    folder: PathBuf,
}

/// How long an unused size is kept: another branch of the hub may want it again.
const UNUSED: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// How old the mark of the last use may get before it is set anew.
const NOTED: Duration = Duration::from_secs(24 * 60 * 60);

/// The bytes of a digest, which stand before the image.
const SEAL: usize = 16;

impl ImageCache {
    /// The cache of the hub at `root`. `version` is the version of the code that makes the sizes.
    pub fn new(root: &std::path::Path, version: u32) -> Self {
        Self { folder: root.join(FOLDER).join("images").join(format!("v{version}")) }
    }

    fn path(&self, key: Digest) -> PathBuf {
        let name = key.to_string();
        self.folder.join(&name[..2]).join(&name[2..])
    }

    /// Whether a size is there, damaged or not.
    pub fn has(&self, key: Digest) -> bool {
        self.path(key).is_file()
    }

    /// The bytes of a size; `None` when it is missing or damaged.
    pub fn get(&self, key: Digest) -> Option<Vec<u8>> {
        let mut bytes = fs::read(self.path(key)).ok()?;
        let seal: Vec<u8> = bytes.drain(..SEAL.min(bytes.len())).collect();
        (seal == Digest::of(&bytes).as_bytes()).then_some(bytes)
    }

    /// Removes sizes that no build has used for a month, those of older programs too. `used` are
    /// those that this build uses. Another build that wants a removed one at this moment makes it
    /// again. A file that cannot be removed stays.
    pub fn tidy(&self, used: &BTreeSet<Digest>) {
        let now = SystemTime::now();
        let used: BTreeSet<PathBuf> = used.iter().map(|key| self.path(*key)).collect();
        for path in self.folder.parent().map(below).unwrap_or_default() {
            let Ok(stamp) = fs::metadata(&path).and_then(|data| data.modified()) else { continue };
            let age = now.duration_since(stamp).unwrap_or_default();
            if used.contains(&path) {
                if age > NOTED {
                    let _stays_as_it_is = fs::File::options()
                        .write(true)
                        .open(&path)
                        .and_then(|file| file.set_modified(now));
                }
            } else if age > UNUSED {
                let _stays_as_it_is = fs::remove_file(&path);
            }
        }
    }

    /// Keeps a size, whole or not at all.
    ///
    /// # Errors
    /// When the disk does not allow it.
    pub fn put(&self, key: Digest, image: &[u8]) -> io::Result<()> {
        replace(&self.path(key), &[Digest::of(image).as_bytes(), image].concat())
    }
}

/// The files below the folder of all versions: `v1/ab/cdef…`. Nothing else has two folders there.
fn below(folder: &Path) -> Vec<PathBuf> {
    let inside = |folder: &Path| {
        fs::read_dir(folder)
            .into_iter()
            .flatten()
            .flatten()
            .map(|entry| entry.path())
            .collect::<Vec<_>>()
    };
    let versions = inside(folder).into_iter().filter(|path| path.is_dir() && !path.is_symlink());
    let folders = versions
        .flat_map(|version| inside(&version))
        .filter(|path| path.is_dir() && !path.is_symlink());
    folders.flat_map(|folder| inside(&folder)).filter(|path| path.is_file()).collect()
}
