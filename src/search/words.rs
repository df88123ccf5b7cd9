//! The words of one page, each once, with the weightiest place that it stands in.

use super::html::{Gap, Reader, read};
use super::{PARTS, fold, part};

/// How many times a word must stand in a text to be one of those that the text is about.
const OFTEN: u32 = 5;

/// Where a word stands, the weightiest last.
pub(super) const BODY: u8 = 0;
const BODY_OFTEN: u8 = 1;
const SUMMARY: u8 = 2;
const HEADING: u8 = 3;
const TITLE: u8 = 4;

/// How many kinds of places there are.
pub(super) const LEVELS: usize = 5;

/// What a page is found by.
pub struct Written<'w, G> {
    pub title: &'w str,
    pub summary: &'w str,
    pub html: &'w str,
    pub gaps: G,
}

/// The words of one page.
#[derive(PartialEq)]
pub struct Words {
    /// Of each word: how long it is, where it stands, and itself. In the order of parts.
    bytes: Box<[u8]>,
    /// Where each part begins in `bytes`, and the last ends.
    starts: [u32; PARTS + 1],
}

impl std::fmt::Debug for Words {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.within(0..PARTS)).finish()
    }
}

impl Words {
    pub fn new<'w, G: Iterator<Item = Gap<'w>>>(written: Written<'w, G>) -> Self {
        let mut gatherer = Gatherer { table: vec![0; 1024], ..Gatherer::default() };
        for (text, level) in [(written.title, TITLE), (written.summary, SUMMARY)] {
            gatherer.level = level;
            gatherer.text(text);
            gatherer.pause();
        }
        gatherer.level = BODY;
        read(written.html, written.gaps, &mut gatherer);
        gatherer.finish()
    }

    /// Words of some parts, with where they stand.
    pub(super) fn within(&self, parts: std::ops::Range<usize>) -> impl Iterator<Item = (&str, u8)> {
        let mut rest = &self.bytes[self.starts[parts.start] as usize..self.starts[parts.end] as usize];
        std::iter::from_fn(move || {
            let [length, level, after @ ..] = rest else { return None };
            let (word, after) = after.split_at(usize::from(*length));
            rest = after;
            Some((std::str::from_utf8(word).expect("words are kept whole"), *level))
        })
    }
}

/// Collects words; each stands once in `bytes`, in the order in which they were met.
#[derive(Default)]
struct Gatherer {
    bytes: Vec<u8>,
    known: Vec<Known>,
    /// By hash: places in `known`, from 1. Its length is a power of two.
    table: Vec<u32>,
    level: u8,
    /// The open word begins here and goes to the end of `bytes`.
    open: usize,
    /// The open word has other characters than letters and digits of ASCII.
    is_foreign: bool,
}

struct Known {
    start: u32,
    length: u8,
    level: u8,
    count: u32,
    hash: u32,
}

impl Reader for Gatherer {
    fn text(&mut self, text: &str) {
        for byte in text.bytes() {
            match byte {
                b'a'..=b'z' | b'0'..=b'9' => self.bytes.push(byte),
                b'A'..=b'Z' => self.bytes.push(byte | 0x20),
                128.. => {
                    self.is_foreign = true;
                    self.bytes.push(byte);
                }
                _ => self.pause(),
            }
        }
    }

    fn pause(&mut self) {
        if self.bytes.len() == self.open {
            return;
        }
        if self.is_foreign {
            self.is_foreign = false;
            let word = String::from_utf8(self.bytes.split_off(self.open)).expect("texts are cut at letters of ASCII only");
            fold::words(&word, &mut |word| {
                self.bytes.extend_from_slice(word.as_bytes());
                self.take();
            });
        } else {
            self.bytes.truncate(self.open + fold::LONGEST);
            self.take();
        }
    }

    fn heading(&mut self, inside: bool) {
        self.pause();
        self.level = if inside { HEADING } else { BODY };
    }
}

impl Gatherer {
    /// Takes the word that is open.
    fn take(&mut self) {
        let word = &self.bytes[self.open..];
        let hash = hash(word);
        let mut slot = hash as usize;
        loop {
            slot &= self.table.len() - 1;
            match self.table[slot].checked_sub(1).map(|at| &mut self.known[at as usize]) {
                None => break,
                Some(known) if known.hash == hash && self.bytes[known.start as usize..][..usize::from(known.length)] == *word => {
                    known.count += 1;
                    known.level = known.level.max(self.level);
                    return self.bytes.truncate(self.open);
                }
                Some(_) => slot += 1,
            }
        }
        let length = u8::try_from(word.len()).expect("words are cut");
        self.known.push(Known { start: self.open as u32, length, level: self.level, count: 1, hash });
        self.table[slot] = self.known.len() as u32;
        self.open = self.bytes.len();
        if self.known.len() * 2 > self.table.len() {
            self.grow();
        }
    }

    fn grow(&mut self) {
        let size = self.table.len() * 2;
        self.table = vec![0; size];
        for (at, known) in self.known.iter().enumerate() {
            let mut slot = known.hash as usize & (size - 1);
            while self.table[slot] != 0 {
                slot = (slot + 1) & (size - 1);
            }
            self.table[slot] = at as u32 + 1;
        }
    }

    /// Puts the words in the order of their parts.
    fn finish(self) -> Words {
        let word = |known: &Known| &self.bytes[known.start as usize..][..usize::from(known.length)];
        let parts: Vec<u8> =
            self.known.iter().map(|known| part(std::str::from_utf8(word(known)).expect("words are kept whole")) as u8).collect();
        let mut starts = [0; PARTS + 1];
        for (known, part) in self.known.iter().zip(&parts) {
            starts[usize::from(*part) + 1] += u32::from(known.length) + 2;
        }
        for part in 0..PARTS {
            starts[part + 1] += starts[part];
        }
        let mut bytes = vec![0; starts[PARTS] as usize];
        let mut free = starts;
        for (known, part) in self.known.iter().zip(&parts) {
            let at = &mut free[usize::from(*part)];
            let level = if known.level == BODY && known.count >= OFTEN { BODY_OFTEN } else { known.level };
            let place = &mut bytes[*at as usize..][..usize::from(known.length) + 2];
            place[0] = known.length;
            place[1] = level;
            place[2..].copy_from_slice(word(known));
            *at += u32::from(known.length) + 2;
        }
        Words { bytes: bytes.into(), starts }
    }
}

/// For tables that live as long as one page or list is made; nothing is ever in its order.
pub(super) fn hash(word: &[u8]) -> u32 {
    const ODD: u64 = 0x9e37_79b9_7f4a_7c15;
    let mut hash = word.len() as u64;
    let mut chunks = word.chunks_exact(8);
    for chunk in &mut chunks {
        hash = (hash.rotate_left(5) ^ u64::from_le_bytes(chunk.try_into().expect("eight bytes"))).wrapping_mul(ODD);
    }
    let mut last = [0; 8];
    last[..chunks.remainder().len()].copy_from_slice(chunks.remainder());
    hash = (hash.rotate_left(5) ^ u64::from_le_bytes(last)).wrapping_mul(ODD);
    (hash >> 32) as u32
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn words(title: &str, summary: &str, html: &str) -> BTreeMap<String, u8> {
        let words = Words::new(Written { title, summary, html, gaps: std::iter::empty() });
        words.within(0..PARTS).map(|(word, level)| (word.to_owned(), level)).collect()
    }

    #[test]
    fn a_word_counts_by_its_weightiest_place() {
        let words = words("Memory", "memory loss", "<h2>Loss of sleep</h2><p>sleep, memory: Pills</p>");
        let expected = [("loss", HEADING), ("memory", TITLE), ("of", HEADING), ("pills", BODY), ("sleep", HEADING)];
        assert_eq!(words, expected.map(|(word, level)| (word.to_owned(), level)).into());
    }

    #[test]
    fn a_word_that_comes_often_weighs_more() {
        let words = words("", "", "<p>scan scan <b>scan</b> Scan once scan once</p>");
        assert_eq!(words, [("once".to_owned(), BODY), ("scan".to_owned(), BODY_OFTEN)].into());
    }

    #[test]
    fn words_go_on_within_a_line_whatever_their_letters() {
        assert_eq!(words("", "", "<p>d<em>é</em>ment<b>ia</b></p>").into_keys().collect::<Vec<_>>(), ["dementia"]);
    }

    #[test]
    fn every_part_has_the_words_that_begin_so() {
        let html: String = (0..3000).map(|number| format!("<p>w{number} {number}é</p>")).collect();
        let words = Words::new(Written { title: "", summary: "", html: &html, gaps: std::iter::empty() });
        let mut count = 0;
        for of in 0..PARTS {
            count += words.within(of..of + 1).inspect(|(word, _)| assert_eq!(part(word), of)).count();
        }
        assert_eq!(count, 6000);
    }
}
