//! What people write in files and on the command line, as checked structs.
//!
//! # Layout
//!
//! - [`manifest`]: `app.toml`.
//! - [`units`]: sizes and times.

pub mod manifest;
pub mod units;
