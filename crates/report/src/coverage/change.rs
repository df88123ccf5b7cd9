//! What changed between two reports: cells that opened, closed or changed otherwise, and pages that
//! came, went or moved.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::Report;
use etappe_base::count::counted;
use etappe_base::visible::harmless;
use etappe_hub::config::{LangIx, Priority};

/// A cell by its ids: language, persona, stage.
type Key = (String, String, String);

/// What is compared of a report's cells.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct CellSnapshot {
    as_of: String,
    cells: BTreeMap<Key, CellSeen>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
struct CellSeen {
    state: String,
    reason: String,
    stale: bool,
    pages: BTreeSet<String>,
}

impl CellSnapshot {
    /// By way of the JSON report, so that both sides of a comparison have one form.
    pub fn of(report: &Report<'_>) -> Self {
        Self::parse(&super::emit_json(report)).expect("the report has the form of the contract")
    }

    /// Reads a report that `etappe coverage --format json` wrote.
    ///
    /// # Errors
    /// Says what is wrong when the text is no such report.
    pub fn parse(text: &str) -> Result<Self, String> {
        let report: Value =
            serde_json::from_str(text).map_err(|error| format!("it is no JSON: {error}"))?;
        if report["version"] != 1 {
            return Err("it is no coverage report of version 1".to_owned());
        }
        let text = |value: &Value, key: &str| value[key].as_str().unwrap_or_default().to_owned();
        let list = |value: &Value, key: &str| value[key].as_array().cloned().unwrap_or_default();
        let mut cells = BTreeMap::new();
        for language in list(&report, "languages") {
            for cell in list(&language, "cells") {
                let pages = list(&cell, "pages")
                    .iter()
                    .filter_map(|page| page.as_str().map(str::to_owned))
                    .collect();
                let seen = CellSeen {
                    state: text(&cell, "state"),
                    reason: text(&cell, "reason"),
                    stale: cell["stale"] == true,
                    pages,
                };
                cells.insert(
                    (text(&language, "lang"), text(&cell, "persona"), text(&cell, "stage")),
                    seen,
                );
            }
        }
        Ok(Self { as_of: text(&report, "as_of"), cells })
    }

    /// The cells that each page stands in.
    fn pages(&self) -> BTreeMap<&str, BTreeSet<&Key>> {
        let mut pages: BTreeMap<&str, BTreeSet<&Key>> = BTreeMap::new();
        for (key, seen) in &self.cells {
            for page in &seen.pages {
                pages.entry(page).or_default().insert(key);
            }
        }
        pages
    }
}

impl CellSeen {
    /// `gap: expired`, `thin, stale`
    fn words(&self) -> String {
        let reason =
            if self.reason.is_empty() { String::new() } else { format!(": {}", self.reason) };
        let stale = if self.stale { ", stale" } else { "" };
        format!("{}{reason}{stale}", self.state)
    }

    /// Whether nothing fills the cell, though something should.
    fn is_gap(&self) -> bool {
        self.rank() == Some(0)
    }

    /// How well the cell is filled, from 0 for a gap; `None` where it need not be.
    fn rank(&self) -> Option<u8> {
        ["gap", "generic-only", "thin", "covered"]
            .iter()
            .position(|state| *state == self.state)
            .map(|rank| rank as u8)
    }
}

/// Whether a cell got better.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Direction {
    Worse,
    Better,
    Other,
}

impl Direction {
    pub fn name(self) -> &'static str {
        ["worse", "better", "other"][self as usize]
    }
}

/// One cell that differs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CellChange {
    pub direction: Direction,
    pub lang: String,
    pub persona: String,
    pub stage: String,
    pub was: String,
    pub is: String,
    pub was_gap: bool,
    pub is_gap: bool,
    pub priority: Priority,
    /// As people call the cell.
    pub name: String,
}

/// All that differs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Change {
    /// What the report was compared with: a file or a revision, as it was named.
    pub against: String,
    /// The as-of date of that report, as it is written there.
    pub against_as_of: String,
    /// Worse ones first.
    pub cells: Vec<CellChange>,
    /// Files that stand in a cell now and stood in none before; sorted.
    pub added: Vec<String>,
    /// Files that stood in a cell before and stand in none now; sorted.
    pub removed: Vec<String>,
    /// Old and new file, sorted. Both are the same where a page stays and stands in other cells.
    pub moved: Vec<(String, String)>,
}

/// Compares a report with an earlier one. Languages that the report leaves out are not compared.
pub fn change(report: &Report<'_>, before: &CellSnapshot, against: &str) -> Change {
    let now = CellSnapshot::of(report);
    let langs: BTreeSet<&str> = report
        .languages
        .iter()
        .map(|matrix| report.config.lang(matrix.lang).code.as_str())
        .collect();
    let mut before = before.clone();
    before.cells.retain(|(lang, _, _), _| langs.contains(lang.as_str()));
    let keys: BTreeSet<&Key> = before.cells.keys().chain(now.cells.keys()).collect();
    let mut cells: Vec<CellChange> = keys
        .into_iter()
        .filter_map(|key| cell_change(report, key, before.cells.get(key), now.cells.get(key)))
        .collect();
    cells.sort_by(|a, b| {
        (a.direction, a.priority, &a.lang, &a.persona, &a.stage).cmp(&(
            b.direction,
            b.priority,
            &b.lang,
            &b.persona,
            &b.stage,
        ))
    });
    let (added, removed, moved) = pages(&before, &now);
    Change {
        against: against.to_owned(),
        against_as_of: before.as_of.clone(),
        cells,
        added,
        removed,
        moved,
    }
}

fn cell_change(
    report: &Report<'_>,
    key: &Key,
    was: Option<&CellSeen>,
    is: Option<&CellSeen>,
) -> Option<CellChange> {
    let words = |seen: Option<&CellSeen>| seen.map_or("absent".to_owned(), CellSeen::words);
    let (old, new) = (words(was), words(is));
    if old == new {
        return None;
    }
    let direction = match (was.and_then(CellSeen::rank), is.and_then(CellSeen::rank)) {
        (Some(was), Some(is)) if is < was => Direction::Worse,
        (Some(was), Some(is)) if is > was => Direction::Better,
        _ => Direction::Other,
    };
    let (lang, persona, stage) = key.clone();
    let config = report.config;
    let ix = (config.find_persona(&persona), config.find_stage(&stage), config.find_lang(&lang));
    let (name, priority) = match ix {
        (Some(persona), Some(stage), Some(lang)) => (
            report.cell_name(lang, persona, stage),
            config.cell_rule(persona, stage).map_or(Priority::default(), |rule| rule.priority),
        ),
        (_, _, lang) => (gone(report, lang, &persona, &stage), Priority::default()),
    };
    Some(CellChange {
        direction,
        lang,
        persona,
        stage,
        was: old,
        is: new,
        was_gap: was.is_some_and(CellSeen::is_gap),
        is_gap: is.is_some_and(CellSeen::is_gap),
        priority,
        name,
    })
}

/// The name of a cell whose persona or stage no longer exists.
fn gone(report: &Report<'_>, lang: Option<LangIx>, persona: &str, stage: &str) -> String {
    let (config, lang) = (report.config, lang.unwrap_or(LangIx::DEFAULT));
    let persona =
        config.find_persona(persona).map_or(persona, |ix| config.persona(ix).label.get(lang));
    let stage = config.find_stage(stage).map_or(stage, |ix| config.stage(ix).label.get(lang));
    format!("{persona} × {stage}")
}

/// Pages that were added, removed, and moved. A removed file and an added one are a moved one if no
/// other removed or added file has that name.
fn pages(
    before: &CellSnapshot,
    now: &CellSnapshot,
) -> (Vec<String>, Vec<String>, Vec<(String, String)>) {
    let (old, new) = (before.pages(), now.pages());
    let mut added: Vec<&str> =
        new.keys().filter(|page| !old.contains_key(*page)).copied().collect();
    let mut removed: Vec<&str> =
        old.keys().filter(|page| !new.contains_key(*page)).copied().collect();
    let stays = old.iter().filter(|(page, cells)| new.get(*page).is_some_and(|now| now != *cells));
    let mut moved: Vec<(String, String)> =
        stays.map(|(page, _)| ((*page).to_owned(), (*page).to_owned())).collect();
    let name = |page: &str| page.rsplit('/').next().unwrap_or_default().to_owned();
    let alone = |list: &[&str], page: &str| {
        list.iter().filter(|other| name(other) == name(page)).count() == 1
    };
    let pairs: Vec<(&str, &str)> = removed
        .iter()
        .filter(|from| alone(&removed, from) && alone(&added, from))
        .filter_map(|from| Some((*from, *added.iter().find(|to| name(to) == name(from))?)))
        .collect();
    removed.retain(|page| !pairs.iter().any(|(from, _)| from == page));
    added.retain(|page| !pairs.iter().any(|(_, to)| to == page));
    moved.extend(pairs.iter().map(|(from, to)| ((*from).to_owned(), (*to).to_owned())));
    moved.sort();
    let owned = |list: Vec<&str>| list.into_iter().map(str::to_owned).collect();
    (owned(added), owned(removed), moved)
}

impl Change {
    /// Whether a cell of at least this priority is worse than before.
    pub fn is_regression(&self, least: Priority) -> bool {
        self.cells.iter().any(|cell| cell.direction == Direction::Worse && cell.priority <= least)
    }

    fn is_empty(&self) -> bool {
        self.cells.is_empty()
            && self.added.is_empty()
            && self.removed.is_empty()
            && self.moved.is_empty()
    }

    /// `+1 gap: GP × Getting started (nl)`, and the same for gaps that are filled.
    fn headlines(&self) -> Vec<String> {
        let gaps = |opened: bool| {
            let of = self
                .cells
                .iter()
                .filter(move |cell| cell.is_gap == opened && cell.was_gap != opened);
            of.map(|cell| format!("{} ({})", cell.name, cell.lang)).collect::<Vec<_>>()
        };
        let line = |sign: &str, names: Vec<String>| {
            let gaps = counted(names.len(), "gap");
            (!names.is_empty()).then(|| format!("{sign}{gaps}: {}", names.join("; ")))
        };
        [line("+", gaps(true)), line("−", gaps(false))].into_iter().flatten().collect()
    }

    fn page_lines(&self) -> Vec<String> {
        let list = |what: &str, pages: &[String]| {
            (!pages.is_empty()).then(|| format!("{what}: {}", pages.join(", ")))
        };
        let moved: Vec<String> = self
            .moved
            .iter()
            .map(|(from, to)| {
                if from == to {
                    format!("{from} (other cells)")
                } else {
                    format!("{from} → {to}")
                }
            })
            .collect();
        [list("added", &self.added), list("moved", &moved), list("removed", &self.removed)]
            .into_iter()
            .flatten()
            .collect()
    }

    /// For people at a terminal.
    pub fn emit_text(&self) -> String {
        let mut out =
            format!("Against {} (as of {}):\n", harmless(&self.against), self.against_as_of);
        if self.is_empty() {
            out.push_str("  nothing differs\n");
        }
        for line in self.headlines() {
            out.push_str(&format!("  {}\n", harmless(&line)));
        }
        for cell in &self.cells {
            let line = format!(
                "{:6}  {}: {}: {} → {}",
                cell.direction.name(),
                cell.lang,
                cell.name,
                cell.was,
                cell.is
            );
            out.push_str(&format!("  {}\n", harmless(&line)));
        }
        for line in self.page_lines() {
            out.push_str(&format!("  pages {}\n", harmless(&line)));
        }
        out
    }

    /// For a pull request: what matters in the first lines, every cell that differs in a table.
    pub fn emit_markdown(&self) -> String {
        let escape = super::markdown::escape;
        let mut out = String::new();
        for line in self.headlines() {
            out.push_str(&format!("**{}**\n\n", escape(&line)));
        }
        out.push_str(&format!(
            "Coverage against `{}` (as of {}): ",
            harmless(&self.against).replace('`', "'"),
            self.against_as_of
        ));
        if self.is_empty() {
            return out + "nothing differs.\n";
        }
        let count =
            |direction| self.cells.iter().filter(|cell| cell.direction == direction).count();
        out.push_str(&format!(
            "cells worse: {}, better: {}, otherwise changed: {}.\n",
            count(Direction::Worse),
            count(Direction::Better),
            count(Direction::Other)
        ));
        if !self.cells.is_empty() {
            out.push_str("\n| | | cell | was | is |\n|---|---|---|---|---|\n");
        }
        for cell in &self.cells {
            let [lang, name, was, is] =
                [&cell.lang, &cell.name, &cell.was, &cell.is].map(|text| escape(text));
            out.push_str(&format!(
                "| {} | {lang} | {name} | {was} | {is} |\n",
                cell.direction.name()
            ));
        }
        let pages = self.page_lines();
        if !pages.is_empty() {
            out.push('\n');
        }
        for line in pages {
            out.push_str(&format!("- Pages {}\n", escape(&line)));
        }
        out
    }

    /// For spreadsheets: one row for each cell that differs.
    pub fn emit_csv(&self) -> String {
        let mut out = String::from("direction,lang,persona,stage,was,is\r\n");
        for cell in &self.cells {
            let fields = [
                cell.direction.name(),
                &cell.lang,
                &cell.persona,
                &cell.stage,
                &cell.was,
                &cell.is,
            ];
            out.push_str(&fields.map(super::csv::quote).join(","));
            out.push_str("\r\n");
        }
        out
    }

    pub(super) fn to_json(&self) -> Value {
        let cell = |cell: &CellChange| {
            json!({
                "direction": cell.direction.name(), "lang": cell.lang, "persona": cell.persona, "stage": cell.stage, "was": cell.was, "is": cell.is,
            })
        };
        let moved: Vec<Value> =
            self.moved.iter().map(|(from, to)| json!({ "from": from, "to": to })).collect();
        json!({
            "against": self.against, "against_as_of": self.against_as_of, "cells": self.cells.iter().map(cell).collect::<Vec<_>>(),
            "added": self.added, "removed": self.removed, "moved": moved,
        })
    }
}
