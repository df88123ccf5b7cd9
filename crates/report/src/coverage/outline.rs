//! What a report in text says, and in which order. It is the same for people at a terminal and for
//! pull requests.

use super::sections::{self, Grid, Section};
use super::{Matrix, Report};

/// How one form of text writes the parts of a report.
pub(super) trait OutlineForm {
    fn headline(&self, text: &str, out: &mut String);
    fn cells(&self, report: &Report<'_>, matrix: &Matrix, out: &mut String);
    /// The heading of the next things to write.
    fn next(&self, out: &mut String);
    fn step(&self, number: usize, cell: &str, why: &str, out: &mut String);
    /// The line that says how the steps are ordered.
    fn order(&self, text: &str, out: &mut String);
    fn section(&self, section: &Section, out: &mut String);
    fn grid(&self, grid: &Grid, out: &mut String);
}

pub(super) fn write(report: &Report<'_>, form: &impl OutlineForm) -> String {
    let mut out = String::new();
    for matrix in &report.languages {
        form.headline(&report.headline(matrix), &mut out);
        form.cells(report, matrix, &mut out);
        if !matrix.queue.is_empty() {
            form.next(&mut out);
            for (number, next) in matrix.next().iter().enumerate() {
                form.step(
                    number + 1,
                    &report.cell_name(matrix.lang, next.persona, next.stage),
                    &next.why,
                    &mut out,
                );
            }
            form.order(&sections::order(), &mut out);
        }
        out.push('\n');
        for section in sections::of_language(report, matrix.lang) {
            form.section(&section, &mut out);
        }
    }
    for matrix in &report.by {
        for grid in sections::grids(report, matrix) {
            form.grid(&grid, &mut out);
        }
    }
    if let Some(grid) = sections::bridges(report) {
        form.grid(&grid, &mut out);
    }
    for section in sections::of_hub(report) {
        form.section(&section, &mut out);
    }
    out.push_str(&format!("As of {}. {}\n", report.as_of, legend(report)));
    out
}

/// How the cells are to be read.
fn legend(report: &Report<'_>) -> &'static str {
    let stale = report.languages.iter().any(|matrix| matrix.totals.stale > 0);
    if stale {
        "A cell counts specific + generic pages; ! means that every specific page is past its \
         review date."
    } else {
        "A cell counts specific + generic pages."
    }
}
