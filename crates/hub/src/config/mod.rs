//! hub.toml and the cards of personas and products: the journey as it was planned.
//!
//! Reading gives a [`Config`] **and** findings, never a failure. It knows nothing of pages.

#[macro_use]
pub mod keys;

pub mod approval;
pub mod building;
mod card;
mod cells;
mod citations;
pub mod colour;
mod cta;
pub mod directives;
pub mod external;
pub mod fields;
pub mod furniture;
pub mod hosting;
mod hub;
mod known;
pub mod lang;
mod markets;
pub(crate) mod meant;
mod measure;
mod named;
mod objectives;
pub mod policy;
mod policy_from;
pub mod product;
mod profession;
mod segments;
pub mod site;
mod stages;
mod structured;
mod targets;
pub mod text;
pub mod tree;
pub mod urls;
mod web;

use etappe_base::date::Period;
use etappe_base::finding::{Finding, Place, codes};
use etappe_base::hash::{Digest, Hasher};
use etappe_base::path::HubPath;
use etappe_base::source::Span;
use etappe_base::unusable::Unusable;

use approval::Approval;
use building::Building;
pub use card::{Belief, Need, Persona};
pub use cells::{CellRule, Priority};
pub use citations::CitationStyle;
pub use cta::Cta;
use directives::Directives;
use external::External;
use furniture::Furniture;
use hosting::Hosting;
use lang::Lang;
pub use markets::Market;
pub use measure::Measure;
pub use named::{NamedAddress, ShownAt};
pub use objectives::Objective;
use policy::Policy;
pub use policy_from::after_merge;
use product::Product;
pub use profession::Profession;
pub use segments::Segment;
pub use site::{Empty, SiteSettings};
pub use stages::Stage;
pub use structured::PageSchema;
pub use targets::{Measures, Targets};
use text::LocalText;
use urls::UrlPattern;
pub use web::unfit_address;

/// Every key of hub.toml.
pub const HUB_KEYS: &keys::Keys = <hub::HubKeys as keys::KeyTable>::KEYS;

/// Every key of a product card.
pub const PRODUCT_KEYS: &keys::Keys = <product::ProductKeys as keys::KeyTable>::KEYS;

/// Every key of a persona card.
pub const CARD_KEYS: &keys::Keys = <card::CardKeys as keys::KeyTable>::KEYS;

etappe_base::indexes! {
    /// A persona by its place in [`Config::personas`].
    PersonaIx(u16);
    /// A stage by its place in [`Config::stages`], which is its place in the journey.
    StageIx(u16);
    /// A language by its place in [`Config::languages`]; 0 is the default language.
    LangIx(u16);
    /// A market by its place in [`Config::markets`].
    MarketIx(u16);
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
    pub company: LocalText,
    /// Who speaks, to whom, and what for: on the chooser and on homes; empty where hub.toml says
    /// nothing.
    pub intro: LocalText,
    /// What stands around the pages of all sites.
    pub furniture: Furniture,
    /// Absolute, without a slash at its end.
    pub base_url: String,
    /// Whether hub.toml says `base_url`: the usual one is nobody's.
    pub has_address: bool,
    /// As hub.toml lists them: the default language first, each once, never empty.
    pub languages: Vec<Lang>,
    /// In the order of hub.toml; each id once. Empty where markets are not told apart.
    pub markets: Vec<Market>,
    /// Built in, or a folder below `themes/`; `default` where hub.toml names none.
    pub theme: String,
    /// Where hub.toml names the theme; empty, at the start of the file, where it does not.
    pub theme_span: Span,
    /// What sort of pages the sites say that they have.
    pub schema: PageSchema,
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
    /// By id; empty where the hub has no card: any word is then a product.
    pub products: Vec<Product>,
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
    /// Which pages must be signed; `None` where hub.toml has no `[approval]`: nothing must.
    pub approval: Option<Approval>,
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

impl keys::Formed for Fallback {
    const FORM: keys::Form = keys::Form::OneOf(&["none", "link"]);
}

impl std::str::FromStr for Fallback {
    type Err = Unusable;

    fn from_str(text: &str) -> Result<Self, Unusable> {
        match text {
            "none" => Ok(Self::Nothing),
            "link" => Ok(Self::Link),
            _ => Err(Unusable::new(format!("`{text}` is neither"), "write \"none\" or \"link\"")),
        }
    }
}

/// A text file of the hub, as its reader handed it over.
#[derive(Clone, Copy, Debug)]
pub struct TextFile<'t> {
    /// Findings in this file name it by this path.
    pub path: &'t HubPath,
    /// The whole file; a byte order mark may still be before it.
    pub text: &'t str,
}

/// The files that a plan is read from.
#[derive(Clone, Copy, Debug, Default)]
pub struct PlanFiles<'t> {
    /// hub.toml; `None` where there is none.
    pub hub: Option<TextFile<'t>>,
    /// The cards of personas, in the order of their paths.
    pub personas: &'t [TextFile<'t>],
    /// The cards of products, in the order of their paths.
    pub products: &'t [TextFile<'t>],
}

/// Reads hub.toml and the cards. Gives `None` when there is no plan to go on with: no hub.toml, or
/// a hub without language, stage or persona.
pub fn read(files: PlanFiles<'_>) -> (Option<Config>, Vec<Finding>) {
    let cards = files.personas;
    let Some(hub) = files.hub else {
        let missing = Finding::on_hub(&codes::CONFIG_MISSING, "This folder has no `hub.toml`.")
            .help(
                "run `etappe init` in an empty folder to start a hub, or name the hub's folder \
                on the command line",
            );
        return (None, vec![missing]);
    };
    let mut findings = Vec::new();
    let draft = hub::read(hub, &mut findings);
    let personas = card::read_all(cards, &draft.known(), &mut findings);
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
    let products = product::read_all(files.products, &draft.known(), &mut findings);
    let mut hasher = Hasher::new("config");
    for file in std::iter::once(&hub).chain(cards).chain(files.products) {
        hasher.text(file.path.as_str()).text(file.text);
    }
    let config = draft.finish((personas, products), hasher.finish(), hub.path, &mut findings);
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

    /// The market at a place of this configuration.
    ///
    /// # Panics
    ///
    /// If the place belongs to another configuration, with more markets.
    pub fn market(&self, ix: MarketIx) -> &Market {
        &self.markets[usize::from(ix.0)]
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

    /// All markets in the order of hub.toml.
    pub fn market_ixs(&self) -> impl DoubleEndedIterator<Item = MarketIx> + use<> {
        (0..self.markets.len() as u16).map(MarketIx)
    }

    /// By its id; `None` where hub.toml has no such market.
    pub fn find_market(&self, id: &str) -> Option<MarketIx> {
        self.market_ixs().find(|ix| self.market(*ix).id == id)
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

    /// By its code in any case, with `_` or `-`: `pt_br` is `pt-BR`.
    pub fn find_spelt_lang(&self, code: &str) -> Option<LangIx> {
        self.lang_ixs().find(|ix| lang::is_same(&self.lang(*ix).code, code))
    }

    /// What a file's name ends in before `.md`: `.nl`, or nothing for the default language.
    pub fn suffix(&self, lang: LangIx) -> String {
        if lang == LangIx::DEFAULT { String::new() } else { format!(".{}", self.lang(lang).code) }
    }

    /// Whether the absolute addresses of a persona's sites are where readers find them.
    pub fn is_addressed(&self, persona: PersonaIx) -> bool {
        self.has_address || self.persona(persona).base_url.is_some()
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
