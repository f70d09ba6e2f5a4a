//! A day.

use std::fmt;
use std::str::FromStr;
use std::time::SystemTime;

use super::{
    Encode, Mismatch, ParseError, Reader, Timestamp, Value, calendar, domain, serde_text, value,
};
use crate::orm::packed;

/// A day of the years 0 to 9999; `YYYY-MM-DD` as text and in the database.
///
/// ```
/// use wasgi::orm::Date;
///
/// let day: Date = "2026-02-28".parse()?;
/// assert_eq!(day.add_days(1).to_string(), "2026-03-01");
/// assert!("2026-02-29".parse::<Date>().is_err());
/// # Ok::<(), wasgi::orm::ParseError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

impl Date {
    /// Returns a day, or none where the calendar has no such day.
    pub fn new(year: u16, month: u8, day: u8) -> Option<Self> {
        let there = year <= 9999 && calendar::is_day(year.into(), month, day);
        there.then_some(Self { year, month, day })
    }

    /// Returns today, in UTC.
    pub fn today() -> Self {
        Timestamp::from(SystemTime::now()).date()
    }

    /// Returns the year.
    pub fn year(self) -> u16 {
        self.year
    }

    /// Returns the month, from 1.
    pub fn month(self) -> u8 {
        self.month
    }

    /// Returns the day of the month, from 1.
    pub fn day(self) -> u8 {
        self.day
    }

    /// Returns the day that is so many days later, or earlier. It stays within the
    /// years 0 to 9999.
    #[must_use]
    pub fn add_days(self, days: i64) -> Self {
        Self::from_days(self.days().saturating_add(days))
    }

    /// Returns the number of days since another day.
    pub fn days_since(self, other: Self) -> i64 {
        self.days() - other.days()
    }

    /// Returns the midnight, in UTC, with which it begins.
    pub fn midnight(self) -> Timestamp {
        Timestamp::from_micros(self.days() * super::timestamp::DAY)
    }

    fn days(self) -> i64 {
        calendar::days(self.year.into(), self.month, self.day)
    }

    pub(super) fn from_days(days: i64) -> Self {
        let days = days.clamp(calendar::days(0, 1, 1), calendar::days(9999, 12, 31));
        let (year, month, day) = calendar::date(days);
        let year = u16::try_from(year).unwrap_or_default();
        Self { year, month, day }
    }
}

impl fmt::Display for Date {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { year, month, day } = self;
        write!(formatter, "{year:04}-{month:02}-{day:02}")
    }
}

impl FromStr for Date {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let parse = || {
            let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = text.as_bytes() else {
                return None;
            };
            let year = number(&[*y1, *y2, *y3, *y4])?;
            let small = |digits: &[u8]| u8::try_from(number(digits)?).ok();
            Self::new(year, small(&[*m1, *m2])?, small(&[*d1, *d2])?)
        };
        parse().ok_or_else(|| ParseError::new(text, "date YYYY-MM-DD"))
    }
}

fn number(digits: &[u8]) -> Option<u16> {
    digits.iter().try_fold(0_u16, |number, digit| {
        let digit = digit.is_ascii_digit().then(|| digit - b'0')?;
        number.checked_mul(10)?.checked_add(digit.into())
    })
}

serde_text!(Date, "a date YYYY-MM-DD");

value!(
    Date,
    Date,
    |value, out| packed::push_text(out, &value.to_string()),
    |row| row
        .text()?
        .parse()
        .map_err(|_| row.mismatch("a date", b'u'))
);
