//! Query trees to SQL, through sea-query.
//!
//! # Invariants
//!
//! - Parameters and constants are bound, never written into the text: the caller's
//!   parameter n is `?{n+1}`, constants follow.
//! - The text depends on the tree alone, so that equal trees share a prepared statement.

use rusqlite::types::Value as Stored;

use crate::error::Result;
use crate::query::Query;

/// A query as SQL.
#[derive(Clone, Debug, Default)]
pub struct Lowered {
    /// One statement.
    pub sql: String,
    /// How many parameters the caller gives: `?1` to `?{params}`.
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

/// A select of related rows, for any number of keys.
#[derive(Clone, Debug)]
pub struct Prefetched {
    /// 0: the query's rows; n: those of prefetch n-1.
    pub parent: usize,
    /// The column of the parent's rows that is the key.
    pub key: usize,
    /// Constants, bound after the caller's parameters; the keys follow.
    pub constants: Vec<Stored>,
    pub(crate) statement: (),
}

impl Prefetched {
    /// Returns the SQL for so many keys. The value of `on` is the last column.
    pub fn sql(&self, keys: usize) -> String {
        let _ = (keys, self.statement);
        String::new()
    }
}

/// Turns a tree that [`crate::query::validate`] accepted into SQL.
///
/// # Errors
///
/// [`crate::Error::Invalid`] where a constant's text is none of its type.
pub fn lower(query: &Query) -> Result<Lowered> {
    let _ = query;
    Err(crate::Error::invalid("not yet"))
}
