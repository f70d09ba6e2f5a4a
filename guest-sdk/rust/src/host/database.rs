//! The double of the host's `orm`: SQLite in memory, in the test's own process,
//! through the crate that the host uses.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use wasgi_orm::connection::{Connection, Options, Prepared, TransactionKind as Kind};
use wasgi_orm::{migrate, query, schema};

use super::bindings::exports::wasgi::app::models::Schema;
use super::bindings::wasgi::app::orm as wit;
use crate::orm::{Mismatch, Reader};

pub(crate) use wit::{Outcome, Rows, TransactionKind};

thread_local! {
    /// The databases of this thread's tests; statements go to the last.
    static OPEN: RefCell<Vec<Database>> = const { RefCell::new(Vec::new()) };
    /// The SQL of what ran since the test began to listen.
    static RAN: RefCell<Option<Vec<String>>> = const { RefCell::new(None) };
    static LAST_ID: Cell<u64> = const { Cell::new(0) };
}

/// A database in memory.
#[derive(Clone)]
pub(crate) struct Database(Rc<Inner>);

struct Inner {
    /// Tells databases of one thread apart.
    id: u64,
    connection: Connection,
}

impl Database {
    /// Makes one with the tables of a schema.
    pub(crate) fn new(schema: Schema) -> wasgi_orm::Result<Self> {
        let connection = Connection::in_memory(&Options::default())?;
        let schema = schema::Schema {
            models: schema.models.into_iter().map(Into::into).collect(),
            steps: schema.steps.into_iter().map(Into::into).collect(),
        };
        let plan = migrate::plan(&connection, &schema, &migrate::Options::default())?;
        migrate::apply(&connection, &plan)?;
        let id = LAST_ID.get() + 1;
        LAST_ID.set(id);
        Ok(Self(Rc::new(Inner { id, connection })))
    }

    /// Makes it the database of this thread, until the guard is dropped.
    pub(crate) fn open(&self) -> Opened {
        OPEN.with_borrow_mut(|open| open.push(self.clone()));
        Opened(self.clone())
    }

    fn current() -> Result<Self, wit::Error> {
        let current = OPEN.with_borrow(|open| open.last().cloned());
        current.ok_or(wit::Error::NoDatabase)
    }
}

/// Takes a database away from its thread when dropped.
pub(crate) struct Opened(Database);

impl Drop for Opened {
    fn drop(&mut self) {
        OPEN.with_borrow_mut(|open| {
            let place = open.iter().rposition(|other| other.0.id == self.0.0.id);
            place.map(|place| open.remove(place))
        });
    }
}

/// Runs a closure and returns the SQL of each statement it ran.
pub(crate) fn listen<T>(run: impl FnOnce() -> T) -> (T, Vec<String>) {
    let around = RAN.with_borrow_mut(|ran| ran.replace(Vec::new()));
    let value = run();
    let ran = RAN.with_borrow_mut(|ran| std::mem::replace(ran, around));
    let ran = ran.unwrap_or_default();
    RAN.with_borrow_mut(|around| {
        if let Some(around) = around {
            around.extend_from_slice(&ran);
        }
    });
    (value, ran)
}

enum Source {
    Query(query::Query),
    Sql(String),
}

/// A statement, compiled for the database it was last run on.
pub(crate) struct Statement {
    source: Source,
    compiled: RefCell<(u64, Prepared)>,
}

impl Statement {
    fn new(source: Source) -> Result<Self, wit::Error> {
        let database = Database::current()?;
        let prepared = compile(&source, &database)?;
        Ok(Self {
            source,
            compiled: RefCell::new((database.0.id, prepared)),
        })
    }

    fn run<T>(
        &self,
        within: Option<&Transaction>,
        run: impl FnOnce(&Connection, &Prepared) -> wasgi_orm::Result<T>,
    ) -> Result<T, wit::Error> {
        let database = match within {
            Some(transaction) => transaction.database.clone(),
            None => Database::current()?,
        };
        let mut compiled = self.compiled.borrow_mut();
        if compiled.0 != database.0.id {
            *compiled = (database.0.id, compile(&self.source, &database)?);
        }
        RAN.with_borrow_mut(|ran| {
            if let Some(ran) = ran {
                ran.push(compiled.1.sql().to_owned());
            }
        });
        let connection = &database.0.connection;
        if within.is_none() && !connection.is_autocommit() {
            return Err(wit::Error::Misuse(
                "a transaction is open, and this statement is outside of it".to_owned(),
            ));
        }
        if within.is_some_and(|within| within.kind == Kind::Read) && compiled.1.writes() {
            return Err(wit::Error::Misuse(
                "a write in a read transaction; begin one that writes".to_owned(),
            ));
        }
        Ok(run(connection, &compiled.1)?)
    }

    pub(crate) fn query(
        &self,
        params: &[u8],
        within: Option<&Transaction>,
    ) -> Result<Rows, wit::Error> {
        let rows = self.run(within, |connection, prepared| {
            connection.query(prepared, params)
        })?;
        Ok(Rows {
            rows: rows.rows,
            related: rows.related,
        })
    }

    pub(crate) fn hold(
        &self,
        params: &[u8],
        within: Option<&Transaction>,
    ) -> Result<HeldRows, wit::Error> {
        self.query(params, within).map(HeldRows)
    }

    /// Returns the names of the result's columns.
    pub(crate) fn columns(&self) -> Vec<String> {
        self.compiled.borrow().1.columns().to_vec()
    }

    pub(crate) fn execute(
        &self,
        params: &[u8],
        within: Option<&Transaction>,
    ) -> Result<Outcome, wit::Error> {
        self.run(within, |connection, prepared| {
            connection.execute(prepared, params)
        })
        .map(outcome)
    }

    pub(crate) fn execute_many(
        &self,
        params: &[u8],
        within: Option<&Transaction>,
    ) -> Result<Outcome, wit::Error> {
        self.run(within, |connection, prepared| {
            connection.execute_many(prepared, params)
        })
        .map(outcome)
    }

    /// Takes all rows at once, which is what "as of now" means.
    pub(crate) fn open(&self, params: &[u8]) -> Result<Cursor, wit::Error> {
        if self.compiled.borrow().1.writes() {
            return Err(wit::Error::Misuse(
                "a cursor is for reads; use query or execute".to_owned(),
            ));
        }
        let rows = self.query(params, None)?.rows;
        let left = Reader::new(&rows).rows().map_err(damaged)?;
        Ok(Cursor {
            left: Cell::new(left),
            rows,
            at: Cell::new(5),
        })
    }
}

fn compile(source: &Source, database: &Database) -> Result<Prepared, wit::Error> {
    let connection = &database.0.connection;
    Ok(match source {
        Source::Query(query) => connection.prepare(query)?,
        Source::Sql(sql) => connection.prepare_sql(sql)?,
    })
}

fn outcome(of: wasgi_orm::connection::Outcome) -> Outcome {
    Outcome {
        changes: of.changes,
        last_insert_id: of.last_insert_id,
    }
}

fn damaged(mismatch: Mismatch) -> wit::Error {
    wit::Error::Invalid(mismatch.to_string())
}

/// Rows for another capability.
pub(crate) struct HeldRows(pub(crate) Rows);

/// The rest of some rows.
pub(crate) struct Cursor {
    rows: Vec<u8>,
    at: Cell<usize>,
    left: Cell<usize>,
}

impl Cursor {
    pub(crate) fn fetch(&self, max: u32) -> Result<Vec<u8>, wit::Error> {
        let max = usize::try_from(max).unwrap_or(usize::MAX);
        let count = self.left.get().min(max);
        let rest = self.rows.get(self.at.get()..).unwrap_or_default();
        let mut reader = Reader::new(rest);
        for _ in 0..count {
            for _ in 0..reader.row().map_err(damaged)? {
                reader.raw().map_err(damaged)?;
            }
        }
        let taken = rest.len() - reader.rest().len();
        self.at.set(self.at.get() + taken);
        self.left.set(self.left.get() - count);
        let mut out = vec![b'['];
        out.extend_from_slice(&u32::try_from(count).unwrap_or(u32::MAX).to_le_bytes());
        out.extend_from_slice(rest.get(..taken).unwrap_or_default());
        Ok(out)
    }
}

/// An open transaction; dropping it rolls back.
pub(crate) struct Transaction {
    database: Database,
    kind: Kind,
    depth: Rc<Cell<u32>>,
}

impl Transaction {
    pub(crate) fn commit(&self) -> Result<(), wit::Error> {
        Ok(self.database.0.connection.commit()?)
    }

    pub(crate) fn savepoint(&self) -> Result<Savepoint, wit::Error> {
        let depth = self.depth.get() + 1;
        self.database.0.connection.savepoint(depth)?;
        self.depth.set(depth);
        Ok(Savepoint {
            database: self.database.clone(),
            open: Rc::clone(&self.depth),
            depth,
        })
    }
}

impl Drop for Transaction {
    fn drop(&mut self) {
        // In memory nothing stands in the way of a rollback.
        self.database.0.connection.rollback().ok();
    }
}

/// An open savepoint; dropping it rolls back to it.
pub(crate) struct Savepoint {
    database: Database,
    open: Rc<Cell<u32>>,
    depth: u32,
}

impl Savepoint {
    pub(crate) fn release(&self) -> Result<(), wit::Error> {
        self.open.set(self.depth - 1);
        Ok(self.database.0.connection.release(self.depth)?)
    }
}

impl Drop for Savepoint {
    fn drop(&mut self) {
        if self.open.get() >= self.depth {
            self.open.set(self.depth - 1);
            self.database.0.connection.rollback_to(self.depth).ok();
        }
    }
}

pub(crate) fn prepare(query: &wit::Query) -> Result<Statement, wit::Error> {
    Statement::new(Source::Query(query.clone().into()))
}

pub(crate) fn prepare_sql(sql: &str) -> Result<Statement, wit::Error> {
    Statement::new(Source::Sql(sql.to_owned()))
}

pub(crate) fn begin(kind: TransactionKind) -> Result<Transaction, wit::Error> {
    let database = Database::current()?;
    let kind = match kind {
        TransactionKind::Read => Kind::Read,
        TransactionKind::Write => Kind::Write,
    };
    database.0.connection.begin(kind)?;
    Ok(Transaction {
        database,
        kind,
        depth: Rc::default(),
    })
}
