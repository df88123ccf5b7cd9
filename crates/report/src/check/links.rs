//! Every link of every page leads somewhere, on each site that shows the page.

use rayon::prelude::*;

use etappe_base::finding::Finding;
use etappe_hub::journey::{DocIx, links};
use etappe_site::material::Material;

pub(super) fn check(material: &Material) -> Vec<Finding> {
    let ixs: Vec<DocIx> = material.docs.indexes().collect();
    let docs = material.docs.as_slice().par_iter().zip(ixs);
    docs.flat_map_iter(|(doc, ix)| links::findings(&material.hub, ix, &doc.bodies, &material.links))
        .collect()
}
