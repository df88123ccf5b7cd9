//! Names that Windows reserves or changes: who builds, checks out or hosts the hub there loses the
//! file, or the whole folder.

use std::collections::BTreeSet;

use etappe_base::finding::{Finding, Place, codes};
use etappe_base::path::is_reserved;
use etappe_hub::content::Facets;
use etappe_site::material::Material;

pub(super) fn check(material: &Material) -> Vec<Finding> {
    let hub = &material.hub;
    let shelf = &hub.addresses.shelf;
    let assets = shelf.beside.iter().chain(&shelf.stat).map(|asset| &asset.file);
    let files = hub.docs.iter().map(|doc| &doc.facets.file).chain(assets);
    // A folder is named once, whatever it holds.
    let mut named = BTreeSet::new();
    let mut findings = Vec::new();
    for file in files {
        let Some((path, name)) = reserved(file.as_str()) else { continue };
        if named.insert(path) {
            findings.push(finding(&format!("The name of `{path}`"), name, Place::file(file)));
        }
    }
    findings.extend(hub.docs.iter().flat_map(|doc| of_addresses(&doc.facets)));
    findings
}

/// The first part of a path that is reserved, and the path that ends with it.
fn reserved(path: &str) -> Option<(&str, &str)> {
    let part = path.split('/').find(|part| is_reserved(part))?;
    let end = part.as_ptr() as usize - path.as_ptr() as usize + part.len();
    Some((&path[..end], part))
}

/// The findings about the addresses that a page writes out.
fn of_addresses(facets: &Facets) -> Vec<Finding> {
    let place = |span| Place::new(&facets.file, span);
    let front = &facets.front;
    let of_alias = front.aliases.iter().filter_map(|alias| {
        let (_, name) = reserved(&alias.value)?;
        Some(finding(&format!("The alias `{}`", alias.value), name, place(alias.span)))
    });
    let slug = front.slug.as_deref().filter(|slug| is_reserved(slug));
    let of_slug = slug.map(|slug| finding("The slug", slug, place(front.spans.slug)));
    of_alias.chain(of_slug).collect()
}

fn finding(what: &str, name: &str, place: Place) -> Finding {
    let message = format!("{what} cannot stand on Windows: `{name}` is reserved there.");
    Finding::new(&codes::FILE_RESERVED, place, message)
        .help("choose another name: letters, digits and hyphens are safe everywhere")
}
