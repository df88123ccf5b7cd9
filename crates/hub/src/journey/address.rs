//! Addresses: from what a link says to the page or file that it means, whatever site asks.

// Lookups only: nothing is ever read out of these maps in their own order.
#![allow(clippy::disallowed_types)]

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use super::kinds::FileKind;
use super::near::{Near, Neighbours};
use super::{DocIx, Hub, MediaIx, PageIx, StaticIx};
use crate::config::Config;
use crate::content::PageKey;
use etappe_base::hash::Digest;
use etappe_base::index::{IndexVec, Ix};
use etappe_base::path::{self, HubPath};
use etappe_base::slug::composed;
use etappe_base::source::Span;
use etappe_base::withheld::{self, Reason};
use etappe_image::{ImageFlaw, Picture};

/// A file that outputs may copy: beside pages, or under `static/`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Asset {
    /// Begins with `content/` or `static/`.
    pub file: HubPath,
    /// In bytes.
    pub size: u64,
    /// Of its bytes as they are in the hub.
    pub digest: Digest,
    /// Of the bytes that are published: equal to `digest` where the file is copied as it is.
    pub published: Digest,
    /// `None` where it is no image that can be read.
    pub picture: Option<Picture>,
    /// What is left out of a drawing when it is published, and where that stands. Only findings
    /// need it, so it is not kept.
    #[serde(skip_deserializing)]
    pub unsafe_parts: Vec<(Span, String)>,
    /// Why browsers would not show it as an image. Only findings need it, so it is not kept.
    #[serde(skip)]
    pub flaw: Option<ImageFlaw>,
}

/// All such files, sorted by path.
#[derive(Debug, Default)]
pub struct Shelf {
    /// Files below `content/` that are neither pages nor defaults.
    pub beside: IndexVec<MediaIx, Asset>,
    /// Files below `static/`.
    pub stat: IndexVec<StaticIx, Asset>,
    /// Files and folders that exist but are not published, and why.
    pub withheld: Vec<(HubPath, Reason)>,
}

/// Finds pages and files by what links say.
#[derive(Debug)]
pub struct Addresses {
    pages: HashMap<PageKey, PageIx>,
    /// The index of each folder that has one, by the folder's path below `content/`.
    indexes: HashMap<Box<str>, PageIx>,
    /// By path below `content/`.
    beside: HashMap<String, MediaIx>,
    /// By path below `static/`.
    stat: HashMap<String, StaticIx>,
    /// By lower-case path: the name as it is. Made, like `neighbours`, when a link first leads
    /// nowhere.
    folded: OnceLock<HashMap<String, String>>,
    neighbours: OnceLock<Neighbours>,
    languages: Vec<String>,
    /// The files that links can mean; [`Located`] names them by their places in it.
    pub shelf: Shelf,
}

/// What a link means, before any site is asked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Located {
    /// A page of the hub, whether or not a given site shows it.
    Page {
        /// In all its languages: the site decides on one.
        page: PageIx,
        /// What stands behind `?`, as written; empty where nothing does.
        query: Box<str>,
        /// Decoded, without `#`; empty where there is none.
        fragment: Box<str>,
    },
    /// The persona's home.
    Home {
        /// Decoded, without `#`; empty where there is none.
        fragment: Box<str>,
    },
    /// A file beside pages, by its place in [`Shelf::beside`].
    Beside {
        /// Its place in [`Shelf::beside`].
        asset: MediaIx,
        /// Query and fragment as written, with `?` and `#`; empty where there are none.
        tail: Box<str>,
    },
    /// A file under `static/`, by its place in [`Shelf::stat`].
    Static {
        /// Its place in [`Shelf::stat`].
        asset: StaticIx,
        /// Query and fragment as written, with `?` and `#`; empty where there are none.
        tail: Box<str>,
    },
    /// A page or file whose name differs from the link in upper and lower case.
    Miscased {
        /// What the link means when case is ignored: a page or a file.
        meant: Box<Located>,
        /// The page's key, or the file's path below `content/` or `static/`, as it really is.
        name: Box<str>,
    },
    /// A heading of the page itself.
    Here {
        /// Decoded, without `#`; empty where there is none.
        fragment: Box<str>,
    },
    /// Another host, mail, telephone: not ours to judge.
    External,
    /// An address that no reader may be given: it runs, or means a file on somebody's machine.
    Barred,
    /// Nothing of the hub: [`Addresses::near`] gives the nearest known path.
    Broken,
}

impl Located {
    /// The page that is meant, if it is one.
    pub fn page(&self) -> Option<PageIx> {
        match self {
            Self::Page { page, .. } => Some(*page),
            Self::Miscased { meant, .. } => meant.page(),
            _ => None,
        }
    }

    /// The file beside pages that is meant, if it is one.
    pub fn beside(&self) -> Option<MediaIx> {
        match self {
            Self::Beside { asset, .. } => Some(*asset),
            Self::Miscased { meant, .. } => meant.beside(),
            _ => None,
        }
    }
}

/// The index of each folder. Of two the one that stands; the other is a finding.
fn indexes(pages: &[super::Page]) -> HashMap<Box<str>, PageIx> {
    let mut ranked: HashMap<Box<str>, (usize, PageIx)> = HashMap::new();
    for (at, page) in pages.iter().enumerate() {
        let Some((folder, rank)) = page.key.index_of() else { continue };
        let own = (rank, PageIx(at as u32));
        ranked.entry(folder.into()).and_modify(|known| *known = own.min(*known)).or_insert(own);
    }
    ranked.into_iter().map(|(folder, (_, page))| (folder, page)).collect()
}

/// The places of files, by their paths below `folder`, composed.
fn below<I: Ix>(folder: &str, assets: &IndexVec<I, Asset>) -> HashMap<String, I> {
    let key = |asset: &Asset| {
        let path = asset.file.as_str().strip_prefix(folder).unwrap_or(asset.file.as_str());
        composed(path).into_owned()
    };
    assets.iter_indexed().map(|(ix, asset)| (key(asset), ix)).collect()
}

impl Addresses {
    /// Makes the maps. `pages` are the hub's, in the order that [`PageIx`] counts.
    pub fn new(pages: &[super::Page], shelf: Shelf, config: &Config) -> Self {
        Self {
            folded: OnceLock::new(),
            neighbours: OnceLock::new(),
            pages: pages
                .iter()
                .enumerate()
                .map(|(at, page)| (page.key.clone(), PageIx(at as u32)))
                .collect(),
            indexes: indexes(pages),
            beside: below("content/", &shelf.beside),
            stat: below("static/", &shelf.stat),
            languages: config.languages.iter().map(|lang| lang.code.clone()).collect(),
            shelf,
        }
    }

    /// A file beside pages, by its place in [`Shelf::beside`].
    ///
    /// # Panics
    ///
    /// If there is no such file.
    pub fn beside(&self, ix: MediaIx) -> &Asset {
        &self.shelf.beside[ix]
    }

    /// A file under `static/`, by its place in [`Shelf::stat`].
    ///
    /// # Panics
    ///
    /// If there is no such file.
    pub fn stat(&self, ix: StaticIx) -> &Asset {
        &self.shelf.stat[ix]
    }

    /// A file under `static/` by its whole path, as it is written; `None` where there is none.
    pub fn find_static(&self, file: &HubPath) -> Option<&Asset> {
        let below = file.as_str().strip_prefix("static/")?;
        self.stat.get(&*composed(below)).map(|ix| self.stat(*ix))
    }

    /// The page of a key; `None` where the hub has none.
    pub fn page(&self, key: &PageKey) -> Option<PageIx> {
        self.pages.get(key).copied()
    }

    /// What `dest`, written on the page `from`, means. `dest` is as the Markdown or HTML says it.
    pub fn locate(&self, from: &PageKey, dest: &str) -> Located {
        let (rest, fragment) = dest.split_once('#').unwrap_or((dest, ""));
        let (target, query) = rest.split_once('?').unwrap_or((rest, ""));
        let written = path::decode(fragment);
        let fragment = composed(&written);
        if target.is_empty() {
            return match (&fragment, self.page(from)) {
                // Browsers compare ids byte by byte, so the link must be written anew.
                (Cow::Owned(fragment), Some(page)) => {
                    Located::Page { page, query: "".into(), fragment: fragment.as_str().into() }
                }
                _ => Located::Here { fragment: written.into() },
            };
        }
        let fragment: Box<str> = fragment.into();
        let Some(joined) = joined(from, target) else { return Located::Broken };
        if joined.is_empty() {
            return Located::Home { fragment };
        }
        let tail = &dest[target.len()..];
        self.find(&joined, query, &fragment, tail)
            .unwrap_or_else(|| self.find_folded(&joined, query, &fragment, tail))
    }

    fn find(&self, joined: &str, query: &str, fragment: &str, tail: &str) -> Option<Located> {
        if let Some(page) = self.find_page(joined) {
            return Some(Located::Page { page, query: query.into(), fragment: fragment.into() });
        }
        if let Some(asset) = self.beside.get(joined) {
            return Some(Located::Beside { asset: *asset, tail: tail.into() });
        }
        self.stat.get(joined).map(|asset| Located::Static { asset: *asset, tail: tail.into() })
    }

    /// Finds a page or file whatever the case: some systems would find the file, and others not.
    fn find_folded(&self, joined: &str, query: &str, fragment: &str, tail: &str) -> Located {
        let lower = joined.to_lowercase();
        let stem = lower.strip_suffix(".md").unwrap_or(&lower);
        let folded = self.folded.get_or_init(|| self.fold());
        let name = folded.get(&lower).or_else(|| folded.get(stem));
        let meant = name.and_then(|name| Some((name, self.find(name, query, fragment, tail)?)));
        match meant {
            Some((name, meant)) => {
                Located::Miscased { meant: Box::new(meant), name: name.as_str().into() }
            }
            None => Located::Broken,
        }
    }

    /// Every name by its lower case. Of names that differ in case alone the last counts.
    fn fold(&self) -> HashMap<String, String> {
        let below_content = self
            .shelf
            .beside
            .iter()
            .filter_map(|asset| asset.file.as_str().strip_prefix("content/"));
        let below_static =
            self.shelf.stat.iter().filter_map(|asset| asset.file.as_str().strip_prefix("static/"));
        let names =
            self.keys().into_iter().map(PageKey::as_str).chain(below_content).chain(below_static);
        names.map(composed).map(|name| (name.to_lowercase(), name.into_owned())).collect()
    }

    /// The keys of all pages, sorted.
    fn keys(&self) -> Vec<&PageKey> {
        let mut keys: Vec<&PageKey> = self.pages.keys().collect();
        keys.sort_unstable();
        keys
    }

    /// The page of a path below `content/`: with `.md` or without, with a language or without, a
    /// folder's index too.
    fn find_page(&self, joined: &str) -> Option<PageIx> {
        let find = |key: &str| self.pages.get(key).copied();
        if let Some(page) = find(joined) {
            return Some(page);
        }
        if let Some(page) = self.indexes.get(joined) {
            return Some(*page);
        }
        let stem = joined
            .strip_suffix(".md")
            .or_else(|| joined.strip_suffix(".markdown"))
            .or_else(|| joined.strip_suffix(".html"))?;
        find(stem).or_else(|| {
            let (base, suffix) = stem.rsplit_once('.')?;
            self.languages.iter().any(|code| code == suffix).then(|| find(base))?
        })
    }

    /// Why the target of a broken link is not published. `None` where it does not exist, and
    /// nothing keeps its name from being published.
    pub fn withheld(&self, from: &PageKey, dest: &str) -> Option<Reason> {
        let joined = joined(from, dest)?;
        let is_it = |path: &HubPath| {
            let below = path.as_str().split_once('/').map_or("", |(_, below)| below);
            joined.strip_prefix(below).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let known =
            self.shelf.withheld.iter().find(|(path, _)| is_it(path)).map(|(_, reason)| *reason);
        known.or_else(|| withheld::in_path(&joined).map(|(_, reason)| reason))
    }

    /// The known path nearest to a broken link, written as a link from the content root. It is of
    /// the same sort of file; `is_shown` asks for what a page can show, which a page is not.
    pub fn near(&self, from: &PageKey, dest: &str, is_shown: bool) -> Option<Near> {
        let joined = joined(from, dest)?;
        let neighbours = self.neighbours.get_or_init(|| Neighbours::new(&self.keys(), &self.shelf));
        let stem = joined.strip_suffix(".md").unwrap_or(&joined);
        if neighbours.is_folder(stem) {
            return None;
        }
        let (folder, name) = stem.rsplit_once('/').unwrap_or(("", stem));
        let kind = FileKind::of(name);
        if stem.len() == joined.len() && kind != FileKind::Page {
            let found = neighbours.file(folder, name, kind);
            // An unknown extension may be a part of a page's name.
            let may_be_page = matches!(kind, FileKind::Other(_)) && !is_shown;
            return found.or_else(|| may_be_page.then(|| neighbours.page(folder, name)).flatten());
        }
        if is_shown { None } else { neighbours.page(folder, name) }
    }

    /// Whether a broken link names a folder of the hub, which then has no page of its own.
    pub fn is_folder(&self, from: &PageKey, dest: &str) -> bool {
        let neighbours = self.neighbours.get_or_init(|| Neighbours::new(&self.keys(), &self.shelf));
        joined(from, dest).is_some_and(|joined| neighbours.is_folder(&joined))
    }
}

/// The path below `content/` or `static/` that a link on the page `from` means, composed and
/// without its tail. `None` where it climbs above the root.
fn joined(from: &PageKey, dest: &str) -> Option<String> {
    let target = dest.split(['#', '?']).next().unwrap_or_default();
    let decoded = path::decode(target);
    let joined = match decoded.strip_prefix('/') {
        Some(rooted) => path::join("", rooted),
        None => path::join(from.folder(), &decoded),
    }?;
    Some(match composed(&joined) {
        Cow::Borrowed(_) => joined,
        Cow::Owned(composed) => composed,
    })
}

impl Hub {
    /// The key of the page that a document belongs to.
    pub fn key_of(&self, doc: DocIx) -> &PageKey {
        &self.page(self.doc(doc).page).key
    }
}
