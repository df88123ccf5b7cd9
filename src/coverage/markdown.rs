//! The report for pull requests and wikis: Markdown tables.

use super::outline::{self, Form};
use super::sections::{Grid, Section};
use super::table::short;
use super::{Matrix, Report};
use crate::config::PersonaIx;

/// A headline, a table and the next things to write, for each language.
pub fn emit(report: &Report<'_>) -> String {
    if let Some(change) = &report.change {
        return change.emit_markdown();
    }
    outline::write(report, &Markdown)
}

struct Markdown;

impl Form for Markdown {
    fn headline(&self, text: &str, out: &mut String) {
        out.push_str(&format!("{text}\n\n"));
    }

    fn cells(&self, report: &Report<'_>, matrix: &Matrix, out: &mut String) {
        table(report, matrix, out);
    }

    fn next(&self, out: &mut String) {
        out.push_str("\nNext:\n\n");
    }

    fn step(&self, number: usize, cell: &str, why: &str, out: &mut String) {
        out.push_str(&format!("{number}. {}: {}\n", escape(cell), escape(why)));
    }

    fn order(&self, text: &str, out: &mut String) {
        out.push_str(&format!("\n{text}\n"));
    }

    fn section(&self, section: &Section, out: &mut String) {
        out.push_str(&format!("**{}**\n\n", escape(&section.title)));
        for line in &section.lines {
            out.push_str(&format!("- {}\n", escape(line)));
        }
        out.push('\n');
    }

    fn grid(&self, grid: &Grid, out: &mut String) {
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
