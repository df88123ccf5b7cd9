//! The outputs that list pages: stage, home, chooser; and the page for addresses that lead nowhere.

use serde::Serialize;
use tera::Context;

use super::{Card, Frame, Outlet};
use etappe_base::hash::Hasher;

/// A stage and its pages, for the stage's own page and, cut short, for each of its pages.
#[derive(Serialize)]
pub struct StageNav {
    /// From 1.
    pub number: usize,
    pub label: String,
    /// Below the site's root.
    pub path: String,
    /// What is new at this stage, as Atom and as JSON Feed. Below the site's root.
    pub feed: String,
    pub feed_json: String,
    /// How many pages it has, listed here or not.
    pub total: usize,
    /// The persona's questions at this stage.
    pub needs: Vec<String>,
    pub pages: Vec<Card>,
}

/// A neighbouring stage.
#[derive(Serialize)]
pub struct Neighbour {
    pub number: usize,
    pub label: String,
    pub path: String,
}

/// Everything that a stage page depends on.
pub struct StageInputs<'r> {
    pub frame: &'r Frame,
    pub outlet: Outlet,
    pub stage: StageNav,
    pub previous: Option<Neighbour>,
    pub next: Option<Neighbour>,
}

impl StageInputs<'_> {
    pub(super) fn hash(&self, hasher: &mut Hasher) {
        hasher.value(&(&self.outlet, &self.stage, &self.previous, &self.next));
    }

    pub(super) fn context(&self) -> Context {
        let mut context = self.frame.context(&self.outlet);
        context.insert("stage", &self.stage);
        context.insert("previous", &self.previous);
        context.insert("next", &self.next);
        context
    }
}

/// One of the persona's questions, and the pages that answer it.
#[derive(Serialize)]
pub struct Question {
    pub text: String,
    pub pages: Vec<Card>,
}

/// A stage on the persona's home.
#[derive(Serialize)]
pub struct HomeStage {
    pub number: usize,
    pub label: String,
    pub path: String,
    pub total: usize,
    pub needs: Vec<Question>,
    /// The first of its pages.
    pub pages: Vec<Card>,
    /// Those of `pages` that answer none of `needs`.
    pub others: Vec<Card>,
}

/// Everything that a persona's home depends on.
pub struct HomeInputs<'r> {
    pub frame: &'r Frame,
    pub outlet: Outlet,
    pub stages: Vec<HomeStage>,
}

impl HomeInputs<'_> {
    pub(super) fn hash(&self, hasher: &mut Hasher) {
        hasher.value(&(&self.outlet, &self.stages));
    }

    pub(super) fn context(&self) -> Context {
        let mut context = self.frame.context(&self.outlet);
        context.insert("stages", &self.stages);
        context
    }
}

/// A persona in the chooser, by its public label only.
#[derive(Serialize)]
pub struct PersonaLink {
    pub label: String,
    pub href: String,
    /// As on its site.
    pub accent: usize,
}

/// Everything that the chooser depends on.
pub struct ChooserInputs<'r> {
    pub frame: &'r Frame,
    pub outlet: Outlet,
    pub personas: Vec<PersonaLink>,
}

impl ChooserInputs<'_> {
    pub(super) fn hash(&self, hasher: &mut Hasher) {
        hasher.value(&(&self.outlet, &self.personas));
    }

    pub(super) fn context(&self) -> Context {
        let mut context = self.frame.context(&self.outlet);
        context.insert("personas", &self.personas);
        context
    }
}

/// Everything that an output depends on which shows the frame alone: preferences, and the page for
/// lost addresses.
pub struct BareInputs<'r> {
    pub frame: &'r Frame,
    pub outlet: Outlet,
}

impl BareInputs<'_> {
    pub(super) fn hash(&self, hasher: &mut Hasher) {
        hasher.value(&self.outlet);
    }

    pub(super) fn context(&self) -> Context {
        self.frame.context(&self.outlet)
    }
}
