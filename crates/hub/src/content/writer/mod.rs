//! A text as the steps in which readers meet it, with all resolved that can be resolved without
//! the site; and its writers, one file for each form that a text is written in.
//!
//! A text is parsed once, its directives are woven in, and what comes of it is a [`Text`]. HTML is
//! written at once and kept. Any other form is written from the same steps when it is asked for:
//! nobody edits HTML to make another form. Must not know: the syntax of Markdown and of directives.
//!
//! A new form is a file with a [`Writer`]. It says for every [`Step`] what becomes of it, and
//! leaves a gap where only the site or the theme knows what stands there.

mod html;
mod plain;

use std::borrow::Cow;
use std::ops::Range;

use pulldown_cmark::{CowStr, Event, TagEnd};

use super::body::{Citation, Directive, Heading, Link, Part};

use html::alert;
pub use html::escape;
pub(super) use html::{Html, note_id, reference_id};
pub use plain::PlainText;
pub(super) use plain::{Plain, said};

/// Makes one form of a text.
pub(super) trait Writer {
    /// The text in this form, with what its gaps are about.
    type Form;

    /// Writes the whole text.
    fn write(&self, text: Text<'_>) -> Self::Form;
}

/// A woven text as one group of readers gets it.
pub(super) struct Text<'s> {
    /// Footnotes stand behind the text, in the order of their numbers.
    pub steps: Vec<Step<'s>>,
    /// Steps and attributes of directives name them by their places here.
    pub links: Vec<Link>,
    /// Links and images that are text, since their addresses hold spaces.
    pub unread: Vec<Link>,
    /// In the order of the source.
    pub citations: Vec<Citation>,
    /// In the order in which they begin.
    pub directives: Vec<Directive>,
    /// In the order of the source.
    pub headings: Vec<Heading>,
    /// Texts for some readers only, in the order of the source.
    pub parts: Vec<Part>,
    /// The names of what was written once, in the order of the text.
    pub reuses: Vec<Box<str>>,
    /// Words of running text, code left out.
    pub words: u32,
    /// How many of them come with what was written once.
    pub reused: u32,
    /// Only raw HTML can bring scripts and styles.
    pub has_raw_html: bool,
    /// How long its source is, in bytes.
    pub length: usize,
}

/// A step of a text. Numbers are places in the lists of [`Text`].
pub(super) enum Step<'s> {
    /// What is the same wherever it stands, as the parser hands it out: text, code, and elements
    /// without an address. Each heading has its id. Links, images, raw HTML and footnotes come as
    /// steps of their own.
    Event(Event<'s>),
    /// A link begins. Its title may be empty.
    Link {
        link: u32,
        title: CowStr<'s>,
    },
    LinkEnd,
    /// An image. Its title may be empty, and so may the description.
    Image {
        link: u32,
        title: CowStr<'s>,
        description: String,
    },
    /// A place with an id, which says nothing.
    Anchor(String),
    /// Raw HTML: a block, or one tag within a line.
    Raw(Raw<'s>),
    /// A reference to a footnote by its number, from 1: the `time`th, from 1.
    Reference {
        number: usize,
        time: usize,
    },
    /// The footnotes begin.
    Notes,
    /// A footnote begins, with its number.
    Note(usize),
    /// The way back from a footnote to its first reference.
    NoteBack(usize),
    NoteEnd,
    NotesEnd,
    Citation(u32),
    /// A directive begins: its label follows.
    Directive(u32),
    /// The label ends, and the content of the innermost open directive follows.
    Content,
    DirectiveEnd,
    /// Text for some readers begins.
    Part(u32),
    PartEnd,
    /// What was written once begins.
    Reused(u32),
    ReusedEnd,
    /// A list of claims begins.
    Claims,
    ClaimsEnd,
    /// A line that was meant as a directive and is none: a paragraph of its own.
    Line(&'s str),
}

/// Raw HTML, and the places in it at which something else goes.
pub(super) struct Raw<'s> {
    pub html: CowStr<'s>,
    /// In the order of the HTML.
    pub cuts: Vec<Cut>,
}

/// A part of raw HTML that does not stay.
pub(super) struct Cut {
    /// In bytes of the HTML.
    pub at: Range<usize>,
    pub instead: Instead,
}

/// What stands instead of a part of raw HTML.
pub(super) enum Instead {
    Nothing,
    /// The address of a link.
    Link(u32),
    /// The part itself, for readers to see.
    Text,
    /// Other HTML.
    Html(String),
}

impl Raw<'_> {
    /// The HTML with all that stands in it instead of its parts; `link` writes the address of one.
    fn written(&self, mut link: impl FnMut(&mut String, u32)) -> Cow<'_, str> {
        if self.cuts.is_empty() {
            return Cow::Borrowed(&self.html);
        }
        let mut html = String::with_capacity(self.html.len());
        let mut done = 0;
        for cut in &self.cuts {
            html.push_str(&self.html[done..cut.at.start]);
            match &cut.instead {
                Instead::Nothing => {}
                Instead::Link(at) => link(&mut html, *at),
                Instead::Text => escape(&mut html, &self.html[cut.at.clone()]),
                Instead::Html(other) => html.push_str(other),
            }
            done = cut.at.end;
        }
        html.push_str(&self.html[done..]);
        html.into()
    }
}

/// The mark of a footnote: letters, since numbers are those of references. After z come aa, ab, as
/// browsers number such a list.
fn note_mark(number: usize) -> String {
    const LETTERS: usize = 26;
    let mut letters = Vec::new();
    let mut left = number;
    while left > 0 {
        left -= 1;
        letters.push(char::from(b'a' + (left % LETTERS) as u8));
        left /= LETTERS;
    }
    letters.into_iter().rev().collect()
}

/// Whether a paragraph ends with the last of these steps.
pub(super) fn ends_paragraph(steps: &[Step<'_>]) -> bool {
    matches!(steps.last(), Some(Step::Event(Event::End(TagEnd::Paragraph))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn footnotes_are_marked_by_letters() {
        for (number, mark) in
            [(1, "a"), (26, "z"), (27, "aa"), (52, "az"), (53, "ba"), (703, "aaa")]
        {
            assert_eq!(note_mark(number), mark);
        }
    }
}
