//! Converts, finds the connection, lets the ORM work, converts back.

use wasgi_orm::connection::{Outcome, Prepared, Rows, TransactionKind};
use wasgi_orm::{Connection, Error, query};
use wasmtime::component::Resource;

use super::View;
use super::bindings::wasgi::app::orm as wit;
use super::config::MAX_FETCH;
use super::cursor::{Batches, Cursor};
use super::error::OrmError;
use super::run::Bound;
use crate::capability::rows::HeldRows;

/// What a guest's `statement` handle stands for.
#[allow(unreachable_pub)]
pub struct Statement(Prepared);

/// What a guest's `transaction` handle stands for: which one it was.
#[allow(unreachable_pub)]
pub struct Transaction(u64);

/// What a guest's `savepoint` handle stands for.
#[allow(unreachable_pub)]
pub struct Savepoint {
    transaction: u64,
    serial: u32,
}

impl View<'_> {
    /// Compiles on the open transaction's connection, which alone may know its tables,
    /// or on any reader.
    async fn compile(
        &mut self,
        compile: impl Fn(&Connection) -> Result<Prepared, Error> + Send + 'static,
    ) -> Result<Resource<Statement>, OrmError> {
        let prepared = match self.lent.any_transaction() {
            Some(lease) => compile(lease.connection()?)?,
            None => self.lent.database()?.reader().await?.run(compile).await.1?,
        };
        Ok(self.table.push(Statement(prepared))?)
    }

    fn bound(&self, statement: &Resource<Statement>, params: Vec<u8>) -> Result<Bound, OrmError> {
        let prepared = self.table.get(statement)?.0.clone();
        Ok(Bound { prepared, params })
    }

    fn within(&self, transaction: Option<Resource<Transaction>>) -> Result<Option<u64>, OrmError> {
        match transaction {
            Some(handle) => Ok(Some(self.table.get(&handle)?.0)),
            None => Ok(None),
        }
    }

    async fn rows(
        &mut self,
        statement: Resource<Statement>,
        params: Vec<u8>,
        within: Option<Resource<Transaction>>,
    ) -> Result<Rows, OrmError> {
        let bound = self.bound(&statement, params)?;
        let within = self.within(within)?;
        self.run(bound, within, |connection, bound| {
            connection.query(&bound.prepared, &bound.params)
        })
        .await
    }

    fn end_savepoint(&mut self, savepoint: &Resource<Savepoint>, keep: bool) -> Result<(), OrmError> {
        let &Savepoint { transaction, serial } = self.table.get(savepoint)?;
        self.lent.transaction(transaction)?.end_savepoint(serial, keep)?;
        Ok(())
    }
}

impl wit::Host for View<'_> {
    async fn prepare(&mut self, query: wit::Query) -> Result<Resource<Statement>, OrmError> {
        let query = query::Query::from(query);
        self.compile(move |connection| connection.prepare(&query))
            .await
    }

    async fn prepare_sql(&mut self, sql: String) -> Result<Resource<Statement>, OrmError> {
        self.compile(move |connection| connection.prepare_sql(&sql))
            .await
    }

    async fn begin(
        &mut self,
        kind: wit::TransactionKind,
    ) -> Result<Resource<Transaction>, OrmError> {
        if self.lent.open_kind().is_some() {
            return Err(Error::misuse(
                "a transaction is open already; use a savepoint inside of it",
            )
            .into());
        }
        let database = self.lent.database()?;
        let (kind, lease) = match kind {
            wit::TransactionKind::Read => (TransactionKind::Read, database.reader().await?),
            wit::TransactionKind::Write => (TransactionKind::Write, database.writer().await?),
        };
        let (lease, begun) = lease.run(move |connection| connection.begin(kind)).await;
        begun?;
        let lease = lease.ok_or(Error::Busy)?;
        let id = self.lent.open(kind, lease);
        Ok(self.table.push(Transaction(id))?)
    }

    fn convert_error(&mut self, error: OrmError) -> wasmtime::Result<wit::Error> {
        error.into_wit()
    }
}

impl wit::HostStatement for View<'_> {
    async fn query(
        &mut self,
        statement: Resource<Statement>,
        params: Vec<u8>,
        within: Option<Resource<Transaction>>,
    ) -> Result<wit::Rows, OrmError> {
        let Rows { rows, related } = self.rows(statement, params, within).await?;
        Ok(wit::Rows { rows, related })
    }

    async fn hold(
        &mut self,
        statement: Resource<Statement>,
        params: Vec<u8>,
        within: Option<Resource<Transaction>>,
    ) -> Result<Resource<HeldRows>, OrmError> {
        let Rows { rows, related } = self.rows(statement, params, within).await?;
        Ok(self.table.push(HeldRows { rows, related })?)
    }

    async fn execute(
        &mut self,
        statement: Resource<Statement>,
        params: Vec<u8>,
        within: Option<Resource<Transaction>>,
    ) -> Result<wit::Outcome, OrmError> {
        let bound = self.bound(&statement, params)?;
        let within = self.within(within)?;
        let outcome = self
            .run(bound, within, |connection, bound| {
                connection.execute(&bound.prepared, &bound.params)
            })
            .await?;
        Ok(outcome.into())
    }

    async fn execute_many(
        &mut self,
        statement: Resource<Statement>,
        params: Vec<u8>,
        within: Option<Resource<Transaction>>,
    ) -> Result<wit::Outcome, OrmError> {
        let bound = self.bound(&statement, params)?;
        let within = self.within(within)?;
        let outcome = self
            .run(bound, within, |connection, bound| {
                connection.execute_many(&bound.prepared, &bound.params)
            })
            .await?;
        Ok(outcome.into())
    }

    async fn open(
        &mut self,
        statement: Resource<Statement>,
        params: Vec<u8>,
    ) -> Result<Resource<Cursor>, OrmError> {
        let Bound { prepared, params } = self.bound(&statement, params)?;
        let lease = self.lent.database()?.cursor()?;
        let id = self.lent.add_cursor(Batches::open(lease, prepared, params));
        Ok(self.table.push(Cursor(id))?)
    }

    fn columns(&mut self, statement: Resource<Statement>) -> wasmtime::Result<Vec<String>> {
        Ok(self.table.get(&statement)?.0.columns().to_vec())
    }

    async fn drop(&mut self, statement: Resource<Statement>) -> wasmtime::Result<()> {
        self.table.delete(statement)?;
        Ok(())
    }
}

impl wit::HostHeldRows for View<'_> {
    async fn drop(&mut self, held: Resource<HeldRows>) -> wasmtime::Result<()> {
        self.table.delete(held)?;
        Ok(())
    }
}

impl wit::HostTransaction for View<'_> {
    async fn commit(&mut self, transaction: Resource<Transaction>) -> Result<(), OrmError> {
        let id = self.table.get(&transaction)?.0;
        // Over, whatever the result; the connection goes back at the end of this.
        self.lent.transaction(id)?;
        if let Some(lease) = self.lent.close(id) {
            lease.connection()?.commit()?;
        }
        Ok(())
    }

    async fn rollback(&mut self, transaction: Resource<Transaction>) -> Result<(), OrmError> {
        let id = self.table.get(&transaction)?.0;
        if let Some(lease) = self.lent.close(id) {
            lease.connection()?.rollback()?;
        }
        Ok(())
    }

    async fn savepoint(
        &mut self,
        transaction: Resource<Transaction>,
    ) -> Result<Resource<Savepoint>, OrmError> {
        let id = self.table.get(&transaction)?.0;
        let serial = self.lent.transaction(id)?.savepoint()?;
        Ok(self.table.push(Savepoint {
            transaction: id,
            serial,
        })?)
    }

    async fn drop(&mut self, transaction: Resource<Transaction>) -> wasmtime::Result<()> {
        let Transaction(id) = self.table.delete(transaction)?;
        drop(self.lent.close(id));
        Ok(())
    }
}

impl wit::HostSavepoint for View<'_> {
    async fn release(&mut self, savepoint: Resource<Savepoint>) -> Result<(), OrmError> {
        self.end_savepoint(&savepoint, true)
    }

    async fn rollback(&mut self, savepoint: Resource<Savepoint>) -> Result<(), OrmError> {
        self.end_savepoint(&savepoint, false)
    }

    async fn drop(&mut self, savepoint: Resource<Savepoint>) -> wasmtime::Result<()> {
        // One that is over already, or whose transaction is, has nothing to take back.
        let _ = self.end_savepoint(&savepoint, false);
        self.table.delete(savepoint)?;
        Ok(())
    }
}

impl wit::HostCursor for View<'_> {
    async fn fetch(&mut self, cursor: Resource<Cursor>, max: u32) -> Result<Vec<u8>, OrmError> {
        let id = self.table.get(&cursor)?.0;
        let max = usize::try_from(max.clamp(1, MAX_FETCH)).unwrap_or(1);
        Ok(self.lent.cursor(id)?.fetch(max).await?)
    }

    async fn drop(&mut self, cursor: Resource<Cursor>) -> wasmtime::Result<()> {
        let Cursor(id) = self.table.delete(cursor)?;
        self.lent.close_cursor(id);
        Ok(())
    }
}

impl From<Outcome> for wit::Outcome {
    fn from(outcome: Outcome) -> Self {
        Self {
            changes: outcome.changes,
            last_insert_id: outcome.last_insert_id,
        }
    }
}
