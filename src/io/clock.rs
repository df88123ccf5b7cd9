//! The as-of date where no flag gives one.

use crate::base::date::Day;

/// The day that the build takes as today: `SOURCE_DATE_EPOCH` in seconds when it is set, else the clock, in UTC.
///
/// # Errors
/// When the variable is set to something else than whole seconds.
pub fn as_of() -> Result<Day, String> {
    match std::env::var("SOURCE_DATE_EPOCH") {
        Ok(seconds) => seconds
            .trim()
            .parse()
            .map(Day::from_unix_seconds)
            .map_err(|_| format!("SOURCE_DATE_EPOCH must be whole seconds since 1970, but it is `{seconds}`")),
        Err(_) => {
            let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
            Ok(Day::from_unix_seconds(i64::try_from(now.as_secs()).unwrap_or(i64::MAX)))
        }
    }
}
