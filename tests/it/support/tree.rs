//! A built site: every output by its path.

use std::collections::BTreeMap;
use std::path::Path;

use walkdir::WalkDir;

/// Outputs by path below the web root.
#[derive(Clone, PartialEq, Eq)]
pub struct Tree {
    pub outputs: BTreeMap<String, Vec<u8>>,
}

impl Tree {
    pub fn new(outputs: BTreeMap<String, Vec<u8>>) -> Self {
        Self { outputs }
    }

    /// Every file below a folder; none when there is no such folder.
    pub fn read(folder: &Path) -> Self {
        let mut outputs = BTreeMap::new();
        for entry in WalkDir::new(folder)
            .into_iter()
            .filter_map(Result::ok)
            .filter(|entry| !entry.file_type().is_dir())
        {
            let path = entry.path().strip_prefix(folder).expect("it is below the folder");
            let bytes = std::fs::read(entry.path()).expect("an output can be read");
            outputs.insert(path.to_str().expect("outputs have plain names").to_owned(), bytes);
        }
        Self { outputs }
    }

    pub fn paths(&self) -> Vec<&str> {
        self.outputs.keys().map(String::as_str).collect()
    }

    pub fn has(&self, path: &str) -> bool {
        self.outputs.contains_key(path)
    }

    pub fn bytes(&self, path: &str) -> &[u8] {
        self.outputs
            .get(path)
            .unwrap_or_else(|| panic!("there is no output `{path}`; there are {:#?}", self.paths()))
    }

    pub fn text(&self, path: &str) -> &str {
        std::str::from_utf8(self.bytes(path)).unwrap_or_else(|_| panic!("`{path}` is UTF-8"))
    }

    /// The outputs of one folder, by path below it.
    pub fn below(&self, folder: &str) -> Self {
        let own = format!("{folder}/");
        let below = |(path, bytes): (&String, &Vec<u8>)| {
            Some((path.strip_prefix(&own)?.to_owned(), bytes.clone()))
        };
        Self { outputs: self.outputs.iter().filter_map(below).collect() }
    }

    /// The HTML outputs.
    pub fn pages(&self) -> impl Iterator<Item = (&str, &str)> {
        self.outputs
            .keys()
            .filter(|path| path.ends_with(".html"))
            .map(|path| (path.as_str(), self.text(path)))
    }

    /// Outputs in whose bytes or path `needle` stands.
    pub fn holding(&self, needle: &str) -> Vec<&str> {
        let holds = |path: &str, bytes: &[u8]| {
            path.contains(needle) || String::from_utf8_lossy(bytes).contains(needle)
        };
        self.outputs
            .iter()
            .filter(|(path, bytes)| holds(path, bytes))
            .map(|(path, _)| path.as_str())
            .collect()
    }

    /// Fails with the first outputs in which two trees differ.
    pub fn assert_same(&self, other: &Self, what: &str) {
        let all: std::collections::BTreeSet<&String> =
            self.outputs.keys().chain(other.outputs.keys()).collect();
        let differ: Vec<&&String> = all
            .iter()
            .filter(|path| self.outputs.get(**path) != other.outputs.get(**path))
            .take(10)
            .collect();
        assert!(differ.is_empty(), "{what}: these differ: {differ:?}");
    }
}
