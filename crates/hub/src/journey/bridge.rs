//! Bridges: from a page to the site of another persona, by an address outside all personas' folders.
//!
//! The readers of the first page are told for whom the other site is, and nothing else of it.

use super::address::Located;
use super::{DocIx, Hub, PageIx, Placement, PlacementIx, SiteIx};
use crate::config::{Fallback, LangIx, PersonaIx};
use crate::content::{Audience, PageKey};
use etappe_base::hash::Hasher;

/// The folder of all bridges, below the hub's root.
pub const FOLDER: &str = "bridge";

/// A bridge as one page shows it on one site.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct BridgeWay {
    /// Whose site it leads to.
    pub persona: PersonaIx,
    /// The language of the readers who come.
    pub lang: LangIx,
    /// The page that is meant; `None`: the persona's home.
    pub page: Option<PageIx>,
}

/// Where a bridge ends.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum BridgeEnd {
    /// At the home of a site.
    Home(SiteIx),
    /// At a page, which may be in the default language.
    Page(PlacementIx),
}

impl Hub {
    /// What the page that a bridge names means: a page, one in other case of letters, or nothing.
    /// `None` where the document has no bridge, or one to a persona's home.
    pub fn locate_bridge(&self, doc: DocIx) -> Option<Located> {
        let page = self.facets(doc).front.bridge.as_ref()?.page.as_ref()?;
        let below = page.value.strip_prefix("content/").unwrap_or(&page.value);
        let located = self.addresses.locate(&PageKey::new(""), below);
        Some(located.page().map_or(Located::Broken, |_| located))
    }

    /// The bridge that a page shows on its site; `None` where it has none, or one that leads
    /// nowhere, or to these readers themselves.
    pub fn bridge(&self, from: &Placement) -> Option<BridgeWay> {
        let bridge = self.facets(from.doc).front.bridge.as_ref()?;
        let site = self.site(from.site);
        if bridge.persona == site.persona || !self.reaches_root(site.persona) {
            return None;
        }
        let page = match &bridge.page {
            Some(_) => Some(self.locate_bridge(from.doc)?.page()?),
            None => None,
        };
        let way = BridgeWay { persona: bridge.persona, lang: site.lang, page };
        let leads = match self.edition.only {
            Some(only) if only != way.persona => self.ends_elsewhere(way),
            _ => self.bridge_end(way).is_some(),
        };
        leads.then_some(way)
    }

    /// Where a bridge ends; `None` where it leads nowhere, and in an edition without that persona's
    /// sites.
    pub fn bridge_end(&self, way: BridgeWay) -> Option<BridgeEnd> {
        let site = self.find_site(way.persona, way.lang)?;
        match way.page {
            None => self.site(site).is_shown().then_some(BridgeEnd::Home(site)),
            Some(page) => {
                let own = self.on_site(page, site).or_else(|| self.in_default_language(page, site));
                own.map(BridgeEnd::Page)
            }
        }
    }

    /// Whether readers of a persona's site find the hub's root: it is beside them, or at a known
    /// address.
    pub(super) fn reaches_root(&self, persona: PersonaIx) -> bool {
        self.config.has_address || self.config.persona(persona).base_url.is_none()
    }

    /// Whether a bridge leads somewhere in the edition of all personas, as far as one without that
    /// persona's sites can tell.
    fn ends_elsewhere(&self, way: BridgeWay) -> bool {
        let has = |page: PageIx| {
            let docs = &self.page(page).docs;
            let borrowed = || docs[0].filter(|_| self.config.fallback == Fallback::Link);
            let doc = docs[usize::from(way.lang.0)].or_else(borrowed);
            doc.is_some_and(|doc| self.shows(doc, way.persona))
        };
        let is_shown = || self.shows_empty() || self.pages.indexes().any(has);
        self.config.is_built(way.persona) && way.page.map_or_else(is_shown, has)
    }

    /// Whether the edition of all personas shows a document to one of them.
    fn shows(&self, doc: DocIx, persona: PersonaIx) -> bool {
        let (state, facets) = (self.doc(doc).state, self.facets(doc));
        let is_blocked = facets.blocked || state == super::State::Blocked;
        state.is_shown(is_blocked, self.edition)
            && !facets.front.stages.is_empty()
            && facets.front.audience.includes(persona)
    }

    /// The path of a bridge's output, below the hub's root. It depends on nothing that a reader
    /// sees, so that no edit of words moves it, and names neither the page nor its readers.
    pub fn bridge_path(&self, way: BridgeWay) -> String {
        /// In hex digits: enough for a million bridges to be told apart.
        const LENGTH: usize = 16;
        let mut hasher = Hasher::new("bridge");
        hasher
            .text(&self.config.persona(way.persona).id)
            .text(&self.config.lang(way.lang).code)
            .maybe_text(way.page.map(|page| self.page(page).key.as_str()));
        let name = hasher.finish().to_string();
        format!("{FOLDER}/{}/index.html", &name[..LENGTH])
    }

    /// Whether anybody but the persona that a document bridges to has it.
    pub fn bridges_apart(&self, doc: DocIx) -> bool {
        let front = &self.facets(doc).front;
        front.bridge.as_ref().is_some_and(|bridge| match &front.audience {
            Audience::All => true,
            Audience::Only(personas) => personas.iter().any(|own| *own != bridge.persona),
        })
    }
}
