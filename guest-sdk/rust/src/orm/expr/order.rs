//! The order of rows.

use std::marker::PhantomData;

use super::frag::{Case, Direction};
use super::{Expression, Frag};
use crate::host::bindings::wasgi::app::orm as wit;
use crate::orm::query::Within;

/// A term of an order.
#[derive(Clone, Debug)]
pub struct Order<S> {
    pub(crate) frag: Frag,
    pub(crate) direction: Direction,
    of: PhantomData<fn() -> S>,
}

impl<S> Order<S> {
    pub(crate) fn new(frag: Frag, descending: bool) -> Self {
        Self {
            frag,
            direction: Direction {
                descending,
                nulls: Case(wit::Nulls::Default),
            },
            of: PhantomData,
        }
    }

    /// Nulls come first, whatever the direction.
    #[must_use]
    pub fn nulls_first(mut self) -> Self {
        self.direction.nulls = Case(wit::Nulls::First);
        self
    }

    /// Nulls come last, whatever the direction.
    #[must_use]
    pub fn nulls_last(mut self) -> Self {
        self.direction.nulls = Case(wit::Nulls::Last);
        self
    }
}

/// A term of an order as it stands in a query.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Term {
    pub(crate) frag: Frag,
    pub(crate) direction: Direction,
}

/// What rows can be ordered by: a term, an expression (from the smallest), or several
/// of them as a tuple.
pub trait Ordering<Q, I> {
    #[doc(hidden)]
    fn terms(self, terms: &mut Terms);
}

/// Terms being collected.
#[doc(hidden)]
#[derive(Debug, Default)]
pub struct Terms(pub(crate) Vec<Term>);

/// Tells the places of expressions in a scope from those of terms.
#[derive(Debug)]
pub enum Ascending<I> {
    #[doc(hidden)]
    Never(PhantomData<I>),
}

impl<Q, I, S: Within<Q, I>> Ordering<Q, I> for Order<S> {
    fn terms(self, terms: &mut Terms) {
        terms.0.push(Term {
            frag: self.frag,
            direction: self.direction,
        });
    }
}

impl<Q, I, E: Expression<Scope: Within<Q, I>>> Ordering<Q, Ascending<I>> for E {
    fn terms(self, terms: &mut Terms) {
        self.asc().terms(terms);
    }
}

macro_rules! tuples {
    ($($name:ident $index:ident),+) => {
        impl<Q, $($name, $index),+> Ordering<Q, ($($index,)+)> for ($($name,)+)
        where
            $($name: Ordering<Q, $index>),+
        {
            #[expect(non_snake_case, reason = "the names of the types")]
            fn terms(self, terms: &mut Terms) {
                let ($($name,)+) = self;
                $($name.terms(terms);)+
            }
        }
    };
}

tuples!(A AI);
tuples!(A AI, B BI);
tuples!(A AI, B BI, C CI);
tuples!(A AI, B BI, C CI, D DI);
tuples!(A AI, B BI, C CI, D DI, E EI);
