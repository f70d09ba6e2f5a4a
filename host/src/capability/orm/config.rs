//! What an operator can set of an app's database.

use std::time::Duration;

/// Bounds of one database.
#[derive(Clone, Debug)]
pub struct DatabaseOptions {
    /// Bytes of the file. Default 256 MiB. From `--database-size`, `[limits] database`.
    pub quota: u64,
    /// Time of one statement. Default 5 s. From `--query-timeout`.
    pub statement_timeout: Duration,
    /// Bytes of one result. Default 16 MiB: a result is copied into the guest's memory.
    pub max_result: usize,
    /// Reads that go on at the same time. Default 4.
    pub readers: usize,
    /// Cursors open at the same time, each of which holds a thread. Default 4.
    pub cursors: usize,
}

impl Default for DatabaseOptions {
    fn default() -> Self {
        Self {
            quota: 256 << 20,
            statement_timeout: Duration::from_secs(5),
            max_result: 16 << 20,
            readers: 4,
            cursors: 4,
        }
    }
}

/// How long another process's lock is waited for, in total.
pub(super) const BUSY_WAIT: Duration = Duration::from_secs(2);

/// How long a statement may hold a request's thread before it goes on a thread of its
/// own: half of what a guest may hold it (`runtime::engine::TICK`).
pub(super) const SLICE: Duration = Duration::from_millis(5);

/// How long a write whose work is bounded by its parameters may take inside of a
/// transaction, where it cannot be begun again on another thread.
pub(super) const BOUNDED_WRITE: Duration = Duration::from_millis(250);

/// Parameters up to this many bytes are quick to write.
pub(super) const SMALL_PARAMS: usize = 64 << 10;

/// Pages in the write-ahead log after which it is copied back in the background
/// (SQLite's own default), and after which writers wait for that.
pub(super) const CHECKPOINT_PAGES: u32 = 1000;
pub(super) const CHECKPOINT_WAIT_PAGES: u32 = 4 * CHECKPOINT_PAGES;

/// How long one waits for one's turn, behind others of the same app.
pub(super) const QUEUE_WAIT: Duration = Duration::from_secs(10);

/// Rows that one `fetch` of a cursor returns at most.
pub(super) const MAX_FETCH: u32 = 10_000;

/// Savepoints open inside of a transaction at the same time.
pub(super) const MAX_SAVEPOINTS: usize = 100;
