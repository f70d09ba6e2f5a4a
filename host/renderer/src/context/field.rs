//! One value of a row, shown by the type of its column.

use serde::ser::Error;
use serde::{Serialize, Serializer};
use tera::Value;

use super::json;
use super::packed::Scalar;
use crate::request::{Field, Kind};

/// Returns the value as it is.
#[inline]
pub(super) fn plain(scalar: Scalar<'_>) -> Value {
    match scalar {
        Scalar::Null => Value::none(),
        Scalar::Boolean(value) => Value::from(value),
        Scalar::Integer(value) => Value::from(value),
        Scalar::Large(value) => Value::from(value),
        Scalar::Real(value) => Value::from(value),
        Scalar::Text(text) => Value::normal_string(text),
        Scalar::Blob(bytes) => Value::bytes(bytes),
    }
}

/// A value as its column's type is shown. What the database holds under another type than
/// the column's, which an expression can do, is shown as it is.
pub(super) struct Shown<'a> {
    pub(super) scalar: Scalar<'a>,
    pub(super) field: &'a Field,
}

impl Serialize for Shown<'_> {
    #[inline]
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match (self.field.kind, self.scalar) {
            (Some(Kind::Boolean), Scalar::Integer(value)) => serializer.serialize_bool(value != 0),
            (Some(Kind::Decimal), Scalar::Integer(value)) => serializer.collect_str(&value),
            (Some(Kind::Decimal), Scalar::Real(value)) => serializer.collect_str(&value),
            (Some(Kind::Uuid), Scalar::Blob(bytes)) => match <&[u8; 16]>::try_from(bytes) {
                Ok(bytes) => serializer.serialize_str(&uuid(bytes)),
                Err(_) => serializer.serialize_bytes(bytes),
            },
            (Some(Kind::Timestamp), Scalar::Integer(micros)) => {
                let mut text = [0; TIMESTAMP];
                match timestamp(micros, &mut text) {
                    Some(text) => serializer.serialize_str(text),
                    None => serializer.serialize_i64(micros),
                }
            }
            (Some(Kind::Json), Scalar::Text(text)) => match json::parse(text) {
                Ok(value) => value.serialize(serializer),
                Err(error) => Err(S::Error::custom(format_args!(
                    "`{}` is no JSON that can be shown: {error}",
                    self.field.name
                ))),
            },
            (_, Scalar::Null) => serializer.serialize_unit(),
            (_, Scalar::Boolean(value)) => serializer.serialize_bool(value),
            (_, Scalar::Integer(value)) => serializer.serialize_i64(value),
            (_, Scalar::Large(value)) => serializer.serialize_i128(value),
            (_, Scalar::Real(value)) => serializer.serialize_f64(value),
            (_, Scalar::Text(text)) => serializer.serialize_str(text),
            (_, Scalar::Blob(bytes)) => serializer.serialize_bytes(bytes),
        }
    }
}

/// 16 bytes with hyphens (RFC 9562 section 4).
fn uuid(bytes: &[u8; 16]) -> String {
    let mut text = String::with_capacity(36);
    for (at, byte) in bytes.iter().enumerate() {
        if matches!(at, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        for digit in [byte >> 4, byte & 15] {
            text.extend(char::from_digit(digit.into(), 16));
        }
    }
    text
}

/// The length of a timestamp with all its digits.
const TIMESTAMP: usize = "0000-00-00T00:00:00.000000Z".len();

/// Microseconds since the epoch as RFC 3339 text in UTC, with as many digits of a second
/// as it takes; none outside of the years 0 to 9999, which RFC 3339 cannot say.
fn timestamp(micros: i64, text: &mut [u8; TIMESTAMP]) -> Option<&str> {
    const DAY: i64 = 86_400_000_000;
    let (year, month, day) = civil(micros.div_euclid(DAY));
    let year = u32::try_from(year).ok().filter(|year| *year <= 9999)?;
    let within = u32::try_from(micros.rem_euclid(DAY) / 1_000_000).ok()?;
    let mut fraction = u32::try_from(micros.rem_euclid(1_000_000)).ok()?;
    *text = *b"0000-00-00T00:00:00.000000Z";
    put(text, 3, year);
    put(text, 6, month);
    put(text, 9, day);
    put(text, 12, within / 3600);
    put(text, 15, within / 60 % 60);
    put(text, 18, within % 60);
    let mut end = 19;
    if fraction != 0 {
        end = 26;
        put(text, 25, fraction);
        while fraction % 10 == 0 {
            fraction /= 10;
            end -= 1;
        }
    }
    *text.get_mut(end)? = b'Z';
    std::str::from_utf8(text.get(..=end)?).ok()
}

/// Writes digits that end at a place, as many as the number has.
fn put(text: &mut [u8; TIMESTAMP], end: usize, mut number: u32) {
    for digit in text.iter_mut().take(end + 1).rev() {
        if number == 0 {
            break;
        }
        *digit = b'0' + u8::try_from(number % 10).unwrap_or_default();
        number /= 10;
    }
}

/// The Gregorian date of a day since 1970-01-01. Not by a library: a page has thousands of
/// them, and this is a tenth of the time. The cycle of 400 years is counted from a 1st of
/// March, so that the day that is there or not comes last.
fn civil(days: i64) -> (i64, u32, u32) {
    const CYCLE: i64 = 146_097;
    let shifted = days + 719_468;
    let cycle = shifted.div_euclid(CYCLE);
    let in_cycle = shifted.rem_euclid(CYCLE);
    let year_in_cycle = (in_cycle - in_cycle / 1460 + in_cycle / 36_524 - in_cycle / 146_096) / 365;
    let in_year = in_cycle - (365 * year_in_cycle + year_in_cycle / 4 - year_in_cycle / 100);
    let from_march = (5 * in_year + 2) / 153;
    let day = in_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 {
        from_march + 3
    } else {
        from_march - 9
    };
    let year = year_in_cycle + cycle * 400 + i64::from(month <= 2);
    (
        year,
        u32::try_from(month).unwrap_or_default(),
        u32::try_from(day).unwrap_or_default(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown_timestamp(micros: i64) -> String {
        timestamp(micros, &mut [0; TIMESTAMP])
            .unwrap_or_default()
            .to_owned()
    }

    #[test]
    fn timestamps_are_rfc_3339_in_utc() {
        assert_eq!(shown_timestamp(0), "1970-01-01T00:00:00Z");
        assert_eq!(shown_timestamp(-1), "1969-12-31T23:59:59.999999Z");
        assert_eq!(
            shown_timestamp(1_709_210_096_500_000),
            "2024-02-29T12:34:56.5Z"
        );
        assert_eq!(
            shown_timestamp(253_402_300_799_999_999),
            "9999-12-31T23:59:59.999999Z"
        );
        assert_eq!(shown_timestamp(253_402_300_800_000_000), "");
        assert_eq!(shown_timestamp(i64::MIN), "");
    }

    #[test]
    fn uuids_have_hyphens() {
        let bytes = std::array::from_fn(|at| u8::try_from(at * 17).unwrap_or_default());
        assert_eq!(uuid(&bytes), "00112233-4455-6677-8899-aabbccddeeff");
    }
}
