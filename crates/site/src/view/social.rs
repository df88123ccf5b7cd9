//! A page's card for social media.

use serde::Serialize;
use tera::Context;

use super::{Frame, Outlet, StepStage};
use etappe_base::hash::Hasher;
use etappe_image::card;

/// A card, as the page says it.
#[derive(Clone, Debug, Serialize)]
pub struct SocialCard {
    /// Absolute.
    pub url: String,
    /// In pixels.
    pub width: u32,
    pub height: u32,
}

/// Everything that a card depends on.
pub struct SocialInputs<'r> {
    pub frame: &'r Frame,
    pub outlet: Outlet,
    pub title: &'r str,
    pub summary: &'r str,
    pub kind: &'static str,
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
