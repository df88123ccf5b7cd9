//! What signatures give to say: about each page that needs one, and about records.

use etappe_base::count::counted;
use etappe_base::date::{Day, Period};
use etappe_base::finding::{Code, Finding, Place, codes};
use etappe_base::path::HubPath;
use etappe_hub::config::approval::{Approval as Rules, RecordKind};
use etappe_hub::journey::{Approval, Hub, State};

use super::approvals::{Approvals, JudgedItem, JudgedNeed};
use super::item::{Item, ItemId};
use super::records::{KnownRecord, Records};
use super::signature::Signature;

/// How long before its end an approval is spoken of, and how long before that is near.
const AHEAD: (Period, Period) = (Period::days(60), Period::days(30));

/// The code of a state that has to be said.
fn code(state: Approval) -> Option<&'static Code> {
    match state {
        Approval::NotNeeded | Approval::Approved => None,
        Approval::NotYet => Some(&codes::APPROVAL_NOT_YET),
        Approval::Missing => Some(&codes::APPROVAL_MISSING),
        Approval::Unsigned => Some(&codes::APPROVAL_UNSIGNED),
        Approval::Expired => Some(&codes::APPROVAL_EXPIRED),
        Approval::Drifted => Some(&codes::APPROVAL_DRIFTED),
        Approval::WrongSigner => Some(&codes::APPROVAL_WRONG_SIGNER),
        Approval::Altered => Some(&codes::APPROVAL_ALTERED),
    }
}

/// All that signatures give to say of a hub.
pub fn findings(
    hub: &Hub,
    rules: &Rules,
    records: &Records,
    approvals: &Approvals,
) -> Vec<Finding> {
    let mut findings = of_all(rules, records);
    for judged in approvals.items.iter().filter(|judged| judged.channel == "web") {
        findings.extend(of_item(hub, rules, judged));
        findings.extend(before_text(hub, judged));
    }
    findings.extend(of_revocations(records));
    findings
}

/// What is said once for all pages.
fn of_all(rules: &Rules, records: &Records) -> Vec<Finding> {
    let place = || Place::new(&HubPath::literal("hub.toml"), rules.span);
    if !rules.signatures {
        let message = "Records of approvals are not signed here.";
        let help = "what a record says is then what whoever wrote it says; `signatures = true` \
            asks for signatures by SSH keys";
        return vec![Finding::new(&codes::APPROVAL_NOT_SIGNED, place(), message).help(help)];
    }
    let reasons: Vec<&String> = records
        .all()
        .iter()
        .filter_map(|known| match &known.signature {
            Signature::Unchecked(why) => Some(why),
            _ => None,
        })
        .collect();
    let Some(first) = reasons.first() else { return Vec::new() };
    let message =
        format!("{} could not be verified: {first}.", counted(reasons.len(), "signature"));
    let help = "install OpenSSH 8.9 or later, so that `ssh-keygen` is found; until then these \
        records count as unsigned";
    vec![Finding::new(&codes::APPROVAL_UNVERIFIED, place(), message).help(help)]
}

/// What is said of one item: one finding, about its worst need.
fn of_item(hub: &Hub, rules: &Rules, judged: &JudgedItem) -> Option<Finding> {
    let place = match judged.doc {
        Some(ix) => {
            let doc = hub.doc(ix);
            let goes_out =
                matches!(doc.state, State::Published | State::Scheduled(_) | State::Unapproved(_));
            if doc.facets.blocked || !goes_out {
                return None;
            }
            Place::new(&doc.facets.file, doc.facets.front_span)
        }
        None if judged.item.id == ItemId::Site => Place::new(&judged.file, rules.span),
        // Nobody must sign a claim or a module by itself: `etappe approvals` says how it stands.
        None => return None,
    };
    let standing = &judged.standing;
    let Some(code) = code(standing.state) else { return ends(hub, judged, place) };
    let worst: Vec<&JudgedNeed> =
        judged.needs.iter().filter(|need| need.state == standing.state).collect();
    let first = *worst.first()?;
    let message = message(hub, judged, first, &worst);
    let mut finding = Finding::new(code, place, message).help(help(hub, judged, first));
    if let Some(by) = &first.by {
        finding = finding.related(Place::file(&by.file), "the record");
    }
    let by_date = matches!(standing.state, Approval::Expired | Approval::NotYet);
    Some(finding.by_date_if(by_date))
}

/// A page that says that it was updated after the last of its signatures.
fn before_text(hub: &Hub, judged: &JudgedItem) -> Option<Finding> {
    let ix = judged.doc.filter(|_| judged.standing.state.is_given())?;
    let facets = hub.facets(ix);
    let updated = facets.front.updated.as_ref()?.day;
    let last = judged.needs.iter().filter_map(|need| need.by.as_ref());
    let last = last.max_by_key(|by| by.signed_on).filter(|by| by.signed_on < updated)?;
    let what = called(hub, judged);
    let message = format!("{what} says that it was updated on {updated}, after it was signed.");
    let help = format!(
        "what was signed on {} is what it says: set `updated` to the day on which its text was \
         last changed",
        last.signed_on
    );
    let place = Place::new(&facets.file, facets.front_span);
    let finding = Finding::new(&codes::APPROVAL_BEFORE_TEXT, place, message).help(help);
    Some(finding.related(Place::file(&last.file), "the record"))
}

/// An approval that ends soon.
fn ends(hub: &Hub, judged: &JudgedItem, place: Place) -> Option<Finding> {
    let as_of = hub.edition.as_of;
    let until = judged.standing.until.filter(|until| *until <= as_of.plus(AHEAD.0))?;
    let days = days_between(as_of, until);
    let near = if until <= as_of.plus(AHEAD.1) {
        "have it signed again now"
    } else {
        "plan its next review"
    };
    let message = format!(
        "The approval of {} ends on {until}, in {}.",
        called(hub, judged),
        counted(days, "day")
    );
    let help = format!("{near}: on that day {}, and what stands goes", left_out(judged));
    Some(Finding::new(&codes::APPROVAL_EXPIRES, place, message).help(help).by_date())
}

fn days_between(from: Day, to: Day) -> usize {
    usize::try_from((to.unix_seconds() - from.unix_seconds()) / 86_400).unwrap_or_default()
}

/// How a message names an item.
fn called(hub: &Hub, judged: &JudgedItem) -> String {
    let market = judged.item.market.as_ref().map(|market| format!(" for {market}"));
    let market = market.unwrap_or_default();
    match judged.doc {
        Some(ix) => format!("`{}`{market}", hub.facets(ix).file),
        None => format!("`{}` in {}{market}", judged.item.id, judged.item.lang),
    }
}

fn message(hub: &Hub, judged: &JudgedItem, need: &JudgedNeed, worst: &[&JudgedNeed]) -> String {
    let what = called(hub, judged);
    let roles: Vec<String> = worst.iter().map(|need| format!("`{}`", need.role)).collect();
    let roles = roles.join(", ");
    let record = need.by.as_ref().map(|by| format!("`{}`", by.file)).unwrap_or_default();
    match need.state {
        Approval::NotYet => {
            let from = judged.standing.from.map(|from| from.to_string()).unwrap_or_default();
            format!("{what} is approved from {from} on.")
        }
        Approval::Missing if need.by.as_ref().is_some_and(|by| by.taken_back) => {
            format!("{what} is not approved: its record {record} was taken back.")
        }
        Approval::Unsigned => {
            format!("{what} is not approved: {record} has no signature that was verified.")
        }
        Approval::Expired => {
            let over = judged.standing.over.map(|day| format!(" on {day}")).unwrap_or_default();
            format!("The approval of {what} by {record} ended{over}.")
        }
        Approval::Drifted => {
            let parts = need.by.as_ref().map(|by| by.drifted.as_slice()).unwrap_or_default();
            let parts: Vec<String> = parts.iter().map(|part| format!("`{part}`")).collect();
            match parts.as_slice() {
                [] => format!("{what} is no longer what {record} signs."),
                [one] => format!("{what} is no longer what {record} signs: {one} differs."),
                many => {
                    format!("{what} is no longer what {record} signs: {} differ.", many.join(", "))
                }
            }
        }
        Approval::WrongSigner => {
            let name = need.by.as_ref().map(|by| by.name.as_str()).unwrap_or_default();
            format!("{record} does not approve {what}: {name} may not sign it as `{}`.", need.role)
        }
        Approval::Altered => {
            format!("{record} does not approve {what}: it is not what was signed.")
        }
        _ => format!("{what} is not approved: nobody has signed it as {roles}."),
    }
}

/// What a release does while an item is not approved.
fn left_out(judged: &JudgedItem) -> &'static str {
    match judged.doc {
        Some(_) => "a release leaves it out",
        None => "a release leaves out every page that must be signed",
    }
}

fn help(hub: &Hub, judged: &JudgedItem, need: &JudgedNeed) -> String {
    let Item { id, lang, market } = &judged.item;
    let sign = format!("have it signed: `etappe approve {id} --role {} --code CODE`", need.role);
    match need.state {
        _ if market.is_none() && !hub.config.markets.is_empty() => format!(
            "no market has the language `{lang}`, so nobody can sign it: add it to `languages` of \
             one in hub.toml"
        ),
        Approval::NotYet => "nothing has to be done: a release shows it from that day".to_owned(),
        Approval::Drifted => {
            format!("{sign}; or put back what was signed. Until then no release is built")
        }
        Approval::WrongSigner => {
            "let somebody sign who has the role on that day, by a key that is theirs; or correct \
             the lists of signers and roles"
                .to_owned()
        }
        Approval::Altered if need.by.as_ref().is_some_and(|by| by.has_crlf) => {
            "git changed the ends of its lines: write `approvals/** -text` into .gitattributes, \
             delete the record, and check it out again"
                .to_owned()
        }
        Approval::Altered => {
            "put back the record and its signature as they were committed, or have it signed anew"
                .to_owned()
        }
        Approval::Unsigned => {
            "commit the `.sig` that `etappe approve` wrote beside the record".to_owned()
        }
        _ => format!("{sign}; until then {}", left_out(judged)),
    }
}

/// Revocations that count although something is wrong with them.
fn of_revocations(records: &Records) -> Vec<Finding> {
    let revocations =
        records.all().iter().filter(|known| known.record.kind == RecordKind::REVOCATION);
    let doubtful = |known: &KnownRecord| {
        let code = code(records.fault_of_revocation(known)?)?;
        let file = &known.record.file;
        let message = format!("The revocation `{file}` counts, and nobody who may has signed it.");
        let help = "what is in doubt is not shown: let the signer of the record or somebody with \
            its role sign the revocation, or take it out if it is false";
        Some(Finding::new(code, Place::file(file), message).help(help))
    };
    revocations.filter_map(doubtful).collect()
}
