//! The report for pull requests and wikis: Markdown tables.

use super::sections::{self, Grid, Section};
use super::table::{short, words};
use super::{Matrix, Report};
use crate::config::PersonaIx;

/// A headline, a table and the next things to write, for each language.
pub fn emit(report: &Report<'_>) -> String {
    if let Some(change) = &report.change {
        return change.emit_markdown();
    }
    let mut out = String::new();
    for matrix in &report.languages {
        out.push_str(&format!("{}\n\n", report.headline(matrix)));
        table(report, matrix, &mut out);
        if !matrix.queue.is_empty() {
            out.push_str("\nNext:\n\n");
        }
        for (number, next) in matrix.next().iter().enumerate() {
            let name = report.cell_name(matrix.lang, next.persona, next.stage);
            out.push_str(&format!("{}. {}: {}\n", number + 1, escape(&name), escape(&next.why)));
        }
        if !matrix.queue.is_empty() {
            out.push_str(&format!("\n{}\n", sections::order()));
        }
        out.push('\n');
        for section in sections::of_language(report, matrix.lang) {
            write_section(&section, &mut out);
        }
    }
    for matrix in &report.by {
        for grid in sections::grids(report, matrix) {
            write_grid(&grid, &mut out);
        }
    }
    for section in sections::of_hub(report) {
        write_section(&section, &mut out);
    }
    out.push_str(&format!("As of {}. {}\n", report.as_of, words(report)));
    out
}

fn write_section(section: &Section, out: &mut String) {
    out.push_str(&format!("**{}**\n\n", escape(&section.title)));
    for line in &section.lines {
        out.push_str(&format!("- {}\n", escape(line)));
    }
    out.push('\n');
}

fn write_grid(grid: &Grid, out: &mut String) {
    out.push_str(&format!("**{}**\n\n", escape(&grid.title)));
    for (at, row) in grid.rows.iter().enumerate() {
        let cells: Vec<String> = row.iter().map(|text| escape(text)).collect();
        out.push_str(&format!("| {} |\n", cells.join(" | ")));
        if at == 0 {
            out.push_str(&format!("|---|{}\n", "--:|".repeat(row.len() - 1)));
        }
    }
    out.push('\n');
}

fn table(report: &Report<'_>, matrix: &Matrix, out: &mut String) {
    let config = report.config;
    out.push_str("| |");
    for stage in &config.stages {
        out.push_str(&format!(" {} |", escape(stage.label.get(matrix.lang))));
    }
    out.push_str(&format!("\n|---|{}\n", "---|".repeat(config.stages.len())));
    let mut personas: Vec<PersonaIx> = matrix.cells.iter().map(|cell| cell.persona).collect();
    personas.dedup();
    for persona in personas {
        out.push_str(&format!("| {} |", escape(config.persona(persona).label.get(matrix.lang))));
        for cell in matrix.cells.iter().filter(|cell| cell.persona == persona) {
            out.push_str(&format!(" {} |", short(cell)));
        }
        out.push('\n');
    }
}

pub(super) fn escape(text: &str) -> String {
    text.replace('|', "\\|").replace('<', "&lt;").replace('\n', " ")
}
