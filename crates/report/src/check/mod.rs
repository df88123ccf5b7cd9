//! Rules over the whole hub: one rule, one file. Each takes the material and gives findings.

mod assets;
mod audience;
mod cards;
mod citations;
mod claims;
mod coming;
mod furniture;
mod ids;
mod images;
mod leaks;
mod length;
mod links;
mod needs;
mod own;
mod products;
mod reserved;
mod segments;
mod slugs;
mod translations;
mod urls;
mod variants;
mod walk;

use std::collections::BTreeSet;

use rayon::prelude::*;

use etappe_base::finding::Finding;
use etappe_base::path::{HubPath, OutPath};
use etappe_site::material::Material;
use etappe_site::plan::Plan;

pub use leaks::{Excuses, LeakGuard};
pub use translations::{Commits, behind_by_commits, undated};

/// One page's address on a persona's site, as an earlier build published it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PublishedUrl {
    /// Relative to the folder of outputs.
    pub path: OutPath,
    /// The page's file at that time.
    pub source: HubPath,
}

/// Applies every rule. `published` are the pages of the last build; empty where none is known.
pub fn run(
    material: &Material,
    plan: &Plan,
    published: &[PublishedUrl],
    commits: &Commits,
) -> Vec<Finding> {
    let rules: [&(dyn Fn() -> Vec<Finding> + Sync); 21] = [
        &|| links::check(material),
        &|| assets::check(material),
        &|| audience::check(material),
        &|| cards::check(material),
        &|| citations::check(material),
        &|| claims::check(material),
        &|| coming::check(material, plan),
        &|| furniture::check(material),
        &|| ids::check(&material.hub),
        &|| products::check(material),
        &|| images::check(material),
        &|| length::check(material),
        &|| needs::check(material),
        &|| own::check(material, plan),
        &|| reserved::check(material),
        &|| segments::check(material),
        &|| slugs::check(&material.hub),
        &|| translations::check(&material.hub, commits),
        &|| urls::check(material, plan, published),
        &|| variants::check(material),
        &|| walk::check(material),
    ];
    let mut findings = rules.par_iter().flat_map_iter(|rule| rule()).collect();
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
