//! Marks of blocks that are text because of the space beside them: it is one that Markdown does not
//! read as such, stands where none may, or is not there.

use super::Remarks;
use super::texts::begins_block;
use crate::content::dialect::{is_prefix, line_at, line_start};
use etappe_base::finding::codes;

impl Remarks {
    /// Looks for the mark of a heading or an item in the text at `at`, if that is first in its line.
    pub(super) fn mark(&mut self, source: &str, at: usize) {
        let is_first = line_start(source, at).is_some_and(|line| is_prefix(&source[line..at]));
        if !is_first {
            return;
        }
        let line = line_at(source, at);
        let lead = odd_length(line);
        let text = &line[lead..];
        let Some(mark) = mark_of(text) else { return };
        let behind = &text[mark.len()..];
        let odd = odd_length(behind);
        let said = behind[odd..].trim_start();
        if said.is_empty() || (mark.is_number() && !self.begins_list(source, at)) {
            return;
        }
        let (why, wrong) = match () {
            () if odd > 0 => {
                (format!("{} stands behind it", named(behind)), lead + mark.len() + odd)
            }
            () if lead > 0 && behind.starts_with([' ', '\t']) => {
                (format!("{} stands before it", named(line)), lead + mark.len() + 1)
            }
            () if lead == 0 && mark.is_heading_without_space(behind) => {
                ("no space stands behind it".to_owned(), mark.len())
            }
            () => return,
        };
        let (written, range) = (mark.written(text), at..at + wrong);
        self.marks_to = at + line.len();
        let message = format!("`{written}` marks no {} here: {why}.", mark.kind());
        self.add(
            &codes::MARK_SPACING,
            range.clone(),
            message,
            "put one plain space behind the mark, and nothing else",
        );
        self.fix_with(range, &format!("{written} "));
    }

    /// Whether a list may begin with the number at `at`: a sentence may go on with one.
    fn begins_list(&self, source: &str, at: usize) -> bool {
        // In lists of definitions the parser's events are not always in the order of the text.
        let between = source.get(self.marks_to..at).filter(|_| self.marks_to > 0);
        let is_empty = |text: &str| text.trim_matches(['\r', '\n', '>', ' ']).is_empty();
        begins_block(source, at) || between.is_some_and(is_empty)
    }

    /// `[^2] : text`, the definition of a footnote but for a space.
    pub(super) fn spaced_note(&mut self, source: &str, at: usize) {
        let line = line_at(source, at);
        let Some((label, rest)) = line[2..].split_once(']') else { return };
        let space = rest.len() - rest.trim_start().len();
        let is_first = || line_start(source, at).is_some_and(|line| is_prefix(&source[line..at]));
        let is_label = !label.is_empty() && !label.contains(char::is_whitespace);
        if space == 0 || !rest[space..].starts_with(':') || !is_label || !is_first() {
            return;
        }
        let range = at..at + label.len() + 3 + space + 1;
        let message =
            format!("`[^{label}]` defines no footnote here: a space stands before the colon.");
        self.add(&codes::MARK_SPACING, range.clone(), message, "remove the space before the colon");
        self.fix_with(range, &format!("[^{label}]:"));
        self.spaced_notes.insert(label.into());
    }
}

/// The mark of a block.
#[derive(Clone, Copy)]
enum Mark {
    /// So many hashes.
    Heading(usize),
    Item,
    /// A number of so many digits.
    Number(usize),
}

impl Mark {
    fn len(self) -> usize {
        match self {
            Self::Heading(hashes) => hashes,
            Self::Item => 1,
            Self::Number(digits) => digits + 1,
        }
    }

    fn is_number(self) -> bool {
        matches!(self, Self::Number(_))
    }

    /// One hash before a word is how networks write topics.
    fn is_heading_without_space(self, behind: &str) -> bool {
        matches!(self, Self::Heading(2..)) && behind.starts_with(char::is_alphanumeric)
    }

    fn kind(self) -> &'static str {
        if matches!(self, Self::Heading(_)) { "heading" } else { "item" }
    }

    fn written(self, text: &str) -> &str {
        &text[..self.len()]
    }
}

fn mark_of(text: &str) -> Option<Mark> {
    let run = |is: fn(&u8) -> bool| text.bytes().take_while(is).count();
    match text.as_bytes().first()? {
        b'#' => Some(run(|c| *c == b'#')).filter(|hashes| *hashes < 7).map(Mark::Heading),
        b'-' | b'*' | b'+' => Some(Mark::Item),
        b'0'..=b'9' => {
            let digits = run(u8::is_ascii_digit);
            let is_mark = digits < 10 && text[digits..].starts_with(['.', ')']);
            is_mark.then_some(Mark::Number(digits))
        }
        _ => None,
    }
}

/// How long the white space is that a text begins with and that Markdown reads as text.
fn odd_length(text: &str) -> usize {
    let is_odd = |c: char| !c.is_ascii() && (c.is_whitespace() || is_unseen(c));
    text.len() - text.trim_start_matches(is_odd).len()
}

fn is_unseen(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}')
}

/// What the character is called that a text begins with.
fn named(text: &str) -> &'static str {
    match text.chars().next() {
        Some('\u{a0}' | '\u{202f}') => "a no-break space",
        Some(c) if is_unseen(c) => "a zero-width space",
        _ => "a space of another width",
    }
}
