//! The Markdown that pages are written in: CommonMark with tables, footnotes, task lists,
//! strikethrough, heading attributes, definition lists and alerts.

use pulldown_cmark::Options;

/// What the parser is asked for, wherever a text or a part of one is parsed.
pub(super) fn options() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_HEADING_ATTRIBUTES
        | Options::ENABLE_DEFINITION_LIST
        | Options::ENABLE_GFM
}
