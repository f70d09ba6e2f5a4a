//! Transactions: several statements of which all are to last, or none.

use std::cell::{Cell, RefCell};

use super::{Error, Result};
use crate::host::database::{self, Savepoint};
use database::TransactionKind as Kind;

thread_local! {
    /// The transaction that statements go to.
    static CURRENT: RefCell<Option<(database::Transaction, Kind)>> = const { RefCell::new(None) };
}

/// Passes the current transaction, if there is one, to a call of the host.
pub(crate) fn within<T>(call: impl FnOnce(Option<&database::Transaction>) -> T) -> T {
    CURRENT.with_borrow(|current| call(current.as_ref().map(|(transaction, _)| transaction)))
}

/// Tells whether a transaction is open.
pub(crate) fn is_open() -> bool {
    CURRENT.with_borrow(Option::is_some)
}

/// An open transaction, as a sign that there is one: functions that must run inside of
/// one can ask for it.
#[derive(Debug)]
pub struct Transaction {
    rollback: Cell<bool>,
}

/// Runs a closure in a transaction: what it writes lasts if it returns `Ok`, and is
/// taken back if it returns an error or panics.
///
/// All statements inside of the closure belong to the transaction. Inside of another
/// transaction this is a [`savepoint`](Transaction::savepoint). Only one instance
/// writes at a time: others wait until the transaction is over, so keep it short.
///
/// ```
/// # use wasgi::orm::{self, Schema, prelude::*};
/// # #[derive(Model)] struct Account { id: i64, cents: i64 }
/// fn transfer(from: i64, to: i64, cents: i64) -> wasgi::Result<()> {
///     orm::transaction(|_| {
///         let mut from = Account::get(from)?;
///         let mut to = Account::get(to)?;
///         if from.cents < cents {
///             return Err(wasgi::Error::bad_request("not enough money"));
///         }
///         from.cents -= cents;
///         to.cents += cents;
///         from.save()?;
///         to.save()?;
///         Ok(())
///     })
/// }
/// # let _database = wasgi::test::database(Schema::new().model::<Account>());
/// # Account::insert_many([Account { id: 1, cents: 5 }, Account { id: 2, cents: 0 }])?;
/// # transfer(1, 2, 3).unwrap();
/// # assert!(transfer(1, 2, 3).is_err());
/// # assert_eq!(Account::get(2)?.cents, 3);
/// # Ok::<(), orm::Error>(())
/// ```
///
/// # Errors
///
/// The closure's, or why there is no transaction.
pub fn transaction<T>(run: impl FnOnce(&Transaction) -> crate::Result<T>) -> crate::Result<T> {
    try_transaction(run)
}

/// As [`transaction`], with any error that the ORM's converts to.
///
/// # Errors
///
/// The closure's, or why there is no transaction.
pub fn try_transaction<T, E: From<Error>>(
    run: impl FnOnce(&Transaction) -> Result<T, E>,
) -> Result<T, E> {
    match CURRENT.with_borrow(|current| current.as_ref().map(|(_, kind)| *kind)) {
        None => outermost(Kind::Write, run),
        Some(Kind::Write) => part(run),
        Some(Kind::Read) => Err(Error::Misuse(
            "a transaction that writes, inside of one that only reads; begin with \
             `orm::transaction`"
                .to_owned(),
        )
        .into()),
    }
}

/// Runs a closure whose reads all see the database as of the first of them. Writes
/// inside of it are refused.
///
/// # Errors
///
/// The closure's, or why there is no transaction.
pub fn read_transaction<T>(run: impl FnOnce(&Transaction) -> crate::Result<T>) -> crate::Result<T> {
    try_read_transaction(run)
}

/// As [`read_transaction`], with any error that the ORM's converts to.
///
/// # Errors
///
/// The closure's, or why there is no transaction.
pub fn try_read_transaction<T, E: From<Error>>(
    run: impl FnOnce(&Transaction) -> Result<T, E>,
) -> Result<T, E> {
    if is_open() {
        // What is around it sees one state of the database already.
        run(&Transaction::new())
    } else {
        outermost(Kind::Read, run)
    }
}

impl Transaction {
    fn new() -> Self {
        Self {
            rollback: Cell::new(false),
        }
    }

    /// Runs a closure of which everything is taken back if it returns an error, while
    /// the transaction goes on.
    ///
    /// ```
    /// # use wasgi::orm::{self, Schema, prelude::*};
    /// # #[derive(Model)] struct Tag { id: i64, #[model(unique)] name: String }
    /// # fn tag(name: &str) -> Tag { Tag { id: 0, name: name.to_owned() } }
    /// # let _database = wasgi::test::database(Schema::new().model::<Tag>());
    /// orm::transaction(|tx| {
    ///     tag("rust").insert()?;
    ///     let again = tx.savepoint(|_| {
    ///         tag("wasm").insert()?;
    ///         tag("rust").insert()?;
    ///         Ok(())
    ///     });
    ///     assert!(again.is_err());
    ///     Ok(())
    /// })
    /// .unwrap();
    /// assert_eq!(Tag::query().count()?, 1);
    /// # Ok::<(), orm::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// The closure's, or why there is no savepoint.
    pub fn savepoint<T>(&self, run: impl FnOnce(&Self) -> crate::Result<T>) -> crate::Result<T> {
        part(run)
    }

    /// As [`savepoint`](Self::savepoint), with any error that the ORM's converts to.
    ///
    /// # Errors
    ///
    /// The closure's, or why there is no savepoint.
    pub fn try_savepoint<T, E: From<Error>>(
        &self,
        run: impl FnOnce(&Self) -> Result<T, E>,
    ) -> Result<T, E> {
        part(run)
    }

    /// Takes everything back in the end, even if the closure returns `Ok`.
    pub fn set_rollback(&self) {
        self.rollback.set(true);
    }
}

/// Ends the current transaction, however its closure ends. The host rolls back what is
/// dropped.
struct Ends;

impl Drop for Ends {
    fn drop(&mut self) {
        drop(CURRENT.take());
    }
}

fn outermost<T, E: From<Error>>(
    kind: Kind,
    run: impl FnOnce(&Transaction) -> Result<T, E>,
) -> Result<T, E> {
    let begun = database::begin(kind).map_err(Error::from)?;
    CURRENT.set(Some((begun, kind)));
    let ends = Ends;
    let transaction = Transaction::new();
    let value = run(&transaction)?;
    if !transaction.rollback.get() {
        let committed = within(|current| current.map_or(Ok(()), database::Transaction::commit));
        committed.map_err(Error::from)?;
    }
    drop(ends);
    Ok(value)
}

/// A savepoint of the current transaction. One that is not released rolls back when it
/// is dropped.
fn part<T, E: From<Error>>(run: impl FnOnce(&Transaction) -> Result<T, E>) -> Result<T, E> {
    let begun: Option<Savepoint> = within(|current| {
        let begun = current.map(database::Transaction::savepoint);
        begun.transpose().map_err(Error::from)
    })?;
    let Some(begun) = begun else {
        return Err(Error::Misuse("the transaction is over".to_owned()).into());
    };
    let transaction = Transaction::new();
    let value = run(&transaction)?;
    if !transaction.rollback.get() {
        begun.release().map_err(Error::from)?;
    }
    Ok(value)
}
