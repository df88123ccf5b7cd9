//! Which pages of the same site a reader may want next to one: those with a need in common, then
//! those of its stage.

use std::collections::{BTreeMap, BTreeSet};

use etappe_base::index::Ix;
use etappe_hub::journey::{Hub, Placement, PlacementIx, Site, SiteIx};

/// How many related pages a page shows at most.
const MOST: usize = 3;

/// How many pages of a need or of a stage are looked at. Two of them may be the page before and the
/// page after.
const WINDOW: usize = MOST + 2;

/// By site, then need: where the pages that name the need stand in the walk, in order.
#[derive(PartialEq)]
pub(super) struct ByNeed(Vec<BTreeMap<String, Vec<u32>>>);

impl ByNeed {
    pub(super) fn new(hub: &Hub) -> Self {
        let of_site = |site: &Site| {
            let mut steps: BTreeMap<String, Vec<u32>> = BTreeMap::new();
            for (step, ix) in site.walk.iter().enumerate() {
                for need in &hub.facets(hub.placement(*ix).doc).front.needs {
                    let steps = steps.entry(need.value.clone()).or_default();
                    if steps.last() != Some(&(step as u32)) {
                        steps.push(step as u32);
                    }
                }
            }
            steps
        };
        Self(hub.sites.iter().map(of_site).collect())
    }

    /// The pages of a site that name a need, in the order of the walk.
    pub(super) fn naming<'s>(
        &'s self,
        ix: SiteIx,
        site: &'s Site,
        need: &str,
    ) -> impl Iterator<Item = PlacementIx> + use<'s> {
        let steps = self.0[ix.number()].get(need);
        steps.into_iter().flatten().map(|step| site.walk[*step as usize])
    }

    /// The pages related to `placement`, without those in `shown`: first those with the most needs
    /// in common, last those that only share its stage. Among equals, the next along the journey
    /// comes first.
    pub(super) fn related(
        &self,
        hub: &Hub,
        placement: &Placement,
        shown: &[Option<PlacementIx>],
    ) -> Vec<PlacementIx> {
        let walk = &hub.site(placement.site).walk;
        let own = placement.step;
        let mut common: BTreeMap<u32, usize> = BTreeMap::new();
        let needs: BTreeSet<&String> =
            hub.facets(placement.doc).front.needs.iter().map(|need| &need.value).collect();
        let with =
            needs.into_iter().filter_map(|need| self.0[usize::from(placement.site.0)].get(need));
        for step in with.flat_map(|steps| ahead(steps, own)) {
            *common.entry(step).or_default() += 1;
        }
        // The walk goes stage by stage, so the pages of a stage are neighbours in it.
        let stage = |ix: &PlacementIx| hub.placement(*ix).stage;
        let start = walk.partition_point(|ix| stage(ix) < placement.stage) as u32;
        let end = walk.partition_point(|ix| stage(ix) <= placement.stage) as u32;
        let steps: Vec<u32> = (own + 1..end).chain(start..own).take(WINDOW).collect();
        for step in steps {
            common.entry(step).or_default();
        }
        let distance = |step: u32| (step + walk.len() as u32 - own) % walk.len() as u32;
        let mut ranked: Vec<(u32, usize)> = common.into_iter().collect();
        ranked.sort_by_key(|(step, common)| (std::cmp::Reverse(*common), distance(*step)));
        let pages = ranked.into_iter().map(|(step, _)| walk[step as usize]);
        pages.filter(|ix| !shown.contains(&Some(*ix))).take(MOST).collect()
    }
}

/// The steps after `own`, then those from the beginning; `own` itself is left out.
fn ahead(steps: &[u32], own: u32) -> impl Iterator<Item = u32> {
    let behind = steps.partition_point(|step| *step <= own);
    steps[behind..]
        .iter()
        .chain(&steps[..behind])
        .copied()
        .filter(move |step| *step != own)
        .take(WINDOW)
}
