//! Finds texts within others, fast: nearly every text that is searched holds none of them.

// Lookups only: nothing is ever read out of these sets in their own order.
#![allow(clippy::disallowed_types)]

use std::collections::HashMap;

/// The shortest text looked for, in bytes: shorter ones are too common to tell anything.
pub(super) const SHORTEST: usize = 8;

/// The shortest text looked for within another, in characters. It must also have two words.
pub(super) const PHRASE: usize = 12;

/// Texts that are looked for, folded; each has its number.
#[derive(Default)]
pub(super) struct Lookout {
    texts: Vec<Box<str>>,
    /// Texts looked for where an element, a value or a line says nothing else.
    wholes: HashMap<Box<str>, u32>,
    marks: Sieve,
    sieve: Sieve,
    windows: Windows,
}

/// Eight bytes of a phrase, in a span of twelve.
#[derive(Clone, Copy, Default)]
struct SieveWindow {
    bytes: u64,
    /// The other four bytes of the span.
    beside: u32,
    /// Where in the span the eight begin.
    within: u32,
    text: u32,
    /// Where in the phrase the span begins.
    start: u32,
}

/// Windows of phrases, found by their bytes.
#[derive(Default)]
struct Windows {
    /// Windows of equal bytes are in one bucket.
    all: Vec<SieveWindow>,
    /// By bucket: where in `all` it begins. One more for the end.
    buckets: Vec<u32>,
    shift: u32,
}

/// How many bytes of a text are looked at together.
const WINDOW: usize = 8;

/// The distance of the windows that are looked at. Any twelve bytes in a row hold one of them
/// whole.
const STRIDE: usize = PHRASE - WINDOW + 1;

impl Lookout {
    /// Looks for folded texts, each given once.
    pub(super) fn new(texts: Vec<Box<str>>) -> Self {
        let (phrases, wholes): (Vec<u32>, Vec<u32>) = (0..texts.len() as u32)
            .filter(|at| texts[*at as usize].len() >= SHORTEST)
            .partition(|at| is_phrase(&texts[*at as usize]));
        let mut marks = Sieve::for_keys(wholes.len());
        wholes
            .iter()
            .filter_map(|at| ends(texts[*at as usize].as_bytes()))
            .for_each(|ends| marks.set(ends));
        let wholes = wholes.into_iter().map(|at| (texts[at as usize].clone(), at)).collect();
        let windows = windows(&texts, &phrases);
        let mut sieve = Sieve::for_keys(windows.len());
        windows.iter().for_each(|window| sieve.set(window.bytes));
        Self { texts, wholes, marks, sieve, windows: Windows::new(&windows) }
    }

    pub(super) fn text(&self, number: u32) -> &str {
        &self.texts[number as usize]
    }

    /// The number of the text that `piece` is as a whole. Of folding, only the case of ASCII is
    /// done here.
    pub(super) fn whole(&self, piece: &[u8]) -> Option<u32> {
        if !self.marks.may_have(ends(piece)?) {
            return None;
        }
        let lower = std::str::from_utf8(piece).ok()?.to_ascii_lowercase();
        self.wholes.get(lower.as_str()).copied()
    }

    /// Tells the phrases that stand in `text`, which is folded but for the case of ASCII.
    pub(super) fn phrases(&self, text: &[u8], tell: &mut dyn FnMut(u32)) {
        if self.windows.all.is_empty() {
            return;
        }
        let mut at = 0;
        while let Some(window) = text.get(at..).and_then(<[u8]>::first_chunk::<WINDOW>) {
            let bytes = small(window);
            if self.sieve.may_have(bytes) {
                self.at_window(text, at, bytes, tell);
            }
            at += STRIDE;
        }
    }

    #[cold]
    fn at_window(&self, text: &[u8], at: usize, bytes: u64, tell: &mut dyn FnMut(u32)) {
        for window in self.windows.of(bytes) {
            let Some(span) = at.checked_sub(window.within as usize) else { continue };
            let Some(bytes) = text.get(span..).and_then(<[u8]>::first_chunk) else { continue };
            if beside(bytes, window.within as usize) != window.beside {
                continue;
            }
            let Some(start) = span.checked_sub(window.start as usize) else { continue };
            let phrase = self.text(window.text).as_bytes();
            let Some(end) = Some(start + phrase.len()).filter(|end| *end <= text.len()) else {
                continue;
            };
            if text[start..end].eq_ignore_ascii_case(phrase) && stands_alone(text, start, end) {
                tell(window.text);
            }
        }
    }
}

impl Windows {
    fn new(windows: &[SieveWindow]) -> Self {
        let buckets = windows.len().next_power_of_two();
        let shift = u64::BITS - buckets.ilog2().max(1);
        let mut found = Self {
            all: vec![SieveWindow::default(); windows.len()],
            buckets: vec![0; (u64::MAX >> shift) as usize + 2],
            shift,
        };
        let bucket = |window: &SieveWindow| (mixed(window.bytes) >> shift) as usize;
        // Counted, then summed up, then filled from the end of each.
        windows.iter().for_each(|window| found.buckets[bucket(window)] += 1);
        let mut sum = 0;
        for count in &mut found.buckets {
            sum += *count;
            *count = sum;
        }
        for window in windows {
            let place = &mut found.buckets[bucket(window)];
            *place -= 1;
            found.all[*place as usize] = *window;
        }
        found
    }

    /// The windows with these bytes.
    fn of(&self, bytes: u64) -> impl Iterator<Item = &SieveWindow> {
        let bucket = (mixed(bytes) >> self.shift) as usize;
        let all = self.buckets[bucket] as usize..self.buckets[bucket + 1] as usize;
        self.all[all].iter().filter(move |window| window.bytes == bytes)
    }
}

/// Whether a folded text is looked for within others: one of several words.
fn is_phrase(text: &str) -> bool {
    text.contains(' ') && text.chars().count() >= PHRASE
}

/// Whether neither end of a range of the text cuts a word.
fn stands_alone(text: &[u8], start: usize, end: usize) -> bool {
    let is_word = |character: Option<char>| character.is_some_and(char::is_alphanumeric);
    let cuts_word =
        |at: usize| is_word(last_character(&text[..at])) && is_word(first_character(&text[at..]));
    !cuts_word(start) && !cuts_word(end)
}

/// In bytes, as UTF-8.
const LONGEST_CHARACTER: usize = 4;

fn first_character(text: &[u8]) -> Option<char> {
    String::from_utf8_lossy(&text[..text.len().min(LONGEST_CHARACTER)]).chars().next()
}

fn last_character(text: &[u8]) -> Option<char> {
    String::from_utf8_lossy(&text[text.len().saturating_sub(LONGEST_CHARACTER)..])
        .chars()
        .next_back()
}

/// The windows that find each phrase, all of one span of twelve bytes. Of the spans at the phrase's
/// beginning, middle and end, that with the rarest windows is taken: many titles begin alike.
fn windows(texts: &[Box<str>], phrases: &[u32]) -> Vec<SieveWindow> {
    let text = |at: u32| texts[at as usize].as_bytes();
    let spans = |at: u32| {
        let last = text(at).len() - PHRASE;
        [last, last / 2, 0]
    };
    let bytes = |at: u32, start: usize| text(at)[start..].first_chunk().map_or(0, small);
    let mut counts = vec![0_u16; 1 << 16];
    let slot = |bytes: u64| (mixed(bytes) >> 48) as usize;
    for at in phrases {
        for start in spans(*at).into_iter().flat_map(|start| start..start + STRIDE) {
            let count = &mut counts[slot(bytes(*at, start))];
            *count = count.saturating_add(1);
        }
    }
    let commonness = |at: u32, start: usize| {
        (start..start + STRIDE).map(|start| counts[slot(bytes(at, start))]).max()
    };
    let mut windows = Vec::with_capacity(phrases.len() * STRIDE);
    for at in phrases {
        let Some(start) = spans(*at).into_iter().min_by_key(|start| commonness(*at, *start)) else {
            continue;
        };
        let Some(span) = text(*at)[start..].first_chunk() else { continue };
        windows.extend((0..STRIDE).map(|within| SieveWindow {
            bytes: bytes(*at, start + within),
            beside: beside(span, within),
            within: within as u32,
            text: *at,
            start: start as u32,
        }));
    }
    windows
}

/// Eight bytes as a number, in which small and capital letters are the same.
fn small(bytes: &[u8; WINDOW]) -> u64 {
    u64::from_le_bytes(*bytes) | 0x2020_2020_2020_2020
}

/// The bytes of a span that are not in its window which begins at `within`, as [`small`] has them.
fn beside(span: &[u8; PHRASE], within: usize) -> u32 {
    let mut bytes = [0; PHRASE - WINDOW];
    bytes[..within].copy_from_slice(&span[..within]);
    bytes[within..].copy_from_slice(&span[within + WINDOW..]);
    u32::from_le_bytes(bytes) | 0x2020_2020
}

/// The length and both ends of a text, as one key. `None` for a text too short to be looked for.
fn ends(text: &[u8]) -> Option<u64> {
    let (head, tail) = (small(text.first_chunk()?), small(text.last_chunk()?));
    Some(head ^ tail.rotate_left(29) ^ text.len() as u64)
}

/// Multiplying by an odd constant spreads every bit over the upper ones.
fn mixed(key: u64) -> u64 {
    key.wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// Rules out nearly every key that was not put in. Each key has two bits, in one word.
struct Sieve {
    words: Vec<u64>,
    shift: u32,
}

impl Default for Sieve {
    fn default() -> Self {
        Self::for_keys(0)
    }
}

impl Sieve {
    /// One of 200 other keys passes, as long as no more than a hundred thousand keys are put in.
    fn for_keys(keys: usize) -> Self {
        const BITS_FOR_A_KEY: usize = 32;
        let words = (keys * BITS_FOR_A_KEY / 64).next_power_of_two().clamp(16, 1 << 16);
        Self { words: vec![0; words], shift: 64 - words.ilog2() }
    }

    fn set(&mut self, key: u64) {
        let (word, bits) = self.place(key);
        self.words[word] |= bits;
    }

    #[inline]
    fn may_have(&self, key: u64) -> bool {
        let (word, bits) = self.place(key);
        self.words[word] & bits == bits
    }

    #[inline]
    fn place(&self, key: u64) -> (usize, u64) {
        let mixed = mixed(key);
        // The lowest bits depend on the first bytes alone.
        ((mixed >> self.shift) as usize, 1 << (mixed >> 36 & 63) | 1 << (mixed >> 42 & 63))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(looked_for: &[&str], text: &str) -> Vec<u32> {
        let lookout = Lookout::new(looked_for.iter().map(|text| (*text).into()).collect());
        let mut found = Vec::new();
        lookout.phrases(text.as_bytes(), &mut |number| found.push(number));
        found
    }

    #[test]
    fn phrases_are_found_wherever_they_begin() {
        let phrase = "why migraine";
        for before in 0..40 {
            let text = format!("{} WHY Migraine.", "x".repeat(before));
            assert_eq!(found(&["another phrase", phrase], &text), [1], "{text}");
        }
        assert_eq!(found(&[phrase], phrase), [0]);
    }

    #[test]
    fn words_end_where_a_phrase_does() {
        for text in [
            "why migraines",
            "awhy migraine",
            "why migrain",
            "why  migraine",
            "éwhy migraine",
            "why migraineé",
        ] {
            assert!(found(&["why migraine"], text).is_empty(), "{text}");
        }
        for text in ["“why migraine”", "(why migraine)", "_why migraine_", "why-why migraine"] {
            assert_eq!(found(&["why migraine"], text), [0], "{text}");
        }
    }

    #[test]
    fn short_texts_and_single_words_are_found_whole_only() {
        let lookout = Lookout::new(["dose now", "epilepsies", "short"].map(Into::into).into());
        assert_eq!(
            ["Dose Now", "EPILEPSIES", "short", "dose now.", "epilepsie"]
                .map(|piece| lookout.whole(piece.as_bytes())),
            [Some(0), Some(1), None, None, None]
        );
        assert!(found(&["dose now", "epilepsies"], "the dose now of epilepsies").is_empty());
    }

    #[test]
    fn ten_thousand_phrases_that_begin_alike_are_each_found() {
        let phrases: Vec<String> =
            (0..10_000).map(|number| format!("how to use the tool {number} well")).collect();
        let lookout = Lookout::new(phrases.iter().map(|text| text.as_str().into()).collect());
        for (number, phrase) in phrases.iter().enumerate().step_by(97) {
            let mut found = Vec::new();
            lookout.phrases(format!("See {phrase}, please.").as_bytes(), &mut |number| {
                found.push(number)
            });
            assert_eq!(found, [number as u32]);
        }
    }
}
