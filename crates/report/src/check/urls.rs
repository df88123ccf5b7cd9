//! A published URL does not vanish without a word.

use super::PublishedUrl;
use etappe_base::finding::{Edit, Finding, Fix, Place, codes};
use etappe_base::source::Span;
use etappe_hub::journey::{DocIx, Hub, State};
use etappe_site::material::Material;
use etappe_site::plan::Plan;

pub(super) fn check(material: &Material, plan: &Plan, published: &[PublishedUrl]) -> Vec<Finding> {
    let hub = &material.hub;
    if hub.edition.preview || hub.edition.only.is_some() {
        return Vec::new();
    }
    let gone = published.iter().filter(|url| plan.find(url.path.as_str()).is_none());
    gone.filter_map(|url| finding(hub, url)).collect()
}

/// `None` where the page is off the sites on purpose, such as a draft or an expired page, or is
/// faulty, which other findings say.
fn finding(hub: &Hub, url: &PublishedUrl) -> Option<Finding> {
    let address = url.path.as_str().trim_end_matches("index.html");
    let message = format!("The published page `/{address}` would vanish.");
    let Some(doc) = hub.docs.iter().position(|doc| doc.facets.file == url.source) else {
        let message = format!(
            "The published page `/{address}` would vanish, since its file `{}` is gone.",
            url.source
        );
        let help = "if the page moved, give its new place the old address: `aliases = [\"/…/\"]`; \
            if it is gone for good, build once to forget it";
        return Some(Finding::on_hub(&codes::URL_CHANGED, message).help(help));
    };
    let doc = DocIx(doc as u32);
    if hub.doc(doc).state != State::Published {
        return None;
    }
    let facets = hub.facets(doc);
    let finding =
        Finding::new(&codes::URL_CHANGED, Place::new(&facets.file, facets.front_span), message);
    let page = hub.page(hub.doc(doc).page);
    // The longest root that holds the address: a language's site stands within its persona's.
    let site = hub
        .site_ixs()
        .filter(|ix| address.starts_with(&format!("{}/", hub.site(*ix).root)))
        .max_by_key(|ix| hub.site(*ix).root.len());
    let placed = site.is_some_and(|site| page.placements.iter().any(|(at, _)| *at == site));
    let Some(site) = site.filter(|_| placed) else {
        return Some(finding.help(
            "the page is no longer on this persona's site; add the persona \
            again if readers still need it there",
        ));
    };
    let alias = format!("/{}", &address[hub.site(site).root.len() + 1..]);
    let finding = finding.help(format!("keep the old address: `aliases = [\"{alias}\"]`"));
    // A list that is there already is for its author to edit.
    let fix = facets.front.aliases.is_empty().then(|| {
        // Right after the opening fence.
        let end = facets.front_span.end;
        let key = if facets.is_yaml {
            format!("\naliases: [\"{alias}\"]")
        } else {
            format!("\naliases = [\"{alias}\"]")
        };
        let place = Place::new(&facets.file, Span { start: end, end });
        Fix { title: format!("Add the alias `{alias}`"), edits: vec![Edit::new(place, key)] }
    });
    Some(finding.maybe_fix(fix))
}
