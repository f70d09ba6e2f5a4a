//! Aggregates: of all rows, of groups, and over windows.

use std::marker::PhantomData;

use super::frag::{AggregateOp, Case};
use super::{Anywhere, Condition, Expr, Fits, Frag, Op, Window};
use crate::host::bindings::wasgi::app::orm as wit;
use crate::orm::value::NotNull;
use crate::orm::{Decimal, Value};

/// An aggregate over the columns of `S`; an expression like any other, which can be
/// narrowed down first.
#[derive(Clone, Debug)]
pub struct Aggregate<S, T> {
    arguments: Frag,
    op: AggregateOp,
    filter: Option<Frag>,
    of: PhantomData<fn() -> (S, T)>,
}

/// How many rows there are: `count(*)`.
pub fn count() -> Aggregate<Anywhere, i64> {
    Aggregate::of(wit::Aggregate::Count, Frag::default(), 0)
}

impl<S, T> Aggregate<S, T> {
    pub(crate) fn new(function: wit::Aggregate, argument: Frag) -> Self {
        Self::of(function, argument, 1)
    }

    pub(crate) fn of(function: wit::Aggregate, arguments: Frag, count: usize) -> Self {
        Self {
            arguments,
            op: AggregateOp {
                function: Case(function),
                arguments: count,
                distinct: false,
                filter: false,
            },
            filter: None,
            of: PhantomData,
        }
    }

    /// Takes equal values once.
    #[must_use]
    pub fn distinct(mut self) -> Self {
        self.op.distinct = true;
        self
    }

    /// Takes only rows that meet a condition.
    #[must_use]
    pub fn filter<A: Fits<S>>(mut self, condition: Condition<A>) -> Self {
        self.filter = Some(Frag::and(self.filter, condition.frag));
        self
    }

    /// Makes it a function over a window: each row keeps its own result.
    pub fn over<A>(self, window: Window<A>) -> Expr<A, T>
    where
        S: Fits<A>,
    {
        let (frag, op) = self.into_parts();
        Expr::new(window.over(frag, op))
    }

    fn into_parts(self) -> (Frag, AggregateOp) {
        let (mut frag, mut op) = (self.arguments, self.op);
        if let Some(filter) = self.filter {
            frag.append(filter);
            op.filter = true;
        }
        (frag, op)
    }

    pub(crate) fn into_frag(self) -> Frag {
        let (mut frag, op) = self.into_parts();
        frag.push(Op::Aggregate(op));
        frag
    }
}

/// A type of which there is a sum.
#[diagnostic::on_unimplemented(message = "there is no sum of `{Self}`")]
pub trait Sum {
    /// The sum's type.
    type Sum: NotNull;
}

macro_rules! sums {
    ($($type:ty => $sum:ty),+ $(,)?) => {$(
        impl Sum for $type {
            type Sum = $sum;
        }
    )+};
}

sums! {
    i8 => i64, i16 => i64, i32 => i64, i64 => i64, u8 => i64, u16 => i64, u32 => i64,
    f64 => f64,
    Decimal => Decimal,
}

impl<S, T: Value> From<Aggregate<S, T>> for Expr<S, T> {
    fn from(aggregate: Aggregate<S, T>) -> Self {
        Self::new(aggregate.into_frag())
    }
}
