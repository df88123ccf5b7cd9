//! Findings for GitHub Actions: annotations on the lines of a pull request, and all of them in the
//! log.
//!
//! GitHub shows ten annotations of a level for each step and drops the rest without a word. So
//! errors come first, what is left out is counted, and a group in the log holds the whole report.

use super::locate::{self, Located};
use super::text::{self, TerminalStyle};
use super::{Finding, Report, Severity, Sources, Summary};
use crate::count::counted;
use crate::hash::Digest;

/// How many annotations of one level GitHub shows for a step.
const SHOWN: usize = 10;

/// The report as workflow commands. `folder` is the hub's place below the repository, which the
/// paths of annotations begin with: empty, or ending in a slash.
pub fn emit(report: Report<'_>, sources: &dyn Sources, folder: &str) -> String {
    if report.findings.is_empty() && report.waived.is_empty() {
        return String::new();
    }
    let of = |severity| report.findings.iter().filter(move |finding| finding.severity == severity);
    let errors: Vec<&Finding> = of(Severity::Error).take(SHOWN).collect();
    let warnings: Vec<&Finding> = of(Severity::Warning).take(SHOWN).collect();
    // One notice is kept for the count of what is left out.
    let notices: Vec<&Finding> = of(Severity::Info).take(SHOWN - 1).collect();
    let all = Summary::of(report.findings);
    let left_out = [
        (all.errors - errors.len(), "error"),
        (all.warnings - warnings.len(), "warning"),
        (all.infos - notices.len(), "note"),
    ];
    let shown = errors.into_iter().chain(warnings).chain(notices);
    let mut out = locate::map(shown, sources, |located| annotation(&located, folder)).concat();
    let counts: Vec<String> = left_out
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, name)| counted(count, name))
        .collect();
    if !counts.is_empty() {
        let rest = format!(
            "Left out here: {}. The log of this step lists all findings.",
            counts.join(", ")
        );
        out.push_str(&format!("::notice title=etappe::{}\n", data(&rest)));
    }
    out + &listing(report, sources)
}

fn annotation(located: &Located<'_, '_>, folder: &str) -> String {
    let finding = located.finding;
    let command = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info | Severity::Off => "notice",
    };
    let mut properties = Vec::new();
    if let Some(range) = &located.range {
        properties.push(format!("file={}", property(&format!("{folder}{}", range.file))));
        if !located.is_whole_file {
            properties.push(format!("line={}", range.start.line));
            // GitHub takes columns only within one line.
            if range.start.line == range.end.line {
                properties.push(format!(
                    "col={},endLine={},endColumn={}",
                    range.start.column, range.end.line, range.end.column
                ));
            } else {
                properties.push(format!("endLine={}", range.end.line));
            }
        }
    }
    properties.push(format!("title={}", property(finding.code.id)));
    let mut message = text::harmless(&finding.message);
    for help in &finding.help {
        message.push_str(&format!("\nhelp: {}", text::harmless(help)));
    }
    for (range, label) in &located.related {
        let place =
            format!("{label} ({folder}{}:{}:{})", range.file, range.start.line, range.start.column);
        message.push_str(&format!("\nnote: {}", text::harmless(&place)));
    }
    format!("::{command} {}::{}\n", properties.join(","), data(&message))
}

/// The whole report as text, in a group of the log that is closed at first.
fn listing(report: Report<'_>, sources: &dyn Sources) -> String {
    let waived = match report.waived.len() {
        0 => String::new(),
        count => format!(", {count} waived"),
    };
    let title = format!("All findings: {}{waived}", Summary::of(report.findings));
    let text =
        text::emit(report.findings, sources, TerminalStyle::PLAIN) + &text::waived(report.waived);
    // A page may hold text that reads as a command, so commands are paused. A text cannot hold its
    // own digest, so nothing in it can end the pause.
    let pause = Digest::of(text.as_bytes());
    format!(
        "::group::{}\n::stop-commands::{pause}\n{text}::{pause}::\n::endgroup::\n",
        data(&title)
    )
}

/// Escapes the text after the last `::` of a command.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Escapes the value of a property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
