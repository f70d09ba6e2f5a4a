//! The steps of a query.

use std::fmt;
use std::marker::PhantomData;

use super::load::{Load, Plain, With};
use super::{Columns, Only, Prefetch, Select, Selected, Selection, Source, Within};
use crate::host::bindings::wasgi::app::orm as wit;
use crate::orm::Error;
use crate::orm::expr::frag::Case;
use crate::orm::expr::order::Terms;
use crate::orm::expr::{Expression, Frag, Ordering};
use crate::orm::model::{self, Model};
use crate::orm::relation::Relation;
use crate::orm::row::FromRow;

/// A query over the model `M`, with the tables of the scope `Q`, whose rows `L` makes.
///
/// Nothing runs until one of `all`, `first`, `one`, `get`, `find`, `count`, `exists`,
/// `page`, `paginate` or `cursor` is called.
#[must_use = "a query does nothing until it is run, for instance by `.all()`"]
pub struct Query<M, Q = Only<M>, L = Plain<M>> {
    pub(crate) select: Select,
    pub(crate) prefetches: Vec<Prefetch>,
    pub(crate) loader: L,
    /// Names in templates of what is selected, by its place.
    pub(super) names: Vec<(usize, &'static str)>,
    /// Why it cannot be run.
    pub(super) problem: Option<Error>,
    pub(super) of: PhantomData<fn() -> (M, Q)>,
}

impl<S: model::Source> Query<S, Only<S>, Plain<S::Model>> {
    /// Begins a query over all rows.
    pub(crate) fn over() -> Self {
        let select = Select {
            columns: Columns::Model {
                source: S::NAME,
                names: S::Model::COLUMNS,
            },
            source: Some(Source::Table {
                table: S::Model::TABLE,
                alias: (S::NAME != S::Model::TABLE).then_some(S::NAME),
            }),
            ..Select::default()
        };
        Self {
            select,
            prefetches: Vec::new(),
            loader: Plain::new(),
            names: Vec::new(),
            problem: None,
            of: PhantomData,
        }
    }
}

impl<M, Q, L> Query<M, Q, L> {
    pub(super) fn into_scope<Q2>(self) -> Query<M, Q2, L> {
        Query {
            select: self.select,
            prefetches: self.prefetches,
            loader: self.loader,
            names: self.names,
            problem: self.problem,
            of: PhantomData,
        }
    }

    pub(crate) fn into_select(self) -> Select {
        self.select
    }

    /// Takes only rows that meet a condition; and it, if there is one already.
    pub fn filter<E, I>(mut self, condition: E) -> Self
    where
        E: Expression<Type = bool, Scope: Within<Q, I>>,
    {
        self.select.filter(condition.into_frag());
        self
    }

    /// Orders the rows: by a column (from the smallest), by `.asc()` and `.desc()` of
    /// one, or by a tuple of these. Called again, it adds to the order.
    pub fn order_by<O, I>(mut self, order: O) -> Self
    where
        O: Ordering<Q, I>,
    {
        let mut terms = Terms(std::mem::take(&mut self.select.order_by));
        order.terms(&mut terms);
        self.select.order_by = terms.0;
        self
    }

    /// Takes at most so many rows.
    pub fn limit(mut self, rows: u32) -> Self {
        self.select.limit = Some(Frag::value(&rows));
        self
    }

    /// Leaves so many rows out. The database reads them all the same: for pages,
    /// [`after`](Self::after) is quicker.
    pub fn offset(mut self, rows: u32) -> Self {
        // SQL knows no offset without a limit.
        self.select.limit.get_or_insert_with(|| Frag::value(&-1));
        self.select.offset = Some(Frag::value(&rows));
        self
    }

    /// Takes equal rows once.
    pub fn distinct(mut self) -> Self {
        self.select.distinct = true;
        self
    }

    /// Makes one row of all rows where this is the same.
    pub fn group_by<E, I>(mut self, by: E) -> Self
    where
        E: Selection<Q, I>,
    {
        let mut selected = Selected::default();
        by.select(&mut selected);
        self.select.group_by.extend(selected.frags);
        self
    }

    /// Takes only groups that meet a condition.
    pub fn having<E, I>(mut self, condition: E) -> Self
    where
        E: Expression<Type = bool, Scope: Within<Q, I>>,
    {
        let having = Frag::and(self.select.having.take(), condition.into_frag());
        self.select.having = Some(having);
        self
    }

    /// Returns these columns or expressions instead of whole models.
    pub fn select<S, I>(self, selection: S) -> Query<M, Q, Plain<S::Row>>
    where
        S: Selection<Q, I>,
    {
        let mut selected = Selected::default();
        selection.select(&mut selected);
        Query {
            select: Select {
                columns: Columns::Exprs(selected.frags),
                ..self.select
            },
            prefetches: Vec::new(),
            loader: Plain::new(),
            names: selected.names,
            problem: self.problem,
            of: PhantomData,
        }
    }
}

impl<M: model::Source, Q, L: Load> Query<M, Q, L> {
    /// Fetches what is related to the rows, for all of them at once, and adds it to
    /// each: a row becomes a tuple.
    pub fn with<R>(mut self, relation: R) -> Query<M, Q, With<L, R::Loader>>
    where
        R: Relation<Parent = M::Model>,
    {
        let related = relation.attach(&mut self.prefetches);
        Query {
            select: self.select,
            prefetches: self.prefetches,
            loader: With {
                rows: self.loader,
                related,
            },
            names: self.names,
            problem: self.problem,
            of: PhantomData,
        }
    }
}

impl<M, Q, R: FromRow> Query<M, Q, Plain<R>> {
    fn compound<M2, Q2>(mut self, op: wit::CompoundOp, other: Query<M2, Q2, Plain<R>>) -> Self {
        self.select.compound.push((Case(op), other.select));
        self
    }

    /// Adds the rows of another query, equal ones once. Order and limit are set after.
    pub fn union<M2, Q2>(self, other: Query<M2, Q2, Plain<R>>) -> Self {
        self.compound(wit::CompoundOp::Union, other)
    }

    /// Adds the rows of another query.
    pub fn union_all<M2, Q2>(self, other: Query<M2, Q2, Plain<R>>) -> Self {
        self.compound(wit::CompoundOp::UnionAll, other)
    }

    /// Takes rows that another query has too.
    pub fn intersect<M2, Q2>(self, other: Query<M2, Q2, Plain<R>>) -> Self {
        self.compound(wit::CompoundOp::Intersect, other)
    }

    /// Takes rows that another query has not.
    pub fn except<M2, Q2>(self, other: Query<M2, Q2, Plain<R>>) -> Self {
        self.compound(wit::CompoundOp::Except, other)
    }
}

impl<M, Q, L: Clone> Clone for Query<M, Q, L> {
    fn clone(&self) -> Self {
        Self {
            select: self.select.clone(),
            prefetches: self.prefetches.clone(),
            loader: self.loader.clone(),
            names: self.names.clone(),
            problem: self.problem.clone(),
            of: PhantomData,
        }
    }
}

impl<R> Clone for Plain<R> {
    fn clone(&self) -> Self {
        Self::new()
    }
}

impl<L: Clone, R: Clone> Clone for With<L, R> {
    fn clone(&self) -> Self {
        Self {
            rows: self.rows.clone(),
            related: self.related.clone(),
        }
    }
}

impl<M, Q, L> fmt::Debug for Query<M, Q, L> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.select.fmt(formatter)
    }
}
