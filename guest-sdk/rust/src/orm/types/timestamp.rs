//! A moment.

use std::fmt;
use std::ops::{Add, Sub};
use std::str::FromStr;
use std::time::{Duration, SystemTime};

use super::{Date, Encode, Mismatch, ParseError, Reader, Value, domain, serde_text, value};
use crate::orm::packed;

const SECOND: i64 = 1_000_000;
pub(super) const DAY: i64 = 86_400 * SECOND;

/// A moment, in microseconds since 1970-01-01T00:00:00Z; RFC 3339 as text.
///
/// ```
/// use std::time::Duration;
/// use wasgi::orm::Timestamp;
///
/// let noon: Timestamp = "2026-03-01T13:00:00+01:00".parse()?;
/// assert_eq!(noon.to_string(), "2026-03-01T12:00:00Z");
/// assert_eq!((noon + Duration::from_millis(1)).to_string(), "2026-03-01T12:00:00.001Z");
/// assert!(noon < Timestamp::now());
/// # Ok::<(), wasgi::orm::ParseError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// Returns the present.
    pub fn now() -> Self {
        SystemTime::now().into()
    }

    /// Returns the moment so many microseconds after 1970-01-01T00:00:00Z.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Returns the moment so many seconds after 1970-01-01T00:00:00Z.
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds.saturating_mul(SECOND))
    }

    /// Returns the microseconds since 1970-01-01T00:00:00Z.
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// Returns its day, in UTC, within the years 0 to 9999.
    pub fn date(self) -> Date {
        Date::from_days(self.0.div_euclid(DAY))
    }

    /// Returns the time since an earlier moment, or zero.
    pub fn since(self, earlier: Self) -> Duration {
        let micros = i128::from(self.0) - i128::from(earlier.0);
        Duration::from_micros(u64::try_from(micros).unwrap_or_default())
    }
}

fn micros(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}

impl From<SystemTime> for Timestamp {
    fn from(time: SystemTime) -> Self {
        match time.duration_since(SystemTime::UNIX_EPOCH) {
            Ok(after) => Self(micros(after)),
            Err(before) => Self(-micros(before.duration())),
        }
    }
}

impl Add<Duration> for Timestamp {
    type Output = Self;

    fn add(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(micros(duration)))
    }
}

impl Sub<Duration> for Timestamp {
    type Output = Self;

    fn sub(self, duration: Duration) -> Self {
        Self(self.0.saturating_sub(micros(duration)))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let of_day = self.0.rem_euclid(DAY);
        let (seconds, fraction) = (of_day / SECOND, of_day % SECOND);
        let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
        write!(
            formatter,
            "{}T{hour:02}:{minute:02}:{second:02}",
            self.date()
        )?;
        if fraction != 0 {
            let digits = format!("{fraction:06}");
            write!(formatter, ".{}", digits.trim_end_matches('0'))?;
        }
        formatter.write_str("Z")
    }
}

/// RFC 3339 section 5.6, with `T` or a space in the middle.
impl FromStr for Timestamp {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        parse(text).ok_or_else(|| ParseError::new(text, "time as in RFC 3339"))
    }
}

fn parse(text: &str) -> Option<Timestamp> {
    let (day, rest) = text.split_at_checked(10)?;
    let day: Date = day.parse().ok()?;
    let rest = rest.strip_prefix(['T', 't', ' '])?;
    let (time, rest) = rest.split_at_checked(8)?;
    let (hour, minutes) = time.split_once(':')?;
    let (minute, second) = minutes.split_once(':')?;
    let (hour, minute) = (two_digits(hour, 23)?, two_digits(minute, 59)?);
    // A leap second is the first of the next minute here, as everywhere on Unix.
    let second = two_digits(second, 60)?;
    let (fraction, zone) = match rest.strip_prefix('.') {
        None => (0, rest),
        Some(rest) => {
            let end = rest.find(|char: char| !char.is_ascii_digit())?;
            let (digits, zone) = rest.split_at_checked(end)?;
            let digits: String = digits.chars().chain("000000".chars()).take(6).collect();
            (digits.parse::<i64>().ok().filter(|_| end > 0)?, zone)
        }
    };
    let offset = match zone {
        "Z" | "z" => 0,
        zone => {
            let sign = if zone.starts_with('-') { -1 } else { 1 };
            let zone = zone.strip_prefix(['+', '-'])?;
            let (hours, minutes) = zone.split_once(':')?;
            sign * (two_digits(hours, 23)? * 60 + two_digits(minutes, 59)?)
        }
    };
    let seconds = hour * 3600 + (minute - offset) * 60 + second;
    Some(Timestamp(day.midnight().0 + seconds * SECOND + fraction))
}

fn two_digits(text: &str, max: i64) -> Option<i64> {
    let digits = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
    let number = text.parse().ok().filter(|_| digits)?;
    (number <= max).then_some(number)
}

serde_text!(Timestamp, "a time as in RFC 3339");

value!(
    Timestamp,
    Timestamp,
    |value, out| packed::push_integer(out, value.0),
    |row| row.integer().map(Self)
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_and_read_as_in_rfc_3339() {
        for (text, micros) in [
            ("1970-01-01T00:00:00Z", 0),
            ("1969-12-31T23:59:59.999999Z", -1),
            ("2000-02-29T12:30:15.5Z", 951_827_415_500_000),
        ] {
            assert_eq!(text.parse(), Ok(Timestamp(micros)), "{text}");
            assert_eq!(Timestamp(micros).to_string(), text);
        }
        assert_eq!(
            "1970-01-01 01:30:00.1234567+01:30".parse(),
            Ok(Timestamp(123_456))
        );
        assert_eq!(
            "1990-12-31T15:59:60-08:00".parse::<Timestamp>(),
            "1991-01-01T00:00:00Z".parse()
        );
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in [
            "",
            "2026-01-01",
            "2026-01-01T00:00:00",
            "2026-01-01T24:00:00Z",
            "2026-01-01T00:00:00.Z",
            "2026-01-01T00:00Z",
            "2026-01-01T00:00:00+1:00",
            "2026-01-01T0:00:000Z",
            "2026-13-01T00:00:00Z",
            "2026-01-01Tä0:00:00Z",
        ] {
            assert!(text.parse::<Timestamp>().is_err(), "{text}");
        }
    }
}
