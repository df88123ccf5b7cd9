//! The heat map of one language: each cell says its state in words, and shows it by a pattern, so
//! that colour is never all there is.

use super::HtmlReport;
use crate::coverage::table::short;
use crate::coverage::{Cell, CellState, Matrix, Report};
use etappe_hub::config::{LangIx, PersonaIx, StageIx};

/// The states, in the order of the legend.
const LEGEND: [(&str, &str); 6] = [
    ("covered", "covered: enough pages for the persona"),
    ("thin", "thin: fewer than planned"),
    ("generic-only", "generic: only pages for all"),
    ("gap", "gap: no page"),
    ("not-applicable", "– not applicable"),
    ("deprioritised", "not targeted"),
];

/// The id of a cell's part of the page.
pub(super) fn id(report: &Report<'_>, lang: LangIx, persona: PersonaIx, stage: StageIx) -> String {
    let config = report.config;
    format!(
        "cell-{}-{}-{}",
        config.lang(lang).code,
        config.persona(persona).id,
        config.stage(stage).id
    )
}

/// The attributes of a cell that filters look at.
pub(super) fn data(report: &Report<'_>, cell: &Cell, page: &mut HtmlReport) {
    let config = report.config;
    let owner = config.cell_rule(cell.persona, cell.stage).map_or("", |rule| &rule.owner);
    page.attribute("data-persona", &config.persona(cell.persona).id)
        .attribute("data-state", cell.state.name());
    page.attribute("data-priority", cell.priority.name()).attribute("data-owner", owner);
    if cell.stale {
        page.attribute("data-stale", "stale");
    }
}

pub(super) fn write(report: &Report<'_>, matrix: &Matrix, page: &mut HtmlReport) {
    let config = report.config;
    let code = &config.lang(matrix.lang).code;
    page.raw("<div class=\"scroll\" role=\"region\" tabindex=\"0\"")
        .attribute("aria-label", &format!("Heat map in {code}"));
    page.raw(">\n<table class=\"map\">\n<caption>Persona by stage. A cell counts specific + generic pages and leads to what is behind it; ! is past review");
    page.raw(
        ", ▲ high priority, ▽ low priority.</caption>\n<thead>\n<tr><th scope=\"col\">Persona</th>",
    );
    for stage in &config.stages {
        page.raw("<th scope=\"col\"")
            .attribute("lang", code)
            .raw(">")
            .text(stage.label.get(matrix.lang))
            .raw("</th>");
    }
    page.raw("</tr>\n</thead>\n<tbody>\n");
    for row in matrix.cells.chunk_by(|a, b| a.persona == b.persona) {
        let Some(persona) = row.first().map(|cell| config.persona(cell.persona)) else { continue };
        page.raw("<tr")
            .attribute("data-persona", &persona.id)
            .raw("><th scope=\"row\"")
            .attribute("lang", code)
            .raw(">");
        page.text(persona.label.get(matrix.lang)).raw("</th>\n");
        row.iter().for_each(|cell| one(report, matrix, cell, page));
        page.raw("</tr>\n");
    }
    page.raw("</tbody>\n</table>\n</div>\n<ul class=\"legend\">\n");
    for (state, words) in LEGEND {
        page.raw("<li><span class=\"swatch state-")
            .raw(state)
            .raw("\"></span> ")
            .raw(words)
            .raw("</li>\n");
    }
    page.raw("</ul>\n");
}

fn one(report: &Report<'_>, matrix: &Matrix, cell: &Cell, page: &mut HtmlReport) {
    let priority = match cell.priority {
        etappe_hub::config::Priority::High => " ▲",
        etappe_hub::config::Priority::Normal => "",
        etappe_hub::config::Priority::Low => " ▽",
    };
    page.raw("<td class=\"state-").raw(cell.state.name()).raw("\"");
    data(report, cell, page);
    page.raw("><a")
        .attribute("href", &format!("#{}", id(report, matrix.lang, cell.persona, cell.stage)))
        .raw(">");
    let words =
        if cell.state == CellState::NotApplicable { "– n/a".to_owned() } else { short(cell) };
    page.text(&words).raw(priority).raw("</a></td>\n");
}
