//! The end of snapshots that idle connections share: the write-ahead log cannot begin anew
//! while one is open.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use wasgi_orm::Connection;
use wasgi_orm::connection::SNAPSHOT;

use super::Database;

impl Database {
    /// Sees to it that snapshots end soon after their time, though nobody reads again.
    pub(super) fn end_snapshots_later(self: &Arc<Self>) {
        if self.ending.swap(true, Ordering::AcqRel) {
            return;
        }
        let Ok(handle) = tokio::runtime::Handle::try_current() else {
            // A shutdown is under way; closing the connection ends its snapshot.
            self.ending.store(false, Ordering::Release);
            return;
        };
        let weak = Arc::downgrade(self);
        handle.spawn(async move {
            loop {
                tokio::time::sleep(SNAPSHOT).await;
                let Some(database) = weak.upgrade() else {
                    return;
                };
                if !database.end_old_snapshots() {
                    database.ending.store(false, Ordering::Release);
                    return;
                }
            }
        });
    }

    /// Ends idle connections' snapshots that are over time; tells whether others are open.
    fn end_old_snapshots(&self) -> bool {
        let is_old = |one: &Connection| one.shared_for().is_some_and(|age| age >= SNAPSHOT);
        let old: Vec<Connection> = {
            let mut idle = self.idle.lock();
            idle.readers.extract_if(.., |one| is_old(one)).collect()
        };
        for connection in old {
            if connection.unshare().is_ok() {
                self.give_back(connection, wasgi_orm::connection::Role::Reader);
            } else {
                self.registry.closed(1);
            }
        }
        let idle = self.idle.lock();
        idle.readers.iter().any(|one| one.shared_for().is_some())
    }
}
