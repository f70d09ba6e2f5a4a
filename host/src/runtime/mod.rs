//! Wasmtime, arranged for a server: one engine, compiled code on disk, warm
//! instances in pools.
//!
//! # Layout
//!
//! - [`engine`](mod@engine): the configuration, and the epoch ticker.
//! - [`cache`]: compiled components on disk, keyed by digest.
//! - [`memory`]: the bound of an instance's memory.
//! - `memo`: digests of files that have not changed since they were digested.
//! - [`pool`]: warm instances of one app, bounded, with a bounded queue.
//! - [`output`]: a guest's standard output and error, line by line to the log.
//!
//! # Invariants
//!
//! - Nothing here knows what a request is: the rooms above bring their own
//!   instance type to [`pool::Pool`].
//! - Only code this host compiled, and can prove it compiled, is mapped.

pub mod cache;
pub mod engine;
mod memo;
pub mod memory;
pub mod output;
pub mod pool;
