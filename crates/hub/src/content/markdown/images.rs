//! Images of Markdown: within one there is only its description.

use std::ops::Range;

use pulldown_cmark::{CowStr, Event, Tag, TagEnd};

use super::Composer;
use crate::content::writer::{Step, said};

pub(super) struct OpenImage<'s> {
    pub range: Range<usize>,
    pub link: u32,
    pub title: CowStr<'s>,
    pub description: String,
    /// Images within the description: they count as its text.
    pub depth: usize,
}

impl<'s> Composer<'s> {
    /// Inside an image there is only its description, as plain text.
    pub(super) fn in_image(&mut self, event: Event<'s>) {
        let Some(image) = &mut self.image else { return };
        if let Some(said) = said(&event) {
            image.description.push_str(said);
        }
        match event {
            Event::Start(Tag::Image { .. }) => image.depth += 1,
            Event::End(TagEnd::Image) if image.depth > 0 => image.depth -= 1,
            Event::End(TagEnd::Image) => {
                let Some(OpenImage { range, link, title, description, .. }) = self.image.take()
                else {
                    return;
                };
                self.remarks.behind(self.source, range.end);
                if description.trim().is_empty() {
                    self.remarks.no_alt(range);
                } else {
                    self.text(&description);
                }
                self.push(Step::Image { link, title, description });
            }
            _ => {}
        }
    }
}
