//! The write-ahead log, copied back into the file in the background: the copying waits
//! for the disk, and a request should not.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::super::config::{CHECKPOINT_PAGES, CHECKPOINT_WAIT_PAGES};
use super::Database;

impl Database {
    /// Begins a checkpoint where the log has grown to so many pages, one at a time.
    pub(super) fn checkpoint_after(self: &Arc<Self>, pages: u32) {
        if pages < CHECKPOINT_PAGES || self.checkpointing.swap(true, Ordering::AcqRel) {
            return;
        }
        let database = Arc::clone(self);
        let Ok(handle) = tokio::runtime::Handle::try_current() else {
            // A shutdown is under way; the last connection to close does it.
            self.checkpointing.store(false, Ordering::Release);
            return;
        };
        handle.spawn(async move {
            // Readers that never pause would let the log grow for ever: then writers
            // wait until it is whole, and it begins anew.
            let turn = match pages >= CHECKPOINT_WAIT_PAGES {
                true => Arc::clone(&database.writer).acquire_owned().await.ok(),
                false => None,
            };
            let wait = turn.is_some();
            let of = Arc::clone(&database);
            let done = tokio::task::spawn_blocking(move || of.host_connection()?.checkpoint(wait));
            match done.await {
                Ok(Ok(())) => {}
                Ok(Err(error)) => {
                    tracing::warn!(database = %database.path.display(), %error, "checkpoint failed");
                }
                Err(error) => tracing::error!(%error, "checkpoint failed"),
            }
            drop(turn);
            database.checkpointing.store(false, Ordering::Release);
        });
    }
}
