//! The writer's desk: the hub at a glance. Each page is made anew when it is asked for, from the
//! newest state.

mod compare;
mod explain;
mod list;
mod overview;
mod upcoming;

use super::preview::{Preview, Snapshot};
use super::tab;
use super::{address, html};
use etappe_base::finding::Summary;

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
    let s = if count == 1 { "" } else { "s" };
    let list = if name == "findings" || snapshot.is_behind() && name.is_empty() {
        String::new()
    } else {
        let first = tab::shown(preview, tab::blockers(snapshot).take(MOST_BLOCKERS));
        html::findings(&tab::with_editor(preview, first))
    };
    format!(
        "<section class=\"blocked\" aria-label=\"What blocks a build\">\n<p><strong class=\"error\">Nothing can be built now</strong>: \
         <a href=\"/_etappe/findings\">{count} error{s}</a>.</p>\n{list}</section>\n"
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

/// The most findings of one severity that are shown at once.
const MOST: usize = 200;

/// The findings of the hub as it was read; with `all` asked for, those of every page's output too.
fn findings(preview: &Preview, snapshot: &Snapshot, query: &str) -> String {
    let examined = address::query(query, "all").map(|_| preview.examined(snapshot));
    let judged = match &examined {
        Some(Ok(judged)) => judged,
        _ => snapshot.newest.judged(),
    };
    let note = match &examined {
        Some(Ok(_)) => "Every page was made and looked through for this.".to_owned(),
        Some(Err(why)) => html::escaped(why),
        None => "A template that fails on pages that nobody has opened yet, or shows what must not be seen, is found when they are made: \
                 <a href=\"/_etappe/findings?all=1\">look through all pages</a>."
            .to_owned(),
    };
    let mut body = format!(
        "<p>{}.</p>\n<p>{note}</p>\n",
        html::escaped(&Summary::of(&judged.standing).to_string())
    );
    for (severity, title) in [("error", "Errors"), ("warning", "Warnings"), ("info", "Notes")] {
        let all: Vec<_> =
            judged.standing.iter().filter(|finding| finding.severity.name() == severity).collect();
        if all.is_empty() {
            continue;
        }
        let shown = tab::shown(preview, all.iter().copied().take(MOST));
        body.push_str(&format!(
            "<h2>{title} ({})</h2>\n{}",
            all.len(),
            html::findings(&tab::with_editor(preview, shown))
        ));
        if all.len() > MOST {
            body.push_str(&format!(
                "<p>The first {MOST} are shown. <code>etappe check</code> shows all.</p>\n"
            ));
        }
    }
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
