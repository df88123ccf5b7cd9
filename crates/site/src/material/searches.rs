//! What is searched on each site, and the digest of all that a search finds and shows.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::questions::borrowed;
use super::{Material, Texts};
use crate::theme::Theme;
use etappe_base::hash::{Digest, Hasher};
use etappe_hub::config::PersonaIx;
use etappe_hub::content::Document;
use etappe_hub::journey::{DocIx, Hub, PlacementIx, Site, SiteIx};

/// The file that a site's search begins with, below the site's root.
pub(crate) const INDEX: &str = "search/index.json";

/// What is searched, by site. Empty where the hub wants no search, or its theme has no place for
/// one.
#[derive(Default)]
pub struct Searches(Vec<Arc<SiteSearch>>);

/// The pages of one site that are searched.
pub(crate) struct SiteSearch {
    /// In the order of the walk, then those in the default language: a page's place is its number.
    pub pages: Vec<PlacementIx>,
    /// Those pages' documents.
    pub docs: Vec<Document>,
    /// Of all that the pages are found by, and all that a search shows of them.
    pub digest: Digest,
}

impl Searches {
    /// Gathers what is searched. Sites whose pages say what they said in `before` are taken from
    /// there.
    pub fn new(hub: &Hub, docs: &Texts, theme: &Theme, before: Option<&Material>) -> Self {
        if !is_searched(hub, theme) {
            return Self::default();
        }
        let before = before.filter(|before| {
            Arc::ptr_eq(&before.hub.layout, &hub.layout) && before.hub.edition == hub.edition
        });
        let touched = before.map(|before| touched(hub, docs, before));
        let site = |ix: SiteIx| {
            let site = hub.site(ix);
            let known = before.filter(|_| {
                touched.as_ref().is_some_and(|touched| !touched.contains(&site.persona))
            });
            match known.and_then(|before| before.search.0.get(usize::from(ix.0))) {
                Some(known) => Arc::clone(known),
                None => Arc::new(SiteSearch::new(hub, docs, site)),
            }
        };
        Self(hub.site_ixs().map(site).collect())
    }

    /// What is searched on a site; `None` where it has no search.
    pub(crate) fn of(&self, site: SiteIx) -> Option<&SiteSearch> {
        self.0.get(usize::from(site.0)).map(|search| &**search)
    }

    /// Whether all sites are searched for the same as in `other`.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        self.0.len() == other.0.len()
            && self.0.iter().zip(&other.0).all(|(own, other)| Arc::ptr_eq(own, other))
    }
}

/// Whether sites can be searched.
pub(super) fn is_searched(hub: &Hub, theme: &Theme) -> bool {
    hub.config.hosting.search && theme.templates.searched
}

/// The personas to whom some page says other things than it did in `before`. The layout must be the
/// same.
fn touched(hub: &Hub, docs: &Texts, before: &Material) -> BTreeSet<PersonaIx> {
    let same = |(ix, doc): &(DocIx, &Document)| {
        let old = &before.docs[*ix];
        Arc::ptr_eq(&doc.facets, &old.facets) && Arc::ptr_eq(&doc.bodies, &old.bodies)
    };
    let changed = docs.iter_indexed().filter(|page| !same(page)).map(|(ix, _)| hub.doc(ix));
    changed
        .flat_map(|doc| &hub.page(doc.page).placements)
        .map(|(site, _)| hub.site(*site).persona)
        .collect()
}

impl SiteSearch {
    fn new(hub: &Hub, docs: &Texts, site: &Site) -> Self {
        let is_found = |ix: &PlacementIx| hub.facets(hub.placement(*ix).doc).front.search;
        let own = site.walk.iter().copied();
        let pages: Vec<PlacementIx> = own.chain(borrowed(hub, site)).filter(is_found).collect();
        let mut hasher = Hasher::new("search");
        let docs: Vec<Document> =
            pages.iter().map(|ix| docs[hub.placement(*ix).doc].clone()).collect();
        for (ix, doc) in pages.iter().zip(&docs) {
            let placement = hub.placement(*ix);
            hasher.text(&hub.site(placement.site).root).text(&placement.path);
            hasher.text(hub.doc(placement.doc).state.mark());
            hasher.digest(doc.facets.shown).digest(doc.body(site.persona).digest);
        }
        Self { pages, docs, digest: hasher.finish() }
    }
}
