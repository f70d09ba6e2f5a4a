//! Evaluates trees over rows in memory, from SQLite's documentation and with no thought
//! for speed: what the lowering is compared with.

mod aggregate;
mod expr;
mod select;
pub(crate) mod value;

use rusqlite::types::Value as V;
use wasgi_orm::query::Query;
use wasgi_orm::value::ColumnType;

pub(crate) use value::Affinity;

/// A table and its rows.
#[derive(Clone, Debug)]
pub(crate) struct Table {
    pub(crate) name: String,
    pub(crate) columns: Vec<(String, ColumnType)>,
    pub(crate) rows: Vec<Vec<V>>,
}

/// A row of a source in scope.
#[derive(Clone, Debug)]
struct Bound {
    source: String,
    columns: Vec<(String, Affinity)>,
    row: Vec<V>,
}

/// What names mean: the sources of the selects around, innermost last.
type Scope = Vec<Bound>;

/// A tree, its tables and its parameters.
pub(crate) struct Model<'a> {
    pub(crate) tables: &'a [Table],
    pub(crate) query: &'a Query,
    pub(crate) params: &'a [V],
}
