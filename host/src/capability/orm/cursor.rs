//! Rows in batches: a statement that stays open between two calls of the guest, on a
//! thread of its own, which waits there until more are asked for.

use tokio::sync::mpsc;
use wasgi_orm::connection::Prepared;
use wasgi_orm::{Error, Result};

use super::pool::Lease;

/// What a guest's `cursor` handle stands for.
#[allow(unreachable_pub)]
pub struct Cursor(pub(super) u64);

/// The two ends of a cursor's thread. Dropped, it ends the thread.
#[derive(Debug)]
pub(super) struct Batches {
    wanted: mpsc::Sender<usize>,
    ready: mpsc::Receiver<Result<Vec<u8>>>,
}

impl Batches {
    /// Begins the statement.
    pub(super) fn open(lease: Lease, prepared: Prepared, params: Vec<u8>) -> Self {
        let (wanted, mut asked) = mpsc::channel::<usize>(1);
        let (give, ready) = mpsc::channel(1);
        tokio::task::spawn_blocking(move || {
            let outcome = lease.connection().and_then(|connection| {
                connection.stream(
                    &prepared,
                    &params,
                    || asked.blocking_recv(),
                    // Nobody takes it where the cursor was closed meanwhile.
                    |batch| drop(give.blocking_send(batch)),
                )
            });
            if let Err(error) = outcome {
                drop(give.blocking_send(Err(error)));
            }
        });
        Self { wanted, ready }
    }

    /// Returns the next rows.
    pub(super) async fn fetch(&mut self, max: usize) -> Result<Vec<u8>> {
        // The thread is gone after an error, which may still wait to be taken.
        let asked = self.wanted.send(max).await;
        match self.ready.recv().await {
            Some(batch) => batch,
            None if asked.is_err() => Err(Error::misuse("the cursor ended with an error before")),
            None => Err(Error::misuse("the cursor is closed")),
        }
    }
}
