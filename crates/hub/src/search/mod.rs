//! What texts are found by: the words of a page, folded here as browsers fold what a reader types,
//! and the lists that a search looks them up in. Text in, words and lists out: knows no hub and no
//! theme.

mod fold;
mod html;
mod list;
mod words;

pub use html::{Piece, is_within_words, text};
pub use list::{list, shards};
pub use words::{SearchedPage, Words};

/// How many pages one file describes. A site with no more pages than this has one file for all.
pub const CHUNK: usize = 64;

/// The most parts that words are divided into, by how they begin.
const PARTS: usize = 64;

/// The part of a word: those that begin with the same two characters are in the same.
fn part(word: &str) -> usize {
    let mut characters = word.chars().map(|character| character as u32);
    let (first, second) =
        (characters.next().unwrap_or_default(), characters.next().unwrap_or_default());
    (first * 31 + second) as usize % PARTS
}
