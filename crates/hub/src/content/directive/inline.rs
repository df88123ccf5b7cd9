//! Directives within a line: `:name[text]{key=value}`, found among the parser's events.

use std::ops::Range;

use pulldown_cmark::{CowStr, Event, LinkType, Tag, TagEnd};

use super::head::{self, DirectiveHead};
use super::{FOR, unwoven};

/// An event and where it stands in the source.
pub(in crate::content) type Placed<'s> = (Event<'s>, Range<usize>);

/// The longest directive within a line, in bytes: a longer one was not meant as such, and looking
/// for its end costs time.
const LONGEST: usize = 4_000;

/// Whether a text may hold a directive within a line, or something that was meant as one of the
/// program's own.
pub(in crate::content) fn may_have(source: &str) -> bool {
    let mut colons = memchr::memchr_iter(b':', source.as_bytes());
    colons.any(|at| find(source, at).is_some() || unwoven::may_name_own(&source[at + 1..]))
}

/// The head of the directive whose colon stands at `at`.
fn find(source: &str, at: usize) -> Option<DirectiveHead> {
    let bytes = source.as_bytes();
    if !bytes.get(at + 1).is_some_and(u8::is_ascii_alphabetic) {
        return None;
    }
    let name = head::name_end(source, at + 1)?;
    if !matches!(bytes.get(name), Some(b'[' | b'{')) {
        return None;
    }
    // A word that ends in `:key[…]` is no directive. A `for` is one even there: text for some
    // readers never becomes text for all.
    let is_for = source[at + 1..name].eq_ignore_ascii_case(FOR);
    let before = source[..at].chars().next_back();
    let is_within = before.is_some_and(|c| c == ':' || (c.is_alphanumeric() && !is_for));
    if is_within || is_escaped(source, at) {
        return None;
    }
    let head = head::read(source, at + 1, limit(source, at))?;
    (head.label.is_some() || !head.attributes.is_empty()).then_some(head)
}

/// Whether the character at `at` stands behind a backslash that is not escaped itself.
pub(in crate::content) fn is_escaped(source: &str, at: usize) -> bool {
    source[..at].bytes().rev().take_while(|byte| *byte == b'\\').count() % 2 == 1
}

/// Where a directive that begins at `at` must have ended: with its paragraph.
pub(in crate::content) fn limit(source: &str, at: usize) -> usize {
    let is_end = |end: &usize| source.is_char_boundary(*end);
    let near = (at + LONGEST..source.len()).find(is_end).unwrap_or(source.len());
    memchr::memmem::find(&source.as_bytes()[at..near], b"\n\n").map_or(near, |length| at + length)
}

/// A directive among events: those of its label, and how many events it takes.
pub(in crate::content) struct Found<'s> {
    pub at: usize,
    pub head: DirectiveHead,
    /// Text of the first event before the directive, and of the last one behind it.
    pub before: Option<Placed<'s>>,
    pub label: Vec<Placed<'s>>,
    pub after: Option<Placed<'s>>,
    pub taken: usize,
}

/// Finds the first directive that is `wanted` in the first event, if that is text. `events` go on
/// to the end of the source, or of a label.
pub(in crate::content) fn first<'s>(
    source: &str,
    events: &[Placed<'s>],
    wanted: impl Fn(&DirectiveHead) -> bool,
) -> Option<Found<'s>> {
    let (Event::Text(text), range) = events.first()? else { return None };
    if text.len() != range.len() || !text.contains(':') {
        return None;
    }
    memchr::memchr_iter(b':', text.as_bytes()).find_map(|at| {
        let at = range.start + at;
        find(source, at).filter(&wanted).and_then(|head| take(source, at, head, events))
    })
}

/// Takes the events of one directive. `None` where something begins within it and ends elsewhere.
fn take<'s>(
    source: &str,
    at: usize,
    mut head: DirectiveHead,
    events: &[Placed<'s>],
) -> Option<Found<'s>> {
    let label = head.label.clone();
    let covered = events
        .iter()
        .take_while(|(event, range)| range.start < head.end && !is_edge_of_block(event))
        .map(|(_, range)| range.end)
        .max()?;
    // What it stands in ends before its braces do.
    if covered < head.end {
        let label = label.clone().filter(|label| covered > label.end)?;
        head.end = label.end + 1;
        if !head.names_readers(source) {
            head.attributes.clear();
        }
    }
    let (before, after) = (None, None);
    let mut found = Found { at, head, before, label: Vec::new(), after, taken: 0 };
    let label = label.unwrap_or(0..0);
    let brackets = label.start.saturating_sub(1)..label.end + 1;
    let mut depth = 0_usize;
    for (event, range) in events {
        found.taken += 1;
        let is_text = matches!(event, Event::Text(text) if text.len() == range.len());
        if is_text {
            let part = |part: Range<usize>| piece(event, range, part);
            found.before = found.before.take().or_else(|| part(range.start..at));
            found.after = part(found.head.end..range.end);
            found.label.extend(part(label.clone()));
            // Its last character is a bracket or a brace.
            if range.end >= found.head.end {
                break;
            }
            continue;
        }
        match event {
            Event::Start(Tag::Link { link_type: LinkType::Shortcut, .. }) if *range == brackets => {
                continue;
            }
            Event::End(TagEnd::Link) if *range == brackets && depth == 0 => continue,
            // The label looks like a reference to a note, and is meant as one.
            Event::FootnoteReference(_) if *range == brackets => {
                found.label.push((event.clone(), range.clone()));
                continue;
            }
            Event::Start(_) => depth += 1,
            Event::End(_) => depth = depth.checked_sub(1)?,
            _ => {}
        }
        if range.end > found.head.end || range.start < at {
            return None;
        }
        if range.start >= label.start && range.end <= label.end {
            found.label.push((event.clone(), range.clone()));
        }
    }
    (depth == 0).then_some(found)
}

/// Where a line's own elements end: at the end of its block, or, in items without paragraphs, where
/// a block begins in it.
fn is_edge_of_block(event: &Event<'_>) -> bool {
    let end = match event {
        Event::Start(tag) => tag.to_end(),
        Event::End(end) => *end,
        Event::Rule => return true,
        _ => return false,
    };
    !matches!(
        end,
        TagEnd::Emphasis
            | TagEnd::Strong
            | TagEnd::Strikethrough
            | TagEnd::Superscript
            | TagEnd::Subscript
            | TagEnd::Link
            | TagEnd::Image
    )
}

/// The part of a text that lies within `wanted`.
fn piece<'s>(event: &Event<'s>, range: &Range<usize>, wanted: Range<usize>) -> Option<Placed<'s>> {
    let Event::Text(text) = event else { return None };
    let (start, end) = (wanted.start.max(range.start), wanted.end.min(range.end));
    if start >= end {
        return None;
    }
    let within = start - range.start..end - range.start;
    let text = match text {
        CowStr::Borrowed(text) => CowStr::Borrowed(text.get(within)?),
        other => CowStr::from(other.get(within)?.to_owned()),
    };
    Some((Event::Text(text), start..end))
}

#[cfg(test)]
mod tests {
    use pulldown_cmark::Parser;

    use super::*;
    use crate::content::dialect::options;

    fn check(source: &str, expected: &[&str]) {
        let events: Vec<_> = Parser::new_ext(source, options()).into_offset_iter().collect();
        let found: Vec<String> = (0..events.len())
            .filter_map(|at| first(source, &events[at..], |_| true))
            .map(|found| {
                let label: Vec<&str> =
                    found.label.iter().map(|(_, range)| &source[range.clone()]).collect();
                let text = |piece: &Option<Placed<'_>>| {
                    piece.as_ref().map_or("", |(_, range)| &source[range.clone()]).to_owned()
                };
                format!(
                    "{}<{} {label:?} {}>{}",
                    text(&found.before),
                    &source[found.head.name],
                    found.head.attributes.len(),
                    text(&found.after)
                )
            })
            .collect();
        assert_eq!(found, expected, "{source}");
    }

    #[test]
    fn directives_in_a_line_are_found() {
        check("a :b[c] d", &["a <b [\"c\"] 0>"]);
        check("a :b[c *d*]{e=f} g", &["a <b [\"c \", \"*d*\", \"d\", \"*d*\"] 1> g"]);
        check("*a :b{c=d}*", &["a <b [] 1>"]);
        check("[a :b[c] d](e)", &["a <b [\"c\"] 0>"]);
        check("# a :b[c]{d=e}\n", &["a <b [\"c\"] 1>"]);
        check("# a :for[c]{d=e}\n", &["a <for [\"c\"] 1>"]);
        check("a:for[b] \\\\:c[d]", &["a<for [\"b\"] 0>", "\\<c [\"d\"] 0>"]);
        check(":a[`]` b]{c=d} e", &["<a [\"`]`\", \" b\"] 1> e"]);
    }

    #[test]
    fn text_is_left_alone() {
        check("a: b, 10:30, x:y[z], https://a:b[c], \\:d[e] ::f[g] :h :i", &[]);
        check("`:a[b]` and `:a[b]`", &[]);
        check("*a :b[c* d]", &[]);
        check(":a[b](c)", &[]);
        check(":a[b\n\nc]", &[]);
    }
}
