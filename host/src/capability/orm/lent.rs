//! What an instance has open: at most one transaction, and some cursors. It is kept
//! here and not in the handles, so that the end of a request can close it all.

use std::collections::HashMap;
use std::sync::Arc;

use wasgi_orm::connection::TransactionKind;
use wasgi_orm::{Error, Result};

use super::Grant;
use super::config::MAX_SAVEPOINTS;
use super::cursor::Batches;
use super::pool::{Database, Lease};

/// What an instance holds.
#[derive(Debug)]
pub struct Lent {
    grant: Arc<Grant>,
    open: Option<Open>,
    cursors: HashMap<u64, Batches>,
    /// The number of handles given out, which names the next one.
    ids: u64,
}

/// An open transaction.
#[derive(Debug)]
pub(super) struct Open {
    id: u64,
    pub(super) kind: TransactionKind,
    /// None while a statement runs on it on another thread.
    pub(super) lease: Option<Lease>,
    /// Its open savepoints, the innermost last.
    savepoints: Vec<u32>,
    /// The number of savepoints so far, which names the next one.
    serial: u32,
}

impl Lent {
    /// Prepares one instance.
    pub fn new(grant: &Arc<Grant>) -> Self {
        Self {
            grant: Arc::clone(grant),
            open: None,
            cursors: HashMap::new(),
            ids: 0,
        }
    }

    /// Ends a request: what it left open is rolled back and closed.
    pub fn end(&mut self) {
        if self.open.take().is_some() {
            tracing::warn!("a transaction was open at the end of its request: rolled back");
        }
        self.cursors.clear();
    }

    pub(super) fn database(&self) -> Result<&Arc<Database>> {
        self.grant.database.as_ref().ok_or(Error::NoDatabase)
    }

    fn next_id(&mut self) -> u64 {
        self.ids += 1;
        self.ids
    }

    /// Opens a transaction.
    pub(super) fn open(&mut self, kind: TransactionKind, lease: Lease) -> u64 {
        let id = self.next_id();
        self.open = Some(Open {
            id,
            kind,
            lease: Some(lease),
            savepoints: Vec::new(),
            serial: 0,
        });
        id
    }

    /// Returns the kind of the open transaction.
    pub(super) fn open_kind(&self) -> Option<TransactionKind> {
        self.open.as_ref().map(|open| open.kind)
    }

    /// Returns the open transaction, whichever it is, if its connection is here.
    pub(super) fn any_transaction(&self) -> Option<&Lease> {
        self.open.as_ref().and_then(|open| open.lease.as_ref())
    }

    /// Returns the transaction of a handle.
    ///
    /// # Errors
    ///
    /// [`Error::Misuse`] where it is over.
    pub(super) fn transaction(&mut self, id: u64) -> Result<&mut Open> {
        match &mut self.open {
            Some(open) if open.id == id => open.checked(),
            _ => Err(Error::misuse(
                "the transaction is over: it was committed or rolled back, or its request ended",
            )),
        }
    }

    /// Closes the transaction of a handle, if it is open, and returns its connection.
    pub(super) fn close(&mut self, id: u64) -> Option<Lease> {
        let open = self.open.take_if(|open| open.id == id)?;
        open.lease
    }

    pub(super) fn add_cursor(&mut self, batches: Batches) -> u64 {
        let id = self.next_id();
        self.cursors.insert(id, batches);
        id
    }

    pub(super) fn cursor(&mut self, id: u64) -> Result<&mut Batches> {
        let over = || Error::misuse("the cursor is closed: its request ended");
        self.cursors.get_mut(&id).ok_or_else(over)
    }

    pub(super) fn close_cursor(&mut self, id: u64) {
        self.cursors.remove(&id);
    }
}

impl Open {
    /// Returns itself, unless SQLite has rolled it back: a statement on that connection
    /// would then commit by itself.
    fn checked(&mut self) -> Result<&mut Self> {
        let over = match &self.lease {
            Some(lease) => lease.connection()?.is_autocommit(),
            None => true,
        };
        if over {
            return Err(Error::misuse(
                "the transaction is over: it was rolled back after an error",
            ));
        }
        Ok(self)
    }

    fn connection(&self) -> Result<&wasgi_orm::Connection> {
        let gone = || Error::misuse("the transaction is over");
        self.lease.as_ref().ok_or_else(gone)?.connection()
    }

    /// Begins a savepoint and returns its name.
    pub(super) fn savepoint(&mut self) -> Result<u32> {
        if self.savepoints.len() >= MAX_SAVEPOINTS {
            return Err(Error::Quota(format!(
                "more than {MAX_SAVEPOINTS} savepoints are open; release some"
            )));
        }
        let serial = self.serial;
        self.connection()?.savepoint(serial)?;
        self.serial += 1;
        self.savepoints.push(serial);
        Ok(serial)
    }

    /// Ends a savepoint, and with it those inside of it.
    pub(super) fn end_savepoint(&mut self, serial: u32, keep: bool) -> Result<()> {
        let place = self.savepoints.iter().position(|open| *open == serial);
        let place = place.ok_or_else(|| {
            Error::misuse("the savepoint is over: it was released or rolled back, or one around it was")
        })?;
        let connection = self.connection()?;
        if keep {
            connection.release(serial)?;
        } else {
            connection.rollback_to(serial)?;
        }
        self.savepoints.truncate(place);
        Ok(())
    }
}
