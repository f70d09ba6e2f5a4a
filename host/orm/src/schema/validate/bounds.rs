//! How much a schema may hold: below SQLite's own limits, and small enough that a
//! migration is planned in no time.

use super::super::Schema;
use super::error;
use crate::error::{Error, Result};

const MODELS: usize = 200;
const COLUMNS: usize = 200;
const INDEXES: usize = 64;
const CHECKS: usize = 64;
/// Columns of an index or a primary key.
const INDEX_COLUMNS: usize = 32;
const STEPS: usize = 2000;
/// Statements of one step.
const STATEMENTS: usize = 1000;
/// Bytes of the whole schema as JSON: a row of the history holds it.
const BYTES: usize = 1 << 20;

/// Checks the size of a schema.
pub(super) fn check(schema: &Schema) -> Result<()> {
    let bound = |what: &str, count: usize, most: usize| {
        if count <= most {
            return Ok(());
        }
        Err(Error::invalid(format!(
            "{what}: {count} are too many; at most {most}"
        )))
    };
    bound("models", schema.models.len(), MODELS)?;
    bound("steps", schema.steps.len(), STEPS)?;
    for step in &schema.steps {
        let what = format!("step {}: statements", step.name.escape_debug());
        bound(&what, step.sql.len(), STATEMENTS)?;
    }
    for model in &schema.models {
        let of = |what: &str| format!("model {}: {what}", model.table.escape_debug());
        bound(&of("columns"), model.columns.len(), COLUMNS)?;
        bound(&of("indexes"), model.indexes.len(), INDEXES)?;
        bound(&of("checks"), model.checks.len(), CHECKS)?;
        bound(
            &of("columns of the primary key"),
            model.primary_key.len(),
            INDEX_COLUMNS,
        )?;
        for index in &model.indexes {
            bound(
                &of("columns of an index"),
                index.columns.len(),
                INDEX_COLUMNS,
            )?;
        }
        if model.columns.is_empty() {
            return Err(error(
                model,
                "it has no columns; give it one, its primary key",
            ));
        }
    }
    // Counted only now that the parts are known to be few.
    let bytes = serde_json::to_vec(schema).map_or(0, |json| json.len());
    bound("bytes of the schema as JSON", bytes, BYTES)
}
