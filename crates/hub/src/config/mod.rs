//! hub.toml and the persona cards: the journey as it was planned.
//!
//! Reading gives a [`Config`] **and** findings, never a failure. Knows nothing of pages.

pub mod building;
mod card;
mod citations;
pub mod directives;
pub mod external;
pub mod fields;
pub mod hosting;
mod hub;
pub mod lang;
pub mod policy;
pub mod site;
mod targets;
pub mod text;
pub mod tree;
pub mod urls;

use etappe_base::date::{Day, Period};
use etappe_base::finding::{Finding, Place, codes};
use etappe_base::hash::{Digest, Hasher};
use etappe_base::path::HubPath;
use etappe_base::source::Span;

use building::Building;
pub use card::{Belief, Need, Persona};
pub use citations::CitationStyle;
use directives::Directives;
use external::External;
use hosting::Hosting;
pub use hub::unfit_address;
use lang::Lang;
use policy::Policy;
use site::SiteSettings;
pub use targets::{Measures, Targets};
use text::LocalText;
use urls::UrlPattern;

/// A persona by its place in [`Config::personas`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub struct PersonaIx(pub u16);

/// A stage by its place in [`Config::stages`], which is its place in the journey.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub struct StageIx(pub u16);

/// A language by its place in [`Config::languages`]; 0 is the default language.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub struct LangIx(pub u16);

impl LangIx {
    pub const DEFAULT: Self = Self(0);
}

/// The whole plan of a hub.
#[derive(Debug)]
pub struct Config {
    pub title: LocalText,
    pub company: String,
    /// Absolute, without a slash at its end.
    pub base_url: String,
    pub languages: Vec<Lang>,
    pub theme: String,
    pub theme_span: Span,
    pub fallback: Fallback,
    pub review_every: Option<Period>,
    pub urls: UrlPattern,
    pub stages: Vec<Stage>,
    pub segments: Vec<Segment>,
    pub cells: Vec<CellRule>,
    pub objectives: Vec<Objective>,
    pub personas: Vec<Persona>,
    /// What the coverage report warns of.
    pub targets: Targets,
    /// By which rules it judges pages.
    pub measures: Measures,
    /// How links to other sites are checked, if they are.
    pub external: External,
    pub hosting: Hosting,
    /// What a build may expect in its output folder.
    pub build: Building,
    pub site: SiteSettings,
    /// How references are written.
    pub citations: CitationStyle,
    pub policy: Policy,
    /// What the theme lets pages write.
    pub directives: Directives,
    /// Digest of the files it was read from: equal files, equal configuration.
    pub digest: Digest,
}

/// What a site shows of a page that its language does not have.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Fallback {
    #[default]
    Nothing,
    /// Lists and links lead to the page in the default language, and say so.
    Link,
}

impl std::str::FromStr for Fallback {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "none" => Ok(Self::Nothing),
            "link" => Ok(Self::Link),
            _ => Err(format!("`{text}` is neither; write \"none\" or \"link\"")),
        }
    }
}

/// One step of the customer journey.
#[derive(Clone, Debug)]
pub struct Stage {
    /// Internal: never shown to readers.
    pub id: String,
    pub slug: LocalText,
    pub label: LocalText,
    pub goal: String,
    pub behaviour: String,
    /// Topics that every persona must find here; pages name them in `topics`.
    pub must_have: Vec<String>,
    pub span: Span,
}

/// A group of personas that is targeted, or not.
#[derive(Clone, Debug)]
pub struct Segment {
    pub id: String,
    pub targeted: bool,
    pub reason: String,
    pub span: Span,
}

/// What is planned for one cell that differs from the rest.
#[derive(Clone, Debug)]
pub struct CellRule {
    pub persona: PersonaIx,
    pub stage: StageIx,
    pub applies: bool,
    pub min: Option<u32>,
    pub priority: Priority,
    pub goal: String,
    pub owner: String,
    pub due: Option<Day>,
    pub reason: String,
}

/// How much a cell matters. The order is the order of what to write next.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub enum Priority {
    High,
    #[default]
    Normal,
    Low,
}

impl Priority {
    pub const NAMES: [&str; 3] = ["high", "normal", "low"];

    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "high" => Some(Self::High),
            "normal" => Some(Self::Normal),
            "low" => Some(Self::Low),
            _ => None,
        }
    }

    pub fn name(self) -> &'static str {
        Self::NAMES[self as usize]
    }
}

/// One of the brand plan's critical success factors.
#[derive(Clone, Debug)]
pub struct Objective {
    pub id: String,
    pub text: String,
    pub span: Span,
}

/// A text file of the hub, as its reader handed it over.
#[derive(Clone, Copy, Debug)]
pub struct TextFile<'t> {
    pub path: &'t HubPath,
    pub text: &'t str,
}

/// Reads hub.toml and the cards, which come in the order of their paths. `None` when there is no
/// plan to go on with: no hub.toml, or one without title, language, stage or persona.
pub fn read(hub: Option<TextFile<'_>>, cards: &[TextFile<'_>]) -> (Option<Config>, Vec<Finding>) {
    let Some(hub) = hub else {
        let missing = Finding::on_hub(&codes::CONFIG_MISSING, "This folder has no `hub.toml`.")
            .help("run `etappe init` in an empty folder to start a hub, or name the hub's folder on the command line");
        return (None, vec![missing]);
    };
    let mut findings = Vec::new();
    let draft = hub::read(hub, &mut findings);
    let personas = card::read_all(cards, &draft, &mut findings);
    if personas.is_empty() && cards.is_empty() {
        let none = Finding::new(
            &codes::CONFIG_NO_PERSONA,
            Place::file(hub.path),
            "The hub has no persona.",
        )
        .help(
            "add a card such as personas/traditional.toml with `label = \"General practitioners\"`",
        );
        findings.push(none);
    }
    let mut hasher = Hasher::new("config");
    for file in std::iter::once(&hub).chain(cards) {
        hasher.text(file.path.as_str()).text(file.text);
    }
    let config = draft.finish(personas, hasher.finish(), hub.path, &mut findings);
    (config, findings)
}

impl Config {
    /// Takes over what the theme lets pages write: it is part of what a page is read by.
    pub fn set_directives(&mut self, directives: Directives) {
        self.digest =
            Hasher::new("config and directives").digest(self.digest).value(&directives).finish();
        self.directives = directives;
    }

    pub fn persona(&self, ix: PersonaIx) -> &Persona {
        &self.personas[usize::from(ix.0)]
    }

    pub fn stage(&self, ix: StageIx) -> &Stage {
        &self.stages[usize::from(ix.0)]
    }

    pub fn lang(&self, ix: LangIx) -> &Lang {
        &self.languages[usize::from(ix.0)]
    }

    pub fn persona_ixs(&self) -> impl DoubleEndedIterator<Item = PersonaIx> + use<> {
        (0..self.personas.len() as u16).map(PersonaIx)
    }

    pub fn stage_ixs(&self) -> impl DoubleEndedIterator<Item = StageIx> + use<> {
        (0..self.stages.len() as u16).map(StageIx)
    }

    pub fn lang_ixs(&self) -> impl DoubleEndedIterator<Item = LangIx> + use<> {
        (0..self.languages.len() as u16).map(LangIx)
    }

    pub fn find_persona(&self, id: &str) -> Option<PersonaIx> {
        self.persona_ixs().find(|ix| self.persona(*ix).id == id)
    }

    pub fn find_stage(&self, id: &str) -> Option<StageIx> {
        self.stage_ixs().find(|ix| self.stage(*ix).id == id)
    }

    pub fn find_lang(&self, code: &str) -> Option<LangIx> {
        self.lang_ixs().find(|ix| self.lang(*ix).code == code)
    }

    /// The segment of a persona that is not targeted; its personas are not built.
    pub fn untargeted(&self, persona: PersonaIx) -> Option<&Segment> {
        let id = self.persona(persona).segment.as_deref()?;
        self.segments.iter().find(|segment| segment.id == id && !segment.targeted)
    }

    /// The personas whose segments are targeted, or that have none.
    pub fn targeted_ixs(&self) -> impl Iterator<Item = PersonaIx> + '_ {
        self.persona_ixs().filter(|persona| self.untargeted(*persona).is_none())
    }

    /// Whether a persona gets a site: its segment is targeted and its card is right.
    pub fn is_built(&self, persona: PersonaIx) -> bool {
        self.untargeted(persona).is_none() && !self.persona(persona).faulty
    }

    /// What was written down for a cell, if anything.
    pub fn cell_rule(&self, persona: PersonaIx, stage: StageIx) -> Option<&CellRule> {
        self.cells.iter().find(|cell| cell.persona == persona && cell.stage == stage)
    }
}
