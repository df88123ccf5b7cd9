//! Moments as they are written: a day, perhaps with a time, perhaps with a distance from UTC; and
//! which days they mean.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use super::date::Day;
use super::unusable::Unusable;
use super::zone::Zone;
use jiff::Timestamp;
use jiff::civil::{DateTime, Time};
use jiff::tz::Offset;

/// A date as somebody wrote it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct WrittenDate {
    /// As written, whatever day that is in another zone.
    pub day: Day,
    time: Option<Time>,
    offset: Option<Offset>,
}

impl WrittenDate {
    /// Whether a time follows the day, so that time zones matter.
    pub fn has_time(self) -> bool {
        self.time.is_some()
    }

    /// Whether it states its distance from UTC.
    pub fn has_offset(self) -> bool {
        self.offset.is_some()
    }

    /// What clocks in `zone` show at that moment, such as `2026-11-27 22:30`. `None` outside the
    /// calendar.
    pub fn in_zone(self, zone: &Zone) -> Option<String> {
        let local = zone.local(self.instant(zone)?);
        Some(format!("{} {:02}:{:02}", local.date(), local.hour(), local.minute()))
    }

    /// The day that it falls on by the clocks in `zone`. What ends at this moment is over from that
    /// day.
    pub fn day_in(self, zone: &Zone) -> Option<Day> {
        match self.time {
            None => Some(self.day),
            Some(_) => Some(zone.local(self.instant(zone)?).date().into()),
        }
    }

    /// The first day in `zone` that does not begin before it. What begins at this moment is shown
    /// from that day, so never a second early.
    pub fn first_whole_day(self, zone: &Zone) -> Option<Day> {
        let day = self.day_in(zone)?;
        match self.time {
            Some(_) if zone.start_of(day)? < self.instant(zone)? => day.next(),
            _ => Some(day),
        }
    }

    /// The moment for readers and feeds, which keep the day as it was written.
    pub fn moment(self, zone: &Zone) -> Option<Moment> {
        let Some(time) = self.time else { return Some(self.day.into()) };
        let seconds = u32::try_from(time.duration_since(Time::midnight()).as_secs()).ok()?;
        let offset = self.offset.or_else(|| zone.offset(self.local(time)))?;
        Some(Moment { day: self.day, seconds, offset: offset.seconds() / 60 })
    }

    fn local(self, time: Time) -> DateTime {
        DateTime::from_parts(self.day.date(), time)
    }

    fn instant(self, zone: &Zone) -> Option<Timestamp> {
        let local = self.local(self.time.unwrap_or(Time::midnight()));
        match self.offset {
            Some(offset) => offset.to_timestamp(local).ok(),
            None => zone.instant(local),
        }
    }
}

impl FromStr for WrittenDate {
    type Err = Unusable;

    /// As TOML and YAML write dates: `2026-11-22`, `2026-11-22T09:30:00Z`,
    /// `2026-11-22 9:30:00.5 +02:00`.
    fn from_str(text: &str) -> Result<Self, Unusable> {
        let wrong = || {
            Unusable::new(
                format!("`{text}` is not a date"),
                "write it as 2026-11-22 or 2026-11-22T09:30:00Z",
            )
        };
        let (day, rest) = text.split_at_checked(Day::LENGTH).ok_or_else(wrong)?;
        let day = day.parse().map_err(|_| wrong())?;
        if rest.is_empty() {
            return Ok(Self { day, time: None, offset: None });
        }
        let rest = rest
            .strip_prefix(['T', 't', ' ', '\t'])
            .ok_or_else(wrong)?
            .trim_start_matches([' ', '\t']);
        let end = rest
            .find(|c: char| !(c.is_ascii_digit() || c == ':' || c == '.'))
            .unwrap_or(rest.len());
        let (time, offset) = rest.split_at(end);
        let time = parse_time(time).ok_or_else(wrong)?;
        let offset = match offset.trim_start_matches([' ', '\t']) {
            "" if offset.is_empty() => None,
            offset => Some(parse_offset(offset).ok_or_else(wrong)?),
        };
        Ok(Self { day, time: Some(time), offset })
    }
}

/// `9:30`, `09:30:00`, `09:30:00.5`. A leap second is the second before it.
fn parse_time(text: &str) -> Option<Time> {
    let mut parts = text.split(':');
    let hour = number(parts.next()?, 1..=2)?;
    let minute = number(parts.next()?, 2..=2)?;
    let (second, fraction) = match parts.next() {
        Some(second) => second.split_once('.').unwrap_or((second, "0")),
        None => ("00", "0"),
    };
    let second = number(second, 2..=2).filter(|second| *second <= 60)?;
    // Digits after the ninth, finer than nanoseconds, are dropped.
    let digits = fraction.bytes().all(|byte| byte.is_ascii_digit()) && !fraction.is_empty();
    let nanoseconds = format!("{:0<9.9}", fraction).parse().ok().filter(|_| digits)?;
    match parts.next() {
        None => Time::new(hour, minute, second.min(59), nanoseconds).ok(),
        Some(_) => None,
    }
}

/// `Z`, `+02:00`, `+0200`, `+2`.
fn parse_offset(text: &str) -> Option<Offset> {
    if text.eq_ignore_ascii_case("z") {
        return Some(Offset::UTC);
    }
    let (sign, rest) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+')?),
    };
    let (hours, minutes) = match (rest.split_once(':'), rest.len()) {
        (Some((hours, minutes)), _) => (hours, number(minutes, 2..=2)?),
        (None, 4) => (rest.get(..2)?, number(rest.get(2..)?, 2..=2)?),
        (None, _) => (rest, 0),
    };
    let (hours, minutes) = (i32::from(number(hours, 1..=2)?), i32::from(minutes));
    (hours < 24 && minutes < 60)
        .then(|| Offset::from_seconds(sign * (hours * 60 + minutes) * 60).ok())
        .flatten()
}

/// A number with as many digits as `digits` allows.
fn number(text: &str, digits: std::ops::RangeInclusive<usize>) -> Option<i8> {
    let is_number = digits.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| is_number)
}

/// When something was: what `date` and `updated` of a page hold. The order is that of time,
/// whatever day was written.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub struct Moment {
    /// As it was written.
    pub day: Day,
    /// Seconds after midnight of that day, 0 where no time was written.
    seconds: u32,
    /// Minutes ahead of UTC.
    offset: i32,
}

impl Moment {
    /// RFC 3339, as feeds want it. Its day is the one that was written.
    pub fn to_rfc3339(self) -> String {
        self.to_string()
    }

    /// All that its text says, as numbers: year, month, day, seconds after midnight, and minutes
    /// ahead of UTC.
    pub fn parts(self) -> (i16, i8, i8, u32, i32) {
        let day = self.day;
        (day.year(), day.month(), day.day(), self.seconds, self.offset)
    }

    /// In seconds since 1970.
    pub fn unix_seconds(self) -> i64 {
        self.day.unix_seconds() + i64::from(self.seconds) - i64::from(self.offset) * 60
    }

    /// Equal moments may be written differently: a total order tells them apart.
    fn order(self) -> (i64, Day, u32) {
        (self.unix_seconds(), self.day, self.seconds)
    }
}

impl Ord for Moment {
    fn cmp(&self, other: &Self) -> Ordering {
        self.order().cmp(&other.order())
    }
}

impl PartialOrd for Moment {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl From<Day> for Moment {
    fn from(day: Day) -> Self {
        Self { day, seconds: 0, offset: 0 }
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { day, seconds, offset } = self;
        write!(f, "{day}T{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)?;
        match offset {
            0 => f.write_str("Z"),
            _ => {
                let (sign, minutes) = (if *offset < 0 { '-' } else { '+' }, offset.abs());
                write!(f, "{sign}{:02}:{:02}", minutes / 60, minutes % 60)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str) -> WrittenDate {
        text.parse().unwrap_or_else(|error| panic!("{error}"))
    }

    fn zone(name: &str) -> Zone {
        Zone::named(name).unwrap()
    }

    #[test]
    fn moments_are_written_as_toml_and_yaml_write_them() {
        for same in [
            "2026-11-22T09:30:00+02:00",
            "2026-11-22t09:30:00.000+02:00",
            "2026-11-22 9:30:00 +2",
            "2026-11-22\t09:30 +0200",
            "2026-11-22T07:30Z",
            "2026-11-22T07:30:00z",
            "2026-11-21T19:30:00-12:00",
        ] {
            assert_eq!(
                written(same).in_zone(&Zone::default()).as_deref(),
                Some("2026-11-22 07:30"),
                "{same}"
            );
        }
        for bad in [
            "",
            "2026-02-30",
            "2026-2-3",
            "tomorrow",
            "2026-11-22T",
            "2026-11-22T24:00",
            "2026-11-22T09",
            "2026-11-22T09:60",
            "2026-11-22T9:3",
            "2026-11-22T09:30:61",
            "2026-11-22T09:30:00.",
            "2026-11-22T09:30:00.x",
            "2026-11-22T09:30:00:00",
            "2026-11-22T09:30+24:00",
            "2026-11-22T09:30+02:60",
            "2026-11-22T09:30 ",
            "2026-11-22T09:30 CET",
            "2026-11-22T09:30+",
            "2026-11-22T09:30[UTC]",
            "2026-11-22é",
            "2026-11-2é",
            "2026-11-22X09:30",
            "09:30:00",
        ] {
            assert!(bad.parse::<WrittenDate>().is_err(), "{bad}");
        }
    }

    #[test]
    fn readers_see_the_day_that_was_written() {
        let moment =
            |text: &str, name: &str| written(text).moment(&zone(name)).unwrap().to_rfc3339();
        assert_eq!(moment("2026-01-01T00:30:00+02:00", "UTC"), "2026-01-01T00:30:00+02:00");
        assert_eq!(moment("2026-01-01T00:30:00-00:30", "UTC"), "2026-01-01T00:30:00-00:30");
        assert_eq!(moment("2026-01-01T00:30:00", "Europe/Amsterdam"), "2026-01-01T00:30:00+01:00");
        assert_eq!(moment("2026-07-01T00:30:00", "Europe/Amsterdam"), "2026-07-01T00:30:00+02:00");
        assert_eq!(moment("2026-01-01T23:59:60", "UTC"), "2026-01-01T23:59:59Z");
        assert_eq!(moment("2026-01-01", "Europe/Amsterdam"), "2026-01-01T00:00:00Z");
    }

    #[test]
    fn moments_stand_in_the_order_of_time() {
        let moment = |text: &str| written(text).moment(&Zone::default()).unwrap();
        assert!(moment("2026-01-01T00:30:00+02:00") < moment("2025-12-31T23:00:00Z"));
        assert!(moment("2026-01-01T00:30:00+02:00") != moment("2025-12-31T22:30:00Z"));
        assert!(
            moment("2025-12-31T22:30:00Z") < moment("2026-01-01T00:30:00+02:00"),
            "of the same moment, the earlier day first"
        );
    }

    #[test]
    fn where_clocks_skip_midnight_a_day_begins_later() {
        // Clocks in Santiago went from 00:00 to 01:00 on 6 September 2026: no clock showed
        // midnight.
        let santiago = zone("America/Santiago");
        for (text, first, falls_in) in [
            ("2026-09-06T00:00:00", "2026-09-06", "2026-09-06"),
            ("2026-09-06T01:00:00", "2026-09-06", "2026-09-06"),
            ("2026-09-06T01:00:01", "2026-09-07", "2026-09-06"),
            ("2026-09-06T04:00:00Z", "2026-09-06", "2026-09-06"),
            ("2026-09-06T03:59:59Z", "2026-09-06", "2026-09-05"),
        ] {
            let written = written(text);
            let days =
                (written.first_whole_day(&santiago).unwrap(), written.day_in(&santiago).unwrap());
            assert_eq!(
                (days.0.to_string().as_str(), days.1.to_string().as_str()),
                (first, falls_in),
                "{text}"
            );
        }
    }

    #[test]
    fn the_ends_of_the_calendar_are_no_panic() {
        for text in [
            "9999-12-31T23:59:59-23:59",
            "0000-01-01T00:00:00+23:59",
            "9999-12-31T23:59:59",
            "9999-12-31",
        ] {
            for zone in [Zone::default(), zone("Pacific/Kiritimati"), zone("Pacific/Pago_Pago")] {
                let written = written(text);
                let _no_panic = (
                    written.first_whole_day(&zone),
                    written.day_in(&zone),
                    written.moment(&zone),
                    written.in_zone(&zone),
                );
            }
        }
    }
}
