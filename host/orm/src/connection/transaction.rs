//! Begin, commit, roll back, and the same for parts.

use super::Connection;
use crate::error::{Error, Result};

/// What a transaction may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TransactionKind {
    /// Reads, as of its first one.
    Read,
    /// Reads and writes, alone.
    Write,
}

impl Connection {
    /// Runs a command of the host's own that is run often.
    pub(super) fn cached_command(&self, sql: &str) -> Result<()> {
        let done = self.as_host(|raw| raw.prepare_cached(sql)?.raw_execute().map(drop));
        done.map_err(|error| self.error(error, None))
    }

    /// Runs commands of the host's own.
    fn command(&self, sql: &str) -> Result<()> {
        self.as_host(|raw| raw.execute_batch(sql))
            .map_err(|error| self.error(error, None))
    }

    /// Begins a transaction; one that writes has the lock when this returns.
    ///
    /// # Errors
    ///
    /// [`Error::Busy`] where another process has the lock; [`Error::Misuse`] where a
    /// transaction is open.
    pub fn begin(&self, kind: TransactionKind) -> Result<()> {
        if !self.is_autocommit() {
            return Err(Error::misuse(
                "a transaction is open already; use a savepoint inside it",
            ));
        }
        self.command(match kind {
            TransactionKind::Read => "BEGIN",
            TransactionKind::Write => "BEGIN IMMEDIATE",
        })
    }

    /// Commits. The transaction is over, whatever the result.
    ///
    /// # Errors
    ///
    /// [`Error::ForeignKey`] where a deferred one is broken; [`Error::Misuse`] where the
    /// transaction was rolled back before.
    pub fn commit(&self) -> Result<()> {
        if self.is_autocommit() {
            return Err(rolled_back());
        }
        let committed = self.command("COMMIT");
        if committed.is_err() {
            self.rollback()?;
        }
        committed
    }

    /// Rolls back, if there is anything to roll back.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] where the file cannot be read.
    pub fn rollback(&self) -> Result<()> {
        if self.is_autocommit() {
            return Ok(());
        }
        self.command("ROLLBACK")
    }

    /// Begins a part of a transaction; parts are told apart by their depth.
    ///
    /// # Errors
    ///
    /// [`Error::Misuse`] where the transaction was rolled back.
    pub fn savepoint(&self, depth: u32) -> Result<()> {
        self.part(&format!("SAVEPOINT part_{depth}"))
    }

    /// Ends a part and keeps what it did.
    ///
    /// # Errors
    ///
    /// As for [`Connection::savepoint`].
    pub fn release(&self, depth: u32) -> Result<()> {
        self.part(&format!("RELEASE part_{depth}"))
    }

    /// Ends a part and takes back what it did.
    ///
    /// # Errors
    ///
    /// As for [`Connection::savepoint`].
    pub fn rollback_to(&self, depth: u32) -> Result<()> {
        self.part(&format!("ROLLBACK TO part_{depth}; RELEASE part_{depth}"))
    }

    fn part(&self, sql: &str) -> Result<()> {
        if self.is_autocommit() {
            return Err(rolled_back());
        }
        self.command(sql)
    }

    /// Runs writes of which all are to stay or none.
    pub(super) fn all_or_nothing<T>(&self, work: impl FnOnce() -> Result<T>) -> Result<T> {
        let (begin, keep, undo) = if self.is_autocommit() {
            ("BEGIN IMMEDIATE", "COMMIT", "ROLLBACK")
        } else {
            (
                "SAVEPOINT whole",
                "RELEASE whole",
                "ROLLBACK TO whole; RELEASE whole",
            )
        };
        self.enclosed(begin, keep, undo, work)
    }

    /// Runs reads that are to see the database as of the same moment.
    pub(super) fn at_one_moment<T>(&self, work: impl FnOnce() -> Result<T>) -> Result<T> {
        if self.is_autocommit() {
            self.enclosed("BEGIN", "COMMIT", "ROLLBACK", work)
        } else {
            work()
        }
    }

    fn enclosed<T>(
        &self,
        begin: &str,
        keep: &str,
        undo: &str,
        work: impl FnOnce() -> Result<T>,
    ) -> Result<T> {
        self.command(begin)?;
        let done = work().and_then(|value| self.command(keep).map(|()| value));
        // SQLite has rolled back by itself after some errors, such as an interrupt.
        if done.is_err() && !self.is_autocommit() {
            self.command(undo)?;
        }
        done
    }
}

fn rolled_back() -> Error {
    Error::misuse("the transaction is over: it was rolled back after an error")
}
