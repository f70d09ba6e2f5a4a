//! Checks of a schema before anything is done with it.
//!
//! # Layout
//!
//! - [`names`]: identifiers, and what must not be alike.
//! - [`columns`]: keys, references, defaults.
//! - [`search`]: full-text search and its tokenizer.
//! - [`bounds`]: how much of everything.
//!
//! # Invariants
//!
//! - What is accepted can be created: the last check creates it, in memory.
//! - Every error names the model, the column where there is one, and the cure.

mod bounds;
mod columns;
mod names;
mod search;
#[cfg(test)]
mod tests;

use super::{Model, Schema};
use crate::error::{Error, Result};
use crate::migrate::expression::{self, Bench};
use crate::migrate::scratch;

/// Checks a schema: names, types, references, defaults, expressions, bounds.
///
/// # Errors
///
/// [`Error::Invalid`], which names model and column, and the cure.
pub fn validate(schema: &Schema) -> Result<()> {
    bounds::check(schema)?;
    names::check(schema)?;
    for model in &schema.models {
        columns::check(schema, model)?;
        search::check(model)?;
    }
    for model in &schema.models {
        expressions(model)?;
    }
    scratch::fresh(schema).map(drop)
}

/// Compiles what an app brings as text.
fn expressions(model: &Model) -> Result<()> {
    let conditions = model
        .checks
        .iter()
        .map(|check| ("check", &check.name, &check.condition));
    let partial = model
        .indexes
        .iter()
        .filter_map(|index| Some(("index", &index.name, index.condition.as_ref()?)));
    let mut all = conditions.chain(partial).peekable();
    if all.peek().is_some() {
        let bench = Bench::new(model)?;
        for (kind, name, text) in all {
            bench
                .check(text)
                .map_err(|what| error(model, &format!("{kind} {name}: `{text}`: {what}")))?;
        }
    }
    for column in &model.columns {
        if let Some(fill) = &column.fill {
            // Which columns the old table has, only the migration knows.
            expression::check_text(fill).map_err(|what| {
                error(
                    model,
                    &format!("column {}: fill `{fill}`: {what}", column.name),
                )
            })?;
        }
    }
    Ok(())
}

/// Returns an error about a model.
fn error(model: &Model, what: &str) -> Error {
    Error::invalid(format!("model {}: {what}", model.table))
}
