//! The hub as a whole: which page is on which persona's site, where, and in what order. Immutable,
//! shared.
//!
//! Holds facets only, no bodies, so that editing a text leaves it as it is. The only place that
//! makes URLs, links and anchors.

mod address;
mod barred;
pub mod bridge;
mod build;
mod kinds;
pub mod links;
mod near;
mod standing;
mod state;
mod update;

use std::collections::BTreeSet;
use std::ops::Deref;
use std::sync::Arc;

use crate::config::{Config, Empty, Fallback, LangIx, PersonaIx, StageIx};
use crate::content::{Facets, PageKey};
use etappe_base::date::Day;
use etappe_base::index::{IndexVec, Ix};
use etappe_base::indexes;
use etappe_base::path::HubPath;

pub use address::{Addresses, Asset, Located, Shelf};
pub use build::{Judge, build};
pub use standing::{Approval, Standing};
pub use state::{State, next_change};
pub use update::update;

indexes! {
    /// A document (one page in one language) by its place in [`Hub::docs`].
    DocIx(u32);
    /// A page (all its languages) by its place in [`Layout::pages`].
    PageIx(u32);
    /// A placement by its place in [`Layout::placements`].
    PlacementIx(u32);
    /// A site by its place in [`Layout::sites`].
    SiteIx(u16);
    /// A file beside pages by its place in [`Shelf::beside`].
    MediaIx(u32);
    /// A file under `static/` by its place in [`Shelf::stat`].
    StaticIx(u32);
}

/// What a build is for: the same hub gives different sites to readers and to reviewers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Edition {
    /// The day taken as today.
    pub as_of: Day,
    /// Show drafts, scheduled and expired pages, marked.
    pub preview: bool,
    /// Show pages that are not signed yet, and scheduled ones, as readers will see them: for those
    /// who sign. Texts tell where they begin and end, and what in them was written once.
    pub review: bool,
    /// Build the sites of this persona alone.
    pub only: Option<PersonaIx>,
}

/// The whole hub: its layout, and what its pages say about themselves.
#[derive(Debug)]
pub struct Hub {
    /// The plan that the hub was built by.
    pub config: Arc<Config>,
    /// For which day, and for readers or reviewers.
    pub edition: Edition,
    /// Sorted by file.
    pub docs: IndexVec<DocIx, Doc>,
    /// Shared by all hubs that differ in words alone.
    pub layout: Arc<Layout>,
}

/// What stands where, in what order. Its indexes mean the same in all hubs that share it.
#[derive(Debug)]
pub struct Layout {
    /// Sorted by key.
    pub pages: IndexVec<PageIx, Page>,
    /// One for each built persona in each language: personas in the hub's order, then languages.
    pub sites: IndexVec<SiteIx, Site>,
    /// Sorted by document, then by site.
    pub placements: IndexVec<PlacementIx, Placement>,
    /// Finds the pages and files that links mean.
    pub addresses: Addresses,
}

impl Deref for Hub {
    type Target = Layout;

    fn deref(&self) -> &Layout {
        &self.layout
    }
}

/// One file of a page.
#[derive(Clone, Debug)]
pub struct Doc {
    /// What the file says, without its body.
    pub facets: Arc<Facets>,
    /// The page that this file is in one language.
    pub page: PageIx,
    /// On the edition's day; another file of the page may decide it, such as a withdrawn original.
    pub state: State,
    /// What signatures say; `None` where nobody has to sign it.
    pub standing: Option<Arc<Standing>>,
}

impl Doc {
    /// The first day without the page: by its own word, because what it uses ends, or because a signature's
    /// time is over.
    pub fn ends(&self) -> Option<Day> {
        let signed = self.standing.as_ref().and_then(|standing| standing.until);
        self.facets.expires().into_iter().chain(signed).min()
    }
}

/// A page with its translations.
#[derive(Debug)]
pub struct Page {
    /// The same in all languages.
    pub key: PageKey,
    /// By language.
    pub docs: Vec<Option<DocIx>>,
    /// Where it is shown, sorted by site.
    pub placements: Vec<(SiteIx, PlacementIx)>,
}

/// One persona's site in one language.
#[derive(Debug)]
pub struct Site {
    /// Whose journey it leads through.
    pub persona: PersonaIx,
    /// The language of all its placements.
    pub lang: LangIx,
    /// The folder below the web root: `huisartsen`, `huisartsen/en`.
    pub root: String,
    /// Every stage of the journey with its pages in their order.
    pub stages: IndexVec<StageIx, SiteStage>,
    /// The whole journey: each page once, at the stage that makes its URL.
    pub walk: Vec<PlacementIx>,
}

/// One stage of a site.
#[derive(Debug)]
pub struct SiteStage {
    /// Equal to the stage's place in [`Site::stages`].
    pub stage: StageIx,
    /// Its place on the route as readers count, from 1; `None` where the edition does not show the
    /// stage.
    pub number: Option<usize>,
    /// The stage's page below the site: `service/index.html`.
    pub path: String,
    /// In reading order; a page with several stages stands in each of them.
    pub placements: Vec<PlacementIx>,
    /// Pages of the default language's site that this site's language does not have, where the hub
    /// links to those.
    pub borrowed: Vec<PlacementIx>,
}

impl Site {
    /// The stages that the edition shows, in the order of the journey.
    pub fn route(&self) -> impl DoubleEndedIterator<Item = &SiteStage> + Clone {
        self.stages.iter().filter(|stage| stage.number.is_some())
    }

    /// Whether the edition shows the site: one without any page is left out of releases.
    pub fn is_shown(&self) -> bool {
        self.route().next().is_some()
    }
}

impl SiteStage {
    /// The pages in lists of the stage: its own, then those in the default language.
    pub fn listed(&self) -> impl Iterator<Item = PlacementIx> + '_ {
        self.placements.iter().chain(&self.borrowed).copied()
    }

    /// How many pages are in lists of the stage.
    pub fn count(&self) -> usize {
        self.placements.len() + self.borrowed.len()
    }
}

/// A page as one site shows it.
#[derive(Debug)]
pub struct Placement {
    /// One that the page is for, in the language of its file.
    pub site: SiteIx,
    /// In the language of the site.
    pub doc: DocIx,
    /// Below the site's root, with the file: `service/mri/index.html`.
    pub path: String,
    /// The stage that makes the URL.
    pub stage: StageIx,
    /// Place in [`Site::walk`].
    pub step: u32,
}

impl Layout {
    /// A page with its translations.
    ///
    /// # Panics
    ///
    /// If the hub has no such page.
    pub fn page(&self, ix: PageIx) -> &Page {
        &self.pages[ix]
    }

    /// A page as one site shows it.
    ///
    /// # Panics
    ///
    /// If the hub has no such placement.
    pub fn placement(&self, ix: PlacementIx) -> &Placement {
        &self.placements[ix]
    }

    /// One persona's site in one language.
    ///
    /// # Panics
    ///
    /// If the hub has no such site.
    pub fn site(&self, ix: SiteIx) -> &Site {
        &self.sites[ix]
    }

    /// In the order of [`Layout::sites`].
    pub fn site_ixs(&self) -> impl Iterator<Item = SiteIx> + use<> {
        (0..self.sites.len() as u16).map(SiteIx)
    }

    /// The sites that the edition shows.
    pub fn shown_sites(&self) -> impl Iterator<Item = (SiteIx, &Site)> + Clone {
        self.sites.iter_indexed().filter(|(_, site)| site.is_shown())
    }

    /// The personas with a site that the edition shows, in the hub's order.
    pub fn shown_personas(&self) -> BTreeSet<PersonaIx> {
        self.shown_sites().map(|(_, site)| site.persona).collect()
    }

    /// The stage of the last page of a site's route; `None` where the site has no page.
    pub fn last_stage(&self, site: SiteIx) -> Option<StageIx> {
        self.site(site).walk.last().map(|ix| self.placement(*ix).stage)
    }

    /// Where `page` stands on `site`, if it does.
    pub fn on_site(&self, page: PageIx, site: SiteIx) -> Option<PlacementIx> {
        let placements = &self.page(page).placements;
        placements.binary_search_by_key(&site, |(at, _)| *at).ok().map(|at| placements[at].1)
    }

    /// The path of a placement below the web root.
    pub fn out_path(&self, placement: &Placement) -> String {
        let root = &self.site(placement.site).root;
        [root, "/", &placement.path].concat()
    }
}

impl Hub {
    /// What a page is known by in all its languages: what its file in the default language says,
    /// or, where there is none, the first that says anything; else its key.
    pub fn page_id<'h>(&'h self, page: &'h Page) -> &'h str {
        self.written_id(page).unwrap_or_else(|| page.key.as_str())
    }

    /// The id that a page's own files say; `None` where its key stands in.
    pub fn written_id(&self, page: &Page) -> Option<&str> {
        let mut files = page.docs.iter();
        let written = |doc: &DocIx| self.facets(*doc).front.id.as_deref();
        match files.next() {
            Some(Some(original)) => written(original),
            _ => files.flatten().find_map(written),
        }
    }

    /// One file of a page.
    ///
    /// # Panics
    ///
    /// If the hub has no such document.
    pub fn doc(&self, ix: DocIx) -> &Doc {
        &self.docs[ix]
    }

    /// The document that a file is; `None` where the hub has no such page.
    pub fn find_doc(&self, file: &HubPath) -> Option<DocIx> {
        let at = self.docs.as_slice().binary_search_by(|doc| doc.facets.file.cmp(file));
        at.ok().map(DocIx::at)
    }

    /// What a document says about itself.
    ///
    /// # Panics
    ///
    /// If the hub has no such document.
    pub fn facets(&self, ix: DocIx) -> &Facets {
        &self.doc(ix).facets
    }

    /// In the order of [`Hub::docs`].
    pub fn doc_ixs(&self) -> impl Iterator<Item = DocIx> + use<> {
        (0..self.docs.len() as u32).map(DocIx)
    }

    /// The sites that a page is for, whether they show it or not.
    pub fn sites_of<'h>(&'h self, facets: &'h Facets) -> impl Iterator<Item = SiteIx> + 'h {
        let is_for = |site: &Site| {
            site.lang == facets.lang() && facets.front.audience.includes(site.persona)
        };
        self.site_ixs().filter(move |ix| is_for(self.site(*ix)))
    }

    /// Whether readers see stages without a page, and questions that no page answers.
    pub fn shows_empty(&self) -> bool {
        self.edition.preview || self.config.site.empty == Empty::Show
    }

    /// `None` where this edition builds no site for the persona.
    pub fn find_site(&self, persona: PersonaIx, lang: LangIx) -> Option<SiteIx> {
        self.site_ixs().find(|ix| self.site(*ix).persona == persona && self.site(*ix).lang == lang)
    }

    /// Where `page` stands on the default language's site of the same persona, if it is not
    /// translated and the hub links to such pages.
    pub fn in_default_language(&self, page: PageIx, site: SiteIx) -> Option<PlacementIx> {
        let lang = self.site(site).lang;
        let missing =
            lang != LangIx::DEFAULT && self.page(page).docs[usize::from(lang.0)].is_none();
        // A persona's sites stand side by side, in the order of the languages.
        let default = || self.on_site(page, SiteIx(site.0 - lang.0));
        (self.config.fallback == Fallback::Link && missing).then(default).flatten()
    }

    /// The absolute address of an output below a site, without `index.html`.
    pub fn url(&self, site: &Site, below: &str) -> String {
        let persona = self.config.persona(site.persona);
        let folder = below.strip_suffix("index.html").unwrap_or(below);
        let below = etappe_base::path::encode(folder);
        match &persona.base_url {
            // The persona's folder is the root of its own host: what follows it is the language.
            Some(host) => {
                let lang = site.root.strip_prefix(persona.slug.as_str()).unwrap_or_default();
                [host, lang, "/", &below].concat()
            }
            None => [&*self.config.base_url, "/", &site.root, "/", &below].concat(),
        }
    }

    /// The folder that is the web root for a site: its persona's own where that has a host of its
    /// own.
    pub fn web_root(&self, site: &Site) -> &str {
        let persona = self.config.persona(site.persona);
        if persona.base_url.is_some() { &persona.slug } else { "" }
    }
}

/// Whether a file below `content/` is a page: `.md` or `.markdown`, in any case of letters.
pub fn is_page(path: &HubPath) -> bool {
    let extension = path
        .name()
        .rsplit_once('.')
        .filter(|(stem, _)| !stem.is_empty())
        .map(|(_, extension)| extension);
    extension.is_some_and(|extension| {
        extension.eq_ignore_ascii_case("md") || extension.eq_ignore_ascii_case("markdown")
    })
}
