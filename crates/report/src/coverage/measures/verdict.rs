//! Continue, stop, start: what the sums of the last month say of each page, with the rule beside
//! every verdict.

use std::collections::BTreeMap;

use super::address::{AddressMeaning, PublishedAddresses};
use super::store::{Key, Store, Sums};
use super::{Answers, Month, Score};
use crate::coverage::cells::is_overdue;
use crate::coverage::{CellState, Report};
use etappe_base::path::HubPath;
use etappe_hub::config::{LangIx, Measures, PersonaIx, Priority};
use etappe_hub::journey::{Hub, PlacementIx};

/// What to do with a page.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum PageVerdict {
    /// Read and useful.
    Continue,
    /// Among the least-read of its site, and past its review date.
    Stop,
    /// Has views enough, but neither rule applies.
    Watch,
    /// Has fewer views than the hub's minimum.
    NotEnoughData,
}

impl PageVerdict {
    /// In the order of the report.
    pub const ALL: [Self; 4] = [Self::Continue, Self::Stop, Self::Watch, Self::NotEnoughData];

    /// As the JSON report spells it.
    pub fn name(self) -> &'static str {
        ["continue", "stop", "watch", "not-enough-data"][self as usize]
    }

    /// The rule, in words.
    pub fn rule(self, rules: &Measures) -> String {
        let Measures { min_views, stop_share, useful, min_answers, .. } = *rules;
        match self {
            Self::Continue => format!(
                "read and useful: at least {min_views} views, more than the least-read \
                 {stop_share} % of the site, and scored {useful} % or more of its \
                 scale; without {min_answers} answers, it must name a need or an objective"
            ),
            Self::Stop => {
                format!(
                    "among the least-read {stop_share} % of the site's pages with {min_views} \
                     views or more, and past its review date"
                )
            }
            Self::Watch => "neither rule applies".to_owned(),
            Self::NotEnoughData => format!("fewer than {min_views} views"),
        }
    }
}

/// One page on one persona's site.
#[derive(Clone, PartialEq, Debug)]
pub struct Judged {
    /// By the rules of hub.toml, among the pages of the same site.
    pub verdict: PageVerdict,
    /// Whose site it is.
    pub persona: PersonaIx,
    /// Of the site, and so of the file.
    pub lang: LangIx,
    /// The page's file in that language.
    pub file: HubPath,
    /// From front matter.
    pub title: String,
    /// In the month; 0 where none were imported.
    pub views: u64,
    /// Views of the month before; `None` where nothing of that month was imported.
    pub before: Option<u64>,
    /// Every scale with an answer in the month, also those with too few to show.
    pub scores: Vec<Score>,
}

/// One thing to begin with.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Start {
    /// A gap of high priority.
    Gap {
        /// Of its cell.
        lang: LangIx,
        /// Of its cell: persona and stage.
        name: String,
        /// What to do.
        why: String,
    },
    /// An address that readers ask for and where nothing stands.
    Demand {
        /// The address, as it was measured.
        path: String,
        /// In the month.
        views: u64,
    },
}

/// The scores of all pages of a persona together, in the month and in the one before.
#[derive(Clone, PartialEq, Debug)]
pub struct PersonaScores {
    pub persona: PersonaIx,
    pub scores: Vec<Score>,
    pub before: Vec<Score>,
}

/// Everything that the last month says.
#[derive(Clone, PartialEq, Debug)]
pub struct Measured {
    /// The last one that was imported.
    pub month: Month,
    /// By verdict, then views, most first, then file.
    pub pages: Vec<Judged>,
    /// Gaps of high priority in the order of the queue, then demand, most views first.
    pub start: Vec<Start>,
    /// Personas with an answer in the month, in the hub's order.
    pub scores: Vec<PersonaScores>,
}

/// Judges the hub's pages by the last month that was imported. `None`: nothing was imported.
pub fn join(hub: &Hub, report: &Report<'_>, store: &Store) -> Option<Measured> {
    let month = store.sums.keys().map(|(month, _)| *month).max()?;
    let addresses = PublishedAddresses::new(hub);
    let now = resolved(store, month, &addresses);
    let had = store.sums.keys().any(|(own, _)| *own == month.before());
    let before = resolved(store, month.before(), &addresses);
    let rules = &hub.config.measures;
    let mut pages: Vec<Judged> = Vec::new();
    let asked = |lang: LangIx| report.languages.iter().any(|matrix| matrix.lang == lang);
    for site in hub.sites.iter().filter(|site| asked(site.lang)) {
        let on_site: Vec<Judged> =
            site.walk.iter().map(|ix| page(hub, *ix, &now, had.then_some(&before))).collect();
        pages.extend(judge(hub, on_site, rules));
    }
    pages.sort_by(|a, b| {
        (a.verdict, b.views, a.persona, &a.file).cmp(&(b.verdict, a.views, b.persona, &b.file))
    });
    Some(Measured {
        month,
        pages,
        start: start(report, &now, rules),
        scores: scores(hub, &now, &before),
    })
}

/// The sums of a month. An address that had no page when it was imported may have one now.
fn resolved(store: &Store, month: Month, addresses: &PublishedAddresses) -> BTreeMap<Key, Sums> {
    let mut all: BTreeMap<Key, Sums> = BTreeMap::new();
    for ((_, key), sums) in store.sums.iter().filter(|((own, _), _)| *own == month) {
        let key = match key {
            Key::Path(path) => match addresses.find(path) {
                AddressMeaning::Page { file, persona } => Key::Page { file, persona },
                AddressMeaning::Frame => continue,
                AddressMeaning::Nothing(path) => Key::Path(path),
            },
            page => page.clone(),
        };
        all.entry(key).or_default().add(sums);
    }
    all
}

fn page(
    hub: &Hub,
    ix: PlacementIx,
    now: &BTreeMap<Key, Sums>,
    before: Option<&BTreeMap<Key, Sums>>,
) -> Judged {
    let placement = hub.placement(ix);
    let facets = hub.facets(placement.doc);
    let persona = hub.site(placement.site).persona;
    let key =
        Key::Page { file: facets.file.clone(), persona: hub.config.persona(persona).id.clone() };
    let sums = now.get(&key).copied().unwrap_or_default();
    Judged {
        verdict: PageVerdict::Watch,
        persona,
        lang: facets.lang(),
        file: facets.file.clone(),
        title: facets.front.title.clone(),
        views: sums.views.unwrap_or(0),
        before: before.map(|before| before.get(&key).and_then(|sums| sums.views).unwrap_or(0)),
        scores: sums.answers.scores(),
    }
}

/// Gives the pages of one site their verdicts.
fn judge(hub: &Hub, mut pages: Vec<Judged>, rules: &Measures) -> Vec<Judged> {
    let read: Vec<u64> = pages
        .iter()
        .map(|page| page.views)
        .filter(|views| *views >= u64::from(rules.min_views))
        .collect();
    let least = read.len() * rules.stop_share as usize / 100;
    for page in &mut pages {
        let is_enough = page.views >= u64::from(rules.min_views);
        let is_least_read = read.iter().filter(|views| **views < page.views).count() < least;
        let doc = hub.docs.iter().find(|doc| doc.facets.file == page.file);
        let is_late =
            doc.is_some_and(|doc| is_overdue(&doc.facets, &hub.config, hub.edition.as_of));
        let has_aim = doc.is_some_and(|doc| {
            !doc.facets.front.needs.is_empty() || !doc.facets.front.objectives.is_empty()
        });
        let shown: Vec<&Score> =
            page.scores.iter().filter(|score| score.n >= u64::from(rules.min_answers)).collect();
        let is_useful = if shown.is_empty() {
            has_aim
        } else {
            shown.iter().all(|score| score.share() >= f64::from(rules.useful))
        };
        page.verdict = match (is_enough, is_least_read) {
            (false, _) => PageVerdict::NotEnoughData,
            (true, true) if is_late => PageVerdict::Stop,
            (true, false) if is_useful => PageVerdict::Continue,
            _ => PageVerdict::Watch,
        };
    }
    pages
}

/// Gaps of high priority, then addresses that readers ask for in vain, most views first.
fn start(report: &Report<'_>, now: &BTreeMap<Key, Sums>, rules: &Measures) -> Vec<Start> {
    let mut all = Vec::new();
    for matrix in &report.languages {
        for next in matrix.queue.iter().filter(|next| {
            next.priority == Priority::High && matches!(next.state, CellState::Gap(_))
        }) {
            all.push(Start::Gap {
                lang: matrix.lang,
                name: report.cell_name(matrix.lang, next.persona, next.stage),
                why: next.why.clone(),
            });
        }
    }
    let mut demand: Vec<(u64, &str)> = now
        .iter()
        .filter_map(|(key, sums)| match key {
            Key::Path(path) => Some((sums.views.unwrap_or(0), path.as_str())),
            Key::Page { .. } => None,
        })
        .filter(|(views, _)| *views >= u64::from(rules.start_views))
        .collect();
    demand.sort_by(|a, b| (b.0, a.1).cmp(&(a.0, b.1)));
    all.extend(
        demand.into_iter().map(|(views, path)| Start::Demand { path: path.to_owned(), views }),
    );
    all
}

fn scores(
    hub: &Hub,
    now: &BTreeMap<Key, Sums>,
    before: &BTreeMap<Key, Sums>,
) -> Vec<PersonaScores> {
    let of = |id: &str, sums: &BTreeMap<Key, Sums>| {
        let mut all = Answers::default();
        for (_, sums) in
            sums.iter().filter(|(key, _)| matches!(key, Key::Page { persona, .. } if persona == id))
        {
            all.add(&sums.answers);
        }
        all.scores()
    };
    let one = |persona: PersonaIx| {
        let id = &hub.config.persona(persona).id;
        PersonaScores { persona, scores: of(id, now), before: of(id, before) }
    };
    hub.config.targeted_ixs().map(one).filter(|one| !one.scores.is_empty()).collect()
}
