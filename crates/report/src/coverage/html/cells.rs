//! What is behind each cell: its pages, needs, waiting pages and brief.

use super::{HtmlReport, map};
use crate::coverage::table::short;
use crate::coverage::{Aim, BriefCell, Cell, Matrix, Report, brief};
use etappe_hub::config::LangIx;
use etappe_hub::journey::Hub;

pub(super) fn write(hub: &Hub, report: &Report<'_>, matrix: &Matrix, page: &mut HtmlReport) {
    page.raw("<div class=\"cells\">\n<h3>Behind each cell</h3>\n");
    matrix.cells.iter().for_each(|cell| one(hub, report, matrix.lang, cell, page));
    page.raw("</div>\n");
}

fn one(hub: &Hub, report: &Report<'_>, lang: LangIx, cell: &Cell, page: &mut HtmlReport) {
    page.raw("<details").attribute("id", &map::id(report, lang, cell.persona, cell.stage));
    map::data(report, cell, page);
    page.raw(">\n<summary>")
        .text(&report.cell_name(lang, cell.persona, cell.stage))
        .raw(" <span class=\"state\">")
        .text(&short(cell));
    page.raw("</span></summary>\n");
    if !cell.remark.is_empty() {
        page.element("p", &cell.remark);
    }
    let files = |list: &[etappe_base::path::HubPath]| {
        list.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    list("Pages", &files(&cell.pages), page);
    list("Waiting", &files(&cell.waiting), page);
    let here = |aims: &[Aim]| {
        let own = aims.iter().filter(|aim| aim.persona == cell.persona && aim.stage == cell.stage);
        own.filter_map(|aim| Some(line(report, lang, aim, aim.in_lang(lang)?))).collect::<Vec<_>>()
    };
    list("Needs", &here(&report.aims.needs), page);
    list("Beliefs", &here(&report.aims.beliefs), page);
    let topics = report.aims.topics.iter().filter(|topic| {
        (topic.lang, topic.persona, topic.stage) == (lang, cell.persona, cell.stage)
    });
    let topics: Vec<String> = topics
        .map(|topic| {
            format!("{}: {}", topic.topic, if topic.pages.is_empty() { "missing" } else { "there" })
        })
        .collect();
    list("Topics that must be there", &topics, page);
    if cell.is_counted() {
        let text =
            brief(hub, report, BriefCell { persona: cell.persona, stage: cell.stage, lang }, None)
                .text;
        page.raw("<h4>Brief</h4>\n<pre>").text(&text).raw("</pre>\n");
    }
    page.raw("</details>\n");
}

fn line(
    report: &Report<'_>,
    lang: LangIx,
    aim: &Aim,
    answer: &crate::coverage::AimAnswer,
) -> String {
    let state = match (answer.pages.is_empty(), answer.stale) {
        (true, _) => "open",
        (false, true) => "stale",
        (false, false) => "answered",
    };
    let persona = report.config.persona(aim.persona);
    let need = persona
        .needs
        .iter()
        .find(|need| need.id == aim.id)
        .map(|need| need.text.get(lang).to_owned());
    let belief = persona
        .beliefs
        .iter()
        .find(|belief| belief.id == aim.id)
        .map(|belief| format!("{} → {}", belief.from, belief.to));
    format!("{state}: {}", need.or(belief).unwrap_or_else(|| aim.id.clone()))
}

fn list(title: &str, items: &[String], page: &mut HtmlReport) {
    if items.is_empty() {
        return;
    }
    page.element("h4", title).raw("<ul>\n");
    for item in items {
        page.element("li", item);
    }
    page.raw("</ul>\n");
}
