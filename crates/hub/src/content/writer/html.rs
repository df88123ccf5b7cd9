//! HTML with gaps: the form that every text is kept in.

use pulldown_cmark::{Alignment, BlockQuoteKind, CowStr, Event, Tag, TagEnd, html};

use super::{Raw, Step, Text, Writer, note_mark};
use crate::content::body::{Body, Fill, Link, LinkKind, Word, mark, marked, take};
use etappe_base::csp::Inline;

/// Writes HTML.
pub(in crate::content) struct Html;

impl Writer for Html {
    type Form = Body;

    fn write(&self, text: Text<'_>) -> Body {
        let Text {
            steps,
            links,
            unread,
            citations,
            directives,
            headings,
            parts,
            reuses,
            words,
            reused,
            ..
        } = text;
        let mut marked = String::with_capacity(text.length * 5 / 4);
        html::push_html(&mut marked, Elements::new(steps, &links));
        let (html, slots) = take(marked);
        let inline = if text.has_raw_html { Inline::of(&html) } else { Inline::default() };
        let mut body = Body {
            html: html.into(),
            inline,
            slots: slots.into(),
            links: links.into(),
            unread: unread.into(),
            citations: citations.into(),
            directives: directives.into(),
            headings: headings.into(),
            parts: parts.into(),
            reuses: reuses.into(),
            words,
            reused,
            ..Body::default()
        };
        body.identify();
        body
    }
}

/// The steps of a text as events that the parser's own writer knows: what it would write otherwise,
/// or not at all, is HTML already.
struct Elements<'s, 't> {
    steps: std::vec::IntoIter<Step<'s>>,
    links: &'t [Link],
    /// What follows the last event.
    next: Option<Event<'s>>,
    /// Of the open table; tables do not nest.
    alignments: Vec<Alignment>,
    column: usize,
    in_head: bool,
}

impl<'s, 't> Elements<'s, 't> {
    fn new(steps: Vec<Step<'s>>, links: &'t [Link]) -> Self {
        Self {
            steps: steps.into_iter(),
            links,
            next: None,
            alignments: Vec::new(),
            column: 0,
            in_head: false,
        }
    }
}

impl<'s> Iterator for Elements<'s, '_> {
    type Item = Event<'s>;

    fn next(&mut self) -> Option<Event<'s>> {
        if let Some(event) = self.next.take() {
            return Some(event);
        }
        let html: CowStr<'s> = match self.steps.next()? {
            Step::Event(event) => match self.instead(&event) {
                Some(html) => html,
                None => return Some(event),
            },
            Step::Link { link, title } => self.link(link, &title).into(),
            Step::LinkEnd => "</a>".into(),
            Step::Image { link, title, description } => image(link, &title, &description).into(),
            Step::Anchor(id) => anchor(&id).into(),
            Step::Raw(raw) => raw_html(raw, self.links),
            Step::Reference { number, time } => reference(number, time).into(),
            Step::Notes => notes().into(),
            Step::Note(number) => format!("<li id=\"fn-{number}\">").into(),
            Step::NoteBack(number) => note_back(number).into(),
            Step::NoteEnd => "</li>\n".into(),
            Step::NotesEnd => "</ol>\n</section>\n".into(),
            Step::Citation(citation) => marked(Fill::Citation(citation)).into(),
            Step::Directive(directive) => marked(Fill::Open(directive)).into(),
            Step::Content => marked(Fill::Content).into(),
            Step::DirectiveEnd => marked(Fill::Close).into(),
            Step::Part(part) => marked(Fill::Part(part)).into(),
            Step::PartEnd => marked(Fill::PartEnd).into(),
            Step::Reused(reuse) => marked(Fill::Reused(reuse)).into(),
            Step::ReusedEnd => marked(Fill::ReusedEnd).into(),
            Step::Claims => "<div class=\"claims\">\n".into(),
            Step::ClaimsEnd => "</div>\n".into(),
            Step::Line(line) => paragraph(line).into(),
        };
        Some(Event::InlineHtml(html))
    }
}

impl<'s> Elements<'s, '_> {
    /// The HTML that stands for an element; `None` for what the parser's writer writes itself.
    fn instead(&mut self, event: &Event<'s>) -> Option<CowStr<'s>> {
        let html: CowStr<'s> = match event {
            Event::Start(Tag::Table(alignments)) => {
                self.alignments.clone_from(alignments);
                // An element that scrolls must be in reach of the keyboard, and have a name for
                // screen readers.
                let name = marked(Fill::Word(Word::Table));
                format!(
                    "<div class=\"table\" role=\"group\" aria-label=\"{name}\" \
                    tabindex=\"0\"><table>"
                )
                .into()
            }
            Event::Start(Tag::TableHead) => {
                self.in_head = true;
                self.column = 0;
                "<thead><tr>".into()
            }
            Event::Start(Tag::TableRow) => {
                self.column = 0;
                "<tr>".into()
            }
            Event::Start(Tag::TableCell) => self.cell().into(),
            Event::End(TagEnd::Table) => "</tbody></table></div>\n".into(),
            Event::End(TagEnd::TableHead) => {
                self.in_head = false;
                "</tr></thead><tbody>\n".into()
            }
            Event::End(TagEnd::TableRow) => "</tr>\n".into(),
            Event::End(TagEnd::TableCell) => if self.in_head { "</th>" } else { "</td>" }.into(),
            Event::TaskListMarker(done) => task(*done).into(),
            Event::Start(Tag::BlockQuote(Some(kind))) => {
                self.next = Some(Event::InlineHtml(title(*kind).into()));
                return None;
            }
            _ => return None,
        };
        Some(html)
    }

    /// A cell says its alignment by a class, since a strict content security policy forbids styles
    /// in attributes.
    fn cell(&mut self) -> &'static str {
        let alignment = self.alignments.get(self.column);
        self.column += 1;
        match (alignment, self.in_head) {
            (Some(Alignment::Center), true) => "<th class=\"center\">",
            (Some(Alignment::Center), false) => "<td class=\"center\">",
            (Some(Alignment::Right), true) => "<th class=\"right\">",
            (Some(Alignment::Right), false) => "<td class=\"right\">",
            (_, true) => "<th>",
            (_, false) => "<td>",
        }
    }

    /// The beginning of a link: its address as it is where it is final, a gap where it depends on
    /// the site.
    fn link(&self, at: u32, title: &str) -> String {
        let link = &self.links[at as usize];
        let mut html = String::from("<a");
        if link.is_internal() {
            mark(&mut html, Fill::Link(at));
        } else {
            attribute(&mut html, LinkKind::Page.attribute().unwrap_or("href"), &link.dest);
        }
        attribute(&mut html, "title", title);
        html.push('>');
        html
    }
}

fn image(link: u32, title: &str, description: &str) -> String {
    let mut html = String::from("<img");
    mark(&mut html, Fill::Link(link));
    attribute(&mut html, "title", title);
    attribute(&mut html, "alt", description);
    html.push('>');
    html
}

fn anchor(id: &str) -> String {
    let mut html = String::from("<span");
    attribute(&mut html, "id", id);
    html.push_str("></span>\n");
    html
}

/// Raw HTML, with gaps for the addresses in it.
fn raw_html<'s>(raw: Raw<'s>, links: &[Link]) -> CowStr<'s> {
    if raw.cuts.is_empty() {
        return raw.html;
    }
    let address = |html: &mut String, at: u32| match links.get(at as usize) {
        Some(link) if !link.is_internal() => {
            attribute(html, link.kind.attribute().unwrap_or("href"), &link.dest)
        }
        _ => mark(html, Fill::Link(at)),
    };
    raw.written(address).into_owned().into()
}

fn reference(number: usize, time: usize) -> String {
    let id = reference_id(number, time);
    let (mark, word) = (note_mark(number), marked(Fill::Word(Word::NoteMark)));
    format!(
        "<sup class=\"footnote-reference\"><a id=\"{id}\" href=\"#fn-{number}\" \
         role=\"doc-noteref\" aria-label=\"{word} {mark}\">{mark}</a></sup>"
    )
}

/// The beginning of the footnotes. Letters come with the list itself, so that any theme has them.
fn notes() -> String {
    let word = marked(Fill::Word(Word::Notes));
    format!(
        "<section class=\"footnotes\" role=\"doc-endnotes\" aria-labelledby=\"_footnotes\">\n\
         <h2 id=\"_footnotes\">{word}</h2>\n<ol type=\"a\">\n"
    )
}

fn note_back(number: usize) -> String {
    let (mark, word) = (note_mark(number), marked(Fill::Word(Word::NoteBack)));
    format!(
        " <a href=\"#fnref-{number}\" role=\"doc-backlink\" aria-label=\"{word}: {mark}\">↩</a>"
    )
}

/// The id of a reference to a footnote; the first one is where its note leads back to.
pub(in crate::content) fn reference_id(number: usize, time: usize) -> String {
    match time {
        1 => format!("fnref-{number}"),
        _ => format!("fnref-{number}-{time}"),
    }
}

/// The id of a footnote.
pub(in crate::content) fn note_id(number: usize) -> String {
    format!("fn-{number}")
}

/// The title of an alert.
fn title(kind: BlockQuoteKind) -> String {
    let word = marked(Fill::Word(alert(kind)));
    format!("<p class=\"markdown-alert-title\">{word}</p>\n")
}

/// The word that an alert begins with.
pub(super) fn alert(kind: BlockQuoteKind) -> Word {
    match kind {
        BlockQuoteKind::Note => Word::Note,
        BlockQuoteKind::Tip => Word::Tip,
        BlockQuoteKind::Important => Word::Important,
        BlockQuoteKind::Warning => Word::Warning,
        BlockQuoteKind::Caution => Word::Caution,
    }
}

/// A box of a task list. Nobody can tick it, but a screen reader must be able to name it.
fn task(done: bool) -> String {
    let (word, checked) = if done { (Word::TaskDone, " checked") } else { (Word::TaskOpen, "") };
    let word = marked(Fill::Word(word));
    format!("<input type=\"checkbox\" disabled{checked} aria-label=\"{word}\">\n")
}

fn paragraph(line: &str) -> String {
    let mut html = String::from("<p>");
    escape(&mut html, line);
    html.push_str("</p>\n");
    html
}

/// Writes an attribute. A title that is empty is none.
fn attribute(html: &mut String, name: &str, value: &str) {
    if value.is_empty() && name == "title" {
        return;
    }
    html.push(' ');
    html.push_str(name);
    html.push_str("=\"");
    escape(html, value);
    html.push('"');
}

/// Escapes text for HTML, attribute values included.
pub fn escape(out: &mut String, text: &str) {
    pulldown_cmark_escape::escape_html(out, text).expect("writing to a string does not fail");
}
