//! Which connection a statement runs on, and on which thread.

use wasgi_orm::connection::{Prepared, TransactionKind};
use wasgi_orm::{Connection, Error};

use super::View;
use super::config::{BOUNDED_WRITE, SMALL_PARAMS};
use super::error::OrmError;
use super::pool::Done;

/// A statement and its parameters.
#[derive(Clone)]
pub(super) struct Bound {
    pub(super) prepared: Prepared,
    pub(super) params: Vec<u8>,
}

impl Bound {
    /// Tells whether it is quick whatever the database holds.
    fn is_quick(&self) -> bool {
        self.prepared.is_bounded() && self.params.len() <= SMALL_PARAMS
    }
}

impl View<'_> {
    /// Runs a statement: in the transaction of that id, or by itself.
    pub(super) async fn run<T: Send + 'static>(
        &mut self,
        bound: Bound,
        within: Option<u64>,
        work: fn(&Connection, &Bound) -> Result<T, Error>,
    ) -> Result<T, OrmError> {
        match within {
            Some(id) => self.run_within(id, bound, work).await,
            None => self.run_alone(bound, work).await,
        }
    }

    async fn run_alone<T: Send + 'static>(
        &mut self,
        bound: Bound,
        work: fn(&Connection, &Bound) -> Result<T, Error>,
    ) -> Result<T, OrmError> {
        let database = self.lent.database()?;
        let lease = if bound.prepared.writes() {
            if self.lent.open_kind() == Some(TransactionKind::Write) {
                // It would wait for itself.
                return Err(Error::misuse(
                    "a write outside of the transaction that is open; pass the transaction",
                )
                .into());
            }
            database.writer().await?
        } else {
            database.shared_reader().await?
        };
        let (_, done) = lease
            .run(move |connection| work(connection, &bound))
            .await;
        done
    }

    async fn run_within<T: Send + 'static>(
        &mut self,
        id: u64,
        bound: Bound,
        work: fn(&Connection, &Bound) -> Result<T, Error>,
    ) -> Result<T, OrmError> {
        let open = self.lent.transaction(id)?;
        let writes = bound.prepared.writes();
        if writes && open.kind == TransactionKind::Read {
            return Err(Error::misuse("a write in a read transaction; begin one that writes").into());
        }
        let Some(lease) = open.lease.take() else {
            return Err(Error::misuse("the transaction is over").into());
        };
        // A write cannot be begun again here: SQLite rolls the whole transaction back
        // where it interrupts one.
        let (lease, done): Done<T> = if !writes {
            lease
                .run(move |connection| work(connection, &bound))
                .await
        } else if bound.is_quick() {
            let done = lease.within(BOUNDED_WRITE, |connection| work(connection, &bound));
            (Some(lease), done.map_err(OrmError::from))
        } else {
            lease
                .apart(move |connection| work(connection, &bound))
                .await
        };
        open.lease = lease;
        done
    }
}
