//! Updates and deletes of rows that meet a condition.

use std::marker::PhantomData;

use super::Delete;
use crate::orm::Result;
use crate::orm::expr::{Column, Condition, Fits, Frag, Op, Operand};
use crate::orm::model::Model;
use crate::orm::packed::Params;
use crate::orm::row::read_rows;
use crate::orm::statement::{self, Shape};
use crate::orm::value::Value;

/// An update that was not told which rows to change.
#[derive(Debug)]
pub enum Everything {}

/// An update of certain rows.
#[derive(Debug)]
pub enum These {}

/// An update of rows of `M`. It runs once it was told which.
#[derive(Debug)]
#[must_use = "an update does nothing until `.filter(..).run()`"]
pub struct Updating<M, F> {
    set: Vec<(&'static str, Frag)>,
    filter: Option<Frag>,
    of: PhantomData<fn() -> (M, F)>,
}

/// Whether what can be null is set where null can be.
#[diagnostic::on_unimplemented(
    message = "the value can be null, and the column cannot",
    note = "unwrap the `Option`, or give another value for null by `.coalesce(..)`"
)]
pub trait Fills<T> {}

impl Fills<()> for () {}
impl Fills<Option<()>> for () {}
impl Fills<Option<()>> for Option<()> {}

impl<M: Model> Updating<M, Everything> {
    pub(crate) fn new() -> Self {
        Self {
            set: Vec::new(),
            filter: None,
            of: PhantomData,
        }
    }

    /// Changes every row of the table.
    pub fn everywhere(mut self) -> Updating<M, These> {
        self.filter = Some(Frag::of(Op::Boolean(true)));
        self.chosen()
    }
}

impl<M: Model, F> Updating<M, F> {
    fn chosen(self) -> Updating<M, These> {
        Updating {
            set: self.set,
            filter: self.filter,
            of: PhantomData,
        }
    }

    /// Sets a column to a value, or to an expression over the row as it was.
    pub fn set<T, O>(mut self, column: Column<M, T>, value: O) -> Self
    where
        T: Value,
        O: Operand<M, T::Domain>,
        <O::Owned as Value>::Perhaps<()>: Fills<T::Perhaps<()>>,
    {
        self.set.push((column.name, value.operand()));
        self
    }

    /// Changes only rows that meet a condition; and it, if there is one already.
    pub fn filter<S: Fits<M>>(mut self, condition: Condition<S>) -> Updating<M, These> {
        self.filter = Some(Frag::and(self.filter.take(), condition.frag));
        self.chosen()
    }
}

impl<M: Model> Updating<M, These> {
    fn shape(self, returning: &'static [&'static str]) -> (Shape, Vec<u8>) {
        let filter = self.filter.unwrap_or_else(|| Frag::of(Op::Boolean(false)));
        let mut params = Params::default();
        for (_, frag) in &self.set {
            params.append(&frag.params);
        }
        params.append(&filter.params);
        let shape = Shape::Update(super::Update {
            table: M::TABLE,
            set: self.set,
            filter,
            version: None,
            returning,
        });
        (shape, params.into_row())
    }

    /// Runs it, and returns how many rows it changed.
    ///
    /// # Errors
    ///
    /// Any.
    pub fn run(self) -> Result<u64> {
        let (shape, params) = self.shape(&[]);
        Ok(statement::execute(shape, &params)?.changes)
    }

    /// Runs it, and returns the rows as they are now.
    ///
    /// # Errors
    ///
    /// Any.
    pub fn returning(self) -> Result<Vec<M>> {
        let (shape, params) = self.shape(M::COLUMNS);
        let rows = statement::query(shape, &params)?;
        read_rows(&rows.rows, M::NAMES, M::COLUMNS.len(), M::read)
    }
}

/// Deletes rows that meet a condition; all, where there is none.
pub(crate) fn delete_where<M: Model>(condition: Option<Frag>) -> Result<u64> {
    let filter = condition.unwrap_or_else(|| Frag::of(Op::Boolean(true)));
    let mut params = Params::default();
    params.append(&filter.params);
    let shape = Shape::Delete(Delete {
        table: M::TABLE,
        filter,
        version: None,
    });
    Ok(statement::execute(shape, &params.into_row())?.changes)
}
