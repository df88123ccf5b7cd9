//! Coverage: the state of every cell, from publishable pages only, the needs, and what to write
//! next.

mod aims;
mod axes;
mod bridges;
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
mod reuse;
pub mod sections;
mod shares;
mod table;

use etappe_base::count::counted;
use etappe_base::date::Day;
use etappe_base::path::HubPath;
use etappe_hub::config::{Config, LangIx, PersonaIx, Priority, StageIx};
use etappe_hub::journey::{Approval, Hub};

pub use aims::{Aim, AimAnswer, Aims, ObjectiveCoverage, TopicCoverage, needs};
pub use axes::{Axis, AxisMatrix, AxisRow, Placed, placed};
pub use bridges::BridgePair;
pub use brief::{Brief, BriefCell, brief};
pub use change::{CellSnapshot, Change, change};
pub use csv::emit as emit_csv;
pub use fail_on::FailOn;
pub use history::Record;
pub use html::emit as emit_html;
pub use json::emit as emit_json;
pub use markdown::emit as emit_markdown;
pub use reuse::Reuse;
pub use shares::{Cadence, SiteShares, Voice};
pub use table::{emit as emit_table, short};

/// How many specific pages make a cell covered, unless hub.toml says otherwise.
pub const DEFAULT_MIN: u32 = 2;

/// How many gaps a report puts forward for each language.
const NEXT: usize = 3;

/// The state of one cell in one language.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum CellState {
    /// hub.toml says that the stage does not apply to the persona.
    NotApplicable,
    /// The persona's segment is not targeted, whatever pages there are.
    Deprioritised,
    /// No page is published here.
    Gap(GapReason),
    /// Pages are published here, but none names the persona.
    GenericOnly,
    /// Fewer specific pages than the cell's minimum, but at least one.
    Thin,
    /// As many specific pages as the cell's minimum, or more.
    Covered,
}

impl CellState {
    /// As the JSON report spells it.
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

/// Why a cell is a gap, told by the page that is nearest to being published in it. Nearest first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum GapReason {
    /// A page is published in another language, and has no document in this one.
    Untranslated,
    /// A page is published on a later day.
    Scheduled,
    /// A page is still a draft.
    Draft,
    /// The front matter of a page has an error.
    Blocked,
    /// A page has expired.
    Expired,
    /// There is no page, or only withdrawn ones.
    Empty,
}

impl GapReason {
    /// As the JSON report spells it.
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
    /// Untargeted ones have cells too.
    pub persona: PersonaIx,
    /// Each persona has a cell at every stage.
    pub stage: StageIx,
    /// In the language of the matrix.
    pub state: CellState,
    /// There are specific pages, and every one is past its review date.
    pub stale: bool,
    /// From the cell's rule in hub.toml; normal without one.
    pub priority: Priority,
    /// From the cell's rule in hub.toml.
    pub due: Option<Day>,
    /// Why the cell does not apply, or why its segment is not targeted; else empty.
    pub remark: String,
    /// Published pages that name the persona.
    pub specific: usize,
    /// Published pages that are for all personas.
    pub generic: usize,
    /// Drafts, specific and generic together.
    pub drafts: usize,
    /// Pages published on a later day, specific and generic together.
    pub scheduled: usize,
    /// Expired pages, specific and generic together.
    pub expired: usize,
    /// Pages with an error in their front matter, or without an approval, specific and generic
    /// together.
    pub blocked: usize,
    /// Pages published in another language and not written in this one.
    pub untranslated: usize,
    /// Files of published pages, specific and generic.
    pub pages: Vec<HubPath>,
    /// Files of pages that are not published here yet, or no longer; of an untranslated one, a file
    /// in another language.
    pub waiting: Vec<HubPath>,
    /// Those of them that lack an approval alone, and what it lacks.
    pub unapproved: Vec<(HubPath, Approval)>,
}

/// All cells of one language, personas in the hub's order, untargeted ones last.
#[derive(Clone, Debug)]
pub struct Matrix {
    /// The only language of its cells.
    pub lang: LangIx,
    /// Row by row: each persona with every stage, in the hub's order.
    pub cells: Vec<Cell>,
    /// Over `cells`.
    pub totals: Totals,
    /// All cells to write for, most urgent first.
    pub queue: Vec<NextCell>,
}

impl Cell {
    /// Whether the cell is one to fill: it applies, and its segment is targeted.
    pub fn is_counted(&self) -> bool {
        !matches!(self.state, CellState::NotApplicable | CellState::Deprioritised)
    }
}

/// The sums of a matrix, without untargeted segments.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, serde::Serialize)]
pub struct Totals {
    /// All of targeted segments, also those that do not apply.
    pub cells: usize,
    /// Cells to be filled: they apply, and their segments are targeted.
    pub applicable: usize,
    /// Thin and covered cells together.
    pub covered: usize,
    /// Also counted as covered.
    pub thin: usize,
    /// Cells with pages for all personas alone.
    pub generic_only: usize,
    /// Cells without a published page.
    pub gaps: usize,
    /// Cells whose specific pages are all past review; counted by their states too.
    pub stale: usize,
}

/// One cell to write for, with the reason in words.
#[derive(Clone, Debug)]
pub struct NextCell {
    /// Its segment is targeted.
    pub persona: PersonaIx,
    /// It applies to the persona.
    pub stage: StageIx,
    /// What to do, then priority, due date, owner and goal, as far as hub.toml has them.
    pub why: String,
    /// A gap, generic only or thin.
    pub state: CellState,
    /// From the cell; comes first in the order of the queue.
    pub priority: Priority,
    /// From the cell; comes second, and `None` after every date.
    pub due: Option<Day>,
    /// Who should write it; empty when nobody is named.
    pub owner: String,
}

/// The whole report.
#[derive(Clone, Debug)]
pub struct Report<'h> {
    /// Has the names behind every index of the report.
    pub config: &'h Config,
    /// The day on which pages are published, overdue or expired.
    pub as_of: Day,
    /// Those that were asked for, in the hub's order.
    pub languages: Vec<Matrix>,
    /// For the languages of the report, apart from objectives.
    pub aims: Aims,
    /// One for each targeted persona and language.
    pub shares: Vec<SiteShares>,
    /// The share of words that were written once; empty where no page uses any.
    pub reuse: Vec<Reuse>,
    /// From persona to persona; empty where the hub has no bridge.
    pub bridges: Vec<BridgePair>,
    /// By persona, channel and month, for all languages together; only months with new pages.
    pub cadence: Vec<Cadence>,
    /// Placements by the axis that was asked for, one matrix for each language; else empty.
    pub by: Vec<AxisMatrix>,
    /// Set by callers that compare with an earlier report.
    pub change: Option<Change>,
    /// What was recorded before, by day; set by callers that read the history.
    pub history: Vec<Record>,
    /// What readers did; set by callers that read the measures.
    pub measured: Option<measures::Measured>,
}

/// Works out the report. `langs` narrows it; empty means every language of the hub. `by` adds a
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
        reuse: reuse::reuse(hub, &langs),
        bridges: bridges::bridges(hub, &langs),
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
    /// The first few of the queue, which the report puts forward.
    pub fn next(&self) -> &[NextCell] {
        &self.queue[..self.queue.len().min(NEXT)]
    }

    /// `None` only for a persona or stage of another hub.
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
            "{code}: {covered} of {} covered, {gaps} empty, {generic_only} generic only.",
            counted(applicable, "cell")
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

    /// Whether any cell is as `condition` says, or fell as it says.
    pub fn meets(&self, condition: FailOn) -> bool {
        condition.is_met(self)
    }
}
