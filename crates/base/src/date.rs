//! Dates: calendar days, and the periods between reviews. No clock in here.

use std::fmt;
use std::str::FromStr;

use jiff::civil;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::unusable::Unusable;

/// A calendar day.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub struct Day(civil::Date);

impl Day {
    /// The length of a day as it is written, in bytes.
    pub const LENGTH: usize = "2026-11-22".len();

    /// `None` when there is no such day in the calendar.
    pub fn new(year: i16, month: i8, day: i8) -> Option<Self> {
        civil::Date::new(year, month, day).ok().map(Self)
    }

    /// Of the Gregorian calendar.
    pub fn year(self) -> i16 {
        self.0.year()
    }

    /// From 1.
    pub fn month(self) -> i8 {
        self.0.month()
    }

    /// From 1.
    pub fn day(self) -> i8 {
        self.0.day()
    }

    /// The day of `seconds` since 1970-01-01T00:00:00Z, in UTC. Out-of-range seconds give the last
    /// day of the calendar.
    pub fn from_unix_seconds(seconds: i64) -> Self {
        let stamp = jiff::Timestamp::from_second(seconds).unwrap_or(jiff::Timestamp::MAX);
        Self(jiff::tz::Offset::UTC.to_datetime(stamp).date())
    }

    /// Midnight of the day, in UTC, in seconds since 1970.
    pub fn unix_seconds(self) -> i64 {
        jiff::tz::Offset::UTC.to_timestamp(self.0.into()).map_or(0, jiff::Timestamp::as_second)
    }

    /// The day after this one; `None` at the end of the calendar.
    pub fn next(self) -> Option<Self> {
        self.0.tomorrow().ok().map(Self)
    }

    pub(super) fn date(self) -> civil::Date {
        self.0
    }

    /// The day after adding `period`, clamped to the calendar.
    pub fn plus(self, period: Period) -> Self {
        Self(self.0.saturating_add(period.span()))
    }
}

impl From<civil::Date> for Day {
    fn from(date: civil::Date) -> Self {
        Self(date)
    }
}

impl FromStr for Day {
    type Err = Unusable;

    fn from_str(text: &str) -> Result<Self, Unusable> {
        let strict =
            text.len() == Self::LENGTH && text.bytes().filter(|byte| *byte == b'-').count() == 2;
        strict.then(|| text.parse().ok().map(Self)).flatten().ok_or_else(|| {
            Unusable::new(format!("`{text}` is not a day"), "write it as 2026-11-22")
        })
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

impl Serialize for Day {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A length of time in calendar units, as `review_every = "6 months"` writes it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Period {
    months: i32,
    days: i32,
}

impl Period {
    /// So many days; never a month or a year, whose lengths differ.
    pub const fn days(days: i32) -> Self {
        Self { months: 0, days }
    }

    fn span(self) -> jiff::Span {
        jiff::Span::new().months(self.months).days(self.days)
    }
}

impl FromStr for Period {
    type Err = Unusable;

    fn from_str(text: &str) -> Result<Self, Unusable> {
        let wrong = || {
            Unusable::new(
                format!("`{text}` is not a period"),
                "write a number and a unit, such as \"6 months\"",
            )
        };
        let (count, unit) = text.trim().split_once(' ').ok_or_else(wrong)?;
        let count: i32 =
            count.parse().ok().filter(|count| (1..=10_000).contains(count)).ok_or_else(wrong)?;
        let (months, days) = match unit.trim() {
            "day" | "days" => (0, count),
            "week" | "weeks" => (0, count * 7),
            "month" | "months" => (count, 0),
            "year" | "years" => (count * 12, 0),
            _ => return Err(wrong()),
        };
        Ok(Self { months, days })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn days_are_strict() {
        assert!("2026-02-28".parse::<Day>().is_ok());
        for bad in ["2026-02-30", "2026-2-3", "22-11-2026", "tomorrow", ""] {
            assert!(bad.parse::<Day>().is_err(), "{bad}");
        }
    }

    #[test]
    fn periods_follow_the_calendar() {
        assert_eq!(day("2026-08-31").plus("6 months".parse().unwrap()), day("2027-02-28"));
        assert_eq!(day("2026-01-01").plus("2 weeks".parse().unwrap()), day("2026-01-15"));
        assert!("six months".parse::<Period>().is_err());
        assert!("0 days".parse::<Period>().is_err());
    }

    #[test]
    fn unix_seconds_are_days_in_utc() {
        assert_eq!(Day::from_unix_seconds(0), day("1970-01-01"));
        assert_eq!(Day::from_unix_seconds(-1), day("1969-12-31"));
        assert_eq!(day("2026-11-22").unix_seconds(), 1_795_305_600);
    }
}
