//! Front matter: every key of the contract, checked against the plan.

mod audience;
mod bridge;
#[macro_use]
mod complete;
mod dates;
mod foreign;
mod shapes;
mod sources;
mod table;

use serde::Serialize;

use crate::config::furniture::PageKind;
use crate::config::{Config, LangIx, MarketIx, PersonaIx};

pub use complete::Defaults;
pub use shapes::Bridge;
use shapes::Chosen;
pub(super) use shapes::characters;
pub(super) use shapes::{Ids, Personas};
pub(super) use sources::Markets;
pub(super) use table::Partial;
pub use table::{FrontMatter, FrontSpans, KEYS};

/// For whom a page is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Audience {
    /// `personas = "all"`: a generic page.
    All,
    /// Specific to these personas; sorted, without repeats.
    Only(Vec<PersonaIx>),
}

impl Audience {
    /// Whether the page is for `persona`: a generic page is for everybody.
    pub fn includes(&self, persona: PersonaIx) -> bool {
        match self {
            Self::All => true,
            Self::Only(personas) => personas.contains(&persona),
        }
    }
}

impl FrontMatter {
    /// Whether its author took the page back, if only in one market: its sites are the same in all.
    pub fn is_withdrawn(&self) -> bool {
        self.status == Status::Withdrawn || !self.withdrawn_in.is_empty()
    }

    /// The markets that the page is for in a language: those that it names, else all of the hub, as
    /// far as they have that language. Empty where the hub tells none apart.
    pub fn in_markets(&self, config: &Config, lang: LangIx) -> Vec<MarketIx> {
        if config.markets.is_empty() {
            return Vec::new();
        }
        let is_named = |market: &MarketIx| {
            let market = config.market(*market);
            let is_it = || self.markets.iter().any(|named| named.value == market.id);
            market.languages.contains(&lang) && (self.markets.is_empty() || is_it())
        };
        config.market_ixs().filter(is_named).collect()
    }
}

/// Whether the writer is done.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Status {
    /// Not done: shown in previews only.
    Draft,
    /// Done; the status of a page that states none.
    #[default]
    Ready,
    /// Taken back: on no site, previews included.
    Withdrawn,
}

impl Chosen for Status {
    const NAMES: &'static [&'static str] = &["draft", "ready", "withdrawn"];
    const ALL: &'static [Self] = &[Self::Draft, Self::Ready, Self::Withdrawn];
    const MEANT: &'static [(&'static str, &'static str)] = &[
        ("published", "ready"),
        ("publish", "ready"),
        ("public", "ready"),
        ("live", "ready"),
        ("final", "ready"),
        ("done", "ready"),
        ("unpublished", "draft"),
        ("concept", "draft"),
        ("wip", "draft"),
        ("retracted", "withdrawn"),
    ];
}

/// What sort of page it is, as regulation sees it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Information, shown without a badge; the kind of a page that states none.
    #[default]
    Info,
    /// Promotional, shown with a badge; coverage reports count its share.
    Promo,
    /// About safety, shown with a badge.
    Safety,
    /// For patients, shown with a badge.
    Patient,
}

impl Kind {
    /// As front matter writes them, in the order of the variants.
    pub const NAMES: [&str; 4] = PageKind::NAMES;

    /// As front matter writes it.
    pub fn name(self) -> &'static str {
        Self::NAMES[self as usize]
    }
}

impl Chosen for Kind {
    const NAMES: &'static [&'static str] = &Self::NAMES;
    const ALL: &'static [Self] = &[Self::Info, Self::Promo, Self::Safety, Self::Patient];
    const MEANT: &'static [(&'static str, &'static str)] = &[
        ("information", "info"),
        ("promotion", "promo"),
        ("promotional", "promo"),
        ("patients", "patient"),
    ];
}
