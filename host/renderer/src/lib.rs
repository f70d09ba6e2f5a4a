//! Templates: Tera 2 with limits.

#[cfg(all(target_family = "wasm", feature = "component"))]
mod component;
mod context;
mod engine;
mod error;
mod filters;
mod functions;
mod graph;
mod output;
mod report;
mod request;
mod settings;

pub use engine::Engine;
pub use error::{Error, Report, Result};
pub use request::{Extent, Field, Kind, Relation, Rows, Source};
pub use settings::{File, Settings};
