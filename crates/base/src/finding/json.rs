//! Findings for programs: the JSON form of the contract, version 1. `etappe schema findings`
//! describes it.

use serde::Serialize;

use super::locate::{self, Located, Range};
use super::{Report, Sources, Summary, Waived};
use crate::date::Day;

#[derive(Serialize)]
struct FindingsDocument<'f> {
    version: u32,
    findings: Vec<FindingEntry<'f>>,
    waived: Vec<WaivedEntry<'f>>,
    summary: Summary,
}

#[derive(Serialize)]
struct FindingEntry<'f> {
    code: &'static str,
    severity: &'static str,
    message: &'f str,
    #[serde(flatten)]
    place: Option<Range>,
    #[serde(skip_serializing_if = "str::is_empty")]
    label: &'f str,
    help: &'f [String],
    /// Left out when false.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    by_date: bool,
    related: Vec<RelatedEntry<'f>>,
}

#[derive(Serialize)]
struct RelatedEntry<'f> {
    #[serde(flatten)]
    place: Range,
    label: &'f str,
}

#[derive(Serialize)]
struct WaivedEntry<'f> {
    #[serde(flatten)]
    finding: FindingEntry<'f>,
    reason: &'f str,
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<Day>,
}

/// The report as one JSON document, ending in a line break.
pub fn emit(report: Report<'_>, sources: &dyn Sources) -> String {
    let waived = locate::map(report.waived.iter().map(|waived| &waived.finding), sources, entry);
    let document = FindingsDocument {
        version: 1,
        findings: locate::map(report.findings, sources, entry),
        waived: waived.into_iter().zip(report.waived).map(waived_entry).collect(),
        summary: Summary::of(report.findings),
    };
    let mut text = serde_json::to_string_pretty(&document).expect("a report is plain data");
    text.push('\n');
    text
}

fn entry<'f>(located: Located<'f, '_>) -> FindingEntry<'f> {
    let finding = located.finding;
    FindingEntry {
        code: finding.code.id,
        severity: finding.severity.name(),
        message: &finding.message,
        place: located.range,
        label: &finding.label,
        help: &finding.help,
        by_date: finding.by_date,
        related: located
            .related
            .into_iter()
            .map(|(place, label)| RelatedEntry { place, label })
            .collect(),
    }
}

fn waived_entry<'f>((finding, waived): (FindingEntry<'f>, &'f Waived)) -> WaivedEntry<'f> {
    WaivedEntry { finding, reason: &waived.reason, until: waived.until }
}
