//! Functions of SQLite's that it runs for as long as the product of their arguments'
//! lengths, or that collect without a bound, written anew: SQLite looks at the clock
//! between two operations, and one call of `instr()` on 4 MB is one operation of minutes.
//! These look at the clock themselves, and answer as SQLite's do (a test compares them).

mod json;
mod pattern;
mod search;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::sync::Arc;

use rusqlite::functions::{Context, FunctionFlags};
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, Error, Result, ToSql, ffi};

use super::control::Control;

/// Bytes of work between two looks at the clock: some tens of microseconds.
const STRIDE: usize = 16 << 10;

/// Gives a connection the functions.
pub(super) fn register(connection: &Connection, control: &Arc<Control>) -> Result<()> {
    search::register(connection, control)?;
    pattern::register(connection, control)?;
    json::register(connection)
}

fn flags() -> FunctionFlags {
    FunctionFlags::SQLITE_UTF8
        | FunctionFlags::SQLITE_DETERMINISTIC
        | FunctionFlags::SQLITE_INNOCUOUS
}

/// Ends a call whose statement has run out of time.
struct Clock<'a> {
    control: &'a Control,
    work: usize,
}

impl<'a> Clock<'a> {
    fn new(control: &'a Control) -> Self {
        Self { control, work: 0 }
    }

    /// Counts work, in bytes, and looks at the clock now and then.
    fn spend(&mut self, bytes: usize) -> Result<()> {
        self.work += bytes;
        if self.work < STRIDE {
            return Ok(());
        }
        self.work = 0;
        if self.control.must_stop() {
            return Err(failure(ffi::SQLITE_INTERRUPT));
        }
        Ok(())
    }
}

fn failure(code: i32) -> Error {
    Error::SqliteFailure(ffi::Error::new(code), None)
}

/// Text as SQLite has it, which may be no UTF-8.
struct Text<B>(B);

impl<B: AsRef<[u8]>> ToSql for Text<B> {
    fn to_sql(&self) -> Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(ValueRef::Text(self.0.as_ref())))
    }
}

/// Returns an argument as text, as `CAST(x AS TEXT)` has it; none of null.
fn text<'a>(context: &'a Context<'_>, index: usize) -> Option<Cow<'a, [u8]>> {
    match context.get_raw(index) {
        ValueRef::Null => None,
        ValueRef::Integer(integer) => Some(Cow::Owned(integer.to_string().into_bytes())),
        ValueRef::Real(real) => Some(Cow::Owned(real_text(real).into_bytes())),
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => Some(Cow::Borrowed(bytes)),
    }
}

/// Writes a real as SQLite's `%!.17g` does: 17 digits, or fewer where the last of them
/// are only the distance to a shorter number that reads back as the same one.
fn real_text(real: f64) -> String {
    if real.is_nan() {
        return "NaN".into();
    }
    if real.is_infinite() {
        return if real > 0.0 { "Inf" } else { "-Inf" }.into();
    }
    if real == 0.0 {
        return "0.0".into();
    }
    let shortest = format!("{:e}", real.abs());
    let long = format!("{:.17e}", real.abs());
    let (long, exponent) = long.split_once('e').unwrap_or((&long, "0"));
    let exponent: i32 = exponent.parse().unwrap_or_default();
    let long: String = long.chars().filter(|digit| *digit != '.').collect();
    let short = shortest.split_once('e').map_or("", |(digits, _)| digits);
    let short: String = short.chars().filter(|digit| *digit != '.').collect();
    let nearly = long.get(14..16) == Some("99")
        || long.get(13..16) == Some("000")
        || (exponent >= 17 && short.len() <= 14);
    let digits = if nearly && short.len() <= 15 {
        short
    } else {
        let rounded = format!("{:.16e}", real.abs());
        let digits = rounded.split_once('e').map_or("", |(digits, _)| digits);
        let digits: String = digits.chars().filter(|digit| *digit != '.').collect();
        let trimmed = digits.trim_end_matches('0');
        trimmed.to_owned()
    };
    let sign = if real < 0.0 { "-" } else { "" };
    sign.to_owned() + &placed(&digits, exponent)
}

/// Puts the point among digits of which the first stands before it, at an exponent.
fn placed(digits: &str, exponent: i32) -> String {
    if !(-4..17).contains(&exponent) {
        let (first, rest) = digits.split_at_checked(1).unwrap_or((digits, ""));
        let rest = if rest.is_empty() { "0" } else { rest };
        let sign = if exponent < 0 { '-' } else { '+' };
        return format!("{first}.{rest}e{sign}{:02}", exponent.unsigned_abs());
    }
    let zeros = usize::try_from(-exponent).unwrap_or_default();
    if zeros > 0 {
        return format!("0.{}{digits}", "0".repeat(zeros - 1));
    }
    let whole = usize::try_from(exponent).unwrap_or_default() + 1;
    match digits.split_at_checked(whole) {
        Some((whole, "")) => format!("{whole}.0"),
        Some((whole, rest)) => format!("{whole}.{rest}"),
        None => format!("{digits:0<whole$}.0"),
    }
}

/// Returns what stands before the first NUL: there SQLite's own functions end.
fn until_nul(bytes: &[u8]) -> &[u8] {
    let end = bytes.iter().position(|byte| *byte == 0);
    end.and_then(|end| bytes.get(..end)).unwrap_or(bytes)
}

/// Takes a character off the front as SQLite does, malformed or not; 0 at the end.
fn next(bytes: &mut &[u8]) -> u32 {
    let Some((first, mut rest)) = bytes.split_first() else {
        return 0;
    };
    let mut character = u32::from(*first);
    if character >= 0xc0 {
        character &= match character {
            0xc0..=0xdf => 0x1f,
            0xe0..=0xef => 0x0f,
            0xf0..=0xf7 => 0x07,
            0xf8..=0xfb => 0x03,
            0xfc..=0xfd => 0x01,
            _ => 0x00,
        };
        while let Some((more, after)) = rest.split_first()
            && more & 0xc0 == 0x80
        {
            character = (character << 6).wrapping_add(u32::from(more & 0x3f));
            rest = after;
        }
        if character < 0x80
            || character & 0xffff_f800 == 0xd800
            || character & 0xffff_fffe == 0xfffe
        {
            character = 0xfffd;
        }
    }
    *bytes = rest;
    character
}
