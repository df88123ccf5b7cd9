//! The trend of each language, from the history: lines that differ by dashes as well as by colour,
//! and the numbers as a table.

use super::HtmlReport;
use crate::coverage::{Record, Report, Totals};

const WIDTH: f64 = 640.0;
const HEIGHT: f64 = 200.0;
const MARGIN: f64 = 32.0;

/// What a line of the drawing shows.
type Count = fn(&Totals) -> usize;

/// Every line: its name, its class, and what it shows.
const LINES: [(&str, &str, Count); 3] = [
    ("covered", "line-covered", |totals| totals.covered),
    ("gaps", "line-gap", |totals| totals.gaps),
    ("stale", "line-stale", |totals| totals.stale),
];

/// What was recorded, and the report itself as the last point.
pub(super) fn write(report: &Report<'_>, page: &mut HtmlReport) {
    if report.history.is_empty() {
        return;
    }
    let now = Record::of(report);
    let mut records: Vec<&Record> =
        report.history.iter().filter(|record| record.as_of < report.as_of).collect();
    records.push(&now);
    page.raw("<section id=\"trend\">\n<h2>Trend</h2>\n");
    for matrix in &report.languages {
        let code = &report.config.lang(matrix.lang).code;
        let points: Vec<(String, Totals)> = records
            .iter()
            .filter_map(|record| {
                let totals = record.languages.iter().find(|(lang, _)| lang == code)?.1;
                Some((record.as_of.to_string(), totals))
            })
            .collect();
        page.raw("<div").attribute("data-lang", code).raw(">\n<h3>").text(code).raw("</h3>\n");
        drawing(code, &points, page);
        table(code, &points, page);
        page.raw("</div>\n");
    }
    page.raw("</section>\n");
}

fn drawing(code: &str, points: &[(String, Totals)], page: &mut HtmlReport) {
    let most = points.iter().map(|(_, totals)| totals.applicable).max().unwrap_or(0).max(1) as f64;
    let step = (WIDTH - 4.0 * MARGIN) / (points.len().saturating_sub(1)).max(1) as f64;
    let x = |at: usize| MARGIN + step * at as f64;
    let y = |count: usize| HEIGHT - MARGIN - (HEIGHT - 2.0 * MARGIN) * count as f64 / most;
    page.raw(&format!("<svg class=\"trend\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\""));
    page.attribute(
        "aria-label",
        &format!(
            "Cells covered, gaps and stale cells in {code} over \
        time; the table below has the numbers"
        ),
    )
    .raw(">\n");
    page.raw(&format!(
        "<line class=\"axis\" x1=\"{MARGIN}\" y1=\"{0}\" x2=\"{1}\" y2=\"{0}\"/>\n",
        HEIGHT - MARGIN,
        WIDTH - 3.0 * MARGIN
    ));
    let mut named: Vec<f64> = Vec::new();
    for (name, class, count) in LINES {
        let line: Vec<String> = points
            .iter()
            .enumerate()
            .map(|(at, (_, totals))| format!("{:.1},{:.1}", x(at), y(count(totals))))
            .collect();
        page.raw(&format!("<polyline class=\"{class}\" points=\"{}\"/>\n", line.join(" ")));
        if let Some((_, last)) = points.last() {
            let (at, value) = (points.len() - 1, count(last));
            page.raw(&format!(
                "<circle class=\"{class}\" cx=\"{:.1}\" cy=\"{:.1}\" r=\"3\"/>\n",
                x(at),
                y(value)
            ));
            // Lines that end at one height would have their names on top of each other.
            let mut height = y(value) + 4.0;
            while named.iter().any(|other: &f64| (other - height).abs() < 13.0) {
                height -= 13.0;
            }
            named.push(height);
            page.raw(&format!(
                "<text x=\"{:.1}\" y=\"{height:.1}\">{name} {value}</text>\n",
                x(at) + 8.0
            ));
        }
    }
    let ends = [(0, points.first()), (points.len().saturating_sub(1), points.last())];
    for (at, point) in ends.iter().take(points.len().min(2)) {
        if let Some((day, _)) = point {
            page.raw(&format!(
                "<text class=\"day\" x=\"{:.1}\" y=\"{:.1}\">",
                x(*at),
                HEIGHT - 8.0
            ))
            .text(day)
            .raw("</text>\n");
        }
    }
    page.raw("</svg>\n");
}

fn table(code: &str, points: &[(String, Totals)], page: &mut HtmlReport) {
    page.raw("<div class=\"scroll\" role=\"region\" tabindex=\"0\"")
        .attribute("aria-label", &format!("Numbers of the trend in {code}"));
    page.raw(">\n<table class=\"grid\">\n<caption>Coverage in ")
        .text(code)
        .raw(" over time</caption>\n");
    page.raw(
        "<tr><th scope=\"col\">as of</th><th scope=\"col\">covered</th><th scope=\"col\">of \
        cells</th><th scope=\"col\">gaps</th>",
    );
    page.raw("<th scope=\"col\">stale</th></tr>\n");
    for (day, totals) in points {
        page.raw("<tr><th scope=\"row\">").text(day).raw("</th>");
        for count in [totals.covered, totals.applicable, totals.gaps, totals.stale] {
            page.raw(&format!("<td>{count}</td>"));
        }
        page.raw("</tr>\n");
    }
    page.raw("</table>\n</div>\n");
}
