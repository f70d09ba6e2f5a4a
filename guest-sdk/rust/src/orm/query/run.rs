//! The ends of a query, which run it.

use super::{Columns, Load, Query, Related, Select, Source};
use crate::host::database::Rows;
use crate::orm::expr::frag::{AggregateOp, Case};
use crate::orm::expr::order::Term;
use crate::orm::expr::{Frag, Op, Order};
use crate::orm::model::{self, KeyLike, Model};
use crate::orm::packed::Params;
use crate::orm::row::read_rows;
use crate::orm::statement::{self, Shape};
use crate::orm::tree::{Aggregate, BinaryOp};
use crate::orm::{Error, Result};

impl<M, Q, L: Load> Query<M, Q, L> {
    /// Makes the values of rows.
    pub(super) fn load(loader: &L, rows: &Rows) -> Result<Vec<L::Row>> {
        let related = Related::new(&rows.related)?;
        let columns = L::WIDTH;
        read_rows(&rows.rows, L::NAMES, columns, |row| {
            loader.load(row, &related, 0)
        })
    }

    /// Runs it, and returns the rows as they came.
    pub(super) fn rows(self) -> Result<(L, Rows)> {
        if let Some(problem) = self.problem {
            return Err(problem);
        }
        let mut params = Params::default();
        self.select.params(&mut params);
        for prefetch in &self.prefetches {
            prefetch.params(&mut params);
        }
        let shape = Shape::Select(self.select, self.prefetches);
        let rows = statement::query(shape, &params.into_row())?;
        Ok((self.loader, rows))
    }

    /// Runs it and returns all rows.
    ///
    /// # Errors
    ///
    /// [`Error::Quota`] for more than the host's bound (16 MiB by default): see
    /// [`cursor`](Self::cursor); any other.
    pub fn all(self) -> Result<Vec<L::Row>> {
        let (loader, rows) = self.rows()?;
        Self::load(&loader, &rows)
    }

    /// Runs it and returns the first row, if there is one.
    ///
    /// # Errors
    ///
    /// Any.
    pub fn first(self) -> Result<Option<L::Row>> {
        Ok(self.limit(1).all()?.pop())
    }

    /// Runs it and returns the only row.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`] where there is none, [`Error::TooMany`] where there are more.
    pub fn one(self) -> Result<L::Row> {
        let mut rows = self.limit(2).all()?;
        match (rows.pop(), rows.is_empty()) {
            (Some(row), true) => Ok(row),
            (Some(_), false) => Err(Error::TooMany),
            (None, _) => Err(Error::NotFound),
        }
    }

    /// Returns how many rows it has.
    ///
    /// # Errors
    ///
    /// Any.
    pub fn count(self) -> Result<u64> {
        let count: i64 = single(self.into_count())?;
        u64::try_from(count).map_err(|_| Error::TypeMismatch("a negative count".to_owned()))
    }

    /// Makes it the select of its number of rows.
    pub(super) fn into_count(self) -> Select {
        let count = Frag::of(Op::Aggregate(AggregateOp {
            function: Case(Aggregate::Count),
            arguments: 0,
            distinct: false,
            filter: false,
        }));
        let mut select = self.select;
        let whole = select.limit.is_none() && select.after.is_empty();
        if whole {
            select.order_by.clear();
        }
        let columns = Columns::Exprs(vec![count]);
        if whole && select.is_plain() {
            Select { columns, ..select }
        } else {
            Select {
                columns,
                source: Some(Source::Select(Box::new(select))),
                ..Select::default()
            }
        }
    }

    /// Tells whether it has a row.
    ///
    /// # Errors
    ///
    /// Any.
    pub fn exists(self) -> Result<bool> {
        single(self.into_exists())
    }

    /// Makes it the select of whether it has a row.
    pub(super) fn into_exists(self) -> Select {
        let mut exists = Frag::default();
        exists.push_select(self.select, Op::Exists);
        Select {
            columns: Columns::Exprs(vec![exists]),
            ..Select::default()
        }
    }
}

/// Runs a select of one value.
fn single<T: crate::orm::Value>(select: Select) -> Result<T> {
    let mut params = Params::default();
    select.params(&mut params);
    let rows = statement::query(Shape::Select(select, Vec::new()), &params.into_row())?;
    let values = read_rows(&rows.rows, &[], 1, T::decode)?;
    values.into_iter().next().ok_or(Error::NotFound)
}

impl<S: model::Source, Q, L: Load> Query<S, Q, L> {
    /// Runs it and returns the row of this key, if it is among the query's.
    ///
    /// # Errors
    ///
    /// Any.
    pub fn find(mut self, key: impl KeyLike<<S::Model as Model>::Key>) -> Result<Option<L::Row>> {
        let mut values = Params::default();
        key.push(&mut values);
        let mut condition = None;
        for name in S::Model::KEY {
            let equal = Frag::column(S::NAME, name).binary(BinaryOp::Eq, Frag::of(Op::Param));
            condition = Some(Frag::and(condition, equal));
        }
        if let Some(mut condition) = condition {
            condition.params = values;
            self.select.filter(condition);
        }
        Ok(self.all()?.pop())
    }

    /// Runs it and returns the row of this key.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`] where it is not among the query's; any other.
    pub fn get(self, key: impl KeyLike<<S::Model as Model>::Key>) -> Result<L::Row> {
        self.find(key)?.ok_or(Error::NotFound)
    }

    /// Orders rows that are equal in the query's order by their key, in the direction
    /// of its last term, so that pages neither overlap nor leave rows out.
    pub(super) fn order_fully(&mut self) {
        if !self.select.is_plain() || !matches!(self.select.columns, Columns::Model { .. }) {
            return;
        }
        let terms = &mut self.select.order_by;
        let descending = terms.last().is_some_and(|term| term.direction.descending);
        for name in S::Model::KEY {
            let key = Frag::column(S::NAME, name);
            if terms.iter().all(|term| term.frag != key) {
                let order = Order::<S>::new(key, descending);
                terms.push(Term {
                    frag: order.frag,
                    direction: order.direction,
                });
            }
        }
    }

    /// Returns, for each term of the order, which column of the model it is.
    pub(super) fn order_places(&self) -> Result<Vec<usize>> {
        let place = |term: &Term| match term.frag.ops.as_slice() {
            [Op::Column { source, name }] if *source == S::NAME => {
                S::Model::COLUMNS.iter().position(|column| column == name)
            }
            _ => None,
        };
        let places = self
            .select
            .order_by
            .iter()
            .map(place)
            .collect::<Option<_>>();
        places.ok_or_else(|| {
            Error::Invalid(format!(
                "pages need an order by columns of `{}` alone",
                S::Model::TABLE
            ))
        })
    }
}
