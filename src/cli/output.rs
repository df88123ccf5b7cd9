//! What commands print: findings, waivers, and the few lines that end them.

use std::io::IsTerminal;
use std::path::Path;

use super::{Exit, Format, streams};
use crate::embedded::program;
use etappe_base::date::Day;
use etappe_base::finding::gather::Extent;
use etappe_base::finding::text::TerminalStyle;
use etappe_base::finding::{
    Finding, Report, Sources, Summary, Waived, github, json, sarif, sort_waived, text,
};
use etappe_hub::config::policy::Judged;
use etappe_hub::journey::Hub;
use etappe_session::io::git::GitError;
use etappe_session::io::{self, Disk, Files, MachineError};
use etappe_session::{self as session, Survey};

pub(super) use streams::{are_sound, data, result, say, say_line};

/// Reads the lines that findings show from the hub's folder.
pub(super) struct HubSources(pub Disk);

impl Sources for HubSources {
    fn text(&self, file: &etappe_base::path::HubPath) -> Option<String> {
        let lossy = |error: std::string::FromUtf8Error| {
            String::from_utf8_lossy(error.as_bytes()).into_owned()
        };
        self.0.read(file).ok().map(|bytes| String::from_utf8(bytes).unwrap_or_else(lossy))
    }
}

/// Says why a revision cannot be read.
pub(super) fn of_git(error: &GitError) -> Exit {
    match error {
        GitError::Unknown(why) | GitError::NoHistory(why) => usage(why),
        GitError::Machine(error) => machine(error),
    }
}

/// Columns of the terminal, or a usual width where there is none.
pub(super) fn width() -> usize {
    let terminal = console::Term::stderr().size_checked().map(|(_, columns)| usize::from(columns));
    terminal.or_else(|| std::env::var("COLUMNS").ok()?.parse().ok()).unwrap_or(100)
}

fn style() -> TerminalStyle {
    let colour = anstream::AutoStream::choice(&std::io::stderr()) != anstream::ColorChoice::Never;
    TerminalStyle { colour, width: width() }
}

/// Columns that a table on stdout may take: those of the terminal, or as many as it needs.
pub(super) fn table_width() -> usize {
    if std::io::stdout().is_terminal() { width() } else { usize::MAX }
}

/// Whether stdout takes colours.
pub(super) fn stdout_colour() -> bool {
    anstream::AutoStream::choice(&std::io::stdout()) != anstream::ColorChoice::Never
}

/// Prints findings: for people on stderr, for programs on stdout. `extent` is how much of a report
/// people are shown; programs get all of it.
pub(super) fn findings(
    findings: &[Finding],
    waived: &[Waived],
    dir: &Path,
    format: Format,
    extent: Extent,
) {
    let sources = HubSources(Disk::new(dir));
    let mut waived = waived.to_vec();
    sort_waived(&mut waived);
    let report = Report { findings, waived: &waived };
    match format {
        Format::Json => data(&json::emit(report, &sources)),
        Format::Sarif => {
            let log = sarif::emit_within(report, &sources, &below_repository(dir));
            data(&log.text);
            if let Some(left_out) = log.left_out {
                say_line(&format!("note: {left_out}"));
            }
        }
        Format::Github => data(&github::emit(report, &sources, &below_repository(dir))),
        Format::Text => say(&text_report(report, &sources, extent)),
    }
}

/// Findings for people.
fn text_report(report: Report<'_>, sources: &HubSources, extent: Extent) -> String {
    let more = match extent.infos {
        0 => "`etappe check` shows them.",
        _ => "`etappe check --all` shows all.",
    };
    let mut text = text::report(report.findings, sources, style(), extent, more);
    if !report.waived.is_empty() {
        text.push_str(&text::waived(report.waived));
        text.push('\n');
    }
    text
}

/// The brief report for people, as it is printed on this terminal.
pub(super) fn brief_text(judged: &Judged, dir: &Path) -> String {
    let mut waived = judged.waived.clone();
    sort_waived(&mut waived);
    text_report(
        Report { findings: &judged.standing, waived: &waived },
        &HubSources(Disk::new(dir)),
        Extent::BRIEF,
    )
}

/// The style of a report for people: all that it depends on besides its findings.
pub(super) fn style_name() -> String {
    let TerminalStyle { colour, width } = style();
    format!("{width} columns, colour {colour}")
}

/// The path of the hub in the repository that a GitHub workflow checked out, with a slash at its
/// end; empty elsewhere.
fn below_repository(dir: &Path) -> String {
    let place = std::env::var_os("GITHUB_WORKSPACE").and_then(|workspace| {
        let below = dir
            .canonicalize()
            .ok()?
            .strip_prefix(Path::new(&workspace).canonicalize().ok()?)
            .ok()?
            .to_owned();
        below
            .components()
            .map(|part| part.as_os_str().to_str().map(|part| format!("{part}/")))
            .collect::<Option<String>>()
    });
    place.unwrap_or_default()
}

/// The exit code that findings mean.
pub(super) fn exit_for(findings: &[Finding], strict: bool) -> Exit {
    if findings.iter().any(|finding| finding.stops(strict)) { Exit::Findings } else { Exit::Fine }
}

/// One line that sums findings up.
pub(super) fn summary(judged: &Judged) -> String {
    let waived = match judged.waived.len() {
        0 => String::new(),
        count => format!(", {count} waived"),
    };
    format!("{}{waived}", Summary::of(&judged.standing))
}

/// Says what was wrong with the call.
pub(super) fn usage(message: &str) -> Exit {
    say_line(&format!("error: {message}"));
    Exit::Usage
}

/// Says what the machine did not allow.
pub(super) fn machine(error: &MachineError) -> Exit {
    say_line(&format!("error: {error}"));
    Exit::Machine
}

/// A folder that does not exist is a slip on the command line, not a faulty hub.
pub(super) fn require_folder(dir: &Path) -> Result<(), Exit> {
    if dir.is_dir() {
        Ok(())
    } else {
        Err(usage(&format!("there is no folder `{}`", dir.display())))
    }
}

/// Surveys the hub in a folder, without its texts, and prints the findings if it cannot be read at
/// all.
pub(super) fn survey(dir: &Path, as_of: Day) -> Result<Hub, Exit> {
    require_folder(dir)?;
    let Survey { hub, findings: found } = session::survey(program(), &Disk::new(dir), as_of);
    hub.ok_or_else(|| {
        findings(&found, &[], dir, Format::Text, Extent::USUAL);
        Exit::Findings
    })
}

/// Writes a file beside its place first, so that a full disk leaves the old one as it was.
pub(super) fn replace(path: &Path, text: &str) -> Result<(), MachineError> {
    io::replace(path, text.as_bytes()).map_err(|error| MachineError::new("write", path, error))
}
