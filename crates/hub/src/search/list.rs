//! Which pages have which words: lists that browsers read, more of them the larger the site is.

use super::words::{SearchWord, Words, rehashed};
use super::{CHUNK, PARTS};

/// How a number is written: five bits a letter, the lowest first; the second half of the letters
/// says that more follow.
const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// How many lists the words of a site with `pages` pages are in. The count alone decides, so that
/// an edit of a text moves no word to another list.
pub fn shards(pages: usize) -> usize {
    pages.div_ceil(CHUNK).next_power_of_two().min(PARTS)
}

/// One word, and the first and the last of its pages among [`Terms::pages`].
struct Term<'w> {
    word: SearchWord<'w>,
    first: u32,
    last: u32,
}

/// The words of a shard.
struct Terms<'w> {
    terms: Vec<Term<'w>>,
    /// Of all words: number and level of a page, and the place of the word's next page or 0.
    pages: Vec<(u32, u32)>,
    /// By hash: places in `terms`, from 1.
    table: Vec<u32>,
}

/// How many bits of a page's entry say where the word stands.
const LEVEL_BITS: u32 = 3;

/// Writes the words of one shard: `word:pages;word:pages`, sorted. Behind a word stand the pages
/// that have it, by kind of place, with commas between the kinds; of each page, its distance from
/// the one before. The list holds letters, digits and `:;,-_` only.
pub fn list<'w>(
    pages: impl Iterator<Item = &'w Words>,
    shard: usize,
    shards: usize,
    out: &mut Vec<u8>,
) {
    let parts = shard * PARTS / shards..(shard + 1) * PARTS / shards;
    let mut all = Terms { terms: Vec::new(), pages: vec![(0, 0)], table: vec![0; 1024] };
    for (number, words) in pages.enumerate() {
        for (word, level) in words.within(parts.clone()) {
            all.add(word, (number as u32) << LEVEL_BITS | u32::from(level));
        }
    }
    all.terms.sort_unstable_by_key(|term| term.word.letters);
    let mut numbers = Vec::new();
    for (at, term) in all.terms.iter().enumerate() {
        if at > 0 {
            out.push(b';');
        }
        out.extend_from_slice(term.word.letters);
        out.push(b':');
        numbers.clear();
        let mut next = term.first;
        while next != 0 {
            let (entry, after) = all.pages[next as usize];
            numbers.push(entry);
            next = after;
        }
        write_pages(out, &numbers);
    }
}

impl<'w> Terms<'w> {
    fn add(&mut self, word: SearchWord<'w>, entry: u32) {
        let place = self.pages.len() as u32;
        self.pages.push((entry, 0));
        let mut slot = word.hash as usize;
        loop {
            slot &= self.table.len() - 1;
            let Some(at) = self.table[slot].checked_sub(1) else { break };
            let term = &mut self.terms[at as usize];
            if term.word.is(&word) {
                self.pages[term.last as usize].1 = place;
                term.last = place;
                return;
            }
            slot += 1;
        }
        self.terms.push(Term { word, first: place, last: place });
        self.table[slot] = self.terms.len() as u32;
        if self.terms.len() * 2 > self.table.len() {
            self.table =
                rehashed(self.terms.iter().map(|term| term.word.hash), self.table.len() * 2);
        }
    }
}

fn write_pages(out: &mut Vec<u8>, entries: &[u32]) {
    let level_of = |entry: &u32| entry & ((1 << LEVEL_BITS) - 1);
    let weightiest = entries.iter().map(level_of).max().unwrap_or_default();
    for level in 0..=weightiest {
        if level > 0 {
            out.push(b',');
        }
        let mut next = 0;
        for page in
            entries.iter().filter(|entry| level_of(entry) == level).map(|entry| entry >> LEVEL_BITS)
        {
            write_number(out, page - next);
            next = page + 1;
        }
    }
}

fn write_number(out: &mut Vec<u8>, mut number: u32) {
    while number >= 32 {
        out.push(DIGITS[(number % 32 + 32) as usize]);
        number /= 32;
    }
    out.push(DIGITS[number as usize]);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::{Piece, SearchedPage};

    fn listed(pages: &[Words], shard: usize, shards: usize) -> String {
        let mut out = Vec::new();
        list(pages.iter(), shard, shards, &mut out);
        String::from_utf8(out).unwrap()
    }

    fn words(title: &str, html: &str) -> Words {
        let pieces = std::iter::once(Piece { html, texts: Vec::new() });
        Words::new(SearchedPage { title, summary: "", pieces })
    }

    #[test]
    fn a_list_names_pages_by_their_distances() {
        let pages: Vec<Words> = (0..40)
            .map(|at| {
                words(if at == 3 { "b" } else { "" }, if at % 39 == 0 { "<p>a b" } else { "" })
            })
            .collect();
        assert_eq!(listed(&pages, 0, 1), "a:AmB;b:AmB,,,,D");
    }

    #[test]
    fn every_word_is_in_one_shard() {
        let html: String = (0..500)
            .map(|number| format!("<p>{}x{number}", char::from(b'a' + (number % 26) as u8)))
            .collect();
        let pages = [words("", &html)];
        let whole = listed(&pages, 0, 1);
        for of in [2, 8, 64] {
            let mut all: Vec<String> = (0..of)
                .flat_map(|shard| {
                    listed(&pages, shard, of).split(';').map(str::to_owned).collect::<Vec<_>>()
                })
                .collect();
            all.retain(|entry| !entry.is_empty());
            all.sort_by_key(|entry| entry.split(':').next().map(str::to_owned));
            assert_eq!(all.join(";"), whole, "{of} shards");
        }
    }

    #[test]
    fn the_number_of_shards_follows_that_of_pages() {
        assert_eq!([0, 1, 64, 65, 129, 500, 4300, 100_000].map(shards), [1, 1, 1, 2, 4, 8, 64, 64]);
    }
}
