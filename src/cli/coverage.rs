//! `etappe coverage`

use std::fs;
use std::path::Path;

use clap::{Args, Subcommand, ValueEnum};

use super::place::{HubDir, command};
use super::{DateArgs, Exit, Format, measures, output};
use crate::embedded::program;
use etappe_base::count::counted;
use etappe_base::finding::did_you_mean;
use etappe_base::finding::gather::Extent;
use etappe_hub::config::LangIx;
use etappe_hub::journey::{Hub, State};
use etappe_report::coverage::history::{self, HISTORY_FILE};
use etappe_report::coverage::measures::MEASURES_FILE;
use etappe_report::coverage::{self, Axis, CellSnapshot, FailOn, Record};
use etappe_session::io::git::{self, GitError};
use etappe_session::io::{Disk, MachineError};
use etappe_session::{self as session, Options, Revision};

#[derive(Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct CoverageArgs {
    #[command(subcommand)]
    pub command: Option<CoverageCommand>,
    #[command(flatten)]
    pub dir: HubDir,
    /// How the report is written
    #[arg(long, value_enum, default_value_t)]
    format: CoverageFormat,
    /// Only this language; repeat it for several
    #[arg(long, value_name = "CODE")]
    lang: Vec<String>,
    /// Count the same placements by channel, product, kind, market, owner, need or objective as
    /// well
    #[arg(long, value_name = "AXIS")]
    by: Option<Axis>,
    /// Print only what differs from an earlier report: its JSON file, or a git revision such as
    /// `main`
    #[arg(long, value_name = "FILE|REVISION")]
    against: Option<String>,
    /// Exit with 1 if there are cells in this state: gap, generic-only, thin, stale, or regression
    /// with --against; with `:high` only those of that priority or above
    #[arg(long, value_name = "STATE[:PRIORITY]", value_delimiter = ',')]
    fail_on: Vec<FailOn>,
    #[command(flatten)]
    date: DateArgs,
}

#[derive(Subcommand)]
pub(super) enum CoverageCommand {
    /// Add today's sums to coverage-history.jsonl in the hub's folder, from which trends are drawn
    Record(RecordArgs),
}

#[derive(Args)]
pub(super) struct RecordArgs {
    #[command(flatten)]
    pub dir: HubDir,
    #[command(flatten)]
    date: DateArgs,
}

/// How the coverage report is written.
#[derive(Clone, Copy, Default, ValueEnum)]
enum CoverageFormat {
    #[default]
    Table,
    Json,
    Csv,
    Markdown,
    /// One file that needs nothing else, to look at and to print
    Html,
}

pub(super) fn run(args: &CoverageArgs) -> Exit {
    let done = match &args.command {
        Some(CoverageCommand::Record(args)) => record(args),
        None => report(args),
    };
    match done {
        Ok(exit) | Err(exit) => exit,
    }
}

fn report(args: &CoverageArgs) -> Result<Exit, Exit> {
    output::require_folder(&args.dir)?;
    let files = Disk::new(&*args.dir);
    let options = Options { history: true, ..Options::on(program(), args.date.as_of(&args.dir)?) };
    let revision = session::load(&files, &options);
    let Some(hub) = revision.hub() else {
        let found = &revision.judged().standing;
        output::findings(found, &[], &args.dir, Format::Text, Extent::USUAL);
        return Err(Exit::Findings);
    };
    let mut report = coverage::report(hub, &languages(&args.lang, hub)?, args.by);
    report.history = history(&args.dir);
    report.measured =
        coverage::measures::join(hub, &report, &measures::read(&args.dir.join(MEASURES_FILE))?);
    match &args.against {
        Some(against) => {
            report.change = Some(coverage::change(&report, &snapshot(args, against, hub)?, against))
        }
        None if args.fail_on.iter().any(|condition| condition.wants_comparison()) => {
            return Err(output::usage(
                "`--fail-on regression` needs `--against` with an earlier report or a git revision",
            ));
        }
        None => {}
    }
    let text = match args.format {
        CoverageFormat::Table => {
            coverage::emit_table(&report, output::stdout_colour(), output::table_width())
        }
        CoverageFormat::Json => coverage::emit_json(&report),
        CoverageFormat::Csv => coverage::emit_csv(&report),
        CoverageFormat::Markdown => coverage::emit_markdown(&report),
        CoverageFormat::Html => coverage::emit_html(hub, &report),
    };
    match args.format {
        CoverageFormat::Table => output::result(&text),
        _ => output::data(&text),
    }
    let met = args.fail_on.iter().any(|condition| report.meets(*condition));
    drop(report);
    let errors = say_errors(revision, &files, &args.dir)?;
    Ok(if met || errors > 0 { Exit::Findings } else { Exit::Fine })
}

/// How many errors `etappe check` would find. They are said, since pages with errors are on no
/// site, and count in no cell.
fn say_errors(revision: Revision, files: &Disk, dir: &Path) -> Result<usize, Exit> {
    let blocked = revision
        .hub()
        .map_or(0, |hub| hub.docs.iter().filter(|doc| doc.state == State::Blocked).count());
    let revision = match revision.has_errors() {
        true => revision,
        // Those that only outputs show make a check fail too.
        false => session::examine(revision, files, dir).map_err(|error| output::machine(&error))?,
    };
    let errors = revision.judged().standing.iter().filter(|finding| finding.is_error()).count();
    revision.let_go();
    if errors > 0 {
        let pages = match blocked {
            0 => "nothing can be built".to_owned(),
            blocked => format!("{} cannot be published", counted(blocked, "page")),
        };
        let check = command("check", dir);
        let all = counted(errors, "error");
        output::say_line(&format!("note: {pages}: {all} in the hub. See `{check}`."));
    }
    Ok(errors)
}

/// The earlier report that `--against` names: a file of JSON, or the hub as it was at a git
/// revision.
fn snapshot(args: &CoverageArgs, against: &str, hub: &Hub) -> Result<CellSnapshot, Exit> {
    let file = Path::new(against);
    if file.is_file() {
        let text = fs::read_to_string(file)
            .map_err(|error| output::machine(&MachineError::new("read", file, error)))?;
        return CellSnapshot::parse(&text).map_err(|error| {
            output::usage(&format!("`{against}` cannot be compared with: {error}"))
        });
    }
    let files = git::read_revision(&args.dir, against).map_err(|error| match error {
        GitError::Unknown(message) | GitError::NoHistory(message) => {
            output::usage(&format!("there is no such file, and {message}"))
        }
        GitError::Machine(error) => output::machine(&error),
    })?;
    let survey = session::survey(program(), &files, hub.edition.as_of);
    let before = survey
        .hub
        .ok_or_else(|| output::usage(&format!("the hub cannot be read as of `{against}`")))?;
    Ok(CellSnapshot::of(&coverage::report(&before, &[], None)))
}

/// The records so far. Lines that are no record are left out, with a message.
fn history(dir: &Path) -> Vec<Record> {
    let Ok(text) = fs::read_to_string(dir.join(HISTORY_FILE)) else { return Vec::new() };
    let (records, faults) = history::read(&text);
    for line in faults {
        output::say_line(&format!(
            "note: line {line} of {HISTORY_FILE} is no record of coverage, and is left out."
        ));
    }
    records
}

fn record(args: &RecordArgs) -> Result<Exit, Exit> {
    let hub = output::survey(&args.dir, args.date.as_of(&args.dir)?)?;
    let record = Record::of(&coverage::report(&hub, &[], None));
    let path = args.dir.join(HISTORY_FILE);
    let old = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(output::machine(&MachineError::new("read", &path, error))),
    };
    output::replace(&path, &history::add(&old, &record))
        .map_err(|error| output::machine(&error))?;
    output::result(&format!("Recorded {} in {HISTORY_FILE}.\n", record.as_of));
    Ok(Exit::Fine)
}

/// The languages with these codes.
pub(super) fn languages(codes: &[String], hub: &Hub) -> Result<Vec<LangIx>, Exit> {
    let find = |code: &String| {
        hub.config.find_lang(code).ok_or_else(|| {
            let help =
                did_you_mean(code, hub.config.languages.iter().map(|lang| lang.code.as_str()));
            output::usage(&format!("`{code}` is none of the hub's languages; {help}"))
        })
    };
    codes.iter().map(find).collect()
}
