//! Dates of front matter: which day each means in the hub's time zone, and the finding about one
//! that has a time.

use super::FrontMatter;
use crate::config::Config;
use crate::config::fields::Reader;
use crate::config::keys::WrittenValue;
use etappe_base::date::Day;
use etappe_base::finding::{Finding, codes};
use etappe_base::moment::{Moment, WrittenDate};
use etappe_base::source::{Span, Spanned};
use etappe_base::unusable::Unusable;
use etappe_base::zone::Zone;

/// Reads a key that says when something happened. Readers see the day as it is written.
pub(super) fn moment(
    from: WrittenValue<'_>,
    reader: &mut Reader,
    config: &Config,
) -> Option<Moment> {
    let written = reader.as_date(from.name, from.item)?;
    let moment = written.value.moment(&zone(config));
    if moment.is_none() {
        out_of_calendar(reader, written.span, from.name);
    }
    moment
}

/// What a day says about its page.
#[derive(Clone, Copy)]
pub(super) enum Meaning {
    Begins,
    Ends,
    LastsUntil,
}

impl Meaning {
    /// Which day a moment with a time means: nothing comes early, and nothing stays late.
    fn day(self, written: WrittenDate, zone: &Zone) -> Option<Day> {
        match self {
            Self::Begins => written.first_whole_day(zone),
            Self::Ends | Self::LastsUntil => written.day_in(zone),
        }
    }

    fn said(self, day: Day) -> String {
        match self {
            Self::Begins => format!(
                "the page is shown from {day} on, the first whole day that is not before it"
            ),
            Self::Ends => format!("the page is not shown from {day} on, the day that it falls in"),
            Self::LastsUntil => format!("the page is stale after {day}, the day that it falls in"),
        }
    }
}

/// Reads a key that names a day, and says so where it has a time.
pub(super) fn day(
    from: WrittenValue<'_>,
    reader: &mut Reader,
    config: &Config,
    meaning: Meaning,
) -> Option<Day> {
    let key = from.name;
    let Spanned { value: written, span } = reader.as_date(key, from.item)?;
    let zone = zone(config);
    let Some(day) = meaning.day(written, &zone) else {
        out_of_calendar(reader, span, key);
        return None;
    };
    if written.has_time() {
        let message =
            format!("`{key}` has a time, but pages come and go by days: {}.", meaning.said(day));
        let local = written.in_zone(&zone).unwrap_or_default();
        let label = match &config.site.time_zone {
            None if !written.has_offset() => {
                format!("read as {local} UTC, since hub.toml names no time zone")
            }
            None => format!("{local} UTC"),
            Some(zone) => format!("{local} in {}", zone.name()),
        };
        let finding = Finding::new(&codes::FRONT_MOMENT, reader.place(span), message).label(label);
        reader.report(finding.help(format!("write the day alone to say the same: {day}")));
    }
    Some(day)
}

fn zone(config: &Config) -> Zone {
    config.site.time_zone.clone().unwrap_or_default()
}

fn out_of_calendar(reader: &mut Reader, span: Span, key: &str) {
    reader.unusable(
        span,
        key,
        &Unusable::new(
            "the calendar ends before it",
            "write a day of our time, such as 2026-11-22",
        ),
    );
}

/// Reports a page whose dates leave no day on which it is shown.
pub(super) fn check_order(front: &FrontMatter, span: Span, reader: &mut Reader) {
    let (Some(from), Some(until)) = (front.publish_on, front.expires) else { return };
    if from < until {
        return;
    }
    let message = match from == until {
        true => {
            format!("The page is never shown: it would come on {from}, and be gone on that day.")
        }
        false => {
            format!("The page is never shown: it would come on {from}, and be gone since {until}.")
        }
    };
    let finding = Finding::new(&codes::FRONT_NEVER_SHOWN, reader.place(span), message);
    reader.report(finding.help(
        "`expires` is the first day without the page: set it after \
        `publish_on`, or leave one of them out",
    ));
}
