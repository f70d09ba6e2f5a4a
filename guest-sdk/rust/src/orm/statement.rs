//! Prepared statements, kept per instance under the shape of their query.
//!
//! What runs often has a place of its own: a model's hot statements ([`Statements`])
//! are found without building a query at all.

use std::borrow::Cow;
use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::rc::Rc;

use super::lower::Arena;
use super::query::{Prefetch, Select};
use super::write::{Delete, Insert, Update};
use super::{Result, transaction};
use crate::host::database::{self, Cursor, HeldRows, Outcome, Rows, Statement};

/// Statements kept; then the one used least recently goes. The host lets an instance
/// have 10,000 resources.
const KEPT: usize = 256;

/// A query without its values.
#[allow(
    clippy::large_enum_variant,
    reason = "one at a time, moved once: into the cache"
)]
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Shape {
    Select(Select, Vec<Prefetch>),
    Insert(Insert),
    Update(Update),
    Sql(Cow<'static, str>),
    Delete(Delete),
}

impl Shape {
    /// Drops what values are left in it.
    fn forget(&mut self) {
        match self {
            Self::Select(select, prefetches) => {
                select.forget();
                prefetches.iter_mut().for_each(Prefetch::forget);
            }
            Self::Update(update) => {
                update.filter.forget();
                update.set.iter_mut().for_each(|(_, frag)| frag.forget());
            }
            Self::Delete(delete) => delete.filter.forget(),
            Self::Insert(_) | Self::Sql(_) => {}
        }
    }

    fn prepare(&self) -> Result<Statement> {
        let arena = Arena::default();
        let query = match self {
            Self::Select(select, prefetches) => arena.query(select, prefetches),
            Self::Insert(insert) => arena.insert(insert),
            Self::Update(update) => arena.update(update),
            Self::Delete(delete) => arena.delete(delete),
            Self::Sql(sql) => return Ok(database::prepare_sql(sql)?),
        };
        Ok(database::prepare(&query)?)
    }
}

struct Kept {
    statement: Rc<Statement>,
    used: u64,
}

#[derive(Default)]
struct Cache {
    statements: HashMap<Shape, Kept, BuildHasherDefault<Quick>>,
    /// Counts uses.
    now: u64,
}

thread_local! {
    static CACHE: RefCell<Cache> = RefCell::default();
}

impl Cache {
    fn get(&mut self, shape: &Shape) -> Option<Rc<Statement>> {
        self.now += 1;
        let kept = self.statements.get_mut(shape)?;
        kept.used = self.now;
        Some(Rc::clone(&kept.statement))
    }

    fn insert(&mut self, shape: Shape, statement: Rc<Statement>) {
        if self.statements.len() >= KEPT {
            let oldest = self.statements.values().map(|kept| kept.used).min();
            self.statements.retain(|_, kept| Some(kept.used) != oldest);
        }
        let used = self.now;
        self.statements.insert(shape, Kept { statement, used });
    }
}

/// Returns the statement of a shape, prepared now or before.
fn statement(mut shape: Shape) -> Result<Rc<Statement>> {
    if let Some(statement) = CACHE.with_borrow_mut(|cache| cache.get(&shape)) {
        return Ok(statement);
    }
    let statement = Rc::new(shape.prepare()?);
    shape.forget();
    CACHE.with_borrow_mut(|cache| cache.insert(shape, Rc::clone(&statement)));
    Ok(statement)
}

pub(crate) fn query(shape: Shape, params: &[u8]) -> Result<Rows> {
    let statement = statement(shape)?;
    Ok(transaction::within(|within| {
        statement.query(params, within)
    })?)
}

/// Runs it and leaves the rows in the host; returns the statement as well.
pub(crate) fn hold(shape: Shape, params: &[u8]) -> Result<(HeldRows, Rc<Statement>)> {
    let statement = statement(shape)?;
    let rows = transaction::within(|within| statement.hold(params, within))?;
    Ok((rows, statement))
}

pub(crate) fn execute(shape: Shape, params: &[u8]) -> Result<Outcome> {
    let statement = statement(shape)?;
    Ok(transaction::within(|within| {
        statement.execute(params, within)
    })?)
}

pub(crate) fn execute_many(shape: Shape, rows: &[u8]) -> Result<Outcome> {
    let statement = statement(shape)?;
    Ok(transaction::within(|within| {
        statement.execute_many(rows, within)
    })?)
}

pub(crate) fn open(shape: Shape, params: &[u8]) -> Result<Cursor> {
    Ok(statement(shape)?.open(params)?)
}

/// A statement that is prepared when it is first used.
#[derive(Default)]
pub(crate) struct Hot(OnceCell<Statement>);

impl Hot {
    const fn new() -> Self {
        Self(OnceCell::new())
    }

    fn get(&self, shape: impl FnOnce() -> Shape) -> Result<&Statement> {
        if let Some(statement) = self.0.get() {
            return Ok(statement);
        }
        let statement = shape().prepare()?;
        Ok(self.0.get_or_init(|| statement))
    }

    pub(crate) fn query(&self, params: &[u8], shape: impl FnOnce() -> Shape) -> Result<Rows> {
        let statement = self.get(shape)?;
        Ok(transaction::within(|within| {
            statement.query(params, within)
        })?)
    }

    pub(crate) fn execute(&self, params: &[u8], shape: impl FnOnce() -> Shape) -> Result<Outcome> {
        let statement = self.get(shape)?;
        Ok(transaction::within(|within| {
            statement.execute(params, within)
        })?)
    }

    pub(crate) fn execute_many(
        &self,
        rows: &[u8],
        shape: impl FnOnce() -> Shape,
    ) -> Result<Outcome> {
        let statement = self.get(shape)?;
        Ok(transaction::within(|within| {
            statement.execute_many(rows, within)
        })?)
    }
}

/// The hot statements of a model.
#[doc(hidden)]
pub struct Statements {
    pub(crate) find: Hot,
    pub(crate) insert: Hot,
    pub(crate) save: Hot,
    pub(crate) delete: Hot,
}

impl Statements {
    #[doc(hidden)]
    pub const fn new() -> Self {
        Self {
            find: Hot::new(),
            insert: Hot::new(),
            save: Hot::new(),
            delete: Hot::new(),
        }
    }
}

/// A hash for shapes, which come from the program and not from its users: quick, and
/// without a defence that they do not need.
#[derive(Default)]
struct Quick(u64);

impl Quick {
    fn mix(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(5) ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
}

impl Hasher for Quick {
    fn finish(&self) -> u64 {
        self.0 ^ (self.0 >> 32)
    }

    fn write(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks::<8>();
        for word in words {
            self.mix(u64::from_le_bytes(*word));
        }
        for byte in rest {
            self.mix((*byte).into());
        }
    }

    fn write_u8(&mut self, word: u8) {
        self.mix(word.into());
    }

    fn write_u32(&mut self, word: u32) {
        self.mix(word.into());
    }

    fn write_u64(&mut self, word: u64) {
        self.mix(word);
    }

    fn write_usize(&mut self, word: usize) {
        self.mix(u64::try_from(word).unwrap_or_default());
    }

    fn write_isize(&mut self, word: isize) {
        self.mix(i64::try_from(word).unwrap_or_default().cast_unsigned());
    }
}
