//! `json_group_array` and `json_group_object`: SQLite's own collect up to 2 GB before
//! they find that it is too much.

use rusqlite::functions::{Aggregate, Context, FunctionFlags, SubType};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Error, Result, ffi};

use super::{Text, failure, flags, real_text, text, until_nul};
use crate::connection::LARGEST;

/// The subtype by which SQLite tells JSON from text.
const JSON: u32 = 74;

pub(super) fn register(connection: &Connection) -> Result<()> {
    let flags = flags() | FunctionFlags::SQLITE_SUBTYPE | FunctionFlags::SQLITE_RESULT_SUBTYPE;
    connection.create_aggregate_function("json_group_array", 1, flags, Group::Array)?;
    connection.create_aggregate_function("json_group_object", 2, flags, Group::Object)
}

/// What is collected into.
#[derive(Clone, Copy)]
enum Group {
    Array,
    Object,
}

impl Group {
    fn brackets(self) -> (u8, u8) {
        match self {
            Self::Array => (b'[', b']'),
            Self::Object => (b'{', b'}'),
        }
    }
}

impl Aggregate<Vec<u8>, (Text<Vec<u8>>, SubType)> for Group {
    fn init(&self, _: &mut Context<'_>) -> Result<Vec<u8>> {
        Ok(vec![self.brackets().0])
    }

    fn step(&self, context: &mut Context<'_>, out: &mut Vec<u8>) -> Result<()> {
        let comma = out.len() > 1;
        let value = match self {
            Self::Array => 0,
            Self::Object => 1,
        };
        if value == 1 {
            // A member without a name is left out.
            let Some(name) = text(context, 0) else {
                return Ok(());
            };
            if comma {
                out.push(b',');
            }
            quoted(out, until_nul(&name));
            out.push(b':');
        } else if comma {
            out.push(b',');
        }
        push(context, value, out)?;
        if out.len() > LARGEST {
            return Err(failure(ffi::SQLITE_TOOBIG));
        }
        Ok(())
    }

    fn finalize(
        &self,
        _: &mut Context<'_>,
        out: Option<Vec<u8>>,
    ) -> Result<(Text<Vec<u8>>, SubType)> {
        let (open, close) = self.brackets();
        let mut out = out.unwrap_or_else(|| vec![open]);
        out.push(close);
        Ok((Text(out), Some(JSON)))
    }
}

/// Appends an argument as JSON.
fn push(context: &Context<'_>, index: usize, out: &mut Vec<u8>) -> Result<()> {
    match context.get_raw(index) {
        ValueRef::Null => out.extend_from_slice(b"null"),
        ValueRef::Integer(integer) => out.extend_from_slice(integer.to_string().as_bytes()),
        // JSON has no infinity: what SQLite writes instead reads back as one.
        ValueRef::Real(real) if real.is_infinite() => {
            let sign: &[u8] = if real > 0.0 { b"" } else { b"-" };
            out.extend_from_slice(sign);
            out.extend_from_slice(b"9.0e+999");
        }
        ValueRef::Real(real) => out.extend_from_slice(real_text(real).as_bytes()),
        ValueRef::Text(json) if context.get_subtype(index) == JSON => out.extend_from_slice(json),
        ValueRef::Text(text) => quoted(out, text),
        ValueRef::Blob(_) => {
            return Err(Error::UserFunctionError(
                "JSON cannot hold BLOB values; of JSONB take json()".into(),
            ));
        }
    }
    Ok(())
}

fn quoted(out: &mut Vec<u8>, text: &[u8]) {
    out.reserve(text.len() + 2);
    out.push(b'"');
    for byte in text {
        match byte {
            b'"' | b'\\' => out.extend_from_slice(&[b'\\', *byte]),
            0x08 => out.extend_from_slice(b"\\b"),
            b'\t' => out.extend_from_slice(b"\\t"),
            b'\n' => out.extend_from_slice(b"\\n"),
            0x0c => out.extend_from_slice(b"\\f"),
            b'\r' => out.extend_from_slice(b"\\r"),
            0..0x20 => out.extend_from_slice(format!("\\u{byte:04x}").as_bytes()),
            _ => out.push(*byte),
        }
    }
    out.push(b'"');
}
