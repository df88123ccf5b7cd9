//! A character that stands for the colon of a directive while Markdown is parsed.

use std::borrow::Cow;

use pulldown_cmark::{CodeBlockKind, CowStr, Event, Tag};

/// The character, if the text leaves one free.
#[derive(Clone, Copy, Debug)]
pub struct Masks(Option<char>);

impl Masks {
    pub fn new(source: &str) -> Self {
        // Of one byte, as a colon is, and nothing to Markdown.
        Self(('\u{1}'..='\u{8}').find(|c| !source.contains(*c)))
    }

    /// The text with the colons at these places masked: each byte is at its place.
    pub fn mask<'t>(self, source: &'t str, places: impl Iterator<Item = usize>) -> Cow<'t, str> {
        let Some(mask) = self.0 else { return Cow::Borrowed(source) };
        let mut masked = Cow::Borrowed(source);
        for at in places {
            masked.to_mut().replace_range(at..at + 1, mask.encode_utf8(&mut [0; 1]));
        }
        masked
    }

    /// A text as its author wrote it.
    pub fn text<'t>(self, text: CowStr<'t>) -> CowStr<'t> {
        match self.0.filter(|mask| text.contains(*mask)) {
            Some(mask) => text.replace(mask, ":").into(),
            None => text,
        }
    }

    /// An event as its author wrote it.
    pub fn event<'t>(self, event: Event<'t>) -> Event<'t> {
        match event {
            Event::Text(text) => Event::Text(self.text(text)),
            Event::Code(text) => Event::Code(self.text(text)),
            Event::Html(text) => Event::Html(self.text(text)),
            Event::InlineHtml(text) => Event::InlineHtml(self.text(text)),
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) => {
                Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(self.text(info))))
            }
            // The id stays: it names a definition of the masked text.
            Event::Start(Tag::Link { link_type, dest_url, title, id }) => {
                let (dest_url, title) = (self.text(dest_url), self.text(title));
                Event::Start(Tag::Link { link_type, dest_url, title, id })
            }
            Event::Start(Tag::Image { link_type, dest_url, title, id }) => {
                let (dest_url, title) = (self.text(dest_url), self.text(title));
                Event::Start(Tag::Image { link_type, dest_url, title, id })
            }
            other => other,
        }
    }
}
