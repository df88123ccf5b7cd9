//! A variant is one of another page, and not of itself by whatever way.

use std::collections::BTreeMap;

use etappe_base::finding::{Finding, Place, codes};
use etappe_hub::content::Facets;
use etappe_hub::journey::{DocIx, Hub, PageIx};
use etappe_site::material::Material;

pub(super) fn check(material: &Material) -> Vec<Finding> {
    let hub = &*material.hub;
    let mut findings = Vec::new();
    let mut originals: BTreeMap<PageIx, (PageIx, DocIx)> = BTreeMap::new();
    for ix in hub.doc_ixs() {
        let facets = hub.facets(ix);
        let Some(dest) = &facets.front.variant_of else { continue };
        let page = hub.doc(ix).page;
        match hub.addresses.locate(hub.key_of(ix), dest).page() {
            Some(original) if original == page => {
                let message = "The page names itself as `variant_of`.";
                findings.push(
                    finding(facets, message.to_owned())
                        .help("name the page that was there first, or leave the key out"),
                );
            }
            Some(original) => {
                originals.entry(page).or_insert((original, ix));
            }
            None => findings.push(no_page(hub, ix, dest)),
        }
    }
    findings.extend(circles(hub, &originals));
    findings
}

fn no_page(hub: &Hub, ix: DocIx, dest: &str) -> Finding {
    let help = match hub.addresses.near(hub.key_of(ix), dest, false) {
        Some(near) => format!("did you mean `{}`?", near.path),
        None => "name a page of the hub, such as `variant_of = \"../service/mri.md\"`".to_owned(),
    };
    let message = format!("`variant_of` is no page of the hub: `{dest}`.");
    finding(hub.facets(ix), message).help(help)
}

/// Each circle once, at its first page by path.
fn circles(hub: &Hub, originals: &BTreeMap<PageIx, (PageIx, DocIx)>) -> Vec<Finding> {
    let way_from = |page: PageIx| {
        std::iter::successors(Some(page), |page| originals.get(page).map(|(next, _)| *next))
            .skip(1)
            // No way is longer than there are pages.
            .take(originals.len())
    };
    let circle = |(page, (original, doc)): (&PageIx, &(PageIx, DocIx))| {
        let back = way_from(*page).position(|next| next == *page)?;
        let is_first = way_from(*page).take(back).all(|other| other > *page);
        let (_, other) = originals.get(original).filter(|_| is_first)?;
        let by_way = &hub.facets(*other).file;
        let message = format!("The page is a variant of itself, by way of `{by_way}`.");
        let place = Place::new(by_way, hub.facets(*other).front.spans.variant_of);
        let help = "leave `variant_of` out on the page that was there first";
        Some(finding(hub.facets(*doc), message).help(help).related(place, "which leads back here"))
    };
    originals.iter().filter_map(circle).collect()
}

fn finding(facets: &Facets, message: String) -> Finding {
    let place = Place::new(&facets.file, facets.front.spans.variant_of);
    Finding::new(&codes::FRONT_VARIANT_OF, place, message)
}
