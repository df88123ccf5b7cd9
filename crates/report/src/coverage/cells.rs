//! Counting: from documents to the state of each cell.

use super::{Cell, CellState, DEFAULT_MIN, GapReason, Matrix, Totals, next};
use etappe_base::date::Day;
use etappe_hub::config::{Config, LangIx, PersonaIx, Priority, StageIx};
use etappe_hub::content::{Audience, Facets};
use etappe_hub::journey::{Doc, Hub, State};

/// All cells of a language.
pub(super) fn matrix(hub: &Hub, lang: LangIx) -> Matrix {
    let config = &*hub.config;
    let mut personas: Vec<PersonaIx> = config.persona_ixs().collect();
    personas.sort_by_key(|persona| config.untargeted(*persona).is_some());
    let mut cells: Vec<Cell> = personas
        .iter()
        .flat_map(|persona| config.stage_ixs().map(move |stage| (*persona, stage)))
        .map(|(persona, stage)| empty(config, persona, stage))
        .collect();
    let mut rows = vec![0; personas.len()];
    for (row, persona) in personas.iter().enumerate() {
        rows[usize::from(persona.0)] = row;
    }
    let mut fresh = vec![0; cells.len()];
    count(hub, lang, &rows, &mut cells, &mut fresh);
    for (cell, fresh) in cells.iter_mut().zip(fresh) {
        cell.stale = cell.specific > 0 && fresh == 0 && cell.is_counted();
        if cell.is_counted() {
            let min = config
                .cell_rule(cell.persona, cell.stage)
                .and_then(|rule| rule.min)
                .unwrap_or(DEFAULT_MIN);
            cell.state = state(cell, min as usize);
        }
    }
    let totals = totals(&cells);
    let queue = next::queue(config, &cells);
    Matrix { lang, cells, totals, queue }
}

fn empty(config: &Config, persona: PersonaIx, stage: StageIx) -> Cell {
    let rule = config.cell_rule(persona, stage);
    let (state, remark) = match (config.untargeted(persona), rule) {
        (Some(segment), _) => (CellState::Deprioritised, segment.reason.clone()),
        (None, Some(rule)) if !rule.applies => (CellState::NotApplicable, rule.reason.clone()),
        _ => (CellState::Gap(GapReason::Empty), String::new()),
    };
    Cell {
        persona,
        stage,
        state,
        stale: false,
        priority: rule.map_or(Priority::default(), |rule| rule.priority),
        due: rule.and_then(|rule| rule.due),
        remark,
        specific: 0,
        generic: 0,
        drafts: 0,
        scheduled: 0,
        expired: 0,
        blocked: 0,
        untranslated: 0,
        pages: Vec::new(),
        waiting: Vec::new(),
        unapproved: Vec::new(),
    }
}

/// Adds every page to the cells it belongs to. `rows` is each persona's row; `fresh` counts
/// specific pages that are not overdue.
fn count(hub: &Hub, lang: LangIx, rows: &[usize], cells: &mut [Cell], fresh: &mut [usize]) {
    let width = hub.config.stages.len();
    let mut each = |facets: &Facets, add: &mut dyn FnMut(&mut Cell, bool, &mut usize)| {
        let specific = facets.front.audience != Audience::All;
        for persona in
            hub.config.persona_ixs().filter(|persona| facets.front.audience.includes(*persona))
        {
            for stage in &facets.front.stages {
                let at = rows[usize::from(persona.0)] * width + usize::from(stage.0);
                add(&mut cells[at], specific, &mut fresh[at]);
            }
        }
    };
    for page in &hub.pages {
        let own = page.docs[usize::from(lang.0)];
        match own {
            Some(ix) => {
                let doc = hub.doc(ix);
                let overdue = is_overdue(&doc.facets, &hub.config, hub.edition.as_of);
                each(&doc.facets, &mut |cell, specific, fresh| {
                    add(cell, doc, specific);
                    *fresh += usize::from(doc.state == State::Published && specific && !overdue);
                });
            }
            None => {
                let published = page
                    .docs
                    .iter()
                    .flatten()
                    .map(|ix| hub.doc(*ix))
                    .find(|doc| doc.state == State::Published);
                if let Some(other) = published {
                    each(&other.facets, &mut |cell, _, _| {
                        cell.untranslated += 1;
                        cell.waiting.push(other.facets.file.clone());
                    });
                }
            }
        }
    }
}

fn add(cell: &mut Cell, doc: &Doc, specific: bool) {
    match doc.state {
        // Taken back for good: the cell counts as if the page had never been there.
        State::Withdrawn => return,
        State::Published if specific => cell.specific += 1,
        State::Published => cell.generic += 1,
        State::Draft => cell.drafts += 1,
        State::Scheduled(_) => cell.scheduled += 1,
        State::Expired(_) => cell.expired += 1,
        State::Held | State::Blocked => cell.blocked += 1,
        State::Unapproved(approval) => {
            cell.blocked += 1;
            cell.unapproved.push((doc.facets.file.clone(), approval));
        }
    }
    let list = if doc.state == State::Published { &mut cell.pages } else { &mut cell.waiting };
    list.push(doc.facets.file.clone());
}

/// Past its review date. Undated pages never are.
pub(super) fn is_overdue(facets: &Facets, config: &Config, as_of: Day) -> bool {
    review_due(facets, config).is_some_and(|due| due < as_of)
}

/// The last day before a page is overdue: the one that it names, else the hub's period after its
/// last change.
pub(super) fn review_due(facets: &Facets, config: &Config) -> Option<Day> {
    let front = &facets.front;
    let changed = front.updated.max(front.date).map(|moment| moment.day);
    front.review_by.or_else(|| Some(changed?.plus(config.review_every?)))
}

fn state(cell: &Cell, min: usize) -> CellState {
    let reason = || match cell {
        _ if cell.untranslated > 0 => GapReason::Untranslated,
        _ if cell.scheduled > 0 => GapReason::Scheduled,
        _ if cell.drafts > 0 => GapReason::Draft,
        _ if cell.blocked > 0 => GapReason::Blocked,
        _ if cell.expired > 0 => GapReason::Expired,
        _ => GapReason::Empty,
    };
    match (cell.specific, cell.generic) {
        (0, 0) => CellState::Gap(reason()),
        (0, _) => CellState::GenericOnly,
        (specific, _) if specific < min => CellState::Thin,
        _ => CellState::Covered,
    }
}

fn totals(cells: &[Cell]) -> Totals {
    let count = |is: &dyn Fn(&Cell) -> bool| cells.iter().filter(|cell| is(cell)).count();
    Totals {
        cells: count(&|cell| cell.state != CellState::Deprioritised),
        applicable: count(&Cell::is_counted),
        covered: count(&|cell| matches!(cell.state, CellState::Thin | CellState::Covered)),
        thin: count(&|cell| cell.state == CellState::Thin),
        generic_only: count(&|cell| cell.state == CellState::GenericOnly),
        gaps: count(&|cell| matches!(cell.state, CellState::Gap(_))),
        stale: count(&|cell| cell.stale),
    }
}
