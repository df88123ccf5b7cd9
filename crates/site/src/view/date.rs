//! Dates as readers see them.

use serde::Serialize;

use etappe_base::date::Day;
use etappe_base::locale::Locale;

/// A date for machines and for readers.
#[derive(Clone, Debug, Serialize)]
pub struct DateView {
    /// `2026-09-14`.
    pub iso: String,
    /// `14 September 2026`, in the reader's language.
    pub text: String,
}

impl DateView {
    /// `locale` decides how readers see the date.
    pub fn new(day: Day, locale: &Locale) -> Self {
        Self { iso: day.to_string(), text: locale.date(day) }
    }
}
