//! The sentences of a text, to tell whether one of them says what a claim says. They are taken from
//! the source as it was written: a sentence that is parted by anything but emphasis, citations and
//! footnotes is none that a claim has.

use std::collections::BTreeMap;

use super::Claim;
use super::words::essence;
use crate::config::LangIx;
use etappe_base::hash::Digest;
use etappe_base::source::Span;

/// One sentence of a page.
#[derive(Clone, Debug)]
pub struct Sentence {
    /// Where it stands, in bytes of the whole file.
    pub span: Span,
    digest: Digest,
}

/// The sentences of a text that begins `offset` bytes into its file.
pub(in crate::content) fn sentences(source: &str, offset: usize) -> Vec<Sentence> {
    let mut found = Vec::new();
    for (start, block) in blocks(source) {
        for (at, sentence) in parted(block) {
            let Some(digest) = digest(sentence) else { continue };
            let start = start + at + sentence.len() - sentence.trim_start().len();
            let span = Span::new(start, start + sentence.trim().len()).shifted(offset);
            found.push(Sentence { span, digest });
        }
    }
    found
}

/// The digests of the sentences of words that hold no marks.
pub(super) fn digests(words: &str) -> Vec<Digest> {
    parted(words).into_iter().filter_map(|(_, sentence)| digest(sentence)).collect()
}

/// What a sentence says; `None` for one that says nothing, or names a claim.
fn digest(sentence: &str) -> Option<Digest> {
    if sentence.contains(":claim") {
        return None;
    }
    let words = essence(&without_marks(sentence));
    (!words.is_empty()).then(|| Digest::of(words.as_bytes()))
}

/// The lines that belong together, without what marks them as items, quotes and headings, and where
/// each begins. Code and lines of directives part them, and belong to none.
fn blocks(source: &str) -> Vec<(usize, &str)> {
    let mut blocks: Vec<(usize, &str)> = Vec::new();
    let (mut at, mut open, mut in_code) = (0, None::<usize>, false);
    for line in source.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let text = line.trim_start_matches([' ', '\t', '>', '#', '-', '+', '|']);
        let is_code = text.starts_with("```") || text.starts_with("~~~");
        in_code ^= is_code;
        if in_code || is_code || text.trim().is_empty() || text.starts_with("::") {
            open = None;
            continue;
        }
        let is_item = text.len() < line.trim_start().len();
        match open.filter(|_| !is_item) {
            Some(block) => {
                let (begin, _) = blocks[block];
                blocks[block].1 = &source[begin..at];
            }
            None => {
                open = Some(blocks.len());
                blocks.push((start + line.len() - text.len(), text));
            }
        }
    }
    blocks
}

/// A text parted behind full stops, question marks and exclamation marks that white space, a note or
/// a citation follows.
fn parted(text: &str) -> Vec<(usize, &str)> {
    let mut sentences = Vec::new();
    let mut start = 0;
    for (at, _) in text.match_indices(['.', '!', '?']) {
        let rest = &text[at + 1..];
        let ends = rest.is_empty()
            || rest.starts_with(|c: char| c.is_whitespace() || "[*_”\"’".contains(c));
        if ends && at >= start && !is_in_citation(&text[start..at]) {
            sentences.push((start, &text[start..=at]));
            start = at + 1;
        }
    }
    sentences.push((start, &text[start..]));
    sentences
}

/// Whether a text ends within a citation, such as before the page in `[@key, p. 4]`.
fn is_in_citation(text: &str) -> bool {
    text.rfind("[@").is_some_and(|at| !text[at..].contains(']'))
}

/// The words without emphasis, code, notes and citations.
fn without_marks(text: &str) -> String {
    let mut words = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("[@").into_iter().chain(rest.find("[^")).min() {
        words.push_str(&rest[..at]);
        rest = rest[at..].find(']').map_or("", |end| &rest[at + end + 1..]);
    }
    words.push_str(rest);
    words.retain(|c| !matches!(c, '*' | '_' | '`' | '\\' | ']'));
    words
}

/// The sentences of one wording, and the claim that has it.
type Wording<'l> = (&'l [Digest], &'l str);

/// The sentences of all claims, by language.
pub struct ClaimSentences<'l> {
    /// By the first sentence of a wording: all of its sentences, and the claim.
    by_first: BTreeMap<(LangIx, Digest), Vec<Wording<'l>>>,
}

impl<'l> ClaimSentences<'l> {
    pub(super) fn new(claims: impl Iterator<Item = &'l Claim>) -> Self {
        let mut by_first: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for claim in claims {
            for (lang, words) in claim.all_wordings() {
                let Some(first) = words.sentences.first() else { continue };
                by_first.entry((lang, *first)).or_default().push((&*words.sentences, &*claim.id));
            }
        }
        Self { by_first }
    }

    /// The sentences of a page that say what a claim says, and the id of that claim.
    pub fn found_in(&self, page: &[Sentence], lang: LangIx) -> Vec<(Span, &'l str)> {
        let mut found = Vec::new();
        for (at, sentence) in page.iter().enumerate() {
            let wordings = self.by_first.get(&(lang, sentence.digest)).into_iter().flatten();
            let says = |(wording, _): &&(&[Digest], &str)| {
                let next = page[at..].iter().map(|sentence| &sentence.digest);
                next.take(wording.len()).eq(wording.iter())
            };
            if let Some((wording, id)) = wordings.filter(says).max_by_key(|(all, _)| all.len()) {
                let end = page[at + wording.len() - 1].span.end;
                found.push((Span { start: sentence.span.start, end }, *id));
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(source: &str, words: &str, expected: &[&str]) {
        let wanted = digests(words);
        let all = sentences(source, 0);
        let is_it = |at: &usize| {
            all[*at..].iter().map(|one| one.digest).take(wanted.len()).eq(wanted.iter().copied())
        };
        let found: Vec<&str> = (0..all.len())
            .filter(is_it)
            .map(|at| {
                &source[all[at].span.start as usize..all[at + wanted.len() - 1].span.end as usize]
            })
            .collect();
        assert_eq!(found, expected, "{source}");
    }

    #[test]
    fn a_sentence_is_found_wherever_it_stands() {
        let words = "It slows decline.";
        check("A. It slows decline. B.", words, &["It slows decline."]);
        check(
            "- it **slows**\n  decline [@a, p. 4]\n- b\n",
            words,
            &["it **slows**\n  decline [@a, p. 4]"],
        );
        check("> ## It slows decline\n", words, &["It slows decline"]);
        check("| It slows decline. |", words, &["It slows decline."]);
        check("It slows decline.[^1] B", words, &["It slows decline."]);
    }

    #[test]
    fn other_texts_are_none() {
        let words = "It slows decline.";
        check("It slows declines. It slows, decline. So it slows decline.", words, &[]);
        check("```\nIt slows decline.\n```\n", words, &[]);
        check(":claim[It slows decline]{id=slowing}", words, &[]);
        check("It slows decline and more.", words, &[]);
    }

    #[test]
    fn words_of_several_sentences_are_found_together() {
        check(
            "A. It slows decline. It is safe! B",
            "It slows decline. It is safe.",
            &["It slows decline. It is safe!"],
        );
        check("It slows decline. B. It is safe.", "It slows decline. It is safe.", &[]);
    }
}
