//! What is wrong with raw HTML.

use std::ops::Range;

/// Something in raw HTML that an author would not want.
#[derive(Debug, PartialEq)]
pub(in crate::content) struct Flaw {
    pub kind: FlawKind,
    /// In lower case; empty for a comment and for a tag that is not finished.
    pub element: Box<str>,
    /// The tag or comment, in bytes of the source.
    pub at: Range<usize>,
}

/// What is wrong.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::content) enum FlawKind {
    /// An element does not end.
    Unclosed,
    /// An element that does not end holds all that follows, and readers see nothing of it.
    Swallows,
    /// A comment does not end, and all that follows is in it.
    OpenComment,
    /// An element that has content ends with `/>`, which ends nothing.
    ClosesItself,
    /// An end ends nothing.
    Stray,
    /// `</br>`, which browsers read as a line break.
    Break,
    /// No element of this name exists, and it is shown as text.
    Unknown,
    /// No element of this name exists, but it ends: browsers pass over its tags.
    Foreign,
    /// The element belongs to the page around the text.
    OfFrame,
    /// The element means nothing where it stands.
    Misplaced,
    /// A tag does not end.
    Unfinished,
    /// The element stands in more others than anybody means.
    TooDeep,
}
