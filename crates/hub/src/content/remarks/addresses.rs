//! Links and images that Markdown leaves as text, since their addresses hold spaces. Whether they
//! were meant to lead somewhere is known only where the whole hub is.

use std::ops::Range;

use super::Remarks;
use super::texts::is_escaped;
use crate::content::dialect::line_at;

/// How far before its address the bracket of a link is looked for, in bytes.
const LONGEST: usize = 400;

/// A link or an image that is text.
pub(in crate::content) struct UnreadLink {
    /// In the source.
    pub dest: Range<usize>,
    pub is_image: bool,
}

impl Remarks {
    /// Looks for an address behind the bracket at `at`: `](a page.md "Title")`.
    pub(super) fn address(&mut self, source: &str, at: usize) {
        let start = at + 2;
        let rest = line_at(source, start);
        let Some(end) = closing(rest) else { return };
        let inner = without_title(rest[..end].trim_end());
        let lead = inner.len() - inner.trim_start().len();
        let dest = start + lead..start + inner.len();
        let written = source.get(dest.clone()).unwrap_or_default();
        if !written.contains([' ', '\t', '\u{a0}']) || written.contains(['<', '>']) {
            return;
        }
        let Some(open) = opening(source, at).filter(|open| !is_escaped(source, *open)) else {
            return;
        };
        self.unread.push(UnreadLink { dest, is_image: source[..open].ends_with('!') });
    }
}

/// Where the parenthesis is that ends an address.
fn closing(rest: &str) -> Option<usize> {
    let mut depth = 0_usize;
    rest.bytes().position(|byte| {
        match byte {
            b'(' => depth += 1,
            b')' if depth == 0 => return true,
            b')' => depth -= 1,
            _ => {}
        }
        false
    })
}

/// An address without the title behind it.
fn without_title(inner: &str) -> &str {
    let title = ['"', '\''].iter().find_map(|quote| {
        let text = inner.strip_suffix(*quote)?;
        text.find(&format!(" {quote}"))
    });
    title.map_or(inner, |at| inner[..at].trim_end())
}

/// The bracket that the one at `at` closes.
fn opening(source: &str, at: usize) -> Option<usize> {
    let mut depth = 0_usize;
    let near = at.saturating_sub(LONGEST);
    let bytes = &source.as_bytes()[near..at];
    for (place, byte) in bytes.iter().enumerate().rev() {
        match byte {
            b']' => depth += 1,
            b'[' if depth == 0 => return Some(near + place),
            b'[' => depth -= 1,
            b'\n' if bytes.get(place + 1) == Some(&b'\n') => return None,
            _ => {}
        }
    }
    None
}
