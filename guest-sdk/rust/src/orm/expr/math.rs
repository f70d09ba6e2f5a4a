//! Calculating with numbers: `Post::VIEWS + 1`.

use std::ops::{Add, Div, Mul, Rem, Sub};

use super::{Aggregate, Column, Expr, Expression, Operand};
use crate::host::bindings::wasgi::app::orm as wit;
use crate::orm::value::domain::Number;
use crate::orm::{Encode, Value};
use wit::{BinaryOp, Function, UnaryOp};

macro_rules! operator {
    ($trait:ident, $method:ident, $op:ident; $($left:ident),+) => {$(
        impl<S, T, O> $trait<O> for $left<S, T>
        where
            T: Value<Domain: Number>,
            O: Operand<S, T::Domain>,
        {
            type Output = Expr<S, T>;

            fn $method(self, other: O) -> Expr<S, T> {
                Expr::new(self.into_frag().binary(BinaryOp::$op, other.operand()))
            }
        }
    )+};
}

operator!(Add, add, Add; Column, Expr, Aggregate);
operator!(Sub, sub, Subtract; Column, Expr, Aggregate);
operator!(Mul, mul, Multiply; Column, Expr, Aggregate);
operator!(Div, div, Divide; Column, Expr, Aggregate);
operator!(Rem, rem, Modulo; Column, Expr, Aggregate);

/// Expressions that are integers or reals. They add, subtract, multiply and divide with
/// Rust's operators; as in SQLite, a division by zero gives null.
pub trait NumberExpression: Expression<Type: Encode<Domain: Number>> {
    /// Without its sign.
    fn abs(self) -> Expr<Self::Scope, Self::Type> {
        Expr::new(self.into_frag().call(Function::Abs, 1))
    }

    /// With the other sign.
    fn negate(self) -> Expr<Self::Scope, Self::Type> {
        Expr::new(self.into_frag().unary(UnaryOp::Negate))
    }
}

impl<E: Expression<Type: Encode<Domain: Number>>> NumberExpression for E {}
