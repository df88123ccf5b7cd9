//! The front page of a site: every stage, the persona's questions there, the pages that answer
//! them, and the newest pages.

use std::cmp::Reverse;

use serde::Serialize;

use super::{Inputs, Lens, Listed, OutputKind, Subject, add_by_site};
use crate::material::{Material, SiteQuestion};
use crate::view::{Card, Frame, Outlet, View};
use etappe_base::hash::Hasher;
use etappe_hub::config::StageIx;
use etappe_hub::journey::{Hub, PlacementIx, Site, SiteIx};

const TEMPLATE: &str = "home.html";
const PATH: &str = "index.html";
/// How many of the newest pages are named.
const NEWEST: usize = 5;
/// Fewer pages with a date are no news.
const FEWEST: usize = 3;

/// The home of one site.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct HomeOutput(pub SiteIx);

impl Listed for HomeOutput {
    fn list(lens: &Lens<'_>, add: &mut dyn FnMut(String, Self)) {
        add_by_site(lens, PATH, Self, add);
    }
}

impl OutputKind for HomeOutput {
    fn template(&self) -> Option<&'static str> {
        Some(TEMPLATE)
    }

    fn inputs<'m>(&self, material: &'m Material) -> Box<dyn Inputs + 'm> {
        Box::new(self.gather(material))
    }

    fn called(&self, material: &Material) -> String {
        let hub = &material.hub;
        format!("the home of `{}`", hub.config.persona(hub.site(self.0).persona).id)
    }

    fn subject(&self) -> Subject {
        Subject::Site(self.0)
    }
}

impl HomeOutput {
    fn gather<'m>(&self, material: &'m Material) -> HomeInputs<'m> {
        let (config, site) = (&material.hub.config, material.hub.site(self.0));
        let lists = material.lists();
        let versions = material.site_versions(self.0, |_| Some(PATH));
        HomeInputs {
            frame: material.frames.site(self.0),
            outlet: material.outlet(self.0, PATH, &versions),
            intro: config.intro.get(site.lang),
            description: config.persona(site.persona).description.get(site.lang),
            stages: site.route().map(|stage| self.stage(material, stage.stage)).collect(),
            newest: newest(&material.hub, site).map(|page| lists.card(self.0, page)).collect(),
        }
    }

    fn stage(&self, material: &Material, stage: StageIx) -> HomeStage {
        let lists = material.lists();
        let nav = lists.stage(self.0, stage, material.theme.lists.home);
        let limit = material.theme.lists.home;
        let rest = |question: &SiteQuestion| {
            (question.answers.len() > limit.max(1))
                .then(|| material.question_path(self.0, stage, question.need))
                .flatten()
        };
        let question = |question: &SiteQuestion| Question {
            text: lists.text(self.0, question.need),
            pages: question
                .answers
                .iter()
                .take(limit.max(1))
                .map(|page| lists.card(self.0, *page))
                .collect(),
            total: question.answers.len(),
            more: rest(question),
        };
        let asked = lists.questions.at(self.0, stage);
        let is_answer =
            |page: PlacementIx| asked.clone().any(|question| question.answers.contains(&page));
        let listed = material.hub.site(self.0).stages[stage].listed();
        let others = nav.pages.iter().zip(listed).filter(|(_, page)| !is_answer(*page));
        HomeStage {
            others: others.map(|(card, _)| card.clone()).collect(),
            number: nav.number,
            label: nav.label,
            path: nav.path,
            total: nav.total,
            needs: asked.clone().map(question).collect(),
            pages: nav.pages,
        }
    }
}

/// The pages of a site that were published last, by their `date`: the newest first, those of one
/// date along the route. None where fewer than [`FEWEST`] have a date.
fn newest(hub: &Hub, site: &Site) -> impl Iterator<Item = PlacementIx> {
    let date = |ix: PlacementIx| hub.facets(hub.placement(ix).doc).front.date;
    let walk = site.walk.iter().enumerate();
    let dated = walk.filter_map(|(step, ix)| Some((Reverse(date(*ix)?), step, *ix)));
    let mut dated: Vec<_> = dated.collect();
    if dated.len() < FEWEST {
        dated.clear();
    } else if dated.len() > NEWEST {
        dated.select_nth_unstable(NEWEST);
        dated.truncate(NEWEST);
    }
    dated.sort_unstable();
    dated.into_iter().map(|(_, _, ix)| ix)
}

struct HomeInputs<'m> {
    frame: &'m Frame,
    outlet: Outlet,
    /// Who speaks, to whom, and what for; may be empty.
    intro: &'m str,
    /// What the site is for these readers; may be empty.
    description: &'m str,
    /// In the order of the journey; those without pages too where the edition shows what is empty.
    stages: Vec<HomeStage>,
    /// The newest first; empty where there are too few to speak of.
    newest: Vec<Card>,
}

/// A stage on the persona's home.
#[derive(Serialize)]
struct HomeStage {
    /// From 1.
    number: usize,
    /// In the site's language.
    label: String,
    /// Below the site's root.
    path: String,
    /// How many pages it has, listed here or not.
    total: usize,
    /// The persona's questions at this stage, in the order of its file.
    needs: Vec<Question>,
    /// The first of its pages: as many as the theme's `lists.home` says.
    pages: Vec<Card>,
    /// Those of `pages` that answer none of `needs`.
    others: Vec<Card>,
}

/// One of the persona's questions, and the pages that answer it.
#[derive(Serialize)]
struct Question {
    /// In the site's language.
    text: String,
    /// At whatever stage they stand, in the order of the journey, with those of the
    /// default language last, or many of them by year: as many as the theme's `lists.home` says.
    /// Empty where none answers, which only some editions show.
    pages: Vec<Card>,
    /// How many answer it, listed here or not.
    total: usize,
    /// Where all of them are listed, below the site's root; `None` where they are listed here.
    more: Option<String>,
}

impl Inputs for HomeInputs<'_> {
    fn hash(&self, hasher: &mut Hasher) {
        hasher.value(&(&self.outlet, self.intro, self.description));
        hasher.value(&(&self.stages, &self.newest));
    }

    fn view(&self) -> View<'_> {
        let mut context = self.frame.context(&self.outlet);
        context.insert("intro", self.intro);
        context.insert("description", self.description);
        context.insert("stages", &self.stages);
        context.insert("newest", &self.newest);
        View::Template { name: TEMPLATE, context }
    }
}
