//! Time zones, from the tables inside the program. Neither the tables of the machine nor its clock
//! are used.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{Offset, TimeZone, TimeZoneDatabase};

use super::date::Day;

/// Where a hub's days begin and end.
#[derive(Clone, Debug)]
pub struct Zone(TimeZone);

impl Default for Zone {
    fn default() -> Self {
        Self(TimeZone::UTC)
    }
}

impl Zone {
    /// The zone of an IANA name, such as `Europe/Amsterdam`.
    pub fn named(name: &str) -> Option<Self> {
        TimeZoneDatabase::bundled().get(name).ok().map(Self)
    }

    /// Every name that is known.
    pub fn names() -> Vec<String> {
        TimeZoneDatabase::bundled().available().map(|name| name.to_string()).collect()
    }

    /// Its IANA name, such as `Europe/Amsterdam`.
    pub fn name(&self) -> &str {
        self.0.iana_name().unwrap_or("UTC")
    }

    /// The day in this zone, `seconds` after 1970-01-01T00:00:00Z. Out-of-range seconds give the
    /// last day of the calendar.
    pub fn day_at(&self, seconds: i64) -> Day {
        self.local(Timestamp::from_second(seconds).unwrap_or(Timestamp::MAX)).date().into()
    }

    /// How many seconds clocks here are ahead of UTC, `seconds` after 1970-01-01T00:00:00Z.
    pub fn ahead_at(&self, seconds: i64) -> i32 {
        let instant = Timestamp::from_second(seconds).unwrap_or(Timestamp::MAX);
        self.0.to_offset(instant).seconds()
    }

    /// What clocks show here.
    pub(super) fn local(&self, instant: Timestamp) -> DateTime {
        self.0.to_datetime(instant)
    }

    /// The first instant of a day, which is not always midnight. `None` at the ends of the
    /// calendar.
    pub(super) fn start_of(&self, day: Day) -> Option<Timestamp> {
        day.date().to_zoned(self.0.clone()).ok().map(|start| start.timestamp())
    }

    /// How far clocks here are ahead of UTC when they show `local`; if they show it twice, the
    /// first time.
    pub(super) fn offset(&self, local: DateTime) -> Option<Offset> {
        self.0.to_ambiguous_zoned(local).compatible().ok().map(|zoned| zoned.offset())
    }

    /// The instant at which clocks here show `local`. If they show it twice, the first; if they
    /// skip it, the instant as if they had not been put forward.
    pub(super) fn instant(&self, local: DateTime) -> Option<Timestamp> {
        self.0.to_timestamp(local).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_iana() {
        for name in ["UTC", "Europe/Amsterdam", "Pacific/Kiritimati", "Asia/Kolkata"] {
            assert_eq!(Zone::named(name).unwrap().name(), name);
            assert!(Zone::names().iter().any(|known| known == name));
        }
        for name in ["", "Europe/Amsterdm", "CEST", "../etc/localtime", "+01:00"] {
            assert!(Zone::named(name).is_none(), "{name}");
        }
    }

    #[test]
    fn a_zone_has_days_of_its_own() {
        // 2026-11-22T12:00:00Z
        let noon = 1_795_348_800;
        for (name, day) in [
            ("UTC", "2026-11-22"),
            ("Pacific/Kiritimati", "2026-11-23"),
            ("Pacific/Pago_Pago", "2026-11-22"),
        ] {
            assert_eq!(Zone::named(name).unwrap().day_at(noon).to_string(), day, "{name}");
        }
        assert_eq!(
            Zone::named("Pacific/Pago_Pago").unwrap().day_at(noon - 2 * 3600).to_string(),
            "2026-11-21"
        );
    }
}
