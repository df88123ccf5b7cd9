//! The report for people at a terminal: a table that fits, colours where they help, words where
//! they are enough.

use anstyle::{AnsiColor, Style};
use unicode_width::UnicodeWidthStr;

use super::outline::{self, OutlineForm};
use super::sections::{Grid, Section};
use super::{Cell, CellState, Matrix, Report};
use etappe_base::visible::harmless;
use etappe_hub::config::{PersonaIx, StageIx};

/// Headline, table and next steps for each language. `width` is the terminal's, in columns.
pub fn emit(report: &Report<'_>, colour: bool, width: usize) -> String {
    if let Some(change) = &report.change {
        return change.emit_text();
    }
    outline::write(report, &Terminal { colour, width })
}

struct Terminal {
    colour: bool,
    /// In columns.
    width: usize,
}

impl OutlineForm for Terminal {
    fn headline(&self, text: &str, out: &mut String) {
        let bold = if self.colour { Style::new().bold() } else { Style::new() };
        out.push_str(&format!("{bold}{}{bold:#}\n\n", harmless(text)));
    }

    fn cells(&self, report: &Report<'_>, matrix: &Matrix, out: &mut String) {
        table(report, matrix, self.colour, self.width, out);
    }

    fn next(&self, out: &mut String) {
        out.push_str("\nWrite next:\n");
    }

    fn step(&self, number: usize, cell: &str, why: &str, out: &mut String) {
        out.push_str(&format!("  {number}. {}: {}\n", harmless(cell), harmless(why)));
    }

    fn order(&self, text: &str, out: &mut String) {
        out.push_str(&format!("  {text}\n"));
    }

    fn section(&self, section: &Section, out: &mut String) {
        out.push_str(&format!("{}:\n", harmless(&section.title)));
        for line in &section.lines {
            out.push_str(&format!("  {}\n", harmless(&line.text)));
        }
        out.push('\n');
    }

    /// A table of counts: names to the left, numbers to the right.
    fn grid(&self, grid: &Grid, out: &mut String) {
        out.push_str(&format!("{}\n\n", grid.title));
        let rows: Vec<Vec<String>> =
            grid.rows.iter().map(|row| row.iter().map(|text| harmless(text)).collect()).collect();
        let columns = rows.first().map_or(0, Vec::len);
        let widths: Vec<usize> = (0..columns)
            .map(|at| {
                rows.iter()
                    .filter_map(|row| row.get(at))
                    .map(|text| text.width())
                    .max()
                    .unwrap_or(0)
            })
            .collect();
        for row in &rows {
            for (at, (text, width)) in row.iter().zip(&widths).enumerate() {
                let blank = " ".repeat(width.saturating_sub(text.width()));
                out.push_str(&if at == 0 {
                    format!("{text}{blank}")
                } else {
                    format!("  {blank}{text}")
                });
            }
            end_line(out);
        }
        out.push('\n');
    }
}

/// A cell in a few characters: `2+1 covered`, `gap: expired`.
pub fn short(cell: &Cell) -> String {
    let stale = if cell.stale { " !" } else { "" };
    let count = if cell.generic > 0 {
        format!("{}+{}", cell.specific, cell.generic)
    } else {
        cell.specific.to_string()
    };
    match cell.state {
        CellState::NotApplicable => "–".to_owned(),
        CellState::Deprioritised => "not targeted".to_owned(),
        CellState::Gap(reason) => format!("gap: {}", reason.name()),
        CellState::GenericOnly => format!("{count} generic"),
        CellState::Thin => format!("{count} thin{stale}"),
        CellState::Covered => format!("{count} covered{stale}"),
    }
}

fn style(cell: &Cell) -> Style {
    let colour = match cell.state {
        CellState::NotApplicable | CellState::Deprioritised => return Style::new().dimmed(),
        CellState::Gap(_) => AnsiColor::Red,
        CellState::GenericOnly | CellState::Thin => AnsiColor::Yellow,
        CellState::Covered if cell.stale => AnsiColor::Yellow,
        CellState::Covered => AnsiColor::Green,
    };
    colour.on_default()
}

fn table(report: &Report<'_>, matrix: &Matrix, colour: bool, width: usize, out: &mut String) {
    let config = report.config;
    let mut personas: Vec<PersonaIx> = matrix.cells.iter().map(|cell| cell.persona).collect();
    personas.dedup();
    let label = |persona: &PersonaIx| harmless(config.persona(*persona).label.get(matrix.lang));
    let name = |stage: StageIx| harmless(config.stage(stage).label.get(matrix.lang));
    let first = personas.iter().map(|persona| label(persona).width()).max().unwrap_or(0);
    let columns: Vec<usize> = config
        .stage_ixs()
        .map(|stage| {
            let cells = matrix
                .cells
                .iter()
                .filter(|cell| cell.stage == stage)
                .map(|cell| short(cell).width());
            cells.chain([name(stage).width()]).max().unwrap_or(0)
        })
        .collect();
    if first + columns.iter().map(|column| column + 2).sum::<usize>() > width {
        return list(report, matrix, &personas, colour, out);
    }
    out.push_str(&" ".repeat(first));
    for (stage, column) in config.stage_ixs().zip(&columns) {
        out.push_str("  ");
        pad(&name(stage), *column, Style::new(), out);
    }
    end_line(out);
    for persona in &personas {
        pad(&label(persona), first, Style::new(), out);
        for (cell, column) in
            matrix.cells.iter().filter(|cell| cell.persona == *persona).zip(&columns)
        {
            out.push_str("  ");
            pad(&short(cell), *column, if colour { style(cell) } else { Style::new() }, out);
        }
        end_line(out);
    }
}

/// The same for a narrow terminal: one line for each cell.
fn list(
    report: &Report<'_>,
    matrix: &Matrix,
    personas: &[PersonaIx],
    colour: bool,
    out: &mut String,
) {
    let config = report.config;
    let widest =
        config.stages.iter().map(|stage| stage.label.get(matrix.lang).width()).max().unwrap_or(0);
    for persona in personas {
        out.push_str(&harmless(config.persona(*persona).label.get(matrix.lang)));
        out.push('\n');
        for cell in matrix.cells.iter().filter(|cell| cell.persona == *persona) {
            out.push_str("  ");
            pad(
                &harmless(config.stage(cell.stage).label.get(matrix.lang)),
                widest + 2,
                Style::new(),
                out,
            );
            let style = if colour { style(cell) } else { Style::new() };
            out.push_str(&format!("{style}{}{style:#}\n", short(cell)));
        }
    }
}

fn pad(text: &str, width: usize, style: Style, out: &mut String) {
    out.push_str(&format!("{style}{text}{style:#}"));
    out.push_str(&" ".repeat(width.saturating_sub(text.width())));
}

fn end_line(out: &mut String) {
    out.truncate(out.trim_end_matches(' ').len());
    out.push('\n');
}
