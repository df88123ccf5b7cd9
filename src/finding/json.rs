//! Findings for machines: the JSON form of MODEL's contract, version 1.

use serde::Serialize;

use super::{Finding, Place, Sources, Summary};
use crate::base::path::HubPath;
use crate::base::source::{LineIndex, Position};

#[derive(Serialize)]
struct Report<'f> {
    version: u32,
    findings: Vec<Entry<'f>>,
    summary: Summary,
}

#[derive(Serialize)]
struct Entry<'f> {
    code: &'static str,
    severity: &'static str,
    message: &'f str,
    #[serde(flatten)]
    place: Option<Range>,
    #[serde(skip_serializing_if = "str::is_empty")]
    label: &'f str,
    help: &'f [String],
    related: Vec<Other<'f>>,
}

#[derive(Serialize)]
struct Other<'f> {
    #[serde(flatten)]
    place: Range,
    label: &'f str,
}

/// A place with its lines and columns: both from 1, columns in characters; offsets in bytes from 0.
#[derive(Clone, Serialize)]
pub struct Range {
    pub file: HubPath,
    pub start: Position,
    pub end: Position,
}

/// Turns places into ranges, reading each file once while places come sorted by file.
pub struct Locator<'s> {
    sources: &'s dyn Sources,
    last: Option<(HubPath, String)>,
}

impl<'s> Locator<'s> {
    pub fn new(sources: &'s dyn Sources) -> Self {
        Self { sources, last: None }
    }

    /// The text of `file`, empty when it cannot be read.
    pub fn text(&mut self, file: &HubPath) -> &str {
        let known = self.last.as_ref().is_some_and(|(last, _)| last == file);
        if !known {
            self.last = Some((file.clone(), self.sources.text(file).unwrap_or_default()));
        }
        self.last.as_ref().map_or("", |(_, text)| text)
    }

    /// The lines and columns of `place`.
    pub fn range(&mut self, place: &Place) -> Range {
        let text = self.text(&place.file);
        let index = LineIndex::new(text);
        Range { file: place.file.clone(), start: index.position(place.span.start), end: index.position(place.span.end) }
    }
}

/// The report as one JSON document, ending in a line break.
pub fn emit(findings: &[Finding], sources: &dyn Sources) -> String {
    let mut locator = Locator::new(sources);
    let entries = findings.iter().map(|finding| entry(finding, &mut locator)).collect();
    let report = Report { version: 1, findings: entries, summary: Summary::of(findings) };
    let mut text = serde_json::to_string_pretty(&report).expect("a report is plain data");
    text.push('\n');
    text
}

fn entry<'f>(finding: &'f Finding, locator: &mut Locator<'_>) -> Entry<'f> {
    let place = finding.place.as_ref().map(|place| locator.range(place));
    let other = |related: &'f super::Related| Other { place: Locator::new(locator.sources).range(&related.place), label: &related.label };
    Entry {
        code: finding.code.id,
        severity: finding.severity.name(),
        message: &finding.message,
        place,
        label: &finding.label,
        help: &finding.help,
        related: finding.related.iter().map(other).collect(),
    }
}
