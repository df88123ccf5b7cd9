//! What to write next: by priority, due date, distance to publication, then along the journey.

use super::{Cell, CellState, NEXT, Next, Reason};
use crate::config::{Config, Priority};

/// The first cells to write for.
pub(super) fn next(config: &Config, cells: &[Cell]) -> Vec<Next> {
    let mut open: Vec<&Cell> = cells.iter().filter(|cell| weight(cell.state).is_some()).collect();
    open.sort_by_key(|cell| {
        let no_date = cell.due.is_none();
        (cell.priority, weight(cell.state), no_date, cell.due, distance(cell.state), cell.stage, cell.persona)
    });
    open.into_iter().take(NEXT).map(|cell| Next { persona: cell.persona, stage: cell.stage, why: why(config, cell) }).collect()
}

/// Gaps before cells that only generic pages fill, before thin ones. `None`: nothing to write.
fn weight(state: CellState) -> Option<u8> {
    match state {
        CellState::Gap(_) => Some(0),
        CellState::GenericOnly => Some(1),
        CellState::Thin => Some(2),
        CellState::NotApplicable | CellState::Deprioritised | CellState::Covered => None,
    }
}

fn distance(state: CellState) -> Reason {
    match state {
        CellState::Gap(reason) => reason,
        _ => Reason::Empty,
    }
}

fn why(config: &Config, cell: &Cell) -> String {
    let waiting = cell.waiting.first().map(|file| file.as_str()).unwrap_or_default();
    let mut why = match cell.state {
        CellState::Gap(Reason::Untranslated) => format!("translate {waiting}"),
        CellState::Gap(Reason::Scheduled) => format!("{waiting} is scheduled"),
        CellState::Gap(Reason::Draft) => format!("finish the draft {waiting}"),
        CellState::Gap(Reason::Blocked) => format!("correct {waiting}"),
        CellState::Gap(Reason::Expired) => format!("renew {waiting}, which expired"),
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
    let goal = config.cell_rule(cell.persona, cell.stage).map_or("", |rule| &rule.goal);
    if !goal.is_empty() {
        why.push_str(&format!("; goal: {goal}"));
    }
    why
}
