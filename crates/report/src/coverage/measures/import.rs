//! Exports of web statistics: which form a file has, its rows, and a refusal of whatever could tell
//! about persons.
//!
//! Forms are told by their columns: Plausible (`name` or `page`, `visitors`, `pageviews`), Matomo
//! (`label`, `pageviews` or `nb_hits`), Google Analytics 4 (`Page path …`, `Views`) and Etappe's
//! own (`page`, `period`, `views`, counts of answers).

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
}

impl ExportForm {
    /// For messages to people.
    pub fn name(self) -> &'static str {
        ["Plausible", "Matomo", "Google Analytics 4", "own form"][self as usize]
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

/// Words that make a column one about persons, wherever they stand in its name.
const PERSONAL: [&str; 32] = [
    "email",
    "mail",
    "emailaddress",
    "ip",
    "ipaddress",
    "visitip",
    "phone",
    "telephone",
    "mobile",
    "surname",
    "firstname",
    "lastname",
    "fullname",
    "username",
    "userid",
    "clientid",
    "visitorid",
    "idvisitor",
    "idvisit",
    "customerid",
    "sessionid",
    "deviceid",
    "respondent",
    "npi",
    "bsn",
    "dob",
    "birthdate",
    "birthday",
    "gender",
    "age",
    "comment",
    "feedback",
];

/// Words beside which `id`, `name` or `address` means a person.
const WHOSE: [&str; 15] = [
    "user", "client", "visitor", "customer", "contact", "person", "session", "device", "hcp",
    "doctor", "first", "last", "full", "account", "member",
];

/// Reads a file. `asked` is the month of rows that name none.
///
/// # Errors
/// Says what is wrong: the file cannot be read as text or CSV, has no known form or a column about
/// persons, or a row has no month.
pub fn read(bytes: &[u8], asked: Option<Month>) -> Result<Export, String> {
    let text = decode(bytes)?;
    let (dated, body) = split_comments(&text);
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter(body))
        .flexible(true)
        .has_headers(true)
        .from_reader(body.as_bytes());
    let header =
        reader.headers().map_err(|error| format!("its first row cannot be read: {error}"))?;
    let header: Vec<String> = header.iter().map(|name| name.trim().to_lowercase()).collect();
    let columns = Columns::find(&header)?;
    let records: Vec<csv::StringRecord> = reader
        .records()
        .collect::<Result<_, _>>()
        .map_err(|error| format!("it is no CSV: {error}"))?;
    if columns.form == ExportForm::Plausible
        && header.get(columns.address).is_some_and(|name| name == "name")
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
        match columns.row(record, asked.or(dated)) {
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

/// UTF-8, or UTF-16 with a byte-order mark, as Matomo writes for spreadsheets.
fn decode(bytes: &[u8]) -> Result<String, String> {
    let wide = |rest: &[u8], unit: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = rest.chunks_exact(2).map(|pair| unit([pair[0], pair[1]])).collect();
        String::from_utf16(&units).map_err(|_| "it is no valid UTF-16".to_owned())
    };
    match bytes {
        [0xFF, 0xFE, rest @ ..] => wide(rest, u16::from_le_bytes),
        [0xFE, 0xFF, rest @ ..] => wide(rest, u16::from_be_bytes),
        _ => {
            let text = std::str::from_utf8(bytes).map_err(|_| "it is no UTF-8".to_owned())?;
            Ok(text.trim_start_matches('\u{feff}').to_owned())
        }
    }
}

/// Takes off the lines before the header that begin with `#`. Those of Google Analytics may tell
/// the month.
fn split_comments(text: &str) -> (Option<Month>, &str) {
    let (mut start, mut end, mut rest) = (None, None, text);
    while rest.starts_with('#') || rest.starts_with(['\n', '\r']) {
        let (line, after) = rest.split_once('\n').unwrap_or((rest, ""));
        let day = |name: &str| {
            let digits = line.trim().trim_start_matches(['#', ' ']).strip_prefix(name)?.trim();
            (digits.len() == 8 && digits.is_ascii())
                .then(|| format!("{}-{}", &digits[..4], &digits[4..6]).parse::<Month>().ok())?
        };
        start = day("Start date:").or(start);
        end = day("End date:").or(end);
        rest = after;
    }
    (start.filter(|start| end.is_none_or(|end| end == *start)), rest)
}

/// The one of three usual separators that stands most often in the first line.
fn delimiter(text: &str) -> u8 {
    let first = text.lines().next().unwrap_or_default();
    let count = |delimiter: u8| first.bytes().filter(|byte| *byte == delimiter).count();
    [b',', b';', b'\t'].into_iter().rev().max_by_key(|delimiter| count(*delimiter)).unwrap_or(b',')
}

enum RowFault {
    Row(String),
    NoMonth,
}

/// The number of each column, from 0.
struct Columns {
    form: ExportForm,
    address: usize,
    views: Option<usize>,
    /// `period` in Etappe's own form; in the others `date`, where each row is of a day.
    month: Option<usize>,
    answers: Vec<(usize, AnswerColumn)>,
}

#[derive(Clone, Copy)]
enum AnswerColumn {
    Nps(usize),
    Csat(usize),
    Ces(usize),
}

impl Columns {
    fn find(header: &[String]) -> Result<Self, String> {
        let at = |names: &[&str]| {
            names.iter().find_map(|name| header.iter().position(|own| own == name))
        };
        let views = at(&["pageviews", "views", "nb_hits", "page views", "screen page views"]);
        let ga4 = at(&[
            "page path and screen class",
            "page path and query string",
            "page path + query string",
            "page path",
            "page location",
        ]);
        let (form, address) = match (at(&["page", "name"]), at(&["label", "page url"]), ga4) {
            (Some(page), ..) if at(&["period"]).is_some() && at(&["page"]).is_some() => {
                (ExportForm::Own, page)
            }
            (.., Some(path)) => (ExportForm::Ga4, path),
            // The label may be the last part of an address alone; the address itself stands beside
            // it.
            (_, Some(label), _) => (
                ExportForm::Matomo,
                at(&["metadata: url", "url", "url metadata", "metadata_url"]).unwrap_or(label),
            ),
            (Some(page), ..) if at(&["visitors"]).is_some() => (ExportForm::Plausible, page),
            _ => (ExportForm::Own, usize::MAX),
        };
        if let Some(name) = header
            .iter()
            .enumerate()
            .find_map(|(own, name)| (own != address && is_personal(name)).then_some(name))
        {
            return Err(format!(
                "its column `{name}` is about persons; export pages and sums only, and leave that column out"
            ));
        }
        if address == usize::MAX || (views.is_none() && form != ExportForm::Own) {
            return Err(
                "it has none of the known forms; see docs/coverage.md for the columns".to_owned()
            );
        }
        let answers = header
            .iter()
            .enumerate()
            .filter_map(|(at, name)| Some((at, answer_column(name)?)))
            .collect();
        Ok(Self {
            form,
            address,
            views,
            month: at(&[if form == ExportForm::Own { "period" } else { "date" }]),
            answers,
        })
    }

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

fn answer_column(name: &str) -> Option<AnswerColumn> {
    const NPS: [&str; 3] = ["nps_promoters", "nps_passives", "nps_detractors"];
    let numbered = |prefix: &str, most: usize| {
        let number: usize = name.strip_prefix(prefix)?.parse().ok()?;
        (1..=most).contains(&number).then(|| number - 1)
    };
    let nps = NPS.iter().position(|own| *own == name).map(AnswerColumn::Nps);
    nps.or_else(|| numbered("csat_", 5).map(AnswerColumn::Csat))
        .or_else(|| numbered("ces_", 7).map(AnswerColumn::Ces))
}

/// Whether a column's name says that it holds data of single persons.
fn is_personal(name: &str) -> bool {
    let words: Vec<&str> =
        name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let of_someone = words.iter().any(|word| WHOSE.contains(word));
    let bare = words.len() == 1 && matches!(words.first(), Some(&"id" | &"name" | &"names"));
    let about = words.iter().any(|word| PERSONAL.contains(word)) || name.contains("e-mail");
    about
        || bare
        || (of_someone && words.iter().any(|word| matches!(*word, "id" | "name" | "address")))
}

/// `1234`, `1,234`, `1.234` or `1 234`.
fn number(text: &str) -> Option<u64> {
    let mut groups = text.split([',', '.', ' ', '\'', '\u{a0}', '\u{202f}']);
    let first = groups.next()?;
    let rest: Vec<&str> = groups.collect();
    let grouped = rest.iter().all(|group| group.len() == 3)
        && (rest.is_empty() || (1..=3).contains(&first.len()));
    let digits = format!("{first}{}", rest.concat());
    (grouped && digits.bytes().all(|byte| byte.is_ascii_digit())).then(|| digits.parse().ok())?
}
