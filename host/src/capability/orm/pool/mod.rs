//! The connections of a database: one writer behind a fair queue, some readers, closed
//! where other databases need the room.
//!
//! # Layout
//!
//! - `lease`: a connection on loan.
//! - `registry`: all databases of the process, and which was used longest ago.
//! - `snapshots`: reads that share one, and their end.
//! - `checkpoint`: the write-ahead log, copied back in the background.
//!
//! # Invariants
//!
//! - SQLite itself never waits for a lock: who must wait does so in a queue here,
//!   first come first served, and holds no thread meanwhile.
//! - A connection that goes back has no open transaction and no cancellation.

mod checkpoint;
mod lease;
mod registry;
mod snapshots;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use parking_lot::Mutex;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use wasgi_orm::connection::{Options, Role};
use wasgi_orm::{Connection, Error, Result};

use super::config::{DatabaseOptions, QUEUE_WAIT};
pub use lease::{Done, Lease};
pub use registry::Registry;

/// One app's database.
#[derive(Debug)]
pub struct Database {
    /// Tells databases apart in the registry.
    id: u64,
    path: PathBuf,
    options: Options,
    /// One permit: fair, and it does not matter which thread gives it back.
    writer: Arc<Semaphore>,
    readers: Arc<Semaphore>,
    cursors: Arc<Semaphore>,
    max_idle_readers: usize,
    idle: Mutex<Idle>,
    checkpointing: AtomicBool,
    /// Whether the file was ever opened: one that is gone since is not made anew.
    opened: AtomicBool,
    /// Changes with each write: the version of what is read.
    version: AtomicU64,
    /// Whether somebody is on the way to end idle snapshots.
    ending: AtomicBool,
    /// When the registry was told last that it is in use, in its own seconds.
    touched: AtomicU64,
    registry: Arc<Registry>,
}

/// Connections that nobody uses. The lock is never held across an await, nor while
/// SQLite works.
#[derive(Debug, Default)]
struct Idle {
    writer: Option<Connection>,
    readers: Vec<Connection>,
}

impl Database {
    /// Makes a database of a file, which is opened, and made, when it is first used.
    pub fn new(path: &Path, options: &DatabaseOptions, registry: &Arc<Registry>) -> Arc<Self> {
        Arc::new(Self {
            id: registry.next_id(),
            path: path.to_owned(),
            options: Options {
                statement_timeout: options.statement_timeout,
                max_result: options.max_result,
                quota: options.quota,
                auto_checkpoint: false,
                ..Options::default()
            },
            writer: Arc::new(Semaphore::new(1)),
            readers: Arc::new(Semaphore::new(options.readers.max(1))),
            cursors: Arc::new(Semaphore::new(options.cursors.max(1))),
            max_idle_readers: options.readers.max(1),
            idle: Mutex::default(),
            checkpointing: AtomicBool::new(false),
            opened: AtomicBool::new(false),
            version: AtomicU64::new(0),
            ending: AtomicBool::new(false),
            touched: AtomicU64::new(0),
            registry: Arc::clone(registry),
        })
    }

    /// Returns the file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Opens a connection for the host's own work.
    ///
    /// # Errors
    ///
    /// As for [`Connection::open`].
    pub fn host_connection(&self) -> Result<Connection> {
        Connection::open(&self.path, Role::Host, &self.options)
    }

    /// Waits for a reader.
    ///
    /// # Errors
    ///
    /// [`Error::Busy`] after ten seconds; what opening the file ends in.
    pub async fn reader(self: &Arc<Self>) -> Result<Lease> {
        let permit = permit(&self.readers).await?;
        let idle = self.idle.lock().readers.pop();
        let lease = self.lease(Role::Reader, idle, permit)?;
        lease.connection()?.unshare()?;
        Ok(lease)
    }

    /// Waits for a reader whose reads share a snapshot with those of others, as long as
    /// nobody writes: for one statement that stands alone.
    ///
    /// # Errors
    ///
    /// As for [`Database::reader`].
    pub async fn shared_reader(self: &Arc<Self>) -> Result<Lease> {
        let permit = permit(&self.readers).await?;
        let idle = self.idle.lock().readers.pop();
        let lease = self.lease(Role::Reader, idle, permit)?;
        // After the connection is taken: what was committed before is in this version.
        let version = self.version.load(Ordering::Acquire);
        lease.connection()?.share(version)?;
        Ok(lease)
    }

    /// Waits for its turn to write.
    ///
    /// # Errors
    ///
    /// As for [`Database::reader`].
    pub async fn writer(self: &Arc<Self>) -> Result<Lease> {
        let permit = permit(&self.writer).await?;
        let idle = self.idle.lock().writer.take();
        self.lease(Role::Writer, idle, permit)
    }

    /// Takes a reader for a cursor, which may keep it for long, and so is not one of those
    /// that others wait for.
    pub(super) fn cursor(self: &Arc<Self>) -> Result<Lease> {
        let permit = Arc::clone(&self.cursors).try_acquire_owned().map_err(|_| {
            Error::Quota("too many cursors are open; close one, or fetch all of its rows".into())
        })?;
        let idle = self.idle.lock().readers.pop();
        let lease = self.lease(Role::Reader, idle, permit)?;
        lease.connection()?.unshare()?;
        Ok(lease)
    }

    fn lease(
        self: &Arc<Self>,
        role: Role,
        idle: Option<Connection>,
        permit: OwnedSemaphorePermit,
    ) -> Result<Lease> {
        self.registry.touch(self);
        let connection = match idle {
            Some(connection) => connection,
            None => self.open(role)?,
        };
        Ok(Lease::new(connection, role, permit, Arc::clone(self)))
    }

    fn open(self: &Arc<Self>, role: Role) -> Result<Connection> {
        self.registry.make_room(self);
        let opened = self.try_open(role).map_err(|error| self.told(error))?;
        self.opened.store(true, Ordering::Relaxed);
        self.registry.opened();
        Ok(opened)
    }

    fn try_open(&self, role: Role) -> Result<Connection> {
        if !self.path.exists() {
            if self.opened.load(Ordering::Relaxed) {
                return Err(Error::Unavailable(format!(
                    "{} is gone: it was moved or removed; put it back, restore a backup, or \
                     start again to begin with an empty one",
                    self.path.display()
                )));
            }
            self.make()?;
        }
        Connection::open(&self.path, role, &self.options)
    }

    /// Tells the operator what is wrong with the file, and returns what the guest may
    /// know of it: not where it is.
    fn told(&self, error: Error) -> Error {
        let path = self.path.display().to_string();
        match error {
            Error::Unavailable(what) => {
                tracing::error!(database = path, "{what}");
                Error::Unavailable(what.replace(&path, "the database"))
            }
            Error::Corrupt(what) => {
                tracing::error!(database = path, "damaged: {what}; `runtime db restore` has backups");
                Error::Corrupt(what.replace(&path, "the database"))
            }
            other => other,
        }
    }

    /// Closes all connections to a file that is no longer where it was: whoever comes next
    /// opens the one that is there.
    fn leave(&self, connection: Connection) {
        tracing::error!(
            database = %self.path.display(),
            "the file was moved, removed or replaced while it was open; its connections are closed"
        );
        drop(connection);
        self.registry.closed(1);
        self.close_idle();
        self.version.fetch_add(1, Ordering::Release);
    }

    /// Makes the file, and its folder: only a writer does, and it may be a reader's turn.
    fn make(&self) -> Result<()> {
        if let Some(folder) = self.path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            std::fs::create_dir_all(folder)
                .map_err(|error| Error::Unavailable(format!("{}: {error}", folder.display())))?;
        }
        drop(Connection::open(&self.path, Role::Writer, &self.options)?);
        Ok(())
    }

    fn give_back(&self, connection: Connection, role: Role) {
        let mut idle = self.idle.lock();
        let surplus = match role {
            Role::Reader if idle.readers.len() < self.max_idle_readers => {
                idle.readers.push(connection);
                None
            }
            Role::Reader => Some(connection),
            _ => idle.writer.replace(connection),
        };
        drop(idle);
        if surplus.is_some() {
            self.registry.closed(1);
        }
    }

    /// Closes the connections that nobody uses, and returns how many there were.
    fn close_idle(&self) -> usize {
        let idle = std::mem::take(&mut *self.idle.lock());
        let count = idle.readers.len() + usize::from(idle.writer.is_some());
        self.registry.closed(count);
        // SQLite closes here, outside the lock: readers first, so that the last one to
        // leave, which tidies the log away, is one that may write.
        drop(idle.readers);
        drop(idle.writer);
        count
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        self.registry.forget(self.id);
        self.close_idle();
    }
}

async fn permit(semaphore: &Arc<Semaphore>) -> Result<OwnedSemaphorePermit> {
    match Arc::clone(semaphore).try_acquire_owned() {
        Ok(permit) => Ok(permit),
        Err(_) => {
            let permit = Arc::clone(semaphore).acquire_owned();
            match tokio::time::timeout(QUEUE_WAIT, permit).await {
                Ok(Ok(permit)) => Ok(permit),
                // Too long; semaphores are never closed.
                Ok(Err(_)) | Err(_) => Err(Error::Busy),
            }
        }
    }
}
