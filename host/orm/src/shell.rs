//! Rows for a person or another program: `runtime db query`.
//!
//! # Invariants
//!
//! - It only reads, with the rights of a guest: what is in the file is an app's.
//! - What an app has stored cannot steer a terminal: control characters are escaped.

use std::io::Write;

use rusqlite::types::ValueRef;

use crate::connection::{Connection, sqlite_error};
use crate::error::{Error, Result};

/// How rows are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// Columns side by side, for a person.
    #[default]
    Table,
    /// An array of objects; blobs in hex (RFC 8259).
    Json,
    /// With a line of names; null is nothing, an empty text `""` (RFC 4180).
    Csv,
}

/// Rows whose widths a table is laid out by; those that follow take what they get.
const MEASURED: usize = 500;

/// Bytes of a blob that a table shows.
const SHOWN: usize = 16;

/// Runs one statement that only reads, writes its rows, and returns their number.
///
/// # Errors
///
/// [`Error::Denied`] where it would write, [`Error::Syntax`] and others where SQLite
/// does not take it, [`Error::Unavailable`] where the rows cannot be written.
pub fn query(
    connection: &Connection,
    sql: &str,
    format: Format,
    out: &mut dyn Write,
) -> Result<u64> {
    let mut statement = connection.raw().prepare(sql).map_err(sqlite_error)?;
    if !statement.readonly() {
        return Err(Error::Denied(
            "a statement that writes; this command only reads".into(),
        ));
    }
    let names: Vec<String> = statement.column_names().map(str::to_owned).collect();
    let mut writer: Box<dyn Rows> = match format {
        Format::Table => Box::new(Table::new(&names)),
        Format::Json => Box::new(Json { names, any: false }),
        Format::Csv => Box::new(Csv { names }),
    };
    let count = statement.column_count();
    let mut rows = statement.raw_query();
    writer.begin(out).map_err(unwritten)?;
    let mut written = 0;
    while let Some(row) = rows.next().map_err(sqlite_error)? {
        let mut values = Vec::with_capacity(count);
        for at in 0..count {
            values.push(row.get_ref(at).map_err(sqlite_error)?);
        }
        writer.row(&values, out).map_err(unwritten)?;
        written += 1;
    }
    writer
        .end(out)
        .and_then(|()| out.flush())
        .map_err(unwritten)?;
    Ok(written)
}

fn unwritten(error: std::io::Error) -> Error {
    Error::Unavailable(format!("cannot write the rows: {error}"))
}

trait Rows {
    fn begin(&mut self, out: &mut dyn Write) -> std::io::Result<()>;
    fn row(&mut self, values: &[ValueRef<'_>], out: &mut dyn Write) -> std::io::Result<()>;
    fn end(&mut self, out: &mut dyn Write) -> std::io::Result<()>;
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

struct Table {
    widths: Vec<usize>,
    /// Lines that wait for the widths; none once they are known.
    waiting: Option<Vec<Vec<(String, bool)>>>,
}

impl Table {
    fn new(names: &[String]) -> Self {
        let head = names.iter().map(|name| (escaped(name), false)).collect();
        Self {
            widths: vec![0; names.len()],
            waiting: Some(vec![head]),
        }
    }

    /// Writes the lines that wait.
    fn lay_out(&mut self, out: &mut dyn Write) -> std::io::Result<()> {
        let Some(lines) = self.waiting.take() else {
            return Ok(());
        };
        for line in &lines {
            for ((cell, _), width) in line.iter().zip(&mut self.widths) {
                *width = cell.chars().count().max(*width);
            }
        }
        let rule: Vec<String> = self.widths.iter().map(|width| "-".repeat(*width)).collect();
        for (at, line) in lines.iter().enumerate() {
            self.write_line(line, out)?;
            if at == 0 {
                writeln!(out, "{}", rule.join("  "))?;
            }
        }
        Ok(())
    }

    fn write_line(&self, line: &[(String, bool)], out: &mut dyn Write) -> std::io::Result<()> {
        let cells: Vec<String> = line
            .iter()
            .zip(&self.widths)
            .map(|((cell, right), width)| match right {
                true => format!("{cell:>width$}"),
                false => format!("{cell:<width$}"),
            })
            .collect();
        writeln!(out, "{}", cells.join("  ").trim_end())
    }
}

impl Rows for Table {
    fn begin(&mut self, _: &mut dyn Write) -> std::io::Result<()> {
        Ok(())
    }

    fn row(&mut self, values: &[ValueRef<'_>], out: &mut dyn Write) -> std::io::Result<()> {
        let line: Vec<(String, bool)> = values.iter().map(cell).collect();
        match &mut self.waiting {
            Some(lines) => {
                lines.push(line);
                if lines.len() > MEASURED {
                    self.lay_out(out)?;
                }
                Ok(())
            }
            None => self.write_line(&line, out),
        }
    }

    fn end(&mut self, out: &mut dyn Write) -> std::io::Result<()> {
        self.lay_out(out)
    }
}

/// Returns a value as a person reads it, and whether it stands to the right.
fn cell(value: &ValueRef<'_>) -> (String, bool) {
    match value {
        ValueRef::Null => ("NULL".into(), false),
        ValueRef::Integer(integer) => (integer.to_string(), true),
        ValueRef::Real(real) => (format!("{real:?}"), true),
        ValueRef::Text(text) => (escaped(&String::from_utf8_lossy(text)), false),
        ValueRef::Blob(bytes) => {
            let shown = hex(bytes.get(..SHOWN).unwrap_or(bytes));
            match bytes.len() {
                length if length > SHOWN => (format!("x'{shown}...' ({length} bytes)"), false),
                _ => (format!("x'{shown}'"), false),
            }
        }
    }
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        // Those that turn the direction of text can hide it as well.
        let turns = matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        if letter.is_control() || turns {
            out.extend(letter.escape_default());
        } else {
            out.push(letter);
        }
    }
    out
}

struct Json {
    names: Vec<String>,
    any: bool,
}

impl Rows for Json {
    fn begin(&mut self, out: &mut dyn Write) -> std::io::Result<()> {
        write!(out, "[")
    }

    fn row(&mut self, values: &[ValueRef<'_>], out: &mut dyn Write) -> std::io::Result<()> {
        write!(out, "{}\n  {{", if self.any { "," } else { "" })?;
        self.any = true;
        for (at, (name, value)) in self.names.iter().zip(values).enumerate() {
            let comma = if at > 0 { ", " } else { "" };
            write!(out, "{comma}{}: ", serde_json::Value::from(name.as_str()))?;
            match value {
                ValueRef::Null => write!(out, "null")?,
                ValueRef::Integer(integer) => write!(out, "{integer}")?,
                // JSON has no infinity, but numbers that are as good as one.
                ValueRef::Real(real) if real.is_infinite() => {
                    write!(out, "{}1e999", if *real < 0.0 { "-" } else { "" })?;
                }
                ValueRef::Real(real) => write!(out, "{}", serde_json::Value::from(*real))?,
                ValueRef::Text(text) => {
                    write!(
                        out,
                        "{}",
                        serde_json::Value::from(String::from_utf8_lossy(text))
                    )?;
                }
                ValueRef::Blob(bytes) => write!(out, "\"{}\"", hex(bytes))?,
            }
        }
        write!(out, "}}")
    }

    fn end(&mut self, out: &mut dyn Write) -> std::io::Result<()> {
        writeln!(out, "{}]", if self.any { "\n" } else { "" })
    }
}

struct Csv {
    names: Vec<String>,
}

fn csv_text(text: &str) -> String {
    let plain = !text.is_empty() && !text.contains([',', '"', '\n', '\r']);
    if plain {
        return text.to_owned();
    }
    format!("\"{}\"", text.replace('"', "\"\""))
}

impl Rows for Csv {
    fn begin(&mut self, out: &mut dyn Write) -> std::io::Result<()> {
        let names: Vec<String> = self.names.iter().map(|name| csv_text(name)).collect();
        write!(out, "{}\r\n", names.join(","))
    }

    fn row(&mut self, values: &[ValueRef<'_>], out: &mut dyn Write) -> std::io::Result<()> {
        let cells: Vec<String> = values
            .iter()
            .map(|value| match value {
                ValueRef::Null => String::new(),
                ValueRef::Integer(integer) => integer.to_string(),
                ValueRef::Real(real) => format!("{real:?}"),
                ValueRef::Text(text) => csv_text(&String::from_utf8_lossy(text)),
                ValueRef::Blob(bytes) => hex(bytes),
            })
            .collect();
        write!(out, "{}\r\n", cells.join(","))
    }

    fn end(&mut self, _: &mut dyn Write) -> std::io::Result<()> {
        Ok(())
    }
}
