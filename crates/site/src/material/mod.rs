//! What outputs are made of: the hub, its texts, its theme, and what many outputs share.

pub(crate) mod accents;
mod cards;
pub mod frames;
mod furniture;
mod headings;
mod lists;
mod outlets;
mod parts;
mod questions;
mod related;
mod searches;

use std::sync::Arc;

use crate::theme::Theme;
use etappe_base::index::IndexVec;
use etappe_hub::config::StageIx;
use etappe_hub::content::{Body, Document, Library};
use etappe_hub::journey::links::{LinkTable, PageLinks};
use etappe_hub::journey::{DocIx, Hub, Placement, SiteIx};
use etappe_hub::references::{Formatted, References};

pub use frames::Frames;
pub use parts::stage_of_part;
pub use searches::Searches;

pub(crate) use furniture::cta;
pub(crate) use headings::Heading;
pub(crate) use lists::StageLists;
pub(crate) use outlets::{chooser_langs, chooser_path, path_of};
pub(crate) use parts::{part_count, part_path};
pub(crate) use questions::SiteQuestion;
pub(crate) use searches::{INDEX, SiteSearch};

/// The documents of a hub, with their texts.
pub type Texts = IndexVec<DocIx, Document>;

/// What outputs are made of. Immutable and shared.
pub struct Material {
    /// Of the edition that is built; every index in the other fields is one of its layout.
    pub hub: Arc<Hub>,
    /// Those of `hub`, with their texts.
    pub docs: Texts,
    /// What each link leads to, by document and variant.
    pub links: Arc<LinkTable>,
    /// All that pages may cite, from the hub's files of references.
    pub references: Arc<References>,
    /// What pages use and was written once.
    pub library: Arc<Library>,
    /// With its words for each language of `hub`.
    pub theme: Arc<Theme>,
    /// Made from `hub` and `theme`.
    pub frames: Arc<Frames>,
    /// Made from `hub`, `docs` and `theme`.
    pub search: Searches,
}

impl Material {
    /// What makes the lists of stages and pages.
    pub(crate) fn lists(&self) -> StageLists<'_> {
        StageLists { hub: &self.hub, theme: &self.theme, questions: &self.frames.questions }
    }

    /// The headings of a stage with all of its pages, worked out once.
    pub(crate) fn headings(&self, site: SiteIx, stage: StageIx) -> &[Heading] {
        let anew = || self.lists().headings(site, stage, usize::MAX);
        self.frames.headings[usize::from(site.0)][usize::from(stage.0)].get_or_init(anew)
    }

    /// The text of a page, in the variant that one site shows.
    pub fn body(&self, placement: &Placement) -> &Body {
        self.docs[placement.doc].body(self.hub.site(placement.site).persona)
    }

    /// What a page cites, formatted for one site. `None` where it cites nothing that is known.
    pub fn cited(&self, placement: &Placement) -> Option<Arc<Formatted>> {
        let body = self.body(placement);
        if body.citations.is_empty() || self.references.is_empty() {
            return None;
        }
        self.references
            .format(&body.cited(), &self.hub.config.lang(self.hub.site(placement.site).lang).code)
    }

    /// What the links of a page mean, in the variant that one site shows.
    pub fn located(&self, placement: &Placement) -> &PageLinks {
        let variant = self.hub.facets(placement.doc).variant(self.hub.site(placement.site).persona);
        self.links.of(placement.doc, variant)
    }
}
