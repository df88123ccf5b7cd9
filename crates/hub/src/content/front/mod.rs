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
    /// Not done: shown in previews only.
    Draft,
    /// Done; the status of a page that states none.
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
    pub const NAMES: [&str; 4] = ["info", "promo", "safety", "patient"];

    /// As front matter writes it.
    pub fn name(self) -> &'static str {
        Self::NAMES[self as usize]
    }
}

/// The front matter of one page, with the defaults of its folders. Where the page is blocked, only
/// what could be read.
#[derive(Clone, Debug, Serialize)]
pub struct FrontMatter {
    /// Trimmed; empty where there is none.
    pub title: String,
    /// Where the title stands; the front matter's place where there is none.
    #[serde(skip)]
    pub title_span: Span,
    /// `Only` with no persona where none is stated.
    pub audience: Audience,
    /// The first one makes the URL.
    pub stages: Vec<StageIx>,
    /// Plain text for lists, search engines and feeds; empty where there is none.
    pub summary: String,
    /// The last part of the address; `None` where the file's name makes it.
    pub slug: Option<String>,
    /// Within a stage smaller ones come first; pages without one come last.
    pub order: Option<i64>,
    /// Orders the pages of a stage whose `order` is the same; ages the page, as `updated` does.
    pub date: Option<Moment>,
    /// Of this and `date`, the newer one is shown and ages the page.
    pub updated: Option<Moment>,
    /// The page is stale after this day; `None` where the hub's `review_every` decides.
    pub review_by: Option<Day>,
    /// The first day on which the page is shown.
    pub publish_on: Option<Day>,
    /// The first day on which the page is no longer shown.
    pub expires: Option<Day>,
    /// `Ready` where none is stated.
    pub status: Status,
    /// Internal: never shown to readers.
    pub withdrawn_reason: String,
    /// Ids as written; each is known to at least one persona card.
    pub needs: Vec<String>,
    /// Ids as written; each is known to at least one persona card.
    pub beliefs: Vec<String>,
    /// From `objective`: ids as written, each one of the hub's objectives.
    pub objectives: Vec<String>,
    /// Topics that a stage must have.
    pub topics: Vec<String>,
    /// `Info` where none is stated.
    pub kind: Kind,
    /// From `product`: names as written, in no plan to check them against.
    pub products: Vec<String>,
    /// Where the page is used, as written; empty where nothing is said.
    pub channels: Vec<String>,
    /// Which markets the page is for, as written; empty where nothing is said.
    pub markets: Vec<String>,
    /// Old paths below a persona's site, without slashes at the ends.
    pub aliases: Vec<String>,
    /// In the order of `aliases`.
    #[serde(skip)]
    pub alias_spans: Vec<Span>,
    /// Of several sites that show the page, the one that search engines should prefer.
    pub canonical_persona: Option<PersonaIx>,
    /// As written, for the record: nothing looks the page up.
    pub variant_of: Option<String>,
    /// Shown above the text; as a link to it would be written.
    pub image: Option<String>,
    /// Where `image` stands; the front matter's place where there is none.
    #[serde(skip)]
    pub image_span: Span,
    /// The page to go on with, as a link to it would be written.
    pub next: Option<String>,
    /// Where `next` stands; the front matter's place where there is none.
    #[serde(skip)]
    pub next_span: Span,
    /// Names as written, shown below the text.
    pub authors: Vec<String>,
    /// Names as written, shown below the text.
    pub reviewed_by: Vec<String>,
    /// Whether a search finds the page.
    pub search: bool,
    /// Free-form, for templates.
    pub extra: serde_json::Value,
}
