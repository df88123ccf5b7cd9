//! Gaps: where something goes into a text that only the site or the theme can say. This file alone
//! knows how a gap is written into HTML, how it is found there again, and how a text with gaps is
//! read.
//!
//! While HTML is being written, a gap is a mark within it: NUL, a sign, a number where the sign has
//! one, and `;`. Texts hold no NUL themselves. Once the HTML is whole, the marks are taken out, and
//! each gap is a [`Slot`].

use super::{Body, Word};

/// A gap in a text: what goes there depends on the site and the theme.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Slot {
    /// Byte in the text.
    pub at: u32,
    /// What the site or the theme puts there.
    pub fill: Fill,
}

/// What a gap is filled with.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Fill {
    /// The address of a link with all that stands around it, such as its attribute, by the link's
    /// place in `links`.
    Link(u32),
    /// A word of the theme, in the reader's language.
    Word(Word),
    /// The mark of a citation, by its place in `citations`.
    Citation(u32),
    /// A directive begins, by its place in `directives`: what follows is its label.
    Open(u32),
    /// The label ends here: what follows is the content.
    Content,
    /// The innermost open directive ends.
    Close,
    /// Text for some readers begins, by its place in `parts`. Only previews put anything there.
    Part(u32),
    /// The innermost open part ends.
    PartEnd,
    /// What was written once begins, by its place in `reuses`. Only reviews put anything there.
    Reused(u32),
    /// The innermost of what was written once ends.
    ReusedEnd,
}

impl Fill {
    /// Whether readers see nothing there.
    pub fn is_seam(self) -> bool {
        matches!(self, Self::Part(_) | Self::PartEnd | Self::Reused(_) | Self::ReusedEnd)
    }
}

/// Begins the mark of a gap.
const MARK: char = '\0';

/// Ends the mark of a gap.
const END: char = ';';

/// Marks a gap at the end of `html`.
pub(crate) fn mark(html: &mut String, fill: Fill) {
    let (sign, number) = match fill {
        Fill::Link(link) => ('#', Some(link)),
        Fill::Word(word) => ('!', Some(word as u32)),
        Fill::Citation(citation) => ('@', Some(citation)),
        Fill::Open(directive) => ('<', Some(directive)),
        Fill::Content => ('|', None),
        Fill::Close => ('>', None),
        Fill::Part(part) => ('(', Some(part)),
        Fill::PartEnd => (')', None),
        Fill::Reused(reuse) => ('[', Some(reuse)),
        Fill::ReusedEnd => (']', None),
    };
    html.push(MARK);
    html.push(sign);
    if let Some(number) = number {
        html.push_str(&number.to_string());
    }
    html.push(END);
}

/// The mark of a gap by itself.
pub(crate) fn marked(fill: Fill) -> String {
    let mut mark_alone = String::new();
    mark(&mut mark_alone, fill);
    mark_alone
}

/// What the sign and the number of a mark stand for.
fn meant(code: &str) -> Option<Fill> {
    let mut rest = code.chars();
    let sign = rest.next()?;
    let number = rest.as_str().parse();
    match (sign, number) {
        ('#', Ok(link)) => Some(Fill::Link(link)),
        ('!', Ok(word)) => Some(Fill::Word(*Word::ALL.get(word as usize)?)),
        ('@', Ok(citation)) => Some(Fill::Citation(citation)),
        ('<', Ok(directive)) => Some(Fill::Open(directive)),
        ('|', _) => Some(Fill::Content),
        ('>', _) => Some(Fill::Close),
        ('(', Ok(part)) => Some(Fill::Part(part)),
        (')', _) => Some(Fill::PartEnd),
        ('[', Ok(reuse)) => Some(Fill::Reused(reuse)),
        (']', _) => Some(Fill::ReusedEnd),
        _ => None,
    }
}

/// Takes the marks out of the HTML and says where the gaps are.
pub(crate) fn take(marked: String) -> (String, Vec<Slot>) {
    let marks: Vec<usize> = memchr::memchr_iter(MARK as u8, marked.as_bytes()).collect();
    let Some(first) = marks.first() else { return (marked, Vec::new()) };
    let mut html = String::with_capacity(marked.len());
    let mut slots = Vec::new();
    html.push_str(&marked[..*first]);
    let ends = marks[1..].iter().copied().chain([marked.len()]);
    for (mark, end) in marks.iter().zip(ends) {
        let piece = &marked[mark + 1..end];
        let (code, rest) = piece.split_once(END).unwrap_or(("", piece));
        let fill = meant(code);
        // The writer ends the line before a block: after a seam it does so twice.
        let is_seam = fill.is_some_and(Fill::is_seam);
        let is_blank = html.is_empty() || html.ends_with('\n');
        let rest = if is_seam && is_blank { rest.strip_prefix('\n').unwrap_or(rest) } else { rest };
        slots.extend(fill.map(|fill| Slot { at: html.len() as u32, fill }));
        html.push_str(rest);
    }
    (html, slots)
}

/// A text with gaps from its beginning to its end: what stands before each gap that is `wanted`,
/// with what fills it, and then what stands behind the last one. Other gaps part nothing.
pub(in crate::content) fn pieces<'t>(
    text: &'t str,
    slots: &'t [Slot],
    wanted: impl Fn(Fill) -> bool + 't,
) -> impl Iterator<Item = (&'t str, Option<Fill>)> + 't {
    let gaps = slots.iter().filter(move |slot| wanted(slot.fill));
    let ends = gaps.map(|slot| (slot.at as usize, Some(slot.fill))).chain([(text.len(), None)]);
    let mut done = 0;
    ends.map(move |(end, fill)| (&text[std::mem::replace(&mut done, end)..end], fill))
}

impl Body {
    /// Its HTML between its gaps, each piece with what fills the gap behind it; `None` behind the
    /// last.
    pub fn pieces(&self) -> impl Iterator<Item = (&str, Option<Fill>)> {
        pieces(&self.html, &self.slots, |_| true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One of each kind, and every word.
    fn fills() -> Vec<Fill> {
        // A new kind does not compile until it is among those below.
        let known = |fill: Fill| match fill {
            Fill::Link(_) | Fill::Word(_) | Fill::Citation(_) | Fill::Open(_) => fill,
            Fill::Content | Fill::Close | Fill::Part(_) | Fill::PartEnd => fill,
            Fill::Reused(_) | Fill::ReusedEnd => fill,
        };
        let numbers = [0, 1, 9, 10, 4_294_967_295];
        let numbered = numbers.into_iter().flat_map(|number| {
            [Fill::Link, Fill::Citation, Fill::Open, Fill::Part, Fill::Reused].map(|of| of(number))
        });
        numbered
            .chain(Word::ALL.map(Fill::Word))
            .chain([Fill::Content, Fill::Close, Fill::PartEnd, Fill::ReusedEnd].map(known))
            .collect()
    }

    /// What `take` finds in the text that `written` makes is what was written.
    fn check(written: &[(&str, Option<Fill>)]) {
        let mut html = String::new();
        for (text, fill) in written {
            html.push_str(text);
            if let Some(fill) = fill {
                mark(&mut html, *fill);
            }
        }
        let (html, slots) = take(html);
        let read: Vec<_> = pieces(&html, &slots, |_| true).collect();
        assert_eq!(read, written);
    }

    #[test]
    fn every_gap_that_is_written_is_read_again() {
        for fill in fills() {
            check(&[("", Some(fill)), ("", None)]);
            check(&[("<p>é", Some(fill)), ("1;#2</p>", None)]);
            for next in fills() {
                check(&[("a;", Some(fill)), ("", Some(next)), ("7;", None)]);
            }
        }
        check(&[("<p>no gap;</p>", None)]);
        check(&[("", None)]);
    }

    #[test]
    fn a_line_that_a_seam_ends_is_not_ended_again() {
        let html = format!("<p>a</p>\n{}\n<p>b</p>", marked(Fill::PartEnd));
        assert_eq!(
            take(html),
            ("<p>a</p>\n<p>b</p>".to_owned(), vec![Slot { at: 9, fill: Fill::PartEnd }])
        );
    }

    #[test]
    fn gaps_that_are_not_wanted_part_nothing() {
        let slots = [Slot { at: 1, fill: Fill::Link(0) }, Slot { at: 2, fill: Fill::Close }];
        let read: Vec<_> = pieces("abc", &slots, |fill| fill == Fill::Close).collect();
        assert_eq!(read, [("ab", Some(Fill::Close)), ("c", None)]);
    }
}
