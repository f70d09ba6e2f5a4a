//! What end-to-end tests stand on: the `runtime` binary, servers started with it,
//! guests built with it, and an HTTP client that sends what it is told, byte for byte.
//!
//! # Layout
//!
//! - [`binary`]: builds and runs `runtime`.
//! - [`component`]: components that no tool of ours would make.
//! - [`guest`]: builds a project once for all tests.
//! - [`project`]: a project of a test's own, to change and to break.
//! - [`server`]: a serving process, killed when dropped.
//! - [`client`]: requests, raw or plain, and their responses.

// A test that cannot go on fails where it stands.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stderr,
    missing_docs
)]

pub mod binary;
pub mod client;
pub mod component;
pub mod guest;
pub mod project;
pub mod server;

pub use binary::{output, root, runtime};
pub use client::{Connection, Response, get};
pub use guest::guest;
pub use project::Project;
pub use server::Server;
