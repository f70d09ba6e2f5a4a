//! The ORM without WebAssembly: what `wit/orm.wit` means, on SQLite.
//!
//! A crate of its own because two worlds use it: the host, for guests, and the Rust
//! SDK's native tests, which get a database in memory that answers as the host does
//! (docs/adr/0006-the-orm-is-a-crate.md).
//!
//! # Layout
//!
//! - [`value`]: constants and column types, and how they are stored.
//! - [`schema`]: models as data, checked, with a digest.
//! - [`query`]: query trees in arenas, checked.
//! - [`sql`]: query trees to SQL, through sea-query.
//! - [`packed`]: parameters and rows as bytes.
//! - [`connection`]: a hardened SQLite connection that runs statements.
//! - [`migrate`]: plans and applies schema changes; history and drift.
//! - [`backup`]: online backup, restore, integrity check, export.
//! - [`shell`]: rows for a person, read only.
//! - [`error`]: one typed error for all of it.
//!
//! # Invariants
//!
//! - Nothing here waits, but for SQLite: no async, no threads.
//! - Guest data never reaches an `unwrap`, an index or an `as`.
//! - sea-query sees only trees that [`query::validate`] accepted: it panics on others.

pub mod backup;
pub mod connection;
pub mod error;
pub mod migrate;
pub mod packed;
pub mod query;
pub mod schema;
pub mod shell;
pub mod sql;
pub mod value;
mod wit;

pub use connection::Connection;
pub use error::{Error, Result};
pub use value::{ColumnType, Value};
