//! robots.txt of one web root. Previews ask search engines to stay away.

use serde::Serialize;

use super::sitemap::addresses;
use super::{Inputs, Lens, Listed, OutputKind, Subject};
use crate::material::Material;
use crate::view::View;
use etappe_base::hash::Hasher;
use etappe_hub::config::PersonaIx;

/// robots.txt of the whole hub, or of a persona with a host of its own.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct RobotsOutput(pub Option<PersonaIx>);

impl Listed for RobotsOutput {
    fn list(lens: &Lens<'_>, add: &mut dyn FnMut(String, Self)) {
        if lens.edition().only.is_none() {
            add("robots.txt".to_owned(), Self(None));
        }
        for (persona, folder) in lens.hosts() {
            add(format!("{folder}/robots.txt"), Self(Some(persona)));
        }
    }
}

impl OutputKind for RobotsOutput {
    fn inputs<'m>(&self, material: &'m Material) -> Box<dyn Inputs + 'm> {
        let hub = &material.hub;
        let sitemaps = match self.0 {
            _ if hub.edition.preview => Vec::new(),
            Some(persona) => addresses(material, |site| site.persona == persona),
            None => vec![format!("{}/sitemap.xml", hub.config.base_url)],
        };
        Box::new(RobotsInputs { allow: !hub.edition.preview, sitemaps })
    }

    fn called(&self, _material: &Material) -> String {
        "robots.txt".to_owned()
    }

    fn subject(&self) -> Subject {
        self.0.map_or(Subject::Hub, Subject::Persona)
    }
}

#[derive(Serialize)]
struct RobotsInputs {
    /// Whether all robots may read everything; in previews none may read anything.
    allow: bool,
    /// Absolute. Empty in previews.
    sitemaps: Vec<String>,
}

impl Inputs for RobotsInputs {
    fn hash(&self, hasher: &mut Hasher) {
        hasher.value(self);
    }

    fn view(&self) -> View<'_> {
        let rule = if self.allow { "Allow" } else { "Disallow" };
        let mut text = format!("User-agent: *\n{rule}: /\n");
        for sitemap in &self.sitemaps {
            text.push_str("Sitemap: ");
            text.push_str(sitemap);
            text.push('\n');
        }
        View::Text(text)
    }
}
