//! A connection on loan: goes back by itself, clean; and how work is done with it
//! without holding up others.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use tokio::sync::OwnedSemaphorePermit;
use wasgi_orm::connection::{Control, Role};
use wasgi_orm::{Connection, Error};

use super::super::config::{BUSY_WAIT, SLICE};
use super::super::error::OrmError;
use super::Database;

/// A connection on loan.
#[derive(Debug)]
pub struct Lease {
    /// None only after it has gone back.
    connection: Option<Connection>,
    role: Role,
    database: Arc<Database>,
    /// Freed after the connection is back: fields drop in order.
    _permit: OwnedSemaphorePermit,
}

/// Work that ended, and the connection, unless its thread died.
pub type Done<T> = (Option<Lease>, Result<T, OrmError>);

/// How an attempt at some work ended.
enum Attempt<T> {
    Ended(Result<T, Error>),
    /// It took longer than its slice.
    OutOfSlice,
}

impl Lease {
    pub(super) fn new(
        connection: Connection,
        role: Role,
        permit: OwnedSemaphorePermit,
        database: Arc<Database>,
    ) -> Self {
        Self {
            connection: Some(connection),
            role,
            database,
            _permit: permit,
        }
    }

    /// Lends the connection itself.
    ///
    /// # Errors
    ///
    /// None that can happen: it is there until the lease is dropped.
    pub fn connection(&self) -> Result<&Connection, Error> {
        let gone = || Error::misuse("the connection is gone");
        self.connection.as_ref().ok_or_else(gone)
    }

    /// Does work on the spot, within so much time; what takes longer is interrupted.
    ///
    /// # Errors
    ///
    /// [`Error::Timeout`], and those of the work.
    pub fn within<T>(
        &self,
        time: Duration,
        work: impl FnOnce(&Connection) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let connection = self.connection()?;
        connection.slice(Instant::now().checked_add(time));
        let done = work(connection);
        connection.slice(None);
        done
    }

    fn attempt<T>(&self, work: impl FnOnce(&Connection) -> Result<T, Error>) -> Attempt<T> {
        let done = self.within(SLICE, work);
        let interrupted = matches!(done, Err(Error::Timeout));
        match &self.connection {
            Some(connection) if interrupted && connection.control().ran_out_of_slice() => {
                Attempt::OutOfSlice
            }
            _ => Attempt::Ended(done),
        }
    }

    /// Does work that can be begun again: at once for as long as a slice of time, and
    /// where that does not do, again and to its end on a thread of its own. Where
    /// another process has the lock, waits for it with growing pauses.
    ///
    /// Most statements take microseconds, less than the hop to another thread; and a
    /// slow one takes no more of the request's thread than a guest may.
    pub async fn run<T: Send + 'static>(
        self,
        work: impl Fn(&Connection) -> Result<T, Error> + Send + 'static,
    ) -> Done<T> {
        let mut pause = Duration::from_millis(1);
        let mut waited = Duration::ZERO;
        loop {
            match self.attempt(&work) {
                Attempt::OutOfSlice => return self.apart(work).await,
                Attempt::Ended(Err(Error::Busy)) if waited < BUSY_WAIT => {
                    tokio::time::sleep(pause).await;
                    waited += pause;
                    pause = (pause * 2).min(Duration::from_millis(50));
                }
                Attempt::Ended(done) => return (Some(self), done.map_err(OrmError::from)),
            }
        }
    }

    /// Does work on a thread of its own. Where nobody waits for it any more, it is
    /// interrupted.
    pub async fn apart<T: Send + 'static>(
        self,
        work: impl FnOnce(&Connection) -> Result<T, Error> + Send + 'static,
    ) -> Done<T> {
        let control = self.connection.as_ref().map(|one| Arc::clone(one.control()));
        let mut handle = tokio::task::spawn_blocking(move || {
            let done = self.connection().and_then(work);
            (self, done)
        });
        // Declared last, so dropped first: when this future is dropped, the statement is
        // cancelled before its connection can go back and serve somebody else.
        let waiting = CancelOnDrop(control);
        let ended = (&mut handle).await;
        waiting.disarm();
        match ended {
            Ok((lease, done)) => (Some(lease), done.map_err(OrmError::from)),
            Err(error) => (None, Err(error.into())),
        }
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        let Some(connection) = self.connection.take() else {
            return;
        };
        connection.control().renew();
        connection.slice(None);
        if self.role == Role::Writer {
            self.database.version.fetch_add(1, Ordering::Release);
        }
        if connection.shared_for().is_some() {
            self.database.give_back(connection, self.role);
            self.database.end_snapshots_later();
            return;
        }
        if connection.rollback().is_err() {
            // It does not work any more, and another one will be opened.
            self.database.registry.closed(1);
            return;
        }
        if self.role == Role::Writer && !connection.is_in_place() {
            self.database.leave(connection);
            return;
        }
        let pages = match self.role {
            Role::Writer => connection.control().wal_pages(),
            _ => 0,
        };
        self.database.give_back(connection, self.role);
        self.database.checkpoint_after(pages);
    }
}

/// Cancels what runs where it is dropped before it was disarmed.
struct CancelOnDrop(Option<Arc<Control>>);

impl CancelOnDrop {
    fn disarm(mut self) {
        self.0 = None;
    }
}

impl Drop for CancelOnDrop {
    fn drop(&mut self) {
        if let Some(control) = &self.0 {
            control.cancel();
        }
    }
}
