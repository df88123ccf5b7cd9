//! The command line: what may be asked, and one file for each command.
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
mod schema;
mod serve;
mod streams;
mod taken_down;
mod theme;
mod where_used;
mod withdraw;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand, ValueEnum};

use etappe_base::date::Day;
use etappe_compliance::report::{FailOn as FailOnApproval, Within};
use etappe_report::coverage::measures::{Month, NamedColumns};
use etappe_report::coverage::{Axis, FailOn};
use etappe_session::io::{Disk, clock};
use etappe_session::time_zone;

use place::{HubArgs, HubDir};

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
    Init(InitArgs),
    /// Start a page, with its front matter filled in
    New(NewArgs),
    /// Build every persona's site
    Build(BuildArgs),
    /// Show every persona's site while you write, as you save
    Serve(ServeArgs),
    /// Report every finding of the whole hub, and build nothing
    Check(CheckArgs),
    /// Report which cells of persona × stage have content, and what to write next
    Coverage(CoverageArgs),
    /// Write down what the writer of a page for one cell should know, as a draft
    Brief(BriefArgs),
    /// Take in what readers did, as sums by page and month, from exports of web statistics
    Measures(MeasuresArgs),
    /// List what is published, expires or is due for review, which links break, and when
    Calendar(CalendarArgs),
    /// Sign what pages say today, as a record in approvals/
    Approve(Box<ApproveArgs>),
    /// List what somebody must sign, how far that is, and what is no longer what was signed
    Approvals(ApprovalsArgs),
    /// List the pages that use a reference, a claim, a module, a product, a need or a file
    WhereUsed(WhereUsedArgs),
    /// Take a page back, in all its languages: the next build removes it from every site
    Withdraw(WithdrawArgs),
    /// Print the digests that signatures of pages are bound to, and what they cover
    Digest(DigestArgs),
    /// Say what a finding means and what to do about it, or list all findings there are
    Explain(ExplainArgs),
    /// Change the theme of a hub
    Theme(ThemeArgs),
    /// Print the JSON Schema of a kind of file, for editors and programs
    Schema(SchemaArgs),
    /// Print a script that completes commands and options in a shell
    Completions(CompletionsArgs),
}

#[derive(Args)]
struct InitArgs {
    /// The folder to start in; made if it does not exist [default: the current one]
    dir: Option<PathBuf>,
    #[arg(skip)]
    at: PathBuf,
}

#[derive(Args)]
struct NewArgs {
    /// The new page, below content/: service/mri, or service/mri.en for another language
    #[arg(required_unless_present = "gap")]
    path: Option<String>,
    /// For whom: a persona's id; repeat it for several, or write `all`
    #[arg(long, value_name = "ID", required_unless_present = "gap")]
    persona: Vec<String>,
    /// Where in the journey: a stage's id
    #[arg(long, value_name = "ID", required_unless_present = "gap")]
    stage: Option<String>,
    /// The title; made from the file's name when left out
    #[arg(long)]
    title: Option<String>,
    /// Take the next gap of the coverage report, and write its brief into the draft
    #[arg(long, conflicts_with_all = ["persona", "stage"])]
    gap: bool,
    #[arg(skip)]
    hub: PathBuf,
    #[command(flatten)]
    date: DateArgs,
}

#[derive(Args)]
struct DateArgs {
    /// The day to take as today, such as 2026-11-22 [default: SOURCE_DATE_EPOCH, else today, in the
    /// hub's time zone]
    #[arg(long, value_name = "DATE")]
    as_of: Option<Day>,
}

#[derive(Args)]
struct BuildArgs {
    #[command(flatten)]
    dir: HubDir,
    /// Where the sites go [default: public/ in the hub's folder]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Show drafts, scheduled and expired pages too, marked; pages with errors are left out
    #[arg(long)]
    preview: bool,
    /// The address the sites will have, instead of hub.toml's base_url
    #[arg(long, value_name = "URL")]
    base_url: Option<String>,
    /// Build the site of this persona alone
    #[arg(long, value_name = "ID")]
    persona: Option<String>,
    /// Take warnings as errors, those aside that a date alone brings about
    #[arg(long)]
    strict: bool,
    /// Build into a folder that holds files of others; they are left as they are unless an output
    /// has their name
    #[arg(long)]
    adopt: bool,
    /// Exchange the whole folder at once, where the system can; without this, files are moved one
    /// by one
    #[arg(long)]
    swap: bool,
    /// Wait while another build of this hub, or into this folder, is at work
    #[arg(long)]
    wait: bool,
    /// Build in memory, from nothing, and name all that differs in what stands, and pages of
    /// others; writes no output
    #[arg(long, conflicts_with_all = ["adopt", "swap"])]
    verify: bool,
    /// How findings are written
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    #[command(flatten)]
    date: DateArgs,
}

#[derive(Args)]
struct ServeArgs {
    #[command(flatten)]
    dir: HubDir,
    /// The port; the next free one when it is taken
    #[arg(long, default_value_t = 4400)]
    port: u16,
    /// The address to listen on; any other than the default lets other machines read drafts
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1")]
    bind: std::net::IpAddr,
    /// Open the preview in a browser
    #[arg(long)]
    open: bool,
    /// Let browsers go to the page that was saved
    #[arg(long)]
    navigate: bool,
    /// Look for changes twice a second, where the system gives no word of them: network drives,
    /// some containers
    #[arg(long)]
    poll: bool,
    /// What links to a line open: vscode, vscodium, cursor, zed, idea, sublime, textmate, macvim,
    /// or a link with {path}, {line}, {column}
    #[arg(long, value_name = "EDITOR", default_value = "vscode", value_parser = <etappe_serve::Editor as std::str::FromStr>::from_str)]
    editor: etappe_serve::Editor,
    /// Run the scripts that pages bring, as a release does; they can then read all that the desk
    /// shows
    #[arg(long)]
    allow_scripts: bool,
    #[command(flatten)]
    date: DateArgs,
}

#[derive(Args)]
struct CheckArgs {
    #[command(flatten)]
    dir: HubDir,
    /// Make the changes that are safe, and show each: misspelt ids, moved links, names in the wrong
    /// case, missing aliases
    #[arg(long)]
    fix: bool,
    /// Check what a preview shows: drafts, scheduled and expired pages too
    #[arg(long)]
    preview: bool,
    /// Show every finding with all its places; without this, equal ones are one, and 20 of each
    /// code are shown
    #[arg(long)]
    all: bool,
    /// Ask other sites whether they still have what pages link to; answers are kept in
    /// .etappe/external.json for some days
    #[arg(long)]
    external: bool,
    /// Take warnings as errors, those aside that a date alone brings about
    #[arg(long)]
    strict: bool,
    /// How findings are written
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    #[command(flatten)]
    date: DateArgs,
}

#[derive(Args)]
#[command(args_conflicts_with_subcommands = true)]
struct CoverageArgs {
    #[command(subcommand)]
    command: Option<CoverageCommand>,
    #[command(flatten)]
    dir: HubDir,
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
enum CoverageCommand {
    /// Add today's sums to coverage-history.jsonl in the hub's folder, from which trends are drawn
    Record(RecordArgs),
}

#[derive(Args)]
struct RecordArgs {
    #[command(flatten)]
    dir: HubDir,
    #[command(flatten)]
    date: DateArgs,
}

#[derive(Args)]
struct BriefArgs {
    /// For whom: a persona's id
    #[arg(required_unless_present = "all")]
    persona: Option<String>,
    /// Where in the journey: a stage's id
    #[arg(required_unless_present = "all")]
    stage: Option<String>,
    /// Write a brief for each cell of the queue into this folder
    #[arg(long, value_name = "FOLDER", conflicts_with_all = ["persona", "stage"])]
    all: Option<PathBuf>,
    /// In this language [default: the hub's first; with --all every language]
    #[arg(long, value_name = "CODE")]
    lang: Vec<String>,
    #[arg(skip)]
    hub: PathBuf,
    #[command(flatten)]
    date: DateArgs,
}

#[derive(Args)]
struct MeasuresArgs {
    #[command(subcommand)]
    command: MeasuresCommand,
}

#[derive(Subcommand)]
enum MeasuresCommand {
    /// Read CSV exports of Plausible, Matomo or Google Analytics 4, or those of Etappe's own form, into
    /// measures.jsonl in the hub's folder
    Import(ImportArgs),
}

#[derive(Args)]
struct ImportArgs {
    /// The exports; columns about persons are refused
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The month of rows that do not say it themselves, such as 2026-10
    #[arg(long, value_name = "MONTH")]
    period: Option<Month>,
    /// The columns that hold the pages' addresses and their views, in a file of another form:
    /// page=…,views=…
    #[arg(long, value_name = "NAMES")]
    columns: Option<NamedColumns>,
    #[arg(skip)]
    hub: PathBuf,
    #[command(flatten)]
    date: DateArgs,
}

#[derive(Args)]
struct CalendarArgs {
    #[command(flatten)]
    dir: HubDir,
    /// How the calendar is written
    #[arg(long, value_enum, default_value_t)]
    format: CalendarFormat,
    #[command(flatten)]
    date: DateArgs,
}

#[derive(Args)]
struct ApproveArgs {
    /// What is signed: ids of pages or their paths, or @site
    #[arg(value_name = "ITEM", required_unless_present_any = ["drifted_by", "revokes"])]
    items: Vec<String>,
    /// The role in which you sign, as [approval] of hub.toml names it
    #[arg(long)]
    role: String,
    /// The job code, which readers see; records of one job share it
    #[arg(long)]
    code: String,
    /// For this market; repeat it for several
    #[arg(long, value_name = "ID")]
    market: Vec<String>,
    /// For every market that the page is for
    #[arg(long, conflicts_with = "market")]
    all_markets: bool,
    /// Only in this language; repeat it for several [default: every one that the page has]
    #[arg(long, value_name = "CODE")]
    lang: Vec<String>,
    /// What the signature is for: internal, certificate, visa, deposit, communication,
    /// preclearance, submission, revocation
    #[arg(long, default_value = "internal")]
    kind: String,
    /// What the signature means, in your words
    #[arg(long, value_name = "TEXT")]
    meaning: Option<String>,
    /// The day of preparation, which readers see
    #[arg(long, value_name = "DATE")]
    prepared: Option<Day>,
    /// The first day on which it counts [default: today]
    #[arg(long, value_name = "DATE")]
    valid_from: Option<Day>,
    /// The first day on which it does not count any more
    #[arg(long, value_name = "DATE")]
    expires: Option<Day>,
    /// A channel that it covers; repeat it for several [default: web]
    #[arg(long, value_name = "ID")]
    channel: Vec<String>,
    /// An authority's number
    #[arg(long, value_name = "TEXT")]
    number: Option<String>,
    /// Sign all that was signed in this role, and differs now by this part alone: product:ID
    #[arg(long, value_name = "PART", conflicts_with = "items")]
    drifted_by: Option<String>,
    /// The record that this one takes the place of: CODE/NAME.toml
    #[arg(long, value_name = "RECORD")]
    supersedes: Option<String>,
    /// The record that is taken back, with --kind revocation: CODE/NAME.toml
    #[arg(long, value_name = "RECORD")]
    revokes: Option<String>,
    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    /// Who you are, as allowed_signers and roles.toml name you [default: git's user.email]
    #[arg(long, value_name = "PRINCIPAL")]
    signer: Option<String>,
    /// Your SSH key: a private one, or a public one whose private one your agent holds [default:
    /// git's user.signingkey]
    #[arg(long, value_name = "FILE")]
    key: Option<String>,
    #[arg(skip)]
    hub: PathBuf,
    #[command(flatten)]
    date: DateArgs,
}

#[derive(Args)]
struct ApprovalsArgs {
    #[command(flatten)]
    dir: HubDir,
    /// How the list is written
    #[arg(long, value_enum, default_value_t)]
    format: ApprovalForm,
    /// Only what ends within so many days, such as 60d
    #[arg(long, value_name = "DAYS")]
    expiring: Option<Within>,
    /// Exit with 1 if there are items in this state: missing, unsigned, expired, drifted,
    /// wrong-signer, altered, not-yet, or expiring:60d
    #[arg(long, value_name = "STATE", value_delimiter = ',')]
    fail_on: Vec<FailOnApproval>,
    #[command(flatten)]
    date: DateArgs,
}

#[derive(Args)]
struct WhereUsedArgs {
    /// What is used: a reference's key, a product, the id of a claim, need, belief, objective or
    /// topic, a module, or the path of a file or page
    key: String,
    #[command(flatten)]
    dir: HubDir,
    /// How the list is written
    #[arg(long, value_enum, default_value_t)]
    format: ListForm,
    #[command(flatten)]
    date: DateArgs,
}

#[derive(Args)]
struct WithdrawArgs {
    /// The page: its id, its path below content/, or one of its files
    page: String,
    /// Why; written into the page as `withdrawn_reason`, which no reader sees
    #[arg(long, value_name = "TEXT")]
    reason: String,
    #[arg(skip)]
    hub: PathBuf,
    #[command(flatten)]
    date: DateArgs,
}

#[derive(Args)]
struct DigestArgs {
    /// The id of a page, the path of its file, claim:ID, module:NAME or @site [default: all]
    #[arg(value_name = "ITEM")]
    items: Vec<String>,
    /// Only in this language
    #[arg(long, value_name = "LANG")]
    lang: Option<String>,
    /// Only for this market
    #[arg(long, value_name = "ID")]
    market: Option<String>,
    /// Print the parts of each item, and what of each is hashed
    #[arg(long)]
    explain: bool,
    /// How they are printed
    #[arg(long, value_enum, default_value_t)]
    format: TextForm,
    #[arg(skip)]
    hub: PathBuf,
}

#[derive(Args)]
struct ExplainArgs {
    /// A finding's code, such as link.broken; without it, all are listed
    code: Option<String>,
}

#[derive(Args)]
struct ThemeArgs {
    #[command(subcommand)]
    command: ThemeCommand,
    #[arg(skip)]
    hub: PathBuf,
}

#[derive(Subcommand)]
enum ThemeCommand {
    /// Copy one file of the theme into templates/, where changes to it count for this hub
    Copy {
        /// The file, such as page.html or strings/en.toml
        template: String,
    },
}

#[derive(Args)]
struct SchemaArgs {
    /// What the schema is of
    #[arg(value_enum)]
    schema: schema::Schema,
}

#[derive(Args)]
struct CompletionsArgs {
    /// The shell
    #[arg(value_enum)]
    shell: clap_complete::Shell,
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

/// How the calendar is written.
#[derive(Clone, Copy, Default, ValueEnum)]
enum CalendarFormat {
    #[default]
    Table,
    Json,
    /// iCalendar, to subscribe to
    Ical,
}

/// How a report is written.
#[derive(Clone, Copy, Default, ValueEnum)]
enum TextForm {
    #[default]
    Text,
    Json,
}

/// How the list of approvals is written.
#[derive(Clone, Copy, Default, ValueEnum)]
enum ApprovalForm {
    #[default]
    Text,
    Json,
    /// A row for each signature that is needed
    Csv,
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
                Some(CoverageCommand::Record(record)) => record.dir.find(place)?,
                None => args.dir.find(place)?,
            }
            coverage::run(&args)
        }
        Command::Brief(mut args) => {
            args.hub = place.hub(None)?;
            brief::run(&args)
        }
        Command::Measures(mut args) => {
            let MeasuresCommand::Import(import) = &mut args.command;
            import.hub = place.hub(None)?;
            measures::run(&args)
        }
        Command::Calendar(mut args) => {
            args.dir.find(place)?;
            calendar::run(&args)
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
