//! The writer's desk: the hub at a glance. Each page is made anew when it is asked for, from the newest state.

mod compare;
mod explain;
mod list;
mod overview;
mod upcoming;

use super::html;
use super::preview::{Preview, Snapshot};
use super::tab;
use crate::finding::Summary;

/// A page of the desk by what follows `/_etappe/`; `None` when there is none.
pub fn page(preview: &Preview, snapshot: &Snapshot, name: &str, query: &str) -> Option<String> {
    match name {
        "" => Some(overview::page(preview, snapshot)),
        "findings" => Some(findings(preview, snapshot)),
        "pages" => Some(list::page(preview, snapshot, query)),
        "compare" => Some(compare::page(preview, snapshot, query)),
        "explain" => explain::page(query),
        _ => None,
    }
}

/// The most findings of one severity that are shown at once.
const MOST: usize = 200;

fn findings(preview: &Preview, snapshot: &Snapshot) -> String {
    let judged = snapshot.newest.judged();
    let mut body = format!("<p>{}.</p>\n", html::escaped(&Summary::of(&judged.standing).to_string()));
    for (severity, title) in [("error", "Errors"), ("warning", "Warnings"), ("info", "Notes")] {
        let all: Vec<_> = judged.standing.iter().filter(|finding| finding.severity.name() == severity).collect();
        if all.is_empty() {
            continue;
        }
        let shown = tab::shown(preview, all.iter().copied().take(MOST));
        body.push_str(&format!("<h2>{title} ({})</h2>\n{}", all.len(), html::findings(&tab::with_editor(preview, shown))));
        if all.len() > MOST {
            body.push_str(&format!("<p>The first {MOST} are shown. <code>etappe check</code> shows all.</p>\n"));
        }
    }
    if !judged.waived.is_empty() {
        body.push_str(&format!("<h2>Waived ({})</h2>\n<ul>\n", judged.waived.len()));
        for waived in &judged.waived {
            let until = waived.until.map_or(String::new(), |until| format!(", until {until}"));
            let text = format!("{}: {} ({}{until})", waived.finding.code.id, waived.finding.message, waived.reason);
            body.push_str(&format!("<li>{}</li>\n", html::escaped(&text)));
        }
        body.push_str("</ul>\n");
    }
    html::desk("Findings", "findings", "", &body)
}
