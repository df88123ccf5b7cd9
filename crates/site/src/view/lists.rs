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
    /// In the site's language.
    pub label: String,
    /// Below the site's root.
    pub path: String,
    /// What is new at this stage, as Atom. Below the site's root.
    pub feed: String,
    /// The same as JSON Feed.
    pub feed_json: String,
    /// How many pages it has, listed here or not.
    pub total: usize,
    /// The persona's questions at this stage, in the site's language.
    pub needs: Vec<String>,
    /// In the order of the stage; those that only the default language has come last.
    pub pages: Vec<Card>,
}

/// The nearest stage, before or after, that has pages.
#[derive(Serialize)]
pub struct Neighbour {
    /// From 1.
    pub number: usize,
    /// In the site's language.
    pub label: String,
    /// Below the site's root.
    pub path: String,
}

/// Everything that a stage page depends on.
pub struct StageInputs<'r> {
    /// That of the site.
    pub frame: &'r Frame,
    /// Where the stage page stands.
    pub outlet: Outlet,
    /// With all of its pages.
    pub stage: StageNav,
    /// The nearest earlier stage that has pages; `None` where there is none.
    pub previous: Option<Neighbour>,
    /// The nearest later stage that has pages; `None` where there is none.
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
    /// In the site's language.
    pub text: String,
    /// At whatever stage they stand, in the order of the journey, with those of the
    /// default language last; empty where none answers.
    pub pages: Vec<Card>,
}

/// A stage on the persona's home.
#[derive(Serialize)]
pub struct HomeStage {
    /// From 1.
    pub number: usize,
    /// In the site's language.
    pub label: String,
    /// Below the site's root.
    pub path: String,
    /// How many pages it has, listed here or not.
    pub total: usize,
    /// The persona's questions at this stage, in the order of its file.
    pub needs: Vec<Question>,
    /// The first of its pages: as many as the theme's `lists.home` says.
    pub pages: Vec<Card>,
    /// Those of `pages` that answer none of `needs`.
    pub others: Vec<Card>,
}

/// Everything that a persona's home depends on.
pub struct HomeInputs<'r> {
    /// That of the site.
    pub frame: &'r Frame,
    /// Where the home stands.
    pub outlet: Outlet,
    /// All stages of the journey in its order, those without pages too.
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

/// A persona in the chooser, which shows only its public label.
#[derive(Serialize)]
pub struct PersonaLink {
    /// In the chooser's language.
    pub label: String,
    /// The way to the persona's home: relative, or absolute where that has a host of its own.
    pub href: String,
    /// The colour that the persona's site has.
    pub accent: usize,
}

/// Everything that the chooser depends on.
pub struct ChooserInputs<'r> {
    /// That of the language, outside any site.
    pub frame: &'r Frame,
    /// Where the chooser stands.
    pub outlet: Outlet,
    /// In the hub's order.
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

/// What an output that shows only its frame depends on: the page of preferences, or the page for
/// lost addresses.
pub struct BareInputs<'r> {
    /// That of the site.
    pub frame: &'r Frame,
    /// Where the output stands.
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
