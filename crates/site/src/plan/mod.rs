//! Every output of a hub: where it goes, what makes it, and the digest of what it depends on, which
//! is worked out on demand.

mod feeds;
mod frames;
mod inputs;
mod known;
mod outputs;
mod related;
mod search;
mod social;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use rayon::prelude::*;

use crate::theme::{CARD, Theme};
use crate::view::feed::FeedForm;
use crate::view::search::SearchPart;
use etappe_base::finding::{Finding, Place, codes};
use etappe_base::hash::Digest;
use etappe_base::headers::HeaderFile;
use etappe_base::path::{HubPath, OutPath};
use etappe_hub::config::{LangIx, PersonaIx};
use etappe_hub::content::{Body, Document};
use etappe_hub::journey::links::LinkTable;
use etappe_hub::journey::{Asset, DocIx, Hub, Located, Placement, PlacementIx, SiteIx};
use etappe_hub::references::{Formatted, References};

use known::Known;

pub use frames::Frames;
pub use outputs::alias_file;
pub use search::Searches;

/// What outputs are made of. Immutable and shared.
pub struct Material {
    /// Of the edition that is built; every index in the other fields is one of its layout.
    pub hub: Arc<Hub>,
    /// By [`etappe_hub::journey::DocIx`].
    pub docs: Vec<Document>,
    /// What each link leads to, by document and variant.
    pub links: Arc<LinkTable>,
    /// All that pages may cite, from the hub's files of references.
    pub references: Arc<References>,
    /// With its words for each language of `hub`.
    pub theme: Arc<Theme>,
    /// Made from `hub` and `theme`.
    pub frames: Arc<Frames>,
    /// Made from `hub`, `docs` and `theme`.
    pub search: Searches,
}

/// What makes an output.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Recipe {
    /// One placement of a page.
    Page(PlacementIx),
    /// The page of a stage, by its place in the journey.
    Stage(SiteIx, u16),
    /// The front page of a site.
    Home(SiteIx),
    /// The hub's front page in one language, where readers choose a persona.
    Chooser(LangIx),
    /// A site's page for lost addresses, which web servers show wherever there is no output.
    NotFound(SiteIx),
    /// The page where readers of a site choose how it looks and behaves.
    Preferences(SiteIx),
    /// What is new on a site, or at one of its stages by place in the journey.
    Feed(SiteIx, Option<u16>, FeedForm),
    /// The addresses of a persona's sites in all languages, for search engines.
    Sitemap(PersonaIx),
    /// The list of the personas' sitemaps.
    SitemapIndex,
    /// A table of contents in Markdown, for programs that read for people.
    Contents(SiteIx),
    /// One of the files that a search on a site reads.
    Search(SiteIx, SearchPart),
    /// robots.txt of the whole hub, or of a persona with a host of its own.
    Robots(Option<PersonaIx>),
    /// A file of headers of the whole hub, or of a persona with a host of its own.
    Headers(HeaderFile, Option<PersonaIx>),
    /// A page's picture for social media.
    SocialCard(PlacementIx),
    /// An old address of a placement, by its place among the page's aliases.
    Redirect(PlacementIx, u16),
    /// An asset of the theme.
    ThemeAsset(u16),
    /// A file beside pages, by its place on the shelf.
    Media(u32),
    /// A smaller size of an image beside pages: its place on the shelf, and the width.
    Small(u32, u32),
    /// A file under `static/`, by its place on the shelf.
    Static(u32),
}

impl Recipe {
    /// The template that makes the output, if one does.
    pub fn template(self) -> Option<&'static str> {
        match self {
            Self::Page(_) => Some("page.html"),
            Self::Stage(..) => Some("stage.html"),
            Self::Home(_) => Some("home.html"),
            Self::Chooser(_) => Some("chooser.html"),
            Self::NotFound(_) => Some("not_found.html"),
            Self::Preferences(_) => Some("preferences.html"),
            Self::Redirect(..) => Some("redirect.html"),
            Self::SocialCard(_) => Some(CARD),
            _ => None,
        }
    }
}

/// One output.
#[derive(Clone, Debug)]
pub struct Node {
    /// Below `public/`.
    pub path: OutPath,
    /// Its indexes belong to the material that it was planned from.
    pub recipe: Recipe,
    /// Digest of the inputs that it shares with no other output: worked out when its key is first
    /// asked for.
    own: OnceLock<Digest>,
}

/// All outputs, sorted by path.
#[derive(Debug, Default)]
pub struct Plan {
    /// Each path occurs once.
    pub nodes: Vec<Node>,
    /// Two outputs for one place, or a file where another output needs a folder.
    pub findings: Arc<[Finding]>,
}

/// An earlier plan and what it was made from: what did not change since then is not worked out
/// again.
#[derive(Clone, Copy)]
pub struct Before<'b> {
    /// Made from `material`, whose indexes it holds.
    pub plan: &'b Plan,
    /// Of use only where its layout is that of the new material.
    pub material: &'b Material,
}

impl Plan {
    /// The output at exactly this path below `public/`; `None` where none is planned.
    pub fn find(&self, path: &str) -> Option<&Node> {
        self.nodes
            .binary_search_by(|node| node.path.as_str().cmp(path))
            .ok()
            .map(|at| &self.nodes[at])
    }
}

/// Plans every output. Two outputs for one place are a finding, and the one listed first stands.
/// What is known from `before` saves work and changes nothing.
pub fn plan(material: &Material, before: Option<Before<'_>>) -> Plan {
    let known = before.and_then(|before| Known::new(material, before));
    if let Some(known) = known.as_ref().filter(|known| known.has_same_outputs(material)) {
        return Plan {
            nodes: known.nodes(material),
            findings: Arc::clone(&known.before.plan.findings),
        };
    }
    let mut findings = Vec::new();
    let mut all = outputs::all(material);
    // The sort is stable: of two outputs for one place, the one listed first stays first.
    all.par_sort_by(|(path, _), (other, _)| path.cmp(other));
    all.dedup_by(|(path, recipe), (first, before)| {
        let is_taken = path == first;
        findings.extend(is_taken.then(|| collision(material, path, *before, *recipe)).flatten());
        is_taken
    });
    let mut taken: BTreeMap<String, Recipe> = all.into_iter().collect();
    findings.extend(in_the_way(material, &mut taken));
    let node = |(path, recipe): (String, Recipe)| {
        let path = OutPath::new(&path).expect("outputs are made of clean parts");
        match known.as_ref().and_then(|known| known.node(material, &path, recipe)) {
            Some(node) => node,
            None => Node { path, recipe, own: OnceLock::new() },
        }
    };
    let planned: Vec<(String, Recipe)> = taken.into_iter().collect();
    Plan { nodes: planned.into_par_iter().map(node).collect(), findings: findings.into() }
}

/// Takes out files that stand where another output needs a folder, and reports them.
fn in_the_way(material: &Material, taken: &mut BTreeMap<String, Recipe>) -> Vec<Finding> {
    let is_in_the_way = |path: &String| {
        let folder = format!("{path}/");
        taken.range(folder.clone()..).next().is_some_and(|(next, _)| next.starts_with(&folder))
    };
    // Nearly every output is called index.html, and nothing but an author's own file or alias could
    // be below that.
    let own = |recipe: &Recipe| matches!(recipe, Recipe::Static(_) | Recipe::Redirect(..));
    let is_below =
        |path: &str| path.match_indices('/').any(|(at, _)| taken.contains_key(&path[..at]));
    let mut found: Vec<String> = taken
        .keys()
        .filter(|path| !path.ends_with("/index.html"))
        .filter(|path| is_in_the_way(path))
        .cloned()
        .collect();
    let below = taken
        .iter()
        .filter(|(_, recipe)| own(recipe))
        .map(|(path, _)| path)
        .filter(|path| is_below(path));
    let in_folder_of_found =
        |path: &&String| found.iter().any(|found| path.starts_with(&format!("{found}/")));
    let below: Vec<String> = below.filter(|path| !in_folder_of_found(path)).cloned().collect();
    found.extend(below);
    let finding = |path: String| {
        let recipe = taken.remove(&path)?;
        let message = format!(
            "`{path}` is {}, but one of its names is a file here and a folder there.",
            material.describe(recipe)
        );
        let finding = match material.source(recipe) {
            Some(file) => Finding::new(&codes::URL_COLLISION, Place::file(&file), message),
            None => Finding::on_hub(&codes::URL_COLLISION, message),
        };
        Some(finding.help("rename the file, or change the slug"))
    };
    found.into_iter().filter_map(finding).collect()
}

/// The finding about two outputs for one place. `None` where both are the same file, as media of
/// two languages are.
fn collision(material: &Material, path: &str, first: Recipe, second: Recipe) -> Option<Finding> {
    // Where feeds collide, so do the pages that they stand beside, which are reported.
    let both_feeds = matches!((first, second), (Recipe::Feed(..), Recipe::Feed(..)));
    if first == second || both_feeds || material.same_bytes(first, second) {
        return None;
    }
    let (Some(file), other) =
        (material.source(second).or_else(|| material.source(first)), material.describe(first))
    else {
        let message = format!(
            "Two outputs would both be `{path}`: {} and {}.",
            material.describe(first),
            material.describe(second)
        );
        return Some(Finding::on_hub(&codes::URL_COLLISION, message).help("change a slug"));
    };
    let message = format!("`{path}` is already {other}.");
    let mut finding = Finding::new(&codes::URL_COLLISION, Place::file(&file), message);
    if let Some(first) = material.source(first).filter(|first| *first != file) {
        finding = finding.related(Place::file(&first), "the other one");
    }
    Some(finding.help("change the page's `slug` or `aliases`, or the stage's or persona's slug"))
}

impl Material {
    /// The text of a page, in the variant that one site shows.
    pub fn body(&self, placement: &Placement) -> &Body {
        self.docs[placement.doc.0 as usize].body(self.hub.site(placement.site).persona)
    }

    /// What a page cites, formatted for one site. `None` where it cites nothing that is known.
    pub fn cited(&self, placement: &Placement) -> Option<Arc<Formatted>> {
        let body = self.body(placement);
        if body.citations.is_empty() || self.references.is_empty() {
            return None;
        }
        self.references
            .format(&body.cited(), &self.hub.config.lang(self.hub.site(placement.site).lang).code)
    }

    /// What the links of a page mean, in the variant that one site shows. The page's image and its
    /// `next` come last, where it names them.
    pub fn located(&self, placement: &Placement) -> &[Located] {
        let variant = self.hub.facets(placement.doc).variant(self.hub.site(placement.site).persona);
        self.links.of(placement.doc, variant)
    }

    /// The digest of all that an output depends on: equal keys, equal bytes.
    pub fn key(&self, node: &Node) -> Digest {
        self.key_of(node, || self.inputs(node.recipe).own())
    }

    /// As [`Material::key`], where the inputs of the output are at hand: `own` gives their digest,
    /// and is called only where that is not known yet.
    pub fn key_of(&self, node: &Node, own: impl FnOnce() -> Digest) -> Digest {
        self.shared(node.recipe).key(*node.own.get_or_init(own))
    }

    /// The file of the hub that an output shows most directly; `None` where it is made from many.
    pub fn source(&self, recipe: Recipe) -> Option<HubPath> {
        match recipe {
            Recipe::Page(ix) | Recipe::Redirect(ix, _) | Recipe::SocialCard(ix) => {
                Some(self.hub.facets(self.hub.placement(ix).doc).file.clone())
            }
            Recipe::Media(asset) | Recipe::Small(asset, _) => {
                Some(self.hub.addresses.beside(asset).file.clone())
            }
            Recipe::Static(asset) => Some(self.hub.addresses.stat(asset).file.clone()),
            _ => None,
        }
    }

    /// The pages that show each file beside pages, by the slug of the persona and the file's place
    /// on the shelf.
    pub fn media_shown_by(&self) -> BTreeMap<(&str, u32), BTreeSet<DocIx>> {
        outputs::shown_by(self)
    }

    /// The page that an output is all about, being the page itself, an old address of it, or its
    /// card.
    pub fn page_of(&self, recipe: Recipe) -> Option<DocIx> {
        match recipe {
            Recipe::Page(ix) | Recipe::Redirect(ix, _) | Recipe::SocialCard(ix) => {
                Some(self.hub.placement(ix).doc)
            }
            _ => None,
        }
    }

    /// The file that an output is a copy of, as it was read.
    pub fn copied(&self, recipe: Recipe) -> Option<&Asset> {
        match recipe {
            Recipe::Media(asset) => Some(self.hub.addresses.beside(asset)),
            Recipe::Static(asset) => Some(self.hub.addresses.stat(asset)),
            _ => None,
        }
    }

    /// What an output is, in words for a finding.
    pub fn describe(&self, recipe: Recipe) -> String {
        let hub = &self.hub;
        match recipe {
            Recipe::Page(ix) => format!("the page `{}`", hub.facets(hub.placement(ix).doc).file),
            Recipe::Stage(site, number) => {
                format!(
                    "the stage page of `{}`",
                    hub.config.stage(hub.site(site).stages[usize::from(number)].stage).id
                )
            }
            Recipe::Home(site) => {
                format!("the home of `{}`", hub.config.persona(hub.site(site).persona).id)
            }
            Recipe::Chooser(_) => "the chooser".to_owned(),
            Recipe::NotFound(_) => "the page for lost addresses".to_owned(),
            Recipe::Preferences(_) => "the page of preferences".to_owned(),
            Recipe::Feed(..) => "a feed".to_owned(),
            Recipe::Sitemap(_) | Recipe::SitemapIndex => "a sitemap".to_owned(),
            Recipe::Contents(_) => "llms.txt".to_owned(),
            Recipe::Search(..) => "a file of the search".to_owned(),
            Recipe::Robots(_) => "robots.txt".to_owned(),
            Recipe::Headers(..) => "a file of headers".to_owned(),
            Recipe::Redirect(ix, _) => {
                format!("an alias of `{}`", hub.facets(hub.placement(ix).doc).file)
            }
            Recipe::SocialCard(ix) => {
                format!("the card of `{}`", hub.facets(hub.placement(ix).doc).file)
            }
            Recipe::ThemeAsset(at) => {
                format!("the theme's `{}`", self.theme.assets[usize::from(at)].name)
            }
            Recipe::Small(asset, width) => {
                format!("`{}`, {width} pixels wide", hub.addresses.beside(asset).file)
            }
            Recipe::Media(asset) => format!("the file `{}`", hub.addresses.beside(asset).file),
            Recipe::Static(asset) => format!("the file `{}`", hub.addresses.stat(asset).file),
        }
    }

    fn same_bytes(&self, first: Recipe, second: Recipe) -> bool {
        match (first, second) {
            (Recipe::Small(a, w), Recipe::Small(b, v)) => {
                w == v && self.hub.addresses.beside(a).digest == self.hub.addresses.beside(b).digest
            }
            (Recipe::Media(a), Recipe::Media(b)) => {
                self.hub.addresses.beside(a).digest == self.hub.addresses.beside(b).digest
            }
            _ => false,
        }
    }
}
