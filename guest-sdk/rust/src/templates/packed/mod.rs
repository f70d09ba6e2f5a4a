//! Values as bytes (the tables in `wit/orm.wit` and `wit/templates.wit`), written by
//! serde.

mod serializer;
mod several;
#[cfg(test)]
mod tests;

use std::fmt;

use serde::Serialize;

pub(super) use serializer::SAFE;
use serializer::Serializer;

/// Levels of values inside of values, the context among them.
pub(super) const DEPTH: usize = 64;

/// Why a value cannot be packed.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Unfit(String);

impl fmt::Display for Unfit {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for Unfit {}

impl serde::ser::Error for Unfit {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self(message.to_string())
    }
}

/// Packs a value that stands in a context.
pub(super) fn pack(value: impl Serialize) -> Result<Vec<u8>, Unfit> {
    let mut out = Vec::new();
    value.serialize(Serializer::new(&mut out, DEPTH - 1))?;
    Ok(out)
}

/// Packs a value that is a context: returns its names and their values, packed.
pub(super) fn pack_entries(value: impl Serialize) -> Result<Vec<(String, Vec<u8>)>, Unfit> {
    let mut out = Vec::new();
    value.serialize(Serializer::new(&mut out, DEPTH))?;
    let no_dict = || Unfit("a context is a struct or a map, and this is none".to_owned());
    let mut rest = out.strip_prefix(b"{").ok_or_else(no_dict)?;
    let mut entries = Vec::new();
    loop {
        let key = value_length(rest).map(|length| rest.split_at(length));
        // What was written a moment ago ends where it should, by the end of the dict.
        let Some((key, after)) = key else {
            return Ok(entries);
        };
        let Some((value, after)) = value_length(after).map(|length| after.split_at(length)) else {
            return Ok(entries);
        };
        let name = key.get(5..).unwrap_or_default();
        entries.push((String::from_utf8_lossy(name).into_owned(), value.to_vec()));
        rest = after;
    }
}

/// Returns how many bytes the first value takes; none where there is none.
fn value_length(bytes: &[u8]) -> Option<usize> {
    let mut at = 0;
    // Values that are still to come; a dict's end counts as one.
    let mut open = vec![Some(1)];
    while let Some(expected) = open.last_mut() {
        match expected {
            Some(0) => {
                open.pop();
                continue;
            }
            Some(count) => *count -= 1,
            None if bytes.get(at) == Some(&b'0') => {
                at += 1;
                open.pop();
                continue;
            }
            None => {}
        }
        let number = || {
            let bytes = bytes.get(at + 1..at + 5)?.try_into().ok()?;
            Some(i32::from_le_bytes(bytes).unsigned_abs())
        };
        let count = || usize::try_from(number()?).ok();
        match bytes.get(at)? {
            b'N' | b'T' | b'F' => at += 1,
            b'i' => at += 5,
            b'g' => at += 9,
            b'l' => at += 5 + 2 * count()?,
            b'u' | b's' => at += 5 + count()?,
            b'[' | b'>' => {
                open.push(Some(count()?));
                at += 5;
            }
            b'{' => {
                open.push(None);
                at += 1;
            }
            _ => return None,
        }
    }
    (at <= bytes.len()).then_some(at)
}
