//! The addresses of the hub's own pages, its choosers, for search engines. Previews have none.

use super::sitemap::{SitemapInputs, SitemapUrl};
use super::{Inputs, Lens, Listed, OutputKind};
use crate::material::{Material, chooser_langs, chooser_path};

/// Where it stands; no persona has a slug with a dot.
pub(super) const HUB_SITEMAP: &str = "sitemap-hub.xml";

/// The sitemap of the choosers in all languages.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct HubSitemapOutput;

impl Listed for HubSitemapOutput {
    fn list(lens: &Lens<'_>, add: &mut dyn FnMut(String, Self)) {
        if lens.edition().only.is_none() && !lens.edition().preview {
            add(HUB_SITEMAP.to_owned(), Self);
        }
    }
}

impl OutputKind for HubSitemapOutput {
    fn inputs<'m>(&self, material: &'m Material) -> Box<dyn Inputs + 'm> {
        let config = &material.hub.config;
        let address = |lang| {
            let path = chooser_path(config, lang);
            format!("{}/{}", config.base_url, path.trim_end_matches("index.html"))
        };
        let versions: Vec<(String, String)> = chooser_langs(&material.hub)
            .into_iter()
            .map(|lang| (config.lang(lang).code.clone(), address(lang)))
            .collect();
        let url = |(_, loc): &(String, String)| SitemapUrl {
            loc: loc.clone(),
            lastmod: None,
            alternates: if versions.len() > 1 { versions.clone() } else { Vec::new() },
        };
        Box::new(SitemapInputs { urls: versions.iter().map(url).collect() })
    }

    fn called(&self, _material: &Material) -> String {
        "a sitemap".to_owned()
    }
}
