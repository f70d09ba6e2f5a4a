//! Names: what is one, and which must not be alike. SQLite ignores the case of ASCII
//! letters in them.

use std::collections::HashMap;

use super::super::{Model, Schema, full_text_table, is_full_text};
use super::error;
use crate::error::{Error, Result};

/// Bytes of a name.
const LONGEST: usize = 64;

/// The tables that FTS5 keeps beside its own (https://sqlite.org/fts5.html section 9).
const SHADOWS: [&str; 5] = ["_data", "_idx", "_content", "_docsize", "_config"];

/// Checks all names of a schema.
pub(super) fn check(schema: &Schema) -> Result<()> {
    let mut taken = HashMap::new();
    for model in &schema.models {
        name("model", &model.table).map_err(Error::Invalid)?;
        claim(&mut taken, &model.table, format!("model {}", model.table))?;
        if let Some(before) = &model.renamed_from {
            name("renamed from", before).map_err(|what| error(model, &what))?;
        }
    }
    for model in schema
        .models
        .iter()
        .filter(|model| model.full_text.is_some())
    {
        let fts = full_text_table(&model.table);
        let what = format!("the full-text search of {}", model.table);
        for shadow in SHADOWS {
            claim(&mut taken, &format!("{fts}{shadow}"), what.clone())?;
        }
        claim(&mut taken, &fts, what)?;
    }
    for model in &schema.models {
        if is_full_text(&model.table) || model.table.to_ascii_lowercase().contains("_fts_") {
            return Err(error(
                model,
                "names that end in `_fts` or contain `_fts_` are those of full-text searches; \
                 choose another",
            ));
        }
        for index in &model.indexes {
            name("index", &index.name).map_err(|what| error(model, &what))?;
            claim(&mut taken, &index.name, format!("index {}", index.name))?;
        }
        columns(model)?;
        let mut checks = HashMap::new();
        for check in &model.checks {
            name("check", &check.name).map_err(|what| error(model, &what))?;
            claim(&mut checks, &check.name, format!("check {}", check.name))
                .map_err(|what| error(model, &what.to_string()))?;
        }
    }
    let mut steps = HashMap::new();
    for step in &schema.steps {
        step_name(&step.name)?;
        claim(&mut steps, &step.name, format!("step {}", step.name))?;
        if step.sql.iter().all(|sql| sql.trim().is_empty()) {
            return Err(Error::invalid(format!("step {}: it has no SQL", step.name)));
        }
        if step.sql.iter().any(|sql| sql.contains('\0')) {
            return Err(Error::invalid(format!(
                "step {}: its SQL contains a NUL",
                step.name
            )));
        }
    }
    Ok(())
}

fn columns(model: &Model) -> Result<()> {
    let mut taken = HashMap::new();
    for column in &model.columns {
        name("column", &column.name).map_err(|what| error(model, &what))?;
        claim(&mut taken, &column.name, format!("column {}", column.name))
            .map_err(|what| error(model, &what.to_string()))?;
        if let Some(before) = &column.renamed_from {
            name("renamed from", before)
                .map_err(|what| error(model, &format!("column {}: {what}", column.name)))?;
        }
        let is_key = matches!(model.primary_key.as_slice(), [key] if *key == column.name);
        if column.name.eq_ignore_ascii_case("rowid") && !(is_key && model.has_rowid_key()) {
            return Err(error(
                model,
                "column rowid: SQLite has a column of that name in every table; call it otherwise, \
                 or make it the integer primary key",
            ));
        }
    }
    Ok(())
}

/// Checks that a name is an identifier and not one of SQLite's or the host's.
fn name(what: &str, name: &str) -> Result<(), String> {
    let shown = name.escape_debug();
    let letters = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    if name.is_empty()
        || !name.bytes().all(letters)
        || name.starts_with(|c: char| c.is_ascii_digit())
    {
        return Err(format!(
            "{what} {shown}: a name is ASCII letters, digits and `_`, and begins with no digit"
        ));
    }
    if name.len() > LONGEST {
        return Err(format!(
            "{what} {shown}: a name has at most {LONGEST} bytes; shorten it"
        ));
    }
    let lower = name.to_ascii_lowercase();
    if lower.starts_with("sqlite_") || lower.starts_with("_wasgi") {
        return Err(format!(
            "{what} {shown}: names that begin with `sqlite_` or `_wasgi` are SQLite's and the host's; \
             choose another"
        ));
    }
    Ok(())
}

/// Steps may have speaking names: `2026-03 fill slugs`.
fn step_name(name: &str) -> Result<()> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-. ".contains(&byte);
    if (1..=128).contains(&name.len()) && name.bytes().all(plain) && name.trim() == name {
        return Ok(());
    }
    Err(Error::invalid(format!(
        "step {}: a step's name is 1 to 128 ASCII letters, digits, spaces and `_-.`",
        name.escape_debug()
    )))
}

fn claim(taken: &mut HashMap<String, String>, name: &str, what: String) -> Result<()> {
    match taken.insert(name.to_ascii_lowercase(), what.clone()) {
        None => Ok(()),
        Some(before) => Err(Error::invalid(format!(
            "{what} and {before} have the same name, {name} (letters' case does not count); \
             rename one of them"
        ))),
    }
}
