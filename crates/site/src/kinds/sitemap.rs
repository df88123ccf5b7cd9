//! The addresses of a persona's sites in all languages, for search engines: a sitemap
//! (sitemaps.org 0.9) with hreflang links. Previews have none.

use std::io;

use serde::Serialize;

use super::xml::{SOUND, Xml, begin, text};
use super::{Inputs, Lens, Listed, OutputKind, Subject};
use crate::material::Material;
use crate::view::{View, WritesItself};
use etappe_base::hash::Hasher;
use etappe_hub::config::{LangIx, PersonaIx};
use etappe_hub::journey::{Placement, Site, SiteIx};

pub(super) const NAMESPACE: &str = "http://www.sitemaps.org/schemas/sitemap/0.9";

/// The sitemap of a persona.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct SitemapOutput(pub PersonaIx);

impl Listed for SitemapOutput {
    fn list(lens: &Lens<'_>, add: &mut dyn FnMut(String, Self)) {
        if lens.edition().preview {
            return;
        }
        for (persona, folder) in lens.personas() {
            add(format!("{folder}/sitemap.xml"), Self(persona));
        }
    }
}

impl OutputKind for SitemapOutput {
    fn inputs<'m>(&self, material: &'m Material) -> Box<dyn Inputs + 'm> {
        let hub = &material.hub;
        let mut urls = Vec::new();
        for (ix, site) in hub.sites.iter_indexed().filter(|(_, site)| site.persona == self.0) {
            add_site(material, ix, site, &mut urls);
        }
        Box::new(SitemapInputs { urls })
    }

    fn called(&self, _material: &Material) -> String {
        "a sitemap".to_owned()
    }

    fn subject(&self) -> Subject {
        Subject::Persona(self.0)
    }
}

/// Adds the addresses of a site: its home, its stages with pages of their own, and the pages whose
/// canonical address is there.
fn add_site(material: &Material, ix: SiteIx, site: &Site, urls: &mut Vec<SitemapUrl>) {
    let hub = &material.hub;
    let mut add = |below: &str, lastmod: Option<String>, versions: &[(SiteIx, &str)]| {
        let version = |&(ix, path): &(SiteIx, &str)| {
            let site = hub.site(ix);
            (hub.config.lang(site.lang).code.clone(), hub.url(site, path))
        };
        let alternates = match versions {
            [_] => Vec::new(),
            all => all.iter().map(version).collect(),
        };
        urls.push(SitemapUrl { loc: hub.url(site, below), lastmod, alternates });
    };
    add("index.html", None, &material.site_versions(ix, |_| "index.html"));
    for stage in site.stages.iter().filter(|stage| !stage.placements.is_empty()) {
        let versions = material.site_versions(ix, |site| &site.stages[stage.stage].path);
        add(&stage.path, None, &versions);
    }
    let own = |placement: &&Placement| material.canonical(placement).site == placement.site;
    for placement in site.walk.iter().map(|ix| hub.placement(*ix)).filter(own) {
        let front = &hub.facets(placement.doc).front;
        let lastmod = front.updated.max(front.date).map(|moment| moment.day.to_string());
        add(&placement.path, lastmod, &material.page_versions(placement));
    }
}

/// The absolute addresses of the sitemaps of the personas that are `wanted`.
pub(super) fn addresses(material: &Material, wanted: impl Fn(&Site) -> bool) -> Vec<String> {
    let hub = &material.hub;
    let sites = hub.sites.iter().filter(|site| site.lang == LangIx::DEFAULT && wanted(site));
    sites.map(|site| hub.url(site, "sitemap.xml")).collect()
}

/// One persona's sitemap, all languages.
#[derive(Serialize)]
struct SitemapInputs {
    /// Site by site.
    urls: Vec<SitemapUrl>,
}

/// One address of a sitemap.
#[derive(Serialize)]
struct SitemapUrl {
    /// Absolute.
    loc: String,
    /// `2026-11-22`. `None` for homes, stages, and pages without a date.
    lastmod: Option<String>,
    /// Language code and address of each version, this one included; empty where it is the only
    /// one.
    alternates: Vec<(String, String)>,
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
