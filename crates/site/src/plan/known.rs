//! What an earlier plan knows already: an output whose own inputs did not change keeps their
//! digest.
//!
//! All this may only save work, never change a result. Comparing inputs is cheaper than gathering
//! and hashing them. Where in doubt, they count as changed.

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use rayon::prelude::*;

use super::{Before, Material, Node, Recipe};
use crate::view::search::SearchPart;
use etappe_base::path::OutPath;
use etappe_hub::config::PersonaIx;
use etappe_hub::content::{Body, Facets, Link};
use etappe_hub::journey::{DocIx, Located, Placement, PlacementIx, SiteIx};

/// An earlier plan over the same layout.
pub(super) struct Known<'b> {
    pub before: Before<'b>,
    /// By site: whether a page of its persona says other words about itself than before.
    touched: Vec<bool>,
    /// Whether every page names the same needs as before.
    same_needs: bool,
    /// Whether the theme is the same, except perhaps for its templates.
    same_theme: bool,
    /// Whether pages still show related pages, or still show none.
    same_related: bool,
    /// Whether cards are still made, or still not. A page that says other words may yet gain or
    /// lose its own.
    same_cards: bool,
}

impl<'b> Known<'b> {
    /// `None` where the layout, the configuration or the edition is another one: then indexes mean
    /// something else.
    pub(super) fn new(material: &Material, before: Before<'b>) -> Option<Self> {
        let (new, old) = (&material.hub, &before.material.hub);
        let same = Arc::ptr_eq(&new.layout, &old.layout)
            && Arc::ptr_eq(&new.config, &old.config)
            && new.edition == old.edition;
        same.then(|| {
            let changed = new
                .docs
                .iter()
                .zip(&old.docs)
                .filter(|(new, old)| !same_words(&new.facets, &old.facets));
            let placements = changed.flat_map(|(doc, _)| &new.page(doc.page).placements);
            // Sites in other languages list pages that they do not have themselves.
            let personas: BTreeSet<PersonaIx> =
                placements.map(|(site, _)| new.site(*site).persona).collect();
            let touched = new.sites.iter().map(|site| personas.contains(&site.persona)).collect();
            let same_needs = material.frames.by_need == before.material.frames.by_need;
            let same_theme = material.theme.digest == before.material.theme.digest;
            let shows_related = |material: &Material| material.theme.templates.shows_related;
            let same_related = shows_related(material) == shows_related(before.material);
            let same_cards = material.makes_cards() == before.material.makes_cards();
            Self { before, touched, same_needs, same_theme, same_related, same_cards }
        })
    }

    /// Whether the same outputs stand at the same places.
    pub(super) fn has_same_outputs(&self, material: &Material) -> bool {
        let old = self.before.material;
        let same_aliases = material.hub.docs.iter().zip(&old.hub.docs).all(|(new, old)| {
            Arc::ptr_eq(&new.facets, &old.facets)
                || new.facets.front.aliases == old.facets.front.aliases
        });
        let same_files = material.links.differing(&old.links).all(|doc| {
            let of = |located: &[Box<[Located]>]| -> Vec<Vec<u32>> {
                located
                    .iter()
                    .map(|links| links.iter().filter_map(Located::beside).collect())
                    .collect()
            };
            of(material.links.of_document(doc)) == of(old.links.of_document(doc))
        });
        self.same_theme
            && same_aliases
            && same_files
            && self.has_same_cards(material)
            && material.search.has_same_parts(&old.search)
    }

    fn has_same_cards(&self, material: &Material) -> bool {
        let (new, old) = (material, self.before.material);
        let differs = |doc: DocIx| !Arc::ptr_eq(&new.hub.doc(doc).facets, &old.hub.doc(doc).facets);
        let same = |placement: &Placement| {
            !differs(placement.doc) || new.has_card(placement) == old.has_card(placement)
        };
        self.same_cards && (!new.makes_cards() || new.hub.placements.iter().all(same))
    }

    /// All nodes of the earlier plan. Those whose own inputs changed lose the digest of these.
    pub(super) fn nodes(&self, material: &Material) -> Vec<Node> {
        let nodes = self.before.plan.nodes.par_iter().with_min_len(512);
        nodes.map(|node| self.renewed(material, node)).collect()
    }

    /// The node of one output, if the earlier plan has it with the same recipe.
    pub(super) fn node(&self, material: &Material, path: &OutPath, recipe: Recipe) -> Option<Node> {
        let node = self.before.plan.find(path.as_str()).filter(|node| node.recipe == recipe)?;
        Some(self.renewed(material, node))
    }

    fn renewed(&self, material: &Material, node: &Node) -> Node {
        let own = node.own.get().filter(|_| self.has_same_own(material, node.recipe));
        Node {
            path: node.path.clone(),
            recipe: node.recipe,
            own: own.map_or_else(OnceLock::new, |own| OnceLock::from(*own)),
        }
    }

    /// Whether the own inputs of a recipe, as [`Material::inputs`] gathers them, are the same as
    /// before.
    fn has_same_own(&self, material: &Material, recipe: Recipe) -> bool {
        let touched = |site: SiteIx| self.touched[usize::from(site.0)];
        match recipe {
            Recipe::Page(ix) => {
                self.same_cards && self.same_related && self.is_same_page(material, ix)
            }
            Recipe::SocialCard(ix) => {
                let doc = material.hub.placement(ix).doc;
                same_words(&material.hub.doc(doc).facets, &self.before.material.hub.doc(doc).facets)
            }
            // Lists show the titles, summaries and dates of any page on the site, as the theme
            // writes them.
            Recipe::Stage(site, _) | Recipe::Home(site) => self.same_theme && !touched(site),
            Recipe::Feed(site, ..) | Recipe::Contents(site) => !touched(site),
            Recipe::Search(site, SearchPart::Pages(_)) => !touched(site),
            // The beginning of a search holds words of the theme.
            Recipe::Search(site, _) => {
                self.same_theme && material.search.is_same(&self.before.material.search, site)
            }
            Recipe::Sitemap(persona) => material
                .hub
                .site_ixs()
                .all(|site| material.hub.site(site).persona != persona || !touched(site)),
            Recipe::Redirect(ix, alias) => {
                let doc = material.hub.placement(ix).doc;
                let alias_of = |material: &Material| {
                    material.hub.facets(doc).front.aliases.get(usize::from(alias)).cloned()
                };
                alias_of(material) == alias_of(self.before.material)
            }
            Recipe::ThemeAsset(_) => Arc::ptr_eq(&material.theme, &self.before.material.theme),
            // One policy covers every text of a web root: gathering it again costs less than
            // comparing them all.
            Recipe::Headers(..) => false,
            // Made of configuration and layout alone.
            Recipe::Chooser(_)
            | Recipe::NotFound(_)
            | Recipe::Preferences(_)
            | Recipe::SitemapIndex
            | Recipe::Robots(_)
            | Recipe::Media(_)
            | Recipe::Small(..)
            | Recipe::Static(_) => true,
        }
    }

    fn is_same_page(&self, material: &Material, ix: PlacementIx) -> bool {
        let (new, old) = (material, self.before.material);
        let placement = new.hub.placement(ix);
        let same_words_of =
            |doc: DocIx| same_words(&new.hub.doc(doc).facets, &old.hub.doc(doc).facets);
        same_words_of(placement.doc)
            && new.hub.doc(placement.doc).state == old.hub.doc(placement.doc).state
            && says_the_same(new.body(placement), old.body(placement))
            && new
                .body(placement)
                .templates()
                .all(|name| new.theme.templates.digest(&name) == old.theme.templates.digest(&name))
            && (Arc::ptr_eq(&new.references, &old.references)
                || new.cited(placement) == old.cited(placement))
            && new.located(placement) == old.located(placement)
            && (!self.touched[usize::from(placement.site.0)]
                || self.leads_to_same(material, placement))
    }

    /// Whether the pages that a page leads its readers on to are the same, and say the same about
    /// themselves.
    fn leads_to_same(&self, material: &Material, placement: &Placement) -> bool {
        let (new, old) = (&material.hub, &self.before.material.hub);
        let leads = material.leads(placement);
        let same_pages = self.same_needs || leads == self.before.material.leads(placement);
        same_pages
            && leads.iter().map(|ix| new.placement(*ix).doc).all(|doc| {
                same_words(&new.doc(doc).facets, &old.doc(doc).facets)
                    && new.doc(doc).state == old.doc(doc).state
            })
    }
}

fn says_the_same(new: &Body, old: &Body) -> bool {
    let same_link = |(new, old): (&Link, &Link)| new.dest == old.dest && new.kind == old.kind;
    new.digest == old.digest
        && new.links.len() == old.links.len()
        && new.links.iter().zip(&old.links).all(same_link)
}

fn same_words(new: &Arc<Facets>, old: &Arc<Facets>) -> bool {
    Arc::ptr_eq(new, old) || new.stated == old.stated
}
