//! Comments as many writers make them: `[//]: # (…)`. To Markdown that is the definition of a
//! reference, which nobody sees, but only before a paragraph and with its brackets in order.

use std::ops::Range;

use pulldown_cmark::{Event, LinkType, Tag, TagEnd};

use super::lines::{is_prefix, line_start};

/// What a comment begins with.
const STARTS: [&str; 3] = ["[//]:", "[comment]: #", "[comment]: <>"];

/// The longest comment of several lines, in bytes.
const LONGEST: usize = 4_000;

/// Whether a text may hold a comment.
pub(super) fn may_stand_in(source: &str) -> bool {
    memchr::memmem::find_iter(source.as_bytes(), b"]:")
        .any(|at| source[..at].ends_with("[//") || source[..at].ends_with("[comment"))
}

/// The comment that begins with an event at `at`, if one does: all of its lines.
pub(super) fn begins(source: &str, event: &Event<'_>, at: usize) -> Option<Range<usize>> {
    let may_begin = match event {
        Event::Text(text) => text.starts_with('['),
        // An earlier comment has defined the reference.
        Event::Start(Tag::Link { link_type, .. }) => *link_type == LinkType::Shortcut,
        _ => false,
    };
    if !may_begin {
        return None;
    }
    let rest = &source[at..];
    let start = STARTS.iter().find(|start| rest.starts_with(**start))?;
    let line = line_start(source, at)?;
    is_prefix(&source[line..at]).then(|| at..at + start.len() + length(&rest[start.len()..]))
}

/// Whether the line of `at` begins a comment.
pub(in crate::content) fn is_in_comment(source: &str, at: usize) -> bool {
    let Some(line) = line_start(source, at) else { return false };
    let text = &source[line..at];
    let starts = text.find('[').map(|start| (&text[..start], &text[start..]));
    starts.is_some_and(|(prefix, text)| {
        STARTS.iter().any(|start| text.starts_with(start)) && is_prefix(prefix)
    })
}

/// How long the rest of a comment is. It goes on to the line that closes its bracket or quote.
fn length(rest: &str) -> usize {
    let line = |from: usize| from + rest[from..].find('\n').map_or(rest.len() - from, |at| at + 1);
    let first = line(0);
    let said = rest[..first].trim_start_matches([' ', '#', '<', '>', '-']);
    let start = first - said.len();
    let mut end = first;
    while !is_closed(rest[start..end].trim_end()) {
        let next = line(end);
        if end > LONGEST || rest[end..next].trim().is_empty() {
            return first;
        }
        end = next;
    }
    end
}

/// Whether a comment's bracket or quote has its partner at the end; one without any is closed.
fn is_closed(said: &str) -> bool {
    let count = |c: char| said.matches(c).count();
    match said.chars().next() {
        Some('(') => said.ends_with(')') && count('(') <= count(')'),
        Some(quote @ ('"' | '\'')) => said.len() > 1 && said.ends_with(quote),
        _ => true,
    }
}

/// Whether an event is within a line: text, or an element that holds text.
pub(in crate::content) fn is_within_line(event: &Event<'_>) -> bool {
    let end = match event {
        Event::Start(tag) => tag.to_end(),
        Event::End(end) => *end,
        Event::Rule | Event::Html(_) | Event::TaskListMarker(_) => return false,
        _ => return true,
    };
    matches!(
        end,
        TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Link | TagEnd::Image
    )
}
