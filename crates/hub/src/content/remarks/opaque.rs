//! Where nothing is Markdown: code and raw HTML.

use std::ops::Range;

/// Ranges of code and raw HTML, joined and in their order.
pub(super) struct Opaque(Vec<Range<usize>>);

impl Opaque {
    pub(super) fn new(ranges: &[Range<usize>]) -> Self {
        let mut sorted = ranges.to_vec();
        sorted.sort_by_key(|range| range.start);
        let mut joined: Vec<Range<usize>> = Vec::with_capacity(sorted.len());
        for range in sorted {
            match joined.last_mut() {
                Some(last) if range.start < last.end => last.end = last.end.max(range.end),
                _ => joined.push(range),
            }
        }
        Self(joined)
    }

    pub(super) fn has(&self, at: usize) -> bool {
        let after = self.0.partition_point(|range| range.start <= at);
        after.checked_sub(1).is_some_and(|last| self.0[last].contains(&at))
    }
}
