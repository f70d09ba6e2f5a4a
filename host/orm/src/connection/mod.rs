//! A hardened SQLite connection that runs statements.
//!
//! # Layout
//!
//! - [`options`]: what a connection may spend.
//! - [`open`]: flags, limits and pragmas of a connection that guests reach.
//! - [`authorizer`]: what a guest's SQL may do.
//! - [`control`]: deadlines, cancellation, and who is asking.
//! - [`functions`]: the collation and the functions of decimals.
//! - [`bounded`]: functions of SQLite's that would run too long.
//! - [`statement`]: a compiled statement, and how its values are bound.
//! - [`execute`]: runs statements; [`prefetch`]: and fetches what is related.
//! - [`transaction`]: begin, commit, savepoints; [`snapshot`]: reads that share one.
//! - [`error`]: SQLite's codes to typed errors.
//!
//! # Invariants
//!
//! - The statement cache is reached only with texts that were compiled outside of it
//!   once, under the authorizer, or that are the host's own: a guest cannot name one of
//!   the host's and find it there.
//! - A connection comes out of every call without a running statement.

mod authorizer;
mod bounded;
mod control;
pub mod error;
mod execute;
mod functions;
mod open;
mod options;
mod prefetch;
mod snapshot;
mod statement;
#[cfg(test)]
mod tests;
mod transaction;

use std::cell::Cell;
use std::sync::Arc;
use std::time::Instant;

pub use control::Control;
pub use error::sqlite_error;
pub use execute::{Outcome, Rows};
pub use options::{Options, Role};
pub use snapshot::SNAPSHOT;
pub use statement::Prepared;
pub use transaction::TransactionKind;

/// Bytes of a value and of a row at most.
const LARGEST: usize = 4 << 20;

/// A connection to one tenant's database.
pub struct Connection {
    raw: rusqlite::Connection,
    control: Arc<Control>,
    options: Options,
    /// The snapshot that reads share, and what it was taken for.
    snapshot: Cell<Option<Snapshot>>,
}

/// A read transaction that outlives a statement.
#[derive(Clone, Copy, Debug)]
struct Snapshot {
    version: u64,
    taken: Instant,
}

impl Connection {
    /// Returns SQLite's own connection, for the host's work; its SQL still goes
    /// through the authorizer, outside of [`Connection::as_host`].
    pub fn raw(&self) -> &rusqlite::Connection {
        &self.raw
    }

    /// Runs the host's own SQL, which the authorizer lets pass.
    pub fn as_host<T>(&self, work: impl FnOnce(&rusqlite::Connection) -> T) -> T {
        let _guard = self.control.as_host();
        work(&self.raw)
    }

    /// Returns the deadline's and cancellation's other end.
    pub fn control(&self) -> &Arc<Control> {
        &self.control
    }

    /// Gives the next statement until this moment before it is interrupted to be run
    /// again elsewhere; [`Control::ran_out_of_slice`] tells whether it was.
    pub fn slice(&self, until: Option<Instant>) {
        self.control.set_slice(until);
    }

    /// Copies the write-ahead log back into the file. Without `wait`, as much as
    /// nobody is reading; with it, all of it, and the log begins anew.
    ///
    /// # Errors
    ///
    /// [`Error::Busy`](crate::Error::Busy) where others hold it up.
    pub fn checkpoint(&self, wait: bool) -> crate::Result<()> {
        let mode = if wait { "TRUNCATE" } else { "PASSIVE" };
        self.as_host(|raw| raw.execute_batch(&format!("PRAGMA wal_checkpoint({mode})")))
            .map_err(sqlite_error)
    }

    /// Tells whether no transaction is open.
    pub fn is_autocommit(&self) -> bool {
        self.raw.is_autocommit()
    }
}

impl std::fmt::Debug for Connection {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Connection")
            .field("path", &self.raw.path())
            .finish_non_exhaustive()
    }
}
