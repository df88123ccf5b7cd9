//! Places in a source file: byte spans over the whole file, and lines and columns for people.

use serde::{Serialize, Serializer};

/// A range of bytes in the whole file, front matter included.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default, Hash, Serialize)]
pub struct Span {
    /// The first byte, from 0.
    pub start: u32,
    /// The byte after the last; equal to `start` for an empty span.
    pub end: u32,
}

impl Span {
    /// A span from byte offsets. Files over 4 GiB are refused before anything is parsed.
    pub fn new(start: usize, end: usize) -> Self {
        let clamp = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
        Self { start: clamp(start), end: clamp(end.max(start)) }
    }

    /// The same span, seen from a text that begins `by` bytes earlier.
    pub fn shifted(self, by: usize) -> Self {
        Self::new(self.start as usize + by, self.end as usize + by)
    }
}

impl From<std::ops::Range<usize>> for Span {
    fn from(range: std::ops::Range<usize>) -> Self {
        Self::new(range.start, range.end)
    }
}

/// A value and where it was written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Spanned<T> {
    /// As it was read.
    pub value: T,
    /// Where it stands in its file, which the holder knows.
    pub span: Span,
}

/// The values of a list alone.
pub fn values<T>(list: &[Spanned<T>]) -> impl Iterator<Item = &T> {
    list.iter().map(|item| &item.value)
}

/// The value alone: where it was written is no part of what outputs depend on.
impl<T: Serialize> Serialize for Spanned<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.value.serialize(serializer)
    }
}

/// A place as people count: line and column from 1, column in characters, offset in bytes from 0.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
pub struct Position {
    /// From 1.
    pub line: u32,
    /// In characters, from 1.
    pub column: u32,
    /// In bytes of the whole file, from 0; always at the border of a character.
    pub offset: u32,
}

/// Finds the line and column of byte offsets in one text.
pub struct LineIndex<'t> {
    text: &'t str,
    starts: Vec<u32>,
    /// How many characters begin before each block of [`STEP`] bytes: a line may be as long as its
    /// file, and is not counted through each time.
    counts: Vec<u32>,
}

const STEP: usize = 256;

impl<'t> LineIndex<'t> {
    /// Reads `text` once; each look-up is then a search.
    pub fn new(text: &'t str) -> Self {
        let breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let starts = std::iter::once(0).chain(breaks.map(|(at, _)| at as u32 + 1)).collect();
        let mut all = 0;
        let counts = text.as_bytes().chunks(STEP).map(|step| {
            let before = all;
            all += characters(step);
            before
        });
        let counts = counts.collect();
        Self { text, starts, counts }
    }

    /// The position of `offset`. An offset beyond the end, or inside a character, is moved back to
    /// the border before it. A byte-order mark takes no column.
    pub fn position(&self, offset: u32) -> Position {
        let mut at = (offset as usize).min(self.text.len());
        while !self.text.is_char_boundary(at) {
            at -= 1;
        }
        let line = self.starts.partition_point(|start| *start as usize <= at);
        let start = self.starts[line - 1] as usize;
        let marks = self.text[start..at].chars().take_while(|c| *c == '\u{feff}').count() as u32;
        let column = self.before(at) - self.before(start) - marks + 1;
        Position { line: line as u32, column, offset: at as u32 }
    }

    /// How many characters begin before `at`, which is a border between characters.
    fn before(&self, at: usize) -> u32 {
        let step = at / STEP;
        self.counts.get(step).map_or_else(
            || self.counts.last().copied().unwrap_or_default() + self.in_last_step(),
            |count| count + characters(&self.text.as_bytes()[step * STEP..at]),
        )
    }

    fn in_last_step(&self) -> u32 {
        self.text.as_bytes().chunks(STEP).next_back().map_or(0, characters)
    }
}

/// How many characters begin in these bytes.
fn characters(bytes: &[u8]) -> u32 {
    bytes.iter().map(|byte| u32::from(byte & 0xC0 != 0x80)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, offset: u32, line: u32, column: u32) {
        let position = LineIndex::new(text).position(offset);
        assert_eq!((position.line, position.column), (line, column), "{text:?} at {offset}");
    }

    #[test]
    fn lines_and_columns_count_from_one_in_characters() {
        check("ab\ncd", 0, 1, 1);
        check("ab\ncd", 4, 2, 2);
        check("é\r\nx", 4, 2, 1);
        check("éa", 2, 1, 2);
        check("", 9, 1, 1);
        check("\u{feff}a", 3, 1, 1);
        check("é", 1, 1, 1);
    }

    #[test]
    fn columns_of_long_lines_are_those_of_short_ones() {
        for length in [STEP - 1, STEP, STEP + 1, 2 * STEP, 5 * STEP + 3] {
            let text = "é\n".to_owned() + &"aé€🙂".repeat(length / 10) + &"x".repeat(length % 10);
            let index = LineIndex::new(&text);
            for (at, _) in text.char_indices().chain([(text.len(), ' ')]).filter(|(at, _)| *at >= 3)
            {
                assert_eq!(
                    index.position(at as u32).column as usize,
                    text[3..at].chars().count() + 1
                );
            }
        }
    }
}
