//! A page's card for social media.

use serde::Serialize;
use tera::Context;

use super::{Frame, Outlet, StepStage};
use etappe_base::hash::Hasher;
use etappe_image::card;

/// A card, as its page names it.
#[derive(Clone, Debug, Serialize)]
pub struct SocialCard {
    /// Absolute.
    pub url: String,
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
}

/// Everything that a card depends on.
pub struct SocialInputs<'r> {
    /// That of the page's site.
    pub frame: &'r Frame,
    /// Where the page stands, not its card.
    pub outlet: Outlet,
    /// As in front matter.
    pub title: &'r str,
    /// May be empty.
    pub summary: &'r str,
    /// `info`, `promo`, `safety` or `patient`.
    pub kind: &'static str,
    /// The stage that makes the page's address.
    pub stage: StepStage<'r>,
}

#[derive(Serialize)]
struct PageView<'r> {
    title: &'r str,
    summary: &'r str,
    kind: &'static str,
}

impl SocialInputs<'_> {
    pub(super) fn hash(&self, hasher: &mut Hasher) {
        hasher.number(u64::from(card::VERSION)).value(&(
            &self.outlet,
            self.title,
            self.summary,
            self.kind,
            &self.stage,
        ));
    }

    pub(super) fn context(&self) -> Context {
        let mut context = self.frame.context(&self.outlet);
        context.insert(
            "page",
            &PageView { title: self.title, summary: self.summary, kind: self.kind },
        );
        context.insert("stage", &self.stage);
        context
    }
}
