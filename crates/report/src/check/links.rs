//! Every link of every page leads somewhere, on each site that shows the page.

use rayon::prelude::*;

use etappe_base::finding::Finding;
use etappe_hub::journey::links;
use etappe_site::plan::Material;

pub(super) fn check(material: &Material) -> Vec<Finding> {
    let docs = material.docs.par_iter().zip(material.hub.doc_ixs().collect::<Vec<_>>());
    docs.flat_map_iter(|(doc, ix)| links::findings(&material.hub, ix, &doc.bodies, &material.links))
        .collect()
}
