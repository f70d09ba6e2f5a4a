//! What both relations to many rows have in common: they can be narrowed down,
//! ordered, counted, and fetched.

use std::fmt;
use std::marker::PhantomData;

use super::{HasMany, LoadRelated, ManyToMany, Place, Relation, load_row, place, show};
use crate::orm::expr::{Condition, Expr, Expression, Frag, Op, Ordering, count, exists, scalar};
use crate::orm::model::Model;
use crate::orm::packed::{Mismatch, Reader};
use crate::orm::query::{self, Load, Only, Plain, Prefetch, Query, Related, With, Within};
use crate::orm::tree::BinaryOp;

/// Rows of `C` that are related to rows of `P`, with conditions, an order, and what is
/// related to them in turn.
pub struct Many<P, C, L = Plain<C>> {
    query: Query<C, Only<C>, L>,
    /// What in these rows equals the parent's key.
    on: Frag,
    name: &'static str,
    of: PhantomData<fn() -> P>,
}

impl<P: Model, C: Model> Many<P, C> {
    pub(super) fn new(query: Query<C>, on: Frag, name: &'static str) -> Self {
        Self {
            query,
            on,
            name,
            of: PhantomData,
        }
    }

    /// The rows that belong to the row of the query around.
    fn correlated(mut self) -> Query<C> {
        let parent = Frag::column(P::TABLE, P::KEY_COLUMN);
        self.query
            .select
            .filter(self.on.binary(BinaryOp::Eq, parent));
        self.query
    }

    /// How many there are.
    pub fn count(self) -> Expr<P, i64> {
        let count = scalar(self.correlated().select(count()));
        Expr::new(count.coalesce(0).into_frag())
    }

    /// Whether there is one.
    pub fn exists(self) -> Condition<P> {
        Expr::new(exists(self.correlated()).into_frag())
    }

    /// The rows that belong to a row, as a query: what `post.comments()` is.
    pub fn of(mut self, parent: &P) -> Query<C> {
        let mut key = Vec::new();
        parent.encode_key(&mut key);
        let mut value = Frag::of(Op::Param);
        value.params.append_packed(&key, 1);
        self.query
            .select
            .filter(self.on.binary(BinaryOp::Eq, value));
        self.query
    }
}

impl<P, C: Model, L: Load> Many<P, C, L> {
    fn map<L2>(
        self,
        step: impl FnOnce(Query<C, Only<C>, L>) -> Query<C, Only<C>, L2>,
    ) -> Many<P, C, L2> {
        Many {
            query: step(self.query),
            on: self.on,
            name: self.name,
            of: PhantomData,
        }
    }

    /// Takes only rows that meet a condition.
    #[must_use]
    pub fn filter<E, I>(self, condition: E) -> Self
    where
        E: Expression<Type = bool, Scope: Within<Only<C>, I>>,
    {
        self.map(|query| query.filter(condition))
    }

    /// Orders the rows of each parent.
    #[must_use]
    pub fn order_by<O: Ordering<Only<C>, I>, I>(self, order: O) -> Self {
        self.map(|query| query.order_by(order))
    }

    /// Fetches what is related to these rows, too, as [`Query::with`] does.
    #[must_use]
    pub fn with<R: Relation<Parent = C>>(self, relation: R) -> Many<P, C, With<L, R::Loader>> {
        self.map(|query| query.with(relation))
    }

    /// Gives these rows another name in [templates](crate::templates) than the
    /// relation's.
    #[must_use]
    pub fn named(mut self, name: &'static str) -> Self {
        self.name = name;
        self
    }
}

/// Gives a relation the steps of [`Many`].
macro_rules! steps {
    ($type:ty, $($name:ident),+) => {
        impl<$($name: Model),+> $type {
            fn many(self) -> Many<P, C> {
                self.into()
            }

            /// Takes only rows that meet a condition.
            #[must_use]
            pub fn filter<E, I>(self, condition: E) -> Many<P, C>
            where
                E: Expression<Type = bool, Scope: Within<Only<C>, I>>,
            {
                self.many().filter(condition)
            }

            /// Orders the rows of each parent.
            #[must_use]
            pub fn order_by<O: Ordering<Only<C>, I>, I>(self, order: O) -> Many<P, C> {
                self.many().order_by(order)
            }

            /// Fetches what is related to these rows, too, as [`Query::with`] does.
            #[must_use]
            pub fn with<R: Relation<Parent = C>>(
                self,
                relation: R,
            ) -> Many<P, C, With<Plain<C>, R::Loader>> {
                self.many().with(relation)
            }

            /// Gives these rows another name in [templates](crate::templates) than the
            /// relation's.
            #[must_use]
            pub fn named(self, name: &'static str) -> Many<P, C> {
                self.many().named(name)
            }

            /// How many there are.
            pub fn count(self) -> Expr<P, i64> {
                self.many().count()
            }

            /// Whether there is one.
            pub fn exists(self) -> Condition<P> {
                self.many().exists()
            }

            /// The rows that belong to a row, as a query.
            pub fn of(self, parent: &P) -> Query<C> {
                self.many().of(parent)
            }
        }

        impl<$($name: Model),+> Relation for $type {
            type Parent = P;
            type Loader = LoadMany<Plain<C>>;

            fn attach(self, prefetches: &mut Vec<Prefetch>) -> Self::Loader {
                self.many().attach(prefetches)
            }
        }
    };
}

steps!(HasMany<P, C>, P, C);
steps!(ManyToMany<P, T, C>, P, T, C);

impl<P: Model, C: Model, L: Load> Relation for Many<P, C, L> {
    type Parent = P;
    type Loader = LoadMany<L>;

    fn attach(self, prefetches: &mut Vec<Prefetch>) -> LoadMany<L> {
        let key = place(P::COLUMNS, P::KEY_COLUMN);
        let Query {
            select,
            prefetches: nested,
            loader,
            ..
        } = self.query;
        LoadMany {
            place: Place::attach(prefetches, key, select, self.on, nested),
            name: self.name,
            rows: loader,
        }
    }
}

/// Makes a list of related rows.
#[derive(Clone, Debug)]
pub struct LoadMany<L> {
    place: Place,
    name: &'static str,
    rows: L,
}

impl<L: Load> LoadRelated for LoadMany<L> {
    type Output = Vec<L::Row>;

    fn relations(&self, relations: &mut Vec<query::Relation>, base: usize) {
        show(&self.rows, relations, base, (self.place, self.name, true));
    }

    fn load(
        &self,
        row: Reader<'_>,
        related: &Related<'_>,
        base: usize,
    ) -> Result<Self::Output, Mismatch> {
        let prefetch = base + self.place.prefetch;
        let rows = related.rows(prefetch, self.place.key(row)?);
        rows.iter()
            .map(|row| load_row(&self.rows, *row, related, prefetch + 1))
            .collect()
    }
}

impl<P, C, L> fmt::Debug for Many<P, C, L> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Many({:?})", self.query)
    }
}
