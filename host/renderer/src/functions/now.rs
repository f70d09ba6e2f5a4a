//! `now(timezone=...)`: the time, for the filter `date`.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use tera::{Error, Kwargs, State, TeraResult};

use crate::filters::zone;

/// RFC 3339, to the second; UTC without a time zone.
pub(super) fn now(arguments: Kwargs, _: &State<'_>) -> TeraResult<String> {
    let zone = match arguments.get::<&str>("timezone")? {
        Some(name) => zone(name)?,
        None => TimeZone::UTC,
    };
    let now = Timestamp::now().to_zoned_datetime(zone);
    let pattern = match now.offset().is_zero() {
        true => "%Y-%m-%dT%H:%M:%SZ",
        false => "%Y-%m-%dT%H:%M:%S%:z",
    };
    jiff::fmt::strtime::format(pattern, &now)
        .map_err(|error| Error::message(format!("now: {error}")))
}
