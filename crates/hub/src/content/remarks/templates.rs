//! Remarks about placeholders of other tools.

use std::ops::Range;

use super::Remarks;
use super::foreign::Foreign;
use super::opaque::Opaque;
use crate::content::dialect::is_in_comment;

impl Remarks {
    /// Reports placeholders of other tools, which nothing replaces: readers see them as they are.
    pub(in crate::content) fn templates(&mut self, source: &str, opaque: &[Range<usize>]) {
        let opaque = Opaque::new(opaque);
        let mut done = 0;
        // Where the line ends, and for each kind from where on the line holds no end of it.
        let (mut line_end, mut endless) = (0, [usize::MAX; 2]);
        for start in memchr::memchr_iter(b'{', source.as_bytes()) {
            let (kind, end) = match source.as_bytes().get(start + 1) {
                Some(b'{') => (0, "}}"),
                Some(b'%') => (1, "%}"),
                _ => continue,
            };
            if start >= line_end {
                let length = memchr::memchr(b'\n', &source.as_bytes()[start..]);
                line_end = length.map_or(source.len(), |length| start + length);
                endless = [usize::MAX; 2];
            }
            if start < done || start >= endless[kind] {
                continue;
            }
            let Some(length) = source[start..line_end].find(end) else {
                endless[kind] = start;
                continue;
            };
            done = start + length + end.len();
            let is_meant = source[..start].ends_with('\\') || is_in_comment(source, start);
            if !is_meant && !opaque.has(start) {
                let is_shortcode =
                    source[start..].starts_with("{{<") || source[start..].starts_with("{{%");
                let kind = if is_shortcode { Foreign::Shortcode } else { Foreign::Template };
                self.foreign(kind, start..done);
            }
        }
    }
}
