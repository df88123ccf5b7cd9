//! What a search on a site reads: the pages, and which words they have. `docs/search.md` describes
//! the files.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::theme::Phrase;
use etappe_base::hash::{Digest, Hasher};
use etappe_hub::config::PersonaIx;
use etappe_hub::content::{Body, Document};
use etappe_hub::search::CHUNK;

/// The folder of a site that all files of its search stand in.
const FOLDER: &str = "search";

/// The file that a site's search begins with, below the site's root.
pub const INDEX: &str = "search/index.json";

/// One file of a site's search.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum SearchPart {
    /// How many pages, stages and files there are; on a site of few pages, everything.
    Index,
    /// Some of the pages, by the number of the file, from 0.
    Pages(u16),
    /// Some of the words, by the number of the file, from 0.
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
    /// The first file.
    Index(Box<IndexInputs<'r>>),
    /// The pages that one file describes, in the order of their numbers.
    Pages(Vec<FoundPage<'r>>),
    /// One share of the words.
    Words(WordsInputs<'r>),
}

/// Everything that the first file of a search depends on.
pub struct IndexInputs<'r> {
    /// What is written, whatever the size of the site.
    pub index: Index<'r>,
    /// On a site of few pages: its pages, with their texts, and its words, which then have no files
    /// of their own.
    pub whole: Option<(Vec<FoundPage<'r>>, WordsInputs<'r>)>,
}

/// What the first file of a search says.
#[derive(Serialize)]
pub struct Index<'r> {
    /// Digest of all that is searched: where it differs, so do the other files.
    pub version: String,
    /// Code of the site's language.
    pub lang: &'r str,
    /// How many pages are searched.
    pub count: usize,
    /// How many pages one file describes.
    pub chunk: usize,
    /// Into how many files the words are divided: a power of two.
    pub shards: usize,
    /// Those with pages, in the order of the journey.
    pub stages: Vec<SearchStage<'r>>,
    /// The theme's words that a search shows.
    pub strings: BTreeMap<&'r str, &'r Phrase>,
}

/// A stage that has pages.
#[derive(Serialize)]
pub struct SearchStage<'r> {
    /// From 1.
    pub number: usize,
    /// In the site's language.
    pub label: &'r str,
    /// The number of its first page.
    pub from: usize,
    /// The number behind that of its last page.
    pub to: usize,
    /// Numbers of its pages whose address another stage makes, ascending.
    pub also: Vec<usize>,
}

/// A page as a search shows it.
#[derive(Serialize)]
pub struct FoundPage<'r> {
    /// As in front matter.
    pub title: &'r str,
    /// Below the site's root.
    pub path: String,
    /// May be empty.
    pub summary: &'r str,
    /// `info`, `promo`, `safety` or `patient`.
    pub kind: &'static str,
    /// As on a card.
    pub state: &'static str,
    /// Its text is written only on a site of few pages.
    #[serde(skip)]
    pub body: &'r Body,
}

/// Some of the words of a site.
pub struct WordsInputs<'r> {
    /// The site's pages, in the order of their numbers.
    pub pages: &'r [Document],
    /// Whose variant of each page is read.
    pub persona: PersonaIx,
    /// Which of the files, from 0.
    pub shard: usize,
    /// Into how many files the words are divided.
    pub shards: usize,
    /// Of all that the pages are found by and shown with.
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
