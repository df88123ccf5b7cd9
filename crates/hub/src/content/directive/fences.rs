//! Lines that begin with colons, and the text in which they are blocks of their own for the
//! Markdown parser.
//!
//! A line such as `:::note` is masked as a processing instruction of the same length (`<?xxx?>`):
//! that is a block of one line which interrupts a paragraph, in lists and quotes too, and every
//! other byte stays at its place. Where the parser does not see a block (in code, say), the line is
//! unmasked and the text is parsed again.
//!
//! What Markdown itself would misread is masked before that.

use std::ops::Range;

use pulldown_cmark::{Event, Parser, Tag};

use super::condition::KEYS;
use super::head::{self, DirectiveHead};
use crate::content::dialect::{self, Masks, is_prefix, options};

/// One line of colons.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Fence {
    /// From the first colon to the end of the line, without the white space there.
    pub at: Range<usize>,
    pub colons: usize,
    pub line: FenceLine,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum FenceLine {
    /// Colons alone.
    Close,
    Open(DirectiveHead, FenceStyle),
    Leaf(DirectiveHead),
}

/// How a container begins.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum FenceStyle {
    /// As the proposal for directives says.
    Plain,
    /// As other tools have it, but clear: `::: tip Title`, `::: {.note}`.
    Dialect,
    /// With more behind it than can be understood.
    Garbled,
}

impl Fence {
    pub(crate) fn head(&self) -> Option<&DirectiveHead> {
        match &self.line {
            FenceLine::Close => None,
            FenceLine::Open(head, _) | FenceLine::Leaf(head) => Some(head),
        }
    }
}

/// Every line that may be a fence, wherever it stands.
pub(in crate::content) fn find(source: &str) -> Vec<Fence> {
    let mut fences = Vec::new();
    let mut after = 0;
    for at in memchr::memmem::find_iter(source.as_bytes(), b"::") {
        // What stands behind the first colons of a line begins no block.
        if at < after {
            continue;
        }
        let line = source[..at].rfind(['\n', '\r']).map_or(0, |end| end + 1);
        let end = source[at..].find(['\n', '\r']).map_or(source.len(), |length| at + length);
        after = end;
        if !is_prefix(&source[line..at]) {
            continue;
        }
        let end = at + source[at..end].trim_end().len();
        fences.extend(fence(source, at, end));
    }
    fences
}

fn fence(source: &str, at: usize, end: usize) -> Option<Fence> {
    let colons = source[at..end].bytes().take_while(|byte| *byte == b':').count();
    let start = at + colons;
    let line = match colons {
        2 => head::read(source, start, end).filter(|head| head.end == end).map(FenceLine::Leaf),
        _ if start == end => Some(FenceLine::Close),
        _ => open(source, start, end),
    };
    line.map(|line| Fence { at: at..end, colons, line })
}

fn open(source: &str, start: usize, end: usize) -> Option<FenceLine> {
    let text = source[start..end].trim_start_matches([' ', '\t']);
    let from = end - text.len();
    let spaced = from > start;
    // Pandoc allows colons at the end too.
    let end = from + text.trim_end_matches(':').trim_end().len();
    if text.starts_with('{') {
        return braced(source, from, end);
    }
    let mut head = head::read(source, from, end)?;
    let rest = head.end..end;
    if source[rest.clone()].trim().is_empty() {
        let style = if spaced || rest.end != source[..rest.end].trim_end().len() {
            FenceStyle::Dialect
        } else {
            FenceStyle::Plain
        };
        return Some(FenceLine::Open(head, style));
    }
    let bare = head.label.is_none() && head.attributes.is_empty();
    let is_for = source[head.name.clone()].eq_ignore_ascii_case(super::FOR);
    if !is_for && !source[head.name.end..].starts_with([' ', '\t', '[', '{']) {
        return None;
    }
    if bare && source[rest.clone()].starts_with([' ', '\t']) {
        titled(source, &mut head, end);
        return Some(FenceLine::Open(head, FenceStyle::Dialect));
    }
    let name = head.name.clone();
    Some(FenceLine::Open(
        DirectiveHead { label: Some(name.end..end), attributes: Vec::new(), end, name },
        FenceStyle::Garbled,
    ))
}

/// `::: tip A title {.class}`
fn titled(source: &str, head: &mut DirectiveHead, end: usize) {
    let mut title = head.end..end;
    let braces = source[title.clone()].rfind('{').map(|at| title.start + at);
    // Attributes behind a bracket that name readers belong to a directive in the title.
    let is_own = |written: &[head::WrittenAttribute]| {
        let names_readers = written.iter().any(|one| KEYS.contains(&&*one.key));
        !(names_readers && braces.is_some_and(|at| source[..at].ends_with(']')))
    };
    let attributes = braces.and_then(|at| head::attributes(source, at));
    if let Some((attributes, _)) = attributes.filter(|(all, at)| *at == end && is_own(all)) {
        head.attributes = attributes;
        title.end = braces.unwrap_or(end);
    }
    let text = &source[title.clone()];
    let lead = text.len() - text.trim_start().len();
    title = title.start + lead..title.start + text.trim_end().len().max(lead);
    head.label = (!title.is_empty()).then_some(title);
    head.end = end;
}

/// `::: {.note #id}`, `:::{note} A title`
fn braced(source: &str, start: usize, end: usize) -> Option<FenceLine> {
    let (mut attributes, after) =
        head::attributes(source, start).filter(|(_, after)| *after <= end)?;
    let named = attributes.iter().position(|one| {
        &*one.key == "class" || (one.value.is_empty() && one.value_span.is_empty())
    })?;
    let named = attributes.remove(named);
    let name = if &*named.key == "class" { named.value_span } else { named.key_span };
    if head::name_end(source, name.start) != Some(name.end) {
        return None;
    }
    let mut head = DirectiveHead { name, label: None, attributes, end: after };
    let kept = std::mem::take(&mut head.attributes);
    titled(source, &mut head, end);
    if head.attributes.is_empty() {
        head.attributes = kept;
    }
    Some(FenceLine::Open(head, FenceStyle::Dialect))
}

/// A text whose fences are blocks, and the lines that turned out to be none.
#[derive(Debug)]
pub(in crate::content) struct Settled {
    pub text: String,
    pub fences: Vec<Fence>,
    /// Lines that are neither fences nor code: in raw HTML, or indented too far.
    pub lost: Vec<Fence>,
    /// What stands in the text for what Markdown would misread.
    pub masks: Masks,
}

/// Masks the fences that the Markdown parser sees as blocks.
pub(in crate::content) fn settle(source: &str, mut fences: Vec<Fence>) -> Settled {
    let mut lost = Vec::new();
    let is_fence = |at: usize| fences.binary_search_by_key(&at, |fence| fence.at.start).is_ok();
    let (source, masks) = dialect::masked(source, is_fence);
    // Each round unmasks at least one line, and nearly always every line that must be: code is
    // code, masked or not.
    loop {
        let text = masked(&source, &fences);
        let (blocks, code) = blocks(&text);
        let (seen, unseen): (Vec<Fence>, Vec<Fence>) =
            fences.into_iter().partition(|fence| blocks.binary_search(&fence.at.start).is_ok());
        fences = seen;
        if unseen.is_empty() {
            lost.sort_by_key(|fence: &Fence| fence.at.start);
            return Settled { text, fences, lost, masks };
        }
        let is_code = |fence: &Fence| code.iter().any(|code| code.contains(&fence.at.start));
        lost.extend(unseen.into_iter().filter(|fence| !is_code(fence)));
    }
}

fn masked(source: &str, fences: &[Fence]) -> String {
    let mut text = String::with_capacity(source.len());
    let mut done = 0;
    for Fence { at, .. } in fences {
        text.push_str(&source[done..at.start]);
        match at.len() {
            3 => text.push_str("<?>"),
            length => {
                text.push_str("<?");
                text.extend(std::iter::repeat_n('x', length - 4));
                text.push_str("?>");
            }
        }
        done = at.end;
    }
    text.push_str(&source[done..]);
    text
}

/// Where blocks of HTML begin, and the ranges of code.
fn blocks(text: &str) -> (Vec<usize>, Vec<Range<usize>>) {
    let (mut blocks, mut code) = (Vec::new(), Vec::new());
    for (event, range) in Parser::new_ext(text, options()).into_offset_iter() {
        match event {
            Event::Start(Tag::HtmlBlock) => blocks.push(range.start),
            Event::Start(Tag::CodeBlock(_)) | Event::Code(_) => code.push(range),
            _ => {}
        }
    }
    blocks.sort_unstable();
    (blocks, code)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(source: &str, expected: &[&str]) {
        let found: Vec<String> = find(source)
            .into_iter()
            .map(|fence| {
                let style = match &fence.line {
                    FenceLine::Close => "close".to_owned(),
                    FenceLine::Leaf(head) => format!("leaf {}", &source[head.name.clone()]),
                    FenceLine::Open(head, style) => {
                        let label = head
                            .label
                            .clone()
                            .map_or("-".to_owned(), |label| source[label].to_owned());
                        format!(
                            "{style:?} {} {label} {}",
                            &source[head.name.clone()],
                            head.attributes.len()
                        )
                    }
                };
                format!("{} {style}", fence.colons)
            })
            .collect();
        assert_eq!(found, expected, "{source}");
    }

    #[test]
    fn fences_are_found_behind_the_marks_of_blocks() {
        check(
            ":::note\n> ::::\n- 1. ::a{b=c}\n[^1]: :::x\n: :::y\n",
            &["3 Plain note - 0", "4 close", "2 leaf a", "3 Plain x - 0", "3 Plain y - 0"],
        );
        check("text :::note\na::b\n- a :::\n::\n:: a\n::a b\n", &[]);
    }

    #[test]
    fn other_dialects_are_read_where_they_are_clear() {
        check(
            "::: tip\n:::tip A *title*\n::: {.note #x}\n:::{note} Title\n",
            &[
                "3 Dialect tip - 0",
                "3 Dialect tip A *title* 0",
                "3 Dialect note - 1",
                "3 Dialect note Title 0",
            ],
        );
        check(
            "::: warning ::::\n::: tip T {.a k=v}\n",
            &["3 Dialect warning - 0", "3 Dialect tip T 2"],
        );
        check(
            ":::note[a\n:::note{a\n:::note[a]{b} c\n",
            &["3 Garbled note [a 0", "3 Garbled note {a 0", "3 Garbled note [a]{b} c 0"],
        );
        check(":::for,a\n::: !\n:::{=html}\n", &["3 Garbled for ,a 0"]);
    }

    #[test]
    fn masking_moves_no_byte_and_leaves_code_alone() {
        let source =
            ":::é[ü]\n\n```\n:::\n```\n\n- a\n  ::::b\n\n<div>\n:::\n</div>\n\n    :::\n\n::::\n";
        let settled = settle(source, find(source));
        assert_eq!(settled.text.len(), source.len());
        assert_eq!(
            settled.text,
            "\u{1}::é[ü]\n\n```\n:::\n```\n\n- a\n  <?x?>\n\n<div>\n:::\n</div>\n\n    :::\n\n<??>\n"
        );
        assert_eq!((settled.fences.len(), settled.lost.len()), (2, 1));
    }

    #[test]
    fn a_mask_within_an_instruction_does_not_end_it() {
        let source = "<?php\n:::note\n?>\n\ntext\n";
        let settled = settle(source, find(source));
        assert_eq!((settled.text.as_str(), settled.fences.len()), (source, 0));
    }
}
