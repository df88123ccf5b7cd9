//! What must not stand in which folder: titles of pages that its readers do not have, and texts of
//! the configuration that are not for readers. Also what may stand there all the same, since the
//! hub says it in public.

use etappe_base::finding::{Code, codes};
use etappe_base::path::HubPath;
use etappe_hub::config::{Config, PersonaIx};
use etappe_hub::journey::{DocIx, Hub, State};
use etappe_site::material::Material;

/// Who may read an output.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Readers {
    Persona(PersonaIx),
    /// Of outputs outside of personas' folders.
    Everybody,
}

/// A text that these readers must not see.
pub(super) struct Secret<'m> {
    pub code: &'static Code,
    pub text: &'m str,
    pub what: &'static str,
    pub file: &'m HubPath,
}

impl Readers {
    /// Whether they are shown a page, if it is published.
    pub(super) fn have(self, hub: &Hub, doc: DocIx) -> bool {
        let placements = &hub.page(hub.doc(doc).page).placements;
        let has = |persona: PersonaIx| {
            placements.iter().any(|(site, _)| hub.site(*site).persona == persona)
        };
        match self {
            Self::Persona(persona) => has(persona),
            Self::Everybody => built(&hub.config).all(has),
        }
    }

    /// Whether they are shown a page now.
    pub(super) fn see(self, hub: &Hub, doc: DocIx) -> bool {
        (hub.edition.preview || hub.doc(doc).state == State::Published) && self.have(hub, doc)
    }
}

/// The personas that have a folder.
pub(super) fn built(config: &Config) -> impl Iterator<Item = PersonaIx> + '_ {
    config.persona_ixs().filter(|persona| config.is_built(*persona))
}

/// Every text that the readers must not see.
pub(super) fn secrets(material: &Material, readers: Readers) -> Vec<Secret<'_>> {
    let hub = &*material.hub;
    let titles = hub.doc_ixs().filter(|ix| !readers.see(hub, *ix)).map(|ix| {
        let doc = hub.doc(ix);
        let (code, what) = match doc.state {
            State::Published => {
                (&codes::LEAK_PERSONA, "the title of a page that is not for its readers")
            }
            _ => (&codes::LEAK_UNPUBLISHED, "the title of an unpublished page"),
        };
        Secret { code, text: &doc.facets.front.title, what, file: &doc.facets.file }
    });
    let facets = hub
        .docs
        .iter()
        .map(|doc| &doc.facets)
        .filter(|facets| !facets.front.withdrawn_reason.is_empty());
    let reasons = facets.map(|facets| Secret {
        code: &codes::LEAK_INTERNAL,
        text: &facets.front.withdrawn_reason,
        what: "the reason why a page was withdrawn",
        file: &facets.file,
    });
    titles.chain(reasons).chain(internal(&hub.config)).collect()
}

/// What the hub says to these readers in public, pages apart from their titles.
pub(super) fn public(material: &Material, readers: Readers) -> Vec<&str> {
    let hub = &*material.hub;
    let config = &hub.config;
    let titles = hub
        .doc_ixs()
        .filter(|ix| readers.see(hub, *ix))
        .map(|ix| hub.facets(ix).front.title.as_str());
    // The theme's own words may be the title of anything.
    let words = material.theme.words.iter().flat_map(|words| words.texts());
    let slugs = built(config).map(|persona| config.persona(persona).slug.as_str());
    let mut public: Vec<&str> = titles.chain(words).chain(slugs).collect();
    for lang in config.lang_ixs() {
        public.extend([&config.title, &config.company, &config.intro].map(|text| text.get(lang)));
        let furniture = &config.furniture;
        public.extend(furniture.links.iter().map(|link| link.label.get(lang)));
        public.extend(furniture.notices.iter().map(|notice| notice.text.get(lang)));
        public.extend(
            config.stages.iter().flat_map(|stage| [stage.label.get(lang), stage.slug.get(lang)]),
        );
        public.extend(config.segments.iter().map(|segment| segment.label.get(lang)));
        let shown = built(config).map(|persona| config.persona(persona));
        let said = shown.flat_map(|persona| [&persona.label, &persona.description]);
        public.extend(said.map(|text| text.get(lang)));
        let of_stages = config.stages.iter().filter_map(|stage| stage.cta.as_ref());
        public.extend(of_stages.map(|cta| cta.label.get(lang)));
        if let Readers::Persona(persona) = readers {
            public.extend(config.persona(persona).cta.iter().map(|cta| cta.label.get(lang)));
            public.extend(config.persona(persona).needs.iter().map(|need| need.text.get(lang)));
        }
    }
    public
}

/// Every text of the configuration that is not for readers.
fn internal(config: &Config) -> Vec<Secret<'_>> {
    let mut all = Vec::new();
    for persona in &config.personas {
        let mut add = |text, what| {
            all.push(Secret { code: &codes::LEAK_INTERNAL, text, what, file: &persona.file })
        };
        persona.goals.iter().for_each(|text| add(text.as_str(), "a goal of a persona"));
        persona.pains.iter().for_each(|text| add(text.as_str(), "a pain of a persona"));
        for need in &persona.needs {
            add(&need.source, "the source of a need");
            if is_id(&need.id) {
                add(&need.id, "the internal id of a need");
            }
        }
        for belief in &persona.beliefs {
            add(&belief.from, "a belief");
            add(&belief.to, "a belief");
            if is_id(&belief.id) {
                add(&belief.id, "the internal id of a belief");
            }
        }
        if is_id(&persona.id) && persona.id != persona.slug {
            add(&persona.id, "the internal id of a persona");
        }
    }
    let mut add =
        |text, what| all.push(Secret { code: &codes::LEAK_INTERNAL, text, what, file: hub_toml() });
    for stage in &config.stages {
        add(&stage.goal, "the goal of a stage");
        add(&stage.behaviour, "the behaviour at a stage");
        if is_id(&stage.id) {
            add(&stage.id, "the internal id of a stage");
        }
    }
    for cell in &config.cells {
        add(&cell.goal, "the goal of a cell");
        add(&cell.reason, "a reason in the configuration");
    }
    for segment in &config.segments {
        add(&segment.reason, "a reason in the configuration");
        if is_id(&segment.id) {
            add(&segment.id, "the internal id of a segment");
        }
    }
    for objective in &config.objectives {
        add(&objective.text, "an objective");
        if is_id(&objective.id) {
            add(&objective.id, "the internal id of an objective");
        }
    }
    all
}

/// Whether an id can be told from a word that anybody may use.
fn is_id(id: &str) -> bool {
    id.contains('-')
}

fn hub_toml() -> &'static HubPath {
    static PATH: std::sync::OnceLock<HubPath> = std::sync::OnceLock::new();
    PATH.get_or_init(|| HubPath::literal("hub.toml"))
}
