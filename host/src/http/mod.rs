//! HTTP/1.1 on a socket: from bytes to requests for a [`Handler`], and back.
//!
//! hyper speaks the protocol. This room makes it strict, bounded and observable,
//! and knows nothing of WSGI or Wasm.
//!
//! # Layout
//!
//! - [`Listener`] binds the port, accepts, and drains at [`Shutdown`].
//! - `connection` drives hyper under a watchdog of [`HttpLimits`].
//! - `framing` is the guard between socket and hyper: RFC 9112 to the letter.
//! - `exchange` is one request and its response; the [`Handler`]'s contract.
//! - [`RequestBody`] and [`ResponseBody`] stream, with backpressure both ways.
//! - [`RequestId`] and `access_log` name and report every request.
//! - [`StaticFiles`] serves a folder.
//! - `wire` is the state that the parts of one connection share.
//!
//! # Invariants
//!
//! - No handler sees a request that is malformed, ambiguous or over a limit that
//!   can be known from its head; after such a request its connection closes.
//! - A response that was cut looks cut to the client.
//! - A streamed body is asked for a chunk only when the one before has left.
//! - Whatever a client does or omits, its connection ends in bounded time.

pub mod access_log;
mod body;
mod connection;
mod exchange;
mod framing;
mod limits;
mod listener;
mod request_body;
mod request_id;
mod shutdown;
mod static_files;
mod wire;

#[cfg(test)]
mod tests;

pub use body::{BoxError, ResponseBody};
pub use exchange::{ConnectionInfo, Handler};
pub use limits::HttpLimits;
pub use listener::{Drained, ListenError, Listener};
pub use request_body::{BodyError, RequestBody};
pub use request_id::{RequestId, X_REQUEST_ID};
pub use shutdown::Shutdown;
pub use static_files::{StaticFiles, digested_name, url_path};
