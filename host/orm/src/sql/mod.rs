//! Query trees to SQL, through sea-query.
//!
//! # Layout
//!
//! - `lowering`: what is shared: placeholders, constants, pieces of text.
//! - `expr`: expressions; `function`: functions, aggregates and windows.
//! - `select`: selects and compounds; `keyset`: the condition of keyset pagination.
//! - `write`: inserts, updates and deletes.
//! - `prefetch`: selects of related rows.
//! - `nullable`: which columns are never null, where a database can tell.
//!
//! # Invariants
//!
//! - Parameters and constants are bound, never written into the text: the caller's
//!   parameter n is `?{n+1}`, constants follow. Names are quoted.
//! - The text depends on the tree alone (and, with [`lower_for`], on which columns are
//!   never null), so that equal trees share a prepared statement.
//! - Operands are parenthesised here wherever they are not atoms: sea-query's own rules
//!   lose the grouping of nested comparisons under BETWEEN.

mod expr;
mod function;
mod keyset;
mod lowering;
mod nullable;
mod prefetch;
mod select;
mod write;

use rusqlite::types::Value as Stored;

pub use nullable::{NeverNull, never_null};
pub use prefetch::Prefetched;

use crate::error::Result;
use crate::query::validate::params;
use crate::query::{Body, Query};
use lowering::Lowering;

/// A query as SQL.
#[derive(Clone, Debug, Default)]
pub struct Lowered {
    /// One statement.
    pub sql: String,
    /// How many parameters the caller gives: `?1` to `?{params}`. One that only a
    /// prefetch uses may be missing in the text.
    pub params: usize,
    /// Constants, bound to the parameters that follow.
    pub constants: Vec<Stored>,
    /// Whether it writes.
    pub writes: bool,
    /// Whether its work is bounded by the size of its parameters: an insert of given
    /// values. Such a write is quick, whatever is in the database.
    pub bounded: bool,
    /// The table that it writes to.
    pub table: Option<String>,
    /// Whether no row at all means that the version check failed.
    pub checks_version: bool,
    /// Selects of related rows.
    pub prefetches: Vec<Prefetched>,
}

impl Lowered {
    /// Returns how many values are bound: parameters and constants.
    pub fn placeholders(&self) -> usize {
        self.params + self.constants.len()
    }
}

/// Turns a tree that [`crate::query::validate`] accepted into SQL.
///
/// # Errors
///
/// [`crate::Error::Invalid`] where a constant's text is none of its type, or the text
/// is longer than SQLite takes.
pub fn lower(query: &Query) -> Result<Lowered> {
    lower_for(query, &|_: &str, _: &str| false)
}

/// As [`lower`], for a database whose columns are known: keyset pagination over columns
/// that are never null becomes a condition that an index answers.
///
/// # Errors
///
/// As for [`lower`].
pub fn lower_for(query: &Query, never_null: &NeverNull<'_>) -> Result<Lowered> {
    let params = params(query);
    let mut lowering = Lowering::new(query, params, never_null)?;
    let mut lowered = Lowered {
        params,
        writes: !matches!(query.body, Body::Select(_)),
        bounded: lowering.is_bounded(),
        ..Lowered::default()
    };
    lowered.sql = match &query.body {
        Body::Select(id) => lowering.select_text(*id)?,
        Body::Insert(insert) => {
            lowered.table = Some(insert.table.clone());
            lowering.insert(insert)?
        }
        Body::Update(update) => {
            lowered.table = Some(update.table.clone());
            lowered.checks_version = update.version.is_some();
            lowering.update(update)?
        }
        Body::Delete(delete) => {
            lowered.table = Some(delete.table.clone());
            lowered.checks_version = delete.version.is_some();
            lowering.delete(delete)?
        }
    };
    lowered.constants = lowering.into_constants();
    for prefetch in &query.prefetches {
        let lowering = Lowering::new(query, params, never_null)?;
        lowered.prefetches.push(Prefetched::of(prefetch, lowering)?);
    }
    Ok(lowered)
}
