//! What the files of a search depend on.

use std::collections::BTreeMap;

use serde::Serialize;

use super::super::Inputs;
use super::files;
use crate::theme::Phrase;
use crate::view::{OtherLang, View, WritesItself};
use etappe_base::hash::{Digest, Hasher};
use etappe_hub::config::PersonaIx;
use etappe_hub::content::{Body, Document};

/// Everything that a file of a site's search depends on.
pub(super) enum SearchInputs<'m> {
    /// The first file.
    Index(Box<IndexInputs<'m>>),
    /// The pages that one file describes, in the order of their numbers.
    Pages(Vec<FoundPage<'m>>),
    /// One share of the words.
    Words(WordsInputs<'m>),
}

/// Everything that the first file of a search depends on.
pub(super) struct IndexInputs<'m> {
    /// What is written, whatever the size of the site.
    pub(super) index: Index<'m>,
    /// On a site of few pages: its pages, with their texts, and its words, which then have no files
    /// of their own.
    pub(super) whole: Option<(Vec<FoundPage<'m>>, WordsInputs<'m>)>,
}

/// What the first file of a search says.
#[derive(Serialize)]
pub(super) struct Index<'m> {
    /// Digest of all that is searched: where it differs, so do the other files.
    pub(super) version: String,
    /// Code of the site's language.
    pub(super) lang: &'m str,
    /// How many pages are searched.
    pub(super) count: usize,
    /// How many pages one file describes.
    pub(super) chunk: usize,
    /// Into how many files the words are divided: a power of two.
    pub(super) shards: usize,
    /// Those with pages, in the order of the journey.
    pub(super) stages: Vec<SearchStage<'m>>,
    /// The persona's questions that a page answers, in the order of the card.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) questions: Vec<SearchQuestion>,
    /// The theme's words that a search shows.
    pub(super) strings: BTreeMap<&'m str, &'m Phrase>,
}

/// A question, and the page that answers it first.
#[derive(Serialize)]
pub(super) struct SearchQuestion {
    /// In the site's language.
    pub(super) text: String,
    /// From the site's root.
    pub(super) path: String,
}

/// A stage that has pages.
#[derive(Serialize)]
pub(super) struct SearchStage<'m> {
    /// From 1.
    pub(super) number: usize,
    /// In the site's language.
    pub(super) label: &'m str,
    /// The number of its first page.
    pub(super) from: usize,
    /// The number behind that of its last page.
    pub(super) to: usize,
    /// Numbers of its pages whose address another stage makes, and of those in the default
    /// language, ascending.
    pub(super) also: Vec<usize>,
}

/// A page as a search shows it.
#[derive(Serialize)]
pub(super) struct FoundPage<'m> {
    /// As in front matter.
    pub(super) title: &'m str,
    /// From the site's root.
    pub(super) path: String,
    /// The page's language, where that is not the site's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) lang: Option<OtherLang>,
    /// May be empty.
    pub(super) summary: &'m str,
    /// `info`, `promo`, `safety` or `patient`.
    pub(super) kind: &'static str,
    /// As on a card.
    pub(super) state: &'static str,
    /// Its text is written only on a site of few pages.
    #[serde(skip)]
    pub(super) body: &'m Body,
}

/// Some of the words of a site.
pub(super) struct WordsInputs<'m> {
    /// The site's pages, in the order of their numbers.
    pub(super) pages: &'m [Document],
    /// Whose variant of each page is read.
    pub(super) persona: PersonaIx,
    /// Which of the files, from 0.
    pub(super) shard: usize,
    /// Into how many files the words are divided.
    pub(super) shards: usize,
    /// Of all that the pages are found by and shown with.
    pub(super) digest: Digest,
}

impl Inputs for SearchInputs<'_> {
    fn hash(&self, hasher: &mut Hasher) {
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

    fn view(&self) -> View<'_> {
        View::Written(self)
    }
}

impl WritesItself for SearchInputs<'_> {
    fn write(&self, out: &mut Vec<u8>) {
        files::write_part(self, out);
    }
}
