//! `CASE`: one of several values, by condition.

use std::marker::PhantomData;

use super::{Condition, Expr, Fits, Frag, Op, Operand};
use crate::orm::Value;
use crate::orm::value::NotNull;

/// Values by condition; the first condition that is true decides.
#[derive(Clone, Debug)]
pub struct Cases<S, T> {
    frag: Frag,
    branches: usize,
    of: PhantomData<fn() -> (S, T)>,
}

/// Begins with a condition and the value that it gives.
///
/// ```
/// # use wasgi::orm::{self, prelude::*};
/// # #[derive(Model)] struct Post { id: i64, views: i64 }
/// # let _ =
/// orm::when(Post::VIEWS.gt(1000), "popular").when(Post::VIEWS.gt(10), "read").otherwise("new")
/// # ;
/// ```
pub fn when<S, D, O>(condition: Condition<S>, then: O) -> Cases<S, O::Owned>
where
    O: Operand<S, D>,
{
    Cases {
        frag: Frag::default(),
        branches: 0,
        of: PhantomData,
    }
    .branch(condition.frag, then.operand())
}

impl<S, T: Value> Cases<S, T> {
    fn branch(mut self, condition: Frag, then: Frag) -> Self {
        self.frag.append(condition);
        self.frag.append(then);
        self.branches += 1;
        self
    }

    /// Adds a condition and the value that it gives.
    #[must_use]
    pub fn when<A, O>(self, condition: Condition<A>, then: O) -> Self
    where
        A: Fits<S>,
        O: Operand<S, T::Domain>,
    {
        self.branch(condition.frag, then.operand())
    }

    /// Ends with the value where no condition is true.
    pub fn otherwise<O>(mut self, value: O) -> Expr<S, T>
    where
        O: Operand<S, T::Domain>,
    {
        self.frag.append(value.operand());
        self.end(true)
    }

    /// Ends with null where no condition is true.
    pub fn or_null(self) -> Expr<S, Option<T>>
    where
        T: NotNull,
    {
        self.end(false)
    }

    fn end<U>(mut self, otherwise: bool) -> Expr<S, U> {
        self.frag.push(Op::Case {
            branches: self.branches,
            otherwise,
        });
        Expr::new(self.frag)
    }
}
