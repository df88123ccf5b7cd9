//! From documents to the hub: pages, sites, placements, and their total order.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Addresses, Doc, DocIx, Edition, Hub, Layout, Page, PageIx, Placement, PlacementIx, Shelf, Site, SiteIx, SiteStage, State};
use crate::base::source::Span;
use crate::config::urls::UrlParts;
use crate::config::{Config, LangIx, PersonaIx, StageIx};
use crate::content::Facets;
use crate::finding::{Finding, Place, codes};

/// Builds the hub. `facets` are of every page, sorted by file.
pub fn build(config: Arc<Config>, facets: Vec<Arc<Facets>>, shelf: Shelf, edition: Edition) -> (Hub, Vec<Finding>) {
    let mut findings = Vec::new();
    let (docs, pages) = group(facets, &config, edition, &mut findings);
    let sites = sites(&config, edition);
    let addresses = Addresses::new(&pages, shelf, &config);
    let layout = Arc::new(Layout { pages, sites, placements: Vec::new(), addresses });
    let mut hub = Hub { config, edition, docs, layout };
    place_all(&mut hub, &mut findings);
    order_all(&mut hub);
    borrow_all(&mut hub);
    (hub, findings)
}

/// Groups files into pages. Two files for one language of a page (`a.md` and `a.nl.md`) are a finding; the first stands.
fn group(facets: Vec<Arc<Facets>>, config: &Config, edition: Edition, findings: &mut Vec<Finding>) -> (Vec<Doc>, Vec<Page>) {
    let mut keys: BTreeMap<_, Vec<Option<DocIx>>> = BTreeMap::new();
    let mut lost = vec![false; facets.len()];
    for (at, facets) in facets.iter().enumerate() {
        let docs = keys.entry(facets.name.key.clone()).or_insert_with(|| vec![None; config.languages.len()]);
        let slot = &mut docs[usize::from(facets.lang().0)];
        match slot {
            Some(first) => {
                lost[at] = true;
                findings.push(same_language(facets, *first, config));
            }
            None => *slot = Some(DocIx(at as u32)),
        }
    }
    let pages: Vec<Page> = keys.into_iter().map(|(key, docs)| Page { key, docs, placements: Vec::new() }).collect();
    let index = |facets: &Facets| pages.binary_search_by(|page| page.key.cmp(&facets.name.key)).map_or(PageIx(0), |at| PageIx(at as u32));
    let docs = facets
        .into_iter()
        .zip(lost)
        .map(|(facets, lost)| Doc {
            page: index(&facets),
            state: if lost { State::Blocked } else { State::of(&facets, edition.as_of) },
            facets,
        })
        .collect();
    (docs, pages)
}

fn same_language(facets: &Facets, _first: DocIx, config: &Config) -> Finding {
    let lang = &config.lang(facets.lang()).code;
    let message = format!("This page has two files in {lang}.");
    let help = format!(
        "the default language needs no suffix: keep one of `{}.md` and `{}.{lang}.md`",
        facets.name.key.as_str(),
        facets.name.key.as_str()
    );
    Finding::new(&codes::URL_COLLISION, Place::file(&facets.file), message).help(help)
}

fn sites(config: &Config, edition: Edition) -> Vec<Site> {
    let mut sites = Vec::new();
    let asked = |persona: &PersonaIx| edition.only.is_none_or(|only| only == *persona);
    for persona in config.persona_ixs().filter(|persona| config.is_built(*persona)).filter(asked) {
        for lang in config.lang_ixs() {
            let slug = &config.persona(persona).slug;
            let root = if lang == LangIx::DEFAULT { slug.clone() } else { format!("{slug}/{}", config.lang(lang).code) };
            let stages = config
                .stage_ixs()
                .map(|stage| SiteStage {
                    stage,
                    path: format!("{}/index.html", config.stage(stage).slug.get(lang)),
                    placements: Vec::new(),
                    borrowed: Vec::new(),
                })
                .collect();
            sites.push(Site { persona, lang, root, stages, walk: Vec::new() });
        }
    }
    sites
}

/// Gives every shown page its places and URLs. On a collision the first by path keeps the URL; the others are on no site.
fn place_all(hub: &mut Hub, findings: &mut Vec<Finding>) {
    let mut taken: BTreeMap<(SiteIx, String), DocIx> = BTreeMap::new();
    let mut collisions: BTreeMap<(DocIx, DocIx), String> = BTreeMap::new();
    for doc_ix in hub.doc_ixs().collect::<Vec<_>>() {
        let doc = hub.doc(doc_ix);
        let facets = Arc::clone(&doc.facets);
        if !doc.state.is_shown(facets.blocked || doc.state == State::Blocked, hub.edition) || facets.front.stages.is_empty() {
            continue;
        }
        let page = doc.page;
        let stage = facets.front.stages[0];
        let path = format!("{}/index.html", page_url(&hub.config, &facets, stage));
        let here: Vec<SiteIx> = hub
            .site_ixs()
            .filter(|ix| hub.site(*ix).lang == facets.lang() && facets.front.audience.includes(hub.site(*ix).persona))
            .collect();
        for site in here {
            match taken.entry((site, path.clone())) {
                std::collections::btree_map::Entry::Occupied(first) => {
                    collisions.entry((*first.get(), doc_ix)).or_insert_with(|| hub.url(hub.site(site), &path));
                }
                std::collections::btree_map::Entry::Vacant(free) => {
                    free.insert(doc_ix);
                    let ix = PlacementIx(hub.placements.len() as u32);
                    let layout = layout_mut(hub);
                    layout.placements.push(Placement { site, doc: doc_ix, path: path.clone(), stage, step: 0 });
                    layout.pages[page.0 as usize].placements.push((site, ix));
                }
            }
        }
    }
    for page in &mut layout_mut(hub).pages {
        page.placements.sort_unstable();
    }
    findings.extend(collisions.into_iter().map(|((first, second), url)| collision(hub.facets(first), hub.facets(second), &url)));
}

/// The layout, while it is being made.
fn layout_mut(hub: &mut Hub) -> &mut Layout {
    Arc::get_mut(&mut hub.layout).expect("nobody shares a layout that is being made")
}

fn page_url(config: &Config, facets: &Facets, stage: StageIx) -> String {
    config.urls.expand(UrlParts {
        stage: config.stage(stage).slug.get(facets.lang()),
        slug: facets.front.slug.as_deref().unwrap_or(&facets.name.slug),
        dir: &facets.name.dir,
    })
}

fn collision(first: &Facets, second: &Facets, url: &str) -> Finding {
    let message = format!("`{}` and `{}` would both be {url}.", first.file, second.file);
    Finding::new(&codes::URL_COLLISION, Place::new(&second.file, second.front_span), message)
        .label("this page is left out")
        .help("give one of them another `slug`")
        .related(Place::new(&first.file, first.front_span), "the other page")
}

/// Fills every site's stages and its walk through the journey.
fn order_all(hub: &mut Hub) {
    let mut lists: Vec<Vec<Vec<PlacementIx>>> = hub.sites.iter().map(|site| vec![Vec::new(); site.stages.len()]).collect();
    for (at, placement) in hub.placements.iter().enumerate() {
        for stage in &hub.facets(placement.doc).front.stages {
            lists[usize::from(placement.site.0)][usize::from(stage.0)].push(PlacementIx(at as u32));
        }
    }
    for list in lists.iter_mut().flatten() {
        list.sort_by(|a, b| reading_order(hub, *a).cmp(&reading_order(hub, *b)));
    }
    for (at, stages) in lists.into_iter().enumerate() {
        let mut walk = Vec::new();
        for (number, placements) in stages.into_iter().enumerate() {
            let own = placements.iter().copied().filter(|ix| usize::from(hub.placement(*ix).stage.0) == number);
            walk.extend(own);
            layout_mut(hub).sites[at].stages[number].placements = placements;
        }
        let layout = layout_mut(hub);
        for (step, ix) in walk.iter().enumerate() {
            layout.placements[ix.0 as usize].step = step as u32;
        }
        layout.sites[at].walk = walk;
    }
}

/// Fills each stage with what its language does not have, from the default language's site.
fn borrow_all(hub: &mut Hub) {
    for ix in hub.site_ixs() {
        let default = hub.site(SiteIx(ix.0 - hub.site(ix).lang.0));
        let is_lacking = |placement: &PlacementIx| {
            let page = hub.doc(hub.placement(*placement).doc).page;
            hub.in_default_language(page, ix).is_some()
        };
        let lacking: Vec<Vec<PlacementIx>> =
            default.stages.iter().map(|stage| stage.placements.iter().copied().filter(is_lacking).collect()).collect();
        for (stage, lacking) in layout_mut(hub).sites[usize::from(ix.0)].stages.iter_mut().zip(lacking) {
            stage.borrowed = lacking;
        }
    }
}

/// The order within a stage: `order`, then date, then title, then path. What has none comes after what has one.
pub(super) fn reading_order(hub: &Hub, ix: PlacementIx) -> impl Ord + '_ {
    let facets = hub.facets(hub.placement(ix).doc);
    let front = &facets.front;
    let last = |absent: bool| u8::from(absent);
    (last(front.order.is_none()), front.order, last(front.date.is_none()), front.date, &*front.title, &facets.file)
}

/// The place of a page's front matter, for findings about the page as a whole.
pub(super) fn page_place(facets: &Facets, span: Option<Span>) -> Place {
    Place::new(&facets.file, span.unwrap_or(facets.front_span))
}
