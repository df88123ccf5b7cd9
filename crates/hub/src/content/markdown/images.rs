//! Images of Markdown: within one there is only its description.

use std::ops::Range;

use pulldown_cmark::{CowStr, Event, Tag, TagEnd};

use super::Composer;
use super::links::attribute;
use crate::content::body::{Fill, mark};

pub(super) struct OpenImage<'s> {
    pub range: Range<usize>,
    pub link: u32,
    pub title: CowStr<'s>,
    pub alt: String,
    /// Images within the description: they count as its text.
    pub depth: usize,
}

impl<'s> Composer<'s> {
    /// Inside an image there is only its description, as plain text.
    pub(super) fn in_image(&mut self, event: Event<'s>) {
        let Some(image) = &mut self.image else { return };
        match event {
            Event::Text(text) | Event::Code(text) => image.alt.push_str(&text),
            Event::SoftBreak | Event::HardBreak => image.alt.push(' '),
            Event::Start(Tag::Image { .. }) => image.depth += 1,
            Event::End(TagEnd::Image) if image.depth > 0 => image.depth -= 1,
            Event::End(TagEnd::Image) => {
                let mut html = String::from("<img");
                mark(&mut html, Fill::Link(image.link));
                attribute(&mut html, "title", &image.title);
                attribute(&mut html, "alt", &image.alt);
                html.push('>');
                let (alt, range) = (std::mem::take(&mut image.alt), image.range.clone());
                self.image = None;
                if alt.trim().is_empty() {
                    self.remarks.no_alt(range);
                } else {
                    self.text(&alt);
                }
                self.push_html(html);
            }
            _ => {}
        }
    }
}
