//! x
pub mod capability;
pub mod error;
pub mod http;
pub mod router;
pub mod runtime;
pub mod wsgi;
#[path="config/units.rs"]
pub mod units;
