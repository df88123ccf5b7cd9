//! `--fail-on`: cells in a state, of at least a priority, that end a command with exit code 1.

use super::{Cell, CellState};
use crate::config::Priority;

/// What `--fail-on` names: cells in a state, of at least a priority.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FailOn {
    what: Watched,
    /// Cells of less priority are let pass.
    least: Priority,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Watched {
    Gap,
    GenericOnly,
    Thin,
    Stale,
}

impl FailOn {
    pub(super) fn matches(self, cell: &Cell) -> bool {
        let there = match self.what {
            Watched::Gap => matches!(cell.state, CellState::Gap(_)),
            Watched::GenericOnly => cell.state == CellState::GenericOnly,
            Watched::Thin => cell.state == CellState::Thin,
            Watched::Stale => cell.stale,
        };
        there && cell.priority <= self.least
    }
}

impl std::str::FromStr for FailOn {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (what, priority) = text.split_once(':').map_or((text, None), |(what, priority)| (what, Some(priority)));
        let what = match what {
            "gap" => Watched::Gap,
            "generic-only" => Watched::GenericOnly,
            "thin" => Watched::Thin,
            "stale" => Watched::Stale,
            other => return Err(format!("`{other}` is not one of gap, generic-only, thin, stale")),
        };
        let least = match priority {
            None => Priority::Low,
            Some(name) => Priority::from_name(name).ok_or_else(|| format!("`{name}` is not one of high, normal, low"))?,
        };
        Ok(Self { what, least })
    }
}
