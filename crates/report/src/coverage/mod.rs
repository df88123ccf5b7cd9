//! Coverage: the state of every cell, from publishable pages only, the needs, and what to write
//! next.

mod aims;
mod axes;
mod brief;
pub mod calendar;
mod cells;
mod change;
mod csv;
mod detail;
mod fail_on;
pub mod history;
mod html;
mod json;
mod markdown;
pub mod measures;
mod next;
mod outline;
pub mod sections;
mod shares;
mod table;

use etappe_base::date::Day;
use etappe_base::path::HubPath;
use etappe_hub::config::{Config, LangIx, PersonaIx, Priority, StageIx};
use etappe_hub::journey::Hub;

pub use aims::{Aim, Aims, Answer, ObjectiveCoverage, TopicCoverage, needs};
pub use axes::{Axis, AxisMatrix, AxisRow, Placed, placed};
pub use brief::{Brief, Target, brief};
pub use change::{Change, Snapshot, change};
pub use csv::emit as emit_csv;
pub use fail_on::FailOn;
pub use history::Record;
pub use html::emit as emit_html;
pub use json::emit as emit_json;
pub use markdown::emit as emit_markdown;
pub use shares::{Cadence, SiteShares, Voice};
pub use table::{emit as emit_table, short};

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
    /// Every cell that wants writing for, most urgent first.
    pub queue: Vec<Next>,
}

impl Cell {
    /// Whether it is a cell to be filled: it applies, and its segment is targeted.
    pub fn is_counted(&self) -> bool {
        !matches!(self.state, CellState::NotApplicable | CellState::Deprioritised)
    }
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
    pub state: CellState,
    pub priority: Priority,
    pub due: Option<Day>,
    /// Who should write it; empty when nobody is named.
    pub owner: String,
}

/// The whole report.
#[derive(Clone, Debug)]
pub struct Report<'h> {
    pub config: &'h Config,
    pub as_of: Day,
    pub languages: Vec<Matrix>,
    pub aims: Aims,
    /// One for each targeted persona and language.
    pub shares: Vec<SiteShares>,
    pub cadence: Vec<Cadence>,
    /// By the axis that was asked for, one for each language.
    pub by: Vec<AxisMatrix>,
    /// Against an earlier report, when that was asked for.
    pub change: Option<Change>,
    /// What was recorded before, by day.
    pub history: Vec<Record>,
    /// What readers did, when that was imported.
    pub measured: Option<measures::Measured>,
}

/// Works the report out. `langs` narrows it; empty means every language of the hub. `by` adds a
/// matrix by that axis.
pub fn report<'h>(hub: &'h Hub, langs: &[LangIx], by: Option<Axis>) -> Report<'h> {
    let config = &*hub.config;
    let asked = |lang: &LangIx| langs.is_empty() || langs.contains(lang);
    let langs: Vec<LangIx> = config.lang_ixs().filter(asked).collect();
    Report {
        config,
        as_of: hub.edition.as_of,
        languages: langs.iter().map(|lang| cells::matrix(hub, *lang)).collect(),
        aims: aims::aims(hub, &langs),
        shares: langs.iter().flat_map(|lang| shares::shares(hub, *lang)).collect(),
        cadence: shares::cadence(hub),
        by: by
            .iter()
            .flat_map(|axis| langs.iter().map(|lang| axes::matrix(hub, *lang, *axis)))
            .collect(),
        change: None,
        history: Vec::new(),
        measured: None,
    }
}

impl Matrix {
    /// What the report puts forward.
    pub fn next(&self) -> &[Next] {
        &self.queue[..self.queue.len().min(NEXT)]
    }

    pub fn cell(&self, persona: PersonaIx, stage: StageIx) -> Option<&Cell> {
        self.cells.iter().find(|cell| cell.persona == persona && cell.stage == stage)
    }
}

impl Report<'_> {
    /// The first line for a language: `nl: 9 of 16 cells covered, 6 empty, 1 generic only. Next: …`
    pub fn headline(&self, matrix: &Matrix) -> String {
        let Totals { covered, applicable, gaps, generic_only, .. } = matrix.totals;
        let code = &self.config.lang(matrix.lang).code;
        let first = format!(
            "{code}: {covered} of {applicable} cells covered, {gaps} empty, {generic_only} generic only."
        );
        match matrix.queue.first() {
            Some(next) => {
                format!("{first} Next: {}.", self.cell_name(matrix.lang, next.persona, next.stage))
            }
            None => format!("{first} Nothing is missing."),
        }
    }

    /// A cell as people call it: `Huisartsen × Starten`, in the language of the matrix.
    pub fn cell_name(&self, lang: LangIx, persona: PersonaIx, stage: StageIx) -> String {
        format!(
            "{} × {}",
            self.config.persona(persona).label.get(lang),
            self.config.stage(stage).label.get(lang)
        )
    }

    /// Whether what `condition` names is there.
    pub fn meets(&self, condition: FailOn) -> bool {
        condition.is_met(self)
    }
}
