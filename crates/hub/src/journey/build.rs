//! From documents to the hub: pages, sites, placements, and their total order.

// The map says whether an address is taken; nothing is read out of it in its own order.
#![allow(clippy::disallowed_types)]

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use rayon::prelude::*;

use super::{
    Addresses, Doc, DocIx, Edition, Hub, Layout, Page, PageIx, Placement, PlacementIx, Shelf, Site,
    SiteIx, SiteStage, Standing, State,
};
use crate::config::urls::UrlParts;
use crate::config::{Config, LangIx, PersonaIx, StageIx};
use crate::content::Facets;
use etappe_base::finding::{Finding, Place, codes};
use etappe_base::index::{IndexVec, Ix};
use etappe_base::source::Span;

/// What signatures say of each document, for a hub in which no page has its place yet; empty where
/// nobody has to sign anything.
pub type Judge<'j> = &'j dyn Fn(&Hub) -> Vec<Option<Arc<Standing>>>;

/// Builds the hub. `facets` are of every page, sorted by file.
pub fn build(
    config: Arc<Config>,
    facets: Vec<Arc<Facets>>,
    shelf: Shelf,
    edition: Edition,
    judge: Judge<'_>,
) -> (Hub, Vec<Finding>) {
    let mut findings = Vec::new();
    let (docs, pages) = group(facets, &config, edition, &mut findings);
    let sites = sites(&config, edition);
    findings.extend(one_address_for_two(&shelf));
    let addresses = Addresses::new(&pages, shelf, &config);
    let layout = Arc::new(Layout {
        pages: pages.into(),
        sites: sites.into(),
        placements: IndexVec::default(),
        addresses,
    });
    let mut hub = Hub { config, edition, docs: docs.into(), layout };
    for (ix, standing) in hub.doc_ixs().zip(judge(&hub)) {
        let doc = &mut hub.docs[ix];
        doc.state = doc.state.signed(standing.as_deref());
        doc.standing = standing;
    }
    if edition.review {
        hub.docs.iter_mut().for_each(|doc| doc.state = doc.state.once_signed());
    }
    place_all(&mut hub, &mut findings);
    order_all(&mut hub);
    borrow_all(&mut hub);
    number_all(&mut hub);
    (hub, findings)
}

/// Reports files beside modules that links cannot tell from others: links of modules lead as if from
/// the root of pages.
fn one_address_for_two(shelf: &Shelf) -> Vec<Finding> {
    let files = || shelf.beside.iter().chain(&shelf.stat).map(|asset| asset.file.as_str());
    let mut others: BTreeMap<&str, &str> = BTreeMap::new();
    for file in files() {
        let below = file.strip_prefix("content/").or_else(|| file.strip_prefix("static/"));
        if let Some(below) = below.filter(|below| below.starts_with("modules/")) {
            others.entry(below).or_insert(file);
        }
    }
    let clash = |asset: &super::Asset| {
        let other = others.get(asset.file.as_str())?;
        let message = format!("`{}` and `{other}` are the same to a link.", asset.file);
        let finding = Finding::new(&codes::URL_COLLISION, Place::file(&asset.file), message);
        Some(finding.label("the only one that links lead to").help("give one of them another name"))
    };
    if others.is_empty() {
        return Vec::new();
    }
    shelf.beside.iter().filter_map(clash).collect()
}

/// Groups files into pages. Two files for one language of a page (`a.md` and `a.nl.md`) are a
/// finding; the first stands.
fn group(
    facets: Vec<Arc<Facets>>,
    config: &Config,
    edition: Edition,
    findings: &mut Vec<Finding>,
) -> (Vec<Doc>, Vec<Page>) {
    let mut docs: Vec<Doc> = facets
        .into_iter()
        .map(|facets| {
            let state = State::of(&facets, edition.as_of);
            Doc { page: PageIx(0), state, facets, standing: None }
        })
        .collect();
    let mut by_key: Vec<usize> = (0..docs.len()).collect();
    // Stable, and nearly done: files are sorted, and keys are nearly files.
    by_key.sort_by(|a, b| docs[*a].facets.name.key.cmp(&docs[*b].facets.name.key));
    let mut pages: Vec<Page> = Vec::with_capacity(docs.len());
    for at in by_key {
        let doc = &mut docs[at];
        let key = &doc.facets.name.key;
        if pages.last().is_none_or(|page| page.key != *key) {
            pages.push(Page {
                key: key.clone(),
                docs: vec![None; config.languages.len()],
                placements: Vec::new(),
            });
        }
        doc.page = PageIx(pages.len() as u32 - 1);
        let slot =
            pages.last_mut().and_then(|page| page.docs.get_mut(usize::from(doc.facets.lang().0)));
        match slot {
            Some(slot @ None) => *slot = Some(DocIx(at as u32)),
            slot => {
                let first = slot.and_then(|slot| *slot).map(|first| first.0 as usize);
                docs[at].state = State::Blocked;
                let first = first.map(|first| &*docs[first].facets);
                findings.push(same_language(&docs[at].facets, first, config));
            }
        }
    }
    block_second_indexes(&mut docs, &pages, findings);
    withdraw_translations(&mut docs, &pages);
    (docs, pages)
}

/// A folder has one index; a second one is a finding, since links to the folder would mean either.
/// One that has an error of its own is left alone: nobody is shown it.
fn block_second_indexes(docs: &mut [Doc], pages: &[Page], findings: &mut Vec<Finding>) {
    let mut folders: BTreeMap<&str, Vec<(usize, &Page)>> = BTreeMap::new();
    for page in pages {
        if let Some((folder, rank)) = page.key.index_of() {
            folders.entry(folder).or_default().push((rank, page));
        }
    }
    for (folder, mut indexes) in folders.into_iter().filter(|(_, indexes)| indexes.len() > 1) {
        indexes.sort_by_key(|(rank, page)| (*rank, &page.key));
        let mut all = indexes.iter().flat_map(|(_, page)| page.docs.iter().flatten().copied());
        let Some(first) = all.next().map(|first| first.0 as usize) else { continue };
        let own: Vec<DocIx> = indexes[0].1.docs.iter().flatten().copied().collect();
        for second in all.filter(|doc| !own.contains(doc)).map(|doc| doc.0 as usize) {
            if !docs[second].facets.blocked {
                docs[second].state = State::Blocked;
                findings.push(second_index(folder, &docs[first].facets, &docs[second].facets));
            }
        }
    }
}

fn second_index(folder: &str, first: &Facets, second: &Facets) -> Finding {
    let message = format!(
        "`{}` and `{}` are both the index of `content/{folder}/`.",
        first.file, second.file
    );
    Finding::new(&codes::URL_COLLISION, Place::new(&second.file, second.front_span), message)
        .label("this page is left out")
        .help(
            "keep one of them; an index and its translations share a name: `index.md`, \
            `index.nl.md`",
        )
        .related(Place::new(&first.file, first.front_span), "the other page")
}

/// A page that is withdrawn in the default language is withdrawn in all of them.
fn withdraw_translations(docs: &mut [Doc], pages: &[Page]) {
    for page in pages {
        let original = page.docs.first().copied().flatten();
        if original.is_some_and(|original| docs[original.0 as usize].state == State::Withdrawn) {
            page.docs
                .iter()
                .flatten()
                .for_each(|doc| docs[doc.0 as usize].state = State::Withdrawn);
        }
    }
}

fn same_language(facets: &Facets, first: Option<&Facets>, config: &Config) -> Finding {
    let lang = &config.lang(facets.lang()).code;
    let message = format!("This page has two files in {lang}.");
    let finding = Finding::new(&codes::URL_COLLISION, Place::file(&facets.file), message);
    let Some(first) = first else { return finding.help("keep one of them") };
    let why = match facets.lang() {
        LangIx::DEFAULT => "the default language needs no suffix: ",
        _ => "",
    };
    finding
        .help(format!("{why}keep one of `{}` and `{}`", facets.file, first.file))
        .related(Place::file(&first.file), "the other file")
}

fn sites(config: &Config, edition: Edition) -> Vec<Site> {
    let mut sites = Vec::new();
    let asked = |persona: &PersonaIx| edition.only.is_none_or(|only| only == *persona);
    for persona in config.persona_ixs().filter(|persona| config.is_built(*persona)).filter(asked) {
        for lang in config.lang_ixs() {
            let slug = &config.persona(persona).slug;
            let root = if lang == LangIx::DEFAULT {
                slug.clone()
            } else {
                format!("{slug}/{}", config.lang(lang).code)
            };
            let stages = config
                .stage_ixs()
                .map(|stage| SiteStage {
                    stage,
                    number: None,
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

/// Gives every shown page its places and URLs. On a collision the first by path keeps the URL; the
/// others are on no site.
fn place_all(hub: &mut Hub, findings: &mut Vec<Finding>) {
    let wanted: Vec<Option<WantedPlace>> = hub
        .docs
        .as_slice()
        .par_iter()
        .with_min_len(256)
        .map(|doc| wanted_place(hub, doc))
        .collect();
    let mut taken: HashMap<(SiteIx, &str), DocIx> = HashMap::new();
    let mut collisions: BTreeMap<(DocIx, DocIx), String> = BTreeMap::new();
    let mut placements = Vec::with_capacity(wanted.len());
    for (doc, place) in hub.doc_ixs().zip(&wanted) {
        let Some(place) = place else { continue };
        for site in &place.sites {
            match taken.entry((*site, &place.path)) {
                Entry::Occupied(first) => {
                    collisions
                        .entry((*first.get(), doc))
                        .or_insert_with(|| hub.url(hub.site(*site), &place.path));
                }
                Entry::Vacant(free) => {
                    free.insert(doc);
                    placements.push(Placement {
                        site: *site,
                        doc,
                        path: place.path.clone(),
                        stage: place.stage,
                        step: 0,
                    });
                }
            }
        }
    }
    let pages_of_docs: Vec<PageIx> =
        placements.iter().map(|placement| hub.doc(placement.doc).page).collect();
    let layout = layout_mut(hub);
    for (at, (placement, page)) in placements.iter().zip(pages_of_docs).enumerate() {
        layout.pages[page].placements.push((placement.site, PlacementIx(at as u32)));
    }
    layout.placements = placements.into();
    for page in layout.pages.iter_mut() {
        page.placements.sort_unstable();
    }
    findings.extend(
        collisions
            .into_iter()
            .map(|((first, second), url)| collision(hub.facets(first), hub.facets(second), &url)),
    );
}

/// Where a page would stand.
struct WantedPlace {
    stage: StageIx,
    path: String,
    sites: Vec<SiteIx>,
}

/// `None` where the page is not shown.
fn wanted_place(hub: &Hub, doc: &Doc) -> Option<WantedPlace> {
    let facets = &*doc.facets;
    if !doc.state.is_shown(facets.blocked || doc.state == State::Blocked, hub.edition) {
        return None;
    }
    let (stage, path) = (*facets.front.stages.first()?, hub.page_path(facets)?);
    let sites = hub.sites_of(facets).collect();
    Some(WantedPlace { stage, path, sites })
}

/// The layout, while it is being made.
fn layout_mut(hub: &mut Hub) -> &mut Layout {
    Arc::get_mut(&mut hub.layout).expect("nobody shares a layout that is being made")
}

impl Hub {
    /// Where a page stands below each of its sites, if it is shown. `None` where it has no stage.
    pub fn page_path(&self, facets: &Facets) -> Option<String> {
        let stage = *facets.front.stages.first()?;
        let folder = self.config.urls.expand(UrlParts {
            stage: self.config.stage(stage).slug.get(facets.lang()),
            slug: facets.front.slug.as_deref().unwrap_or(&facets.name.slug),
            dir: &facets.name.dir,
        });
        Some(folder + "/index.html")
    }
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
    let mut lists: Vec<Vec<Vec<PlacementIx>>> =
        hub.sites.iter().map(|site| vec![Vec::new(); site.stages.len()]).collect();
    for (ix, placement) in hub.placements.iter_indexed() {
        for stage in &hub.facets(placement.doc).front.stages {
            lists[placement.site.number()][stage.number()].push(ix);
        }
    }
    lists
        .par_iter_mut()
        .flatten()
        .for_each(|list| list.sort_by(|a, b| reading_order(hub, *a).cmp(&reading_order(hub, *b))));
    for (site, stages) in hub.site_ixs().zip(lists) {
        let mut walk = Vec::new();
        for (stage, placements) in hub.config.stage_ixs().zip(stages) {
            walk.extend(placements.iter().filter(|ix| hub.placement(**ix).stage == stage));
            layout_mut(hub).sites[site].stages[stage].placements = placements;
        }
        let layout = layout_mut(hub);
        for (step, ix) in walk.iter().enumerate() {
            layout.placements[*ix].step = step as u32;
        }
        layout.sites[site].walk = walk;
    }
}

/// Fills each stage with the pages that its language lacks, from the default language's site.
fn borrow_all(hub: &mut Hub) {
    for ix in hub.site_ixs() {
        let default = hub.site(SiteIx(ix.0 - hub.site(ix).lang.0));
        let is_lacking = |placement: &PlacementIx| {
            let page = hub.doc(hub.placement(*placement).doc).page;
            hub.in_default_language(page, ix).is_some()
        };
        let lacking: Vec<Vec<PlacementIx>> = default
            .stages
            .iter()
            .map(|stage| stage.placements.iter().copied().filter(is_lacking).collect())
            .collect();
        for (stage, lacking) in layout_mut(hub).sites[ix].stages.iter_mut().zip(lacking) {
            stage.borrowed = lacking;
        }
    }
}

/// Numbers the stages that readers see, as they count them.
fn number_all(hub: &mut Hub) {
    let shows_empty = hub.shows_empty();
    for site in layout_mut(hub).sites.iter_mut() {
        let shown = site.stages.iter_mut().filter(|stage| shows_empty || stage.count() > 0);
        shown.zip(1..).for_each(|(stage, number)| stage.number = Some(number));
    }
}

/// The order within a stage: `order`, then date, then title, then path. Pages without an order or a
/// date come after those with one.
pub(super) fn reading_order(hub: &Hub, ix: PlacementIx) -> impl Ord + '_ {
    let facets = hub.facets(hub.placement(ix).doc);
    let front = &facets.front;
    let last = |absent: bool| u8::from(absent);
    (
        last(front.order.is_none()),
        front.order,
        last(front.date.is_none()),
        front.date,
        &*front.title,
        &facets.file,
    )
}

/// The place of a page's front matter, for findings about the page as a whole.
pub(super) fn page_place(facets: &Facets, span: Option<Span>) -> Place {
    Place::new(&facets.file, span.unwrap_or(facets.front_span))
}
