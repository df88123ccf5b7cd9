//! The words of one page, each once, with the weightiest place that it stands in.

use super::html::{Piece, TextReader, read};
use super::{PARTS, fold, part};

/// How many times a word must stand in a text to be one of those that the text is about.
const OFTEN: u32 = 5;

/// Where a word stands, the weightiest last.
const BODY: u8 = 0;
const BODY_OFTEN: u8 = 1;
const SUMMARY: u8 = 2;
const HEADING: u8 = 3;
const TITLE: u8 = 4;

/// What a page is found by.
pub struct SearchedPage<'w, P> {
    /// Plain text, the weightiest place.
    pub title: &'w str,
    /// Plain text; empty where there is none.
    pub summary: &'w str,
    /// The body's HTML, without what goes into its gaps.
    pub pieces: P,
}

/// The words of one page.
#[derive(PartialEq)]
pub struct Words {
    /// For each word its length, where it stands, and its letters. In the order of parts; some
    /// padding follows the last.
    bytes: Box<[u8]>,
    /// Where each part begins in `bytes`, and the last ends.
    starts: [u32; PARTS + 1],
}

/// A word as tables compare it.
#[derive(Clone, Copy)]
pub(super) struct SearchWord<'w> {
    pub letters: &'w [u8],
    /// The first eight bytes, and zeros where it is shorter: most words are no longer.
    head: u64,
    pub hash: u32,
}

impl<'w> SearchWord<'w> {
    /// The first `length` of `bytes`, of which there are at least eight.
    fn new(bytes: &'w [u8], length: usize) -> Self {
        let head = u64::from_le_bytes(*bytes.first_chunk().expect("there is padding"));
        let head = if length < HEAD { head & ((1 << (8 * length)) - 1) } else { head };
        Self { letters: &bytes[..length], head, hash: hash(head, &bytes[HEAD.min(length)..length]) }
    }

    pub(super) fn is(&self, other: &Self) -> bool {
        let is_whole = self.letters.len() <= HEAD;
        self.head == other.head
            && self.letters.len() == other.letters.len()
            && (is_whole || self.letters == other.letters)
    }
}

/// How many bytes of a word are compared at once.
const HEAD: usize = 8;

/// For tables that live only while one page or list is made; no output is in its order.
fn hash(head: u64, rest: &[u8]) -> u32 {
    const ODD: u64 = 0x9e37_79b9_7f4a_7c15;
    let mut hash = head.wrapping_mul(ODD);
    for byte in rest {
        hash = (hash.rotate_left(5) ^ u64::from(*byte)).wrapping_mul(ODD);
    }
    (hash >> 32) as u32
}

impl std::fmt::Debug for Words {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let words = self
            .within(0..PARTS)
            .map(|(word, level)| (String::from_utf8_lossy(word.letters).into_owned(), level));
        f.debug_list().entries(words).finish()
    }
}

impl Words {
    /// Gathers the words, each with the weightiest place that it stands in.
    pub fn new<'w, P: Iterator<Item = Piece<'w>>>(written: SearchedPage<'w, P>) -> Self {
        let mut gatherer = Gatherer::default();
        for (text, level) in [(written.title, TITLE), (written.summary, SUMMARY)] {
            gatherer.level = level;
            gatherer.text(text);
            gatherer.pause();
        }
        gatherer.level = BODY;
        read(written.pieces, &mut gatherer);
        gatherer.finish()
    }

    /// Words of some parts, with where they stand.
    pub(super) fn within(
        &self,
        parts: std::ops::Range<usize>,
    ) -> impl Iterator<Item = (SearchWord<'_>, u8)> {
        let (mut at, end) = (self.starts[parts.start] as usize, self.starts[parts.end] as usize);
        std::iter::from_fn(move || {
            let [length, level, after @ ..] = self.bytes.get(at..).filter(|_| at < end)? else {
                return None;
            };
            at += usize::from(*length) + 2;
            Some((SearchWord::new(after, usize::from(*length)), *level))
        })
    }
}

/// Collects words; each stands once in `bytes`, in the order in which they were met.
struct Gatherer {
    bytes: Vec<u8>,
    known: Vec<KnownWord>,
    /// By hash: places in `known`, from 1. Its length is a power of two.
    table: Vec<u32>,
    level: u8,
    /// The open word as far as it is kept, with zeros behind.
    open: [u8; OPEN],
    length: usize,
    /// The open word, if it has other characters than letters and digits of ASCII.
    foreign: Vec<u8>,
}

/// Room for the longest word, whatever its letters.
const OPEN: usize = 4 * fold::LONGEST + HEAD;

struct KnownWord {
    start: u32,
    length: u8,
    level: u8,
    part: u8,
    count: u32,
    head: u64,
    hash: u32,
}

impl Default for Gatherer {
    fn default() -> Self {
        Self {
            bytes: Vec::with_capacity(4096),
            known: Vec::with_capacity(512),
            table: vec![0; 1024],
            level: BODY,
            open: [0; OPEN],
            length: 0,
            foreign: Vec::new(),
        }
    }
}

impl TextReader for Gatherer {
    fn text(&mut self, text: &str) {
        for byte in text.bytes() {
            match FOLDED[usize::from(byte)] {
                PAUSE => self.pause(),
                FOREIGN => {
                    if self.foreign.is_empty() {
                        self.foreign.extend_from_slice(&self.open[..self.length]);
                    }
                    self.foreign.push(byte);
                }
                letter => self.letter(letter),
            }
        }
    }

    fn pause(&mut self) {
        if !self.foreign.is_empty() {
            let word = String::from_utf8(std::mem::take(&mut self.foreign))
                .expect("texts are cut at letters of ASCII only");
            fold::words(&word, &mut |word| {
                self.length = word.len();
                self.open[..word.len()].copy_from_slice(word.as_bytes());
                self.take();
            });
        } else if self.length > 0 {
            self.take();
        }
        self.length = 0;
    }

    fn heading(&mut self, inside: bool) {
        self.pause();
        self.level = if inside { HEADING } else { BODY };
    }
}

/// What a byte means: the letter or digit that it is, in lower case, or one of the two.
const FOLDED: [u8; 256] = folded();
/// No word goes on past it.
const PAUSE: u8 = 0;
/// Part of a character beyond ASCII.
const FOREIGN: u8 = 255;

const fn folded() -> [u8; 256] {
    let mut folded = [PAUSE; 256];
    let mut byte = 0;
    while byte < 256 {
        folded[byte] = match byte as u8 {
            letter if letter.is_ascii_alphanumeric() => letter.to_ascii_lowercase(),
            128.. => FOREIGN,
            _ => PAUSE,
        };
        byte += 1;
    }
    folded
}

impl Gatherer {
    #[inline]
    fn letter(&mut self, letter: u8) {
        if !self.foreign.is_empty() {
            self.foreign.push(letter);
        } else if self.length < fold::LONGEST {
            self.open[self.length] = letter;
            self.length += 1;
        }
    }

    /// Takes the word that is open.
    fn take(&mut self) {
        let word = SearchWord::new(&self.open, self.length);
        let mut slot = word.hash as usize;
        loop {
            slot &= self.table.len() - 1;
            let Some(at) = self.table[slot].checked_sub(1) else { break };
            let known = &mut self.known[at as usize];
            let letters = &self.bytes[known.start as usize..][..usize::from(known.length)];
            if word.is(&SearchWord { letters, head: known.head, hash: known.hash }) {
                known.count += 1;
                known.level = known.level.max(self.level);
                return;
            }
            slot += 1;
        }
        let start = self.bytes.len() as u32;
        self.bytes.extend_from_slice(word.letters);
        let part = part(std::str::from_utf8(word.letters).expect("words are kept whole")) as u8;
        let length = u8::try_from(word.letters.len()).expect("words are cut");
        self.known.push(KnownWord {
            start,
            length,
            level: self.level,
            part,
            count: 1,
            head: word.head,
            hash: word.hash,
        });
        self.table[slot] = self.known.len() as u32;
        if self.known.len() * 2 > self.table.len() {
            self.table = rehashed(self.known.iter().map(|known| known.hash), self.table.len() * 2);
        }
    }

    /// Puts the words in the order of their parts.
    fn finish(self) -> Words {
        let mut starts = [0; PARTS + 1];
        for known in &self.known {
            starts[usize::from(known.part) + 1] += u32::from(known.length) + 2;
        }
        for part in 0..PARTS {
            starts[part + 1] += starts[part];
        }
        let mut bytes = vec![0; starts[PARTS] as usize + HEAD];
        let mut free = starts;
        for known in &self.known {
            let length = usize::from(known.length);
            let at = &mut free[usize::from(known.part)];
            let place = &mut bytes[*at as usize..][..length + 2];
            *at += length as u32 + 2;
            place[0] = known.length;
            place[1] =
                if known.level == BODY && known.count >= OFTEN { BODY_OFTEN } else { known.level };
            place[2..].copy_from_slice(&self.bytes[known.start as usize..][..length]);
        }
        Words { bytes: bytes.into(), starts }
    }
}

/// A table of `size` for things with these hashes: their places, from 1.
pub(super) fn rehashed(hashes: impl Iterator<Item = u32>, size: usize) -> Vec<u32> {
    let mut table = vec![0; size];
    for (at, hash) in hashes.enumerate() {
        let mut slot = hash as usize & (size - 1);
        while table[slot] != 0 {
            slot = (slot + 1) & (size - 1);
        }
        table[slot] = at as u32 + 1;
    }
    table
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn whole(html: &str) -> impl Iterator<Item = Piece<'_>> {
        std::iter::once(Piece { html, texts: Vec::new() })
    }

    fn words(title: &str, summary: &str, html: &str) -> BTreeMap<String, u8> {
        let words = Words::new(SearchedPage { title, summary, pieces: whole(html) });
        words
            .within(0..PARTS)
            .map(|(word, level)| (String::from_utf8_lossy(word.letters).into_owned(), level))
            .collect()
    }

    #[test]
    fn a_word_counts_by_its_weightiest_place() {
        let words =
            words("Memory", "memory loss", "<h2>Loss of sleep</h2><p>sleep, memory: Pills</p>");
        let expected = [
            ("loss", HEADING),
            ("memory", TITLE),
            ("of", HEADING),
            ("pills", BODY),
            ("sleep", HEADING),
        ];
        assert_eq!(words, expected.map(|(word, level)| (word.to_owned(), level)).into());
    }

    #[test]
    fn a_word_that_comes_often_weighs_more() {
        let words = words("", "", "<p>scan scan <b>scan</b> Scan once scan once</p>");
        assert_eq!(words, [("once".to_owned(), BODY), ("scan".to_owned(), BODY_OFTEN)].into());
    }

    #[test]
    fn words_go_on_within_a_line_whatever_their_letters() {
        assert_eq!(
            words("", "", "<p>d<em>é</em>ment<b>ia</b></p>").into_keys().collect::<Vec<_>>(),
            ["dementia"]
        );
    }

    #[test]
    fn every_part_has_the_words_that_begin_so() {
        let html: String = (0..3000).map(|number| format!("<p>w{number} {number}é</p>")).collect();
        let words = Words::new(SearchedPage { title: "", summary: "", pieces: whole(&html) });
        let mut count = 0;
        for of in 0..PARTS {
            count += words
                .within(of..of + 1)
                .inspect(|(word, _)| {
                    assert_eq!(part(std::str::from_utf8(word.letters).unwrap()), of)
                })
                .count();
        }
        assert_eq!(count, 6000);
    }
}
