//! The signatures so far, and the sheet to sign.

use super::facts::state;
use crate::paper::{Paper, digest, escaped};
use crate::subject::{ReviewedPage, Signable};
use etappe_compliance::records::KnownRecord;
use etappe_compliance::signature::Signature;
use etappe_hub::config::approval::Approval as Rules;

pub(super) fn write(subject: &ReviewedPage<'_>, paper: &mut Paper) {
    paper.raw("<h2>Signatures so far</h2>\n");
    let mut rows = Vec::new();
    for signable in &subject.signables {
        let records = subject.desk.records.of(signable.item);
        rows.extend(records.map(|known| signature(known, signable)));
    }
    let head = ["Record", "Kind and role", "Name", "Signed on", "Of today's content", "Signature"];
    paper.table("Signatures so far", &head, &rows, "There are none.");
    paper.raw("<h2 id=\"rv-sign\">Sheet to sign</h2>\n");
    sheet(
        subject.desk.hub().config.approval.as_ref(),
        subject.desk.code,
        &subject.signables,
        paper,
    );
}

fn signature(known: &KnownRecord, signable: &Signable<'_>) -> Vec<String> {
    let record = &known.record;
    let signed = record.signed(signable.item).map(|signed| signed.digest.as_str());
    let today = signable.today.map(|today| today.digest.as_str());
    let market = signable.item.market.as_deref();
    let of_today = if signed == today { "yes" } else { "no, of another version" };
    let verdict = match &known.signature {
        Signature::NotAsked | Signature::Absent => "not signed",
        Signature::Good => "good",
        Signature::Stranger => "not by a key of the signer",
        Signature::Bad => "of other bytes",
        Signature::Unchecked(_) => "not verified here",
    };
    let said = market.map_or_else(String::new, |market| format!(" in {market}"));
    vec![
        escaped(record.file.as_str().trim_start_matches("approvals/")),
        escaped(&format!("{}, {}{said}", record.kind.name(), record.role)),
        escaped(&record.name),
        escaped(&known.signed_on.to_string()),
        escaped(of_today),
        escaped(verdict),
    ]
}

/// A line for every signature that is needed of every item.
fn sheet(rules: Option<&Rules>, code_of_job: &str, all: &[Signable<'_>], paper: &mut Paper) {
    for signable in all {
        let Signable { item, today, judged, .. } = signable;
        let market = item.market.as_ref().map(|market| format!(" for {market}"));
        let shown = today.map(|today| digest(&today.digest)).unwrap_or_default();
        paper.raw("<dl class=\"rv-wide\">\n");
        paper.fact_html(
            "What is signed",
            &escaped(&format!("{} in {}{}", item.id, item.lang, market.unwrap_or_default())),
        );
        paper.fact_html("Its digest", &shown);
        paper.fact(
            "Job code",
            if code_of_job.is_empty() { "________________" } else { code_of_job },
        );
        paper.fact("State", &state(*judged));
        paper.raw("</dl>\n");
        lines(rules, paper);
    }
}

/// The lines to sign on.
pub(crate) fn lines(rules: Option<&Rules>, paper: &mut Paper) {
    let needed: Vec<String> = match rules {
        Some(rules) => {
            rules.needs.iter().map(|need| format!("{} ({})", need.role, need.kind.name())).collect()
        }
        None => vec![String::new(); 2],
    };
    let decision = "☐ approved<br>☐ approved with changes<br>☐ not approved";
    let blank = || "&nbsp;".to_owned();
    let row = |role: &String| {
        vec![escaped(role), blank(), blank(), decision.to_owned(), blank(), blank()]
    };
    let rows: Vec<Vec<String>> = needed.iter().map(row).collect();
    let head = ["Role", "Name", "Registration no.", "Decision", "Date", "Signature"];
    paper.raw("<div class=\"rv-sign\">");
    paper.table("Sheet to sign", &head, &rows, "");
    paper.raw("</div>\n");
}
