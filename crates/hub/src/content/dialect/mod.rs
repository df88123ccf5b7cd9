//! The Markdown that pages are written in: CommonMark with tables, footnotes, task lists,
//! strikethrough, definition lists and alerts.
//!
//! The parser reads some of it in ways that no writer means. What it would misread is masked
//! before it parses, every byte at its place, and its events are put right afterwards.

mod comments;
mod lines;
mod masks;

use std::ops::Range;

use pulldown_cmark::{Event, Options, Tag, TagEnd};

pub(super) use comments::is_in_comment;
pub(super) use lines::{is_delimiter_row, is_prefix, line_at, line_start};
pub(super) use masks::{Masks, masked, meant};

use comments::is_within_line;

/// What the parser is asked for, wherever a text or a part of one is parsed. The braces behind a
/// heading are not the parser's: it would take whatever stands in them.
pub(super) fn options() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_DEFINITION_LIST
        | Options::ENABLE_GFM
}

/// Hands on the parser's events as their writer means them.
pub(super) struct Meaning<'s> {
    source: &'s str,
    masks: Masks,
    in_code: bool,
    /// The comments `[//]: # (…)` that the parser would show, in the order in which they are met.
    pub comments: Vec<Range<usize>>,
    /// The parser means what the writer means: nothing in the source says otherwise.
    is_parsers: bool,
}

impl<'s> Meaning<'s> {
    pub(super) fn new(source: &'s str, masks: Masks) -> Self {
        let is_parsers = masks.are_none()
            && memchr::memchr(b'~', source.as_bytes()).is_none()
            && !comments::may_stand_in(source);
        Self { source, masks, in_code: false, comments: Vec::new(), is_parsers }
    }

    /// Whether every event is meant as it is, as in nearly every text.
    pub(super) fn is_parsers(&self) -> bool {
        self.is_parsers
    }

    /// An event as it is meant; `None` for what no reader is to see.
    pub(super) fn of(
        &mut self,
        event: Event<'s>,
        range: Range<usize>,
    ) -> Option<(Event<'s>, Range<usize>)> {
        match event {
            Event::Start(Tag::CodeBlock(_)) => self.in_code = true,
            Event::End(TagEnd::CodeBlock) => self.in_code = false,
            _ if !self.in_code => {
                self.comments.extend(comments::begins(self.source, &event, range.start));
            }
            _ => {}
        }
        let is_comment = self.comments.last().is_some_and(|last| last.contains(&range.start));
        if is_comment && is_within_line(&event) {
            return None;
        }
        let event = self.masks.event(event, &range, self.source);
        Some(meant(event, range, self.source))
    }
}
