//! Markdown to [`Body`]: CommonMark with tables, footnotes, task lists, strikethrough, heading
//! attributes, definition lists and alerts. Text is text: no template syntax is ever evaluated in a
//! body.

mod directives;
mod elements;
mod headings;
mod images;
mod links;
mod notes;
mod raw;
mod tables;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use pulldown_cmark::{BrokenLink, CowStr, Event, Options, Parser, RefDefs};

use super::body::{Body, Citation, Directive, Heading, Link, Part};
use super::directive::{self, Readers};
use super::remarks::{Remark, Remarks};
use super::writer::{Html, Step, Text, Writer, said};

use headings::OpenHeading;
use images::OpenImage;
use raw::OpenHtml;
use tables::OpenTable;

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
pub(super) fn render_for(source: &str, offset: usize, readers: &Readers<'_>) -> Rendered<Body> {
    if let Some(fences) = directive::fences(source) {
        return directive::render(source, offset, fences, readers);
    }
    let rendered = write(source, offset, &Html);
    match rendered.bodies.iter().any(directive::hides_nothing_in) {
        true => directive::render(source, offset, Vec::new(), readers),
        false => rendered,
    }
}

/// Writes `source` in a form of its own, for the readers of its page. Whether the text hides what it
/// must is known only from its HTML: a page that [`render_for`] blocks is written in no form.
pub(super) fn write_for<W: Writer>(
    source: &str,
    offset: usize,
    readers: &Readers<'_>,
    writer: &W,
) -> Vec<W::Form> {
    let written = match directive::fences(source) {
        Some(fences) => directive::write(source, offset, fences, readers, writer),
        None => write(source, offset, writer),
    };
    written.bodies
}

/// Writes `source`, which has no directives and begins `offset` bytes into its file. With it come
/// the ids that a fragment may name: of headings, footnotes and raw HTML, sorted; and remarks on
/// what readers will stumble over.
pub(super) fn write<W: Writer>(source: &str, offset: usize, writer: &W) -> Rendered<W::Form> {
    let unresolved = RefCell::new(Vec::new());
    let note = |link: BrokenLink<'_>| -> Option<(CowStr<'_>, CowStr<'_>)> {
        unresolved.borrow_mut().push((link.link_type, link.reference.to_string(), link.span));
        None
    };
    let mut parser =
        Parser::new_with_broken_link_callback(source, options(), Some(note)).into_offset_iter();
    let mut composer = Composer::new(source, offset);
    while let Some((event, range)) = parser.next() {
        composer.event(event, range, parser.reference_definitions());
    }
    composer.remarks.definitions(source, parser.reference_definitions(), &composer.opaque);
    drop(parser);
    composer.remarks.lost_notes(source, &composer.opaque);
    composer.remarks.templates(source, &composer.opaque);
    composer.remarks.unresolved(unresolved.into_inner());
    let (text, ids, remarks) = composer.finish();
    Rendered {
        bodies: vec![writer.write(text)],
        variants: Box::default(),
        ids: Box::new([ids]),
        remarks: remarks.finish(),
        blocked: false,
    }
}

/// The variants of a body in one form, and what came with them.
pub(super) struct Rendered<F> {
    pub bodies: Vec<F>,
    /// By persona: which of the bodies it is shown. Empty where there is only one.
    pub variants: Box<[u16]>,
    /// By variant: what fragments may name, sorted.
    pub ids: Box<[Box<[Box<str>]>]>,
    pub remarks: Vec<Remark>,
    /// The text cannot hide what it must, so nobody may be shown the page.
    pub blocked: bool,
}

/// Makes a text of the parser's events: settles what they mean, in the order in which readers meet
/// them.
#[derive(Default)]
pub(super) struct Composer<'s> {
    source: &'s str,
    offset: usize,
    steps: Vec<Step<'s>>,
    /// The steps of footnotes by label, which follow the text; those of the open one are apart.
    notes: BTreeMap<Box<str>, Vec<Step<'s>>>,
    open_note: Option<(Box<str>, Vec<Step<'s>>)>,
    /// Labels in the order of their first reference, and how often each was referred to.
    numbers: Vec<(Box<str>, usize)>,
    /// By label: its place in `numbers`.
    places: BTreeMap<Box<str>, usize>,
    heading: Option<OpenHeading>,
    image: Option<OpenImage<'s>>,
    html: Option<OpenHtml>,
    /// Only raw HTML can bring scripts and styles.
    has_raw_html: bool,
    table: OpenTable,
    in_code: bool,
    links: Vec<Link>,
    citations: Vec<Citation>,
    /// Citations in the open link: their marks follow it.
    behind_link: Vec<Citation>,
    /// Where the last citation ends: text before that place is the citation's, and is left out.
    cited_to: usize,
    headings: Vec<Heading>,
    parts: Vec<Part>,
    ids: BTreeSet<Box<str>>,
    /// By id: the least number that may be free behind it.
    numbered: BTreeMap<Box<str>, u32>,
    words: u32,
    /// The open link: where it stands, and whether anything in it can be read.
    link: Option<(Range<usize>, bool)>,
    /// Ranges of code and raw HTML, in which nothing is a reference.
    pub opaque: Vec<Range<usize>>,
    pub remarks: Remarks,
    directives: Vec<Directive>,
    /// The open directives, by their places in `directives`.
    open_directives: Vec<u32>,
    /// How many open directives have a label that has not ended yet.
    labels: usize,
    /// How many directives there are so far, by the one that they stand in and their name.
    siblings: BTreeMap<(u32, Box<str>), u32>,
    /// Footnotes that some variant of the text refers to: a variant that does not refer to them
    /// leaves them out, instead of adding them at the end.
    pub mentioned: Option<BTreeSet<Box<str>>>,
    /// The footnotes that these readers are shown; all where there is one variant.
    pub visible_notes: Option<BTreeSet<Box<str>>>,
    /// Code is left blank.
    pub leaves_out_code: bool,
}

impl<'s> Composer<'s> {
    pub(super) fn new(source: &'s str, offset: usize) -> Self {
        // Most texts have fewer than one step for each twenty bytes.
        let steps = Vec::with_capacity(source.len() / 20);
        Self { source, offset, steps, remarks: Remarks::new(offset), ..Self::default() }
    }

    pub(super) fn event(
        &mut self,
        event: Event<'s>,
        range: Range<usize>,
        definitions: &RefDefs<'_>,
    ) {
        if self.leaves_out_code && matches!(event, Event::Code(_) | Event::Text(_)) {
            return self.without_code(event, range, definitions);
        }
        self.take(event, range, definitions);
    }

    /// Leaves code out. A piece of it within a line becomes a space: words at its sides stay apart.
    fn without_code(&mut self, event: Event<'s>, range: Range<usize>, definitions: &RefDefs<'_>) {
        match event {
            Event::Code(_) => self.take(Event::Code(" ".into()), range, definitions),
            event if !self.in_code => self.take(event, range, definitions),
            _ => {}
        }
    }

    fn take(&mut self, event: Event<'s>, range: Range<usize>, definitions: &RefDefs<'_>) {
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
                self.push(Step::Event(Event::Text(text)));
            }
            Event::Code(_) => {
                self.opaque.push(range);
                self.speak(event);
            }
            Event::Html(text) => match &mut self.html {
                Some(html) => {
                    html.pieces.push((html.text.len(), range.start));
                    html.text.push_str(&text);
                }
                None => self.raw_html(text, &[(0, range.start)]),
            },
            Event::InlineHtml(text) => {
                self.opaque.push(range.clone());
                self.raw_html(text, &[(0, range.start)]);
            }
            Event::FootnoteReference(label) => {
                self.remarks.referred.insert(range.start);
                self.reference(&label, range);
            }
            Event::SoftBreak | Event::HardBreak if range.start < self.cited_to => {}
            event => self.speak(event),
        }
    }

    fn push(&mut self, step: Step<'s>) {
        match &mut self.open_note {
            Some((_, steps)) => steps.push(step),
            None => self.steps.push(step),
        }
    }

    /// Takes an event that stays as it is, with what it says.
    fn speak(&mut self, event: Event<'s>) {
        if let Some(said) = said(&event) {
            self.text(said);
        }
        self.push(Step::Event(event));
    }

    fn text(&mut self, text: &str) {
        if let Some(heading) = &mut self.heading {
            heading.text.push_str(text);
        }
        if text.contains(|c: char| !c.is_whitespace()) {
            self.readable();
        }
        if !self.in_code {
            self.words += spaces(text);
        }
    }

    /// Takes note that there is something here that readers can read.
    fn readable(&mut self) {
        if let Some((_, readable)) = &mut self.link {
            *readable = true;
        }
        self.table.has_header |= self.table.in_head;
    }

    /// The text, the ids in it, and what there is to say.
    pub(super) fn finish(mut self) -> (Text<'s>, Box<[Box<str>]>, Remarks) {
        self.append_notes();
        let text = Text {
            steps: self.steps,
            links: self.links,
            citations: self.citations,
            directives: self.directives,
            headings: self.headings,
            parts: self.parts,
            words: self.words,
            has_raw_html: self.has_raw_html,
            length: self.source.len(),
        };
        (text, self.ids.into_iter().collect(), self.remarks)
    }
}

/// Counts spaces. Most texts are short: looking for one space after the other, or counting in wide
/// numbers, takes longer.
fn spaces(text: &str) -> u32 {
    let counts = text
        .as_bytes()
        .chunks(255)
        .map(|part| part.iter().map(|byte| u8::from(*byte == b' ')).sum::<u8>());
    counts.map(u32::from).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::body::Fill;

    fn render(source: &str, offset: usize) -> Rendered<Body> {
        write(source, offset, &Html)
    }

    fn check(markdown: &str, html: &str) {
        let body = &render(markdown, 0).bodies[0];
        let mut filled = String::new();
        for (piece, fill) in body.pieces() {
            filled.push_str(piece);
            match fill {
                Some(Fill::Link(link)) => {
                    let link = &body.links[link as usize];
                    match link.kind.attribute() {
                        Some(name) => filled.push_str(&format!(" {name}=[{}]", link.dest)),
                        None => filled.push_str(&format!("[{}]", link.dest)),
                    }
                }
                Some(Fill::Word(word)) => filled.push_str(&format!("[{}]", word.string())),
                _ => {}
            }
        }
        assert_eq!(filled.trim_end(), html, "{markdown}");
    }

    fn check_spans(markdown: &str, dests: &[&str]) {
        let body = &render(&markdown[2..], 2).bodies[0];
        let found: Vec<_> = body
            .links
            .iter()
            .map(|link| &markdown[link.span.start as usize..link.span.end as usize])
            .collect();
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
        check(
            "<img srcset=\"a.png 1x, https://x.example/b.png 2x\" alt>",
            "<img srcset=\"[a.png] 1x, https://x.example/b.png 2x\" alt>",
        );
    }

    #[test]
    fn spans_point_at_destinations() {
        check_spans(
            "..[a](b.md) and ![x](é.png \"t\") <https://y.example>",
            &["b.md", "é.png", "https://y.example"],
        );
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
        let Rendered { bodies, ids, .. } =
            render("x[^b] y[^a] z[^b]\n\n[^a]: A.\n\n[^b]: B [l](m.md).\n\n[^c]: C.\n", 0);
        let (body, ids) = (&bodies[0], &ids[0]);
        let html = &*body.html;
        let place = |text: &str| html.find(text).unwrap_or_else(|| panic!("{text} in {html}"));
        assert!(
            place("id=\"fn-1\"") < place(">B ")
                && place(">B ") < place(">A.")
                && place(">A.") < place(">C.")
        );
        assert!(html.contains("fnref-1-2"));
        assert!(ids.iter().any(|id| &**id == "fn-2"));
        assert_eq!(body.slots.len(), 1);
    }

    #[test]
    fn words_are_counted_without_code() {
        assert_eq!(
            render("One two *three*.\n\n- four\n- five six\n\n```\nno no\n```\n", 0).bodies[0]
                .words,
            6
        );
    }
}
