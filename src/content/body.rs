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
    /// Every id that a fragment may name, sorted: headings, footnotes, raw HTML.
    pub ids: Box<[Box<str>]>,
    /// Words of running text, code left out.
    pub words: u32,
}

impl Body {
    pub fn has_id(&self, id: &str) -> bool {
        self.ids.binary_search_by(|known| (**known).cmp(id)).is_ok()
    }
}

/// A gap in the HTML: an attribute of one link goes there.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Slot {
    /// Byte in `html`.
    pub at: u32,
    /// Place in `links`.
    pub link: u32,
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
}

impl LinkKind {
    /// The attribute that holds the address.
    pub fn attribute(self) -> &'static str {
        match self {
            Self::Page => "href",
            Self::Image => "src",
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
