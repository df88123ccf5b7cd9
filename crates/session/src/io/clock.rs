//! The as-of date where no option gives one, and the time for what ages by the clock.

use etappe_base::date::Day;
use etappe_base::zone::Zone;

/// The day that a build takes as today, in the hub's time zone: from `SOURCE_DATE_EPOCH`, in
/// seconds, if that is set, else from the clock.
///
/// # Errors
/// When the variable is set to something else than whole seconds.
pub fn as_of(zone: &Zone) -> Result<Day, String> {
    match std::env::var("SOURCE_DATE_EPOCH") {
        Ok(seconds) => seconds.trim().parse().map(|seconds| zone.day_at(seconds)).map_err(|_| {
            format!("SOURCE_DATE_EPOCH must be whole seconds since 1970, but it is `{seconds}`")
        }),
        Err(_) => Ok(zone.day_at(now())),
    }
}

/// The clock, in seconds since 1970: for what ages by the clock, whatever day a build takes as
/// today.
pub fn now() -> i64 {
    let now =
        std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(now.as_secs()).unwrap_or(i64::MAX)
}
