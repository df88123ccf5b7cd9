//! Tables: whether their columns have names.

use std::ops::Range;

/// Tables do not nest.
#[derive(Default)]
pub(super) struct OpenTable {
    pub range: Range<usize>,
    /// The open row, and its last cell.
    pub row: Range<usize>,
    pub cell: Range<usize>,
    pub has_header: bool,
    pub in_head: bool,
}
