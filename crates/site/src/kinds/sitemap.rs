//! The addresses of a persona's sites in all languages, for search engines: a sitemap
//! (sitemaps.org 0.9) with hreflang links, or several where one would be too large. Previews have
//! none.

use std::io;
use std::ops::Range;

use serde::Serialize;

use super::xml::{SOUND, Xml, begin, text};
use super::{Inputs, Lens, Listed, OutputKind, Subject};
use crate::material::Material;
use crate::view::{View, WritesItself};
use etappe_base::hash::Hasher;
use etappe_base::path;
use etappe_hub::config::{Config, LangIx, PersonaIx};
use etappe_hub::journey::{Layout, Placement, Site, SiteIx};

pub(super) const NAMESPACE: &str = "http://www.sitemaps.org/schemas/sitemap/0.9";

/// The most addresses that a sitemap may hold.
const MOST: usize = 50_000;
/// The most bytes that it may have.
const HEAVIEST: usize = 50_000_000;

/// A sitemap of a persona.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct SitemapOutput {
    persona: PersonaIx,
    /// From 1, of several; `None` where one holds all.
    part: Option<u16>,
}

impl Listed for SitemapOutput {
    fn list(lens: &Lens<'_>, add: &mut dyn FnMut(String, Self)) {
        if lens.edition().preview {
            return;
        }
        for (persona, folder) in lens.personas() {
            let parts = parts(lens.layout(), lens.config(), persona).count;
            if parts < 2 {
                add(format!("{folder}/sitemap.xml"), Self { persona, part: None });
            }
            for part in (1..=parts).filter(|_| parts > 1) {
                let path = format!("{folder}/{}", part_name(part));
                add(path, Self { persona, part: Some(part as u16) });
            }
        }
    }
}

impl OutputKind for SitemapOutput {
    fn inputs<'m>(&self, material: &'m Material) -> Box<dyn Inputs + 'm> {
        let hub = &material.hub;
        let size = parts(&hub.layout, &hub.config, self.persona).size;
        let own = match self.part {
            None => 0..usize::MAX,
            Some(part) => size * usize::from(part - 1)..size * usize::from(part),
        };
        let mut part = Part { urls: Vec::new(), own, at: 0 };
        for (ix, site) in hub.shown_sites().filter(|(_, site)| site.persona == self.persona) {
            add_site(material, ix, site, &mut part);
        }
        Box::new(SitemapInputs { urls: part.urls })
    }

    fn called(&self, _material: &Material) -> String {
        "a sitemap".to_owned()
    }

    fn subject(&self) -> Subject {
        Subject::Persona(self.persona)
    }
}

/// How a persona's addresses are shared out.
pub(super) struct Parts {
    /// How many sitemaps there are.
    pub count: usize,
    /// How many places each has; those of pages that have their address on another site stay empty.
    size: usize,
}

/// The name of one of several sitemaps, from 1.
pub(super) fn part_name(part: usize) -> String {
    format!("sitemap-{part}.xml")
}

/// How many sitemaps hold a persona's addresses, by the layout alone.
pub(super) fn parts(layout: &Layout, config: &Config, persona: PersonaIx) -> Parts {
    /// So many addresses of any length, with as many versions, always fit.
    const FEW: usize = 10_000;
    let shown = || layout.shown_sites().map(|(_, site)| site);
    let sites = || shown().filter(|site| site.persona == persona);
    let places = |site: &Site| 1 + site.stages.len() + site.walk.len();
    let all: usize = sites().map(places).sum();
    let versions = sites().count() + 1;
    if all * versions <= FEW {
        return Parts { count: 1, size: MOST };
    }
    let base = config.persona(persona).base_url.as_ref().unwrap_or(&config.base_url).len();
    let weight = |site: &Site| {
        let paths = site.walk.iter().map(|ix| path::encode(&layout.placement(*ix).path).len());
        site.root.len() + paths.max().unwrap_or_default()
    };
    let longest = base + sites().map(weight).max().unwrap_or_default();
    shared_out(all, versions, longest)
}

/// Shares out `all` addresses of at most `longest` bytes, each with so many `versions`.
fn shared_out(all: usize, versions: usize, longest: usize) -> Parts {
    // What stands around an address, and around a version of it.
    let heaviest = 100 + longest + versions * (80 + longest);
    let size = MOST.min(HEAVIEST / heaviest).max(1);
    Parts { count: all.div_ceil(size).max(1), size }
}

/// A part of a persona's addresses while it is gathered.
struct Part {
    urls: Vec<SitemapUrl>,
    /// The places that are this part's.
    own: Range<usize>,
    /// The next place.
    at: usize,
}

impl Part {
    /// Whether the next place is in this part.
    fn takes(&mut self) -> bool {
        self.at += 1;
        self.own.contains(&(self.at - 1))
    }
}

/// Adds the addresses of a site: its home, its stages with pages, and the pages whose
/// canonical address is there.
fn add_site(material: &Material, ix: SiteIx, site: &Site, part: &mut Part) {
    let hub = &material.hub;
    let add = |below: &str, lastmod: Option<String>, versions: &[(SiteIx, &str)]| {
        let version = |&(ix, path): &(SiteIx, &str)| {
            let site = hub.site(ix);
            (hub.config.lang(site.lang).code.clone(), hub.url(site, path))
        };
        let alternates = match versions {
            [_] => Vec::new(),
            all => all.iter().map(version).collect(),
        };
        SitemapUrl { loc: hub.url(site, below), lastmod, alternates }
    };
    if part.takes() {
        let versions = material.site_versions(ix, |_| Some("index.html"));
        part.urls.push(add("index.html", None, &versions));
    }
    for stage in &site.stages {
        if part.takes() && stage.count() > 0 {
            let versions = material.stage_versions(ix, stage.stage);
            part.urls.push(add(&stage.path, None, &versions));
        }
    }
    let is_own = |placement: &Placement| material.canonical(placement).site == placement.site;
    for placement in site.walk.iter().map(|ix| hub.placement(*ix)) {
        if !part.takes() || !is_own(placement) {
            continue;
        }
        let front = &hub.facets(placement.doc).front;
        let lastmod = front.updated.max(front.date).map(|moment| moment.day.to_string());
        part.urls.push(add(&placement.path, lastmod, &material.page_versions(placement)));
    }
}

/// The absolute addresses of the sitemaps of the personas that are `wanted`.
pub(super) fn addresses(material: &Material, wanted: impl Fn(&Site) -> bool) -> Vec<String> {
    let hub = &material.hub;
    let shown = hub.shown_personas();
    let is_named = |site: &&Site| site.lang == LangIx::DEFAULT && shown.contains(&site.persona);
    let sites = hub.sites.iter().filter(is_named).filter(|site| wanted(site));
    sites.map(|site| hub.url(site, "sitemap.xml")).collect()
}

/// The addresses of one sitemap.
#[derive(Serialize)]
pub(super) struct SitemapInputs {
    /// Site by site.
    pub urls: Vec<SitemapUrl>,
}

/// One address of a sitemap.
#[derive(Serialize)]
pub(super) struct SitemapUrl {
    /// Absolute.
    pub loc: String,
    /// `2026-11-22`. `None` for homes, stages, and pages without a date.
    pub lastmod: Option<String>,
    /// Language code and address of each version, this one included; empty where it is the only
    /// one.
    pub alternates: Vec<(String, String)>,
}

impl Inputs for SitemapInputs {
    fn hash(&self, hasher: &mut Hasher) {
        hasher.value(self);
    }

    fn view(&self) -> View<'_> {
        View::Written(self)
    }
}

impl WritesItself for SitemapInputs {
    fn write(&self, out: &mut Vec<u8>) {
        let mut xml = begin(out);
        let root = xml
            .create_element("urlset")
            .with_attribute(("xmlns", NAMESPACE))
            .with_attribute(("xmlns:xhtml", "http://www.w3.org/1999/xhtml"));
        root.write_inner_content(|xml| self.urls.iter().try_for_each(|url| url.write(xml)))
            .expect(SOUND);
        out.push(b'\n');
    }
}

impl SitemapUrl {
    fn write(&self, xml: &mut Xml<'_>) -> io::Result<()> {
        xml.create_element("url").write_inner_content(|xml| {
            text(xml, "loc", &self.loc)?;
            if let Some(lastmod) = &self.lastmod {
                text(xml, "lastmod", lastmod)?;
            }
            self.alternates.iter().try_for_each(|(lang, href)| {
                let link = xml.create_element("xhtml:link").with_attribute(("rel", "alternate"));
                link.with_attribute(("hreflang", lang.as_str()))
                    .with_attribute(("href", href.as_str()))
                    .write_empty()
                    .map(|_| ())
            })
        })?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sitemaps_are_split_by_number_and_by_weight() {
        for (all, versions, longest, expected) in [
            (50_000, 2, 100, (1, 50_000)),
            (50_001, 2, 100, (2, 50_000)),
            (0, 2, 100, (1, 50_000)),
            (50_000, 9, 300, (4, 13_089)),
        ] {
            let Parts { count, size } = shared_out(all, versions, longest);
            assert_eq!((count, size), expected, "{all} {versions} {longest}");
            assert!(size * (100 + longest + versions * (80 + longest)) <= HEAVIEST);
        }
    }
}
