//! Which personas' pages lead on to which other personas, and which never do.

use std::collections::{BTreeMap, BTreeSet};

use etappe_base::path::HubPath;
use etappe_hub::config::{LangIx, PersonaIx};
use etappe_hub::journey::bridge::{BridgeEnd, BridgeWay};
use etappe_hub::journey::{Hub, PageIx, State};

/// From the pages of one persona to the site of another. Both are targeted, and have published
/// pages.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BridgePair {
    /// Whose readers pass on.
    pub from: PersonaIx,
    /// Whom they pass on to.
    pub to: PersonaIx,
    /// How many pages have such a bridge; a page and its translations are one.
    pub count: usize,
    /// Their files, sorted; empty where the bridge is missing.
    pub pages: Vec<HubPath>,
}

/// Every pair, personas in the hub's order, for the languages of the report. Empty where no page of
/// the hub has a bridge: such a hub misses none.
pub(super) fn bridges(hub: &Hub, langs: &[LangIx]) -> Vec<BridgePair> {
    if hub.docs.iter().all(|doc| doc.facets.front.bridge.is_none()) {
        return Vec::new();
    }
    let mut sides: BTreeSet<PersonaIx> = BTreeSet::new();
    let mut found: BTreeMap<(PersonaIx, PersonaIx), Bridging> = BTreeMap::new();
    for placement in &hub.placements {
        let (doc, site) = (hub.doc(placement.doc), hub.site(placement.site));
        if doc.state != State::Published || !langs.contains(&site.lang) {
            continue;
        }
        sides.insert(site.persona);
        if let Some(way) = hub.bridge(placement).filter(|way| is_open(hub, *way)) {
            let bridging = found.entry((site.persona, way.persona)).or_default();
            bridging.pages.insert(doc.page);
            bridging.files.insert(doc.facets.file.clone());
        }
    }
    let pairs = sides.iter().flat_map(|from| sides.iter().map(move |to| (*from, *to)));
    let apart = pairs.filter(|(from, to)| from != to);
    apart
        .map(|(from, to)| {
            let Bridging { pages, files } = found.remove(&(from, to)).unwrap_or_default();
            BridgePair { from, to, count: pages.len(), pages: files.into_iter().collect() }
        })
        .collect()
}

/// The pages that lead from one persona to another.
#[derive(Default)]
struct Bridging {
    pages: BTreeSet<PageIx>,
    files: BTreeSet<HubPath>,
}

/// Whether readers find something published at the end: a preview shows drafts too.
fn is_open(hub: &Hub, way: BridgeWay) -> bool {
    let is_published = |placement| hub.doc(hub.placement(placement).doc).state == State::Published;
    match hub.bridge_end(way) {
        Some(BridgeEnd::Page(placement)) => is_published(placement),
        Some(BridgeEnd::Home(site)) => {
            hub.site(site).stages.iter().any(|stage| stage.listed().any(is_published))
        }
        None => false,
    }
}
