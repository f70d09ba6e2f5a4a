//! The database: models, queries, transactions.

mod error;
pub mod expr;
mod lower;
pub mod model;
mod packed;
pub mod query;
pub mod relation;
mod row;
pub mod schema;
mod sql;
mod statement;
mod transaction;
pub mod types;
pub mod value;
pub mod write;

pub(crate) use crate::host::bindings::wasgi::app::orm as tree;

pub use error::{Constraint, Error, Result};
pub use expr::{
    Aggregate, Bound, Column, Condition, Expr, Expression, count, cume_dist, dense_rank, exists,
    now, ntile, percent_rank, rank, row_number, scalar, when, window,
};
pub use model::{Model, Source, alias};
pub use packed::{Mismatch, Reader};
pub use query::{Cursor, Page, Query, matches, relevance};
pub use relation::{HasMany, ManyToMany};
pub use row::FromRow;
pub use schema::Schema;
pub use sql::{Sql, sql};
#[doc(hidden)]
pub use statement::Statements;
pub use transaction::{
    Transaction, read_transaction, transaction, try_read_transaction, try_transaction,
};
pub use types::{Date, Decimal, Foreign, Json, ParseError, Timestamp, Uuid};
pub use value::{Encode, Value, domain};
pub use wasgi_macros::Model;

/// What is called as a method on models and expressions: `use wasgi::orm::prelude::*`.
pub mod prelude {
    pub use super::expr::{
        Expression as _, JsonExpression as _, Neighbours as _, NumberExpression as _,
        TextExpression as _,
    };
    pub use super::{Model, Model as _};
}

/// What the derive macro writes.
#[doc(hidden)]
pub mod __private {
    pub use super::expr::All;
    pub use super::query::FullText;
    pub use super::write::derived::{
        encode_json, encode_key, from_integer, is_foreign_key, is_unset, text_column, to_integer,
    };
}
