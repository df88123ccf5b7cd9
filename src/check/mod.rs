//! Rules over the whole hub: one rule, one file. Each takes the material and gives findings.

mod links;

use crate::finding::Finding;
use crate::plan::Material;

/// Applies every rule.
pub fn run(material: &Material) -> Vec<Finding> {
    links::check(material)
}
