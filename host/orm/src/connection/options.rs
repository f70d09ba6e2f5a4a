//! What a connection may spend, and what it is for.

use std::time::Duration;

/// What a connection is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// A guest's reads.
    Reader,
    /// A guest's reads and writes; makes the file where there is none.
    Writer,
    /// The host's own work: migrations, backups. Not bound by the authorizer.
    Host,
}

/// Bounds of a connection.
#[derive(Clone, Debug)]
pub struct Options {
    /// Time of one statement. Default 5 s.
    pub statement_timeout: Duration,
    /// Bytes of one result, packed. Default 16 MiB.
    pub max_result: usize,
    /// Bytes of the database file. Default 256 MiB, as `[limits] database`.
    pub quota: u64,
    /// Prepared statements kept. Default 128.
    pub statements: usize,
    /// Whether SQLite copies the write-ahead log back by itself, in the middle of a
    /// commit. Default true; a pool that does it in the background says false.
    pub auto_checkpoint: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            statement_timeout: Duration::from_secs(5),
            max_result: 16 << 20,
            quota: 256 << 20,
            statements: 128,
            auto_checkpoint: true,
        }
    }
}
