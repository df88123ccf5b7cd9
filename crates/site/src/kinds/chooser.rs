//! The hub's front page in one language, where readers choose a persona.

use serde::Serialize;

use super::{Inputs, Lens, Listed, OutputKind, Subject};
use crate::material::{Material, accents, chooser_langs, chooser_path};
use crate::view::{Alternate, Frame, Outlet, View};
use etappe_base::hash::Hasher;
use etappe_base::path::{link, to_root};
use etappe_hub::config::{Config, LangIx};
use etappe_hub::journey::Site;

const TEMPLATE: &str = "chooser.html";
/// So many personas are chosen from at a glance; more are shown by segment.
const AT_A_GLANCE: usize = 6;

/// The chooser in one language.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct ChooserOutput(pub LangIx);

impl Listed for ChooserOutput {
    fn list(lens: &Lens<'_>, add: &mut dyn FnMut(String, Self)) {
        // A build of one persona's sites leaves the hub's own outputs as they are.
        if lens.edition().only.is_none() {
            let config = lens.config();
            let langs = chooser_langs(lens.layout()).into_iter();
            langs.for_each(|lang| add(chooser_path(config, lang), Self(lang)));
        }
    }
}

impl OutputKind for ChooserOutput {
    fn template(&self) -> Option<&'static str> {
        Some(TEMPLATE)
    }

    fn inputs<'m>(&self, material: &'m Material) -> Box<dyn Inputs + 'm> {
        Box::new(self.gather(material))
    }

    fn called(&self, _material: &Material) -> String {
        "the chooser".to_owned()
    }

    fn subject(&self) -> Subject {
        Subject::Language(self.0)
    }
}

impl ChooserOutput {
    fn gather<'m>(&self, material: &'m Material) -> ChooserInputs<'m> {
        let hub = &material.hub;
        let lang = self.0;
        let own = material.chooser_path(lang);
        let shown = hub.shown_sites().map(|(_, site)| site).filter(|site| site.lang == lang);
        let shown: Vec<&Site> = shown.collect();
        let link_to = |site: &Site| {
            let persona = hub.config.persona(site.persona);
            let home = format!("{}/index.html", site.root);
            let href = if persona.base_url.is_some() {
                hub.url(site, "index.html")
            } else {
                link(&own, &home)
            };
            PersonaLink {
                label: persona.label.get(lang).to_owned(),
                description: persona.description.get(lang).to_owned(),
                href,
                accent: accents::number(&hub.config, site.persona),
            }
        };
        let alternate = |other: LangIx| {
            let path = material.chooser_path(other);
            let language = hub.config.lang(other);
            Alternate {
                lang: language.code.clone(),
                dir: language.dir(),
                name: language.name().to_owned(),
                href: link(&own, &path),
                url: format!("{}/{}", hub.config.base_url, path.trim_end_matches("index.html")),
                current: other == lang,
                near: false,
            }
        };
        let outlet = Outlet {
            to_site: None,
            to_root: to_root(&own),
            canonical: format!("{}/{}", hub.config.base_url, own.trim_end_matches("index.html")),
            alternates: chooser_langs(hub).into_iter().map(alternate).collect(),
            chooser: None,
        };
        ChooserInputs {
            frame: material.frames.outside(lang),
            outlet,
            intro: hub.config.intro.get(lang),
            groups: groups(&hub.config, lang, &shown, link_to),
            personas: shown.iter().map(|site| link_to(site)).collect(),
        }
    }
}

/// The personas by the public labels of their segments, in the order of hub.toml; those whose
/// segment has none come last. No group where there are few, or where no segment has a label.
fn groups<'m>(
    config: &'m Config,
    lang: LangIx,
    shown: &[&Site],
    link_to: impl Fn(&Site) -> PersonaLink,
) -> Vec<PersonaGroup<'m>> {
    let label_of = |site: &Site| {
        let id = config.persona(site.persona).segment.as_deref();
        let segment = config.segments.iter().find(|segment| Some(&*segment.id) == id);
        segment.map_or("", |segment| segment.label.get(lang))
    };
    let mut labels: Vec<&str> = Vec::new();
    for segment in &config.segments {
        let label = segment.label.get(lang);
        if !label.is_empty() && !labels.contains(&label) {
            labels.push(label);
        }
    }
    if shown.len() <= AT_A_GLANCE || labels.is_empty() {
        return Vec::new();
    }
    let group = |label: &'m str| {
        let own = shown.iter().filter(|site| label_of(site) == label);
        PersonaGroup { label, personas: own.map(|site| link_to(site)).collect() }
    };
    let groups = labels.into_iter().chain([""]).map(group);
    groups.filter(|group| !group.personas.is_empty()).collect()
}

struct ChooserInputs<'m> {
    /// That of the language, outside any site.
    frame: &'m Frame,
    outlet: Outlet,
    /// Who speaks, to whom, and what for; may be empty.
    intro: &'m str,
    /// In the hub's order.
    personas: Vec<PersonaLink>,
    /// The same by segment, where there are many; else empty.
    groups: Vec<PersonaGroup<'m>>,
}

/// Personas of one segment in the chooser.
#[derive(Serialize)]
struct PersonaGroup<'m> {
    /// The segment's, in the chooser's language; empty for those that have none.
    label: &'m str,
    /// In the hub's order.
    personas: Vec<PersonaLink>,
}

/// A persona in the chooser, which shows what is public of it.
#[derive(Serialize)]
struct PersonaLink {
    /// In the chooser's language.
    label: String,
    /// What its site is for these readers, in the chooser's language; may be empty.
    description: String,
    /// The way to the persona's home: relative, or absolute where that has a host of its own.
    href: String,
    /// The colour that the persona's site has.
    accent: usize,
}

impl Inputs for ChooserInputs<'_> {
    fn hash(&self, hasher: &mut Hasher) {
        hasher.value(&(&self.outlet, self.intro, &self.personas, &self.groups));
    }

    fn view(&self) -> View<'_> {
        let mut context = self.frame.context(&self.outlet);
        context.insert("intro", self.intro);
        context.insert("personas", &self.personas);
        context.insert("groups", &self.groups);
        View::Template { name: TEMPLATE, context }
    }
}
