//! The report for machines: MODEL's contract, version 1.

use serde::Serialize;
use serde_json::Value;

use super::{Aim, Cell, CellState, Matrix, Report, Totals, detail, next};
use etappe_base::date::Day;
use etappe_base::path::HubPath;
use etappe_hub::config::Config;

#[derive(Serialize)]
struct CoverageDocument<'r> {
    version: u32,
    as_of: Day,
    languages: Vec<Language<'r>>,
    needs: Vec<Need<'r>>,
    beliefs: Value,
    objectives: Value,
    topics: Value,
    /// Pages that serve neither a need nor an objective.
    aimless: &'r [HubPath],
    shares: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    reuse: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bridges: Option<Value>,
    cadence: Value,
    deprioritised: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    change: Option<Value>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    history: Vec<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    measures: Option<Value>,
    next: Vec<NextEntry<'r>>,
    next_order: &'static str,
}

#[derive(Serialize)]
struct Language<'r> {
    lang: &'r str,
    totals: Totals,
    cells: Vec<CellEntry<'r>>,
}

#[derive(Serialize)]
struct CellEntry<'r> {
    persona: &'r str,
    stage: &'r str,
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
    #[serde(skip_serializing_if = "str::is_empty")]
    remark: &'r str,
    stale: bool,
    priority: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    due: Option<Day>,
    #[serde(skip_serializing_if = "str::is_empty")]
    owner: &'r str,
    #[serde(skip_serializing_if = "str::is_empty")]
    goal: &'r str,
    specific: usize,
    generic: usize,
    drafts: usize,
    scheduled: usize,
    expired: usize,
    blocked: usize,
    untranslated: usize,
    pages: &'r [HubPath],
    waiting: &'r [HubPath],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    blocked_by: Vec<Blocker<'r>>,
}

/// A page that lacks an approval alone.
#[derive(Serialize)]
struct Blocker<'r> {
    page: &'r HubPath,
    approval: &'static str,
}

#[derive(Serialize)]
struct Need<'r> {
    id: &'r str,
    persona: &'r str,
    stage: &'r str,
    open: bool,
    pages: &'r [HubPath],
    languages: Value,
}

#[derive(Serialize)]
struct NextEntry<'r> {
    lang: &'r str,
    persona: &'r str,
    stage: &'r str,
    why: &'r str,
    state: &'static str,
    priority: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    due: Option<Day>,
    #[serde(skip_serializing_if = "str::is_empty")]
    owner: &'r str,
}

/// One JSON document, ending in a line break.
pub fn emit(report: &Report<'_>) -> String {
    let config = report.config;
    let document = CoverageDocument {
        version: 1,
        as_of: report.as_of,
        languages: report
            .languages
            .iter()
            .map(|matrix| Language {
                lang: &config.lang(matrix.lang).code,
                totals: matrix.totals,
                cells: matrix.cells.iter().map(|cell| entry(config, cell)).collect(),
            })
            .collect(),
        needs: report.aims.needs.iter().map(|need| need_entry(report, need)).collect(),
        beliefs: detail::beliefs(report),
        objectives: detail::objectives(report),
        topics: detail::topics(report),
        aimless: &report.aims.aimless,
        shares: detail::shares(report),
        reuse: (!report.reuse.is_empty()).then(|| detail::reuse(report)),
        bridges: (!report.bridges.is_empty()).then(|| detail::bridges(report)),
        cadence: detail::cadence(report),
        deprioritised: detail::deprioritised(report),
        by: (!report.by.is_empty()).then(|| detail::by(report)),
        change: report.change.as_ref().map(super::Change::to_json),
        history: report.history.iter().map(super::Record::to_json).collect(),
        measures: report
            .measured
            .as_ref()
            .map(|measured| super::measures::to_json(report, measured)),
        next: report.languages.iter().flat_map(|matrix| next_entries(config, matrix)).collect(),
        next_order: next::ORDER,
    };
    let mut text = serde_json::to_string_pretty(&document).expect("a report is plain data");
    text.push('\n');
    text
}

fn need_entry<'r>(report: &'r Report<'_>, need: &'r Aim) -> Need<'r> {
    Need {
        id: &need.id,
        persona: &report.config.persona(need.persona).id,
        stage: &report.config.stage(need.stage).id,
        open: need.pages.is_empty(),
        pages: &need.pages,
        languages: detail::answers(report, need),
    }
}

fn next_entries<'r>(config: &'r Config, matrix: &'r Matrix) -> impl Iterator<Item = NextEntry<'r>> {
    matrix.next().iter().map(|next| NextEntry {
        lang: &config.lang(matrix.lang).code,
        persona: &config.persona(next.persona).id,
        stage: &config.stage(next.stage).id,
        why: &next.why,
        state: next.state.name(),
        priority: next.priority.name(),
        due: next.due,
        owner: &next.owner,
    })
}

fn entry<'r>(config: &'r Config, cell: &'r Cell) -> CellEntry<'r> {
    CellEntry {
        persona: &config.persona(cell.persona).id,
        stage: &config.stage(cell.stage).id,
        state: cell.state.name(),
        reason: match cell.state {
            CellState::Gap(reason) => Some(reason.name()),
            _ => None,
        },
        remark: &cell.remark,
        stale: cell.stale,
        priority: cell.priority.name(),
        due: cell.due,
        owner: config.cell_rule(cell.persona, cell.stage).map_or("", |rule| &rule.owner),
        goal: config.cell_rule(cell.persona, cell.stage).map_or("", |rule| &rule.goal),
        specific: cell.specific,
        generic: cell.generic,
        drafts: cell.drafts,
        scheduled: cell.scheduled,
        expired: cell.expired,
        blocked: cell.blocked,
        untranslated: cell.untranslated,
        pages: &cell.pages,
        waiting: &cell.waiting,
        blocked_by: cell
            .unapproved
            .iter()
            .map(|(page, approval)| Blocker { page, approval: approval.name() })
            .collect(),
    }
}
