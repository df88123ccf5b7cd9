//! A body as it is kept: HTML with gaps where links go, and what others may ask about it.

mod cite;
mod gaps;

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::OnceLock;

use serde::Serialize;

use crate::config::directives::{AttributeValue, Form};
use crate::search::Words;
use etappe_base::address::{Fault, fault, scheme};
use etappe_base::csp::Inline;
use etappe_base::finding::Place;
use etappe_base::hash::{Digest, Hasher};
use etappe_base::path::HubPath;
use etappe_base::slug::composed;
use etappe_base::source::Span;

pub(super) use cite::read as read_citation;
pub use cite::{Citation, Cite};
pub use gaps::{Fill, Slot};
pub(super) use gaps::{mark, marked, pieces, take};

/// A rendered body, without its links' addresses: those differ by persona and language.
#[derive(Debug, Default, PartialEq)]
pub struct Body {
    /// Without what goes into `slots`.
    pub html: Box<str>,
    /// Where addresses go, in the order of `html`.
    pub slots: Box<[Slot]>,
    /// Slots and attributes of directives name them by their places here.
    pub links: Box<[Link]>,
    /// Links and images that are text, since their addresses hold spaces: readers see brackets.
    pub unread: Box<[Link]>,
    /// In the order of the text; readers meet them in the order of `slots`.
    pub citations: Box<[Citation]>,
    /// In the order in which they begin.
    pub directives: Box<[Directive]>,
    /// In the order of the text; headings of raw HTML are none of them.
    pub headings: Box<[Heading]>,
    /// Texts for some readers only, in the order of the text.
    pub parts: Box<[Part]>,
    /// What was written once and stands in it, in the order of the text: `claim:ID`, `module:NAME`,
    /// and `claims` for a list of them.
    pub reuses: Box<[Box<str>]>,
    /// The scripts and styles that its raw HTML brings.
    pub inline: Inline,
    /// Words of running text, code left out.
    pub words: u32,
    /// How many of the words come with what was written once.
    pub reused: u32,
    /// Bodies with equal digests are equal, but for where parts begin and end.
    pub digest: Digest,
    /// The words that a search finds it by, those of its page's title and summary included. Worked
    /// out when they are first asked for.
    pub(in crate::content) found_by: OnceLock<Box<Words>>,
}

/// A directive of the theme, as a text uses it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Directive {
    /// As the theme declares it.
    pub name: Box<str>,
    /// How the text writes it.
    pub form: Form,
    /// Empty where it has none.
    pub id: Box<str>,
    /// Separated by spaces.
    pub class: Box<str>,
    /// Every attribute that the theme declares, in its order.
    pub attributes: Box<[(Box<str>, Given)]>,
    /// Its number among the directives of its name that stand in the same one, from 1.
    pub number: u32,
    /// The directive it stands in, by its place on the page from 1; 0 where it stands in none.
    pub group: u32,
}

impl Directive {
    /// The theme's template that renders it.
    pub fn template(&self) -> String {
        format!("directives/{}.html", self.name)
    }
}

/// Text for some readers, as its condition was written: `persona`, `not-stage` and the like, with
/// ids.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Part {
    /// Keys and values in the order in which they were written.
    pub condition: Box<[(Box<str>, Box<str>)]>,
}

/// What was given for an attribute.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub enum Given {
    /// There was no usable value, and the theme has no default.
    Nothing,
    /// Of the declared type: what the text says, or the theme's default.
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

    /// Sets the digest of all that the body shows. Where its links lead is left out: that differs
    /// by site.
    pub(in crate::content) fn identify(&mut self) {
        let mut hasher = Hasher::new("body");
        hasher
            .digest(Digest::of(self.html.as_bytes()))
            .value(&self.directives)
            .number(u64::from(self.words));
        for slot in &self.slots {
            let (kind, of) = match slot.fill {
                // Readers do not see these.
                Fill::Part(_) | Fill::PartEnd | Fill::Reused(_) | Fill::ReusedEnd => continue,
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

    /// The texts that are for some readers only, in the order in which readers meet them.
    pub fn parts(&self) -> impl Iterator<Item = &Part> {
        self.slots.iter().filter_map(|slot| match slot.fill {
            Fill::Part(at) => self.parts.get(at as usize),
            _ => None,
        })
    }

    /// The slots at which parts begin and end; only previews show them.
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
    /// The title of `> [!NOTE]`.
    Note,
    /// The title of `> [!TIP]`.
    Tip,
    /// The title of `> [!IMPORTANT]`.
    Important,
    /// The title of `> [!WARNING]`.
    Warning,
    /// The title of `> [!CAUTION]`.
    Caution,
    /// A table, which scrolls where it is too wide.
    Table,
    /// A task that is not done yet.
    TaskOpen,
    /// A task that is ticked off.
    TaskDone,
    /// The heading of the footnotes.
    Notes,
    /// What screen readers say before the mark of a footnote.
    NoteMark,
    /// The way back from a footnote.
    NoteBack,
}

impl Word {
    /// In the order of the variants.
    pub const ALL: [Self; 11] = [
        Self::Note,
        Self::Tip,
        Self::Important,
        Self::Warning,
        Self::Caution,
        Self::Table,
        Self::TaskOpen,
        Self::TaskDone,
        Self::Notes,
        Self::NoteMark,
        Self::NoteBack,
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
            "footnotes",
            "footnote",
            "references_back",
        ][self as usize]
    }
}

/// One link or image, as written.
#[derive(Clone, Debug, PartialEq)]
pub struct Link {
    /// Not resolved yet: a path, an address or a fragment.
    pub dest: Box<str>,
    /// The destination, in bytes of the whole file: [`Link::place`] says which file that is.
    pub(crate) span: Span,
    /// Says which attribute the address goes into.
    pub kind: LinkKind,
    /// The module that it stands in, whose file the span is in; `None` where that is the page's.
    pub module: Option<HubPath>,
}

impl Link {
    /// The module that it comes with, and where it stands in that file or the page's.
    pub fn at(&self) -> (Option<&HubPath>, Span) {
        (self.module.as_ref(), self.span)
    }

    /// Where it stands in the page's own file; `None` where it comes with a module.
    pub fn own_span(&self) -> Option<Span> {
        self.module.is_none().then_some(self.span)
    }

    /// Where it stands, on a page of this file.
    pub fn place(&self, page: &HubPath) -> Place {
        Place::new(self.module.as_ref().unwrap_or(page), self.span)
    }

    /// Whether the address depends on the site that shows the page: not on another host, not on the
    /// page itself.
    pub fn is_internal(&self) -> bool {
        if let Some(fault) = self.fault() {
            // What no site may show leaves a gap, which stays empty.
            return fault.is_barred();
        }
        let dest = &*self.dest;
        // A fragment in decomposed letters is written anew: browsers compare ids byte by byte.
        !((dest.starts_with('#') && is_composed(dest))
            || dest.starts_with("//")
            || scheme(dest).is_some()
            || (dest.is_empty() && self.kind == LinkKind::Page))
    }

    /// What is wrong with the address, wherever the page is shown.
    pub fn fault(&self) -> Option<Fault> {
        fault(&self.dest, self.kind != LinkKind::Page)
    }
}

fn is_composed(text: &str) -> bool {
    matches!(composed(text), Cow::Borrowed(_))
}

/// What a link is in HTML.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LinkKind {
    /// A link that readers follow: `href`.
    Page,
    /// An image that the Markdown shows: `src`, its size, and the smaller ones that exist.
    Picture,
    /// An image or another resource that raw HTML shows: `src`.
    Image,
    /// One of several sizes of an image, within `srcset`: the address alone.
    Candidate,
    /// An image that raw HTML shows without saying how large it is: `src`, and the size that its
    /// file says.
    Unsized,
}

impl LinkKind {
    /// Whether pages write the image's size and its smaller ones, as far as they are known.
    pub fn is_sized(self) -> bool {
        matches!(self, Self::Picture | Self::Unsized)
    }

    /// The attribute whose whole value is the address; `None` where the address is only a part.
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
    /// The author's own, or made of the text; one that was made is unique on the page.
    pub id: Box<str>,
    /// Plain text.
    pub text: Box<str>,
}
