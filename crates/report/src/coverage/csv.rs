//! The report for spreadsheets, in the form of RFC 4180: one row for each cell, for each value and
//! cell of the axis that was asked for, or for each cell that changed.

use super::{CellState, Report};

/// A header and a row for each language and cell.
pub fn emit(report: &Report<'_>) -> String {
    match &report.change {
        Some(change) => change.emit_csv(),
        None if report.by.is_empty() => cells(report),
        None => axes(report),
    }
}

/// One row for each value of the axis and cell. The rows `(counted before)` are to be subtracted
/// for the sum.
fn axes(report: &Report<'_>) -> String {
    let mut out = String::from("lang,axis,value,persona,stage,pages\r\n");
    let config = report.config;
    for matrix in &report.by {
        let rows = matrix.rows.iter().map(|row| (row.value.as_str(), row));
        for (value, row) in
            rows.chain([("(none)", &matrix.none), ("(counted before)", &matrix.repeated)])
        {
            for ((persona, stage), count) in &row.cells {
                let (persona, stage) = (&config.persona(*persona).id, &config.stage(*stage).id);
                let fields = [
                    &config.lang(matrix.lang).code,
                    matrix.axis.name(),
                    value,
                    persona,
                    stage,
                    &count.to_string(),
                ];
                let fields: Vec<String> = fields.iter().map(|field| quote(field)).collect();
                out.push_str(&fields.join(","));
                out.push_str("\r\n");
            }
        }
    }
    out
}

fn cells(report: &Report<'_>) -> String {
    let mut out = String::from(
        "lang,persona,stage,state,reason,stale,priority,specific,generic,drafts,scheduled,expired,blocked,untranslated,pages,waiting\r\n",
    );
    let config = report.config;
    let join = |files: &[etappe_base::path::HubPath]| {
        files.iter().map(|file| file.as_str()).collect::<Vec<_>>().join(" ")
    };
    for matrix in &report.languages {
        for cell in &matrix.cells {
            let reason = if let CellState::Gap(reason) = cell.state { reason.name() } else { "" };
            let numbers = [
                cell.specific,
                cell.generic,
                cell.drafts,
                cell.scheduled,
                cell.expired,
                cell.blocked,
                cell.untranslated,
            ];
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

/// One field. What a spreadsheet would run as a formula is text behind an apostrophe; it looks for
/// the first character that is no blank, in its narrow and its wide form.
pub(super) fn quote(field: &str) -> String {
    let is_blank = |c: char| {
        c.is_whitespace() || c.is_control() || matches!(c, '\u{feff}' | '\u{200b}'..='\u{200f}')
    };
    let starts = field.trim_start_matches(is_blank);
    let is_formula = starts.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']);
    let field = if is_formula || field.starts_with(['\t', '\r', '\n']) {
        format!("'{field}")
    } else {
        field.to_owned()
    };
    if field.contains(['"', ',', ';', '\t', '\n', '\r']) {
        format!("\"{}\"", field.replace('"', "\"\""))
    } else {
        field
    }
}

#[cfg(test)]
mod tests {
    use super::quote;

    #[test]
    fn nothing_in_a_field_is_a_formula() {
        for formula in ["=1+1", "+1", "-1", "@SUM(A1)", "＝1+1"] {
            for blank in ["", " ", "\t", "\r", "\n", "\u{a0}", "\u{feff}", " \t\r\n"] {
                let field = format!("{blank}{formula}");
                assert_eq!(
                    quote(&field).trim_start_matches('"'),
                    format!("'{}", quote(&field).trim_start_matches(['"', '\'']))
                );
            }
        }
        assert_eq!(quote("a,b"), "\"a,b\"");
        assert_eq!(quote("gp"), "gp");
        assert_eq!(quote("\tx"), "\"'\tx\"");
    }
}
