//! What people write in files and on the command line, as checked structs.
//!
//! # Layout
//!
//! - [`manifest`] is `app.toml`.
//! - [`units`] are sizes and times.

pub mod manifest;
pub mod units;
