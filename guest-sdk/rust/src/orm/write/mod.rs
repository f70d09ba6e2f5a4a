//! Queries that write.
//!
//! # Layout
//!
//! - `row`: one row of a model: insert, save, delete; `insert`: many.
//! - `update`: rows that meet a condition.
//! - `derived`: what the derive macro calls.
//! - `shape`: writes as data, and as the keys of their statements.

pub(crate) mod derived;
mod insert;
mod row;
mod shape;
mod update;

pub use insert::{Columns, Inserting};
pub(crate) use insert::{insert_many, inserting};
pub(crate) use row::{delete, find, insert, save, upsert};
pub(crate) use shape::{Conflict, Delete, Insert, OnConflict, Update};
pub(crate) use update::delete_where;
pub use update::{Everything, Fills, These, Updating};
