//! The command line: which commands there are, what several of them take, and who answers. Each
//! command has a file of its own, with its arguments.
//!
//! Results go to stdout, findings and progress to stderr. Exit codes: 0 fine, 1 findings, 2 usage,
//! 3 the machine failed, or another process builds there.

#![allow(clippy::disallowed_methods)]

mod approvals;
mod approve;
mod asked;
mod brief;
mod build;
mod calendar;
mod check;
mod completions;
mod coverage;
mod digest;
mod explain;
mod fix;
mod init;
mod measures;
mod new;
mod output;
mod place;
mod progress;
mod review;
mod schema;
mod serve;
mod streams;
mod taken_down;
mod theme;
mod where_used;
mod withdraw;

use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::embedded::program;
use etappe_base::date::Day;
use etappe_session::io::{Disk, clock};
use etappe_session::{BasePolicy, time_zone};

use place::HubArgs;

/// Builds one site for each persona from one hub of Markdown, and reports which cells of the
/// journey have no content.
#[derive(Parser)]
#[command(name = "etappe", version, about, max_term_width = 100, arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    place: HubArgs,
}

#[derive(Subcommand)]
enum Command {
    /// Start a hub: two personas, six stages, a few pages to change
    Init(init::InitArgs),
    /// Start a page, with its front matter filled in
    New(new::NewArgs),
    /// Build every persona's site
    Build(build::BuildArgs),
    /// Show every persona's site while you write, as you save
    Serve(serve::ServeArgs),
    /// Report every finding of the whole hub, and build nothing
    Check(check::CheckArgs),
    /// Report which cells of persona × stage have content, and what to write next
    Coverage(coverage::CoverageArgs),
    /// Write down what the writer of a page for one cell should know, as a draft
    Brief(brief::BriefArgs),
    /// Take in what readers did, as sums by page and month, from exports of web statistics
    Measures(measures::MeasuresArgs),
    /// List what is published, expires or is due for review, which links break, and when
    Calendar(calendar::CalendarArgs),
    /// Pack pages for reviewers: as readers see them, with marks and a sheet to sign
    Review(Box<review::ReviewArgs>),
    /// Sign what pages say today, as a record in approvals/
    Approve(Box<approve::ApproveArgs>),
    /// List what somebody must sign, how far that is, and what is no longer what was signed
    Approvals(approvals::ApprovalsArgs),
    /// List the pages that use a reference, a claim, a module, a product, a need or a file
    WhereUsed(where_used::WhereUsedArgs),
    /// Take a page back, in all its languages: the next build removes it from every site
    Withdraw(withdraw::WithdrawArgs),
    /// Print the digests that signatures of pages are bound to, and what they cover
    Digest(digest::DigestArgs),
    /// Say what a finding means and what to do about it, or list all findings there are
    Explain(explain::ExplainArgs),
    /// Change the theme of a hub
    Theme(theme::ThemeArgs),
    /// Print the JSON Schema of a kind of file, for editors and programs
    Schema(schema::SchemaArgs),
    /// Print a script that completes commands and options in a shell
    Completions(completions::CompletionsArgs),
}

#[derive(Args)]
struct DateArgs {
    /// The day to take as today, such as 2026-11-22 [default: SOURCE_DATE_EPOCH, else today, in the
    /// hub's time zone]
    #[arg(long, value_name = "DATE")]
    as_of: Option<Day>,
}

#[derive(Args)]
struct PolicyArgs {
    /// The branch to be merged into, such as origin/main: its rules for signatures, signers,
    /// markets and severities count, and its records must stand as they are
    #[arg(long, value_name = "REV")]
    policy_from: Option<String>,
}

/// How findings are written.
#[derive(Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum Format {
    /// For people, on stderr
    #[default]
    Text,
    /// For programs, on stdout
    Json,
    /// For code scanning: SARIF 2.1.0, on stdout
    Sarif,
    /// For GitHub Actions: annotations on the lines of a pull request, on stdout
    Github,
}

/// How a report is written.
#[derive(Clone, Copy, Default, ValueEnum)]
enum TextForm {
    #[default]
    Text,
    Json,
}

/// How a list is written.
#[derive(Clone, Copy, Default, ValueEnum)]
enum ListForm {
    #[default]
    Table,
    Json,
}

/// How a command ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Exit {
    Fine = 0,
    Findings = 1,
    Usage = 2,
    Machine = 3,
}

pub(crate) use streams::note_closed as note_closed_streams;

/// Runs the program with these arguments, the program's name first.
pub(crate) fn run(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let cli = match Cli::try_parse_from(args) {
        Ok(cli) => cli,
        Err(error) => {
            let text = error.render().ansi().to_string();
            if error.use_stderr() {
                streams::say(&text);
                return ExitCode::from(streams::ended(Exit::Usage) as u8);
            }
            streams::result(&text);
            return ExitCode::from(streams::ended(Exit::Fine) as u8);
        }
    };
    let exit = match answer(cli.command, &cli.place) {
        Ok(exit) | Err(exit) => exit,
    };
    ExitCode::from(streams::ended(exit) as u8)
}

/// Does what was asked, of the hub that is found from the named folder.
fn answer(command: Command, place: &HubArgs) -> Result<Exit, Exit> {
    Ok(match command {
        Command::Init(mut args) => {
            args.at = place.named(args.dir.as_deref())?;
            init::run(&args)
        }
        Command::New(mut args) => {
            args.hub = place.hub(None)?;
            new::run(args)
        }
        Command::Build(mut args) => {
            args.dir.find(place)?;
            build::run(&args)
        }
        Command::Serve(mut args) => {
            args.dir.find(place)?;
            serve::run(&args)
        }
        Command::Check(mut args) => {
            args.dir.find(place)?;
            check::run(&args)
        }
        Command::Coverage(mut args) => {
            match &mut args.command {
                Some(coverage::CoverageCommand::Record(record)) => record.dir.find(place)?,
                None => args.dir.find(place)?,
            }
            coverage::run(&args)
        }
        Command::Brief(mut args) => {
            args.hub = place.hub(None)?;
            brief::run(&args)
        }
        Command::Measures(mut args) => {
            let measures::MeasuresCommand::Import(import) = &mut args.command;
            import.hub = place.hub(None)?;
            measures::run(&args)
        }
        Command::Calendar(mut args) => {
            args.dir.find(place)?;
            calendar::run(&args)
        }
        Command::Review(mut args) => {
            args.hub = place.hub(None)?;
            review::run(*args)
        }
        Command::Approve(mut args) => {
            args.hub = place.hub(None)?;
            approve::run(*args)
        }
        Command::Approvals(mut args) => {
            args.dir.find(place)?;
            approvals::run(&args)
        }
        Command::WhereUsed(mut args) => {
            args.dir.find(place)?;
            where_used::run(&args)
        }
        Command::Withdraw(mut args) => {
            args.hub = place.hub(None)?;
            withdraw::run(&args)
        }
        Command::Digest(mut args) => {
            args.hub = place.hub(None)?;
            digest::run(&args)
        }
        Command::Theme(mut args) => {
            args.hub = place.hub(None)?;
            theme::run(&args)
        }
        Command::Explain(args) => explain::run(&args),
        Command::Schema(args) => schema::run(&args),
        Command::Completions(args) => completions::run(&args),
    })
}

impl PolicyArgs {
    /// What stands in that branch of the repository around a hub; `None` where none is named.
    fn read(&self, hub: &Path) -> Result<Option<Arc<BasePolicy>>, Exit> {
        let Some(branch) = &self.policy_from else { return Ok(None) };
        let policy = BasePolicy::read(program(), hub, branch);
        Ok(Some(Arc::new(policy.map_err(|error| output::of_git(&error))?)))
    }
}

impl DateArgs {
    /// The as-of date, in the time zone of the hub in a folder; a bad `SOURCE_DATE_EPOCH` has been
    /// reported when this is an error.
    fn as_of(&self, hub: &Path) -> Result<Day, Exit> {
        match self.as_of {
            Some(day) => Ok(day),
            None => {
                clock::as_of(&time_zone(&Disk::new(hub))).map_err(|message| output::usage(&message))
            }
        }
    }
}
