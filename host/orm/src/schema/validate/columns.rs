//! Columns: primary keys, references, defaults, and the columns that others name.

use super::super::{Collation, Column, ColumnDefault, Model, Reference, ReferenceAction, Schema};
use super::error;
use crate::error::Result;
use crate::value::{ColumnType, Value};

/// Bytes of a default.
const LONGEST_DEFAULT: usize = 4096;

/// Checks the columns of a model, and what names them.
pub(super) fn check(schema: &Schema, model: &Model) -> Result<()> {
    primary_key(model)?;
    for column in &model.columns {
        let about = |what: String| error(model, &format!("column {}: {what}", column.name));
        if column.collation == Collation::Nocase && column.kind != ColumnType::Text {
            return Err(about(
                "only text is compared without case; leave its collation out".into(),
            ));
        }
        default(column).map_err(about)?;
        if let Some(reference) = &column.references {
            references(schema, column, reference).map_err(about)?;
        }
    }
    for index in &model.indexes {
        let about = |what: &str| error(model, &format!("index {}: {what}", index.name));
        if index.columns.is_empty() {
            return Err(about("it has no columns; name one"));
        }
        let names: Vec<&str> = index
            .columns
            .iter()
            .map(|column| column.name.as_str())
            .collect();
        all_there(model, &names).map_err(|what| about(&what))?;
    }
    Ok(())
}

/// Checks that columns are there, each once.
pub(super) fn all_there(model: &Model, names: &[&str]) -> Result<(), String> {
    for (at, name) in names.iter().enumerate() {
        if model.column(name).is_none() {
            return Err(format!(
                "there is no column {}; name one of the model's own",
                name.escape_debug()
            ));
        }
        if names.iter().skip(at + 1).any(|other| other == name) {
            return Err(format!("column {name} is named twice; leave one out"));
        }
    }
    Ok(())
}

fn primary_key(model: &Model) -> Result<()> {
    let about = |what: &str| error(model, &format!("primary key: {what}"));
    if model.primary_key.is_empty() {
        return Err(about(
            "there is none; name a column, mostly an integer `id`",
        ));
    }
    let names: Vec<&str> = model.primary_key.iter().map(String::as_str).collect();
    all_there(model, &names).map_err(|what| about(&what))?;
    let nullable = names
        .iter()
        .find(|name| model.column(name).is_some_and(|column| column.nullable));
    match nullable {
        None => Ok(()),
        Some(name) => Err(about(&format!(
            "column {name} may be null; make it not null"
        ))),
    }
}

fn default(column: &Column) -> Result<(), String> {
    match &column.default {
        None => Ok(()),
        Some(ColumnDefault::Now) => match column.kind {
            ColumnType::Timestamp | ColumnType::Date => Ok(()),
            _ => Err("`now` is a default of timestamps and dates; give it a constant".into()),
        },
        Some(ColumnDefault::Constant(Value::Null)) if column.nullable => Ok(()),
        Some(ColumnDefault::Constant(Value::Null)) => {
            Err("its default is null, and it may not be null; give it another, or none".into())
        }
        Some(ColumnDefault::Constant(value)) => constant(column, value),
    }
}

fn constant(column: &Column, value: &Value) -> Result<(), String> {
    if value.kind() != Some(column.kind) {
        let kinds = format!("{:?}, its default {:?}", column.kind, value.kind());
        return Err(format!(
            "its type is {kinds}; give it a default of its own type"
        ));
    }
    let stored = value
        .stored()
        .map_err(|error| format!("its default is {error}"))?;
    let fits = match &stored {
        rusqlite::types::Value::Real(real) => real.is_finite(),
        rusqlite::types::Value::Text(text) => text.len() <= LONGEST_DEFAULT && !text.contains('\0'),
        rusqlite::types::Value::Blob(bytes) => bytes.len() <= LONGEST_DEFAULT,
        rusqlite::types::Value::Integer(_) | rusqlite::types::Value::Null => true,
    };
    if fits {
        return Ok(());
    }
    Err(format!(
        "a default is a finite number, or at most {LONGEST_DEFAULT} bytes without NUL; give it another"
    ))
}

fn references(schema: &Schema, column: &Column, reference: &Reference) -> Result<(), String> {
    let Reference {
        table, column: to, ..
    } = reference;
    let shown = format!("{}.{}", table.escape_debug(), to.escape_debug());
    let model = schema.models.iter().find(|model| model.table == *table);
    let model = model.ok_or_else(|| {
        format!("it refers to {shown}, and there is no such model; export that one too")
    })?;
    let target = model.column(to).ok_or_else(|| {
        format!("it refers to {shown}, and there is no such column; name {table}'s key")
    })?;
    let is_key = matches!(model.primary_key.as_slice(), [key] if key == to);
    if !is_key && !target.unique {
        return Err(format!(
            "it refers to {shown}, which is neither the primary key nor unique; make it unique"
        ));
    }
    if target.kind != column.kind {
        return Err(format!(
            "its type is {:?}, and {shown}, which it refers to, is {:?}; make them alike",
            column.kind, target.kind
        ));
    }
    for action in [reference.on_delete, reference.on_update] {
        if action == ReferenceAction::SetNull && !column.nullable {
            return Err("`set null` needs a column that may be null".into());
        }
        if action == ReferenceAction::SetDefault && column.default.is_none() {
            return Err("`set default` needs a default".into());
        }
    }
    Ok(())
}
