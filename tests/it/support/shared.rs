//! A hub in memory that can be edited while it is kept read.

use std::io;
use std::sync::RwLock;

use etappe_base::finding::Finding;
use etappe_base::path::HubPath;
use etappe_session::io::{FileEntry, Files, Memory};

const SOUND: &str = "no thread panicked";

pub struct Shared(RwLock<Memory>);

impl Shared {
    pub fn new(files: Memory) -> Self {
        Self(RwLock::new(files))
    }

    pub fn put(&self, path: &str, bytes: impl Into<Vec<u8>>) {
        self.0.write().expect(SOUND).put(path, bytes);
    }

    pub fn remove(&self, path: &str) {
        self.0.write().expect(SOUND).remove(path);
    }

    /// The text of a file, if there is one.
    pub fn text(&self, path: &str) -> Option<String> {
        self.0
            .read()
            .expect(SOUND)
            .get(path)
            .map(|bytes| String::from_utf8(bytes.to_vec()).expect("text"))
    }
}

impl Files for Shared {
    fn list(&self) -> (Vec<FileEntry>, Vec<Finding>) {
        self.0.read().expect(SOUND).list()
    }

    fn read(&self, path: &HubPath) -> io::Result<Vec<u8>> {
        self.0.read().expect(SOUND).read(path)
    }
}
