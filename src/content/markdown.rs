//! Markdown to [`Body`]: CommonMark with tables, footnotes, task lists, strikethrough, heading attributes,
//! definition lists and alerts. Text is text: no template syntax is ever evaluated in a body.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use pulldown_cmark::{Alignment, BlockQuoteKind, BrokenLink, CowStr, Event, LinkType, Options, Parser, RefDefs, Tag, TagEnd, html};

use super::body::{Body, Directive, Fill, Given, Heading, Link, LinkKind, Slot, Word};
use super::cite::{self, Citation};
use super::directive::{self, Kind, Readers, Use, Written};
use super::html as raw;
use super::remarks::{Remark, Remarks};
use crate::base::hash::Digest;
use crate::base::slug::heading_id;
use crate::base::source::Span;

/// Stands in the HTML before what goes into a gap, until the places are known: a link's number or `!` and a word's,
/// `@` and a citation's, and `;`.
/// Bodies hold no NUL themselves.
const GAP: char = '\0';

pub(super) fn options() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_HEADING_ATTRIBUTES
        | Options::ENABLE_DEFINITION_LIST
        | Options::ENABLE_GFM
}

/// Renders `source`, which begins `offset` bytes into its file, for the readers of its page.
pub fn render_for(source: &str, offset: usize, readers: &Readers<'_>) -> Rendered {
    match directive::fences(source) {
        None => render(source, offset),
        Some(fences) => directive::render(source, offset, fences, readers),
    }
}

/// Renders `source`, which has no directives and begins `offset` bytes into its file. With it come the ids that a fragment may name:
/// of headings, footnotes and raw HTML, sorted; and remarks on what readers will stumble over.
pub fn render(source: &str, offset: usize) -> Rendered {
    let unresolved = RefCell::new(Vec::new());
    let note = |link: BrokenLink<'_>| -> Option<(CowStr<'_>, CowStr<'_>)> {
        unresolved.borrow_mut().push((link.link_type, link.reference.to_string(), link.span));
        None
    };
    let mut parser = Parser::new_with_broken_link_callback(source, options(), Some(note)).into_offset_iter();
    let mut composer = Composer::new(source, offset);
    while let Some((event, range)) = parser.next() {
        composer.event(event, range, parser.reference_definitions());
    }
    composer.remarks.definitions(source, parser.reference_definitions(), &composer.opaque);
    drop(parser);
    composer.remarks.lost_notes(source, &composer.opaque);
    composer.remarks.unresolved(unresolved.into_inner());
    let (mut body, ids, remarks) = composer.finish();
    body.identify();
    Rendered { bodies: vec![body], variants: Box::default(), ids: Box::new([ids]), remarks: remarks.finish(), blocked: false }
}

/// The variants of a body, and what came with them.
pub struct Rendered {
    pub bodies: Vec<Body>,
    /// By persona: which of the bodies it is shown. Empty where there is only one.
    pub variants: Box<[u16]>,
    /// By variant: what fragments may name, sorted.
    pub ids: Box<[Box<[Box<str>]>]>,
    pub remarks: Vec<Remark>,
    /// The text cannot hide what it must, so nobody may be shown the page.
    pub blocked: bool,
}

/// Makes a body of the parser's events.
#[derive(Default)]
pub(super) struct Composer<'s> {
    source: &'s str,
    offset: usize,
    events: Vec<Event<'s>>,
    /// Definitions by label, written after the text; the open one collects the events.
    notes: BTreeMap<Box<str>, Vec<Event<'s>>>,
    open_note: Option<(Box<str>, Vec<Event<'s>>)>,
    /// Labels in the order of their first reference, and how often each was referred to.
    numbers: Vec<(Box<str>, usize)>,
    heading: Option<OpenHeading>,
    image: Option<OpenImage<'s>>,
    html: Option<OpenHtml>,
    table: OpenTable,
    in_code: bool,
    links: Vec<Link>,
    citations: Vec<Citation>,
    /// Where the last citation ends: its text is not the page's.
    cited_to: usize,
    headings: Vec<Heading>,
    ids: BTreeSet<Box<str>>,
    words: u32,
    /// The open link: where it stands, and whether anything in it can be read.
    link: Option<(Range<usize>, bool)>,
    /// Ranges of code and raw HTML, in which nothing is a reference.
    pub opaque: Vec<Range<usize>>,
    pub remarks: Remarks,
    directives: Vec<Directive>,
    /// The open ones, by their place in `directives`.
    open_directives: Vec<u32>,
    /// How many of a name stand in a directive so far.
    siblings: BTreeMap<(u32, Box<str>), u32>,
    /// Footnotes that some variant of the text refers to: no other variant shows them for want of a reference.
    pub mentioned: Option<BTreeSet<Box<str>>>,
    /// The footnotes that these readers are shown; all where there is one variant.
    pub visible_notes: Option<BTreeSet<Box<str>>>,
}

struct OpenHeading {
    range: Range<usize>,
    /// Where its start stands in `events`.
    at: usize,
    level: u8,
    text: String,
}

struct OpenImage<'s> {
    range: Range<usize>,
    link: usize,
    title: CowStr<'s>,
    alt: String,
    /// Images within the description: they count as its text.
    depth: usize,
}

/// Tables do not nest.
#[derive(Default)]
struct OpenTable {
    range: Range<usize>,
    has_header: bool,
    alignments: Vec<Alignment>,
    column: usize,
    in_head: bool,
}

#[derive(Default)]
struct OpenHtml {
    text: String,
    /// Where pieces of `text` stand in the source.
    pieces: Vec<(usize, usize)>,
}

impl<'s> Composer<'s> {
    pub fn new(source: &'s str, offset: usize) -> Self {
        Self { source, offset, remarks: Remarks::new(offset), ..Self::default() }
    }

    pub fn event(&mut self, event: Event<'s>, range: Range<usize>, definitions: &RefDefs<'_>) {
        if self.image.is_some() {
            self.in_image(event);
            return;
        }
        match event {
            Event::Start(tag) => self.start(tag, range, definitions),
            Event::End(tag) => self.end(tag),
            Event::Text(text) => {
                if range.start < self.cited_to || (&*text == "[" && self.cites(range.start)) {
                    return;
                }
                self.text(&text);
                self.push(Event::Text(text));
            }
            Event::Code(text) => {
                self.opaque.push(range);
                self.text(&text);
                self.push(Event::Code(text));
            }
            Event::Html(text) => match &mut self.html {
                Some(html) => {
                    html.pieces.push((html.text.len(), range.start));
                    html.text.push_str(&text);
                }
                None => self.raw_html(&text, &[(0, range.start)]),
            },
            Event::InlineHtml(text) => {
                self.opaque.push(range.clone());
                self.raw_html(&text, &[(0, range.start)]);
            }
            Event::FootnoteReference(label) => {
                self.remarks.referred.insert(range.start);
                self.reference(&label, range);
            }
            Event::SoftBreak | Event::HardBreak if range.start < self.cited_to => {}
            Event::SoftBreak | Event::HardBreak => {
                self.text(" ");
                self.push(event);
            }
            Event::TaskListMarker(done) => self.task(done),
            other => self.push(other),
        }
    }

    /// Takes the citation that begins at `at`, if one does: not within a link, which cannot hold another.
    fn cites(&mut self, at: usize) -> bool {
        if self.link.is_some() || self.in_code {
            return false;
        }
        let Some((citation, end)) = cite::read(self.source, at, self.offset) else { return false };
        self.cited_to = end;
        self.readable();
        self.push_html(format!("{GAP}@{};", self.citations.len()));
        self.citations.push(citation);
        true
    }

    fn push(&mut self, event: Event<'s>) {
        match &mut self.open_note {
            Some((_, events)) => events.push(event),
            None => self.events.push(event),
        }
    }

    /// A box of a task list. Nobody can tick it, but a screen reader must be able to name it.
    fn task(&mut self, done: bool) {
        let (word, checked) = if done { (Word::TaskDone, " checked") } else { (Word::TaskOpen, "") };
        self.push_html(format!("<input type=\"checkbox\" disabled{checked} aria-label=\"{}\">\n", word_gap(word)));
    }

    fn push_html(&mut self, html: impl Into<Cow<'s, str>>) {
        self.push(Event::InlineHtml(html.into().into()));
    }

    fn text(&mut self, text: &str) {
        if let Some(heading) = &mut self.heading {
            heading.text.push_str(text);
        }
        if !text.trim().is_empty() {
            self.readable();
        }
        if !self.in_code {
            self.words += memchr::memchr_iter(b' ', text.as_bytes()).count() as u32;
        }
    }

    /// Something stands here that readers can read.
    fn readable(&mut self) {
        if let Some((_, readable)) = &mut self.link {
            *readable = true;
        }
        self.table.has_header |= self.table.in_head;
    }

    fn start(&mut self, tag: Tag<'s>, range: Range<usize>, definitions: &RefDefs<'_>) {
        match tag {
            Tag::Link { link_type, dest_url, title, id } => {
                let (dest, span) = self.destination(link_type, dest_url, &id, range.clone(), definitions);
                self.link = Some((range, false));
                let address = self.address(dest, span, LinkKind::Page);
                let title = attribute("title", &title);
                self.push_html(format!("<a{address}{title}>"));
            }
            Tag::Image { link_type, dest_url, title, id } => {
                let (dest, span) = self.destination(link_type, dest_url, &id, range.clone(), definitions);
                self.links.push(Link { dest, span, kind: LinkKind::Picture });
                self.image = Some(OpenImage { range, link: self.links.len() - 1, title, alt: String::new(), depth: 0 });
            }
            Tag::Heading { level, .. } => {
                let at = self.open_note.as_ref().map_or(self.events.len(), |(_, events)| events.len());
                self.heading = Some(OpenHeading { range, at, level: level as u8, text: String::new() });
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
                // What scrolls must be in reach of the keyboard, and have a name there.
                let name = word_gap(Word::Table);
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
                    self.push_html(format!("<p class=\"markdown-alert-title\">{}</p>\n", word_gap(alert(kind))));
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

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Link => {
                if let Some((range, false)) = self.link.take() {
                    self.remarks.empty_link(range);
                }
                self.push_html("</a>");
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
                let ends_text =
                    matches!(tag, TagEnd::Paragraph | TagEnd::Item | TagEnd::DefinitionListTitle | TagEnd::DefinitionListDefinition);
                self.words += u32::from(ends_text);
                self.push(Event::End(tag));
            }
        }
    }

    /// A cell says its alignment by a class, since a strict content security policy forbids styles in attributes.
    fn cell(&mut self) {
        let class = match self.table.alignments.get(self.table.column) {
            Some(Alignment::Center) => " class=\"center\"",
            Some(Alignment::Right) => " class=\"right\"",
            _ => "",
        };
        self.table.column += 1;
        let tag = if self.table.in_head { "th" } else { "td" };
        self.push_html(format!("<{tag}{class}>"));
    }

    /// Inside an image there is only its description, as plain text.
    fn in_image(&mut self, event: Event<'s>) {
        let Some(image) = &mut self.image else { return };
        match event {
            Event::Text(text) | Event::Code(text) => image.alt.push_str(&text),
            Event::SoftBreak | Event::HardBreak => image.alt.push(' '),
            Event::Start(Tag::Image { .. }) => image.depth += 1,
            Event::End(TagEnd::Image) if image.depth > 0 => image.depth -= 1,
            Event::End(TagEnd::Image) => {
                let mut alt = String::new();
                escape(&mut alt, &image.alt);
                let title = attribute("title", &image.title);
                let html = format!("<img{GAP}{};{title} alt=\"{alt}\">", image.link);
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

    /// Gives the open heading its id, unique on the page.
    fn name_heading(&mut self) {
        let Some(heading) = self.heading.take() else { return };
        self.words += 1;
        self.remarks.heading(heading.level, heading.range.clone());
        let events = self.open_note.as_mut().map_or(&mut self.events, |(_, events)| events);
        let Some(Event::Start(Tag::Heading { id, .. })) = events.get_mut(heading.at) else { return };
        let own = match id {
            Some(id) => id.to_string(),
            None => unique(unreserved(heading_id(&heading.text)), &self.ids),
        };
        *id = Some(own.clone().into());
        if !self.ids.insert(own.clone().into()) {
            self.remarks.duplicate_id(&own, heading.range);
        }
        self.headings.push(Heading { level: heading.level, id: own.into(), text: heading.text.trim().into() });
    }

    fn reference(&mut self, label: &str, range: Range<usize>) {
        if self.visible_notes.as_ref().is_some_and(|visible| !visible.contains(label)) {
            return self.remarks.hidden_note(label, range);
        }
        self.readable();
        let at = match self.numbers.iter().position(|(known, _)| **known == *label) {
            Some(at) => at,
            None => {
                self.numbers.push((label.into(), 0));
                self.numbers.len() - 1
            }
        };
        self.numbers[at].1 += 1;
        let (number, time) = (at + 1, self.numbers[at].1);
        let id = if time == 1 { format!("fnref-{number}") } else { format!("fnref-{number}-{time}") };
        self.push_html(format!(
            "<sup class=\"footnote-reference\"><a id=\"{id}\" href=\"#fn-{number}\" role=\"doc-noteref\">{number}</a></sup>"
        ));
        self.ids.insert(id.into());
    }

    /// The destination as written, and its span in the file.
    fn destination(
        &mut self,
        link_type: LinkType,
        dest: CowStr<'s>,
        id: &str,
        range: Range<usize>,
        definitions: &RefDefs<'_>,
    ) -> (Box<str>, Span) {
        let within = match link_type {
            LinkType::Autolink | LinkType::Email => range.start + 1..range.end.saturating_sub(1).max(range.start + 1),
            LinkType::Reference | LinkType::Collapsed | LinkType::Shortcut => {
                let definition = definitions.get(id);
                self.remarks.used.extend(definition.map(|definition| definition.span.start));
                definition.map_or(range.clone(), |definition| self.find(&dest, definition.span.clone(), "]:"))
            }
            _ => self.find(&dest, range, "]("),
        };
        let span = Span::from(within).shifted(self.offset);
        let dest: Box<str> = if link_type == LinkType::Email { format!("mailto:{dest}").into() } else { (&*dest).into() };
        (dest, span)
    }

    /// Where `dest` stands behind the last `mark` in `range`. Escapes in it are looked past.
    fn find(&self, dest: &str, range: Range<usize>, mark: &str) -> Range<usize> {
        let text = &self.source[range.clone()];
        let Some(at) = (if mark == "](" { text.rfind(mark) } else { text.find(mark) }) else { return range };
        let rest = &text[at + mark.len()..];
        let lead = rest.len() - rest.trim_start().len();
        let rest = rest.trim_start();
        let open = usize::from(rest.starts_with('<'));
        let rest = &rest[open..];
        let length = if rest.starts_with(dest) {
            dest.len()
        } else {
            rest.find(|c: char| c.is_whitespace() || c == '>' || (c == ')' && open == 0)).unwrap_or(rest.len())
        };
        let start = range.start + at + mark.len() + lead + open;
        start..start + length
    }

    /// Keeps a link, and gives its attribute: written out where it is final, a gap where it depends on the site.
    fn address(&mut self, dest: Box<str>, span: Span, kind: LinkKind) -> String {
        let link = Link { dest, span, kind };
        let text = if link.is_internal() {
            format!("{GAP}{};", self.links.len())
        } else {
            attribute(kind.attribute().unwrap_or("href"), &link.dest)
        };
        self.links.push(link);
        text
    }

    /// Raw HTML passes as it is, but for the addresses in it. `pieces` say where its parts stand in the source.
    fn raw_html(&mut self, html: &str, pieces: &[(usize, usize)]) {
        let mut out = String::with_capacity(html.len());
        let mut done = 0;
        for found in raw::scan(html) {
            match found {
                raw::Found::Id { id, value } => {
                    if !self.ids.insert(id.clone().into()) {
                        self.remarks.duplicate_id(&id, in_source(value.start, pieces)..in_source(value.end, pieces));
                    }
                }
                raw::Found::Candidates(candidates) => {
                    for (dest, at) in candidates {
                        let span = Span::new(in_source(at.start, pieces), in_source(at.end, pieces)).shifted(self.offset);
                        let link = Link { dest: dest.into(), span, kind: LinkKind::Candidate };
                        if link.is_internal() {
                            out.push_str(&html[done..at.start]);
                            out.push_str(&format!("{GAP}{};", self.links.len()));
                            done = at.end;
                        }
                        self.links.push(link);
                    }
                }
                raw::Found::Name(name) => {
                    self.ids.insert(name.into());
                }
                raw::Found::NoAlt(tag) => self.remarks.no_alt(in_source(tag.start, pieces)..in_source(tag.end, pieces)),
                raw::Found::Heading { level, tag } => {
                    self.remarks.heading(level, in_source(tag.start, pieces)..in_source(tag.end, pieces));
                }
                raw::Found::Link { attribute, value, dest, kind } => {
                    let span = Span::new(in_source(value.start, pieces), in_source(value.end, pieces)).shifted(self.offset);
                    let link = Link { dest: dest.into(), span, kind };
                    if link.is_internal() {
                        // The gap brings the space before its attribute.
                        out.push_str(html[done..attribute.start].trim_end());
                        out.push_str(&format!("{GAP}{};", self.links.len()));
                        done = attribute.end;
                    }
                    self.links.push(link);
                }
            }
        }
        out.push_str(&html[done..]);
        self.readable();
        self.push_html(out);
    }

    /// The body, the ids in it, and what there is to say.
    pub fn finish(mut self) -> (Body, Box<[Box<str>]>, Remarks) {
        self.append_notes();
        let mut with_gaps = String::with_capacity(self.source.len() * 5 / 4);
        html::push_html(&mut with_gaps, self.events.into_iter());
        let (html, slots) = take_gaps(with_gaps);
        let body = Body {
            html: html.into(),
            slots: slots.into(),
            links: self.links.into(),
            citations: self.citations.into(),
            directives: self.directives.into(),
            headings: self.headings.into(),
            words: self.words,
            digest: Digest::default(),
        };
        (body, self.ids.into_iter().collect(), self.remarks)
    }

    /// Footnotes stand after the text, in the order of their numbers; unreferenced ones follow, so that none is lost.
    fn append_notes(&mut self) {
        if self.notes.is_empty() {
            return;
        }
        let mut labels: Vec<(Box<str>, usize)> = std::mem::take(&mut self.numbers);
        for label in self.notes.keys() {
            let elsewhere = self.mentioned.as_ref().is_some_and(|mentioned| mentioned.contains(label));
            if !elsewhere && !labels.iter().any(|(known, _)| known == label) {
                self.remarks.unused_note(label);
                labels.push((label.clone(), 0));
            }
        }
        if labels.is_empty() {
            return;
        }
        self.push_html("<section class=\"footnotes\" role=\"doc-endnotes\">\n<ol>\n");
        for (at, (label, times)) in labels.into_iter().enumerate() {
            let number = at + 1;
            let Some(mut note) = self.notes.remove(&label) else { continue };
            self.ids.insert(format!("fn-{number}").into());
            if times > 0 {
                let back = format!(" <a href=\"#fnref-{number}\" role=\"doc-backlink\" aria-label=\"{number}\">↩</a>");
                let last = matches!(note.last(), Some(Event::End(TagEnd::Paragraph)));
                let place = note.len() - usize::from(last);
                note.insert(place, Event::InlineHtml(back.into()));
            }
            self.push_html(format!("<li id=\"fn-{number}\">"));
            self.events.append(&mut note);
            self.push_html("</li>\n");
        }
        self.push_html("</ol>\n</section>\n");
    }
}

/// Directives of the theme: gaps where they begin and end.
impl Composer<'_> {
    pub fn open_directive(&mut self, used: &Use) {
        let Kind::Theme(written) = &used.kind else { return };
        let place = self.directives.len() as u32;
        let group = self.open_directives.last().map_or(0, |open| open + 1);
        let same = self.siblings.entry((group, used.name.clone())).or_default();
        *same += 1;
        let number = *same;
        let (id, at) = written.id.clone().unwrap_or_default();
        if !id.is_empty() && !self.ids.insert(id.clone()) {
            self.remarks.duplicate_id(&id, at);
        }
        let attributes = written.values.iter().map(|(name, value)| (name.clone(), self.given(value))).collect();
        let class = written.class.clone();
        self.directives.push(Directive { name: used.name.clone(), form: used.form, id, class, attributes, number, group });
        self.open_directives.push(place);
        self.readable();
        self.push_html(format!("{GAP}<{place};"));
    }

    fn given(&mut self, value: &Written) -> Given {
        match value {
            Written::Nothing => Given::Nothing,
            Written::Value(value) => Given::Value(value.clone()),
            Written::Link { dest, at, kind } => {
                self.links.push(Link { dest: dest.clone(), span: Span::from(at.clone()).shifted(self.offset), kind: *kind });
                Given::Link(self.links.len() as u32 - 1)
            }
        }
    }

    pub fn content_of_directive(&mut self) {
        self.push_html(format!("{GAP}|;"));
    }

    pub fn close_directive(&mut self) {
        self.open_directives.pop();
        self.push_html(format!("{GAP}>;"));
    }

    /// A line that is no directive after all: a paragraph, as it was written.
    pub fn line(&mut self, range: Range<usize>) {
        let text = self.source[range].to_owned();
        self.words += 1;
        self.text(&text);
        let mut html = String::from("<p>");
        escape(&mut html, &text);
        html.push_str("</p>\n");
        self.push_html(html);
    }

    /// The labels of the footnotes that the text refers to.
    pub fn mentions(&self) -> impl Iterator<Item = Box<str>> {
        self.numbers.iter().map(|(label, _)| label.clone())
    }
}

impl Link {
    /// Whether the address depends on the site that shows the page: not on another host, not on the page itself.
    pub fn is_internal(&self) -> bool {
        let dest = &*self.dest;
        !(dest.starts_with('#') || dest.starts_with("//") || has_scheme(dest) || (dest.is_empty() && self.kind == LinkKind::Page))
    }
}

/// The gap for a word of the theme.
fn word_gap(word: Word) -> String {
    format!("{GAP}!{};", word as usize)
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

fn has_scheme(dest: &str) -> bool {
    let Some((scheme, _)) = dest.split_once(':') else { return false };
    scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
}

/// Footnotes have ids of their own, and so do themes: those begin with `_`.
fn unreserved(id: String) -> String {
    if id.starts_with("fn-") || id.starts_with("fnref-") || id.starts_with('_') { format!("section-{id}") } else { id }
}

fn unique(wanted: String, taken: &BTreeSet<Box<str>>) -> String {
    let wanted = if wanted.is_empty() { "section".to_owned() } else { wanted };
    if !taken.contains(&*wanted) {
        return wanted;
    }
    let mut number = 1;
    loop {
        let next = format!("{wanted}-{number}");
        if !taken.contains(&*next) {
            return next;
        }
        number += 1;
    }
}

fn attribute(name: &str, value: &str) -> String {
    if value.is_empty() && name == "title" {
        return String::new();
    }
    let mut out = format!(" {name}=\"");
    escape(&mut out, value);
    out.push('"');
    out
}

/// Escapes text for HTML, attribute values included.
pub fn escape(out: &mut String, text: &str) {
    pulldown_cmark_escape::escape_html(out, text).expect("writing to a string does not fail");
}

/// Where a byte of joined HTML lines stands in the source.
fn in_source(at: usize, pieces: &[(usize, usize)]) -> usize {
    let piece = pieces.partition_point(|(start, _)| *start <= at).saturating_sub(1);
    pieces.get(piece).map_or(at, |(start, source)| source + (at - start))
}

/// Takes the gaps out of the HTML and says where they were.
fn take_gaps(with_gaps: String) -> (String, Vec<Slot>) {
    if !with_gaps.contains(GAP) {
        return (with_gaps, Vec::new());
    }
    let mut html = String::with_capacity(with_gaps.len());
    let mut slots = Vec::new();
    let mut pieces = with_gaps.split(GAP);
    html.push_str(pieces.next().unwrap_or_default());
    for piece in pieces {
        let (number, rest) = piece.split_once(';').unwrap_or(("", piece));
        let fill = match number.strip_prefix('!') {
            None if number == "|" => Some(Fill::Content),
            None if number == ">" => Some(Fill::Close),
            None if number.starts_with('@') => number[1..].parse().ok().map(Fill::Citation),
            None if number.starts_with('<') => number[1..].parse().ok().map(Fill::Open),
            Some(word) => word.parse().ok().and_then(|at: usize| Word::ALL.get(at)).map(|word| Fill::Word(*word)),
            None => number.parse().ok().map(Fill::Link),
        };
        slots.extend(fill.map(|fill| Slot { at: html.len() as u32, fill }));
        html.push_str(rest);
    }
    (html, slots)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(markdown: &str, html: &str) {
        let body = &render(markdown, 0).bodies[0];
        let mut filled = String::new();
        let mut done = 0;
        for slot in &body.slots {
            filled.push_str(&body.html[done..slot.at as usize]);
            match slot.fill {
                Fill::Link(link) => {
                    let link = &body.links[link as usize];
                    match link.kind.attribute() {
                        Some(name) => filled.push_str(&format!(" {name}=[{}]", link.dest)),
                        None => filled.push_str(&format!("[{}]", link.dest)),
                    }
                }
                Fill::Word(word) => filled.push_str(&format!("[{}]", word.string())),
                _ => {}
            }
            done = slot.at as usize;
        }
        filled.push_str(&body.html[done..]);
        assert_eq!(filled.trim_end(), html, "{markdown}");
    }

    fn check_spans(markdown: &str, dests: &[&str]) {
        let body = &render(&markdown[2..], 2).bodies[0];
        let found: Vec<_> = body.links.iter().map(|link| &markdown[link.span.start as usize..link.span.end as usize]).collect();
        assert_eq!(found, dests, "{markdown}");
    }

    #[test]
    fn internal_links_leave_gaps_and_others_are_final() {
        check(
            "[a](b.md \"t\") [c](https://x.example/?a&b) [d](#e)",
            "<p><a href=[b.md] title=\"t\">a</a> <a href=\"https://x.example/?a&amp;b\">c</a> <a href=\"#e\">d</a></p>",
        );
        check("![a *b*](c.png)", "<p><img src=[c.png] alt=\"a b\"></p>");
        check("<m@x.example>", "<p><a href=\"mailto:m@x.example\">m@x.example</a></p>");
        check("<div><a class=k href='b.md'>x</a></div>", "<div><a class=k href=[b.md]>x</a></div>");
        check("a <a href=\"/b/\">x</a>", "<p>a <a href=[/b/]>x</a></p>");
        check("<img srcset=\"a.png 1x, https://x.example/b.png 2x\" alt>", "<img srcset=\"[a.png] 1x, https://x.example/b.png 2x\" alt>");
    }

    #[test]
    fn spans_point_at_destinations() {
        check_spans("..[a](b.md) and ![x](é.png \"t\") <https://y.example>", &["b.md", "é.png", "https://y.example"]);
        check_spans("..[a][r] [r]\n\n[r]: <c d.md>\n", &["c d.md", "c d.md"]);
        check_spans("..[![i](i.png)](p.md)", &["p.md", "i.png"]);
        check_spans("..> <div>\n> <a href=\"q.md\">\n> </div>", &["q.md"]);
    }

    #[test]
    fn tables_and_alerts_are_ready_for_themes() {
        let table = "<div class=\"table\" role=\"group\" aria-label=\"[table]\" tabindex=\"0\"><table><thead><tr><th>a</th><th class=\"right\">b</th></tr></thead><tbody>\n<tr><td>1</td><td class=\"right\">2</td></tr>\n</tbody></table></div>";
        check("|a|b|\n|-|-:|\n|1|2|\n", table);
        check(
            "> [!TIP]\n> x\n",
            "<blockquote class=\"markdown-alert-tip\">\n<p class=\"markdown-alert-title\">[alert_tip]</p>\n<p>x</p>\n</blockquote>",
        );
    }

    #[test]
    fn boxes_of_task_lists_have_names() {
        let list = "<ul>\n<li><input type=\"checkbox\" disabled checked aria-label=\"[task_done]\">\na</li>\n\
             <li><input type=\"checkbox\" disabled aria-label=\"[task_open]\">\nb</li>\n</ul>";
        check("- [x] a\n- [ ] b\n", list);
    }

    #[test]
    fn template_syntax_is_text() {
        check("{{ x }} {% y %}", "<p>{{ x }} {% y %}</p>");
    }

    #[test]
    fn headings_get_unique_ids() {
        check(
            "# A b\n\n## A b\n\n## C {#own}\n\n## !",
            "<h1 id=\"a-b\">A b</h1>\n<h2 id=\"a-b-1\">A b</h2>\n<h2 id=\"own\">C</h2>\n<h2 id=\"section\">!</h2>",
        );
        assert_eq!(*render("# A *b* `c`", 0).ids[0], ["a-b-c".into()]);
    }

    #[test]
    fn footnotes_stand_at_the_end_in_the_order_of_their_references() {
        let Rendered { bodies, ids, .. } = render("x[^b] y[^a] z[^b]\n\n[^a]: A.\n\n[^b]: B [l](m.md).\n\n[^c]: C.\n", 0);
        let (body, ids) = (&bodies[0], &ids[0]);
        let html = &*body.html;
        let place = |text: &str| html.find(text).unwrap_or_else(|| panic!("{text} in {html}"));
        assert!(place("id=\"fn-1\"") < place(">B ") && place(">B ") < place(">A.") && place(">A.") < place(">C."));
        assert!(html.contains("fnref-1-2"));
        assert!(ids.iter().any(|id| &**id == "fn-2"));
        assert_eq!(body.slots.len(), 1);
    }

    #[test]
    fn words_are_counted_without_code() {
        assert_eq!(render("One two *three*.\n\n- four\n- five six\n\n```\nno no\n```\n", 0).bodies[0].words, 6);
    }
}
