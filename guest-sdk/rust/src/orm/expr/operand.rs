//! The right-hand side of a comparison: a value, or another expression.

use super::{Aggregate, Anywhere, Column, Expr, Frag};
use crate::orm::model::Source;
use crate::orm::{Encode, Value};

/// Something of the domain `D` that can stand beside an expression over `S`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not compare with a column of type `{D}` of `{S}`",
    note = "the types must agree; a column of another table is made to fit by `.unscoped()`"
)]
pub trait Operand<S, D> {
    /// The type it is read back as.
    type Owned: Value<Domain = D>;
    /// Whether it can be null.
    const NULL: bool;

    #[doc(hidden)]
    fn operand(self) -> Frag
    where
        Self: Sized;
}

impl<S, D, E: Encode<Domain = D>> Operand<S, D> for E {
    type Owned = E::Owned;
    const NULL: bool = E::NULLABLE;

    fn operand(self) -> Frag {
        Frag::value(&self)
    }
}

impl<S, D, A: Fits<S>, T: Value<Domain = D>> Operand<S, D> for Column<A, T> {
    type Owned = T;
    const NULL: bool = T::NULLABLE;

    fn operand(self) -> Frag {
        Frag::column(self.source, self.name)
    }
}

impl<S, D, A: Fits<S>, T: Value<Domain = D>> Operand<S, D> for Expr<A, T> {
    type Owned = T;
    const NULL: bool = T::NULLABLE;

    fn operand(self) -> Frag {
        self.frag
    }
}

impl<S, D, A: Fits<S>, T: Value<Domain = D>> Operand<S, D> for Aggregate<A, T> {
    type Owned = T;
    const NULL: bool = T::NULLABLE;

    fn operand(self) -> Frag {
        self.into_frag()
    }
}

/// A scope whose expressions may stand beside those of `S`.
#[diagnostic::on_unimplemented(
    message = "a column of `{Self}` stands beside one of `{S}`",
    note = "if the query joins both, or this is a subquery, say so with `.unscoped()`"
)]
pub trait Fits<S> {}

impl<M: Source> Fits<M> for M {}
impl<M: Source> Fits<Anywhere> for M {}
impl<S> Fits<S> for Anywhere {}
