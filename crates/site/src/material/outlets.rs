//! Where an output stands, in which languages, and which address is the canonical one.

use std::collections::BTreeSet;

use super::{Material, part_path};
use crate::view::{Alternate, Outlet};
use etappe_base::path::{self, link, to_root};
use etappe_hub::config::{Config, LangIx, StageIx};
use etappe_hub::journey::{Layout, Placement, Site, SiteIx};

impl Material {
    /// Where the output at the path `below` its site stands. `versions` are its languages, its own
    /// included.
    pub(crate) fn outlet(&self, ix: SiteIx, below: &str, versions: &[(SiteIx, &str)]) -> Outlet {
        let hub = &self.hub;
        let site = hub.site(ix);
        let own = [&*site.root, "/", below].concat();
        let web_root = hub.web_root(site);
        let depth = path::depth(&own) - if web_root.is_empty() { 0 } else { 1 };
        let chooser = web_root.is_empty().then(|| link(&own, &self.chooser_path(site.lang)));
        Outlet {
            to_site: Some(to_root(below)),
            to_root: "../".repeat(depth),
            canonical: hub.url(site, below),
            alternates: versions.iter().map(|(at, path)| self.alternate(&own, *at, path)).collect(),
            chooser,
        }
    }

    /// The version of an output that stands at the path `below` the site `ix`, as the output at `own`
    /// below the web root says it.
    fn alternate(&self, own: &str, ix: SiteIx, below: &str) -> Alternate {
        let hub = &self.hub;
        let site = hub.site(ix);
        let lang = hub.config.lang(site.lang);
        let path = [&*site.root, "/", below].concat();
        Alternate {
            lang: lang.code.clone(),
            dir: lang.dir(),
            name: lang.name().to_owned(),
            href: link(own, &path),
            url: hub.url(site, below),
            current: path == own,
            near: false,
        }
    }

    /// Where a part of a stage's list stands, from 1. In a language in which the list has fewer parts
    /// the last of them is nearest.
    pub(crate) fn part_outlet(&self, ix: SiteIx, stage: StageIx, part: usize) -> Outlet {
        let site = |ix: SiteIx| &self.hub.site(ix).stages[stage];
        let nearest = |other: SiteIx| part.min(self.part_count(other, stage));
        let stages = self.stage_versions(ix, stage);
        let paths: Vec<(SiteIx, String)> = stages
            .iter()
            .map(|(other, _)| (*other, part_path(site(*other), nearest(*other))))
            .collect();
        let versions: Vec<(SiteIx, &str)> =
            paths.iter().map(|(other, path)| (*other, &**path)).collect();
        let mut outlet = self.outlet(ix, &part_path(site(ix), part), &versions);
        for (alternate, (other, _)) in outlet.alternates.iter_mut().zip(&versions) {
            alternate.near = nearest(*other) < part;
        }
        outlet
    }

    /// Where a page stands. A page that several personas share names as canonical the address that
    /// search engines should send people to.
    pub(crate) fn page_outlet(&self, placement: &Placement) -> Outlet {
        let hub = &*self.hub;
        let mut outlet =
            self.outlet(placement.site, &placement.path, &self.page_versions(placement));
        let canonical = self.canonical(placement);
        if canonical.site != placement.site {
            outlet.canonical = hub.url(hub.site(canonical.site), &canonical.path);
            for (site, path) in self.page_versions(canonical) {
                let lang = &hub.config.lang(hub.site(site).lang).code;
                let same = outlet.alternates.iter_mut().filter(|alternate| alternate.lang == *lang);
                same.for_each(|alternate| alternate.url = hub.url(hub.site(site), path));
            }
        }
        outlet
    }

    /// The placement that stands for all placements of a page in one language: the one on the site
    /// of its `canonical_persona`, or `placement` itself where there is none.
    pub(crate) fn canonical<'r>(&'r self, placement: &'r Placement) -> &'r Placement {
        let hub = &*self.hub;
        let Some(persona) = hub.facets(placement.doc).front.canonical_persona else {
            return placement;
        };
        let lang = hub.site(placement.site).lang;
        let on_site =
            |site: SiteIx| hub.site(site).persona == persona && hub.site(site).lang == lang;
        let there = hub
            .page(hub.doc(placement.doc).page)
            .placements
            .iter()
            .find(|(site, _)| on_site(*site));
        there.map_or(placement, |(_, ix)| hub.placement(*ix))
    }

    /// The same page in all languages of the same persona: each site, and the path below it.
    pub(crate) fn page_versions(&self, placement: &Placement) -> Vec<(SiteIx, &str)> {
        let hub = &self.hub;
        let persona = hub.site(placement.site).persona;
        let page = hub.page(hub.doc(placement.doc).page);
        let same = page.placements.iter().filter(|(site, _)| hub.site(*site).persona == persona);
        same.map(|(site, ix)| (*site, &*hub.placement(*ix).path)).collect()
    }

    /// The same output on all sites of a persona: each site, and the path below it that `below`
    /// gives; `None` where that site has no such output.
    pub(crate) fn site_versions<'r>(
        &'r self,
        site: SiteIx,
        below: impl Fn(&'r Site) -> Option<&'r str>,
    ) -> Vec<(SiteIx, &'r str)> {
        let persona = self.hub.site(site).persona;
        let own = self.hub.shown_sites().filter(|(_, site)| site.persona == persona);
        own.filter_map(|(ix, site)| Some((ix, below(site)?))).collect()
    }

    /// As [`Material::site_versions`], of the page of a stage.
    pub(crate) fn stage_versions(&self, site: SiteIx, stage: StageIx) -> Vec<(SiteIx, &str)> {
        self.site_versions(site, |site| {
            let stage = &site.stages[stage];
            stage.number.map(|_| &*stage.path)
        })
    }

    /// The path of a language's chooser, below the web root.
    pub(crate) fn chooser_path(&self, lang: LangIx) -> String {
        chooser_path(&self.hub.config, lang)
    }
}

/// The languages that have a chooser: the default one, and those in which the edition shows a site.
pub(crate) fn chooser_langs(layout: &Layout) -> BTreeSet<LangIx> {
    let shown = layout.shown_sites().map(|(_, site)| site.lang);
    std::iter::once(LangIx::DEFAULT).chain(shown).collect()
}

/// The path of a language's chooser, below the web root.
pub(crate) fn chooser_path(config: &Config, lang: LangIx) -> String {
    match lang {
        LangIx::DEFAULT => "index.html".to_owned(),
        lang => format!("{}/index.html", config.lang(lang).code),
    }
}

/// The path of an address: `/below` of `https://hub.example/below`, or nothing.
pub(crate) fn path_of(url: &str) -> &str {
    url.split_once("://").and_then(|(_, rest)| rest.find('/').map(|at| &rest[at..])).unwrap_or("")
}
