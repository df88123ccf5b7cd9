//! What to write next: by priority, due date, distance to publication, then along the journey.

use super::{Cell, CellState, GapReason, NextCell};
use etappe_hub::config::{Config, Priority};
use etappe_hub::journey::Approval;

/// How the queue is ordered, in words: every report says it.
pub(super) const ORDER: &str = "by priority, then due date, then how near a page is to \
    publication (gaps, then generic pages only, then thin cells), \
                         then the order of the journey";

/// Every cell to write for, most urgent first.
pub(super) fn queue(config: &Config, cells: &[Cell]) -> Vec<NextCell> {
    let mut open: Vec<&Cell> = cells.iter().filter(|cell| distance(cell.state).is_some()).collect();
    open.sort_by_key(|cell| {
        let no_date = cell.due.is_none();
        (cell.priority, no_date, cell.due, distance(cell.state), cell.stage, cell.persona)
    });
    open.into_iter().map(|cell| next(config, cell)).collect()
}

/// Gaps by how near they are, then cells that only generic pages fill, then thin ones. `None`:
/// nothing to write.
fn distance(state: CellState) -> Option<(u8, GapReason)> {
    match state {
        CellState::Gap(reason) => Some((0, reason)),
        CellState::GenericOnly => Some((1, GapReason::Empty)),
        CellState::Thin => Some((2, GapReason::Empty)),
        CellState::NotApplicable | CellState::Deprioritised | CellState::Covered => None,
    }
}

fn next(config: &Config, cell: &Cell) -> NextCell {
    let owner =
        config.cell_rule(cell.persona, cell.stage).map_or(String::new(), |rule| rule.owner.clone());
    let Cell { persona, stage, state, priority, due, .. } = *cell;
    NextCell { persona, stage, why: why(config, cell), state, priority, due, owner }
}

fn why(config: &Config, cell: &Cell) -> String {
    let waiting = cell.waiting.first().map(|file| file.as_str()).unwrap_or_default();
    let mut why = match cell.state {
        CellState::Gap(GapReason::Untranslated) => format!("translate {waiting}"),
        CellState::Gap(GapReason::Scheduled) => format!("{waiting} is scheduled"),
        CellState::Gap(GapReason::Draft) => format!("finish the draft {waiting}"),
        CellState::Gap(GapReason::Blocked) => match cell.unapproved.first() {
            Some((file, Approval::Drifted)) => {
                format!("{file} is no longer what was signed: have it approved")
            }
            Some((file, approval)) => format!("have {file} approved: {}", approval.name()),
            None => format!("correct {waiting}"),
        },
        CellState::Gap(GapReason::Expired) => format!("renew {waiting}, which expired"),
        CellState::GenericOnly => "only generic pages".to_owned(),
        CellState::Thin => format!("{} specific page, fewer than planned", cell.specific),
        _ => "no page yet".to_owned(),
    };
    if cell.priority != Priority::Normal {
        why.push_str(&format!("; {} priority", cell.priority.name()));
    }
    if let Some(due) = cell.due {
        why.push_str(&format!("; due {due}"));
    }
    if let Some(rule) = config.cell_rule(cell.persona, cell.stage) {
        for (name, text) in [("for", &rule.owner), ("goal:", &rule.goal)] {
            if !text.is_empty() {
                why.push_str(&format!("; {name} {text}"));
            }
        }
    }
    why
}
