//! What the elements of Markdown become: what they mean is settled, and how they are written is
//! left to the writers.

use std::ops::Range;

use pulldown_cmark::{Event, RefDefs, Tag, TagEnd};

use super::Composer;
use super::headings::OpenHeading;
use super::images::OpenImage;
use super::notes::OpenNote;
use super::raw::OpenHtml;
use super::tables::OpenTable;
use crate::content::body::LinkKind;
use crate::content::raw::{Fragment, Places};
use crate::content::writer::Step;

impl<'s> Composer<'s> {
    pub(super) fn start(&mut self, tag: Tag<'s>, range: Range<usize>, definitions: &RefDefs<'_>) {
        let tag = self.fitting(tag);
        if !matches!(tag, Tag::HtmlBlock | Tag::Image { .. }) {
            let ends = self.balance.enter(is_block(&tag));
            self.ends(ends);
        }
        match &tag {
            Tag::Heading { level, .. } => {
                let at = self.open_steps().len();
                self.level = *level as u8;
                self.heading = Some(OpenHeading::new(self.source, range, at, *level as u8));
            }
            Tag::Table(_) => self.table = OpenTable { range, ..OpenTable::default() },
            Tag::TableHead => self.table.in_head = true,
            Tag::TableRow => self.table.row = range,
            Tag::TableCell => self.table.cell = range,
            Tag::CodeBlock(_) => {
                self.in_code = true;
                self.opaque.push(range);
            }
            Tag::HtmlBlock => {
                self.opaque.push(range);
                self.html = Some(OpenHtml::default());
                return;
            }
            Tag::FootnoteDefinition(label) => {
                self.remarks.note_defined(label, range);
                return self.open_notes.push(OpenNote {
                    label: label.as_ref().into(),
                    steps: Vec::new(),
                    level: self.level,
                });
            }
            Tag::Link { .. } | Tag::Image { .. } => return self.target(tag, range, definitions),
            _ => {}
        }
        self.push(Step::Event(Event::Start(tag)));
    }

    /// Whether the last step begins a paragraph.
    fn begins_paragraph(&mut self) -> bool {
        matches!(self.open_steps().last(), Some(Step::Event(Event::Start(Tag::Paragraph))))
    }

    /// A link or an image begins.
    fn target(&mut self, tag: Tag<'s>, range: Range<usize>, definitions: &RefDefs<'_>) {
        let is_image = matches!(tag, Tag::Image { .. });
        let (Tag::Link { link_type, dest_url, title, id }
        | Tag::Image { link_type, dest_url, title, id }) = tag
        else {
            return;
        };
        let (dest, span) = self.destination(link_type, dest_url, &id, range.clone(), definitions);
        let link = self.links.len() as u32;
        let kind = if is_image { LinkKind::Picture } else { LinkKind::Page };
        self.links.push(self.link_to(dest, span, kind));
        if is_image {
            let description = String::new();
            self.image = Some(OpenImage { range, link, title, description, depth: 0 });
        } else {
            self.link = Some((range, false));
            self.push(Step::Link { link, title });
        }
    }

    pub(super) fn end(&mut self, tag: TagEnd) {
        let tag = self.fitting_end(tag);
        if tag != TagEnd::HtmlBlock {
            let ends = self.balance.leave();
            self.ends(ends);
        }
        match tag {
            TagEnd::Link => {
                if let Some((range, readable)) = self.link.take() {
                    self.remarks.behind(self.source, range.end);
                    if !readable {
                        self.remarks.empty_link(range);
                    }
                }
                self.push(Step::LinkEnd);
                for citation in std::mem::take(&mut self.behind_link) {
                    self.push_citation(citation);
                }
                return;
            }
            TagEnd::FootnoteDefinition => {
                if let Some(note) = self.open_notes.pop() {
                    self.notes.entry(note.label).or_insert(note.steps);
                    self.level = note.level;
                }
                return;
            }
            TagEnd::HtmlBlock => {
                let html = self.html.take().unwrap_or_default();
                let places = Places(&html.pieces);
                return self.raw_html(html.text.into(), Fragment::Block, places);
            }
            TagEnd::Heading(_) => return self.end_heading(tag),
            TagEnd::TableHead => {
                self.table.in_head = false;
                if !self.table.has_header {
                    self.remarks.headless_table(self.table.range.clone());
                }
            }
            TagEnd::TableRow => {
                self.remarks.row(self.source, &self.table.row, &self.table.cell);
            }
            TagEnd::CodeBlock => self.in_code = false,
            // It held nothing but a comment.
            TagEnd::Paragraph if self.begins_paragraph() => {
                self.open_steps().pop();
                return;
            }
            TagEnd::TableCell
            | TagEnd::Paragraph
            | TagEnd::Item
            | TagEnd::DefinitionListTitle
            | TagEnd::DefinitionListDefinition => self.words += 1,
            _ => {}
        }
        self.push(Step::Event(Event::End(tag)));
    }
}

/// Whether a paragraph of raw HTML ends where this begins.
fn is_block(tag: &Tag<'_>) -> bool {
    !matches!(tag, Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Link { .. })
}
