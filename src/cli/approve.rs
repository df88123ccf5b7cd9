//! `etappe approve`: writes the record of a signature, and signs it.

use super::{ApproveArgs, Exit, output};
use crate::embedded::program;
use etappe_base::count::counted;
use etappe_compliance::Item;
use etappe_session::io::Disk;
use etappe_session::{self as session, Options, SignRequest, SignedRecord, Unsigned};

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
    let items: String = signed.items.iter().map(named).collect();
    let mut text = format!("{how}: {} in {}\n", counted(signed.items.len(), "item"), signed.record);
    text.push_str(&items);
    let beside = if signed.is_signed { " and the `.sig` beside it" } else { "" };
    text.push_str(&format!("Commit the record{beside}; nothing may change a byte of it.\n"));
    if !signed.keeps_bytes {
        text.push_str("Add `approvals/** -text` to .gitattributes, so that git does not either.\n");
    }
    text
}
