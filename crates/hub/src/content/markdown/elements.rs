//! What the elements of Markdown become in HTML.

use std::ops::Range;

use pulldown_cmark::{BlockQuoteKind, Event, RefDefs, Tag, TagEnd};

use super::Composer;
use super::headings::OpenHeading;
use super::images::OpenImage;
use super::links::attribute;
use super::raw::OpenHtml;
use super::tables::OpenTable;
use crate::content::body::{Fill, Link, LinkKind, Word, marked};

impl<'s> Composer<'s> {
    pub(super) fn start(&mut self, tag: Tag<'s>, range: Range<usize>, definitions: &RefDefs<'_>) {
        match tag {
            Tag::Link { link_type, dest_url, title, id } => {
                let (dest, span) =
                    self.destination(link_type, dest_url, &id, range.clone(), definitions);
                self.link = Some((range, false));
                let mut html = String::from("<a");
                self.address(&mut html, dest, span, LinkKind::Page);
                attribute(&mut html, "title", &title);
                html.push('>');
                self.push_html(html);
            }
            Tag::Image { link_type, dest_url, title, id } => {
                let (dest, span) =
                    self.destination(link_type, dest_url, &id, range.clone(), definitions);
                self.links.push(Link { dest, span, kind: LinkKind::Picture });
                self.image = Some(OpenImage {
                    range,
                    link: self.links.len() as u32 - 1,
                    title,
                    alt: String::new(),
                    depth: 0,
                });
            }
            Tag::Heading { level, .. } => {
                let at =
                    self.open_note.as_ref().map_or(self.events.len(), |(_, events)| events.len());
                self.heading =
                    Some(OpenHeading { range, at, level: level as u8, text: String::new() });
                self.push(Event::Start(tag));
            }
            Tag::FootnoteDefinition(label) => {
                self.remarks.note_defined(&label, range);
                self.open_note = Some((label.as_ref().into(), Vec::new()));
            }
            Tag::HtmlBlock => {
                self.opaque.push(range);
                self.html = Some(OpenHtml::default());
            }
            Tag::Table(alignments) => {
                self.table = OpenTable { range, alignments, ..OpenTable::default() };
                // An element that scrolls must be in reach of the keyboard, and have a name for
                // screen readers.
                let name = marked(Fill::Word(Word::Table));
                self.push_html(format!("<div class=\"table\" role=\"group\" aria-label=\"{name}\" tabindex=\"0\"><table>"));
            }
            Tag::TableHead => {
                self.table.in_head = true;
                self.table.column = 0;
                self.push_html("<thead><tr>");
            }
            Tag::TableRow => {
                self.table.column = 0;
                self.push_html("<tr>");
            }
            Tag::TableCell => self.cell(),
            Tag::BlockQuote(kind) => {
                self.push(Event::Start(tag));
                if let Some(kind) = kind {
                    self.push_html(format!(
                        "<p class=\"markdown-alert-title\">{}</p>\n",
                        marked(Fill::Word(alert(kind)))
                    ));
                }
            }
            Tag::CodeBlock(_) => {
                self.in_code = true;
                self.opaque.push(range);
                self.push(Event::Start(tag));
            }
            _ => self.push(Event::Start(tag)),
        }
    }

    pub(super) fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Link => {
                if let Some((range, false)) = self.link.take() {
                    self.remarks.empty_link(range);
                }
                self.push_html("</a>");
                for citation in std::mem::take(&mut self.behind_link) {
                    self.push_citation(citation);
                }
            }
            TagEnd::Heading(_) => {
                self.name_heading();
                self.push(Event::End(tag));
            }
            TagEnd::FootnoteDefinition => {
                if let Some((label, events)) = self.open_note.take() {
                    self.notes.entry(label).or_insert(events);
                }
            }
            TagEnd::HtmlBlock => {
                let html = self.html.take().unwrap_or_default();
                self.raw_html(&html.text, &html.pieces);
            }
            TagEnd::Table => self.push_html("</tbody></table></div>\n"),
            TagEnd::TableHead => {
                self.table.in_head = false;
                if !self.table.has_header {
                    self.remarks.headless_table(self.table.range.clone());
                }
                self.push_html("</tr></thead><tbody>\n");
            }
            TagEnd::TableRow => self.push_html("</tr>\n"),
            TagEnd::TableCell => {
                self.words += 1;
                self.push_html(if self.table.in_head { "</th>" } else { "</td>" });
            }
            TagEnd::CodeBlock => {
                self.in_code = false;
                self.push(Event::End(tag));
            }
            _ => {
                let ends_text = matches!(
                    tag,
                    TagEnd::Paragraph
                        | TagEnd::Item
                        | TagEnd::DefinitionListTitle
                        | TagEnd::DefinitionListDefinition
                );
                self.words += u32::from(ends_text);
                self.push(Event::End(tag));
            }
        }
    }

    /// A box of a task list. Nobody can tick it, but a screen reader must be able to name it.
    pub(super) fn task(&mut self, done: bool) {
        let (word, checked) =
            if done { (Word::TaskDone, " checked") } else { (Word::TaskOpen, "") };
        self.push_html(format!(
            "<input type=\"checkbox\" disabled{checked} aria-label=\"{}\">\n",
            marked(Fill::Word(word))
        ));
    }
}

fn alert(kind: BlockQuoteKind) -> Word {
    match kind {
        BlockQuoteKind::Note => Word::Note,
        BlockQuoteKind::Tip => Word::Tip,
        BlockQuoteKind::Important => Word::Important,
        BlockQuoteKind::Warning => Word::Warning,
        BlockQuoteKind::Caution => Word::Caution,
    }
}
