//! The report for pull requests and wikis: Markdown tables.

use super::table::{short, words};
use super::{Matrix, Report};
use crate::config::PersonaIx;

/// A headline, a table and the next things to write, for each language.
pub fn emit(report: &Report<'_>) -> String {
    let mut out = String::new();
    for matrix in &report.languages {
        out.push_str(&format!("{}\n\n", report.headline(matrix)));
        table(report, matrix, &mut out);
        if !matrix.next.is_empty() {
            out.push_str("\nNext:\n\n");
        }
        for (number, next) in matrix.next.iter().enumerate() {
            let name = report.cell_name(matrix.lang, next.persona, next.stage);
            out.push_str(&format!("{}. {}: {}\n", number + 1, escape(&name), escape(&next.why)));
        }
        out.push('\n');
    }
    out.push_str(&format!("As of {}. {}\n", report.as_of, words(report)));
    out
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

fn escape(text: &str) -> String {
    text.replace('|', "\\|").replace('<', "&lt;").replace('\n', " ")
}
