//! What a page uses of what was written once, and what follows from that for the page.

use std::fmt;

use serde::Serialize;

use etappe_base::date::Day;
use etappe_base::source::Span;

/// One use on a page.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Used {
    /// What it is.
    pub what: OnceId,
    /// Where the page names it, or what brings it, in bytes of the page's file.
    #[serde(skip)]
    pub span: Span,
    /// The first day on which it may not be shown any more.
    pub expires: Option<Day>,
    /// Why it may not be shown on this page, whatever the day.
    pub fault: Option<UseFault>,
}

/// The name of what was written once, or of a choice among it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
pub enum OnceId {
    /// A claim by its id, which the hub may not have.
    Claim(Box<str>),
    /// A module by its name, which the hub may not have.
    Module(Box<str>),
    /// All claims of a product and a category; an empty one stands for any.
    Claims {
        /// The id of a product.
        product: Box<str>,
        /// A category of claims.
        category: Box<str>,
    },
}

impl fmt::Display for OnceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Claim(id) => write!(f, "the claim `{id}`"),
            Self::Module(name) => write!(f, "the module `{name}`"),
            Self::Claims { .. } => f.write_str("a list of claims"),
        }
    }
}

/// Why something may not be shown on a page: no release shows the page, whatever the day.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
pub enum UseFault {
    /// The hub has nothing of that name.
    Unknown,
    /// It cannot be read, or what is wrong with it keeps it from all readers.
    Faulty,
    /// It comes to hold itself.
    Circle,
    /// It would stand too deep within modules, or make the text too long.
    TooMuch,
    /// It is named where it cannot stand, or as it cannot be named.
    Misplaced,
    /// It has no words in the page's language.
    Untranslated,
    /// Nothing bears it out.
    Unreferenced,
    /// It may not be shown in a market that the page is for.
    Market,
}

impl UseFault {
    /// Whether the day on which it expires is not known.
    pub fn hides_its_day(self) -> bool {
        matches!(self, Self::Unknown | Self::Faulty)
    }

    /// Whether the page was read without something that it uses, or by the names of everything: a
    /// change anywhere among modules, or claims, may concern it.
    pub(super) fn depends_on_all(self) -> bool {
        matches!(self, Self::Unknown | Self::TooMuch)
    }

    /// Whether it may be shown to other readers, or elsewhere: it keeps no page back that shows it
    /// to nobody.
    pub(in crate::content) fn is_about_readers(self) -> bool {
        matches!(self, Self::Untranslated | Self::Unreferenced | Self::Market)
    }
}
