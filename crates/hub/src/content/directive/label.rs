//! The label of a directive that stands on a line of its own: a line of Markdown, within the text
//! around it.

use std::ops::Range;

use pulldown_cmark::{BrokenLink, CowStr, Event, LinkType, Parser, RefDefs, Tag, TagEnd};

use super::inline::Placed;
use crate::content::dialect::{Masks, meant, options};

/// What a label may refer to.
pub(in crate::content) struct Around<'a> {
    pub definitions: &'a RefDefs<'a>,
    /// The labels of the text's footnotes.
    pub notes: &'a [Box<str>],
    pub masks: Masks,
}

/// The events of a label, with the references and footnotes of the text around it.
pub(in crate::content) fn parse<'s>(
    source: &'s str,
    label: Range<usize>,
    around: &Around<'_>,
) -> Vec<Placed<'s>> {
    let text = &source[label.clone()];
    let events = match text.contains("[^") && !around.notes.is_empty() {
        true => with_notes(text, around),
        false => events(text, around).collect(),
    };
    let end = text.trim_end().len();
    let is_line =
        matches!(events.first(), Some((Event::Start(Tag::Paragraph), range)) if range.end >= end);
    let placed = |(event, range): Placed<'s>| {
        let (event, range) = meant(event, range, text);
        (known(event), range.start + label.start..range.end + label.start)
    };
    match is_line {
        true => events.into_iter().filter(|(event, _)| !is_paragraph(event)).map(placed).collect(),
        // A block: as it was written.
        false if text.trim().is_empty() => Vec::new(),
        false => vec![(Event::Text(CowStr::Borrowed(text)), label)],
    }
}

fn events<'t>(text: &'t str, around: &Around<'_>) -> impl Iterator<Item = Placed<'t>> {
    let lookup = |link: BrokenLink<'_>| {
        let definition = around.definitions.get(&link.reference)?;
        let as_written = |text: &str| around.masks.text(text.to_owned().into());
        let title = definition.title.as_deref().unwrap_or_default();
        Some((as_written(&definition.dest), as_written(title)))
    };
    Parser::new_with_broken_link_callback(text, options(), Some(lookup)).into_offset_iter()
}

/// The parser knows a footnote only where it is defined.
fn with_notes<'s>(text: &str, around: &Around<'_>) -> Vec<Placed<'s>> {
    let mut whole = format!("{text}\n\n");
    for note in around.notes.iter().filter(|note| text.contains(&***note)) {
        whole.push_str(&format!("[^{note}]: -\n\n"));
    }
    let own = events(&whole, around).take_while(|(_, range)| range.start < text.len());
    own.map(|(event, range)| (event.into_static(), range.start..range.end.min(text.len())))
        .collect()
}

fn is_paragraph(event: &Event<'_>) -> bool {
    matches!(event, Event::Start(Tag::Paragraph) | Event::End(TagEnd::Paragraph))
}

/// Turns a reference that the parser did not know, but the callback found, into a plain one.
fn known(event: Event<'_>) -> Event<'_> {
    let resolved = |link_type| match link_type {
        LinkType::ReferenceUnknown => LinkType::Reference,
        LinkType::CollapsedUnknown => LinkType::Collapsed,
        LinkType::ShortcutUnknown => LinkType::Shortcut,
        other => other,
    };
    match event {
        Event::Start(Tag::Link { link_type, dest_url, title, id }) => {
            Event::Start(Tag::Link { link_type: resolved(link_type), dest_url, title, id })
        }
        Event::Start(Tag::Image { link_type, dest_url, title, id }) => {
            Event::Start(Tag::Image { link_type: resolved(link_type), dest_url, title, id })
        }
        other => other,
    }
}
