//! A hardened SQLite connection that runs statements.
//!
//! # Layout
//!
//! - [`options`]: what a connection may spend.
//! - [`open`]: flags, limits and pragmas of a connection that guests reach; [`place`]:
//!   and whether its file is still there.
//! - [`authorizer`]: what a guest's SQL may do; [`full_text`]: and who may search.
//! - [`control`]: deadlines, cancellation, and who is asking; [`watchdog`]: the thread
//!   that interrupts what looks at them too seldom.
//! - [`notes`]: what is noted while SQLite compiles.
//! - [`functions`]: the collation and the functions of decimals.
//! - [`bounded`]: functions of SQLite's that would run too long; [`weight`]: how large
//!   their values may be.
//! - [`growth`]: what SQLite would never finish compiling.
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
//! - What runs was weighed when it was compiled: where the schema has changed since,
//!   SQLite is not let compile it anew on its own.
//! - A connection comes out of every call without a running statement.

mod authorizer;
mod bounded;
mod control;
pub mod error;
mod execute;
mod full_text;
mod functions;
mod growth;
mod notes;
mod open;
mod options;
mod place;
mod prefetch;
mod snapshot;
mod statement;
#[cfg(test)]
mod tests;
mod transaction;
mod watchdog;
mod weight;

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Instant;

pub use control::Control;
pub use error::sqlite_error;
pub use execute::{Outcome, Rows};
pub(crate) use full_text::SEARCH;
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
    /// Where its file is; none of a database in memory.
    place: Option<place::Place>,
    role: Role,
    /// The largest value of each statement, by its text: see [`weight`].
    weighed: RefCell<HashMap<Box<str>, usize>>,
    /// The largest value that SQLite takes now.
    largest: Cell<usize>,
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
        // It can always be loosened.
        let _ = self.unbind_length();
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

    /// Tells whether the file is still where it was opened: whether another connection
    /// would find what this one reads and writes.
    pub fn is_in_place(&self) -> bool {
        self.place.as_ref().is_none_or(place::Place::is_kept)
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
