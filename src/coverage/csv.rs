//! The report for spreadsheets: one row a cell, RFC 4180.

use super::{CellState, Report};

/// A header and a row for each language and cell.
pub fn emit(report: &Report<'_>) -> String {
    let mut out = String::from(
        "lang,persona,stage,state,reason,stale,priority,specific,generic,drafts,scheduled,expired,blocked,untranslated,pages,waiting\r\n",
    );
    let config = report.config;
    let join = |files: &[crate::base::path::HubPath]| files.iter().map(|file| file.as_str()).collect::<Vec<_>>().join(" ");
    for matrix in &report.languages {
        for cell in &matrix.cells {
            let reason = if let CellState::Gap(reason) = cell.state { reason.name() } else { "" };
            let numbers = [cell.specific, cell.generic, cell.drafts, cell.scheduled, cell.expired, cell.blocked, cell.untranslated];
            let mut fields = vec![
                config.lang(matrix.lang).code.clone(),
                config.persona(cell.persona).id.clone(),
                config.stage(cell.stage).id.clone(),
                cell.state.name().to_owned(),
                reason.to_owned(),
                cell.stale.to_string(),
                cell.priority.name().to_owned(),
            ];
            fields.extend(numbers.iter().map(ToString::to_string));
            fields.extend([join(&cell.pages), join(&cell.waiting)]);
            let row: Vec<String> = fields.iter().map(|field| quote(field)).collect();
            out.push_str(&row.join(","));
            out.push_str("\r\n");
        }
    }
    out
}

fn quote(field: &str) -> String {
    // A leading = + - @ would run as a formula in a spreadsheet.
    let field = if field.starts_with(['=', '+', '-', '@']) { format!("'{field}") } else { field.to_owned() };
    if field.contains(['"', ',', '\n', '\r']) { format!("\"{}\"", field.replace('"', "\"\"")) } else { field }
}
