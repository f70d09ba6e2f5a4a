//! The seam to the host: in Wasm the bindings to the WIT, in native tests doubles
//! with the same functions that follow the same rules.
//!
//! The bindings are compiled natively too, for their types: the trees of the ORM are
//! the same on both sides. Their functions are called in Wasm alone.

pub mod bindings;
#[cfg(target_family = "wasm")]
pub(crate) mod crypto;
#[cfg(target_family = "wasm")]
pub(crate) mod exports;
#[cfg(target_family = "wasm")]
mod imports;
#[cfg(target_family = "wasm")]
pub(crate) mod templates;
#[cfg(target_family = "wasm")]
pub(crate) use bindings::wasgi::app::config;
#[cfg(target_family = "wasm")]
pub(crate) use bindings::wasgi::app::orm as database;
#[cfg(target_family = "wasm")]
pub(crate) use imports::{Input, StartResponse};

#[cfg(not(target_family = "wasm"))]
mod convert;
#[cfg(not(target_family = "wasm"))]
pub(crate) mod database;
#[cfg(not(target_family = "wasm"))]
pub(crate) mod double;
#[cfg(not(target_family = "wasm"))]
pub(crate) mod hashes;
#[cfg(not(target_family = "wasm"))]
pub(crate) mod renderer;
#[cfg(not(target_family = "wasm"))]
mod rules;
#[cfg(not(target_family = "wasm"))]
pub(crate) mod settings;
#[cfg(not(target_family = "wasm"))]
pub(crate) use {
    double::{Input, StartResponse},
    hashes as crypto, renderer as templates, settings as config,
};
