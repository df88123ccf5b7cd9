//! What the parser would misread is another character while it parses: the colon that begins a line
//! but no definition, and tabs in the row below a table's head.

use std::borrow::Cow;
use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, CowStr, Event, Tag, TagEnd};

use super::lines::{is_delimiter_row, is_prefix, line_at, line_start};

/// What stands in a masked text for what its author wrote.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::content) struct Masks {
    /// For colons, if there are any to mask and the text leaves a character free.
    colon: Option<char>,
    /// Some tabs are spaces.
    tabs: bool,
}

/// The text as the parser is to read it; every byte stays at its place. Nearly every text stays as
/// it is. Colons that `begin` something else than a definition are left to others.
pub(in crate::content) fn masked(
    source: &str,
    begin: impl Fn(usize) -> bool,
) -> (Cow<'_, str>, Masks) {
    let (mut colons, mut tabs) = (Vec::new(), Vec::new());
    for at in memchr::memchr2_iter(b':', b'\t', source.as_bytes()) {
        match source.as_bytes()[at] {
            b':' if is_first_but_defines_nothing(source, at) && !begin(at) => colons.push(at),
            b'\t' if is_in_delimiter_row(source, at) => tabs.push(at),
            _ => {}
        }
    }
    if colons.is_empty() && tabs.is_empty() {
        return (Cow::Borrowed(source), Masks::default());
    }
    let colon = if colons.is_empty() { None } else { free_character(source) };
    let mut text = source.to_owned();
    if let Some(mask) = colon {
        let mut bytes = [0; 1];
        let mask = mask.encode_utf8(&mut bytes);
        colons.iter().for_each(|at| text.replace_range(at..&(at + 1), mask));
    }
    tabs.iter().for_each(|at| text.replace_range(at..&(at + 1), " "));
    (Cow::Owned(text), Masks { colon, tabs: !tabs.is_empty() })
}

/// Whether the colon at `at` stands first in its line, with no white space behind it.
fn is_first_but_defines_nothing(source: &str, at: usize) -> bool {
    let bytes = source.as_bytes();
    // Behind `:-` the row below a table's head may go on.
    let is_drawn = || line_at(source, at).bytes().all(|byte| b"|-: \t".contains(&byte));
    let is_followed = match bytes.get(at + 1) {
        Some(b'-') => !is_drawn(),
        next => next.is_some_and(|next| !b" \t\n\r".contains(next)),
    };
    let may_be_first = || at == 0 || b"\n\r \t>:".contains(&bytes[at - 1]);
    is_followed
        && may_be_first()
        && line_start(source, at).is_some_and(|line| is_prefix(&source[line..at]))
}

/// The most white space in a row that is looked past, in bytes.
const MOST_WHITE: usize = 100;

/// Whether the tab at `at` stands in the row below a table's head, behind its beginning.
fn is_in_delimiter_row(source: &str, at: usize) -> bool {
    let bytes = source.as_bytes();
    let near = at.saturating_sub(MOST_WHITE)..at;
    let before = bytes[near].iter().rev().find(|byte| !matches!(byte, b' ' | b'\t'));
    let is_behind_mark = before.is_some_and(|byte| b"|-:".contains(byte));
    let start = || line_start(source, at);
    is_behind_mark && start().is_some_and(|start| is_delimiter_row(line_at(source, start)))
}

/// One byte, as a colon is. It means nothing to Markdown, and the text has it neither as itself nor
/// by its number.
fn free_character(source: &str) -> Option<char> {
    let numbered: Vec<u32> = numbers(source).collect();
    ('\u{1}'..='\u{8}').find(|c| !source.contains(*c) && !numbered.contains(&u32::from(*c)))
}

impl Masks {
    /// Whether nothing is masked.
    pub(in crate::content) fn are_none(self) -> bool {
        self.colon.is_none() && !self.tabs
    }

    /// A text as its author wrote it.
    pub(in crate::content) fn text<'t>(self, text: CowStr<'t>) -> CowStr<'t> {
        match self.colon.filter(|mask| text.contains(*mask)) {
            Some(mask) => text.replace(mask, ":").into(),
            None => text,
        }
    }

    /// An event as its author wrote it, in the `source` that was masked.
    pub(in crate::content) fn event<'t>(
        self,
        event: Event<'t>,
        range: &Range<usize>,
        source: &'t str,
    ) -> Event<'t> {
        if self.are_none() {
            return event;
        }
        // Rows in code and in raw HTML keep their tabs.
        let with_tabs = |text: CowStr<'t>| match source.get(range.clone()) {
            Some(own) if self.tabs && own.len() == text.len() && own.contains('\t') => {
                CowStr::Borrowed(own)
            }
            _ => self.text(text),
        };
        match event {
            Event::Text(text) => Event::Text(with_tabs(text)),
            Event::Code(text) => Event::Code(self.text(text)),
            Event::Html(text) => Event::Html(with_tabs(text)),
            Event::InlineHtml(text) => Event::InlineHtml(with_tabs(text)),
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) => {
                Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(self.text(info))))
            }
            // The id stays: it names a definition of the masked text.
            Event::Start(Tag::Link { link_type, dest_url, title, id }) => {
                let (dest_url, title) = (self.text(dest_url), self.text(title));
                Event::Start(Tag::Link { link_type, dest_url, title, id })
            }
            Event::Start(Tag::Image { link_type, dest_url, title, id }) => {
                let (dest_url, title) = (self.text(dest_url), self.text(title));
                Event::Start(Tag::Image { link_type, dest_url, title, id })
            }
            other => other,
        }
    }
}

/// An event as writers mean it: one tilde strikes nothing out, it says "about".
pub(in crate::content) fn meant<'t>(
    event: Event<'t>,
    range: Range<usize>,
    source: &str,
) -> (Event<'t>, Range<usize>) {
    let is_struck = |at: usize| source[at..].starts_with("~~");
    let tilde = || Event::Text(CowStr::Borrowed("~"));
    match event {
        Event::Start(Tag::Strikethrough) if !is_struck(range.start) => {
            (tilde(), range.start..range.start + 1)
        }
        Event::End(TagEnd::Strikethrough) if !is_struck(range.start) => {
            (tilde(), range.end - 1..range.end)
        }
        event => (event, range),
    }
}

/// The characters that a text writes by their numbers: 1 and 16 of `&#1;&#x10;`.
fn numbers(source: &str) -> impl Iterator<Item = u32> + '_ {
    source.split("&#").skip(1).filter_map(|rest| {
        let (digits, radix) =
            rest.strip_prefix(['x', 'X']).map_or((rest, 10), |digits| (digits, 16));
        let end = digits.find(|c: char| !c.is_digit(radix)).unwrap_or(digits.len());
        u32::from_str_radix(&digits[..end], radix).ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_free(source: &str, expected: Option<char>) {
        assert_eq!(free_character(source), expected, "{source:?}");
    }

    #[test]
    fn the_mask_stands_nowhere_in_the_text_and_is_written_there_by_no_number() {
        check_free("plain", Some('\u{1}'));
        check_free("\u{1} &#2; &#x3; &#X0004;", Some('\u{5}'));
        check_free("&#99999999999; &#; &#x;", Some('\u{1}'));
        check_free("&#1;&#2;&#3;&#4;&#5;&#6;&#7;&#8;", None);
    }

    /// `:` and tabs that are masked are shown as `¦` and `·`.
    fn check(source: &str, expected: &str) {
        let (text, _) = masked(source, |_| false);
        let shown: String = text
            .chars()
            .zip(source.chars())
            .map(|(is, was)| match (is, was) {
                ('\u{1}', _) => '¦',
                (' ', '\t') => '·',
                _ => is,
            })
            .collect();
        assert_eq!(shown, expected, "{source:?}");
    }

    #[test]
    fn colons_that_begin_a_line_and_no_definition_are_masked() {
        check("a\n:b: c\n", "a\n¦b: c\n");
        check("a\n: b\n:\tc\n:\nd :e\n", "a\n: b\n:\tc\n:\nd :e\n");
        check("|a|\n:-:|\n:-a\n", "|a|\n:-:|\n¦-a\n");
        check("> - :b\n>:c\n1. :d\n", "> - ¦b\n>¦c\n1. ¦d\n");
    }

    #[test]
    fn tabs_in_rows_below_a_head_are_masked() {
        check("|a\t|\n|-\t|\t:-\t|\t\n", "|a\t|\n|-·|·:-·|·\n");
        check("-\t---|\n--\t|\t--\n", "-\t---|\n--·|·--\n");
        check("\t|-|\t\n> |-\t|\n", "\t|-|·\n> |-·|\n");
        check("a\t|-|\n|\tb\t|\n---\t---\n", "a\t|-|\n|\tb\t|\n---\t---\n");
    }
}
