//! `etappe approve`: writes the record of a signature, and signs it.

use std::path::PathBuf;

use clap::Args;

use super::{DateArgs, Exit, output};
use crate::embedded::program;
use etappe_base::count::counted;
use etappe_base::date::Day;
use etappe_compliance::Item;
use etappe_session::io::Disk;
use etappe_session::{self as session, Options, SignRequest, SignedRecord, Unsigned};

#[derive(Args)]
pub(super) struct ApproveArgs {
    /// What is signed: ids of pages or their paths, claim:ID, module:NAME, or @site
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
    /// Sign all that you signed in this role, and that differs now by this part alone: product:ID
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
    pub hub: PathBuf,
    #[command(flatten)]
    date: DateArgs,
}

pub(super) fn run(args: ApproveArgs) -> Exit {
    match sign(args) {
        Ok(exit) | Err(exit) => exit,
    }
}

fn sign(args: ApproveArgs) -> Result<Exit, Exit> {
    output::require_folder(&args.hub)?;
    let as_of = args.date.as_of(&args.hub)?;
    let hub = args.hub.clone();
    let files = Disk::new(&hub);
    let revision = session::load(&files, &Options::on(program(), as_of));
    let signed = session::approve(&revision, &files, &hub, &request(args));
    match signed {
        Ok(signed) => {
            output::result(&said(&signed));
            Ok(Exit::Fine)
        }
        Err(Unsigned::Refused(message)) => Err(output::usage(&message)),
        Err(Unsigned::Machine(error)) => Err(output::machine(&error)),
    }
}

fn request(args: ApproveArgs) -> SignRequest {
    SignRequest {
        items: args.items,
        drifted_by: args.drifted_by,
        markets: args.market,
        all_markets: args.all_markets,
        langs: args.lang,
        role: args.role,
        code: args.code,
        kind: args.kind,
        meaning: args.meaning,
        channels: args.channel,
        prepared: args.prepared,
        valid_from: args.valid_from,
        expires: args.expires,
        number: args.number,
        supersedes: args.supersedes,
        revokes: args.revokes,
        reason: args.reason,
        signer: args.signer,
        key: args.key,
    }
}

/// What was done, for people.
fn said(signed: &SignedRecord) -> String {
    let how = if signed.is_signed { "Signed" } else { "Recorded, not signed" };
    let named = |item: &Item| {
        let market = item.market.as_ref().map(|market| format!(" for {market}"));
        format!("  {} in {}{}\n", item.id, item.lang, market.unwrap_or_default())
    };
    let mut text = match &signed.took_back {
        Some(record) => format!(
            "{how}: {record} is taken back, in {}\n  The next build takes down what only that \
             record approved.\n",
            signed.record
        ),
        None => format!("{how}: {} in {}\n", counted(signed.items.len(), "item"), signed.record),
    };
    text.extend(signed.items.iter().map(named));
    if signed.told_git {
        text.push_str("Wrote `approvals/** -text` into .gitattributes; commit that too.\n");
    }
    let beside = if signed.is_signed { " and the `.sig` beside it" } else { "" };
    text.push_str(&format!("Commit the record{beside}; nothing may change a byte of it.\n"));
    text
}
