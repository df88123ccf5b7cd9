//! How a language writes dates and counts, by the Unicode consortium's data (CLDR), which is
//! compiled in.

use std::collections::BTreeMap;
use std::sync::Mutex;

use icu_calendar::{Date, Gregorian};
use icu_datetime::FixedCalendarDateTimeFormatter;
use icu_datetime::fieldsets::YMD;
use icu_locale_core::Locale as Id;
use icu_plurals::{PluralCategory, PluralRules};

use super::date::Day;

/// The forms that a text which counts can have, in CLDR's words. Every language has `other`.
pub const PLURALS: [&str; 6] = ["zero", "one", "two", "few", "many", "other"];

/// How one language writes dates and counts.
pub struct Locale {
    /// `None` where CLDR does not know the language.
    dates: Option<Dates>,
    /// Days written before, since many pages have the same one.
    written: Mutex<BTreeMap<Day, String>>,
    plurals: Option<PluralRules>,
}

type Dates = FixedCalendarDateTimeFormatter<Gregorian, YMD>;

impl Locale {
    /// The locale of a language such as `nl` or `pt-BR`. One that is not known writes `2026-11-22`
    /// and has no plurals.
    pub fn new(code: &str) -> Self {
        let plurals =
            code.parse::<Id>().ok().and_then(|id| PluralRules::try_new_cardinal((&id).into()).ok());
        // Unknown languages come out as the undetermined one, whose dates no reader would
        // understand.
        let known = |dates: &Dates| {
            written(dates, 2001, 2, 3)
                != dates_of("und").and_then(|dates| written(&dates, 2001, 2, 3))
        };
        Self { dates: dates_of(code).filter(known), written: Mutex::default(), plurals }
    }

    /// A day as readers write it: `14 September 2026`.
    pub fn date(&self, day: Day) -> String {
        let anew = || {
            self.dates.as_ref().and_then(|dates| written(dates, day.year(), day.month(), day.day()))
        };
        let mut known = self.written.lock().expect("writing a date does not panic");
        known.entry(day).or_insert_with(|| anew().unwrap_or_else(|| day.to_string())).clone()
    }

    /// The form for this count: one of [`PLURALS`].
    pub fn plural(&self, count: u64) -> &'static str {
        match self.plurals.as_ref().map_or(PluralCategory::Other, |rules| rules.category_for(count))
        {
            PluralCategory::Zero => "zero",
            PluralCategory::One => "one",
            PluralCategory::Two => "two",
            PluralCategory::Few => "few",
            PluralCategory::Many => "many",
            PluralCategory::Other => "other",
        }
    }
}

/// The long form, in the Gregorian calendar that front matter uses and with the digits of the rest
/// of the page. English without a country is international English, which writes the day first.
fn dates_of(code: &str) -> Option<Dates> {
    let code = if code == "en" { "en-001" } else { code };
    let id: Id = format!("{code}-u-nu-latn").parse().ok()?;
    Dates::try_new((&id).into(), YMD::long()).ok()
}

fn written(dates: &Dates, year: i16, month: i8, day: i8) -> Option<String> {
    let date =
        Date::try_new_gregorian(year.into(), month.try_into().ok()?, day.try_into().ok()?).ok()?;
    Some(dates.format(&date).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_written_as_the_language_writes_them() {
        for (code, expected) in [
            ("en", "14 September 2026"),
            ("en-US", "September 14, 2026"),
            ("nl", "14 september 2026"),
            ("de", "14. September 2026"),
            ("fr", "14 septembre 2026"),
            ("es", "14 de septiembre de 2026"),
            ("it", "14 settembre 2026"),
            ("ar", "14 سبتمبر 2026"),
            ("fa", "14 سپتامبر 2026"),
            ("pt-BR", "14 de setembro de 2026"),
            ("tlh", "2026-09-14"),
        ] {
            let day = Day::new(2026, 9, 14).unwrap();
            assert_eq!(Locale::new(code).date(day), expected, "{code}");
        }
    }

    #[test]
    fn counts_take_the_form_of_the_language() {
        let forms = |code: &str| -> Vec<&str> {
            [0, 1, 2, 3, 11, 100].map(|count| Locale::new(code).plural(count)).to_vec()
        };
        assert_eq!(forms("en"), ["other", "one", "other", "other", "other", "other"]);
        assert_eq!(forms("fr"), ["one", "one", "other", "other", "other", "other"]);
        assert_eq!(forms("ar"), ["zero", "one", "two", "few", "many", "other"]);
        assert_eq!(forms("pl"), ["many", "one", "few", "few", "many", "many"]);
        assert_eq!(forms("tlh"), ["other"; 6]);
    }
}
