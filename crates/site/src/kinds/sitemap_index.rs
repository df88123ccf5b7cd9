//! The list of the personas' sitemaps (sitemaps.org 0.9). Previews have none.

use serde::Serialize;

use super::sitemap::{NAMESPACE, addresses};
use super::xml::{SOUND, begin, text};
use super::{Inputs, Lens, Listed, OutputKind};
use crate::material::Material;
use crate::view::{View, WritesItself};
use etappe_base::hash::Hasher;

/// The list of sitemaps of the hub.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct SitemapIndexOutput;

impl Listed for SitemapIndexOutput {
    fn list(lens: &Lens<'_>, add: &mut dyn FnMut(String, Self)) {
        if lens.edition().only.is_none() && !lens.edition().preview {
            add("sitemap.xml".to_owned(), Self);
        }
    }
}

impl OutputKind for SitemapIndexOutput {
    /// The sitemaps of the personas that share the hub's address. The others have hosts of their
    /// own, and their sitemaps stand there.
    fn inputs<'m>(&self, material: &'m Material) -> Box<dyn Inputs + 'm> {
        let sitemaps = addresses(material, |site| {
            material.hub.config.persona(site.persona).base_url.is_none()
        });
        Box::new(SitemapIndexInputs { sitemaps })
    }

    fn called(&self, _material: &Material) -> String {
        "a sitemap".to_owned()
    }
}

#[derive(Serialize)]
struct SitemapIndexInputs {
    /// Absolute: one for each persona without a host of its own, in the order of the hub.
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
