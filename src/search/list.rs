//! Which pages have which words: a list that browsers read, in as many pieces as the site is large.

use super::words::{LEVELS, Words, hash};
use super::{CHUNK, PARTS};

/// How a number is written: five bits a letter, the lowest first; the second half of the letters says that more follow.
const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// In how many lists the words of a site with so many pages are. By count alone, so that an edit of a text moves none.
pub fn shards(pages: usize) -> usize {
    pages.div_ceil(CHUNK).next_power_of_two().min(PARTS)
}

/// One word and the pages that have it: number and level of each.
struct Term<'w> {
    word: &'w str,
    pages: Vec<(u32, u8)>,
}

/// The words of one shard: `word:pages;word:pages`, sorted. Behind a word, for each kind of place the pages that have it there,
/// separated by commas; of each page its distance from the one before.
pub fn list<'w>(pages: impl Iterator<Item = &'w Words>, shard: usize, shards: usize) -> String {
    let parts = shard * PARTS / shards..(shard + 1) * PARTS / shards;
    let mut terms = gather(pages, parts);
    terms.sort_unstable_by_key(|term| term.word);
    let mut out = String::new();
    for term in &terms {
        if !out.is_empty() {
            out.push(';');
        }
        out.push_str(term.word);
        out.push(':');
        write_pages(&mut out, &term.pages);
    }
    out
}

fn gather<'w>(pages: impl Iterator<Item = &'w Words>, parts: std::ops::Range<usize>) -> Vec<Term<'w>> {
    let mut terms: Vec<Term<'w>> = Vec::new();
    // By hash: places in `terms`, from 1.
    let mut table: Vec<u32> = vec![0; 1024];
    for (page, words) in pages.enumerate() {
        for (word, level) in words.within(parts.clone()) {
            let mut slot = hash(word.as_bytes()) as usize & (table.len() - 1);
            let known = loop {
                match table[slot].checked_sub(1) {
                    Some(at) if terms[at as usize].word == word => break Some(at),
                    Some(_) => slot = (slot + 1) & (table.len() - 1),
                    None => break None,
                }
            };
            match known {
                Some(at) => terms[at as usize].pages.push((page as u32, level)),
                None => {
                    terms.push(Term { word, pages: vec![(page as u32, level)] });
                    table[slot] = terms.len() as u32;
                    if terms.len() * 2 > table.len() {
                        table = rehashed(&terms, table.len() * 2);
                    }
                }
            }
        }
    }
    terms
}

fn rehashed(terms: &[Term<'_>], size: usize) -> Vec<u32> {
    let mut table = vec![0; size];
    for (at, term) in terms.iter().enumerate() {
        let mut slot = hash(term.word.as_bytes()) as usize & (size - 1);
        while table[slot] != 0 {
            slot = (slot + 1) & (size - 1);
        }
        table[slot] = at as u32 + 1;
    }
    table
}

fn write_pages(out: &mut String, pages: &[(u32, u8)]) {
    let weightiest = pages.iter().map(|(_, level)| *level).max().unwrap_or_default();
    for level in 0..=weightiest.min(LEVELS as u8 - 1) {
        if level > 0 {
            out.push(',');
        }
        let mut next = 0;
        for (page, _) in pages.iter().filter(|(_, of)| *of == level) {
            write_number(out, page - next);
            next = page + 1;
        }
    }
}

fn write_number(out: &mut String, mut number: u32) {
    while number >= 32 {
        out.push(char::from(DIGITS[(number % 32 + 32) as usize]));
        number /= 32;
    }
    out.push(char::from(DIGITS[number as usize]));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::Written;

    fn words(title: &str, html: &str) -> Words {
        Words::new(Written { title, summary: "", html, gaps: std::iter::empty() })
    }

    #[test]
    fn a_list_names_pages_by_their_distances() {
        let pages: Vec<Words> = (0..40).map(|at| words(if at == 3 { "b" } else { "" }, if at % 39 == 0 { "<p>a b" } else { "" })).collect();
        assert_eq!(list(pages.iter(), 0, 1), "a:AmB;b:AmB,,,,D");
    }

    #[test]
    fn every_word_is_in_one_shard() {
        let html: String = (0..500).map(|number| format!("<p>{}x{number}", char::from(b'a' + (number % 26) as u8))).collect();
        let pages = [words("", &html)];
        let whole = list(pages.iter(), 0, 1);
        for of in [2, 8, 64] {
            let mut all: Vec<String> =
                (0..of).flat_map(|shard| list(pages.iter(), shard, of).split(';').map(str::to_owned).collect::<Vec<_>>()).collect();
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
