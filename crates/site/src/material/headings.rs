//! Under which heading of a stage each of its pages stands, in which order, and in which year.

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::ops::Range;

use super::lists::StageLists;
use etappe_base::moment::Moment;
use etappe_hub::config::StageIx;
use etappe_hub::content::FrontMatter;
use etappe_hub::journey::{Hub, PlacementIx, SiteIx};

/// How many pages stand under one heading as the route has them. More of them are looked through
/// rather than walked along, so they are put by year, the newest first.
const LONG: usize = 20;

/// A heading of a stage's list, and what stands below it.
pub(crate) struct Heading {
    /// The question, by its place among the needs of the persona's card; `None` for the pages that
    /// answer none.
    pub need: Option<usize>,
    /// Those of the stage that stand under no heading before this one.
    pub pages: Vec<PlacementIx>,
    /// The others: they stand under an earlier heading, or at another stage.
    pub also: Vec<PlacementIx>,
}

/// Where in a long list a page stands: what its author put in order comes first, as it was put, and
/// what has no date comes last. In the order in which they stand.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Era {
    /// Before all years.
    Ordered,
    /// A year, the newest first.
    Year(Reverse<i16>),
    /// Behind all years.
    Undated,
}

impl StageLists<'_> {
    /// The headings of a stage in the order of the persona's card, with at most `limit` of its
    /// pages. The limit is shared by the questions; each leads to one page at least.
    pub(crate) fn headings(&self, ix: SiteIx, at: StageIx, limit: usize) -> Vec<Heading> {
        let hub = self.hub;
        let asked = self.questions.at(ix, at);
        let each = (limit / asked.clone().count().max(1)).max(1);
        let mut placed: BTreeSet<PlacementIx> = BTreeSet::new();
        let is_here =
            |page: PlacementIx| hub.facets(hub.placement(page).doc).front.stages.contains(&at);
        let mut headings = Vec::new();
        for question in asked {
            let answers = question.answers.iter().copied().take(each);
            let (pages, also) = answers.partition(|page| is_here(*page) && placed.insert(*page));
            headings.push(Heading { need: Some(question.need), pages, also });
        }
        let room = limit.saturating_sub(placed.len());
        let listed = hub.site(ix).stages[at].listed();
        let mut pages: Vec<_> = listed.filter(|page| !placed.contains(page)).collect();
        arrange(hub, &mut pages);
        pages.truncate(room);
        if !pages.is_empty() {
            headings.push(Heading { need: None, pages, also: Vec::new() });
        }
        headings
    }
}

impl Heading {
    /// The eras of the pages, each with the places of its pages; empty where there are few pages, or
    /// all of them are of one era.
    pub(crate) fn eras(&self, hub: &Hub) -> Vec<(Era, Range<usize>)> {
        let mut eras: Vec<(Era, Range<usize>)> = Vec::new();
        if self.pages.len() <= LONG {
            return eras;
        }
        for (at, page) in self.pages.iter().enumerate() {
            let own = era(front(hub, *page));
            match eras.last_mut() {
                Some((last, places)) if *last == own => places.end = at + 1,
                _ => eras.push((own, at..at + 1)),
            }
        }
        if eras.len() > 1 { eras } else { Vec::new() }
    }
}

/// Puts the pages of a long list by era, in a year by date. A list that is not long stays as it is,
/// and so do pages that nothing tells apart.
pub(super) fn arrange(hub: &Hub, pages: &mut [PlacementIx]) {
    if pages.len() <= LONG {
        return;
    }
    pages.sort_by_cached_key(|page| {
        let front = front(hub, *page);
        let era = era(front);
        let date = shown_date(front).filter(|_| matches!(era, Era::Year(_)));
        (era, Reverse(date))
    });
}

fn front(hub: &Hub, page: PlacementIx) -> &FrontMatter {
    &hub.facets(hub.placement(page).doc).front
}

fn era(front: &FrontMatter) -> Era {
    match (front.order, shown_date(front)) {
        (Some(_), _) => Era::Ordered,
        (None, Some(moment)) => Era::Year(Reverse(moment.day.year())),
        (None, None) => Era::Undated,
    }
}

/// The date that a list shows of a page.
fn shown_date(front: &FrontMatter) -> Option<Moment> {
    front.updated.or(front.date)
}
