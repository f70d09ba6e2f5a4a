//! All databases of the process: how many connections are open, and whose are closed
//! when there are too many.
//!
//! An open connection costs some 143 KiB and up to three descriptors, a cold open with
//! a query less than a millisecond: with thousands of tenants it is the descriptors
//! that have to be shared.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Weak};
use std::time::Instant;

use lru::LruCache;
use parking_lot::Mutex;

use super::Database;

/// Connections open at the same time, of all databases. Default 512.
const MAX_CONNECTIONS: usize = 512;

/// The databases of the process.
#[derive(Debug)]
pub struct Registry {
    max: usize,
    open: AtomicUsize,
    ids: AtomicU64,
    begun: Instant,
    /// By id; the one used longest ago comes first.
    used: Mutex<LruCache<u64, Weak<Database>>>,
}

impl Default for Registry {
    fn default() -> Self {
        Self::new(MAX_CONNECTIONS)
    }
}

impl Registry {
    /// Makes a registry of at most so many open connections. More are open only where
    /// more are in use at the same moment.
    pub fn new(max: usize) -> Self {
        Self {
            max: max.max(1),
            open: AtomicUsize::new(0),
            ids: AtomicU64::new(0),
            begun: Instant::now(),
            used: Mutex::new(LruCache::unbounded()),
        }
    }

    /// Returns the number of open connections.
    pub fn open(&self) -> usize {
        self.open.load(Ordering::Relaxed)
    }

    pub(super) fn next_id(&self) -> u64 {
        self.ids.fetch_add(1, Ordering::Relaxed)
    }

    /// Notes that a database is in use. To the second, so that a busy one does not ask
    /// for the lock at every query.
    pub(super) fn touch(&self, database: &Arc<Database>) {
        let now = self.begun.elapsed().as_secs() + 1;
        if database.touched.swap(now, Ordering::Relaxed) != now {
            self.used
                .lock()
                .put(database.id, Arc::downgrade(database));
        }
    }

    pub(super) fn forget(&self, id: u64) {
        self.used.lock().pop(&id);
    }

    pub(super) fn opened(&self) {
        self.open.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn closed(&self, connections: usize) {
        self.open.fetch_sub(connections, Ordering::Relaxed);
    }

    /// Closes idle connections of others until there is room for one more.
    pub(super) fn make_room(&self, asking: &Arc<Database>) {
        // Those in use are looked at once and put back in front.
        let mut tries = self.used.lock().len();
        while self.open() >= self.max && tries > 0 {
            tries -= 1;
            let oldest = self.used.lock().pop_lru();
            let Some((id, weak)) = oldest else { return };
            let Some(database) = weak.upgrade() else {
                continue;
            };
            if id != asking.id {
                // The next use tells the registry again.
                database.touched.store(0, Ordering::Relaxed);
                database.close_idle();
            } else {
                self.used.lock().put(id, weak);
            }
        }
    }
}
