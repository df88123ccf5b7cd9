//! Exports of web statistics: their rows, and a refusal of whatever could tell about persons.
//!
//! Forms are told by their columns: Plausible (`name` or `page`, `visitors`, `pageviews`), Matomo
//! (`label`, `pageviews` or `nb_hits`), Google Analytics 4 (`Page path …`, `Views`, in several
//! languages) and Etappe's own (`page`, `period`, `views`, counts of answers).

use super::columns::{AnswerColumn, Columns, NamedColumns};
use super::written::{self, number};
use super::{Answers, Month};

/// A form of export.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ExportForm {
    /// Has `visitors`, and `name` or `page`.
    Plausible,
    /// Has `label` or `page url`.
    Matomo,
    /// Google Analytics 4: has `page location` or one of the columns named `page path …`.
    Ga4,
    /// Etappe's own: has `page` and `period`.
    Own,
    /// Any other, whose columns were named.
    Named,
}

impl ExportForm {
    /// For messages to people.
    pub fn name(self) -> &'static str {
        ["Plausible", "Matomo", "Google Analytics 4", "own form", "columns as named"][self as usize]
    }
}

/// One file, read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Export {
    /// Told by the columns.
    pub form: ExportForm,
    /// In the order of the file; rows without an address are left out.
    pub rows: Vec<Row>,
    /// Rows that could not be used, with the reason.
    pub faults: Vec<String>,
}

/// What a row says of one address.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    /// As the file has it: a whole address or a path.
    pub address: String,
    /// From the row, else from the caller, else from the comments above the header.
    pub month: Month,
    /// `None` where the file has no such column or the field is empty.
    pub views: Option<u64>,
    /// All 0 where the file has no columns for them.
    pub answers: Answers,
}

/// Reads a file. `asked` is the month of rows that name none, and `named` are the columns of a file
/// whose form is not known.
///
/// # Errors
/// Says what is wrong: the file cannot be read as text or CSV, has no known form or a column about
/// persons, or a row has no month.
pub fn read(
    bytes: &[u8],
    asked: Option<Month>,
    named: Option<&NamedColumns>,
) -> Result<Export, String> {
    let text = written::decode(bytes)?;
    let table = written::table(&text);
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(table.separator)
        .flexible(true)
        .has_headers(true)
        .from_reader(table.text.as_bytes());
    let header =
        reader.headers().map_err(|error| format!("its first row cannot be read: {error}"))?;
    let header: Vec<String> = header.iter().map(str::to_owned).collect();
    let columns = Columns::find(&header, named)?;
    let records: Vec<csv::StringRecord> = reader
        .records()
        .collect::<Result<_, _>>()
        .map_err(|error| format!("it is no CSV: {error}"))?;
    if columns.form == ExportForm::Plausible
        && header.get(columns.address).is_some_and(|name| name.trim().eq_ignore_ascii_case("name"))
    {
        // Plausible calls its column of pages so. Values other than addresses could be people's
        // names.
        let is_address = |value: &str| {
            value.is_empty() || value.starts_with(['/', '(', '*']) || value.starts_with("http")
        };
        if let Some(other) = records
            .iter()
            .filter_map(|row| row.get(columns.address))
            .find(|value| !is_address(value))
        {
            return Err(format!(
                "its column `name` holds `{other}`, which is no address of a page"
            ));
        }
    }
    let mut export = Export { form: columns.form, rows: Vec::new(), faults: Vec::new() };
    for (number, record) in records.iter().enumerate() {
        match columns.row(record, asked.or(table.month)) {
            Ok(Some(row)) => export.rows.push(row),
            Ok(None) => {}
            Err(RowFault::Row(error)) => export.faults.push(format!("row {}: {error}", number + 2)),
            Err(RowFault::NoMonth) => {
                return Err(
                    "it does not say of which month it is; say `--period 2026-10`".to_owned()
                );
            }
        }
    }
    Ok(export)
}

enum RowFault {
    Row(String),
    NoMonth,
}

impl Columns {
    /// `None`: a row of sums, which names no page.
    fn row(
        &self,
        record: &csv::StringRecord,
        month: Option<Month>,
    ) -> Result<Option<Row>, RowFault> {
        let field = |at: usize| record.get(at).map(str::trim).filter(|text| !text.is_empty());
        let Some(address) = field(self.address) else { return Ok(None) };
        let count = |at: usize| {
            field(at).map_or(Ok(None), |text| {
                number(text).map(Some).ok_or_else(|| RowFault::Row(format!("`{text}` is no count")))
            })
        };
        let own = self
            .month
            .and_then(field)
            .map(|text| month_of(text).map_err(RowFault::Row))
            .transpose()?;
        let mut answers = Answers::default();
        for (at, column) in &self.answers {
            let count = count(*at)?.unwrap_or(0);
            match column {
                AnswerColumn::Nps(slot) => answers.nps[*slot] = count,
                AnswerColumn::Csat(slot) => answers.csat[*slot] = count,
                AnswerColumn::Ces(slot) => answers.ces[*slot] = count,
            }
        }
        let views = self.views.map_or(Ok(None), count)?;
        let month = own.or(month).ok_or(RowFault::NoMonth)?;
        Ok(Some(Row { address: address.to_owned(), month, views, answers }))
    }
}

/// `2026-10`, or the month of a day: `2026-10-05`, `20261005`.
fn month_of(text: &str) -> Result<Month, String> {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    if digits.len() == 8 && (text.len() == 8 || text.len() == 10) {
        format!("{}-{}", &digits[..4], &digits[4..6]).parse()
    } else {
        text.parse()
    }
}
