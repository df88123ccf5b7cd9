//! The words of a claim: inline Markdown without links, directives and citations.

use pulldown_cmark::{Event, Parser, Tag, TagEnd};

use super::sentences::{Sum, sums};
use crate::content::dialect::{self, Meaning, options};
use crate::content::directive::fences_of;
use crate::content::writer::said;

/// The words of a claim in one language.
#[derive(Clone, Debug)]
pub(in crate::content) struct ClaimWords {
    /// As the text of a page would have them, without the paragraph around them.
    pub(in crate::content) events: Box<[Event<'static>]>,
    /// What they say, without what may differ where a page writes them itself.
    pub(in crate::content) essence: Box<str>,
    /// Its sentences.
    pub(super) sentences: Box<[Sum]>,
}

impl ClaimWords {
    /// Reads words as they were written, or says what they hold that a claim cannot.
    pub(super) fn read(source: &str) -> Result<Self, &'static str> {
        if source.trim().is_empty() {
            return Err("no words");
        }
        if source.contains(|c: char| c.is_control() && !c.is_whitespace()) {
            return Err("a control character");
        }
        if source.contains("[@") {
            return Err("a citation");
        }
        if fences_of(source).is_some() {
            return Err("a directive");
        }
        let (masked, masks) = dialect::masked(source, |_| false);
        let mut meaning = Meaning::new(source, masks);
        let parser = Parser::new_ext(&masked, options()).into_offset_iter();
        let events: Vec<Event<'static>> = parser
            .filter_map(|(event, range)| meaning.of(event, range))
            .map(|(event, _)| event.into_static())
            .collect();
        let [Event::Start(Tag::Paragraph), events @ .., Event::End(TagEnd::Paragraph)] = &*events
        else {
            return Err("more than a paragraph");
        };
        let mut open: Vec<&str> = Vec::new();
        for event in events {
            if let Some(what) = foreign(event, &mut open) {
                return Err(what);
            }
        }
        if !open.is_empty() {
            return Err("an element that does not end");
        }
        let sentences = sums(events.iter()).into();
        let essence = essence(events.iter()).unwrap_or_default().into();
        Ok(Self { events: events.into(), essence, sentences })
    }
}

/// The elements of HTML that words may have: nothing else lowers or raises a figure.
pub(super) const ELEMENTS: [(&str, &str, &str); 2] =
    [("<sub>", "</sub>", "sub"), ("<sup>", "</sup>", "sup")];

/// What an event is that the words of a claim cannot have.
fn foreign(event: &Event<'_>, open: &mut Vec<&str>) -> Option<&'static str> {
    match event {
        Event::Text(_) | Event::Code(_) | Event::SoftBreak | Event::HardBreak => None,
        Event::Start(Tag::Emphasis | Tag::Strong | Tag::Strikethrough)
        | Event::End(TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough) => None,
        Event::Start(Tag::Link { .. }) => Some("a link"),
        Event::Start(Tag::Image { .. }) => Some("an image"),
        Event::FootnoteReference(_) => Some("a footnote"),
        Event::InlineHtml(html) => {
            if let Some((.., name)) = ELEMENTS.iter().find(|(start, ..)| **start == **html) {
                open.push(name);
                return None;
            }
            let ended = ELEMENTS.iter().find(|(_, end, _)| **end == **html);
            match ended {
                Some((.., name)) if open.pop() == Some(name) => None,
                _ => Some("HTML other than `<sub>` and `<sup>`"),
            }
        }
        _ => Some("more than a paragraph"),
    }
}

/// What words say, without what may differ: emphasis, and what [`plain_essence`] leaves out. `None`
/// where they hold what the words of a claim cannot have.
pub(in crate::content) fn essence<'e>(
    events: impl Iterator<Item = &'e Event<'e>>,
) -> Option<String> {
    let mut text = String::new();
    let mut open: Vec<&str> = Vec::new();
    for event in events {
        if foreign(event, &mut open).is_some() {
            return None;
        }
        match event {
            Event::InlineHtml(tag) => text.push_str(tag),
            Event::Start(Tag::Strikethrough) | Event::End(TagEnd::Strikethrough) => {
                text.push_str("~~");
            }
            Event::Code(code) => text.extend(["`", &**code, "`"]),
            event => text.extend(said(event)),
        }
    }
    open.is_empty().then(|| plain_essence(&text))
}

/// What a text says, without what may differ: the case of its first letter, white space, the shape
/// of quotes, and punctuation at its end.
fn plain_essence(text: &str) -> String {
    let mut same = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !same.is_empty() {
            same.push(' ');
        }
        same.extend(word.chars().map(straight));
    }
    same.truncate(same.trim_end_matches(is_shed).len());
    let same = same.trim_start_matches(['\'', '"']);
    let mut chars = same.chars();
    chars.next().map_or(String::new(), |first| first.to_lowercase().chain(chars).collect())
}

/// Whether a character at the end of words may differ, or stand there or not.
pub(super) fn is_shed(c: char) -> bool {
    ".!?…;:,'\" ".contains(c)
}

/// A quote as a keyboard has it.
pub(super) fn straight(c: char) -> char {
    match c {
        '“' | '”' | '„' | '‟' | '«' | '»' => '"',
        '‘' | '’' | '‚' | '‛' | '‹' | '›' => '\'',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(source: &str, expected: Result<&str, &str>) {
        let read = ClaimWords::read(source);
        let found = read.as_ref().map(|words| &*words.essence).map_err(|what| *what);
        assert_eq!(found, expected, "{source}");
    }

    #[test]
    fn words_are_inline_markdown() {
        check("Slows *decline* by **27 %**.", Ok("slows decline by 27 %"));
        check("CO<sub>2</sub> falls", Ok("cO<sub>2</sub> falls"));
        check("~5 mg a day\nor more", Ok("~5 mg a day or more"));
        check("a [b](c.md)", Err("a link"));
        check("a ![b](c.png)", Err("an image"));
        check("a\u{8}b", Err("a control character"));
        check("a [@b, p. 4]", Err("a citation"));
        check("a :b[c]{d=e}", Err("a directive"));
        check("a\n\nb", Err("more than a paragraph"));
        check("- a", Err("more than a paragraph"));
        check("<b>a</b>", Err("HTML other than `<sub>` and `<sup>`"));
        check("<sup>a", Err("an element that does not end"));
        check(" ", Err("no words"));
    }

    #[test]
    fn little_may_differ_between_words_that_say_the_same() {
        for other in ["Slows “it” down.", "slows  \"it\" down", "slows\n«it» down!"] {
            assert_eq!(plain_essence(other), "slows \"it\" down");
        }
        for other in
            ["slows it down", "slows \"it\" Down", "slows \"it\", down", "slow \"it\" down"]
        {
            assert_ne!(plain_essence(other), "slows \"it\" down");
        }
    }
}
