//! PEP 3333 between an HTTP request and a component that exports `application`.
//!
//! # Layout
//!
//! - [`request`]: an HTTP request, as this room takes it.
//! - [`environ`]: the `environ` built from it.
//! - [`input`]: `wsgi.input`, the streamed body.
//! - [`start_response`]: what `start_response` and `write` accept and refuse.
//! - [`head`]: status and headers, checked.
//! - [`exchange`]: one request's meeting point of guest and client.
//! - [`drive`]: calls the app, pulls its chunks, closes its iterable.
//! - [`response`]: the answer, whose body is pulled as the client takes it.
//! - [`instance`]: one instance of an app: its store and what it holds.
//! - [`app`]: a loaded app: linked, pooled, ready to be called.
//!
//! # Invariants
//!
//! - PEP 3333 lives here alone; whoever changes a rule changes this folder.
//! - An instance serves one request at a time and never outlives a trap.
//! - Once `call` has begun, the app is driven to its end: where the client has
//!   gone, a task of its own does it, so that `close()` is always called. Only
//!   the wall limit ends an app early.
//! - Nothing of the body is held back or gathered, in either direction.

pub mod app;
mod bindings;
mod drive;
pub mod environ;
mod exchange;
mod head;
pub mod input;
pub mod instance;
pub mod request;
pub mod response;
pub mod start_response;
