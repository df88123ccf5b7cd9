//! Coverage as a heat map, what to write, and what changes by date.

use super::upcoming;
use crate::html::{self, escaped};
use crate::preview::{Preview, Snapshot};
use crate::tab;
use etappe_report::coverage::{self, Cell, CellState, Matrix, Report};

/// The first page of the desk.
pub(super) fn page(preview: &Preview, snapshot: &Snapshot) -> String {
    let (judged, note) = super::judged(preview, snapshot);
    let mut body = String::new();
    if snapshot.is_behind() {
        let causes = tab::causes(preview, snapshot, None);
        let text = if snapshot.shown.is_some() {
            "The hub cannot be shown as it is now. The sites stay in their last good state until \
             this is solved."
        } else {
            "The hub cannot be shown yet."
        };
        body.push_str(&format!(
            "<h2>What is wrong</h2>\n<p>{text}</p>\n{}",
            html::findings(&causes)
        ));
    }
    let (findings, note) = (escaped(&super::counts(&judged)), escaped(&note));
    body.push_str(&format!(
        "<p><a href=\"/_etappe/findings\">{findings}</a>, in the whole hub. {note}</p>\n"
    ));
    let Some(material) = snapshot.content().map(|content| &content.material) else {
        return html::desk("Writer’s desk", "", "", &body);
    };
    let report = coverage::report(&material.hub, &[], None);
    for matrix in &report.languages {
        map(&report, matrix, &mut body);
    }
    needs(&report, &mut body);
    upcoming::section(preview, material, &mut body);
    html::desk(material.hub.config.title.get(etappe_hub::config::LangIx::DEFAULT), "", "", &body)
}

/// The heat map of a language, with what to write next.
fn map(report: &Report<'_>, matrix: &Matrix, body: &mut String) {
    let config = report.config;
    let lang = config.lang(matrix.lang);
    let text = |text: &str| {
        format!(
            "<span lang=\"{}\" dir=\"{}\">{}</span>",
            escaped(&lang.code),
            lang.dir(),
            escaped(text)
        )
    };
    let name = escaped(lang.name());
    body.push_str(&format!("<h2>{name}</h2>\n<p>{}</p>\n", escaped(&report.headline(matrix))));
    body.push_str(&format!(
        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Coverage in {name}\"><table class=\"map\">\n\
         <caption>How many pages each persona has at each stage: specific + generic</caption>\n<thead><tr><th scope=\"col\">Persona</th>"
    ));
    for stage in &config.stages {
        body.push_str(&format!("<th scope=\"col\">{}</th>", text(stage.label.get(matrix.lang))));
    }
    body.push_str("</tr></thead>\n<tbody>\n");
    for row in matrix.cells.chunk_by(|a, b| a.persona == b.persona) {
        let Some(first) = row.first() else { continue };
        body.push_str(&format!(
            "<tr><th scope=\"row\">{}</th>",
            text(config.persona(first.persona).label.get(matrix.lang))
        ));
        for cell in row {
            body.push_str(&td(report, matrix, cell));
        }
        body.push_str("</tr>\n");
    }
    body.push_str("</tbody></table></div>\n");
    if matrix.next().is_empty() {
        return;
    }
    body.push_str("<h3>Write next</h3>\n<ol>\n");
    for next in matrix.next() {
        let cell = report.cell_name(matrix.lang, next.persona, next.stage);
        body.push_str(&format!("<li>{}: {}</li>\n", text(&cell), escaped(&next.why)));
    }
    body.push_str("</ol>\n");
}

fn td(report: &Report<'_>, matrix: &Matrix, cell: &Cell) -> String {
    let look = match cell.state {
        CellState::NotApplicable | CellState::Deprioritised => "none",
        CellState::Gap(_) => "gap",
        CellState::GenericOnly => "generic",
        CellState::Thin => "thin",
        CellState::Covered if cell.stale => "thin",
        CellState::Covered => "covered",
    };
    let words = escaped(&coverage::short(cell));
    let title = if cell.remark.is_empty() {
        String::new()
    } else {
        format!("<br><small>{}</small>", escaped(&cell.remark))
    };
    let high = if cell.priority == etappe_hub::config::Priority::High {
        "<br><small>high priority</small>"
    } else {
        ""
    };
    if cell.pages.is_empty() && cell.waiting.is_empty() {
        return format!("<td class=\"{look}\">{words}{high}{title}</td>");
    }
    let config = report.config;
    let (persona, stage, lang) = (
        &config.persona(cell.persona).id,
        &config.stage(cell.stage).id,
        &config.lang(matrix.lang).code,
    );
    let query = [("persona", persona), ("stage", stage), ("lang", lang)]
        .map(|(name, value)| {
            format!("{name}={}", etappe_base::path::encode(value).replace('+', "%2B"))
        })
        .join("&amp;");
    format!("<td class=\"{look}\"><a href=\"/_etappe/pages?{query}\">{words}</a>{high}{title}</td>")
}

/// Questions that no published page answers.
fn needs(report: &Report<'_>, body: &mut String) {
    let config = report.config;
    let open: Vec<_> = report.aims.needs.iter().filter(|need| need.pages.is_empty()).collect();
    if open.is_empty() {
        return;
    }
    body.push_str(&format!("<h2>Questions without an answer ({})</h2>\n<ul>\n", open.len()));
    for need in open {
        let persona = config.persona(need.persona);
        let lang = config.lang(etappe_hub::config::LangIx::DEFAULT);
        let text = persona
            .needs
            .iter()
            .find(|known| known.id == need.id)
            .map_or(need.id.as_str(), |known| known.text.get(etappe_hub::config::LangIx::DEFAULT));
        let cell = report.cell_name(etappe_hub::config::LangIx::DEFAULT, need.persona, need.stage);
        let code = escaped(&lang.code);
        body.push_str(&format!(
            "<li><span lang=\"{code}\">{}</span> <small>{}</small></li>\n",
            escaped(text),
            escaped(&cell)
        ));
    }
    body.push_str("</ul>\n");
}
