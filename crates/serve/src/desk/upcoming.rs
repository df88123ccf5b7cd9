//! What the calendar will change: pages that come, go, and are to be reviewed.

use crate::html::escaped;
use crate::preview::Preview;
use etappe_report::coverage::calendar::{self, Event};
use etappe_site::material::Material;

/// How many events are shown.
const MOST: usize = 30;

/// Adds the section to the overview.
pub(super) fn section(preview: &Preview, material: &Material, body: &mut String) {
    let calendar = calendar::calendar(&material.hub, &material.links);
    body.push_str("<h2>What changes next</h2>\n");
    if calendar.events.is_empty() {
        body.push_str("<p>No page is scheduled, expires, or is to be reviewed.</p>\n");
        return;
    }
    body.push_str(&format!(
        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"What changes next\"><table>\n\
         <caption>As of {}</caption>\n<thead><tr><th scope=\"col\">Day</th><th scope=\"col\">What</th></tr></thead>\n<tbody>\n",
        calendar.as_of
    ));
    for event in calendar.events.iter().take(MOST) {
        let Event { day, kind, file, title, .. } = event;
        let editor = escaped(&preview.editor.link(&preview.root, file, 1, 1));
        let late = if calendar.is_overdue(event) {
            "<br><strong class=\"warning\">overdue</strong>"
        } else {
            ""
        };
        let (words, title, file) = (kind.words(), escaped(title), escaped(file.as_str()));
        body.push_str(&format!("<tr><td>{day}{late}</td><td>{words} {title}<br><a href=\"{editor}\">{file}</a></td></tr>\n"));
    }
    body.push_str("</tbody></table></div>\n");
    if calendar.events.len() > MOST {
        body.push_str(&format!(
            "<p>These are the first {MOST} of {}.</p>\n",
            calendar.events.len()
        ));
    }
}
