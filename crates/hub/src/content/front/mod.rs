//! Front matter: every key of the contract, checked against the plan.

mod dates;
mod keys;
mod partial;

use serde::Serialize;

use crate::config::{PersonaIx, StageIx};
use etappe_base::date::Day;
use etappe_base::moment::Moment;
use etappe_base::source::Span;

pub use partial::Defaults;
pub(super) use partial::Partial;

/// For whom a page is.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub enum Audience {
    /// `personas = "all"`: a generic page.
    All,
    /// Specific to these; sorted, without repeats.
    Only(Vec<PersonaIx>),
}

impl Audience {
    pub fn includes(&self, persona: PersonaIx) -> bool {
        match self {
            Self::All => true,
            Self::Only(personas) => personas.contains(&persona),
        }
    }
}

impl Serialize for PersonaIx {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl Serialize for StageIx {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

/// Whether the writer is done.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize)]
pub enum Status {
    Draft,
    #[default]
    Ready,
    /// Taken back: on no site, previews included.
    Withdrawn,
}

impl Status {
    const NAMES: [&str; 3] = ["draft", "ready", "withdrawn"];
    const ALL: [Self; 3] = [Self::Draft, Self::Ready, Self::Withdrawn];
}

/// What sort of page it is, as regulation sees it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    #[default]
    Info,
    Promo,
    Safety,
    Patient,
}

impl Kind {
    pub const NAMES: [&str; 4] = ["info", "promo", "safety", "patient"];

    pub fn name(self) -> &'static str {
        Self::NAMES[self as usize]
    }
}

/// The front matter of one page, with the defaults of its folders. Of a blocked page, what could be
/// read.
#[derive(Clone, Debug, Serialize)]
pub struct FrontMatter {
    pub title: String,
    #[serde(skip)]
    pub title_span: Span,
    pub audience: Audience,
    /// The first one makes the URL.
    pub stages: Vec<StageIx>,
    pub summary: String,
    pub slug: Option<String>,
    pub order: Option<i64>,
    pub date: Option<Moment>,
    pub updated: Option<Moment>,
    pub review_by: Option<Day>,
    /// The first day on which the page is shown.
    pub publish_on: Option<Day>,
    /// The first day on which the page is no longer shown.
    pub expires: Option<Day>,
    pub status: Status,
    /// Internal: never shown to readers.
    pub withdrawn_reason: String,
    /// Ids as written; each is known to at least one persona card.
    pub needs: Vec<String>,
    pub beliefs: Vec<String>,
    pub objectives: Vec<String>,
    /// Topics that a stage must have.
    pub topics: Vec<String>,
    pub kind: Kind,
    pub products: Vec<String>,
    pub channels: Vec<String>,
    pub markets: Vec<String>,
    /// Old paths below a persona's site, without slashes at the ends.
    pub aliases: Vec<String>,
    #[serde(skip)]
    pub alias_spans: Vec<Span>,
    pub canonical_persona: Option<PersonaIx>,
    pub variant_of: Option<String>,
    pub image: Option<String>,
    #[serde(skip)]
    pub image_span: Span,
    /// The page to go on with, as a link to it would be written.
    pub next: Option<String>,
    #[serde(skip)]
    pub next_span: Span,
    pub authors: Vec<String>,
    pub reviewed_by: Vec<String>,
    /// Whether a search finds the page.
    pub search: bool,
    /// Free-form, for templates.
    pub extra: serde_json::Value,
}
