//! `[[cells]]` of hub.toml: how the plan for one persona at one stage differs from the rest.

use super::fields::{Fields, Reader};
use super::stages::Stage;
use super::{Persona, PersonaIx, StageIx};
use etappe_base::date::Day;
use etappe_base::finding::{Finding, codes, did_you_mean};
use etappe_base::source::{Span, Spanned};

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

/// A cell that still names its persona and stage by id, since the cards are read later.
pub(super) struct DraftCell {
    persona: Option<Spanned<String>>,
    stage: Option<Spanned<String>>,
    applies: bool,
    min: Option<u32>,
    priority: Priority,
    goal: String,
    owner: String,
    due: Option<Day>,
    reason: String,
}

pub(super) fn read(fields: &mut Fields<'_>) -> Vec<DraftCell> {
    fields.tables("cells", "a cell", cell)
}

fn cell(fields: &mut Fields<'_>) -> DraftCell {
    let persona = fields.text("persona");
    let stage = fields.text("stage");
    for (key, value) in [("persona", &persona), ("stage", &stage)] {
        if value.is_none() {
            fields.missing(key, "a cell is one persona at one stage: name both");
        }
    }
    let cell = DraftCell {
        persona,
        stage,
        priority: priority(fields).unwrap_or_default(),
        applies: fields.boolean("applies").unwrap_or(true),
        min: fields.count("min", 1),
        goal: fields.plain("goal"),
        owner: fields.plain("owner"),
        due: fields.day("due").map(|day| day.value),
        reason: fields.plain("reason"),
    };
    if !cell.applies && cell.reason.is_empty() {
        fields.missing("reason", "say why this cell does not apply; the coverage report shows it");
    }
    cell
}

fn priority(fields: &mut Fields<'_>) -> Option<Priority> {
    let name = fields.text("priority")?;
    let known = Priority::from_name(&name.value);
    if known.is_none() {
        let help = did_you_mean(&name.value, Priority::NAMES);
        let message = format!("`{}` is no priority.", name.value);
        fields.reader.invalid(name.span, message, Some(help));
    }
    known
}

/// Looks up the personas and stages that the cells name. Unknown ones are reported, and so is a
/// cell that is described twice.
pub(super) fn finish(
    drafts: Vec<DraftCell>,
    personas: &[Persona],
    stages: &[Stage],
    reader: &mut Reader,
) -> Vec<CellRule> {
    let mut cells: Vec<CellRule> = Vec::new();
    let mut spans = Vec::new();
    for cell in drafts {
        let persona = find(reader, cell.persona.as_ref(), "persona", || {
            personas.iter().map(|persona| persona.id.as_str())
        });
        let stage = find(reader, cell.stage.as_ref(), "stage", || {
            stages.iter().map(|stage| stage.id.as_str())
        });
        let (Some(persona), Some(stage)) = (persona, stage) else { continue };
        let (persona, stage) = (PersonaIx(persona), StageIx(stage));
        let span = cell.persona.as_ref().map_or(Span::default(), |persona| persona.span);
        if let Some(at) =
            cells.iter().position(|other| other.persona == persona && other.stage == stage)
        {
            reader.duplicate(span, "This cell is described twice.", Some(spans[at]));
            continue;
        }
        spans.push(span);
        let DraftCell { applies, min, priority, goal, owner, due, reason, .. } = cell;
        cells.push(CellRule { persona, stage, applies, min, priority, goal, owner, due, reason });
    }
    cells
}

/// The place of `name` among the known names; an unknown name is a finding.
fn find<'n, I: Iterator<Item = &'n str>>(
    reader: &mut Reader,
    name: Option<&Spanned<String>>,
    what: &str,
    known: impl Fn() -> I,
) -> Option<u16> {
    let name = name?;
    let at = known().position(|id| id == name.value);
    if at.is_none() {
        let help = did_you_mean(&name.value, known());
        let message = format!("There is no {what} `{}`.", name.value);
        reader.report(
            Finding::new(&codes::CONFIG_UNKNOWN_ID, reader.place(name.span), message).help(help),
        );
    }
    at.map(|at| at as u16)
}
