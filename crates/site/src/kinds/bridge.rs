//! A bridge: the way from a page to another persona's site, which tells those who come whom they
//! will find there. It stands at the hub's root, and its name says nothing of either side.

use super::{Inputs, Lens, Listed, OutputKind, Role, Subject, Surroundings};
use crate::material::Material;
use crate::view::{Frame, Outlet, View};
use etappe_base::hash::Hasher;
use etappe_base::path::{link, to_root};
use etappe_hub::config::{LangIx, PersonaIx};
use etappe_hub::journey::bridge::BridgeEnd;

const TEMPLATE: &str = "bridge.html";

/// A bridge that any page has. Those that lead the same readers to the same place are one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct BridgeOutput {
    /// Whose site it leads to.
    pub persona: PersonaIx,
    /// The language of the readers who come.
    pub lang: LangIx,
    /// Where it ends.
    pub end: BridgeEnd,
}

impl Listed for BridgeOutput {
    fn list(lens: &Lens<'_>, add: &mut dyn FnMut(String, Self)) {
        // A build of one persona's sites leaves the hub's own outputs as they are.
        if lens.edition().only.is_some() {
            return;
        }
        let hub = lens.hub();
        let mut ways: Vec<_> = hub.placements.iter().filter_map(|from| hub.bridge(from)).collect();
        ways.sort_unstable();
        ways.dedup();
        for way in ways {
            if let Some(end) = hub.bridge_end(way) {
                let (persona, lang) = (way.persona, way.lang);
                add(hub.bridge_path(way), Self { persona, lang, end });
            }
        }
    }
}

impl OutputKind for BridgeOutput {
    fn role(&self) -> Role {
        match self.end {
            BridgeEnd::Page(_) => Role::Alias,
            BridgeEnd::Home(_) => Role::List,
        }
    }

    fn template(&self) -> Option<&'static str> {
        Some(TEMPLATE)
    }

    fn inputs<'m>(&self, material: &'m Material) -> Box<dyn Inputs + 'm> {
        Box::new(self.gather(material))
    }

    /// It stands on no site, wherever it leads.
    fn surroundings(&self, material: &Material) -> Surroundings {
        Surroundings::of(material.frames.outside(self.lang))
    }

    fn called(&self, _material: &Material) -> String {
        "a bridge between personas".to_owned()
    }

    fn subject(&self) -> Subject {
        match self.end {
            BridgeEnd::Page(placement) => Subject::Page(placement),
            BridgeEnd::Home(site) => Subject::Site(site),
        }
    }
}

impl BridgeOutput {
    fn gather<'m>(&self, material: &'m Material) -> BridgeInputs<'m> {
        let hub = &material.hub;
        let (site, below, page) = match self.end {
            BridgeEnd::Home(site) => (site, "index.html", None),
            BridgeEnd::Page(placement) => {
                let placement = hub.placement(placement);
                let page = hub.doc(placement.doc).page;
                (placement.site, &*placement.path, Some(page))
            }
        };
        let (persona, lang) = (self.persona, self.lang);
        let own = hub.bridge_path(etappe_hub::journey::bridge::BridgeWay { persona, lang, page });
        let site = hub.site(site);
        let canonical = hub.url(site, below);
        let target = match hub.web_root(site) {
            "" => link(&own, &format!("{}/{below}", site.root)),
            _ => canonical.clone(),
        };
        BridgeInputs {
            frame: material.frames.outside(lang),
            outlet: Outlet {
                to_site: None,
                to_root: to_root(&own),
                canonical,
                alternates: Vec::new(),
                chooser: Some(link(&own, &material.chooser_path(lang))),
            },
            target,
            label: hub.config.persona(persona).label.get(lang),
        }
    }
}

/// What a bridge depends on.
struct BridgeInputs<'m> {
    /// That of the language, outside any site.
    frame: &'m Frame,
    outlet: Outlet,
    /// The way on: relative, or absolute where the persona has a host of its own.
    target: String,
    /// What the persona is called, in the language of those who come.
    label: &'m str,
}

impl Inputs for BridgeInputs<'_> {
    fn hash(&self, hasher: &mut Hasher) {
        hasher.value(&self.outlet).text(&self.target).text(self.label);
    }

    fn view(&self) -> View<'_> {
        let mut context = self.frame.context(&self.outlet);
        context.insert("target", &self.target);
        context.insert("label", self.label);
        View::Template { name: TEMPLATE, context }
    }
}
