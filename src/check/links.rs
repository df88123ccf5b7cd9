//! Every link of every page leads somewhere, on each site that shows the page.

use rayon::prelude::*;

use crate::finding::Finding;
use crate::journey::{DocIx, links};
use crate::plan::Material;

pub(super) fn check(material: &Material) -> Vec<Finding> {
    let docs = material.docs.par_iter().zip(material.links.par_iter()).enumerate();
    docs.flat_map_iter(|(at, (doc, located))| links::findings(&material.hub, DocIx(at as u32), &doc.body, located)).collect()
}
