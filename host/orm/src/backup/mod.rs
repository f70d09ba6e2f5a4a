//! Online backup, restore, integrity check, export.
//!
//! # Layout
//!
//! - [`create()`]: a copy of a database that is in use.
//! - [`names`]: where copies lie, and which are removed in time.
//! - [`restore()`]: a copy back into the database, under those who use it.
//! - [`check()`]: what is wrong with a file.
//! - [`export()`]: everything as SQL text.
//!
//! # Invariants
//!
//! - A backup appears whole, checked and on the disk, or not at all.
//! - Before a database is overwritten, what it was is saved.

mod check;
mod copy;
mod create;
mod export;
mod names;
mod restore;

pub use check::{check, check_file};
pub use create::create;
pub use export::export;
pub use names::{Backup, KEPT, Reason, folder, list, prune};
pub use restore::{Restored, restore};
