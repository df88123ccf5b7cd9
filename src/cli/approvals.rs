//! `etappe approvals`: every item that somebody must sign, and how far that is.

use clap::{Args, ValueEnum};

use super::place::HubDir;
use super::{DateArgs, Exit, Format, output};
use crate::embedded::program;
use etappe_base::finding::gather::Extent;
use etappe_compliance::report::{ApprovalReport, FailOn, Within, emit_csv, emit_json, emit_text};
use etappe_session::io::Disk;
use etappe_session::{self as session, Options};

#[derive(Args)]
pub(super) struct ApprovalsArgs {
    #[command(flatten)]
    pub dir: HubDir,
    /// How the list is written
    #[arg(long, value_enum, default_value_t)]
    format: ApprovalForm,
    /// Only what ends within so many days, such as 60d
    #[arg(long, value_name = "DAYS")]
    expiring: Option<Within>,
    /// Exit with 1 if there are items in this state: missing, unsigned, expired, drifted,
    /// wrong-signer, altered, not-yet, or expiring:60d
    #[arg(long, value_name = "STATE", value_delimiter = ',')]
    fail_on: Vec<FailOn>,
    #[command(flatten)]
    date: DateArgs,
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

pub(super) fn run(args: &ApprovalsArgs) -> Exit {
    match report(args) {
        Ok(exit) | Err(exit) => exit,
    }
}

fn report(args: &ApprovalsArgs) -> Result<Exit, Exit> {
    output::require_folder(&args.dir)?;
    let as_of = args.date.as_of(&args.dir)?;
    let revision = session::load(&Disk::new(&*args.dir), &Options::on(program(), as_of));
    let Some(content) = &revision.content else {
        output::findings(&revision.judged().standing, &[], &args.dir, Format::Text, Extent::USUAL);
        return Err(Exit::Findings);
    };
    let rules = content.material.hub.config.approval.as_ref();
    let report = ApprovalReport {
        approvals: &content.approvals,
        as_of,
        signatures: rules.map(|rules| rules.signatures),
        expiring: args.expiring,
    };
    match args.format {
        ApprovalForm::Text => output::result(&emit_text(&report)),
        ApprovalForm::Json => output::data(&emit_json(&report)),
        ApprovalForm::Csv => output::data(&emit_csv(&report)),
    }
    let exit = if report.fails(&args.fail_on) { Exit::Findings } else { Exit::Fine };
    revision.let_go();
    Ok(exit)
}
