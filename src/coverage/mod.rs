//! Coverage: the state of every cell, from publishable pages only, the needs, and what to write next.

mod cells;
mod csv;
mod json;
mod markdown;
mod next;
mod table;

use crate::base::date::Day;
use crate::base::path::HubPath;
use crate::config::{Config, LangIx, PersonaIx, Priority, StageIx};
use crate::journey::Hub;

pub use cells::needs;
pub use csv::emit as emit_csv;
pub use json::emit as emit_json;
pub use markdown::emit as emit_markdown;
pub use table::emit as emit_table;

/// How many specific pages make a cell covered, unless hub.toml says otherwise.
pub const DEFAULT_MIN: u32 = 2;

/// How many gaps a report puts forward for each language.
const NEXT: usize = 3;

/// The state of one cell in one language.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum CellState {
    NotApplicable,
    Deprioritised,
    Gap(Reason),
    GenericOnly,
    Thin,
    Covered,
}

impl CellState {
    /// The word of the contract.
    pub fn name(self) -> &'static str {
        match self {
            Self::NotApplicable => "not-applicable",
            Self::Deprioritised => "deprioritised",
            Self::Gap(_) => "gap",
            Self::GenericOnly => "generic-only",
            Self::Thin => "thin",
            Self::Covered => "covered",
        }
    }
}

/// Why a cell is a gap: the nearest that any page is to being published in it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Reason {
    Untranslated,
    Scheduled,
    Draft,
    Blocked,
    Expired,
    Empty,
}

impl Reason {
    pub fn name(self) -> &'static str {
        match self {
            Self::Untranslated => "untranslated",
            Self::Scheduled => "scheduled",
            Self::Draft => "draft",
            Self::Blocked => "blocked",
            Self::Expired => "expired",
            Self::Empty => "empty",
        }
    }
}

/// One persona at one stage in one language.
#[derive(Clone, Debug)]
pub struct Cell {
    pub persona: PersonaIx,
    pub stage: StageIx,
    pub state: CellState,
    /// Every specific page is past its review date.
    pub stale: bool,
    pub priority: Priority,
    pub due: Option<Day>,
    /// Why a cell does not apply, or its segment is not targeted.
    pub remark: String,
    pub specific: usize,
    pub generic: usize,
    pub drafts: usize,
    pub scheduled: usize,
    pub expired: usize,
    pub blocked: usize,
    pub untranslated: usize,
    /// Published pages.
    pub pages: Vec<HubPath>,
    /// Pages that would be here, but for a reason.
    pub waiting: Vec<HubPath>,
}

/// All cells of one language, personas in the hub's order, untargeted ones last.
#[derive(Clone, Debug)]
pub struct Matrix {
    pub lang: LangIx,
    pub cells: Vec<Cell>,
    pub totals: Totals,
    pub next: Vec<Next>,
}

/// The sums of a matrix; untargeted segments are outside of them.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, serde::Serialize)]
pub struct Totals {
    pub cells: usize,
    pub applicable: usize,
    /// Thin and covered cells together.
    pub covered: usize,
    pub thin: usize,
    pub generic_only: usize,
    pub gaps: usize,
    pub stale: usize,
}

/// One cell to write for, with the reason in words.
#[derive(Clone, Debug)]
pub struct Next {
    pub persona: PersonaIx,
    pub stage: StageIx,
    pub why: String,
}

/// One need of a persona, and the published pages that name it in any language.
#[derive(Clone, Debug)]
pub struct NeedCoverage {
    pub id: String,
    pub persona: PersonaIx,
    pub stage: StageIx,
    pub pages: Vec<HubPath>,
}

/// The whole report.
#[derive(Clone, Debug)]
pub struct Report<'h> {
    pub config: &'h Config,
    pub as_of: Day,
    pub languages: Vec<Matrix>,
    pub needs: Vec<NeedCoverage>,
}

/// Works the report out. `langs` narrows it; empty means every language of the hub.
pub fn report<'h>(hub: &'h Hub, langs: &[LangIx]) -> Report<'h> {
    let config = &*hub.config;
    let asked = |lang: &LangIx| langs.is_empty() || langs.contains(lang);
    Report {
        config,
        as_of: hub.edition.as_of,
        languages: config.lang_ixs().filter(asked).map(|lang| cells::matrix(hub, lang)).collect(),
        needs: cells::needs(hub),
    }
}

impl Matrix {
    pub fn cell(&self, persona: PersonaIx, stage: StageIx) -> Option<&Cell> {
        self.cells.iter().find(|cell| cell.persona == persona && cell.stage == stage)
    }
}

impl Report<'_> {
    /// The first line for a language: `nl: 9 of 16 cells covered, 6 empty, 1 generic only. Next: …`
    pub fn headline(&self, matrix: &Matrix) -> String {
        let Totals { covered, applicable, gaps, generic_only, .. } = matrix.totals;
        let code = &self.config.lang(matrix.lang).code;
        let first = format!("{code}: {covered} of {applicable} cells covered, {gaps} empty, {generic_only} generic only.");
        match matrix.next.first() {
            Some(next) => format!("{first} Next: {}.", self.cell_name(matrix.lang, next.persona, next.stage)),
            None => format!("{first} Nothing is missing."),
        }
    }

    /// A cell as people call it: `Huisartsen × Starten`, in the language of the matrix.
    pub fn cell_name(&self, lang: LangIx, persona: PersonaIx, stage: StageIx) -> String {
        format!("{} × {}", self.config.persona(persona).label.get(lang), self.config.stage(stage).label.get(lang))
    }

    /// Whether the cells that `condition` names exist.
    pub fn meets(&self, condition: FailOn) -> bool {
        self.languages.iter().flat_map(|matrix| &matrix.cells).any(|cell| condition.matches(cell))
    }
}

/// What `--fail-on` names: cells in a state, of at least a priority.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FailOn {
    what: Watched,
    /// Cells of less priority are let pass.
    least: Priority,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Watched {
    Gap,
    GenericOnly,
    Thin,
    Stale,
}

impl FailOn {
    fn matches(self, cell: &Cell) -> bool {
        let there = match self.what {
            Watched::Gap => matches!(cell.state, CellState::Gap(_)),
            Watched::GenericOnly => cell.state == CellState::GenericOnly,
            Watched::Thin => cell.state == CellState::Thin,
            Watched::Stale => cell.stale,
        };
        there && cell.priority <= self.least
    }
}

impl std::str::FromStr for FailOn {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (what, priority) = text.split_once(':').map_or((text, None), |(what, priority)| (what, Some(priority)));
        let what = match what {
            "gap" => Watched::Gap,
            "generic-only" => Watched::GenericOnly,
            "thin" => Watched::Thin,
            "stale" => Watched::Stale,
            other => return Err(format!("`{other}` is not one of gap, generic-only, thin, stale")),
        };
        let least = match priority {
            None => Priority::Low,
            Some(name) => Priority::from_name(name).ok_or_else(|| format!("`{name}` is not one of high, normal, low"))?,
        };
        Ok(Self { what, least })
    }
}
