//! Tables: they have a name, and their cells say how they are aligned.

use std::ops::Range;

use pulldown_cmark::Alignment;

use super::Composer;

/// Tables do not nest.
#[derive(Default)]
pub(super) struct OpenTable {
    pub range: Range<usize>,
    pub has_header: bool,
    pub alignments: Vec<Alignment>,
    pub column: usize,
    pub in_head: bool,
}

impl Composer<'_> {
    /// A cell says its alignment by a class, since a strict content security policy forbids styles
    /// in attributes.
    pub(super) fn cell(&mut self) {
        let alignment = self.table.alignments.get(self.table.column);
        self.table.column += 1;
        self.push_html(match (alignment, self.table.in_head) {
            (Some(Alignment::Center), true) => "<th class=\"center\">",
            (Some(Alignment::Center), false) => "<td class=\"center\">",
            (Some(Alignment::Right), true) => "<th class=\"right\">",
            (Some(Alignment::Right), false) => "<td class=\"right\">",
            (_, true) => "<th>",
            (_, false) => "<td>",
        });
    }
}
