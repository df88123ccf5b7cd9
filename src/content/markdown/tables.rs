//! Tables: they have a name, and their cells say how they are aligned.

use std::ops::Range;

use pulldown_cmark::Alignment;

use super::Composer;

/// Tables do not nest.
#[derive(Default)]
pub struct OpenTable {
    pub range: Range<usize>,
    pub has_header: bool,
    pub alignments: Vec<Alignment>,
    pub column: usize,
    pub in_head: bool,
}

impl Composer<'_> {
    /// A cell says its alignment by a class, since a strict content security policy forbids styles in attributes.
    pub(super) fn cell(&mut self) {
        let class = match self.table.alignments.get(self.table.column) {
            Some(Alignment::Center) => " class=\"center\"",
            Some(Alignment::Right) => " class=\"right\"",
            _ => "",
        };
        self.table.column += 1;
        let tag = if self.table.in_head { "th" } else { "td" };
        self.push_html(format!("<{tag}{class}>"));
    }
}
