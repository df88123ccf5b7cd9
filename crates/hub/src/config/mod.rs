//! hub.toml and the persona cards: the journey as it was planned.
//!
//! Reading gives a [`Config`] **and** findings, never a failure. It knows nothing of pages.

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

etappe_base::indexes! {
    /// A persona by its place in [`Config::personas`].
    PersonaIx(u16);
    /// A stage by its place in [`Config::stages`], which is its place in the journey.
    StageIx(u16);
    /// A language by its place in [`Config::languages`]; 0 is the default language.
    LangIx(u16);
}

impl LangIx {
    /// The first language that hub.toml names.
    pub const DEFAULT: Self = Self(0);
}

/// The whole plan of a hub.
#[derive(Debug)]
pub struct Config {
    /// The name of the hub; readers see it.
    pub title: LocalText,
    /// In the foot of every page; empty where hub.toml names none.
    pub company: String,
    /// Absolute, without a slash at its end.
    pub base_url: String,
    /// As hub.toml lists them: the default language first, each once, never empty.
    pub languages: Vec<Lang>,
    /// Built in, or a folder below `themes/`; `default` where hub.toml names none.
    pub theme: String,
    /// Where hub.toml names the theme; empty, at the start of the file, where it does not.
    pub theme_span: Span,
    /// From `fallback`; nothing where hub.toml has no such key.
    pub fallback: Fallback,
    /// How long a page stays fresh after its last change, and a card after its last review. `None`:
    /// for ever.
    pub review_every: Option<Period>,
    /// The address of a page below its site, from `[urls]`.
    pub urls: UrlPattern,
    /// In the order of the journey, as hub.toml lists them; never empty.
    pub stages: Vec<Stage>,
    /// In the order of hub.toml; each id once.
    pub segments: Vec<Segment>,
    /// Exceptions only, in the order of hub.toml; at most one for a persona and stage.
    pub cells: Vec<CellRule>,
    /// In the order of hub.toml; each id once.
    pub objectives: Vec<Objective>,
    /// By `order`, then id; never empty. Those that are not built are among them.
    pub personas: Vec<Persona>,
    /// The shares of pages above which the coverage report warns.
    pub targets: Targets,
    /// The rules by which the coverage report judges pages.
    pub measures: Measures,
    /// How links to other sites are checked, if they are.
    pub external: External,
    /// Header files, the feedback form, social cards and search.
    pub hosting: Hosting,
    /// Which files of others a build may find in its output folder.
    pub build: Building,
    /// From `[site]`: what holds for all sites.
    pub site: SiteSettings,
    /// How references are written.
    pub citations: CitationStyle,
    /// Severities and waivers, from `[checks]` and `[[waivers]]`.
    pub policy: Policy,
    /// What the theme lets pages write.
    pub directives: Directives,
    /// Digest of the files this was read from, and of the directives once they are set: equal
    /// digests mean an equal configuration.
    pub digest: Digest,
}

/// What a site shows in place of a page that is not translated into its language.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Fallback {
    /// Lists and links leave the page out.
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
    /// Its part of an address; the id where hub.toml gives none. Two stages that share one in the
    /// same language are a finding.
    pub slug: LocalText,
    /// The name that readers see.
    pub label: LocalText,
    /// Internal, for briefs; empty where none was said.
    pub goal: String,
    /// What personas do at this stage. Internal, for briefs; empty where none was said.
    pub behaviour: String,
    /// Topics that every persona must find here; pages name them in `topics`.
    pub must_have: Vec<String>,
    /// Of the id in hub.toml.
    pub span: Span,
}

/// A group of personas that is targeted, or not.
#[derive(Clone, Debug)]
pub struct Segment {
    /// Internal; cards name it in `segment`.
    pub id: String,
    /// True unless hub.toml says otherwise; the personas of an untargeted segment are not built.
    pub targeted: bool,
    /// Why it is not targeted. Internal, for the coverage report; empty where none was said.
    pub reason: String,
    /// Of the id in hub.toml.
    pub span: Span,
}

/// How the plan for one cell differs from the rest.
#[derive(Clone, Debug)]
pub struct CellRule {
    /// One of the hub's personas; named by its id in hub.toml.
    pub persona: PersonaIx,
    /// One of the hub's stages; named by its id in hub.toml.
    pub stage: StageIx,
    /// False where nothing need be written, which the coverage report then says with the reason.
    pub applies: bool,
    /// How many pages must name the persona before the cell is covered. `None`: the usual number.
    pub min: Option<u32>,
    /// Normal where hub.toml says none.
    pub priority: Priority,
    /// Internal, for briefs and the queue of cells to write for; empty where none was said.
    pub goal: String,
    /// Who sees to the cell, in any words. Internal; empty where none was said.
    pub owner: String,
    /// The day by which the cell should be covered; `None` where no day was agreed on.
    pub due: Option<Day>,
    /// Why the cell does not apply. Internal, for the coverage report; empty where none was said.
    pub reason: String,
}

/// How much a cell matters. The order is that of what to write next.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub enum Priority {
    /// First in the queue of cells; its gaps are also proposed as pages to start.
    High,
    /// Also for cells that hub.toml gives no priority.
    #[default]
    Normal,
    /// Last in the queue of cells.
    Low,
}

impl Priority {
    /// As hub.toml writes them, in the order of the variants.
    pub const NAMES: [&str; 3] = ["high", "normal", "low"];

    /// The priority that hub.toml writes as `name`; `None` for any other word.
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "high" => Some(Self::High),
            "normal" => Some(Self::Normal),
            "low" => Some(Self::Low),
            _ => None,
        }
    }

    /// The word for it in hub.toml and in reports.
    pub fn name(self) -> &'static str {
        Self::NAMES[self as usize]
    }
}

/// One of the brand plan's critical success factors.
#[derive(Clone, Debug)]
pub struct Objective {
    /// Internal; pages name it in `objective`.
    pub id: String,
    /// Internal; empty where none was said.
    pub text: String,
    /// Of the id in hub.toml.
    pub span: Span,
}

/// A text file of the hub, as its reader handed it over.
#[derive(Clone, Copy, Debug)]
pub struct TextFile<'t> {
    /// Findings in this file name it by this path.
    pub path: &'t HubPath,
    /// The whole file; a byte order mark may still be before it.
    pub text: &'t str,
}

/// Reads hub.toml and the cards, which must come in the order of their paths. Gives `None` when
/// there is no plan to go on with: no hub.toml, or a hub without language, stage or persona.
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
    /// Sets the directives of the theme. The digest changes with them, since pages are read by
    /// them.
    pub fn set_directives(&mut self, directives: Directives) {
        self.digest =
            Hasher::new("config and directives").digest(self.digest).value(&directives).finish();
        self.directives = directives;
    }

    /// The persona at a place of this configuration.
    ///
    /// # Panics
    ///
    /// If the place belongs to another configuration, with more personas.
    pub fn persona(&self, ix: PersonaIx) -> &Persona {
        &self.personas[usize::from(ix.0)]
    }

    /// The stage at a place of this configuration.
    ///
    /// # Panics
    ///
    /// If the place belongs to another configuration, with more stages.
    pub fn stage(&self, ix: StageIx) -> &Stage {
        &self.stages[usize::from(ix.0)]
    }

    /// The language at a place of this configuration.
    ///
    /// # Panics
    ///
    /// If the place belongs to another configuration, with more languages.
    pub fn lang(&self, ix: LangIx) -> &Lang {
        &self.languages[usize::from(ix.0)]
    }

    /// All personas in their order, whether they are built or not.
    pub fn persona_ixs(&self) -> impl DoubleEndedIterator<Item = PersonaIx> + use<> {
        (0..self.personas.len() as u16).map(PersonaIx)
    }

    /// All stages in the order of the journey.
    pub fn stage_ixs(&self) -> impl DoubleEndedIterator<Item = StageIx> + use<> {
        (0..self.stages.len() as u16).map(StageIx)
    }

    /// All languages, the default first.
    pub fn lang_ixs(&self) -> impl DoubleEndedIterator<Item = LangIx> + use<> {
        (0..self.languages.len() as u16).map(LangIx)
    }

    /// By its id, which is not its slug; `None` where no card has it.
    pub fn find_persona(&self, id: &str) -> Option<PersonaIx> {
        self.persona_ixs().find(|ix| self.persona(*ix).id == id)
    }

    /// By its id, which is not its slug; `None` where hub.toml has no such stage.
    pub fn find_stage(&self, id: &str) -> Option<StageIx> {
        self.stage_ixs().find(|ix| self.stage(*ix).id == id)
    }

    /// By its code, written exactly as in hub.toml; `None` where the hub has no such language.
    pub fn find_lang(&self, code: &str) -> Option<LangIx> {
        self.lang_ixs().find(|ix| self.lang(*ix).code == code)
    }

    /// The segment that keeps a persona from being built, because it is not targeted; `None` where
    /// the persona has no segment or a targeted one.
    pub fn untargeted(&self, persona: PersonaIx) -> Option<&Segment> {
        let id = self.persona(persona).segment.as_deref()?;
        self.segments.iter().find(|segment| segment.id == id && !segment.targeted)
    }

    /// The personas that have a targeted segment or none.
    pub fn targeted_ixs(&self) -> impl Iterator<Item = PersonaIx> + '_ {
        self.persona_ixs().filter(|persona| self.untargeted(*persona).is_none())
    }

    /// Whether a persona gets a site: its segment is targeted and its card has no error.
    pub fn is_built(&self, persona: PersonaIx) -> bool {
        self.untargeted(persona).is_none() && !self.persona(persona).faulty
    }

    /// What hub.toml says of a cell; `None` where it says nothing.
    pub fn cell_rule(&self, persona: PersonaIx, stage: StageIx) -> Option<&CellRule> {
        self.cells.iter().find(|cell| cell.persona == persona && cell.stage == stage)
    }
}
