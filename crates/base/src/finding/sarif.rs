//! Findings for code scanning: SARIF 2.1.0, one run, with every code as a rule.
//!
//! Places are relative, so that the same hub gives the same log in any folder. What GitHub would not
//! take is left out, and said.

use std::collections::BTreeMap;

use serde::Serialize;

use super::locate::{self, Located, Range};
use super::{Code, Finding, Report, Severity, Sources, Waived, codes, explain};
use crate::hash::Hasher;
use crate::path;

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

#[derive(Serialize)]
struct Log<'f> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run<'f>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<'f> {
    tool: Tool,
    column_kind: &'static str,
    original_uri_base_ids: BTreeMap<&'static str, Base>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    invocations: Vec<Invocation>,
    results: Vec<SarifResult<'f>>,
}

/// What is to be said of the run itself.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Invocation {
    execution_successful: bool,
    tool_execution_notifications: [Notification; 1],
}

#[derive(Serialize)]
struct Notification {
    level: &'static str,
    message: SarifText,
}

#[derive(Serialize)]
struct Tool {
    driver: Driver,
}

#[derive(Serialize)]
struct Driver {
    name: &'static str,
    version: &'static str,
    rules: Vec<Rule>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Rule {
    id: &'static str,
    short_description: SarifText,
    full_description: SarifText,
    help: Help,
    default_configuration: Configuration,
    properties: SarifTags,
}

#[derive(Serialize)]
struct SarifText {
    text: String,
}

#[derive(Serialize)]
struct Help {
    text: String,
    markdown: &'static str,
}

#[derive(Serialize)]
struct Configuration {
    level: &'static str,
}

#[derive(Serialize)]
struct SarifTags {
    tags: [&'static str; 1],
}

#[derive(Serialize)]
struct Base {
    description: SarifText,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifResult<'f> {
    rule_id: &'static str,
    rule_index: usize,
    level: &'static str,
    message: SarifText,
    locations: [Location<'f>; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Location<'f>>,
    partial_fingerprints: BTreeMap<&'static str, String>,
    /// Always written: an empty list says that the finding stands.
    suppressions: Vec<Suppression>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location<'f> {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<usize>,
    physical_location: Physical,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Label<'f>>,
}

#[derive(Serialize)]
struct Label<'f> {
    text: &'f str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Physical {
    artifact_location: Artifact,
    region: Region,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Artifact {
    /// Percent-encoded.
    uri: String,
    uri_base_id: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    start_column: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_line: Option<u32>,
    /// The column after the last character.
    #[serde(skip_serializing_if = "Option::is_none")]
    end_column: Option<u32>,
}

#[derive(Serialize)]
struct Suppression {
    kind: &'static str,
    justification: String,
}

/// A log, and what was left out of it.
pub struct SarifLog {
    /// Ends in a line break.
    pub text: String,
    /// A sentence; `None` where all is in the log.
    pub left_out: Option<String>,
}

/// The most results that GitHub takes in a run; it shows the gravest of them.
const MOST_RESULTS: usize = 25_000;
/// How many of them it shows.
const MOST_SHOWN: usize = 5_000;
/// How many places of a result it shows.
const MOST_PLACES: usize = 100;
/// It takes 10 MB, compressed. No log of ours was seen to be more than a fifth of its bytes then.
const MOST_BYTES: usize = 50_000_000;

/// The report as one log: see [`emit_within`].
pub fn emit(report: Report<'_>, sources: &dyn Sources, folder: &str) -> String {
    emit_within(report, sources, folder).text
}

/// The report as one log, ending in a line break. `folder` is the hub's place below the repository
/// that a service shows the log in: empty, or ending in a slash. Services take paths from there,
/// whatever base they name.
pub fn emit_within(report: Report<'_>, sources: &dyn Sources, folder: &str) -> SarifLog {
    let root = Root::new(folder);
    let mut prints = Fingerprints::default();
    let mut results =
        locate::map(report.findings, sources, |located| root.entry(&located, prints.of(&located)));
    let waived = report.waived.iter().map(|waived| &waived.finding);
    let waived = locate::map(waived, sources, |located| root.entry(&located, prints.of(&located)));
    results.extend(
        waived.into_iter().zip(report.waived).map(|(entry, waived)| SarifResult {
            suppressions: vec![suppression(waived)],
            ..entry
        }),
    );
    let left_out = fit(&mut results);
    let invocations = left_out.iter().map(|said| Invocation {
        execution_successful: true,
        tool_execution_notifications: [Notification {
            level: "warning",
            message: SarifText { text: said.clone() },
        }],
    });
    let rules = codes::ALL.iter().map(|code| rule(code)).collect();
    let run = Run {
        tool: Tool { driver: Driver { name: "Etappe", version: env!("CARGO_PKG_VERSION"), rules } },
        column_kind: "unicodeCodePoints",
        original_uri_base_ids: BTreeMap::from([(
            root.id,
            Base { description: SarifText { text: root.meaning.to_owned() } },
        )]),
        invocations: invocations.collect(),
        results,
    };
    let mut text =
        serde_json::to_string_pretty(&Log { schema: SCHEMA, version: "2.1.0", runs: [run] })
            .expect("a log is plain data");
    text.push('\n');
    SarifLog { text, left_out }
}

/// Leaves out what GitHub would refuse, the lightest results first, and says so; says too what it
/// takes and does not show.
fn fit(results: &mut Vec<SarifResult<'_>>) -> Option<String> {
    let all = results.len();
    let room = if all > MOST_SHOWN { room(results) } else { all };
    if room < all {
        let weight = |result: &SarifResult<'_>| match result.level {
            "error" => 0,
            "warning" => 1,
            _ => 2,
        };
        // The order of the others stays.
        let mut order: Vec<usize> = (0..all).collect();
        order.sort_by_key(|at| (weight(&results[*at]), *at));
        let mut kept = vec![false; all];
        order[..room].iter().for_each(|at| kept[*at] = true);
        let mut kept = kept.into_iter();
        results.retain(|_| kept.next().unwrap_or_default());
    }
    let mut said = Vec::new();
    if room < all {
        said.push(format!("{} of {all} results are left out, the lightest first", all - room));
    }
    if room > MOST_SHOWN {
        said.push(format!("GitHub shows the gravest {MOST_SHOWN} of these {room}"));
    }
    let cut: usize = results.iter_mut().map(cut_places).sum();
    if cut > 0 {
        said.push(format!("{cut} places beside results are left out: GitHub shows {MOST_PLACES}"));
    }
    (!said.is_empty()).then(|| format!("{}; `--format json` has all.", said.join("; ")))
}

/// How many results are as light and as few as GitHub takes.
fn room(results: &[SarifResult<'_>]) -> usize {
    let most = results.len().min(MOST_RESULTS);
    // All are weighed by the first of them, as their text stands in the log.
    let weighed = &results[..results.len().min(2_000)];
    let bytes: usize = weighed
        .iter()
        .map(|result| serde_json::to_string_pretty(result).map_or(0, |text| text.len() * 5 / 4))
        .sum();
    most.min(MOST_BYTES / (bytes / weighed.len().max(1)).max(1))
}

/// Leaves out the places past those that GitHub shows; their number is said.
fn cut_places(result: &mut SarifResult<'_>) -> usize {
    let cut = result.related_locations.len().saturating_sub(MOST_PLACES - 1);
    let kept = result.related_locations.len() - cut;
    result.related_locations.truncate(kept);
    cut
}

fn rule(code: &'static Code) -> Rule {
    let document = explain::document(code);
    Rule {
        id: code.id,
        short_description: SarifText { text: code.summary.to_owned() },
        full_description: SarifText { text: explain::meaning(code) },
        help: Help { text: explain::plain(document), markdown: document },
        default_configuration: Configuration { level: level(code.severity) },
        properties: SarifTags { tags: [code.id.split('.').next().unwrap_or_default()] },
    }
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
        Severity::Off => "none",
    }
}

/// The message comes first: viewers with little room show only the first line.
///
/// Braces stay as they are. The standard wants them doubled, yet viewers undo that only where a
/// message has arguments.
fn message(finding: &Finding) -> String {
    let mut text = finding.message.clone();
    if !finding.label.is_empty() {
        text.push_str(&format!("\nHere: {}", finding.label));
    }
    for help in &finding.help {
        text.push_str(&format!("\nHelp: {help}"));
    }
    text
}

/// The folder that paths are relative to.
struct Root<'p> {
    folder: &'p str,
    id: &'static str,
    meaning: &'static str,
}

impl<'p> Root<'p> {
    fn new(folder: &'p str) -> Self {
        let (id, meaning) = match folder {
            "" => ("HUB", "The folder that holds hub.toml."),
            _ => ("REPOSITORY", "The folder of the repository."),
        };
        Self { folder, id, meaning }
    }

    fn entry<'f>(&self, located: &Located<'f, '_>, print: String) -> SarifResult<'f> {
        let finding = located.finding;
        let related = located.related.iter().enumerate().map(|(at, (range, label))| Location {
            id: Some(at + 1),
            physical_location: self.place(Some(range), false),
            message: Some(Label { text: label }),
        });
        let place = self.place(located.range.as_ref(), located.is_whole_file);
        SarifResult {
            rule_id: finding.code.id,
            rule_index: codes::ALL
                .iter()
                .position(|code| *code == finding.code)
                .expect("every code is registered"),
            level: level(finding.severity),
            message: SarifText { text: message(finding) },
            locations: [Location { id: None, physical_location: place, message: None }],
            related_locations: related.collect(),
            partial_fingerprints: BTreeMap::from([("finding/v1", print)]),
            suppressions: Vec::new(),
        }
    }

    /// Viewers show a result only if it has a line. A finding on a whole file is shown at its first
    /// line, one on the hub at the first line of hub.toml.
    fn place(&self, range: Option<&Range>, is_whole_file: bool) -> Physical {
        let file = range.map_or("hub.toml", |range| range.file.as_str());
        let part = range.filter(|_| !is_whole_file);
        let region = Region {
            start_line: part.map_or(1, |range| range.start.line),
            start_column: part.map(|range| range.start.column),
            end_line: part.map(|range| range.end.line),
            end_column: part.map(|range| range.end.column),
        };
        let uri = path::encode(&format!("{}{file}", self.folder)).into_owned();
        Physical { artifact_location: Artifact { uri, uri_base_id: self.id }, region }
    }
}

fn suppression(waived: &Waived) -> Suppression {
    let until = waived.until.map_or(String::new(), |until| format!(" (until {until})"));
    Suppression { kind: "external", justification: format!("{}{until}", waived.reason) }
}

/// Recognises findings from one run to the next, wherever their lines have moved to.
#[derive(Default)]
struct Fingerprints {
    seen: BTreeMap<String, usize>,
}

impl Fingerprints {
    /// A digest of the code, the file and the text at the place; equal ones are numbered.
    fn of(&mut self, located: &Located<'_, '_>) -> String {
        let file = located.range.as_ref().map_or("", |range| range.file.as_str());
        // Line ends differ between systems, as do the spaces that editors strip.
        let words: Vec<&str> = snippet(located).lines().map(str::trim).collect();
        let digest = Hasher::new("finding")
            .text(located.finding.code.id)
            .text(file)
            .text(&words.join("\n"))
            .finish()
            .to_string();
        let number = self.seen.entry(digest.clone()).or_default();
        *number += 1;
        format!("{digest}:{number}")
    }
}

/// What the finding points at, or its line where it points between two characters.
fn snippet<'t>(located: &Located<'_, 't>) -> &'t str {
    let Some(range) = located.range.as_ref().filter(|_| !located.is_whole_file) else { return "" };
    let (start, end) = (range.start.offset as usize, range.end.offset as usize);
    match located.text.get(start..end) {
        Some(text) if !text.trim().is_empty() => text,
        _ => line_at(located.text, start),
    }
}

/// The line around a byte, as far as lines are usually long.
fn line_at(text: &str, at: usize) -> &str {
    const WIDEST: usize = 4_000;
    let near = |at: usize| {
        (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
    };
    let at = near(at);
    let (least, most) = (near(at.saturating_sub(WIDEST)), near(at + WIDEST));
    let start = text[least..at].rfind('\n').map_or(least, |found| least + found + 1);
    let end = text[at..most].find('\n').map_or(most, |found| at + found);
    &text[start..end]
}
