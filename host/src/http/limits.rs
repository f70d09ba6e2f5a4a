//! What one client may cost: sizes, counts and times, with their defaults.

use std::time::Duration;

/// Limits of the HTTP listener and of every connection on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HttpLimits {
    /// Header fields in one head, trailers counted apart. Beyond: 431. Default 100.
    pub max_headers: usize,
    /// Bytes in one head, request line included. Beyond: 431. Default 64 KiB.
    pub max_head_bytes: usize,
    /// Decoded bytes in one request body, or none for no limit. Beyond: 413, or
    /// `TooLarge` while reading where the length was not announced. Default 10 MiB.
    pub request_body: Option<u64>,
    /// Time from a head's first byte to its last, and from accepting a connection
    /// to its first byte. Beyond: 408, or a silent close where nothing came. Default 10 s.
    pub head_timeout: Duration,
    /// Time a connection may idle between two requests. Default 75 s.
    pub keep_alive: Duration,
    /// Time a reader of the request body waits for the next byte. Default 30 s.
    pub body_idle: Duration,
    /// Time that waiting for a whole body may take before `body_rate` adds to it.
    /// Only time spent waiting for the client counts, never the app's own. Default 20 s.
    pub body_grace: Duration,
    /// Bytes that add one second to `body_grace`: the slowest rate allowed. Zero
    /// disables both. Default 500.
    pub body_rate: u64,
    /// Time without progress in writing to a client. Beyond: the connection is
    /// dropped. Default 60 s.
    pub write_stall: Duration,
    /// Open connections; further ones wait in the kernel's queue. Default 10,000.
    pub max_connections: usize,
    /// Time requests in flight get to finish at shutdown. Default 30 s.
    pub shutdown_grace: Duration,
}

impl Default for HttpLimits {
    fn default() -> Self {
        Self {
            max_headers: 100,
            max_head_bytes: 64 * 1024,
            request_body: Some(10 * 1024 * 1024),
            head_timeout: Duration::from_secs(10),
            keep_alive: Duration::from_secs(75),
            body_idle: Duration::from_secs(30),
            body_grace: Duration::from_secs(20),
            body_rate: 500,
            write_stall: Duration::from_secs(60),
            max_connections: 10_000,
            shutdown_grace: Duration::from_secs(30),
        }
    }
}
