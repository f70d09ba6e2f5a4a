//! Types of columns that Rust's standard library has not.

mod calendar;
mod date;
mod decimal;
mod foreign;
mod json;
mod timestamp;

pub use date::Date;
pub use decimal::Decimal;
pub use foreign::{Foreign, ForeignKey};
pub use json::Json;
pub(crate) use json::encode_json;
pub use timestamp::Timestamp;
pub use uuid::Uuid;

use super::packed;
use super::value::value;
use super::{Encode, Mismatch, Reader, Value, domain};

value!(
    Uuid,
    Uuid,
    |value, out| packed::push_blob(out, value.as_bytes()),
    |row| Uuid::from_slice(row.blob()?).map_err(|_| row.mismatch("a UUID of 16 bytes", b's'))
);

/// Why a text is none of these types.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is no {what}")]
pub struct ParseError {
    text: String,
    what: &'static str,
}

impl ParseError {
    fn new(text: &str, what: &'static str) -> Self {
        Self {
            text: text.to_owned(),
            what,
        }
    }
}

/// Serializes as the text that `Display` makes, and back through `FromStr`.
macro_rules! serde_text {
    ($type:ty, $what:literal) => {
        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Text;

                impl serde::de::Visitor<'_> for Text {
                    type Value = $type;

                    fn expecting(
                        &self,
                        formatter: &mut std::fmt::Formatter<'_>,
                    ) -> std::fmt::Result {
                        formatter.write_str($what)
                    }

                    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<$type, E> {
                        text.parse().map_err(E::custom)
                    }
                }

                deserializer.deserialize_str(Text)
            }
        }
    };
}
use serde_text;
