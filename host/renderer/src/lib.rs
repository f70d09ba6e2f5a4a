//! Templates: [Tera 2](https://keats.github.io/tera/) with limits, and with the rows of
//! queries as values.
//!
//! This crate is compiled twice. As a component for `wasm32-wasip2` (`host/build.rs`) it is
//! what the host renders with, one sandbox per tenant: a template can overflow a stack or
//! eat a gigabyte, and here ends nothing but the instance that renders it. As a library it
//! is what the Rust SDK's native test client renders with, where templates are the author's
//! own.
//!
//! ```
//! use wasgi_renderer::{Engine, File, Settings, Source};
//!
//! let file = File { name: "hello.html".into(), source: "<h1>{{ title }}</h1>".into() };
//! let engine = Engine::new(vec![file], Settings::default())?;
//! let source = Source::Template("hello.html".into());
//! // A context is packed, as `wit/templates.wit` says: here the dict {"title": "A & B"}.
//! let page = engine.render_whole(&source, b"{z\x05titlez\x05A & B0", &[])?;
//! assert_eq!(page, b"<h1>A &amp; B</h1>");
//! # Ok::<(), wasgi_renderer::Error>(())
//! ```
//!
//! # Layout
//!
//! - `engine`: compiles the templates once, renders them often.
//! - `settings`, `request`, `error`: what goes in and comes out, as `wit/renderer.wit` has it.
//! - `context/`: a context from its bytes (`packed`), and rows as dicts (`rows`, `shape`).
//! - `graph/`: which templates extend and include which, looked at before Tera is.
//! - `functions/`, `filters/`: what templates have beside Tera's own, a file for each.
//! - `output`: a page in pieces of 16 KiB, or whole and bounded.
//! - `report`: what is wrong with a template, and from whence it was reached.
//! - `component`: the exports, of the component only.
//!
//! # Invariants
//!
//! - No bytes of a context, and no text of a template, lead to a panic in this crate.
//! - What is cheap to bound is bounded here, with an error that says the bound: depth of
//!   includes and of inheritance, circles, `elif` in a row, depth of values, bytes of a page.
//!   The rest (time, stack, memory of values) is the sandbox's.
//! - Nothing is read but what was handed in, the clock, and the randomness of hash maps.

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
