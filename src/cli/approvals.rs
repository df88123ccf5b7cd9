//! `etappe approvals`: every item that somebody must sign, and how far that is.

use clap::{Args, ValueEnum};

use super::place::HubDir;
use super::{DateArgs, Exit, Format, PolicyArgs, output};
use crate::embedded::program;
use etappe_base::finding::gather::Extent;
use etappe_base::finding::{Finding, Place, codes};
use etappe_compliance::record::{is_record, is_signature};
use etappe_compliance::report::{ApprovalReport, FailOn, Within, emit_csv, emit_json, emit_text};
use etappe_hub::config::policy::Judged;
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
    /// Look through the history of this branch for records that were changed or removed
    #[arg(long)]
    audit: bool,
    #[command(flatten)]
    policy: PolicyArgs,
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

/// Whether a finding is about what stood before: in another branch, or when it was signed.
fn is_of_history(finding: &Finding) -> bool {
    let is_kept = |place: &Place| is_record(&place.file) || is_signature(&place.file);
    let code = finding.code;
    *code == codes::APPROVAL_AFTER_MERGE
        || *code == codes::APPROVAL_KIND_LOWERED
        || *code == codes::APPROVAL_UNAUDITED
        || *code == codes::APPROVAL_ALTERED && finding.place.as_ref().is_some_and(is_kept)
}

fn report(args: &ApprovalsArgs) -> Result<Exit, Exit> {
    output::require_folder(&args.dir)?;
    let as_of = args.date.as_of(&args.dir)?;
    let policy = args.policy.read(&args.dir)?;
    let options = Options { policy, ..Options::on(program(), as_of) };
    let revision = session::load(&Disk::new(&*args.dir), &options);
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
    let mut found = Vec::new();
    if args.policy.policy_from.is_some() || args.audit {
        let standing = revision.judged().standing.iter();
        found.extend(standing.filter(|finding| is_of_history(finding)).cloned());
    }
    if args.audit {
        let audited = session::audit(&args.dir).map_err(|error| output::of_git(&error))?;
        found = revision.with(&Judged { standing: found, waived: Vec::new() }, audited).standing;
    }
    output::findings(&found, &[], &args.dir, Format::Text, Extent::WHOLE);
    let fails = report.fails(&args.fail_on) || found.iter().any(Finding::is_error);
    let exit = if fails { Exit::Findings } else { Exit::Fine };
    revision.let_go();
    Ok(exit)
}
