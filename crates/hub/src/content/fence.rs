//! Where front matter ends and the body begins: TOML between `+++`, YAML between `---`, or from
//! `---` to `...` as Pandoc writes it.

use std::ops::Range;

use etappe_base::source::Span;

/// What begins and ends a block of keys.
const FENCES: [&str; 2] = ["+++", "---"];

/// What ends a YAML document too.
const DOTS: &str = "...";

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
    let Some(fence) = FENCES.into_iter().find(|fence| rest.starts_with(fence)) else {
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
        if is_end(line, fence, &text[from..at]) {
            let front = Front { fence, opening, range: from..at, closed: true };
            return Split { front: Some(front), body: after_end(text, at, line, fence), start };
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

/// Whether a line ends the front matter that it stands below. Three dots end only what has keys: a
/// text may begin with a thematic break.
fn is_end(line: &str, fence: &str, above: &str) -> bool {
    if line.starts_with(fence) && line[3..].trim().is_empty() {
        return true;
    }
    let is_yaml = fence == "---";
    is_yaml && line.trim_end() == DOTS && !above.starts_with(['\n', '\r']) && above.contains(':')
}

/// Where the body begins: behind the line that ends the front matter, and behind the fence too
/// where both stand.
fn after_end(text: &str, at: usize, line: &str, fence: &str) -> usize {
    let end = at + line.len();
    if !line.starts_with(DOTS) {
        return end;
    }
    let next = text[end..].split_inclusive('\n').next().unwrap_or_default();
    if next.trim_end() == fence { end + next.len() } else { end }
}

/// A key that stands behind the end of the front matter, where it would be text: after three dots,
/// or in a second block of keys. `is_key` knows the names of keys.
pub(super) fn stray_key(text: &str, split: &Split, is_key: impl Fn(&str) -> bool) -> Option<Span> {
    let front = split.front.as_ref().filter(|front| front.closed)?;
    let mut lines = Lines { text, at: split.body };
    let (mut at, mut line) = lines.next_written()?;
    let fenced = FENCES.contains(&line.trim_end());
    if fenced {
        (at, line) = lines.next_written()?;
    }
    let name = &line[..memchr::memchr2(b':', b'=', line.as_bytes())?];
    if !is_key(name.trim_end()) {
        return None;
    }
    let dots = text[front.range.end..].starts_with(DOTS);
    let follows = at == split.body;
    let is_block = (dots && follows) || lines.reach_fence(fenced);
    is_block.then(|| Span::new(at, at + name.trim_end().len()))
}

/// The lines of a body, with the bytes at which they begin.
struct Lines<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Lines<'t> {
    fn next(&mut self) -> Option<(usize, &'t str)> {
        let line = self.text[self.at..].split_inclusive('\n').next()?;
        self.at += line.len();
        Some((self.at - line.len(), line))
    }

    fn next_written(&mut self) -> Option<(usize, &'t str)> {
        loop {
            let (at, line) = self.next()?;
            if !line.trim().is_empty() {
                return Some((at, line));
            }
        }
    }

    /// Whether a fence ends the block that begins above; only one that a fence begins may hold
    /// empty lines.
    fn reach_fence(&mut self, may_have_gaps: bool) -> bool {
        while let Some((_, line)) = self.next() {
            if FENCES.contains(&line.trim_end()) {
                return true;
            }
            if line.trim().is_empty() && !may_have_gaps {
                return false;
            }
        }
        false
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
    fn three_dots_end_yaml_that_has_keys() {
        check("---\na: 1\n...\nx\n\n---\n\ny\n", Some(("a: 1\n", true)), "x\n\n---\n\ny\n");
        check("---\r\na: 1\r\n...\r\nx", Some(("a: 1\r\n", true)), "x");
        check("---\na: 1\n...\n---\nx\n", Some(("a: 1\n", true)), "x\n");
        check("+++\na = 1\n...\n+++\nx", Some(("a = 1\n...\n", true)), "x");
        check("---\n\ntext: x\n...\n", None, "---\n\ntext: x\n...\n");
    }

    #[test]
    fn keys_behind_the_end_are_found_and_text_is_not() {
        let stray = |text: &str| {
            let span = stray_key(text, &split(text), |name| matches!(name, "b" | "expires"));
            span.map(|span| text[span.start as usize..span.end as usize].to_owned())
        };
        for text in [
            "---\na: 1\n...\nb: 2\n\ntext\n",
            "---\na: 1\n...\nb: 2\n---\ntext\n",
            "---\na: 1\n...\n\nb: 2\n---\ntext\n",
            "---\na: 1\n---\nb: 2\n---\ntext\n",
            "---\na: 1\n---\n\n---\n\nb: 2\n\nx: 1\n---\ntext\n",
            "+++\na = 1\n+++\n+++\nb = 2\n+++\ntext\n",
            "+++\na = 1\n+++\n---\nb: 2\n---\ntext\n",
        ] {
            assert_eq!(stray(text).as_deref(), Some("b"), "{text:?}");
        }
        for text in [
            "---\na: 1\n...\n\nb: this is text\n",
            "---\na: 1\n---\nb: this is text\n\n---\n\nmore\n",
            "---\na: 1\n---\n\n---\n\nb: text below a break\n",
            "---\na: 1\n---\nother: text\n---\n",
            "---\na: 1\n---\n",
            "---\na: 1\n---\n---\n",
        ] {
            assert_eq!(stray(text), None, "{text:?}");
        }
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
