//! Placements counted by another axis: channel, product, kind, market, owner, need or objective.
//! All sums agree.

use std::collections::{BTreeMap, BTreeSet};

use etappe_base::source::{self, Spanned};
use etappe_hub::config::{Config, LangIx, PersonaIx, StageIx};
use etappe_hub::content::{Audience, Kind};
use etappe_hub::journey::{Doc, Hub, State};

/// One published page as it counts in one cell.
#[derive(Clone, Copy, Debug)]
pub struct Placed<'h> {
    /// Published, in the language that was asked for.
    pub doc: &'h Doc,
    /// In the page's audience; its segment is targeted.
    pub persona: PersonaIx,
    /// One of the page's stages: each of them is a placement of its own.
    pub stage: StageIx,
    /// The page names the persona, rather than being for all.
    pub specific: bool,
}

/// Every placement of a language in a cell of a targeted persona, sorted by persona, stage and
/// file.
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
    /// From a page's `channels`.
    Channel,
    /// From a page's `products`.
    Product,
    /// From a page's `kind`, of which each has exactly one.
    Kind,
    /// From a page's `markets`.
    Market,
    /// The owner of the cell, from hub.toml.
    Owner,
    /// From a page's `needs`, as far as they are those of the cell's persona.
    Need,
    /// From a page's `objectives`.
    Objective,
}

impl Axis {
    /// In the order in which error messages list them.
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

    /// As `--by` takes it.
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
    /// The one that was asked for.
    pub axis: Axis,
    /// The only language of the placements.
    pub lang: LangIx,
    /// Sorted by value. Values that the hub knows are there even without a placement.
    pub rows: Vec<AxisRow>,
    /// Placements without a value.
    pub none: AxisRow,
    /// Further counts of placements that stand in several rows. All rows and `none`, less these,
    /// make the total.
    pub repeated: AxisRow,
    /// Every placement once.
    pub total: AxisRow,
}

/// Counts of one value by cell.
#[derive(Clone, Debug, Default)]
pub struct AxisRow {
    /// As hub.toml or front matter writes it; empty in the rows for none, repeated and total.
    pub value: String,
    /// Placements by cell; cells without any are left out.
    pub cells: BTreeMap<(PersonaIx, StageIx), usize>,
}

impl AxisRow {
    fn add(&mut self, placed: &Placed<'_>, count: usize) {
        if count > 0 {
            *self.cells.entry((placed.persona, placed.stage)).or_default() += count;
        }
    }

    /// Over all cells.
    pub fn sum(&self) -> usize {
        self.cells.values().sum()
    }

    /// Over all personas.
    pub fn at_stage(&self, stage: StageIx) -> usize {
        self.cells.iter().filter(|((_, at), _)| *at == stage).map(|(_, count)| count).sum()
    }

    /// Over all stages.
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
        Axis::Market => {
            let declared = config.markets.iter().map(|market| market.id.clone());
            let named = targeted().flat_map(|persona| persona.qualified.iter().flatten().cloned());
            declared.chain(named).collect()
        }
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
    let texts = |list: &'h [Spanned<String>]| source::values(list).map(String::as_str).collect();
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
        // A page for several personas names the needs of all of them. Only those of this persona
        // count.
        Axis::Need => {
            let own =
                |id: &&str| config.persona(placed.persona).needs.iter().any(|need| need.id == *id);
            source::values(&front.needs).map(String::as_str).filter(own).collect()
        }
    }
}
