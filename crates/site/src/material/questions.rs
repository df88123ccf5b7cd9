//! The persona's questions on each site, and the pages that answer them.

use std::collections::BTreeMap;

use super::headings::arrange;
use super::related::ByNeed;
use etappe_base::index::Ix;
use etappe_hub::config::{Need, StageIx};
use etappe_hub::journey::{Hub, PlacementIx, Site, SiteIx};

/// The questions of every site.
pub(crate) struct Questions(Vec<Vec<SiteQuestion>>);

/// A question of a site's persona, where the edition shows it.
pub(crate) struct SiteQuestion {
    /// Its place among the needs of the persona's card.
    pub need: usize,
    /// The stage that shows it: that of the need. Where that is not shown, the stage of the first
    /// answer.
    pub stage: StageIx,
    /// The pages that name the need, at whatever stage: those of the site along its journey, then
    /// those in the default language; many of them by year. Empty only where the edition shows what is empty.
    pub answers: Vec<PlacementIx>,
}

impl Questions {
    pub(super) fn new(hub: &Hub, by_need: &ByNeed) -> Self {
        let of_site = |(ix, site): (SiteIx, &Site)| {
            let borrowed = borrowed_by_need(hub, site);
            let needs = hub.config.persona(site.persona).needs.iter().enumerate();
            let question = |(at, need): (usize, &Need)| {
                let mut answers: Vec<PlacementIx> = by_need.naming(ix, site, &need.id).collect();
                answers.extend(borrowed.get(&*need.id).into_iter().flatten());
                let shown = site.stages[need.stage].number.is_some();
                let first = answers.first().map(|first| hub.placement(*first).stage);
                let stage = if shown { Some(need.stage) } else { first };
                // Along the journey no more: a long list has the newest first.
                arrange(hub, &mut answers);
                let is_asked = hub.shows_empty() || !answers.is_empty();
                stage.filter(|_| is_asked).map(|stage| SiteQuestion { need: at, stage, answers })
            };
            needs.filter_map(question).collect()
        };
        Self(hub.sites.iter_indexed().map(of_site).collect())
    }

    /// In the order of the card.
    pub(crate) fn of(&self, site: SiteIx) -> &[SiteQuestion] {
        &self.0[site.number()]
    }

    /// Those of one stage, in the order of the card.
    pub(crate) fn at(
        &self,
        site: SiteIx,
        stage: StageIx,
    ) -> impl Iterator<Item = &SiteQuestion> + Clone {
        self.of(site).iter().filter(move |question| question.stage == stage)
    }
}

/// The pages that a site has in the default language only, by the needs that they name.
fn borrowed_by_need<'h>(hub: &'h Hub, site: &'h Site) -> BTreeMap<&'h str, Vec<PlacementIx>> {
    let mut by_need: BTreeMap<&str, Vec<PlacementIx>> = BTreeMap::new();
    for ix in borrowed(hub, site) {
        for need in &hub.facets(hub.placement(ix).doc).front.needs {
            let pages = by_need.entry(&need.value).or_default();
            if pages.last() != Some(&ix) {
                pages.push(ix);
            }
        }
    }
    by_need
}

/// The pages that a site has in the default language only, each once, at the stage that makes its
/// address.
pub(super) fn borrowed<'h>(hub: &'h Hub, site: &'h Site) -> impl Iterator<Item = PlacementIx> {
    let at_home = move |stage: StageIx| move |ix: &PlacementIx| hub.placement(*ix).stage == stage;
    let stages = site.stages.iter_indexed();
    stages.flat_map(move |(at, stage)| stage.borrowed.iter().copied().filter(at_home(at)))
}
