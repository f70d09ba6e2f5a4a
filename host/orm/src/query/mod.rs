//! Query trees in arenas: the types of `wit/orm.wit`, one to one, and their checks.
//!
//! # Invariants
//!
//! - An expression refers only to expressions of smaller index, and a select only to
//!   selects of smaller index, so that no walk over a tree can go round.
//! - What [`validate()`] accepted can be lowered: [`crate::sql`] never panics on it.

mod tree;
pub(crate) mod validate;
pub(crate) mod walk;

pub use tree::*;
pub use validate::{Bounds, validate};
