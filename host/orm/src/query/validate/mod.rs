//! Checks of a tree before anything is done with it.
//!
//! # Layout
//!
//! - [`shape`]: references, depth and size: whether a walk over the tree ends, and soon.
//! - [`expr`]: nodes by themselves: operand counts, constants, frames.
//! - [`select`]: where aggregates, windows and columns may stand.
//! - [`body`]: inserts, updates, deletes and prefetches.
//! - [`params`]: how many values a statement binds.
//! - [`name`][]: names.
//!
//! # Invariants
//!
//! - Every message names the node and the cure.
//! - Each check takes time linear in the tree, however often nodes are shared.

mod body;
mod expr;
mod name;
mod params;
mod select;
pub(crate) mod shape;

pub(crate) use params::count as params;
pub(crate) use select::{is_grouped, source_name};

use super::Query;
use crate::error::{Error, Result};

/// How large a tree may be.
#[derive(Clone, Debug)]
pub struct Bounds {
    /// Expressions. Default 20,000.
    pub exprs: usize,
    /// Selects. Default 100.
    pub selects: usize,
    /// Depth of an expression: SQLite's limit EXPR_DEPTH. Default 200.
    pub depth: usize,
    /// Nodes of the statement, where a node that is shared counts each time. Default
    /// 50,000, about what SQLite's limit SQL_LENGTH holds.
    pub expanded: u64,
    /// Columns of a result, and terms of ORDER BY and GROUP BY: SQLite's limit COLUMN.
    /// Default 500.
    pub columns: usize,
    /// Parameters and constants: SQLite's limit VARIABLE_NUMBER. Default 1000.
    pub params: usize,
    /// Sources of one select: SQLite joins no more. Default 64.
    pub sources: usize,
    /// Arguments of a function: SQLite's limit FUNCTION_ARG. Default 100.
    pub arguments: usize,
    /// Prefetches. Default 32.
    pub prefetches: usize,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            exprs: 20_000,
            selects: 100,
            depth: 200,
            expanded: 50_000,
            columns: 500,
            params: 1000,
            sources: 64,
            arguments: 100,
            prefetches: 32,
        }
    }
}

/// Checks a tree.
///
/// # Errors
///
/// [`Error::Invalid`], which names the node.
pub fn validate(query: &Query, bounds: &Bounds) -> Result<()> {
    at_most("expressions", query.exprs.len(), bounds.exprs)?;
    at_most("selects", query.selects.len(), bounds.selects)?;
    at_most("prefetches", query.prefetches.len(), bounds.prefetches)?;
    let shape = shape::Shape::of(query, bounds)?;
    for (index, node) in query.exprs.iter().enumerate() {
        expr::check(node, query, &shape, bounds)
            .map_err(|what| Error::invalid(format!("expression {index}: {what}")))?;
    }
    for (index, node) in query.selects.iter().enumerate() {
        select::check(node, query, &shape, bounds)
            .map_err(|what| Error::invalid(format!("select {index}: {what}")))?;
    }
    body::check(query, &shape, bounds)?;
    params::check(query, bounds)
}

fn at_most(what: &str, count: usize, bound: usize) -> Result<()> {
    if count > bound {
        return Err(Error::invalid(format!(
            "the query has {count} {what}; at most {bound}"
        )));
    }
    Ok(())
}

/// What is wrong with a node; the caller says which node.
type Check = Result<(), String>;

fn refuse(what: impl Into<String>) -> Check {
    Err(what.into())
}
