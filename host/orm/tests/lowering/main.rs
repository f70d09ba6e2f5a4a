//! Query trees, their SQL, and whether SQLite answers as they mean.
//!
//! - `sql_*`: trees and the reviewed text that they become (`snapshots/`).
//! - `refused`: trees that make no sense, and what is said of them.
//! - `keyset`, `random`: properties over random schemas, data and queries; `model` is
//!   the independent evaluation that they are compared with.

#![allow(missing_docs, reason = "tests")]

/// Compares with the reviewed snapshot of the test.
macro_rules! reviewed {
    ($text:expr) => {
        insta::with_settings!({ omit_expression => true }, { insta::assert_snapshot!($text) })
    };
}

mod answers;
mod choices;
mod database;
mod deep;
mod generate;
mod keyset;
mod model;
mod random;
mod refused;
mod sql_body;
mod sql_expr;
mod sql_function;
mod sql_select;
mod tree;
