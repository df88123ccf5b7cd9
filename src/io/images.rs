//! Smaller sizes of images, kept from build to build: by what they were made from, each with a digest of itself.

use std::fs;
use std::io;
use std::path::PathBuf;

use super::manifest::FOLDER;
use crate::base::hash::Digest;

/// The folder of one hub's kept sizes.
pub struct ImageCache {
    folder: PathBuf,
}

/// The bytes of a digest, which stand before the image.
const SEAL: usize = 16;

impl ImageCache {
    /// In the folder for what Etappe remembers of the hub at `root`; `version` is that of what makes the sizes.
    pub fn new(root: &std::path::Path, version: u32) -> Self {
        Self { folder: root.join(FOLDER).join("images").join(format!("v{version}")) }
    }

    fn path(&self, key: Digest) -> PathBuf {
        let name = key.to_string();
        self.folder.join(&name[..2]).join(&name[2..])
    }

    /// Whether a size is there, sound or not.
    pub fn has(&self, key: Digest) -> bool {
        self.path(key).is_file()
    }

    /// A size; a damaged one is none.
    pub fn get(&self, key: Digest) -> Option<Vec<u8>> {
        let mut bytes = fs::read(self.path(key)).ok()?;
        let seal: Vec<u8> = bytes.drain(..SEAL.min(bytes.len())).collect();
        (seal == Digest::of(&bytes).as_bytes()).then_some(bytes)
    }

    /// Keeps a size: all of it, or nothing.
    ///
    /// # Errors
    /// When the disk does not allow it.
    pub fn put(&self, key: Digest, image: &[u8]) -> io::Result<()> {
        let path = self.path(key);
        let folder = path.parent().unwrap_or(&self.folder);
        fs::create_dir_all(folder)?;
        let partial = path.with_extension("partial");
        fs::write(&partial, [Digest::of(image).as_bytes(), image].concat())?;
        fs::rename(&partial, &path)
    }
}
