//! A hub whose pages say other words, but stand where they stood: its layout is kept.

use std::sync::Arc;

use super::build::reading_order;
use super::{DocIx, Hub, PlacementIx, State};
use crate::content::Facets;

/// The hub with other facets of some of its documents, in the same layout; `None` where they change
/// the layout.
pub fn update(hub: &Hub, changed: &[(DocIx, Arc<Facets>)]) -> Option<Hub> {
    if !changed.iter().all(|(ix, facets)| stands_the_same(hub, *ix, facets)) {
        return None;
    }
    let mut docs = hub.docs.clone();
    for (ix, facets) in changed {
        docs[*ix].facets = Arc::clone(facets);
    }
    let hub = Hub {
        config: Arc::clone(&hub.config),
        edition: hub.edition,
        docs,
        layout: Arc::clone(&hub.layout),
    };
    changed.iter().all(|(ix, _)| is_in_order(&hub, *ix)).then_some(hub)
}

/// Whether a document has the same placements, at the same addresses, that it had.
fn stands_the_same(hub: &Hub, ix: DocIx, facets: &Facets) -> bool {
    let (doc, before) = (hub.doc(ix), hub.facets(ix));
    // A document that lost its place to another file stands or falls with that file.
    let on = |facets: &Facets| State::of(facets, hub.edition.as_of).signed(doc.standing.as_deref());
    let state = on(facets);
    before.file == facets.file
        && before.name == facets.name
        && before.blocked == facets.blocked
        && state == doc.state
        && on(before) == state
        && before.front.audience == facets.front.audience
        && before.front.stages == facets.front.stages
        && before.front.slug == facets.front.slug
}

/// Whether a document stands rightly between its neighbours, in every list that it is in.
fn is_in_order(hub: &Hub, ix: DocIx) -> bool {
    let page = hub.page(hub.doc(ix).page);
    page.placements.iter().filter(|(_, placement)| hub.placement(*placement).doc == ix).all(
        |(site, placement)| {
            let lists = hub
                .facets(ix)
                .front
                .stages
                .iter()
                .map(|stage| &hub.site(*site).stages[*stage].placements);
            lists.into_iter().all(|list| is_between_neighbours(hub, list, *placement))
        },
    )
}

fn is_between_neighbours(hub: &Hub, list: &[PlacementIx], own: PlacementIx) -> bool {
    let Some(at) = list.iter().position(|ix| *ix == own) else { return false };
    let around = &list[at.saturating_sub(1)..(at + 2).min(list.len())];
    around.windows(2).all(|two| reading_order(hub, two[0]) < reading_order(hub, two[1]))
}
