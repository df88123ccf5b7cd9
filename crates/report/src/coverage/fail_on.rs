//! `--fail-on`: cells in a state, of at least a priority, that end a command with exit code 1.

use super::{Cell, CellState, Report};
use etappe_hub::config::Priority;

/// What `--fail-on` names: cells in a state, of at least a priority.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FailOn {
    what: Watched,
    /// Cells of lower priority pass.
    least: Priority,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Watched {
    Gap,
    GenericOnly,
    Thin,
    Stale,
    Regression,
}

impl FailOn {
    /// Whether the condition needs a comparison with an earlier report.
    pub fn wants_comparison(self) -> bool {
        self.what == Watched::Regression
    }

    pub(super) fn is_met(self, report: &Report<'_>) -> bool {
        let fell = self.what == Watched::Regression
            && report.change.as_ref().is_some_and(|change| change.is_regression(self.least));
        fell || report
            .languages
            .iter()
            .flat_map(|matrix| &matrix.cells)
            .any(|cell| self.matches(cell))
    }

    fn matches(self, cell: &Cell) -> bool {
        let there = match self.what {
            Watched::Gap => matches!(cell.state, CellState::Gap(_)),
            Watched::GenericOnly => cell.state == CellState::GenericOnly,
            Watched::Thin => cell.state == CellState::Thin,
            Watched::Stale => cell.stale,
            Watched::Regression => false,
        };
        there && cell.priority <= self.least
    }
}

impl std::str::FromStr for FailOn {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (what, priority) =
            text.split_once(':').map_or((text, None), |(what, priority)| (what, Some(priority)));
        let what = match what {
            "gap" => Watched::Gap,
            "generic-only" => Watched::GenericOnly,
            "thin" => Watched::Thin,
            "stale" => Watched::Stale,
            "regression" => Watched::Regression,
            other => {
                return Err(format!(
                    "`{other}` is not one of gap, generic-only, thin, stale, regression"
                ));
            }
        };
        let least = match priority {
            None => Priority::Low,
            Some(name) => Priority::from_name(name)
                .ok_or_else(|| format!("`{name}` is not one of high, normal, low"))?,
        };
        Ok(Self { what, least })
    }
}
