//! A file that tells web servers which headers to send. One policy covers a whole web root: it
//! allows every script and style of any page there.

use std::collections::BTreeSet;

use super::redirect::alias_file;
use super::{Inputs, Lens, Listed, OutputKind, ReadAs, Subject};
use crate::material::{Material, path_of};
use crate::view::View;
use etappe_base::csp;
use etappe_base::hash::Hasher;
use etappe_base::headers::{HeaderFile, Headers};
use etappe_hub::config::PersonaIx;
use etappe_hub::content::Facets;
use etappe_hub::journey::{Site, State};

/// The headers of the whole hub, or of a persona with a host of its own.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct HeadersOutput {
    /// By what reads it.
    pub file: HeaderFile,
    /// `None` for the web root of the hub.
    pub persona: Option<PersonaIx>,
}

impl Listed for HeadersOutput {
    fn list(lens: &Lens<'_>, add: &mut dyn FnMut(String, Self)) {
        for file in lens.config().hosting.headers.iter().copied() {
            if lens.edition().only.is_none() {
                add(file.name().to_owned(), Self { file, persona: None });
            }
            for (persona, folder) in lens.hosts() {
                add(format!("{folder}/{}", file.name()), Self { file, persona: Some(persona) });
            }
        }
    }
}

impl OutputKind for HeadersOutput {
    fn inputs<'m>(&self, material: &'m Material) -> Box<dyn Inputs + 'm> {
        Box::new(self.gather(material))
    }

    fn called(&self, _material: &Material) -> String {
        "a file of headers".to_owned()
    }

    fn subject(&self) -> Subject {
        self.persona.map_or(Subject::Hub, Subject::Persona)
    }

    fn form(&self) -> ReadAs {
        ReadAs::Plain
    }
}

impl HeadersOutput {
    fn gather(&self, material: &Material) -> Headers {
        let hub = &material.hub;
        let own = |site: &Site| {
            self.persona.map_or(hub.config.persona(site.persona).base_url.is_none(), |persona| {
                site.persona == persona
            })
        };
        let mut inline = material.theme.inline.clone();
        // Colours of cards stand in the pages of their sites, and in choosers.
        let sites = hub.site_ixs().filter(|ix| own(hub.site(*ix)));
        sites.for_each(|ix| inline.add(&material.frames.site(ix).inline));
        if self.persona.is_none() {
            let choosers = hub.config.lang_ixs().map(|lang| material.frames.outside(lang));
            choosers.for_each(|frame| inline.add(&frame.inline));
        }
        for placement in hub.placements.iter().filter(|placement| own(hub.site(placement.site))) {
            inline.add(&material.body(placement).inline);
        }
        let host = self
            .persona
            .and_then(|persona| hub.config.persona(persona).base_url.as_deref())
            .unwrap_or(&hub.config.base_url);
        let root = |site: &Site| hub.web_root(site).len();
        let below = |site: &Site| site.root[root(site)..].trim_start_matches('/').to_owned();
        let shown = hub.shown_sites().map(|(_, site)| site);
        let mut sites: Vec<String> = shown.filter(|site| own(site)).map(below).collect();
        sites.sort();
        Headers {
            file: self.file,
            policy: csp::header(&inline, hub.config.hosting.feedback.as_deref()),
            noindex: hub.edition.preview,
            below: path_of(host).to_owned(),
            sites,
            gone: gone(material, own),
        }
    }
}

/// The files that withdrawn pages and their aliases would stand in, where no output stands now; of
/// the sites that are `own`.
fn gone(material: &Material, own: impl Fn(&Site) -> bool) -> Vec<String> {
    let hub = &material.hub;
    let withdrawn: Vec<&Facets> = hub
        .docs
        .iter()
        .filter(|doc| doc.state == State::Withdrawn)
        .map(|doc| &*doc.facets)
        .collect();
    if withdrawn.is_empty() {
        return Vec::new();
    }
    let lists = super::lists(material, None);
    let standing: BTreeSet<&str> =
        lists.iter().flat_map(|list| list.outputs.iter()).map(|(path, _)| path.as_str()).collect();
    let mut gone = BTreeSet::new();
    for facets in withdrawn {
        let aliases = facets.front.aliases.iter().map(|alias| alias_file(&alias.value));
        let files: Vec<String> = hub.page_path(facets).into_iter().chain(aliases).collect();
        for site in hub.sites_of(facets).map(|ix| hub.site(ix)).filter(|site| own(site)) {
            let all = files.iter().map(|file| format!("{}/{file}", site.root));
            let free = all.filter(|path| !standing.contains(path.as_str()));
            let root = hub.web_root(site).len();
            gone.extend(free.map(|path| path[root..].trim_start_matches('/').to_owned()));
        }
    }
    gone.into_iter().collect()
}

impl Inputs for Headers {
    fn hash(&self, hasher: &mut Hasher) {
        hasher.value(self);
    }

    fn view(&self) -> View<'_> {
        View::Text(self.text())
    }
}
