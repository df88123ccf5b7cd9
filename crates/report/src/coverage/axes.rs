//! The same placements by another axis: channel, product, kind, market, owner, need or objective.
//! Every sum agrees.

use std::collections::{BTreeMap, BTreeSet};

use etappe_hub::config::{Config, LangIx, PersonaIx, StageIx};
use etappe_hub::content::{Audience, Kind};
use etappe_hub::journey::{Doc, Hub, State};

/// One published page as it counts in one cell.
#[derive(Clone, Copy, Debug)]
pub struct Placed<'h> {
    pub doc: &'h Doc,
    pub persona: PersonaIx,
    pub stage: StageIx,
    /// The page names the persona.
    pub specific: bool,
}

/// Every placement of a language in a cell of a targeted persona, by persona, stage and file.
pub fn placed(hub: &Hub, lang: LangIx) -> Vec<Placed<'_>> {
    let config = &*hub.config;
    let mut all = Vec::new();
    let published: Vec<&Doc> = hub
        .docs
        .iter()
        .filter(|doc| doc.state == State::Published && doc.facets.lang() == lang)
        .collect();
    for persona in config.targeted_ixs() {
        for stage in config.stage_ixs() {
            for doc in published.iter().filter(|doc| doc.facets.front.stages.contains(&stage)) {
                let audience = &doc.facets.front.audience;
                if audience.includes(persona) {
                    all.push(Placed { doc, persona, stage, specific: *audience != Audience::All });
                }
            }
        }
    }
    all
}

/// What `--by` names.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Axis {
    Channel,
    Product,
    Kind,
    Market,
    Owner,
    Need,
    Objective,
}

impl Axis {
    pub const ALL: [Self; 7] = [
        Self::Channel,
        Self::Product,
        Self::Kind,
        Self::Market,
        Self::Owner,
        Self::Need,
        Self::Objective,
    ];
    const NAMES: [&str; 7] = ["channel", "product", "kind", "market", "owner", "need", "objective"];

    pub fn name(self) -> &'static str {
        Self::NAMES[self as usize]
    }
}

impl std::str::FromStr for Axis {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let known = Self::ALL.into_iter().find(|axis| axis.name() == text);
        known.ok_or_else(|| format!("`{text}` is not one of {}", Self::NAMES.join(", ")))
    }
}

/// Placements of one language by the values of an axis.
#[derive(Clone, Debug)]
pub struct AxisMatrix {
    pub axis: Axis,
    pub lang: LangIx,
    /// By value; values that no placement has are there too where the hub knows them.
    pub rows: Vec<AxisRow>,
    /// Placements without a value.
    pub none: AxisRow,
    /// How often a placement stands in one more row than one: taken off, all rows together are the
    /// total.
    pub repeated: AxisRow,
    /// Every placement once.
    pub total: AxisRow,
}

/// Counts of one value by cell.
#[derive(Clone, Debug, Default)]
pub struct AxisRow {
    pub value: String,
    pub cells: BTreeMap<(PersonaIx, StageIx), usize>,
}

impl AxisRow {
    fn add(&mut self, placed: &Placed<'_>, count: usize) {
        if count > 0 {
            *self.cells.entry((placed.persona, placed.stage)).or_default() += count;
        }
    }

    pub fn sum(&self) -> usize {
        self.cells.values().sum()
    }

    pub fn at_stage(&self, stage: StageIx) -> usize {
        self.cells.iter().filter(|((_, at), _)| *at == stage).map(|(_, count)| count).sum()
    }

    pub fn of_persona(&self, persona: PersonaIx) -> usize {
        self.cells.iter().filter(|((of, _), _)| *of == persona).map(|(_, count)| count).sum()
    }
}

pub(super) fn matrix(hub: &Hub, lang: LangIx, axis: Axis) -> AxisMatrix {
    let mut rows: BTreeMap<String, AxisRow> =
        known(&hub.config, axis).into_iter().map(|value| (value, AxisRow::default())).collect();
    let (mut none, mut repeated, mut total) =
        (AxisRow::default(), AxisRow::default(), AxisRow::default());
    for placed in placed(hub, lang) {
        let values = values(&hub.config, axis, &placed);
        total.add(&placed, 1);
        none.add(&placed, usize::from(values.is_empty()));
        repeated.add(&placed, values.len().saturating_sub(1));
        for value in values {
            rows.entry(value.to_owned()).or_default().add(&placed, 1);
        }
    }
    let rows = rows.into_iter().map(|(value, row)| AxisRow { value, ..row }).collect();
    AxisMatrix { axis, lang, rows, none, repeated, total }
}

/// Values that have a row even when no placement has them.
fn known(config: &Config, axis: Axis) -> BTreeSet<String> {
    let targeted = || config.targeted_ixs().map(|persona| config.persona(persona));
    match axis {
        Axis::Channel => targeted().flat_map(|persona| persona.channels.iter().cloned()).collect(),
        Axis::Market => targeted().flat_map(|persona| persona.qualified.iter().cloned()).collect(),
        Axis::Kind => Kind::NAMES.iter().map(ToString::to_string).collect(),
        Axis::Owner => config
            .cells
            .iter()
            .map(|rule| rule.owner.clone())
            .filter(|owner| !owner.is_empty())
            .collect(),
        Axis::Need => targeted()
            .flat_map(|persona| persona.needs.iter().map(|need| need.id.clone()))
            .collect(),
        Axis::Objective => config.objectives.iter().map(|objective| objective.id.clone()).collect(),
        Axis::Product => BTreeSet::new(),
    }
}

/// The values of one placement, each once.
fn values<'h>(config: &'h Config, axis: Axis, placed: &Placed<'h>) -> BTreeSet<&'h str> {
    let front = &placed.doc.facets.front;
    let texts = |list: &'h [String]| list.iter().map(String::as_str).collect();
    match axis {
        Axis::Channel => texts(&front.channels),
        Axis::Product => texts(&front.products),
        Axis::Kind => BTreeSet::from([front.kind.name()]),
        Axis::Market => texts(&front.markets),
        Axis::Objective => texts(&front.objectives),
        Axis::Owner => {
            let rule = config.cell_rule(placed.persona, placed.stage);
            rule.map(|rule| rule.owner.as_str())
                .filter(|owner| !owner.is_empty())
                .into_iter()
                .collect()
        }
        // A page for several personas names the needs of all of them: here count those of this one.
        Axis::Need => {
            let own =
                |id: &&str| config.persona(placed.persona).needs.iter().any(|need| need.id == *id);
            front.needs.iter().map(String::as_str).filter(own).collect()
        }
    }
}
