//! Joins the parts that were read to material and a plan of all outputs, from nothing or from the
//! content before, in the same way.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::Content;
use super::approval::{HubJudge, KnownDigests, Signed};
use super::reading::{Delta, ReadFindings, ReadPage, Reading};
use etappe_base::index::Ix;
use etappe_compliance::ItemId;
use etappe_hub::config::Config;
use etappe_hub::journey::links::{LinkTable, locate_all};
use etappe_hub::journey::{self, DocIx, Edition, Hub};
use etappe_site::material::{Frames, Material, Searches, Texts};
use etappe_site::plan::{self, Before};
use etappe_site::theme::Theme;

/// The content of the parts that were read. `before` only saves work, and never changes the result.
pub(super) fn join(
    reading: &Reading,
    delta: &Delta,
    (config, theme): (&Arc<Config>, &Arc<Theme>),
    edition: Edition,
    signed: &Signed<'_>,
    before: Option<&Content>,
) -> Content {
    let mut docs: Texts = reading.pages.iter().map(|page| page.doc.clone()).collect();
    let same_places = before.filter(|before| {
        let hub = &before.material.hub;
        !delta.other_files && Arc::ptr_eq(&hub.config, config) && hub.edition == edition
    });
    let renewed = same_places
        .and_then(|before| Some((before, renewed(before, &reading.pages, &delta.pages)?)));
    let known = renewed.as_ref().filter(|(before, _)| is_made_of_the_same(before, reading, theme));
    let known = known.map(|(before, hub)| known_digests(before, hub, &delta.pages));
    let judge = HubJudge::knowing(signed, known.unwrap_or_default());
    let kept = renewed.filter(|(_, hub)| is_judged_the_same(hub, &judge));
    let (hub, links, found) = match kept {
        Some((before, hub)) => {
            let links = links(before, &hub, &docs, &delta.pages);
            // Page and hub share one value: a page whose body alone changed gets the facets that
            // the hub has.
            for at in &delta.pages {
                let ix = DocIx::at(*at);
                docs[ix].facets = Arc::clone(&hub.doc(ix).facets);
            }
            (hub, links, Arc::clone(&before.found))
        }
        None => {
            let facets = docs.iter().map(|doc| Arc::clone(&doc.facets)).collect();
            let (hub, found) =
                journey::build(Arc::clone(config), facets, reading.shelf(), edition, &|hub| {
                    judge.standings(hub)
                });
            let links = Arc::new(locate_all(&hub, docs.as_slice()));
            (Arc::new(hub), links, ReadFindings::from(found))
        }
    };
    let frames = match before.map(|before| &before.material) {
        Some(old) if Arc::ptr_eq(&old.hub, &hub) && Arc::ptr_eq(&old.theme, theme) => {
            Arc::clone(&old.frames)
        }
        _ => Arc::new(Frames::new(&hub, theme)),
    };
    let search = Searches::new(&hub, &docs, theme, before.map(|before| &before.material));
    let material = Material {
        hub,
        docs,
        links,
        references: Arc::clone(&reading.references),
        library: Arc::clone(&reading.library),
        theme: Arc::clone(theme),
        frames,
        search,
    };
    let plan = plan::plan(
        &material,
        before.map(|before| Before { plan: &before.plan, material: &before.material }),
    );
    let approvals = judge.approvals(&material.hub);
    let approvals_found =
        ReadFindings::from(judge.findings(&material.hub, reading.policy.as_deref()));
    let records = Arc::clone(&reading.records);
    Content {
        material,
        plan: Arc::new(plan),
        records,
        approvals,
        digests: judge.into_known(),
        found,
        approvals_found,
    }
}

/// Whether all that digests are worked out from is as it was, but for pages.
fn is_made_of_the_same(before: &Content, reading: &Reading, theme: &Arc<Theme>) -> bool {
    let material = &before.material;
    Arc::ptr_eq(&material.library, &reading.library)
        && Arc::ptr_eq(&material.references, &reading.references)
        && Arc::ptr_eq(&material.theme, theme)
}

/// The digests of before that are true of `hub`, in which these pages changed and none moved: those
/// of all other items. None where a page has another id, by which links of others name it.
fn known_digests(before: &Content, hub: &Hub, changed: &[usize]) -> KnownDigests {
    let page = |at: &usize| hub.page(hub.doc(DocIx::at(*at)).page);
    let old = &before.material.hub;
    if changed.iter().map(page).any(|page| hub.page_id(page) != old.page_id(page)) {
        return KnownDigests::new();
    }
    let mut known = before.digests.clone();
    let ids: BTreeSet<&str> = changed.iter().map(|at| hub.page_id(page(at))).collect();
    known.retain(|item, _| match &item.id {
        ItemId::Page(id) => !ids.contains(id.as_str()),
        ItemId::Claim(_) | ItemId::Module(_) | ItemId::Site => true,
    });
    known
}

/// Whether signatures say of each document what the hub has of them.
fn is_judged_the_same(hub: &Hub, judge: &HubJudge<'_>) -> bool {
    let standings = judge.standings(hub);
    standings.iter().zip(hub.docs.iter()).all(|(now, doc)| *now == doc.standing)
}

/// The hub with the present facets of the changed pages; the very same hub where none differs.
/// `None` where pages move, or where an address that two pages claim may have become free.
fn renewed(before: &Content, pages: &[ReadPage], changed: &[usize]) -> Option<Arc<Hub>> {
    let hub = &before.material.hub;
    let says_other = |at: &&usize| pages[**at].doc.facets != hub.doc(DocIx::at(**at)).facets;
    let other: Vec<_> = changed
        .iter()
        .filter(says_other)
        .map(|at| (DocIx::at(*at), Arc::clone(&pages[*at].doc.facets)))
        .collect();
    match other.as_slice() {
        [] => Some(Arc::clone(hub)),
        _ if !before.found.is_empty() => None,
        other => journey::update(hub, other).map(Arc::new),
    }
}

/// The targets of links, in an unchanged layout: only those of changed pages are looked up again.
fn links(before: &Content, hub: &Hub, docs: &Texts, changed: &[usize]) -> Arc<LinkTable> {
    if changed.is_empty() {
        return Arc::clone(&before.material.links);
    }
    let mut links = (*before.material.links).clone();
    for at in changed {
        let ix = DocIx::at(*at);
        links.locate(hub, ix, &docs[ix]);
    }
    Arc::new(links)
}
