//! `[[cells]]` of hub.toml: how the plan for one persona at one stage differs from the rest.

use std::marker::PhantomData;

use super::fields::{Fields, Reader};
use super::keys::{self, Count, Flag, Form, ReadIn, Shape, Source, Text, WrittenValue};
use super::known::Known;
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

keys! {
    /// One of `[[cells]]`, as it is written.
    pub(super) struct CellKeys("a cell") in Known {
        /// The persona's id.
        persona: IdOf<Personas> = "persona",
            required("a cell is one persona at one stage: name both");
        /// The stage's id.
        stage: IdOf<Stages> = "stage", required("a cell is one persona at one stage: name both");
        /// How much the cell matters.
        priority: PriorityWord = "priority", usually("normal");
        /// false: this persona needs nothing at this stage.
        applies: Flag = "applies", usually("true");
        /// How many specific pages make the cell covered.
        min: Count<1> = "min", usually("2");
        /// What pages of this cell should reach. Internal.
        goal: Text = "goal";
        /// Who sees to it. Internal.
        owner: Text = "owner";
        /// When the cell should be covered.
        due: keys::Day = "due";
        /// Why the cell does not apply.
        reason: Text = "reason", required_unless(
            "applies",
            "say why this cell does not apply; the coverage report shows it"
        );
    }
}

/// The id of a persona or stage, which is looked up when the cards are known.
pub(super) struct IdOf<S>(PhantomData<S>);

/// Marks ids of personas.
pub(super) struct Personas;

/// Marks ids of stages.
pub(super) struct Stages;

impl Shape for IdOf<Personas> {
    type Value = Spanned<String>;
    const FORM: Form = Form::Known(Source::Personas);
}

impl Shape for IdOf<Stages> {
    type Value = Spanned<String>;
    const FORM: Form = Form::Known(Source::Stages);
}

impl<C: ?Sized, S> ReadIn<C> for IdOf<S>
where
    Self: Shape<Value = Spanned<String>>,
{
    fn read(written: WrittenValue<'_>, fields: &mut Fields<'_>, _: &C) -> Option<Spanned<String>> {
        fields.reader.as_text(written.name, written.item)
    }
}

/// The word for a priority.
pub(super) struct PriorityWord;

impl Shape for PriorityWord {
    type Value = Priority;
    const FORM: Form = Form::OneOf(&Priority::NAMES);
}

impl<C: ?Sized> ReadIn<C> for PriorityWord {
    fn read(written: WrittenValue<'_>, fields: &mut Fields<'_>, _: &C) -> Option<Priority> {
        let name = fields.reader.as_text(written.name, written.item)?;
        let known = Priority::from_name(&name.value);
        if known.is_none() {
            let help = did_you_mean(&name.value, Priority::NAMES);
            let message = format!("`{}` is no priority.", name.value);
            fields.reader.invalid(name.span, message, Some(help));
        }
        known
    }
}

/// The cells as hub.toml alone describes them.
pub(super) fn drafts(written: Vec<Spanned<CellKeys>>) -> Vec<DraftCell> {
    written.into_iter().map(|cell| draft(cell.value)).collect()
}

fn draft(keys: CellKeys) -> DraftCell {
    DraftCell {
        persona: keys.persona,
        stage: keys.stage,
        applies: keys.applies.unwrap_or(true),
        min: keys.min,
        priority: keys.priority.unwrap_or_default(),
        goal: keys.goal.map(|text| text.value).unwrap_or_default(),
        owner: keys.owner.map(|text| text.value).unwrap_or_default(),
        due: keys.due.map(|day| day.value),
        reason: keys.reason.map(|text| text.value).unwrap_or_default(),
    }
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
