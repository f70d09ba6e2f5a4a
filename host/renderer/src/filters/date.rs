//! `date(format=..., time=false, timezone=..., locale="en")`: a date or a time, by a pattern
//! or as a locale writes it.

use jiff::civil::{Date, DateTime, Time};
use jiff::fmt::{strtime, temporal::DateTimeParser};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ZonedDateTime};
use tera::value::ValueKind;
use tera::{Error, Kwargs, State, TeraResult, Value};

mod localized;

/// What is shown without a format, as Tera 1 did.
const PATTERN: &str = "%Y-%m-%d";

pub(super) fn date(value: &Value, arguments: Kwargs, _: &State<'_>) -> TeraResult<String> {
    let timezone = arguments.get::<&str>("timezone")?.map(zone).transpose()?;
    let locale = arguments.get::<&str>("locale")?;
    let with_time = arguments.get::<bool>("time")?.unwrap_or(false);
    let format = arguments.get::<&str>("format")?;
    let moment = moment(value, timezone)?;
    match format {
        Some(pattern) if pattern.contains('%') => {
            if locale.is_some() {
                return Err(Error::message(
                    "date: a pattern is not of a locale; with `locale`, `format` is `short`, \
                     `medium`, `long` or `full`",
                ));
            }
            by_pattern(pattern, &moment)
        }
        None if locale.is_none() && !with_time => by_pattern(PATTERN, &moment),
        format => {
            let format = format.unwrap_or("medium");
            localized::show(
                &moment.datetime(),
                format,
                with_time,
                locale.unwrap_or("en"),
            )
        }
    }
}

fn by_pattern(pattern: &str, moment: &ZonedDateTime) -> TeraResult<String> {
    strtime::format(pattern, moment)
        .map_err(|error| Error::message(format!("date: the format `{pattern}`: {error}")))
}

/// A time zone by its name (`Europe/Berlin`), or by its offset (`+02:00`).
pub(crate) fn zone(name: &str) -> TeraResult<TimeZone> {
    if name.starts_with(['+', '-']) {
        let offset = strtime::parse("%:z", name)
            .ok()
            .and_then(|parsed| parsed.offset());
        if let Some(offset) = offset {
            return Ok(TimeZone::fixed(offset));
        }
    }
    TimeZone::get(name).map_err(|_| {
        let short: String = name.chars().take(40).collect();
        Error::message(format!(
            "`{short}` is no time zone, such as `Europe/Berlin` or `+02:00`"
        ))
    })
}

/// Reads the value, and turns it to the time zone: a moment is seen from there; a date, which
/// is the same everywhere, stays as it is.
fn moment(value: &Value, timezone: Option<TimeZone>) -> TeraResult<ZonedDateTime> {
    let no_date = || {
        let shown: String = value.to_string().chars().take(40).collect();
        Error::message(format!(
            "date: `{shown}` ({}) is no date: it is a text such as `2024-02-29` or \
             `2024-02-29T12:30:00Z`, or an integer of seconds since 1970",
            value.name()
        ))
    };
    if value.kind() != ValueKind::String {
        let seconds = value.as_i64().ok_or_else(no_date)?;
        let moment = Timestamp::from_second(seconds).map_err(|_| no_date())?;
        return Ok(moment.to_zoned_datetime(timezone.unwrap_or(TimeZone::UTC)));
    }
    let text = value.as_str().unwrap_or_default().trim();
    let pieces = DateTimeParser::new()
        .parse_pieces(text)
        .map_err(|_| no_date())?;
    let (date, time): (Date, Option<Time>) = (pieces.date(), pieces.time());
    let Some(time) = time else {
        return civil(date.to_datetime(Time::midnight()), TimeZone::UTC).ok_or_else(no_date);
    };
    let datetime = date.to_datetime(time);
    let Some(offset) = pieces.to_numeric_offset() else {
        // Without an offset: UTC, as everything of the database is.
        let moment = civil(datetime, TimeZone::UTC).ok_or_else(no_date)?;
        return Ok(match timezone {
            Some(timezone) => moment.with_time_zone(timezone),
            None => moment,
        });
    };
    let moment = offset.to_timestamp(datetime).map_err(|_| no_date())?;
    Ok(moment.to_zoned_datetime(timezone.unwrap_or_else(|| TimeZone::fixed(offset))))
}

fn civil(datetime: DateTime, timezone: TimeZone) -> Option<ZonedDateTime> {
    datetime.to_zoned_datetime(timezone).ok()
}
