//! The report as one HTML file: nothing in it is fetched, and it works from disk, from e-mail, and
//! on paper.

mod cells;
mod journey;
mod map;
mod trend;

use super::sections::{self, Grid, Section};
use super::{Matrix, NextCell, Report};
use etappe_base::visible::visible;
use etappe_hub::config::LangIx;
use etappe_hub::content::escape;
use etappe_hub::journey::Hub;

/// Styles and script are part of the file.
const STYLE: &str = include_str!("report.css");
const SCRIPT: &str = include_str!("report.js");

/// One whole document.
pub fn emit(hub: &Hub, report: &Report<'_>) -> String {
    let title = report.config.title.get(LangIx::DEFAULT);
    let mut page = HtmlReport::default();
    page.raw("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    page.raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"robots\" content=\"noindex\">\n");
    page.raw("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'\">\n");
    page.raw("<title>Coverage: ")
        .text(title)
        .raw("</title>\n<style>\n")
        .raw(STYLE)
        .raw("</style>\n</head>\n<body>\n");
    page.raw("<a class=\"skip\" href=\"#main\">Skip to the report</a>\n<header>\n<h1>Coverage: ")
        .text(title)
        .raw("</h1>\n");
    page.raw("<p>As of ")
        .text(&report.as_of.to_string())
        .raw(". Internal: not for readers of the sites.</p>\n");
    navigation(report, &mut page);
    filters(report, &mut page);
    page.raw("</header>\n<main id=\"main\">\n");
    for matrix in &report.languages {
        language(hub, report, matrix, &mut page);
    }
    if let Some(change) = &report.change {
        page.raw("<section id=\"change\">\n<h2>What changed</h2>\n<pre>")
            .text(&change.emit_text())
            .raw("</pre>\n</section>\n");
    }
    trend::write(report, &mut page);
    journey::write(report, &mut page);
    page.raw("<section id=\"hub\">\n<h2>The hub as a whole</h2>\n");
    report
        .by
        .iter()
        .flat_map(|matrix| sections::grids(report, matrix))
        .for_each(|table| grid(&table, &mut page));
    sections::bridges(report).iter().for_each(|table| grid(table, &mut page));
    sections::of_hub(report).iter().for_each(|part| section(part, "h3", &mut page));
    page.raw("</section>\n</main>\n<script>\n").raw(SCRIPT).raw("</script>\n</body>\n</html>\n");
    page.out
}

/// HTML being written.
#[derive(Default)]
pub(super) struct HtmlReport {
    out: String,
}

impl HtmlReport {
    /// Markup of this program's own.
    fn raw(&mut self, html: &str) -> &mut Self {
        self.out.push_str(html);
        self
    }

    /// Any other text, escaped.
    fn text(&mut self, text: &str) -> &mut Self {
        escape(&mut self.out, &shown(text));
        self
    }

    fn attribute(&mut self, name: &str, value: &str) -> &mut Self {
        self.raw(" ").raw(name).raw("=\"").text(value).raw("\"")
    }

    fn element(&mut self, name: &str, text: &str) -> &mut Self {
        self.raw("<").raw(name).raw(">").text(text).raw("</").raw(name).raw(">\n")
    }
}

fn navigation(report: &Report<'_>, page: &mut HtmlReport) {
    page.raw("<nav aria-label=\"Parts of the report\">\n<ul>\n");
    for matrix in &report.languages {
        let code = &report.config.lang(matrix.lang).code;
        page.raw("<li><a href=\"#lang-")
            .text(code)
            .raw("\">Cells in ")
            .text(code)
            .raw("</a></li>\n");
    }
    let parts = [
        (report.change.is_some(), "change", "What changed"),
        (!report.history.is_empty(), "trend", "Trend"),
        (true, "journey", "Personas and their journey"),
        (true, "hub", "The hub as a whole"),
    ];
    for (_, id, name) in parts.iter().filter(|(there, ..)| *there) {
        page.raw("<li><a href=\"#").raw(id).raw("\">").raw(name).raw("</a></li>\n");
    }
    page.raw("</ul>\n</nav>\n");
}

/// Filters. The script makes them work; without it they are not shown.
fn filters(report: &Report<'_>, page: &mut HtmlReport) {
    let config = report.config;
    let langs: Vec<(String, String)> = report
        .languages
        .iter()
        .map(|matrix| {
            (config.lang(matrix.lang).code.clone(), config.lang(matrix.lang).code.clone())
        })
        .collect();
    let label = |ix| {
        (config.persona(ix).id.clone(), config.persona(ix).label.get(LangIx::DEFAULT).to_owned())
    };
    let same = |names: &[&str]| {
        names.iter().map(|name| ((*name).to_owned(), (*name).to_owned())).collect::<Vec<_>>()
    };
    let mut owners: Vec<&str> = config
        .cells
        .iter()
        .map(|rule| rule.owner.as_str())
        .filter(|owner| !owner.is_empty())
        .collect();
    owners.sort_unstable();
    owners.dedup();
    let states =
        ["gap", "generic-only", "thin", "covered", "stale", "not-applicable", "deprioritised"];
    page.raw("<form class=\"filters\" id=\"filters\" hidden>\n<fieldset>\n<legend>Show</legend>\n");
    select("lang", "Language", &langs, page);
    select("persona", "Persona", &config.persona_ixs().map(label).collect::<Vec<_>>(), page);
    select("state", "State", &same(&states), page);
    select("priority", "Priority", &same(&etappe_hub::config::Priority::NAMES), page);
    if !owners.is_empty() {
        select("owner", "Owner", &same(&owners), page);
    }
    page.raw("<button type=\"reset\">Show all</button>\n</fieldset>\n<p role=\"status\" id=\"shown\"></p>\n</form>\n");
}

fn select(name: &str, label: &str, options: &[(String, String)], page: &mut HtmlReport) {
    page.raw("<label>")
        .raw(label)
        .raw(" <select name=\"")
        .raw(name)
        .raw("\"><option value=\"\">all</option>");
    for (value, text) in options {
        page.raw("<option").attribute("value", value).raw(">").text(text).raw("</option>");
    }
    page.raw("</select></label>\n");
}

fn language(hub: &Hub, report: &Report<'_>, matrix: &Matrix, page: &mut HtmlReport) {
    let code = &report.config.lang(matrix.lang).code;
    page.raw("<section")
        .attribute("id", &format!("lang-{code}"))
        .attribute("data-lang", code)
        .raw(">\n<h2>Cells in ")
        .text(code)
        .raw("</h2>\n");
    page.raw("<p class=\"headline\">").text(&report.headline(matrix)).raw("</p>\n");
    map::write(report, matrix, page);
    page.raw("<h3>Write next</h3>\n<ol class=\"next\">\n");
    for next in matrix.next() {
        page.raw("<li>")
            .raw("<a")
            .attribute("href", &format!("#{}", anchor(report, matrix, next)))
            .raw(">");
        page.text(&report.cell_name(matrix.lang, next.persona, next.stage))
            .raw("</a>: ")
            .text(&next.why)
            .raw("</li>\n");
    }
    page.raw("</ol>\n<p class=\"note\">")
        .text(&sections::order())
        .raw("</p>\n<div class=\"columns\">\n");
    sections::of_language(report, matrix.lang).iter().for_each(|part| section(part, "h3", page));
    page.raw("</div>\n");
    cells::write(hub, report, matrix, page);
    page.raw("</section>\n");
}

fn anchor(report: &Report<'_>, matrix: &Matrix, next: &NextCell) -> String {
    map::id(report, matrix.lang, next.persona, next.stage)
}

fn section(part: &Section, heading: &str, page: &mut HtmlReport) {
    page.raw("<div class=\"part\">\n").element(heading, &part.title).raw("<ul>\n");
    for line in &part.lines {
        let class = if line.is_warning { " class=\"warning\"" } else { "" };
        page.raw("<li").raw(class).raw(">").text(&line.text).raw("</li>\n");
    }
    page.raw("</ul>\n</div>\n");
}

fn grid(table: &Grid, page: &mut HtmlReport) {
    page.raw("<div class=\"scroll\" role=\"region\" tabindex=\"0\"")
        .attribute("aria-label", &table.title)
        .raw(">\n<table class=\"grid\">\n<caption>");
    page.text(&table.title).raw("</caption>\n");
    for (at, row) in table.rows.iter().enumerate() {
        page.raw("<tr>");
        for (column, text) in row.iter().enumerate() {
            let (open, close) = match (at, column) {
                (0, _) => ("<th scope=\"col\">", "</th>"),
                (_, 0) => ("<th scope=\"row\">", "</th>"),
                _ => ("<td>", "</td>"),
            };
            page.raw(open).text(text).raw(close);
        }
        page.raw("</tr>\n");
    }
    page.raw("</table>\n</div>\n");
}

/// Text with control characters and marks of direction made visible. ASCII white space stays: line
/// breaks are spaces to a browser.
fn shown(text: &str) -> String {
    text.chars().map(|c| if c.is_whitespace() && c.is_ascii() { c } else { visible(c) }).collect()
}
