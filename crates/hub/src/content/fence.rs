//! Where front matter ends and the body begins: TOML between `+++`, YAML between `---`.

use std::ops::Range;

use etappe_base::source::Span;

/// A file cut in two.
#[derive(Debug, PartialEq)]
pub(super) struct Split {
    pub front: Option<Front>,
    /// The byte at which the body begins.
    pub body: usize,
    /// The byte after a byte-order mark.
    start: usize,
}

#[derive(Debug, PartialEq)]
pub(super) struct Front {
    pub fence: &'static str,
    pub opening: Span,
    /// The bytes between the fences.
    pub range: Range<usize>,
    pub closed: bool,
}

impl Split {
    /// Where findings about the front matter as a whole point: its opening fence.
    pub(super) fn front_span(&self) -> Span {
        self.front.as_ref().map_or(Span::new(self.start, self.start), |front| front.opening)
    }
}

/// Splits a file's text. A byte-order mark and CRLF line ends are fine.
/// An unclosed front matter ends at the first empty line, so that the body is not lost.
pub(super) fn split(text: &str) -> Split {
    let start = if text.starts_with('\u{feff}') { 3 } else { 0 };
    let none = Split { front: None, body: start, start };
    let rest = &text[start..];
    let Some(fence) = ["+++", "---"].into_iter().find(|fence| rest.starts_with(fence)) else {
        return none;
    };
    let first = rest.find('\n').map_or(rest.len(), |at| at + 1);
    if !rest[3..first].trim().is_empty() {
        return none;
    }
    let opening = Span::new(start, start + 3);
    let from = start + first;
    let mut at = from;
    let mut blank = None;
    for line in text[from..].split_inclusive('\n') {
        if line.starts_with(fence) && line[3..].trim().is_empty() {
            let front = Front { fence, opening, range: from..at, closed: true };
            return Split { front: Some(front), body: at + line.len(), start };
        }
        if blank.is_none() && line.trim().is_empty() {
            blank = Some(at);
        }
        at += line.len();
    }
    // A page that begins with a thematic break is no front matter: `---` and then no key.
    let head = &text[from..blank.unwrap_or(at)];
    if fence == "---" && !head.contains(':') {
        return none;
    }
    let end = blank.unwrap_or(at);
    Split {
        front: Some(Front { fence, opening, range: from..end, closed: false }),
        body: end,
        start,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, front: Option<(&str, bool)>, body: &str) {
        let split = split(text);
        let found = split.front.as_ref().map(|front| (&text[front.range.clone()], front.closed));
        assert_eq!((found, &text[split.body..]), (front, body), "{text:?}");
    }

    #[test]
    fn both_fences_are_read() {
        check("+++\na = 1\n+++\nx\n", Some(("a = 1\n", true)), "x\n");
        check("---\na: 1\n---\nx\n", Some(("a: 1\n", true)), "x\n");
        check("\u{feff}+++\r\na = 1\r\n+++\r\nx", Some(("a = 1\r\n", true)), "x");
        check("+++\n+++", Some(("", true)), "");
    }

    #[test]
    fn without_a_closing_fence_the_body_is_kept() {
        check("+++\na = 1\n\nx\n", Some(("a = 1\n", false)), "\nx\n");
        check("+++\na = 1", Some(("a = 1", false)), "");
    }

    #[test]
    fn other_beginnings_are_body() {
        check("x\n+++\n", None, "x\n+++\n");
        check("---\n\ntext\n", None, "---\n\ntext\n");
        check("+++ no\n", None, "+++ no\n");
        check("", None, "");
    }
}
