//! What a broken link may have meant: the nearest name of the same sort.

use std::collections::{BTreeMap, BTreeSet};

use super::address::{Asset, Shelf};
use super::kinds::FileKind;
use crate::content::PageKey;
use etappe_base::finding::nearest;
use etappe_base::path;

/// What a broken link may have meant.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Near {
    /// As a link from the content root.
    pub path: String,
    /// The only page of this name: it stands elsewhere now.
    pub moved: bool,
}

/// Names that many folders have, each for a page of its own.
const NAMES_OF_FOLDERS: [&str; 3] = ["index", "_index", "README"];

/// Names by folder and folders by name, for "did you mean". Sorted, so that the same hub gives the
/// same help.
#[derive(Debug, Default)]
pub(super) struct Neighbours {
    /// By folder below `content/`: the names of its pages.
    pages: BTreeMap<String, Vec<String>>,
    /// By folder below `content/` or `static/`: the names of the files there.
    files: BTreeMap<String, Vec<String>>,
    /// By name: the pages that have it.
    moved: BTreeMap<String, Vec<PageKey>>,
    /// By name: the folders that have such a file.
    strayed: BTreeMap<String, Vec<String>>,
    /// Folders that hold a page or a file, however deep.
    folders: BTreeSet<String>,
}

impl Neighbours {
    pub(super) fn new(pages: &[&PageKey], shelf: &Shelf) -> Self {
        let mut all = Self::default();
        for key in pages {
            let name = key.as_str().rsplit('/').next().unwrap_or_default();
            all.pages.entry(key.folder().to_owned()).or_default().push(name.to_owned());
            all.note_folder(key.folder());
            if !NAMES_OF_FOLDERS.contains(&name) {
                all.moved.entry(name.to_owned()).or_default().push((*key).clone());
            }
        }
        for asset in shelf.beside.iter().chain(&shelf.stat) {
            all.note_file(asset);
        }
        all
    }

    fn note_file(&mut self, asset: &Asset) {
        let folder = asset.file.folder().split_once('/').map_or("", |(_, below)| below);
        let name = asset.file.name();
        self.files.entry(folder.to_owned()).or_default().push(name.to_owned());
        self.strayed.entry(name.to_owned()).or_default().push(folder.to_owned());
        self.note_folder(folder);
    }

    fn note_folder(&mut self, folder: &str) {
        let mut folder = folder;
        while !folder.is_empty() && self.folders.insert(folder.to_owned()) {
            folder = folder.rsplit_once('/').map_or("", |(above, _)| above);
        }
    }

    /// Whether it is a folder that holds anything.
    pub(super) fn is_folder(&self, path: &str) -> bool {
        self.folders.contains(path)
    }

    /// The page that a broken link to `name` may have meant.
    pub(super) fn page(&self, folder: &str, name: &str) -> Option<Near> {
        // A page that only moved keeps its name: that is the likeliest meaning.
        if let Some([only]) = self.moved.get(name).map(Vec::as_slice) {
            let path = as_link(&format!("/{}.md", only.as_str()));
            return Some(Near { path, moved: true });
        }
        let pages = self.pages.get(folder).into_iter().flatten();
        let near = nearest(name, alike(name, pages))?;
        Some(Near { path: format!("{}.md", rooted(folder, near)), moved: false })
    }

    /// The file of the same sort that a broken link to `name` may have meant.
    pub(super) fn file(&self, folder: &str, name: &str, kind: FileKind<'_>) -> Option<Near> {
        let found = |folder: &str, name: &str| Near { path: rooted(folder, name), moved: false };
        if let Some([only]) = self.strayed.get(name).map(Vec::as_slice) {
            return Some(found(only, name));
        }
        let of_kind = |other: &&str| FileKind::of(other) == kind;
        let files = self.files.get(folder).into_iter().flatten();
        nearest(name, alike(name, files).filter(of_kind)).map(|near| found(folder, near))
    }
}

fn rooted(folder: &str, name: &str) -> String {
    as_link(&if folder.is_empty() { format!("/{name}") } else { format!("/{folder}/{name}") })
}

/// The path as Markdown takes it between brackets. Letters of all languages stay readable.
fn as_link(path: &str) -> String {
    let written = |c: char| match c {
        '(' => "%28".to_owned(),
        ')' => "%29".to_owned(),
        c if c.is_ascii() => path::encode(c.encode_utf8(&mut [0; 4])).into_owned(),
        c => c.to_string(),
    };
    path.chars().map(written).collect()
}

/// The names worth comparing: in a folder of thousands only those that begin alike, since each
/// comparison costs.
fn alike<'n>(
    name: &'n str,
    names: impl Iterator<Item = &'n String> + Clone,
) -> impl Iterator<Item = &'n str> {
    const MANY: usize = 500;
    let many = names.clone().nth(MANY).is_some();
    let first = name.chars().next();
    names.map(String::as_str).filter(move |other| !many || other.chars().next() == first)
}
