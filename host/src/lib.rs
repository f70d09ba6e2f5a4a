//! wasgi: an application server for WebAssembly components.
//!
//! # Layout
//!
//! One request passes through the rooms from top to bottom; dependencies go the
//! same way and never back.
//!
//! - [`cli`]: the commands of `runtime`; the only room that prints.
//! - [`router`]: which app answers, or which static file.
//! - [`http`]: connections, framing, limits, static files; no WebAssembly here.
//! - [`wsgi`]: PEP 3333 between a request and a component.
//! - [`capability`]: what the host lends to guests.
//! - [`runtime`]: engine, compile cache, instance pool.
//! - [`build`]: a project's folder into a one-file app.
//! - [`config`]: manifests, as typed structs.
//! - [`error`]: who is to blame, and the cure.
//! - `error_page`: what a developer's browser is shown instead of an answer.
//!
//! # Invariants
//!
//! - Guest data never reaches an `unwrap`, an index or an `as`.
//! - Everything that can be refused is refused before the port is bound.
//! - Instances of different apps never share a store.

pub mod build;
pub mod capability;
pub mod cli;
pub mod config;
pub mod error;
mod error_page;
pub mod http;
pub mod router;
pub mod runtime;
pub mod wsgi;
