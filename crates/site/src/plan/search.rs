//! The inputs of a site's search, and which files it has.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::Material;
use crate::theme::Theme;
use crate::view::search::{
    FoundPage, Index, IndexInputs, SearchInputs, SearchPart, SearchStage, WordsInputs, is_shown,
    is_whole,
};
use etappe_base::hash::{Digest, Hasher};
use etappe_base::path;
use etappe_hub::config::PersonaIx;
use etappe_hub::content::Document;
use etappe_hub::journey::{Hub, PlacementIx, Site, SiteIx};
use etappe_hub::search::{CHUNK, shards};

/// What is searched, by site. Empty where the hub wants no search, or its theme has no place for
/// one.
#[derive(Default)]
pub struct Searches(Vec<Arc<SiteSearch>>);

/// The pages of one site that are searched.
struct SiteSearch {
    /// In the order of the walk: a page's place is its number.
    pages: Vec<PlacementIx>,
    /// Those pages' documents.
    docs: Vec<Document>,
    /// Of all that the pages are found by, and all that a search shows of them.
    digest: Digest,
}

impl Searches {
    /// Gathers what is searched. Sites whose pages say what they said in `before` are taken from
    /// there.
    pub fn new(hub: &Hub, docs: &[Document], theme: &Theme, before: Option<&Material>) -> Self {
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

    /// The files of a site's search; none where it has no search.
    pub(super) fn parts(&self, site: SiteIx) -> Vec<SearchPart> {
        let Some(search) = self.0.get(usize::from(site.0)) else { return Vec::new() };
        let pages = search.pages.len();
        let mut parts = vec![SearchPart::Index];
        if !is_whole(pages) {
            parts.extend((0..pages.div_ceil(CHUNK)).map(|number| SearchPart::Pages(number as u16)));
            parts.extend((0..shards(pages)).map(|number| SearchPart::Words(number as u16)));
        }
        parts
    }

    /// Whether each site has the same files of a search as before.
    pub(super) fn has_same_parts(&self, before: &Self) -> bool {
        let counts = |searches: &Self| -> Vec<usize> {
            searches.0.iter().map(|search| search.pages.len()).collect()
        };
        counts(self) == counts(before)
    }

    /// Whether a search of the site finds and shows the same as before.
    pub(super) fn is_same(&self, before: &Self, site: SiteIx) -> bool {
        let digest =
            |searches: &Self| searches.0.get(usize::from(site.0)).map(|search| search.digest);
        digest(self) == digest(before)
    }
}

/// Whether sites can be searched.
pub(super) fn is_searched(hub: &Hub, theme: &Theme) -> bool {
    hub.config.hosting.search && theme.templates.searched
}

/// The personas to whom some page says other things than it did in `before`. The layout must be the
/// same.
fn touched(hub: &Hub, docs: &[Document], before: &Material) -> BTreeSet<PersonaIx> {
    let same = |(at, doc): &(usize, &Document)| {
        let old = &before.docs[*at];
        Arc::ptr_eq(&doc.facets, &old.facets) && Arc::ptr_eq(&doc.bodies, &old.bodies)
    };
    let changed = docs.iter().enumerate().filter(|page| !same(page)).map(|(at, _)| &hub.docs[at]);
    changed
        .flat_map(|doc| &hub.page(doc.page).placements)
        .map(|(site, _)| hub.site(*site).persona)
        .collect()
}

impl SiteSearch {
    fn new(hub: &Hub, docs: &[Document], site: &Site) -> Self {
        let is_found = |ix: &PlacementIx| hub.facets(hub.placement(*ix).doc).front.search;
        let pages: Vec<PlacementIx> = site.walk.iter().copied().filter(is_found).collect();
        let mut hasher = Hasher::new("search");
        let docs: Vec<Document> =
            pages.iter().map(|ix| docs[hub.placement(*ix).doc.0 as usize].clone()).collect();
        for (ix, doc) in pages.iter().zip(&docs) {
            let placement = hub.placement(*ix);
            hasher.text(&placement.path).text(hub.doc(placement.doc).state.mark());
            hasher.digest(doc.facets.shown).digest(doc.body(site.persona).digest);
        }
        Self { pages, docs, digest: hasher.finish() }
    }
}

impl Material {
    pub(super) fn search(&self, ix: SiteIx, part: SearchPart) -> SearchInputs<'_> {
        let search = &self.search.0[usize::from(ix.0)];
        match part {
            SearchPart::Index => SearchInputs::Index(Box::new(self.search_index(ix, search))),
            SearchPart::Pages(number) => {
                let from = usize::from(number) * CHUNK;
                SearchInputs::Pages(
                    self.found(&search.pages[from..search.pages.len().min(from + CHUNK)]),
                )
            }
            SearchPart::Words(number) => {
                SearchInputs::Words(self.search_words(ix, search, usize::from(number)))
            }
        }
    }

    fn search_index<'r>(&'r self, ix: SiteIx, search: &'r SiteSearch) -> IndexInputs<'r> {
        let hub = &*self.hub;
        let lang = hub.site(ix).lang;
        let count = search.pages.len();
        let phrases = &self.theme.words[usize::from(lang.0)].phrases;
        let index = Index {
            version: search.digest.short(),
            lang: &hub.config.lang(lang).code,
            count,
            chunk: CHUNK,
            shards: shards(count),
            stages: self.search_stages(ix, search),
            strings: phrases
                .iter()
                .filter(|(key, _)| is_shown(key, hub.edition.preview))
                .map(|(key, phrase)| (key.as_str(), phrase))
                .collect(),
        };
        IndexInputs {
            index,
            whole: is_whole(count)
                .then(|| (self.found(&search.pages), self.search_words(ix, search, 0))),
        }
    }

    fn search_stages<'r>(&'r self, ix: SiteIx, search: &SiteSearch) -> Vec<SearchStage<'r>> {
        let hub = &*self.hub;
        let site = hub.site(ix);
        let number_of = |ix: &PlacementIx| {
            search
                .pages
                .binary_search_by_key(&hub.placement(*ix).step, |page| hub.placement(*page).step)
                .ok()
        };
        let stages = site.stages.iter().enumerate().map(|(at, stage)| {
            // The walk goes stage by stage.
            let from =
                search.pages.partition_point(|page| usize::from(hub.placement(*page).stage.0) < at);
            let to = search
                .pages
                .partition_point(|page| usize::from(hub.placement(*page).stage.0) <= at);
            let numbers = stage
                .placements
                .iter()
                .filter_map(number_of)
                .filter(|number| !(from..to).contains(number));
            let label = hub.config.stage(stage.stage).label.get(site.lang);
            SearchStage {
                number: at + 1,
                label,
                from,
                to,
                also: numbers.collect::<BTreeSet<_>>().into_iter().collect(),
            }
        });
        stages.filter(|stage| stage.from < stage.to || !stage.also.is_empty()).collect()
    }

    fn search_words<'r>(
        &'r self,
        ix: SiteIx,
        search: &'r SiteSearch,
        shard: usize,
    ) -> WordsInputs<'r> {
        WordsInputs {
            pages: &search.docs,
            persona: self.hub.site(ix).persona,
            shard,
            shards: shards(search.pages.len()),
            digest: search.digest,
        }
    }

    fn found(&self, pages: &[PlacementIx]) -> Vec<FoundPage<'_>> {
        let page = |ix: &PlacementIx| {
            let placement = self.hub.placement(*ix);
            let doc = self.hub.doc(placement.doc);
            let front = &doc.facets.front;
            FoundPage {
                title: &front.title,
                path: path::encode(&placement.path).into_owned(),
                summary: &front.summary,
                kind: front.kind.name(),
                state: doc.state.mark(),
                body: self.body(placement),
            }
        };
        pages.iter().map(page).collect()
    }
}
