//! A read transaction that reads share, for as long as nothing was written.
//!
//! Half of the time of a point read is locking: four calls of the operating system, for
//! each statement. Reads between two writes see the same database, so they can stand in
//! one transaction. The caller says which version of the database it is, a number that
//! changes with each write it knows of; what another process writes is seen when the
//! snapshot's time is over.

use std::time::{Duration, Instant};

use super::{Connection, Snapshot};
use crate::error::Result;

/// How long a snapshot is read from: how late another process's write may be seen.
pub const SNAPSHOT: Duration = Duration::from_millis(20);

impl Connection {
    /// Lets the reads that follow share a snapshot of this version.
    ///
    /// # Errors
    ///
    /// As for [`Connection::query`].
    pub fn share(&self, version: u64) -> Result<()> {
        if let Some(snapshot) = self.snapshot.get() {
            if snapshot.version == version && snapshot.taken.elapsed() < SNAPSHOT {
                return Ok(());
            }
            self.unshare()?;
        }
        if self.is_autocommit() {
            self.cached_command("BEGIN")?;
            self.snapshot.set(Some(Snapshot {
                version,
                taken: Instant::now(),
            }));
        }
        Ok(())
    }

    /// Ends a shared snapshot, if there is one.
    ///
    /// # Errors
    ///
    /// As for [`Connection::query`].
    pub fn unshare(&self) -> Result<()> {
        if self.snapshot.take().is_some() && !self.is_autocommit() {
            self.cached_command("COMMIT")?;
        }
        Ok(())
    }

    /// Returns how long a snapshot has been shared; none where none is.
    pub fn shared_for(&self) -> Option<Duration> {
        let snapshot = self.snapshot.get()?;
        (!self.is_autocommit()).then(|| snapshot.taken.elapsed())
    }
}
