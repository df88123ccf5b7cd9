//! The files that a search on a site reads: the pages, and which words they have. `docs/search.md`
//! describes them.

mod files;
mod inputs;

use std::collections::{BTreeMap, BTreeSet};

use super::{Inputs, Lens, Listed, OutputKind, Subject};
use crate::material::{INDEX, Material, SiteQuestion, SiteSearch};
use etappe_hub::journey::{PlacementIx, SiteIx};
use etappe_hub::search::{CHUNK, shards};

use inputs::{
    FoundPage, Index, IndexInputs, SearchInputs, SearchQuestion, SearchStage, WordsInputs,
};

/// The folder of a site that all files of its search stand in.
const FOLDER: &str = "search";

/// One file of a site's search.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct SearchOutput {
    /// What is searched.
    pub site: SiteIx,
    /// Which of the files.
    pub part: SearchPart,
}

/// A part of what a search reads.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum SearchPart {
    /// How many pages, stages and files there are; on a site of few pages, everything.
    Index,
    /// Some of the pages, by the number of the file, from 0.
    Pages(u16),
    /// Some of the words, by the number of the file, from 0.
    Words(u16),
}

impl SearchPart {
    /// The file, below the site.
    fn path(self) -> String {
        match self {
            Self::Index => INDEX.to_owned(),
            Self::Pages(number) => format!("{FOLDER}/pages-{number}.json"),
            Self::Words(number) => format!("{FOLDER}/words-{number}.json"),
        }
    }
}

impl Listed for SearchOutput {
    fn list(lens: &Lens<'_>, add: &mut dyn FnMut(String, Self)) {
        for (site, shown) in lens.layout().shown_sites() {
            for part in lens.search().of(site).into_iter().flat_map(parts) {
                add(format!("{}/{}", shown.root, part.path()), Self { site, part });
            }
        }
    }
}

/// The files of a site's search.
fn parts(search: &SiteSearch) -> Vec<SearchPart> {
    let pages = search.pages.len();
    let mut parts = vec![SearchPart::Index];
    if !is_whole(pages) {
        parts.extend((0..pages.div_ceil(CHUNK)).map(|number| SearchPart::Pages(number as u16)));
        parts.extend((0..shards(pages)).map(|number| SearchPart::Words(number as u16)));
    }
    parts
}

/// Whether a site of so many pages has all of its search in one file.
fn is_whole(pages: usize) -> bool {
    pages <= CHUNK
}

/// The theme's words that a search shows: its own, and those of the badges. Only previews have
/// pages with a state to show.
fn is_shown(key: &str, preview: bool) -> bool {
    ["search_", "kind_"].iter().any(|start| key.starts_with(start))
        || preview && key.starts_with("state_")
}

impl OutputKind for SearchOutput {
    fn inputs<'m>(&self, material: &'m Material) -> Box<dyn Inputs + 'm> {
        Box::new(self.gather(material))
    }

    fn called(&self, _material: &Material) -> String {
        "a file of the search".to_owned()
    }

    fn subject(&self) -> Subject {
        Subject::Site(self.site)
    }
}

impl SearchOutput {
    fn gather<'m>(&self, material: &'m Material) -> SearchInputs<'m> {
        let search = material.search.of(self.site).expect("only sites with a search are listed");
        match self.part {
            SearchPart::Index => {
                SearchInputs::Index(Box::new(search_index(material, self.site, search)))
            }
            SearchPart::Pages(number) => {
                let from = usize::from(number) * CHUNK;
                SearchInputs::Pages(found(
                    material,
                    self.site,
                    &search.pages[from..search.pages.len().min(from + CHUNK)],
                ))
            }
            SearchPart::Words(number) => {
                SearchInputs::Words(search_words(material, self.site, search, usize::from(number)))
            }
        }
    }
}

fn search_index<'m>(material: &'m Material, ix: SiteIx, search: &'m SiteSearch) -> IndexInputs<'m> {
    let hub = &*material.hub;
    let lang = hub.site(ix).lang;
    let count = search.pages.len();
    let phrases = &material.theme.words[usize::from(lang.0)].phrases;
    let index = Index {
        version: search.digest.short(),
        lang: &hub.config.lang(lang).code,
        count,
        chunk: CHUNK,
        shards: shards(count),
        stages: search_stages(material, ix, search),
        questions: search_questions(material, ix),
        strings: phrases
            .iter()
            .filter(|(key, _)| is_shown(key, hub.edition.preview))
            .map(|(key, phrase)| (key.as_str(), phrase))
            .collect(),
    };
    IndexInputs {
        index,
        whole: is_whole(count)
            .then(|| (found(material, ix, &search.pages), search_words(material, ix, search, 0))),
    }
}

fn search_stages<'m>(
    material: &'m Material,
    ix: SiteIx,
    search: &SiteSearch,
) -> Vec<SearchStage<'m>> {
    let hub = &*material.hub;
    let site = hub.site(ix);
    let own = search.pages.partition_point(|page| hub.placement(*page).site == ix);
    let (own, borrowed) = search.pages.split_at(own);
    let step = |page: &PlacementIx| hub.placement(*page).step;
    let number_of = |page: &PlacementIx| own.binary_search_by_key(&step(page), step).ok();
    let borrowed: BTreeMap<PlacementIx, usize> =
        borrowed.iter().copied().zip(own.len()..).collect();
    let stages = site.route().map(|stage| {
        let at = |page: &PlacementIx| hub.placement(*page).stage;
        // The walk goes stage by stage.
        let from = own.partition_point(|page| at(page) < stage.stage);
        let to = own.partition_point(|page| at(page) <= stage.stage);
        let elsewhere = stage.placements.iter().filter_map(number_of);
        let also = elsewhere.filter(|number| !(from..to).contains(number));
        let borrowed = stage.borrowed.iter().filter_map(|page| borrowed.get(page).copied());
        SearchStage {
            number: stage.number.unwrap_or_default(),
            label: hub.config.stage(stage.stage).label.get(site.lang),
            from,
            to,
            also: also.chain(borrowed).collect::<BTreeSet<_>>().into_iter().collect(),
        }
    });
    stages.filter(|stage| stage.from < stage.to || !stage.also.is_empty()).collect()
}

fn search_questions(material: &Material, ix: SiteIx) -> Vec<SearchQuestion> {
    let lists = material.lists();
    let question = |question: &SiteQuestion| {
        let path = lists.path(ix, *question.answers.first()?);
        Some(SearchQuestion { text: lists.text(ix, question.need), path })
    };
    lists.questions.of(ix).iter().filter_map(question).collect()
}

fn search_words<'m>(
    material: &Material,
    ix: SiteIx,
    search: &'m SiteSearch,
    shard: usize,
) -> WordsInputs<'m> {
    WordsInputs {
        pages: &search.docs,
        persona: material.hub.site(ix).persona,
        shard,
        shards: shards(search.pages.len()),
        digest: search.digest,
    }
}

fn found<'m>(material: &'m Material, on: SiteIx, pages: &[PlacementIx]) -> Vec<FoundPage<'m>> {
    let lists = material.lists();
    let page = |ix: &PlacementIx| {
        let placement = material.hub.placement(*ix);
        let doc = material.hub.doc(placement.doc);
        let front = &doc.facets.front;
        let is_own = placement.site == on;
        FoundPage {
            title: &front.title,
            path: lists.path(on, *ix),
            lang: (!is_own).then(|| lists.other_lang(*ix)),
            summary: &front.summary,
            kind: front.kind.name(),
            state: doc.state.mark(),
            body: material.body(placement),
        }
    };
    pages.iter().map(page).collect()
}
