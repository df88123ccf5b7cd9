//! Plain text with gaps: what a text says, in lines, without marks of its own for emphasis.

use pulldown_cmark::{BlockQuoteKind, Event, Tag, TagEnd};

use super::{Step, Text, Writer, alert, note_mark};
use crate::config::directives::Form;
use crate::content::body::{Citation, Directive, Fill, Link, Slot, Word, pieces};
use crate::search::{self, Piece};

/// What an event says by itself: text, code, and a space where a line goes on. Headings, the
/// descriptions of images and the count of words are made of this, and so are the lines of a plain
/// text.
pub(in crate::content) fn said<'e>(event: &'e Event<'_>) -> Option<&'e str> {
    match event {
        Event::Text(text) | Event::Code(text) => Some(text),
        Event::SoftBreak | Event::HardBreak => Some(" "),
        _ => None,
    }
}

/// A text in plain form.
#[derive(Debug, PartialEq)]
pub struct PlainText {
    /// Without what goes into `slots`. Blocks are parted by empty lines.
    pub text: Box<str>,
    /// In the order of `text`. The gap of a link stands behind the link's text: what fills it
    /// brings the space and the brackets. Parts for some readers leave no gap.
    pub slots: Box<[Slot]>,
    /// Slots and attributes of directives name them by their places here.
    pub links: Box<[Link]>,
    /// In the order of the source.
    pub citations: Box<[Citation]>,
    /// In the order in which they begin. One without a template for this form is its label and its
    /// content.
    pub directives: Box<[Directive]>,
}

impl PlainText {
    /// Its text between its gaps, each piece with what fills the gap behind it; `None` behind the
    /// last.
    pub fn pieces(&self) -> impl Iterator<Item = (&str, Option<Fill>)> {
        pieces(&self.text, &self.slots, |_| true)
    }
}

/// Writes plain text.
pub(in crate::content) struct Plain;

impl Writer for Plain {
    type Form = PlainText;

    fn write(&self, text: Text<'_>) -> PlainText {
        let mut page = PlainPage { links: &text.links, ..PlainPage::default() };
        let mut forms: Vec<Form> = Vec::new();
        for step in &text.steps {
            match step {
                Step::Directive(at) => {
                    let form = text.directives[*at as usize].form;
                    forms.push(form);
                    page.directive(Fill::Open(*at), form);
                }
                Step::Content => {
                    page.directive(Fill::Content, forms.last().copied().unwrap_or(Form::Inline))
                }
                Step::DirectiveEnd => {
                    page.directive(Fill::Close, forms.pop().unwrap_or(Form::Inline))
                }
                step => page.step(step),
            }
        }
        page.end_line();
        PlainText {
            text: page.out.into(),
            slots: page.slots.into(),
            links: text.links.into(),
            citations: text.citations.into(),
            directives: text.directives.into(),
        }
    }
}

/// What the lines of an element begin with.
struct Margin {
    /// Before the first line, until that was written.
    first: Option<String>,
    rest: String,
}

impl Margin {
    /// The first line begins with `mark`, and the others as far in.
    fn marked(mark: String) -> Self {
        Self { rest: " ".repeat(mark.chars().count()), first: Some(mark) }
    }
}

/// A text that is being written.
#[derive(Default)]
struct PlainPage<'t> {
    links: &'t [Link],
    out: String,
    slots: Vec<Slot>,
    /// Of the open elements, the outermost first.
    margins: Vec<Margin>,
    /// Something stands on the last line.
    in_line: bool,
    /// An empty line is due before the next one.
    parted: bool,
    /// The last line is the empty one that was due.
    is_parted: bool,
    /// For each open list, the number of its next item; `None` where items have none.
    lists: Vec<Option<u64>>,
    /// For each open link, where its text begins.
    open_links: Vec<(u32, usize)>,
    /// Of the open row of a table.
    column: usize,
    /// For how many open elements a line break is a space.
    one_line: usize,
}

impl PlainPage<'_> {
    fn step(&mut self, step: &Step<'_>) {
        match step {
            Step::Event(event) => self.event(event),
            Step::Link { link, .. } => self.open_links.push((*link, self.out.len())),
            Step::LinkEnd => self.end_link(),
            Step::Image { description, .. } => {
                if !description.trim().is_empty() {
                    self.text(&format!("[{}]", description.trim()));
                }
            }
            Step::Raw(raw) => {
                // Of HTML within a line there is one tag; its text is the line's.
                let html = raw.written(|_, _| {});
                let piece = Piece { html: &html, texts: Vec::new() };
                self.text(&search::text(std::iter::once(piece)));
            }
            Step::Reference { number, .. } => self.text(&format!("[{}]", note_mark(*number))),
            Step::Notes => {
                self.part();
                self.gap(Fill::Word(Word::Notes));
                self.part();
            }
            Step::NotesEnd => self.part(),
            Step::Note(number) => {
                self.end_line();
                self.margins.push(Margin::marked(format!("[{}] ", note_mark(*number))));
            }
            Step::NoteEnd => self.end_margin(),
            Step::Citation(at) => self.gap(Fill::Citation(*at)),
            Step::Line(line) => {
                self.part();
                self.text(line);
                self.part();
            }
            Step::Claims | Step::ClaimsEnd => self.part(),
            // Plain text leads nowhere within itself, and previews are HTML.
            Step::NoteBack(_) | Step::Part(_) | Step::PartEnd => {}
            Step::Reused(_) | Step::ReusedEnd => {}
            Step::Anchor(_) | Step::Directive(_) | Step::Content | Step::DirectiveEnd => {}
        }
    }

    fn event(&mut self, event: &Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::HardBreak if self.one_line == 0 => self.end_line(),
            Event::TaskListMarker(done) => self.text(if *done { "[x] " } else { "[ ] " }),
            Event::Rule => {
                self.part();
                self.text("---");
                self.part();
            }
            Event::InlineMath(text) | Event::DisplayMath(text) => self.text(text),
            event => {
                if let Some(said) = said(event) {
                    self.text(said);
                }
            }
        }
    }

    fn start(&mut self, tag: &Tag<'_>) {
        match tag {
            Tag::Paragraph | Tag::HtmlBlock | Tag::CodeBlock(_) | Tag::DefinitionList => {
                self.part();
            }
            Tag::Heading { .. } => {
                self.part();
                self.one_line += 1;
            }
            Tag::BlockQuote(kind) => self.quote(*kind),
            Tag::List(first) => {
                // A list within an item goes on below the item's text.
                if self.lists.is_empty() {
                    self.part()
                } else {
                    self.end_line()
                }
                self.lists.push(*first);
            }
            Tag::Item => self.item(),
            Tag::Table(_) => {
                self.part();
                self.one_line += 1;
            }
            Tag::TableHead | Tag::TableRow => {
                self.end_line();
                self.column = 0;
            }
            Tag::TableCell => {
                if self.column > 0 {
                    self.text(" | ");
                }
                self.column += 1;
            }
            Tag::DefinitionListTitle => self.end_line(),
            Tag::DefinitionListDefinition => {
                self.end_line();
                self.margins.push(Margin::marked(": ".to_owned()));
            }
            // Footnotes, links and images are steps of their own; the others leave no mark.
            Tag::FootnoteDefinition(_) | Tag::Link { .. } | Tag::Image { .. } => {}
            Tag::Emphasis | Tag::Strong | Tag::Strikethrough => {}
            Tag::Superscript | Tag::Subscript | Tag::MetadataBlock(_) => {}
        }
    }

    fn end(&mut self, tag: &TagEnd) {
        match tag {
            TagEnd::Paragraph | TagEnd::HtmlBlock | TagEnd::CodeBlock | TagEnd::DefinitionList => {
                self.part();
            }
            TagEnd::Heading(_) | TagEnd::Table => {
                self.one_line -= 1;
                self.part();
            }
            TagEnd::BlockQuote(_) => {
                self.end_margin();
                self.part();
            }
            TagEnd::List(_) => {
                self.lists.pop();
                if self.lists.is_empty() { self.part() } else { self.end_line() }
            }
            TagEnd::Item | TagEnd::DefinitionListDefinition => self.end_margin(),
            TagEnd::TableHead | TagEnd::TableRow | TagEnd::DefinitionListTitle => self.end_line(),
            TagEnd::TableCell | TagEnd::FootnoteDefinition | TagEnd::Link | TagEnd::Image => {}
            TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough => {}
            TagEnd::Superscript | TagEnd::Subscript | TagEnd::MetadataBlock(_) => {}
        }
    }

    fn quote(&mut self, kind: Option<BlockQuoteKind>) {
        self.part();
        self.margins.push(Margin { first: None, rest: "> ".to_owned() });
        if let Some(kind) = kind {
            self.gap(Fill::Word(alert(kind)));
            self.part();
        }
    }

    fn item(&mut self) {
        self.end_line();
        let mark = match self.lists.last_mut() {
            Some(Some(number)) => {
                *number += 1;
                format!("{}. ", *number - 1)
            }
            _ => "- ".to_owned(),
        };
        self.margins.push(Margin::marked(mark));
    }

    /// Behind the text of a link stands its address, unless the text is that already.
    fn end_link(&mut self) {
        let Some((at, from)) = self.open_links.pop() else { return };
        let link = &self.links[at as usize];
        let text = self.out.get(from..).unwrap_or_default();
        let is_shown = text.trim() == link.dest.trim_start_matches("mailto:");
        if link.is_internal() {
            self.gap(Fill::Link(at));
        } else if !is_shown && !link.dest.starts_with('#') && !link.dest.is_empty() {
            let dest = link.dest.clone();
            self.text(&format!(" ({dest})"));
        }
    }

    /// A directive begins or ends, or its label ends; a block stands on lines of its own.
    fn directive(&mut self, fill: Fill, form: Form) {
        if form != Form::Inline {
            self.part();
        }
        if form != Form::Inline && matches!(fill, Fill::Open(_)) {
            self.empty_line();
        }
        self.gap(fill);
        if form != Form::Inline {
            self.part();
        }
    }

    fn gap(&mut self, fill: Fill) {
        // A directive may leave nothing here: only what surely says something begins a line.
        if matches!(fill, Fill::Word(_) | Fill::Citation(_) | Fill::Link(_)) {
            self.begin_line();
        }
        self.slots.push(Slot { at: self.out.len() as u32, fill });
    }

    /// Writes text; a line break within it is one in code, and a space in what has one line.
    fn text(&mut self, text: &str) {
        for (at, line) in text.split('\n').enumerate() {
            match at {
                0 => {}
                _ if self.one_line > 0 => self.out.push(' '),
                _ => self.end_line_of_code(),
            }
            if !line.is_empty() {
                self.begin_line();
                self.out.push_str(line);
            }
        }
    }

    /// Writes what the next line begins with, unless that is written.
    fn begin_line(&mut self) {
        if self.in_line {
            return;
        }
        self.empty_line();
        for margin in &mut self.margins {
            match margin.first.take() {
                Some(first) => self.out.push_str(&first),
                None => self.out.push_str(&margin.rest),
            }
        }
        self.in_line = true;
        self.is_parted = false;
    }

    /// Writes the empty line that is due, unless it is written.
    fn empty_line(&mut self) {
        if !std::mem::take(&mut self.parted) || self.is_parted || self.out.is_empty() {
            return;
        }
        let margin: String = self.margins.iter().map(Margin::before_part).collect();
        self.out.push_str(margin.trim_end());
        self.out.push('\n');
        self.is_parted = true;
    }

    fn end_line(&mut self) {
        if std::mem::take(&mut self.in_line) {
            self.out.push('\n');
        }
    }

    /// Ends a line of code, which may be empty.
    fn end_line_of_code(&mut self) {
        match self.in_line {
            true => self.end_line(),
            false => self.out.push('\n'),
        }
    }

    /// Ends the line; an empty one parts it from what follows.
    fn part(&mut self) {
        self.end_line();
        self.parted = true;
    }

    /// Ends an element with a margin. One without text still shows its mark.
    fn end_margin(&mut self) {
        if let Some(mark) = self.margins.last_mut().and_then(|margin| margin.first.as_mut()) {
            mark.truncate(mark.trim_end().len());
            self.begin_line();
        }
        self.end_line();
        self.margins.pop();
    }
}

impl Margin {
    /// What an empty line before the next one begins with.
    fn before_part(&self) -> &str {
        if self.first.is_some() { "" } else { &self.rest }
    }
}
