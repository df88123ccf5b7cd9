//! Dates as readers see them.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::base::date::Day;

/// A date for machines and for readers.
#[derive(Clone, Debug, Serialize)]
pub struct DateView {
    /// `2026-09-14`.
    pub iso: String,
    /// `14 September 2026`, in the reader's language.
    pub text: String,
}

impl DateView {
    /// `strings` are the theme's: `date` is the form, `month_1` to `month_12` the names. Without them the text is the ISO date.
    pub fn new(day: Day, strings: &BTreeMap<String, String>) -> Self {
        let iso = day.to_string();
        let month = strings.get(&format!("month_{}", day.month()));
        let text = match (strings.get("date"), month) {
            (Some(form), Some(month)) => {
                form.replace("{day}", &day.day().to_string()).replace("{month}", month).replace("{year}", &day.year().to_string())
            }
            _ => iso.clone(),
        };
        Self { iso, text }
    }
}
