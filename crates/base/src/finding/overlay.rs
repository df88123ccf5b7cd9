//! Findings as a preview shows them, in the page they are about and on its desk. Data only; whoever
//! shows it escapes it.

use serde::Serialize;

use super::gather::Gathered;
use super::locate::{self, Located};
use super::{Finding, Sources, text};
use crate::path::HubPath;

/// The most that is shown of a line, in characters.
const LINE: usize = 160;

/// A finding with all that is shown of it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Shown {
    /// The code's id, which its explanation is found by.
    pub code: &'static str,
    /// As [`Severity::name`](super::Severity::name) gives it.
    pub severity: &'static str,
    /// One sentence that names the thing; not escaped.
    pub message: String,
    /// `None` for what concerns the hub as a whole.
    pub file: Option<HubPath>,
    /// From 1; 0 when the finding is about the whole file.
    pub line: u32,
    /// In characters, from 1; 0 when the finding is about the whole file.
    pub column: u32,
    /// Why here; may be empty.
    pub label: String,
    /// Ways out, in the order of the finding; may be empty.
    pub help: Vec<String>,
    /// How often the same is found.
    pub count: usize,
    /// Where else it is found: the first few places, as `content/a.md:3:1`.
    pub elsewhere: Vec<String>,
    /// The line that it points at; empty when the finding is about the whole file.
    pub excerpt: String,
}

/// The most places that are named beside the first.
const PLACES: usize = 5;

/// Each finding as it is shown.
pub fn shown<'f>(
    findings: impl IntoIterator<Item = &'f Finding>,
    sources: &dyn Sources,
) -> Vec<Shown> {
    locate::map(findings, sources, |located| one(&located, None, sources))
}

/// What says the same, as it is shown once.
pub fn shown_once(all: &[Gathered<'_>], sources: &dyn Sources) -> Vec<Shown> {
    let mut rest = all.iter();
    let firsts = all.iter().map(|one| one.first);
    locate::map(firsts, sources, |located| one(&located, rest.next(), sources))
}

fn one(located: &Located<'_, '_>, gathered: Option<&Gathered<'_>>, sources: &dyn Sources) -> Shown {
    let others = gathered.map(|one| one.others.iter().copied().take(PLACES));
    let elsewhere =
        locate::map(others.into_iter().flatten(), sources, |other| text::place_of(&other));
    let finding = located.finding;
    let start = located.range.as_ref().filter(|_| !located.is_whole_file).map(|range| range.start);
    let line = start
        .and_then(|start| located.text.lines().nth(start.line as usize - 1))
        .unwrap_or_default();
    Shown {
        code: finding.code.id,
        severity: finding.severity.name(),
        message: finding.message.clone(),
        file: located.range.as_ref().map(|range| range.file.clone()),
        line: start.map_or(0, |start| start.line),
        column: start.map_or(0, |start| start.column),
        label: finding.label.clone(),
        help: finding.help.clone(),
        count: gathered.map_or(1, Gathered::count),
        elsewhere,
        excerpt: line.trim().chars().take(LINE).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::{Place, codes};
    use crate::source::Span;

    #[test]
    fn a_finding_is_shown_with_its_line_or_as_one_on_its_file() {
        let file = HubPath::literal("content/a.md");
        let text = "+++\n  stage = \"awarenes\"\n+++\n".to_owned();
        let narrow = Finding::new(
            &codes::FRONT_UNKNOWN_STAGE,
            Place::new(&file, Span::new(14, 24)),
            "Unknown stage.",
        );
        let wide = Finding::new(&codes::FILE_EMPTY, Place::file(&file), "Empty.");
        let hub = Finding::on_hub(&codes::CONFIG_MISSING, "No hub.");
        let all = shown([&narrow, &wide, &hub], &|_: &HubPath| Some(text.clone()));
        assert_eq!(
            (all[0].line, all[0].column, all[0].excerpt.as_str()),
            (2, 11, "stage = \"awarenes\"")
        );
        assert_eq!((all[1].line, all[1].excerpt.as_str()), (0, ""));
        assert_eq!((&all[2].file, all[2].line), (&None, 0));
    }
}
