//! A body as it is kept: HTML with gaps where links go, and what others may ask about it.

use crate::base::source::Span;

/// A rendered body, without its links' addresses: those differ by persona and language.
#[derive(Debug, Default, PartialEq)]
pub struct Body {
    pub html: Box<str>,
    /// Where addresses go, in the order of `html`.
    pub slots: Box<[Slot]>,
    pub links: Box<[Link]>,
    pub headings: Box<[Heading]>,
    /// Words of running text, code left out.
    pub words: u32,
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
    /// The title of an alert: a string of the theme.
    Alert(Alert),
}

/// The alerts of GitHub's Markdown.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Alert {
    Note,
    Tip,
    Important,
    Warning,
    Caution,
}

impl Alert {
    pub const ALL: [Self; 5] = [Self::Note, Self::Tip, Self::Important, Self::Warning, Self::Caution];

    /// The theme's string that names it.
    pub fn string(self) -> &'static str {
        ["alert_note", "alert_tip", "alert_important", "alert_warning", "alert_caution"][self as usize]
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
    /// An image, or another resource that the page shows: `src`.
    Image,
    /// One of several sizes of an image, within `srcset`: the address alone.
    Candidate,
}

impl LinkKind {
    /// The attribute that the address is the whole value of.
    pub fn attribute(self) -> Option<&'static str> {
        match self {
            Self::Page => Some("href"),
            Self::Image => Some("src"),
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
