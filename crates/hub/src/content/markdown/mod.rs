//! The parser's events to a [`Text`]: what its elements mean on a page. Headings get their ids,
//! notes their numbers and links their places in the source; what readers will stumble over is
//! noted.

mod directives;
mod elements;
mod headings;
mod images;
mod links;
mod modules;
mod notes;
mod raw;
mod tables;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use pulldown_cmark::{Event, RefDefs};

use super::body::{Citation, Directive, Heading, Link, Part, read_citation};
use super::once::{Module, Sentences};
use super::raw::{Balance, Fragment, Places};
use super::remarks::Remarks;
use super::writer::{Step, Text, said};

pub(super) use modules::rooted;

use headings::OpenHeading;
use images::OpenImage;
use modules::{OuterText, OwnIds};
use notes::OpenNote;
use raw::OpenHtml;
use tables::OpenTable;

/// The text of a page as it was written.
#[derive(Clone, Copy, Default)]
pub(super) struct PageText<'s> {
    pub source: &'s str,
    /// Where it begins in its file.
    pub offset: usize,
    /// The page's title, which readers are shown above the text.
    pub title: &'s str,
    /// The level of a module's highest heading, 7 where it has none: on a page that one fits, and
    /// the others go by it. 0 for a page, whose title is the first heading.
    pub top: u8,
}

/// Makes a text of the parser's events: settles what they mean, in the order in which readers meet
/// them.
#[derive(Default)]
pub(super) struct Composer<'s> {
    source: &'s str,
    offset: usize,
    title: &'s str,
    steps: Vec<Step<'s>>,
    /// The steps of footnotes by label, which follow the text; those of open ones are apart.
    notes: BTreeMap<Box<str>, Vec<Step<'s>>>,
    /// By modules, notes may stand within notes.
    open_notes: Vec<OpenNote<'s>>,
    /// Labels in the order of their first reference, and how often each was referred to.
    numbers: Vec<(Box<str>, usize)>,
    /// By label: its place in `numbers`.
    places: BTreeMap<Box<str>, usize>,
    heading: Option<OpenHeading>,
    /// A heading has ended.
    has_heading: bool,
    image: Option<OpenImage<'s>>,
    html: Option<OpenHtml>,
    /// The open elements of raw HTML.
    pub balance: Balance<'s>,
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
    reuses: Vec<Box<str>>,
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
    /// Gathers the sentences of the text, where that is asked for.
    pub sentences: Option<Sentences>,
    /// The module that is being put there.
    module: Option<&'s Module>,
    /// The texts that the open modules stand in.
    outer: Vec<OuterText<'s>>,
    /// The level of the last heading of this text, or of the text around it. The title is the first.
    level: u8,
    /// The ids of the page without its modules: these have others.
    pub ids_of_page: BTreeSet<Box<str>>,
    /// As `numbered`, in modules.
    numbered_in_modules: BTreeMap<Box<str>, u32>,
    /// The ids of the innermost module.
    own_ids: OwnIds,
    /// How much lower the headings of the module stand here than in its file.
    shift: i8,
    /// How many things that were written once are open, and the words before the first.
    open_once: usize,
    words_before: u32,
    reused: u32,
}

impl<'s> Composer<'s> {
    pub(super) fn new(PageText { source, offset, title, top }: PageText<'s>) -> Self {
        // Most texts have fewer than one step for each twenty bytes.
        let steps = Vec::with_capacity(source.len() / 20);
        let (balance, mut remarks) = (Balance::of(source), Remarks::new(offset));
        remarks.begin_above(top);
        Self { source, offset, title, steps, balance, remarks, level: 1, ..Self::default() }
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
        if self.heading.is_none() {
            return self.meet(event, range, definitions);
        }
        if let Some(event) = self.before_braces(event, &range) {
            self.meet(event, range, definitions);
        }
    }

    fn meet(&mut self, event: Event<'s>, range: Range<usize>, definitions: &RefDefs<'_>) {
        self.gather(&event, &range);
        match event {
            Event::Start(tag) => self.start(tag, range, definitions),
            Event::End(tag) => self.end(tag),
            Event::Text(text) => {
                if range.start < self.cited_to || (&*text == "[" && self.cites(range.start)) {
                    return;
                }
                if !self.in_code && !range.is_empty() {
                    self.remarks.text(self.source, &range, self.link.is_some());
                }
                self.text(&text);
                self.push(Step::Event(Event::Text(text)));
            }
            Event::Code(_) => {
                self.remarks.behind(self.source, range.end);
                self.opaque.push(range);
                self.speak(event);
            }
            Event::Html(text) => match &mut self.html {
                Some(html) => {
                    html.pieces.push((html.text.len(), range.start));
                    html.text.push_str(&text);
                }
                None => {
                    let places = [(0, range.start)];
                    self.raw_html(text, Fragment::Block, Places(&places));
                }
            },
            Event::InlineHtml(text) => {
                self.opaque.push(range.clone());
                let places = [(0, range.start)];
                self.raw_html(text, Fragment::Inline, Places(&places));
            }
            Event::FootnoteReference(label) => {
                self.remarks.referred.insert(range.start);
                self.reference(&label, range);
            }
            Event::SoftBreak | Event::HardBreak if range.start < self.cited_to => {}
            Event::Rule => {
                self.remarks.rule(self.source, &range);
                self.speak(event);
            }
            event => self.speak(event),
        }
    }

    /// Gathers what belongs to a sentence. What is a citation's belongs to none.
    fn gather(&mut self, event: &Event<'s>, range: &Range<usize>) {
        let Some(sentences) = &mut self.sentences else { return };
        let is_inline = matches!(event, Event::Text(_) | Event::SoftBreak | Event::HardBreak);
        if is_inline && range.start < self.cited_to {
            return;
        }
        let may_cite = matches!(event, Event::Text(text) if &**text == "[");
        match may_cite && read_citation(self.source, range.start, self.offset).is_some() {
            true => sentences.mark(),
            false => sentences.take(event, range),
        }
    }

    fn push(&mut self, step: Step<'s>) {
        match self.open_notes.last_mut() {
            Some(note) => note.steps.push(step),
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

    /// Takes what the open heading says besides.
    fn say_in_heading(&mut self, text: &str) {
        if let Some(heading) = &mut self.heading {
            heading.text.push_str(text);
        }
    }

    fn text(&mut self, text: &str) {
        self.say_in_heading(text);
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
        let ends = self.balance.leave();
        self.ends(ends);
        self.append_notes();
        for flaw in self.balance.flaws() {
            self.remarks.flaw(&flaw);
        }
        let unread = std::mem::take(&mut self.remarks.unread);
        let unread = unread.into_iter().map(|link| self.unread(&link)).collect();
        let text = Text {
            steps: self.steps,
            links: self.links,
            unread,
            citations: self.citations,
            directives: self.directives,
            headings: self.headings,
            parts: self.parts,
            reuses: self.reuses,
            words: self.words,
            reused: self.reused.min(self.words),
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
