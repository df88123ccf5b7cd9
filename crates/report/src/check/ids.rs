//! Every page is known by one id, and no two by the same.

use std::collections::BTreeMap;

use etappe_base::finding::{Edit, Finding, Fix, Place, codes};
use etappe_hub::content::Facets;
use etappe_hub::journey::{Hub, Page};

pub(super) fn check(hub: &Hub) -> Vec<Finding> {
    let mut findings: Vec<Finding> =
        hub.pages.iter().flat_map(|page| differing(hub, page)).collect();
    // Written ids first: whoever writes one has it.
    let (written, others): (Vec<&Page>, Vec<&Page>) =
        hub.pages.iter().partition(|page| hub.written_id(page).is_some());
    let mut known: BTreeMap<&str, &Page> = BTreeMap::new();
    for page in written.into_iter().chain(others) {
        match known.get(hub.page_id(page)) {
            Some(first) => findings.extend(taken(hub, page, first)),
            None => {
                known.insert(hub.page_id(page), page);
            }
        }
    }
    findings
}

/// Where a page's id stands, or would stand.
fn place(facets: &Facets) -> Place {
    let span = facets.front.id.as_ref().map_or(facets.front_span, |_| facets.front.spans.id);
    Place::new(&facets.file, span)
}

/// The files of a page, that in the default language first.
fn files<'h>(hub: &'h Hub, page: &Page) -> impl Iterator<Item = &'h Facets> {
    page.docs.iter().flatten().map(|doc| hub.facets(*doc))
}

fn taken(hub: &Hub, page: &Page, first: &Page) -> Option<Finding> {
    let file = files(hub, page).next()?;
    let holder = files(hub, first).find(|facets| facets.front.id.is_some());
    let id = hub.page_id(page);
    let message = format!("Another page has the id of this one, `{id}`.");
    let finding = Finding::new(&codes::FRONT_ID_TAKEN, place(file), message).help(
        "give this page another `id`, or take that of the other page out, if it was copied \
            by mistake",
    );
    Some(match holder {
        Some(holder) => finding.related(place(holder), "the other page"),
        None => finding,
    })
}

/// Translations that say another id than their page has.
fn differing<'h>(hub: &'h Hub, page: &'h Page) -> impl Iterator<Item = Finding> {
    let id = hub.page_id(page);
    let others = files(hub, page)
        .filter(move |facets| facets.front.id.as_deref().is_some_and(|own| own != id));
    others.map(move |facets| {
        let own = facets.front.id.as_deref().unwrap_or_default();
        let message = format!("The page has the id `{id}`, and this translation `{own}`.");
        // What a folder's defaults say stands in no line of this file.
        let stands_here = facets.front.spans.id != facets.front_span;
        let fix = stands_here.then(|| Fix {
            title: format!("Write `{id}`"),
            edits: vec![Edit::new(place(facets), format!("{id:?}"))],
        });
        Finding::new(&codes::FRONT_ID_DIFFERS, place(facets), message)
            .help("take it out here: the file in the default language says the id of the page")
            .maybe_fix(fix)
    })
}
