//! What a search on a site reads: the pages, and which words they have. `docs/search.md` describes
//! the files.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::theme::Phrase;
use etappe_base::hash::{Digest, Hasher};
use etappe_hub::config::PersonaIx;
use etappe_hub::content::{Body, Document};
use etappe_hub::search::CHUNK;

/// The folder of a site that all of it stands in.
const FOLDER: &str = "search";

/// What the search of a site begins with.
pub const INDEX: &str = "search/index.json";

/// One file of a site's search.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum SearchPart {
    /// How many pages, stages and files there are. On a site of few pages, everything.
    Index,
    /// Some of the pages.
    Pages(u16),
    /// Some of the words.
    Words(u16),
}

impl SearchPart {
    /// The file, below the site.
    pub fn path(self) -> String {
        match self {
            Self::Index => INDEX.to_owned(),
            Self::Pages(number) => format!("{FOLDER}/pages-{number}.json"),
            Self::Words(number) => format!("{FOLDER}/words-{number}.json"),
        }
    }
}

/// Everything that a file of a site's search depends on.
pub enum SearchInputs<'r> {
    Index(Box<IndexInputs<'r>>),
    Pages(Vec<FoundPage<'r>>),
    Words(WordsInputs<'r>),
}

/// Everything that the beginning of a search depends on.
pub struct IndexInputs<'r> {
    pub index: Index<'r>,
    /// What a site of few pages has in no files of their own: its pages, with their texts, and
    /// their words.
    pub whole: Option<(Vec<FoundPage<'r>>, WordsInputs<'r>)>,
}

/// What a search begins with.
#[derive(Serialize)]
pub struct Index<'r> {
    /// Of all that is searched: another one means that the other files differ.
    pub version: String,
    pub lang: &'r str,
    /// How many pages are searched.
    pub count: usize,
    /// How many pages a file describes, and into how many files words are divided.
    pub chunk: usize,
    pub shards: usize,
    pub stages: Vec<SearchStage<'r>>,
    /// The theme's words that a search shows.
    pub strings: BTreeMap<&'r str, &'r Phrase>,
}

/// A stage that has pages.
#[derive(Serialize)]
pub struct SearchStage<'r> {
    /// From 1.
    pub number: usize,
    pub label: &'r str,
    /// The first of its pages, and the one behind the last.
    pub from: usize,
    pub to: usize,
    /// Its pages that stand at another stage.
    pub also: Vec<usize>,
}

/// A page as a search shows it.
#[derive(Serialize)]
pub struct FoundPage<'r> {
    pub title: &'r str,
    /// Below the site's root.
    pub path: String,
    pub summary: &'r str,
    pub kind: &'static str,
    /// As on a card.
    pub state: &'static str,
    #[serde(skip)]
    pub body: &'r Body,
}

/// Some of the words of a site.
pub struct WordsInputs<'r> {
    /// The site's pages, in the order of their numbers.
    pub pages: &'r [Document],
    pub persona: PersonaIx,
    pub shard: usize,
    pub shards: usize,
    /// Of all that the pages are found by.
    pub digest: Digest,
}

/// The theme's words that a search shows: its own, and those of the badges. Only previews have
/// pages with a state to show.
pub fn is_shown(key: &str, preview: bool) -> bool {
    ["search_", "kind_"].iter().any(|start| key.starts_with(start))
        || preview && key.starts_with("state_")
}

/// Whether a site of so many pages has all of its search in one file.
pub fn is_whole(pages: usize) -> bool {
    pages <= CHUNK
}

impl SearchInputs<'_> {
    pub(super) fn hash(&self, hasher: &mut Hasher) {
        match self {
            // Its version stands for the pages and their words.
            Self::Index(inputs) => hasher.text("index").value(&inputs.index),
            Self::Pages(pages) => hasher.text("pages").value(pages),
            Self::Words(words) => hasher
                .text("words")
                .digest(words.digest)
                .number(words.shard as u64)
                .number(words.shards as u64),
        };
    }
}
