//! Every link of every page leads somewhere, on each site that shows the page.

use std::collections::BTreeSet;

use rayon::prelude::*;

use etappe_base::finding::Finding;
use etappe_hub::journey::{DocIx, links};
use etappe_site::material::Material;

pub(super) fn check(material: &Material) -> Vec<Finding> {
    let ixs: Vec<DocIx> = material.docs.indexes().collect();
    let docs = material.docs.as_slice().par_iter().zip(ixs);
    let mut findings: Vec<Finding> = docs
        .flat_map_iter(|(doc, ix)| links::findings(&material.hub, ix, &doc.bodies, &material.links))
        .collect();
    if material.library.modules().next().is_some() {
        once_in_modules(&mut findings);
    }
    findings
}

/// Leaves one of equal findings on a module's file, which every page that uses it has.
fn once_in_modules(findings: &mut Vec<Finding>) {
    let mut seen = BTreeSet::new();
    findings.retain(|finding| match &finding.place {
        Some(place) if place.file.as_str().starts_with("modules/") => {
            seen.insert((finding.code.id, place.file.clone(), place.span, finding.message.clone()))
        }
        _ => true,
    });
}
