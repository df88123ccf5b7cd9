//! A body as it is kept: HTML with gaps where links go, and what others may ask about it.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use serde::Serialize;

use super::cite::Citation;
use crate::config::directives::{AttributeValue, Form};
use crate::search::Words;
use etappe_base::csp::Inline;
use etappe_base::hash::{Digest, Hasher};
use etappe_base::source::Span;

/// A rendered body, without its links' addresses: those differ by persona and language.
#[derive(Debug, Default, PartialEq)]
pub struct Body {
    pub html: Box<str>,
    /// Where addresses go, in the order of `html`.
    pub slots: Box<[Slot]>,
    pub links: Box<[Link]>,
    /// As the text has them; readers meet them in the order of `slots`.
    pub citations: Box<[Citation]>,
    /// In the order in which they begin.
    pub directives: Box<[Directive]>,
    pub headings: Box<[Heading]>,
    /// What of it is for some readers only, as the text has it.
    pub parts: Box<[Part]>,
    /// The scripts and styles that its raw HTML brings.
    pub inline: Inline,
    /// Words of running text, code left out.
    pub words: u32,
    /// Equal digests, equal bodies, but for where parts begin and end.
    pub digest: Digest,
    /// What a search finds it by, with its page's title and summary: worked out when that is first
    /// asked for.
    pub(super) found_by: OnceLock<Box<Words>>,
}

/// A gap in the HTML: what goes there depends on the site and the theme.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Slot {
    /// Byte in `html`.
    pub at: u32,
    pub fill: Fill,
}

/// What a gap is filled with.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Fill {
    /// The attribute of a link, by its place in `links`.
    Link(u32),
    /// A word of the theme, in the reader's language.
    Word(Word),
    /// The mark of a citation, by its place in `citations`.
    Citation(u32),
    /// A directive begins, by its place in `directives`: what follows is its label.
    Open(u32),
    /// The label ends here: what follows is the content.
    Content,
    /// The innermost open directive ends.
    Close,
    /// Text for some begins, by its place in `parts`. Nothing goes there but in a preview.
    Part(u32),
    /// The innermost open part ends.
    PartEnd,
}

/// A directive of the theme, as a text uses it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Directive {
    pub name: Box<str>,
    pub form: Form,
    /// Empty where it has none.
    pub id: Box<str>,
    /// Separated by spaces.
    pub class: Box<str>,
    /// Every attribute that the theme declares, in its order.
    pub attributes: Box<[(Box<str>, Given)]>,
    /// Which one of its name it is within the same directive, from 1.
    pub number: u32,
    /// The directive it stands in, by its place on the page from 1; 0 where it stands in none.
    pub group: u32,
}

impl Directive {
    /// The template that makes it.
    pub fn template(&self) -> String {
        format!("directives/{}.html", self.name)
    }
}

/// Text for some readers, as its condition was written: `persona`, `not-stage` and the like, with
/// ids.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Part {
    pub condition: Box<[(Box<str>, Box<str>)]>,
}

/// What was given for an attribute.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub enum Given {
    Nothing,
    Value(AttributeValue),
    /// A link of the text, by its place in [`Body::links`].
    Link(u32),
}

impl Body {
    /// Its citations in the order in which readers meet them.
    pub fn cited(&self) -> Vec<&Citation> {
        if self.citations.is_empty() {
            return Vec::new();
        }
        let cited = self.slots.iter().filter_map(|slot| match slot.fill {
            Fill::Citation(at) => self.citations.get(at as usize),
            _ => None,
        });
        cited.collect()
    }

    /// Gives the body the digest of all that it shows. What its links lead to is for each site to
    /// say.
    pub(super) fn identify(&mut self) {
        let mut hasher = Hasher::new("body");
        hasher
            .digest(Digest::of(self.html.as_bytes()))
            .value(&self.directives)
            .number(u64::from(self.words));
        for slot in &self.slots {
            let (kind, of) = match slot.fill {
                // Readers see nothing of them.
                Fill::Part(_) | Fill::PartEnd => continue,
                Fill::Link(link) => {
                    (self.links.get(link as usize).map_or(0, |link| link.kind as u64), link)
                }
                Fill::Word(word) => (10, word as u32),
                Fill::Open(directive) => (11, directive),
                Fill::Citation(citation) => (14, citation),
                Fill::Content => (12, 0),
                Fill::Close => (13, 0),
            };
            hasher.number(u64::from(slot.at)).number(kind).number(u64::from(of));
        }
        for cite in self.citations.iter().flat_map(|citation| &citation.cites) {
            hasher.text(&cite.key).text(&cite.locator);
        }
        for heading in &self.headings {
            hasher.number(u64::from(heading.level)).text(&heading.id).text(&heading.text);
        }
        self.digest = hasher.finish();
    }

    /// What of it is for some only, in the order in which readers meet it.
    pub fn parts(&self) -> impl Iterator<Item = &Part> {
        self.slots.iter().filter_map(|slot| match slot.fill {
            Fill::Part(at) => self.parts.get(at as usize),
            _ => None,
        })
    }

    /// Where parts begin and end: what a preview shows beside the rest.
    pub fn seams(&self) -> impl Iterator<Item = &Slot> {
        self.slots.iter().filter(|slot| matches!(slot.fill, Fill::Part(_) | Fill::PartEnd))
    }

    /// The templates that its directives need, each once.
    pub fn templates(&self) -> impl Iterator<Item = String> {
        let names: BTreeSet<String> = self.directives.iter().map(Directive::template).collect();
        names.into_iter()
    }
}

/// What the program itself says within a text: the titles of GitHub's alerts, and what screen
/// readers call things.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Word {
    Note,
    Tip,
    Important,
    Warning,
    Caution,
    /// A table, which scrolls where it is too wide.
    Table,
    /// A task that is not done yet.
    TaskOpen,
    TaskDone,
}

impl Word {
    pub const ALL: [Self; 8] = [
        Self::Note,
        Self::Tip,
        Self::Important,
        Self::Warning,
        Self::Caution,
        Self::Table,
        Self::TaskOpen,
        Self::TaskDone,
    ];

    /// The theme's string for it.
    pub fn string(self) -> &'static str {
        [
            "alert_note",
            "alert_tip",
            "alert_important",
            "alert_warning",
            "alert_caution",
            "table",
            "task_open",
            "task_done",
        ][self as usize]
    }
}

/// One link or image, as written.
#[derive(Clone, Debug, PartialEq)]
pub struct Link {
    pub dest: Box<str>,
    /// The destination, in bytes of the whole file.
    pub span: Span,
    pub kind: LinkKind,
}

/// What a link is in HTML.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LinkKind {
    /// A link that readers follow: `href`.
    Page,
    /// An image that the Markdown shows: `src`, and the sizes of it that there are.
    Picture,
    /// An image or another resource that raw HTML shows: `src`.
    Image,
    /// One of several sizes of an image, within `srcset`: the address alone.
    Candidate,
    /// An image that raw HTML shows without saying how large it is: `src`, and what the file says
    /// of that.
    Unsized,
}

impl LinkKind {
    /// Whether a page writes the size of the image, and what smaller ones there are.
    pub fn is_sized(self) -> bool {
        matches!(self, Self::Picture | Self::Unsized)
    }

    /// The attribute that the address is the whole value of.
    pub fn attribute(self) -> Option<&'static str> {
        match self {
            Self::Page => Some("href"),
            Self::Picture | Self::Image | Self::Unsized => Some("src"),
            Self::Candidate => None,
        }
    }
}

/// A heading with the id that links can name.
#[derive(Clone, Debug, PartialEq)]
pub struct Heading {
    /// 1 to 6.
    pub level: u8,
    pub id: Box<str>,
    /// Plain text.
    pub text: Box<str>,
}
