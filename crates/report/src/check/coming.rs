//! A page that is scheduled for a day must find its address free then. The finding comes as soon as
//! somebody writes the page, so the day itself brings no error.

use std::collections::BTreeMap;

use etappe_base::date::Day;
use etappe_base::finding::{Finding, Place, codes};
use etappe_hub::journey::{DocIx, Hub, State};
use etappe_site::kinds::{Role, alias_file};
use etappe_site::material::Material;
use etappe_site::plan::Plan;

pub(super) fn check(material: &Material, plan: &Plan) -> Vec<Finding> {
    let hub = &*material.hub;
    if hub.edition.preview {
        // A preview has all of these pages already.
        return Vec::new();
    }
    let mut claims: BTreeMap<String, Vec<Stay>> = BTreeMap::new();
    for ix in hub.doc_ixs() {
        let State::Scheduled(from) = hub.doc(ix).state else { continue };
        for path in addresses(hub, ix).into_iter().filter(|_| !hub.facets(ix).blocked) {
            claims.entry(path).or_default().push(Stay::new(hub, ix, from));
        }
    }
    let mut findings: BTreeMap<(DocIx, DocIx), Finding> = BTreeMap::new();
    for (path, mut stays) in claims {
        match plan.find(&path).map(|node| node.recipe) {
            Some(recipe) if matches!(recipe.role(), Role::Page | Role::Alias) => {
                let page = recipe.page(hub);
                stays.extend(page.map(|doc| Stay::new(hub, doc, hub.edition.as_of)));
            }
            Some(other) => {
                let first = &stays[0];
                let taken = || {
                    Finding::new(
                        &codes::URL_COLLISION,
                        place(hub, first.doc),
                        format!("`{path}` is already {}.", other.called(material)),
                    )
                };
                let help = "change the page's `slug` or `aliases`: it is left out on the day that \
                    it comes";
                findings.entry((first.doc, first.doc)).or_insert_with(|| taken().help(help));
            }
            None => {}
        }
        stays.sort_unstable();
        let mut longest = stays[0];
        for stay in &stays[1..] {
            if stay.doc != longest.doc && longest.until.is_none_or(|until| stay.from < until) {
                let (first, second) = (longest.doc.min(stay.doc), longest.doc.max(stay.doc));
                findings
                    .entry((first, second))
                    .or_insert_with(|| collision(hub, first, second, &path, stay.from));
            }
            let stays_longer =
                longest.until.is_some_and(|until| stay.until.is_none_or(|own| own > until));
            longest = if stays_longer { *stay } else { longest };
        }
    }
    findings.into_values().collect()
}

/// How long a page is at an address.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Stay {
    from: Day,
    doc: DocIx,
    /// The first day without it.
    until: Option<Day>,
}

impl Stay {
    fn new(hub: &Hub, doc: DocIx, from: Day) -> Self {
        Self { from, doc, until: hub.doc(doc).ends() }
    }
}

/// Where a page will stand, on each site, and its old addresses.
fn addresses(hub: &Hub, ix: DocIx) -> Vec<String> {
    let facets = hub.facets(ix);
    let own: Vec<String> = hub
        .page_path(facets)
        .into_iter()
        .chain(facets.front.aliases.iter().map(|alias| alias_file(&alias.value)))
        .collect();
    hub.sites_of(facets)
        .flat_map(|site| own.iter().map(move |path| format!("{}/{path}", hub.site(site).root)))
        .collect()
}

fn place(hub: &Hub, ix: DocIx) -> Place {
    Place::new(&hub.facets(ix).file, hub.facets(ix).front_span)
}

fn collision(hub: &Hub, first: DocIx, second: DocIx, path: &str, day: Day) -> Finding {
    let address = path.trim_end_matches("index.html");
    let (file, other) = (&hub.facets(first).file, &hub.facets(second).file);
    let message = format!("`{file}` and `{other}` would both be `/{address}` from {day} on.");
    Finding::new(&codes::URL_COLLISION, place(hub, second), message)
        .label("one of them is left out then")
        .help(
            "give one of them another `slug`, or let the one expire on the day that the other \
            is published",
        )
        .related(place(hub, first), "the other page")
}
