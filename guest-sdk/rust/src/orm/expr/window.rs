//! Window functions: each row's place among others.

use std::marker::PhantomData;

use super::frag::{AggregateOp, Bound, Case, WindowOp};
use super::order::Term;
use super::{Aggregate, Anywhere, Expression, Fits, Frag, Op, Order};
use crate::host::bindings::wasgi::app::orm as wit;

/// Which rows a window function looks at. `S` is the scope of its columns.
#[derive(Clone, Debug)]
pub struct Window<S> {
    partition_by: Vec<Frag>,
    order_by: Vec<Term>,
    frame: Option<(Case<wit::FrameUnit>, Bound, Bound)>,
    of: PhantomData<fn() -> S>,
}

/// Begins a window over all rows of the result.
pub fn window() -> Window<Anywhere> {
    Window {
        partition_by: Vec::new(),
        order_by: Vec::new(),
        frame: None,
        of: PhantomData,
    }
}

impl<S> Window<S> {
    fn into_scope<A>(self) -> Window<A> {
        Window {
            partition_by: self.partition_by,
            order_by: self.order_by,
            frame: self.frame,
            of: PhantomData,
        }
    }

    /// Looks only at rows where this is the same.
    #[must_use]
    pub fn partition_by<E: Expression>(mut self, by: E) -> Window<E::Scope>
    where
        S: Fits<E::Scope>,
    {
        self.partition_by.push(by.into_frag());
        self.into_scope()
    }

    /// Orders the rows it looks at.
    #[must_use]
    pub fn order_by<A>(mut self, order: Order<A>) -> Window<A>
    where
        S: Fits<A>,
    {
        self.order_by.push(Term {
            frag: order.frag,
            direction: order.direction,
        });
        self.into_scope()
    }

    /// Looks at rows from one place to another, counted in rows.
    #[must_use]
    pub fn rows(mut self, start: Bound, end: Bound) -> Self {
        self.frame = Some((Case(wit::FrameUnit::Rows), start, end));
        self
    }

    /// Looks at rows from one place to another, by the value they are ordered by.
    #[must_use]
    pub fn range(mut self, start: Bound, end: Bound) -> Self {
        self.frame = Some((Case(wit::FrameUnit::Range), start, end));
        self
    }

    /// Looks at rows from one place to another, counted in groups of equals.
    #[must_use]
    pub fn groups(mut self, start: Bound, end: Bound) -> Self {
        self.frame = Some((Case(wit::FrameUnit::Groups), start, end));
        self
    }

    /// Completes a function whose operands these are.
    pub(crate) fn over(self, mut frag: Frag, function: AggregateOp) -> Frag {
        let partition_by = self.partition_by.len();
        for by in self.partition_by {
            frag.append(by);
        }
        let mut order_by = Vec::with_capacity(self.order_by.len());
        for term in self.order_by {
            frag.append(term.frag);
            order_by.push(term.direction);
        }
        frag.push(Op::Window(std::rc::Rc::new(WindowOp {
            function,
            partition_by,
            order_by,
            frame: self.frame,
        })));
        frag
    }
}

macro_rules! ranks {
    ($($(#[$doc:meta])* $name:ident: $function:ident -> $type:ty;)+) => {$(
        $(#[$doc])*
        pub fn $name() -> Aggregate<Anywhere, $type> {
            Aggregate::of(wit::Aggregate::$function, Frag::default(), 0)
        }
    )+};
}

ranks! {
    /// The number of the row in its window, from 1.
    row_number: RowNumber -> i64;
    /// The number of the first row that is equal in the window's order.
    rank: Rank -> i64;
    /// The same without gaps.
    dense_rank: DenseRank -> i64;
    /// The rank, from 0 to 1.
    percent_rank: PercentRank -> f64;
    /// The share of rows that come before or are equal.
    cume_dist: CumeDist -> f64;
}

/// The number of the row's part, where the window is cut into so many parts.
pub fn ntile(parts: u32) -> Aggregate<Anywhere, i64> {
    Aggregate::of(wit::Aggregate::Ntile, Frag::value(&parts), 1)
}

macro_rules! neighbours {
    ($($(#[$doc:meta])* $name:ident: $function:ident;)+) => {
        /// Values of other rows of the window; to be completed by
        /// [`over`](Aggregate::over).
        pub trait Neighbours: Expression {$(
            $(#[$doc])*
            fn $name(self) -> Aggregate<Self::Scope, Option<super::expression::InnerOf<Self>>> {
                Aggregate::new(wit::Aggregate::$function, self.into_frag())
            }
        )+}
    };
}

neighbours! {
    /// The value in the row before.
    lag: Lag;
    /// The value in the row after.
    lead: Lead;
    /// The value in the first row of the frame.
    first_value: FirstValue;
    /// The value in the last row of the frame.
    last_value: LastValue;
}

impl<E: Expression> Neighbours for E {}
