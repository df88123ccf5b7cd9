//! The history of coverage: one line of JSON for each record, kept in the hub's repository. Trends
//! are drawn from it.

use serde_json::{Value, json};

use super::{Report, Totals};
use etappe_base::date::Day;

/// Relative to the hub's root.
pub const HISTORY_FILE: &str = "coverage-history.jsonl";

/// The sums of one day.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Record {
    /// The as-of date of the report.
    pub as_of: Day,
    /// By the language's code.
    pub languages: Vec<(String, Totals)>,
}

impl Record {
    /// The totals of every language of the report.
    pub fn of(report: &Report<'_>) -> Self {
        let languages = report
            .languages
            .iter()
            .map(|matrix| (report.config.lang(matrix.lang).code.clone(), matrix.totals))
            .collect();
        Self { as_of: report.as_of, languages }
    }

    fn read(line: &str) -> Option<Self> {
        let value: Value = serde_json::from_str(line).ok()?;
        let number = |value: &Value, key: &str| {
            value[key].as_u64().and_then(|number| usize::try_from(number).ok())
        };
        let totals = |value: &Value| {
            Some(Totals {
                cells: number(value, "cells")?,
                applicable: number(value, "applicable")?,
                covered: number(value, "covered")?,
                thin: number(value, "thin")?,
                generic_only: number(value, "generic_only")?,
                gaps: number(value, "gaps")?,
                stale: number(value, "stale")?,
            })
        };
        let languages = value["languages"].as_array()?.iter();
        let languages = languages
            .map(|one| Some((one["lang"].as_str()?.to_owned(), totals(&one["totals"])?)))
            .collect::<Option<_>>()?;
        (value["version"] == 1)
            .then_some(Self { as_of: value["as_of"].as_str()?.parse().ok()?, languages })
    }

    pub(super) fn to_json(&self) -> Value {
        let languages: Vec<Value> = self
            .languages
            .iter()
            .map(|(lang, totals)| json!({ "lang": lang, "totals": totals }))
            .collect();
        json!({ "version": 1, "as_of": self.as_of, "languages": languages })
    }
}

/// The records of a history, sorted by day, and the numbers, from 1, of lines that are no record.
pub fn read(text: &str) -> (Vec<Record>, Vec<usize>) {
    let (mut records, mut faults) = (Vec::new(), Vec::new());
    for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        match Record::read(line) {
            Some(record) => records.push(record),
            None => faults.push(number + 1),
        }
    }
    records.sort_by_key(|record: &Record| record.as_of);
    (records, faults)
}

/// The text of a history with one more record, which replaces one of the same day. Lines that are
/// no record stay.
pub fn add(text: &str, record: &Record) -> String {
    let is_same_day = |line: &str| Record::read(line).is_some_and(|old| old.as_of == record.as_of);
    let mut lines: Vec<String> = text
        .lines()
        .filter(|line| !line.trim().is_empty() && !is_same_day(line))
        .map(str::to_owned)
        .collect();
    lines.push(record.to_json().to_string());
    lines.join("\n") + "\n"
}
