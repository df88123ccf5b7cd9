//! Shares of a persona's site: generic and promotional pages, the voice of each product, and how
//! much is new each month.

use std::collections::{BTreeMap, BTreeSet};

use super::axes::{Placed, placed};
use etappe_base::source::values;
use etappe_hub::config::{LangIx, PersonaIx, StageIx};
use etappe_hub::content::{Audience, Kind};
use etappe_hub::journey::{Doc, Hub, State};

/// The channel of pages that name none: every page is on its persona's web site.
const WEB: &str = "web";

/// How many published pages of each sort a persona has in one language.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SiteShares {
    /// The only language of the pages counted.
    pub lang: LangIx,
    /// Its segment is targeted.
    pub persona: PersonaIx,
    /// Each once, at however many stages it stands.
    pub pages: usize,
    /// Pages that are for all personas.
    pub generic: usize,
    /// Pages of the kind promo.
    pub promo: usize,
    /// More generic pages than hub.toml allows.
    pub too_generic: bool,
    /// More promotional pages than hub.toml allows.
    pub too_promotional: bool,
    /// Stages with a page about a product.
    pub voices: Vec<Voice>,
}

/// How many pages of a stage are about each product. A page about two counts for both.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Voice {
    /// Of the persona's journey; one without a page about a product has no entry.
    pub stage: StageIx,
    /// Placements by product.
    pub products: BTreeMap<String, usize>,
}

/// New pages of one month for one persona on one channel; a page and its translations are one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Cadence {
    /// Its segment is targeted.
    pub persona: PersonaIx,
    /// From front matter; `web` for pages that name none.
    pub channel: String,
    /// `2026-11`.
    pub month: String,
    /// Counted in the first month that any of a page's languages has.
    pub pages: usize,
    /// The persona's `max_new_per_month`.
    pub max: Option<u32>,
}

impl Cadence {
    /// Whether there are more new pages than `max`; never without one.
    pub fn is_over(&self) -> bool {
        self.max.is_some_and(|max| self.pages > max as usize)
    }
}

/// A part of a whole in per cent, rounded to the nearest; of nothing, 0.
pub(super) fn percent(part: usize, whole: usize) -> usize {
    (200 * part + whole).checked_div(2 * whole).unwrap_or(0)
}

pub(super) fn shares(hub: &Hub, lang: LangIx) -> Vec<SiteShares> {
    let placed = placed(hub, lang);
    hub.config.targeted_ixs().map(|persona| site(hub, lang, persona, &placed)).collect()
}

fn site(hub: &Hub, lang: LangIx, persona: PersonaIx, placed: &[Placed<'_>]) -> SiteShares {
    let targets = hub.config.targets;
    let on_site = |doc: &&Doc| {
        doc.state == State::Published
            && doc.facets.lang() == lang
            && doc.facets.front.audience.includes(persona)
    };
    let docs: Vec<&Doc> = hub.docs.iter().filter(on_site).collect();
    let pages = docs.len();
    let generic = docs.iter().filter(|doc| doc.facets.front.audience == Audience::All).count();
    let promo = docs.iter().filter(|doc| doc.facets.front.kind == Kind::Promo).count();
    let mut voices: BTreeMap<StageIx, BTreeMap<String, usize>> = BTreeMap::new();
    for placed in placed.iter().filter(|placed| placed.persona == persona) {
        for product in values(&placed.doc.facets.front.products).collect::<BTreeSet<_>>() {
            *voices.entry(placed.stage).or_default().entry(product.clone()).or_default() += 1;
        }
    }
    // Counted, not rounded: 41 of 100 is over 40 %, and 40 of 100 is not.
    let over = |part: usize, max: u32| part * 100 > pages * max as usize;
    SiteShares {
        lang,
        persona,
        pages,
        generic,
        promo,
        too_generic: over(generic, targets.max_generic),
        too_promotional: targets.max_promo.is_some_and(|max| over(promo, max)),
        voices: voices.into_iter().map(|(stage, products)| Voice { stage, products }).collect(),
    }
}

/// Pages by the month of the day they are published on, or of their date. Drafts and undated pages
/// are in no month.
pub(super) fn cadence(hub: &Hub) -> Vec<Cadence> {
    let config = &*hub.config;
    let mut counts: BTreeMap<(PersonaIx, String, String), usize> = BTreeMap::new();
    for page in &hub.pages {
        let docs = page.docs.iter().flatten().map(|ix| hub.doc(*ix));
        let out = docs.filter(|doc| {
            matches!(doc.state, State::Published | State::Scheduled(_) | State::Expired(_))
        });
        let dated = out.filter_map(|doc| {
            Some((doc.facets.front.publish_on.or(doc.facets.front.date.map(|date| date.day))?, doc))
        });
        let Some((day, doc)) = dated.min_by_key(|(day, _)| *day) else { continue };
        let front = &doc.facets.front;
        let mut channels: BTreeSet<&str> = values(&front.channels).map(String::as_str).collect();
        if channels.is_empty() {
            channels.insert(WEB);
        }
        for persona in config.targeted_ixs().filter(|persona| front.audience.includes(*persona)) {
            for channel in &channels {
                let month = format!("{:04}-{:02}", day.year(), day.month());
                *counts.entry((persona, (*channel).to_owned(), month)).or_default() += 1;
            }
        }
    }
    let max = |persona: PersonaIx| config.persona(persona).max_new_per_month;
    counts
        .into_iter()
        .map(|((persona, channel, month), pages)| Cadence {
            persona,
            channel,
            month,
            pages,
            max: max(persona),
        })
        .collect()
}
