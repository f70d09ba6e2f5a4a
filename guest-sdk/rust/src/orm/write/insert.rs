//! Inserting many rows at once, and what to do with those that are there already.

use std::borrow::Borrow;
use std::marker::PhantomData;

use super::row::insert_shape;
use super::{Conflict, Insert, OnConflict};
use crate::host::database::Outcome;
use crate::orm::expr::Column;
use crate::orm::model::Model;
use crate::orm::statement::{self, Shape};
use crate::orm::{Result, packed, transaction};

/// Bytes of rows that go to the host at once.
const BATCH: usize = 4 << 20;

/// Packs rows and runs a statement over each batch of them; all of them or none.
fn in_batches<M: Model, R: Borrow<M>>(
    rows: impl IntoIterator<Item = R>,
    run: impl Fn(&[u8]) -> Result<Outcome>,
) -> Result<u64> {
    let mut rows = rows.into_iter().peekable();
    let mut batch = || -> Option<Vec<u8>> {
        rows.peek()?;
        let mut packed = packed::begin_rows();
        let mut count = 0;
        while packed.len() < BATCH
            && let Some(row) = rows.next()
        {
            packed::begin_row(&mut packed, M::COLUMNS.len());
            row.borrow().encode_row(&mut packed);
            count += 1;
        }
        packed::end_rows(&mut packed, count);
        Some(packed)
    };
    let Some(first) = batch() else {
        return Ok(0);
    };
    let Some(second) = batch() else {
        return Ok(run(&first)?.changes);
    };
    transaction::try_transaction(|_| {
        let mut changes = run(&first)?.changes + run(&second)?.changes;
        while let Some(next) = batch() {
            changes += run(&next)?.changes;
        }
        Ok(changes)
    })
}

pub(crate) fn insert_many<M: Model, R: Borrow<M>>(
    rows: impl IntoIterator<Item = R>,
) -> Result<u64> {
    in_batches::<M, R>(rows, |rows| {
        let statements = M::statements();
        statements.with(|statements| statements.insert.execute_many(rows, insert_shape::<M>))
    })
}

/// Columns of one model: one of them, or a tuple.
pub trait Columns<M> {
    #[doc(hidden)]
    fn names(self) -> Vec<&'static str>;
}

impl<M, T> Columns<M> for Column<M, T> {
    fn names(self) -> Vec<&'static str> {
        vec![self.name]
    }
}

macro_rules! tuples {
    ($($name:ident),+) => {
        impl<M, $($name),+> Columns<M> for ($(Column<M, $name>,)+) {
            #[expect(non_snake_case, reason = "the names of the types")]
            fn names(self) -> Vec<&'static str> {
                let ($($name,)+) = self;
                vec![$($name.name),+]
            }
        }
    };
}

tuples!(A);
tuples!(A, B);
tuples!(A, B, C);
tuples!(A, B, C, D);
tuples!(A, B, C, D, E);
tuples!(A, B, C, D, E, F);

/// An insert of rows of `M`, of which some may be there already.
#[derive(Debug)]
#[must_use = "an insert does nothing until `.run()`"]
pub struct Inserting<M, I> {
    rows: I,
    conflict: Option<Conflict>,
    of: PhantomData<fn() -> M>,
}

/// Begins an insert of rows.
pub(crate) fn inserting<M: Model, I>(rows: I) -> Inserting<M, I> {
    Inserting {
        rows,
        conflict: None,
        of: PhantomData,
    }
}

impl<M: Model, R: Borrow<M>, I: IntoIterator<Item = R>> Inserting<M, I> {
    /// Leaves out rows that would break a unique constraint.
    pub fn or_ignore(mut self) -> Self {
        self.conflict = Some(Conflict {
            target: Vec::new(),
            action: OnConflict::Ignore,
        });
        self
    }

    /// Where a row with the same `key` is there, which must be unique, sets these
    /// columns of it instead.
    pub fn or_update(mut self, key: impl Columns<M>, set: impl Columns<M>) -> Self {
        self.conflict = Some(Conflict {
            target: key.names(),
            action: OnConflict::Update(set.names()),
        });
        self
    }

    /// Inserts, and returns how many rows were inserted or changed.
    ///
    /// # Errors
    ///
    /// As for [`Model::insert_many`].
    pub fn run(self) -> Result<u64> {
        let shape = Shape::Insert(Insert {
            table: M::TABLE,
            columns: M::COLUMNS,
            conflict: self.conflict,
            returning: &[],
        });
        in_batches::<M, R>(self.rows, |rows| {
            statement::execute_many(shape.clone(), rows)
        })
    }
}
