//! SDK for wasgi applications in Rust.
//!
//! Two layers. The lower one is PEP 3333 in its own words, for those who want
//! nothing in between:
//!
//! ```
//! use wasgi::{Body, Environ, Result, StartResponse};
//!
//! fn app(environ: Environ, start_response: StartResponse) -> Result<impl Body> {
//!     start_response.call("200 OK", &[("Content-Type", "text/plain")], None)?;
//!     Ok(format!("You asked for {}\n", environ.path_info()))
//! }
//!
//! wasgi::export!(app);
//! # fn main() {}
//! ```
//!
//! The upper one, [`web`], is a small framework: a router, extractors, responses.
//! Both are tested natively with [`test::Client`], without a host.
//!
//! # Layout
//!
//! | module | what |
//! | --- | --- |
//! | [`environ`], [`input`], [`start_response`], [`body`] | PEP 3333 |
//! | [`native_string`] | its strings, in which a char is a byte |
//! | [`error`] | what an application returns where Python raises |
//! | [`application`] | what can be exported, and [`export!`] |
//! | [`web`] | the framework |
//! | [`orm`] | the database: models, queries, transactions |
//! | [`templates`] | pages, from data and queries |
//! | [`config`], [`crypto`] | what else the host lends |
//! | [`mod@test`] | the client for native tests |
//! | `host` | the seam to the host: the WIT bindings in Wasm, doubles in native tests |

// What the derive macros write names this crate from outside.
extern crate self as wasgi;

pub mod application;
pub mod body;
pub mod config;
pub mod crypto;
pub mod environ;
pub mod error;
mod host;
pub mod input;
pub mod native_string;
pub mod orm;
pub mod start_response;
mod status;
pub mod templates;
#[cfg(not(target_family = "wasm"))]
pub mod test;
pub mod web;

pub use application::{Application, IntoApplication};
pub use body::{Body, Iterable, chunks, closing, reader};
pub use environ::Environ;
pub use error::{Error, Result};
pub use input::{Input, InputError};
pub use start_response::{StartError, StartResponse, Write, WriteError};
pub use status::Status;

/// Runs the README's examples.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

/// What [`export!`] expands to. Not for use by hand.
#[doc(hidden)]
pub mod __private {
    pub use crate::application::into_application;
    pub use crate::host::bindings;
    #[cfg(target_family = "wasm")]
    pub use crate::host::exports::{Chunks, call};
}
