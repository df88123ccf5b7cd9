//! The writer's desk: the hub at a glance. Each page is made anew when it is asked for, from the
//! newest state.

mod compare;
mod explain;
mod list;
mod overview;
mod upcoming;

use std::sync::Arc;

use super::preview::{Preview, Snapshot};
use super::tab;
use super::{address, html};
use etappe_base::count::{counted, counted_as};
use etappe_base::finding::gather::{self, CodeCount, Extent};
use etappe_base::finding::{Finding, Severity, Summary};
use etappe_hub::config::policy::Judged;

/// A page of the desk by what follows `/_etappe/`; `None` when there is none.
pub(crate) fn page(
    preview: &Preview,
    snapshot: &Snapshot,
    name: &str,
    query: &str,
) -> Option<String> {
    let page = bare(preview, snapshot, name, query)?;
    Some(html::with_note(&page, &blocked(preview, snapshot, name)))
}

/// The note on every page of the desk that says what blocks a build. A page that lists findings
/// anyway says only that it is blocked.
fn blocked(preview: &Preview, snapshot: &Snapshot, name: &str) -> String {
    let count = tab::blockers(snapshot).count();
    if count == 0 {
        return String::new();
    }
    let errors = counted(count, "error");
    let list = if name == "findings" || snapshot.is_behind() && name.is_empty() {
        String::new()
    } else {
        let first = tab::shown(preview, tab::blockers(snapshot).take(MOST_BLOCKERS));
        html::findings(&tab::with_editor(preview, first))
    };
    format!(
        "<section class=\"blocked\" aria-label=\"What blocks a build\">\n<p><strong class=\"error\">Nothing can be built now</strong>: \
         <a href=\"/_etappe/findings\">{errors}</a>.</p>\n{list}</section>\n"
    )
}

/// The most errors that every page of the desk lists.
const MOST_BLOCKERS: usize = 3;

/// A page without what blocks a build.
fn bare(preview: &Preview, snapshot: &Snapshot, name: &str, query: &str) -> Option<String> {
    match name {
        "" => Some(overview::page(preview, snapshot)),
        "findings" => Some(findings(preview, snapshot, query)),
        "pages" => Some(list::page(preview, snapshot, query)),
        "compare" => Some(compare::page(preview, snapshot, query)),
        "explain" => explain::page(query),
        _ => None,
    }
}

/// The findings of the whole hub as `etappe check --preview` counts them, and a sentence where not
/// all outputs could be looked through.
pub(super) fn judged(preview: &Preview, snapshot: &Snapshot) -> (Arc<Judged>, String) {
    match preview.examined(snapshot) {
        Ok(judged) => (judged, String::new()),
        Err(why) => (Arc::clone(snapshot.newest.judged()), why),
    }
}

/// The counts of findings, in words.
pub(super) fn counts(judged: &Judged) -> String {
    format!("{}, with drafts", Summary::of(&judged.standing))
}

/// The findings of the hub, gathered; with `code` asked for, all of that code, and with `all` every
/// one.
fn findings(preview: &Preview, snapshot: &Snapshot, query: &str) -> String {
    let (judged, note) = judged(preview, snapshot);
    let code = address::query(query, "code");
    let is_asked = |finding: &&Finding| code.as_ref().is_none_or(|code| finding.code.id == code);
    let is_whole = code.is_some() || address::query(query, "all").is_some();
    let extent = if is_whole { Extent::WHOLE } else { Extent::USUAL };
    let mut body = format!("<p>{}.</p>\n", html::escaped(&counts(&judged)));
    if !note.is_empty() {
        body.push_str(&format!("<p>{}</p>\n", html::escaped(&note)));
    }
    if is_whole {
        body.push_str("<p><a href=\"/_etappe/findings\">The first of each code</a></p>\n");
    }
    let mut hidden = 0;
    for (severity, title) in [("error", "Errors"), ("warning", "Warnings"), ("info", "Notes")] {
        let of = |finding: &&Finding| finding.severity.name() == severity;
        let all: Vec<_> = judged.standing.iter().filter(of).filter(is_asked).collect();
        if all.is_empty() {
            continue;
        }
        let (shown, left_out) = extent.choose(gather::gather(all.iter().copied()));
        hidden += left_out.values().sum::<usize>();
        let shown = tab::shown_once(preview, &shown);
        body.push_str(&format!(
            "<h2>{title} ({})</h2>\n{}",
            all.len(),
            html::findings(&tab::with_editor(preview, shown))
        ));
    }
    if hidden > 0 {
        body.push_str(&format!(
            "<p>{} not shown here: <a href=\"/_etappe/findings?all=1\">show all</a>.</p>\n",
            counted_as(hidden, "finding is", "findings are")
        ));
    }
    body.push_str(&by_code(&judged));
    if !judged.waived.is_empty() {
        body.push_str(&format!("<h2>Waived ({})</h2>\n<ul>\n", judged.waived.len()));
        for waived in &judged.waived {
            let until = waived.until.map_or(String::new(), |until| format!(", until {until}"));
            let text = format!(
                "{}: {} ({}{until})",
                waived.finding.code.id, waived.finding.message, waived.reason
            );
            body.push_str(&format!("<li>{}</li>\n", html::escaped(&text)));
        }
        body.push_str("</ul>\n");
    }
    html::desk("Findings", "findings", "", &body)
}

/// From how many findings on a table tells of which codes they are.
const MANY: usize = 20;

/// A table of all findings by code, each code leading to its own; empty where there are few.
fn by_code(judged: &Judged) -> String {
    if judged.standing.len() <= MANY {
        return String::new();
    }
    let row = |one: &CodeCount| {
        let code = one.code.id;
        format!(
            "<tr><td>{}</td><td>{}</td><th scope=\"row\"><a href=\"/_etappe/findings?code={code}\">{code}</a></th>\
             <td>{}</td></tr>\n",
            one.count,
            if one.severity == Severity::Info { "note" } else { one.severity.name() },
            html::escaped(one.code.summary)
        )
    };
    let rows: String = gather::by_code(&judged.standing).iter().map(row).collect();
    format!(
        "<h2>By code</h2>\n<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"By code\"><table>\n<thead><tr>\
         <th scope=\"col\">Count</th><th scope=\"col\">Severity</th><th scope=\"col\">Code</th>\
         <th scope=\"col\">What it means</th></tr></thead>\n<tbody>\n{rows}</tbody></table></div>\n"
    )
}
