//! The list of the hub's sitemaps (sitemaps.org 0.9), and that of a persona that has several.
//! Previews have none.

use serde::Serialize;

use super::hub_sitemap::HUB_SITEMAP;
use super::sitemap::{NAMESPACE, Parts, addresses, part_name, parts};
use super::xml::{SOUND, begin, text};
use super::{Inputs, Lens, Listed, OutputKind, Subject};
use crate::material::Material;
use crate::view::{View, WritesItself};
use etappe_base::hash::Hasher;
use etappe_hub::config::PersonaIx;

/// The list of sitemaps of the hub, or of one persona.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct SitemapIndexOutput(Option<PersonaIx>);

impl Listed for SitemapIndexOutput {
    fn list(lens: &Lens<'_>, add: &mut dyn FnMut(String, Self)) {
        if lens.edition().preview {
            return;
        }
        if lens.edition().only.is_none() {
            add("sitemap.xml".to_owned(), Self(None));
        }
        let several = |persona| parts(lens.layout(), lens.config(), persona).count > 1;
        for (persona, folder) in lens.personas().filter(|(persona, _)| several(*persona)) {
            add(format!("{folder}/sitemap.xml"), Self(Some(persona)));
        }
    }
}

impl OutputKind for SitemapIndexOutput {
    /// Of the hub, that of its own pages, and those of the personas that share its address. The
    /// others have hosts of their own, and their sitemaps stand there. A list names no list, so a
    /// persona's several sitemaps are all named here.
    fn inputs<'m>(&self, material: &'m Material) -> Box<dyn Inputs + 'm> {
        let config = &material.hub.config;
        let mut sitemaps = Vec::new();
        let mut add = |whole: String, persona| match parts(&material.hub.layout, config, persona) {
            Parts { count: 0 | 1, .. } => sitemaps.push(whole),
            Parts { count, .. } => {
                let folder = whole.trim_end_matches("sitemap.xml");
                sitemaps.extend((1..=count).map(|part| format!("{folder}{}", part_name(part))));
            }
        };
        match self.0 {
            Some(persona) => {
                let own = addresses(material, |site| site.persona == persona);
                own.into_iter().for_each(|whole| add(whole, persona));
            }
            None => {
                for persona in config.persona_ixs() {
                    let shares = config.persona(persona).base_url.is_none();
                    let own = addresses(material, |site| site.persona == persona && shares);
                    own.into_iter().for_each(|whole| add(whole, persona));
                }
                sitemaps.insert(0, format!("{}/{HUB_SITEMAP}", config.base_url));
            }
        }
        Box::new(SitemapIndexInputs { sitemaps })
    }

    fn subject(&self) -> Subject {
        self.0.map_or(Subject::Hub, Subject::Persona)
    }

    fn called(&self, _material: &Material) -> String {
        "a sitemap".to_owned()
    }
}

#[derive(Serialize)]
struct SitemapIndexInputs {
    /// Absolute, in the order of the hub.
    sitemaps: Vec<String>,
}

impl Inputs for SitemapIndexInputs {
    fn hash(&self, hasher: &mut Hasher) {
        hasher.value(self);
    }

    fn view(&self) -> View<'_> {
        View::Written(self)
    }
}

impl WritesItself for SitemapIndexInputs {
    fn write(&self, out: &mut Vec<u8>) {
        let mut xml = begin(out);
        let root = xml.create_element("sitemapindex").with_attribute(("xmlns", NAMESPACE));
        root.write_inner_content(|xml| {
            self.sitemaps.iter().try_for_each(|url| {
                xml.create_element("sitemap").write_inner_content(|xml| text(xml, "loc", url))?;
                Ok(())
            })
        })
        .expect(SOUND);
        out.push(b'\n');
    }
}
