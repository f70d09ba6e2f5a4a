//! Dates as a locale writes them, of the Gregorian calendar: those of other calendars would
//! make the renderer larger by their names and patterns in all languages.

use icu_calendar::Gregorian;
use icu_datetime::FixedCalendarDateTimeFormatter;
use icu_datetime::fieldsets::enums::CompositeDateTimeFieldSet;
use icu_datetime::fieldsets::{YMD, YMDE};
use icu_datetime::input::{Date, DateTime, Time};
use jiff::civil;
use tera::{Error, TeraResult};

use crate::filters::locale::{Kept, kept, parse};

type Formatter = FixedCalendarDateTimeFormatter<Gregorian, CompositeDateTimeFieldSet>;

thread_local! {
    static FORMATTERS: Kept<(String, String, bool), Formatter> = Kept::default();
}

/// Formats by one of the names of formats.
pub(super) fn show(
    datetime: &civil::DateTime,
    format: &str,
    with_time: bool,
    locale: &str,
) -> TeraResult<String> {
    let key = (locale.to_owned(), format.to_owned(), with_time);
    let formatter = kept(&FORMATTERS, key, |(locale, format, with_time)| {
        formatter(locale, format, *with_time)
    })?;
    let input = input(datetime).ok_or_else(|| Error::message("date: it is out of range"))?;
    Ok(formatter.format(&input).to_string())
}

fn formatter(locale: &str, format: &str, with_time: bool) -> TeraResult<Formatter> {
    let preferences = parse(locale)?.into();
    let date = match format {
        "short" => YMD::short(),
        "medium" => YMD::medium(),
        "long" | "full" => YMD::long(),
        other => {
            let short: String = other.chars().take(40).collect();
            return Err(Error::message(format!(
                "date: `format` is `short`, `medium`, `long`, `full`, or a pattern such as \
                 `%d.%m.%Y`, not `{short}`"
            )));
        }
    };
    // Field sets are types, so that no data is linked but of those that are named here.
    let made = match (format == "full", with_time) {
        (false, false) => {
            FixedCalendarDateTimeFormatter::try_new(preferences, date).map(|f| f.cast_into_fset())
        }
        (false, true) => FixedCalendarDateTimeFormatter::try_new(preferences, date.with_time_hm())
            .map(|f| f.cast_into_fset()),
        (true, false) => FixedCalendarDateTimeFormatter::try_new(preferences, YMDE::long())
            .map(|f| f.cast_into_fset()),
        (true, true) => {
            FixedCalendarDateTimeFormatter::try_new(preferences, YMDE::long().with_time_hm())
                .map(|f| f.cast_into_fset())
        }
    };
    made.map_err(|error| Error::message(format!("date: {error}")))
}

fn input(datetime: &civil::DateTime) -> Option<DateTime<Gregorian>> {
    let part = |number: i8| u8::try_from(number).ok();
    let date = Date::try_new_gregorian(
        datetime.year().into(),
        part(datetime.month())?,
        part(datetime.day())?,
    );
    let time = Time::try_new(
        part(datetime.hour())?,
        part(datetime.minute())?,
        part(datetime.second())?,
        0,
    );
    Some(DateTime {
        date: date.ok()?,
        time: time.ok()?,
    })
}
