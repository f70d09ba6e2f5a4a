//! Constants and column types, and how SQLite stores them.

use std::str::FromStr as _;

use rusqlite::types::Value as Stored;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// The type of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ColumnType {
    /// 0 or 1.
    Boolean,
    /// 64 bits, signed.
    Integer,
    /// IEEE 754, 64 bits.
    Real,
    /// UTF-8.
    Text,
    /// Bytes.
    Blob,
    /// Text under the collation `decimal`.
    Decimal,
    /// A blob of 16 bytes.
    Uuid,
    /// Microseconds since 1970-01-01T00:00:00Z.
    Timestamp,
    /// Text, `YYYY-MM-DD`.
    Date,
    /// Text that is valid JSON.
    Json,
}

/// A constant.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "type", content = "value")]
pub enum Value {
    /// SQL's NULL.
    Null,
    /// True or false.
    Boolean(bool),
    /// An integer.
    Integer(i64),
    /// A real.
    Real(f64),
    /// A text.
    Text(String),
    /// Bytes.
    Blob(Vec<u8>),
    /// Digits with an optional sign and point.
    Decimal(String),
    /// The 16 bytes, big-endian, as two halves.
    Uuid((u64, u64)),
    /// Microseconds since 1970-01-01T00:00:00Z.
    Timestamp(i64),
    /// `YYYY-MM-DD`.
    Date(String),
    /// A JSON text.
    Json(String),
}

impl ColumnType {
    /// Returns the type in `CREATE TABLE ... STRICT`.
    pub fn storage(self) -> &'static str {
        match self {
            Self::Boolean | Self::Integer | Self::Timestamp => "INTEGER",
            Self::Real => "REAL",
            Self::Text | Self::Decimal | Self::Date | Self::Json => "TEXT",
            Self::Blob | Self::Uuid => "BLOB",
        }
    }
}

impl Value {
    /// Returns the type; none of null.
    pub fn kind(&self) -> Option<ColumnType> {
        Some(match self {
            Self::Null => return None,
            Self::Boolean(_) => ColumnType::Boolean,
            Self::Integer(_) => ColumnType::Integer,
            Self::Real(_) => ColumnType::Real,
            Self::Text(_) => ColumnType::Text,
            Self::Blob(_) => ColumnType::Blob,
            Self::Decimal(_) => ColumnType::Decimal,
            Self::Uuid(_) => ColumnType::Uuid,
            Self::Timestamp(_) => ColumnType::Timestamp,
            Self::Date(_) => ColumnType::Date,
            Self::Json(_) => ColumnType::Json,
        })
    }

    /// Returns what SQLite stores.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`] where the text of a decimal, date or JSON value is none.
    pub fn stored(&self) -> Result<Stored> {
        Ok(match self {
            Self::Null => Stored::Null,
            Self::Boolean(value) => Stored::Integer(i64::from(*value)),
            Self::Integer(value) | Self::Timestamp(value) => Stored::Integer(*value),
            Self::Real(value) => Stored::Real(*value),
            Self::Text(text) => Stored::Text(text.clone()),
            Self::Blob(bytes) => Stored::Blob(bytes.clone()),
            Self::Decimal(text) => Stored::Text(decimal(text)?.to_string()),
            Self::Uuid((high, low)) => {
                Stored::Blob([high.to_be_bytes(), low.to_be_bytes()].concat())
            }
            Self::Date(text) => Stored::Text(date(text)?.to_owned()),
            Self::Json(text) => {
                serde_json::from_str::<serde::de::IgnoredAny>(text)
                    .map_err(|error| Error::invalid(format!("not JSON: {error}")))?;
                Stored::Text(text.clone())
            }
        })
    }
}

/// Parses a decimal: at most 28 digits, no exponent.
///
/// # Errors
///
/// [`Error::Invalid`] where it is none.
pub fn decimal(text: &str) -> Result<Decimal> {
    Decimal::from_str(text)
        .map_err(|error| Error::invalid(format!("not a decimal: {text:?}: {error}")))
}

/// Checks a date: `YYYY-MM-DD`, a day that the Gregorian calendar has.
fn date(text: &str) -> Result<&str> {
    let number = |part: Option<&str>, digits: usize| {
        part.filter(|part| part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit()))
            .and_then(|part| part.parse::<u32>().ok())
    };
    let mut parts = text.splitn(3, '-');
    let year = number(parts.next(), 4);
    let month = number(parts.next(), 2);
    let day = number(parts.next(), 2);
    let valid = match (year, month, day) {
        (Some(year), Some(month), Some(day)) => {
            let leap =
                year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
            let days = match month {
                1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
                4 | 6 | 9 | 11 => 30,
                2 if leap => 29,
                2 => 28,
                _ => 0,
            };
            (1..=days).contains(&day)
        }
        _ => false,
    };
    if valid {
        Ok(text)
    } else {
        Err(Error::invalid(format!("not a date YYYY-MM-DD: {text:?}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uuid_is_stored_as_its_sixteen_bytes() {
        let value = Value::Uuid((0x0011_2233_4455_6677, 0x8899_aabb_ccdd_eeff));
        let Ok(Stored::Blob(bytes)) = value.stored() else {
            panic!("no blob")
        };
        assert_eq!(bytes.len(), 16);
        assert_eq!(bytes.first().zip(bytes.last()), Some((&0x00, &0xff)));
    }

    #[test]
    fn a_day_that_is_not_in_the_calendar_is_refused() {
        for text in [
            "2026-02-29",
            "2026-13-01",
            "2026-1-01",
            "26-01-01",
            "2026-01-01T",
            "",
            "2026-00-10",
        ] {
            assert!(Value::Date(text.into()).stored().is_err(), "{text}");
        }
        for text in ["2024-02-29", "2000-02-29", "0001-12-31"] {
            assert!(Value::Date(text.into()).stored().is_ok(), "{text}");
        }
    }

    #[test]
    fn what_is_no_decimal_or_no_json_is_refused() {
        assert!(Value::Decimal("1,5".into()).stored().is_err());
        assert!(Value::Json("{".into()).stored().is_err());
        assert!(Value::Decimal("-12.50".into()).stored().is_ok());
    }
}
