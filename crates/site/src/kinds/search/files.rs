//! The files of a site's search, as JSON.

use serde::Serialize;

use super::super::xml::SOUND;
use super::inputs::{FoundPage, Index, IndexInputs, SearchInputs, WordsInputs};
use etappe_hub::search::list;

/// The file that a search reads first.
#[derive(Serialize)]
struct Beginning<'v> {
    #[serde(flatten)]
    index: &'v Index<'v>,
    /// Only on a site of few pages.
    #[serde(skip_serializing_if = "Option::is_none")]
    pages: Option<Vec<WithText<'v>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    words: Option<String>,
}

/// A page with its plain text.
#[derive(Serialize)]
struct WithText<'v> {
    #[serde(flatten)]
    page: &'v FoundPage<'v>,
    text: String,
}

#[derive(Serialize)]
struct Pages<'v> {
    pages: &'v [FoundPage<'v>],
}

pub(super) fn write_part(search: &SearchInputs<'_>, out: &mut Vec<u8>) {
    match search {
        SearchInputs::Index(inputs) => {
            let IndexInputs { index, whole } = &**inputs;
            let with_text = |page| WithText { page, text: page.body.plain() };
            let pages = whole.as_ref().map(|(pages, _)| pages.iter().map(with_text).collect());
            let words = whole.as_ref().map(|(_, words)| {
                let mut list = Vec::new();
                words_of(words, &mut list);
                String::from_utf8(list).expect("words are text")
            });
            write(&Beginning { index, pages, words }, out);
        }
        SearchInputs::Pages(pages) => write(&Pages { pages }, out),
        // Nothing in a list needs escaping.
        SearchInputs::Words(inputs) => {
            out.extend_from_slice(b"{\"words\":\"");
            words_of(inputs, out);
            out.extend_from_slice(b"\"}\n");
        }
    }
}

fn words_of(inputs: &WordsInputs<'_>, out: &mut Vec<u8>) {
    let WordsInputs { pages, persona, shard, shards, .. } = inputs;
    // Threads that make lists of one site begin at different pages, so that none waits for the
    // words that another works out.
    let (before, own) = pages.split_at(shard * pages.len() / shards);
    for page in own.iter().chain(before) {
        page.found_by(*persona);
    }
    list(pages.iter().map(|page| page.found_by(*persona)), *shard, *shards, out);
}

fn write(value: &impl Serialize, out: &mut Vec<u8>) {
    serde_json::to_writer(&mut *out, value).expect(SOUND);
    out.push(b'\n');
}
