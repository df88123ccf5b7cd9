//! The findings about links: which links a page has, and what is wrong with each.

use std::collections::BTreeMap;

use super::expiry::expires;
use super::nowhere::{self, broken, by_date, hindered, miscased, no_anchor};
use super::{FrontLinks, Hindrance, LinkTable, LinkUse, bridge, of_front};
use crate::config::LangIx;
use crate::content::{Body, Link, LinkKind};
use crate::journey::address::Located;
use crate::journey::barred;
use crate::journey::{DocIx, Hub, SiteIx, State};
use etappe_base::finding::{Finding, MOST_SUGGESTIONS, Place, codes};
use etappe_base::path::HubPath;
use etappe_base::source::Span;

/// The findings about one document's links, on all sites that show them. A page on no site is
/// checked too: its links are checked against the hub, not against a site.
pub fn findings(hub: &Hub, doc: DocIx, bodies: &[Body], table: &LinkTable) -> Vec<Finding> {
    let facets = hub.facets(doc);
    let page = hub.page(hub.doc(doc).page);
    let sites: Vec<SiteIx> = match hub.doc(doc).state {
        // Links that are broken on its day are reported before it comes.
        State::Scheduled(_) => hub.sites_of(facets).collect(),
        _ => page
            .placements
            .iter()
            .map(|(site, _)| *site)
            .filter(|site| hub.site(*site).lang == facets.lang())
            .collect(),
    };
    let of_front = of_front(&facets.front);
    // A link that several variants have is one link, on all the sites that show any of them.
    let mut uses: Vec<LinkUse<'_>> = Vec::new();
    let mut known: BTreeMap<(Option<&HubPath>, Span, &str), usize> = BTreeMap::new();
    for (variant, body) in bodies.iter().enumerate() {
        let shown = |site: &&SiteIx| {
            bodies.len() == 1 || facets.variant(hub.site(**site).persona) == variant
        };
        let here: Vec<SiteIx> = sites.iter().filter(shown).copied().collect();
        for (link, located) in written(body, &of_front).zip(table.of(doc, variant).of_site()) {
            let at = match bodies.len() {
                1 => uses.len(),
                _ => *known
                    .entry((link.module.as_ref(), link.span, &link.dest))
                    .or_insert(uses.len()),
            };
            match uses.get_mut(at) {
                Some(known) => {
                    known.sites.extend(&here);
                    known.variants.push(variant);
                }
                None => uses.push(LinkUse {
                    doc,
                    link,
                    located,
                    sites: here.clone(),
                    variants: vec![variant],
                }),
            }
        }
    }
    let is_next = |link: &LinkUse<'_>| {
        facets.front.next.is_some()
            && link.link.kind == LinkKind::Page
            && link.link.module.is_none()
            && link.link.span == facets.front.spans.next
    };
    let mut findings = Vec::new();
    for link in &uses {
        let place = link.link.place(&facets.file);
        let suggests = findings.len() < MOST_SUGGESTIONS;
        findings.extend(match is_next(link) {
            true => next(hub, link, place, suggests),
            false => one(hub, link, place, suggests),
        });
    }
    findings.extend(bridge::finding(hub, doc, &sites, table));
    findings.extend(unread(hub, doc, bodies));
    findings
}

/// The links that stay on the page's own sites, in the order of
/// [`super::PageLinks::of_site`].
fn written<'d>(body: &'d Body, of_front: &'d FrontLinks) -> impl Iterator<Item = &'d Link> {
    body.links.iter().chain(&of_front.image).chain(&of_front.next)
}

/// The findings about links that are text, since their addresses hold spaces.
fn unread(hub: &Hub, doc: DocIx, bodies: &[Body]) -> Vec<Finding> {
    let all: BTreeMap<Span, &Link> =
        bodies.iter().flat_map(|body| &body.unread).map(|link| (link.span, link)).collect();
    all.into_values().filter_map(|link| nowhere::unread(hub, doc, link)).collect()
}

/// The finding about a page's `next`, which leads to a page of the hub or is left out.
fn next(hub: &Hub, used: &LinkUse<'_>, place: Place, suggests: bool) -> Option<Finding> {
    let no_page = |message: String| {
        let finding = Finding::new(&codes::LINK_BROKEN, place.clone(), message);
        Some(finding.help(
            "name a page of the hub, such as `next = \"../service/mri.md\"`, or leave `next` out",
        ))
    };
    let dest = &used.link.dest;
    let finding = match used.located.page() {
        Some(page) if page == hub.doc(used.doc).page => {
            no_page("The page names itself as `next`.".to_owned())
        }
        Some(_) => one(hub, used, place, suggests),
        None if *used.located == Located::Broken => one(hub, used, place, suggests),
        None => no_page(format!("`next` is no page of the hub: `{dest}`.")),
    };
    finding.map(|finding| finding.label("readers go on along the journey instead"))
}

/// The finding about one link, if there is any. Near names are looked for only if it `suggests`
/// them.
pub(super) fn one(hub: &Hub, used: &LinkUse<'_>, place: Place, suggests: bool) -> Option<Finding> {
    let LinkUse { doc, link, located, sites, .. } = used;
    match located {
        Located::Broken => Some(
            nowhere::with_slashes(hub, *doc, link, &place)
                .unwrap_or_else(|| broken(hub, *doc, link, place, suggests)),
        ),
        Located::Barred | Located::External => barred::faulty(link, place),
        Located::Miscased { name, .. } => Some(miscased(link, name, place)),
        Located::Here { fragment } => no_anchor(hub, used, *doc, fragment, place, suggests),
        Located::Page { page, fragment, .. } => {
            let leads = |site: SiteIx| {
                hub.on_site(*page, site).or_else(|| hub.in_default_language(*page, site)).is_some()
            };
            let kept: Vec<(SiteIx, Hindrance)> = sites
                .iter()
                .filter(|site| !leads(**site))
                .map(|site| (*site, hub.hindrance(*page, *site)))
                .collect();
            // A fault that somebody has to correct comes before one that a day brings and takes
            // away.
            let first = kept
                .iter()
                .find(|(_, hindrance)| *hindrance != Hindrance::ByDate)
                .or(kept.first())
                .map(|(_, first)| *first);
            let docs = &hub.page(*page).docs;
            let target = docs[usize::from(hub.facets(*doc).lang().0)]
                .or(docs[usize::from(LangIx::DEFAULT.0)]);
            let no_anchor =
                |target: DocIx| no_anchor(hub, used, target, fragment, place.clone(), suggests);
            match (first, target) {
                (Some(Hindrance::Faulty), _) => None,
                (Some(Hindrance::ByDate), Some(target)) => {
                    by_date(hub, used, target, place.clone()).and_then(|found| {
                        // A heading that is not there would be an error on the day that the target
                        // comes.
                        let comes = matches!(hub.doc(target).state, State::Scheduled(_));
                        comes.then(|| no_anchor(target)).flatten().or(Some(found))
                    })
                }
                (Some(first), _) => Some(hindered(hub, *page, first, &kept, used, place.clone())),
                (None, target) => {
                    no_anchor(target?).or_else(|| expires(hub, used, target?, place.clone()))
                }
            }
        }
        _ => None,
    }
}
