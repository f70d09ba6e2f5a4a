//! Expressions that the compiler checks: which tables they are about, and what type
//! they have.
//!
//! # Layout
//!
//! - `column`: a model's columns.
//! - `expression`: what can be made of an expression; the trait users call.
//! - `operand`: what stands on the right-hand side: values and expressions.
//! - `text`, `json`: what can be made of texts and JSON.
//! - `named`: an expression under a name, for templates.
//! - `aggregate`, `window`, `case`, `subquery`: the rest of SQL's expressions.
//! - `frag`: how they are built.

pub(crate) mod aggregate;
mod case;
mod column;
mod expression;
pub(crate) mod frag;
mod json;
mod math;
mod named;
mod operand;
pub(crate) mod order;
mod subquery;
mod text;
mod window;

use std::marker::PhantomData;

pub use aggregate::{Aggregate, count};
pub use case::{Cases, when};
pub use column::{All, Column};
pub use expression::{Condition, Expression};
pub use frag::Bound;
pub(crate) use frag::{Frag, Op};
pub use json::{JsonExpression, JsonPath};
pub use math::NumberExpression;
pub use named::Named;
pub use operand::{Fits, Operand};
pub use order::{Order, Ordering};
pub use subquery::{Subquery, exists, scalar};
pub use text::TextExpression;
pub use window::{
    Neighbours, Window, cume_dist, dense_rank, ntile, percent_rank, rank, row_number, window,
};

/// An expression of type `T` over the columns of `S`.
#[derive(Clone, Debug)]
pub struct Expr<S, T> {
    pub(crate) frag: Frag,
    of: PhantomData<fn() -> (S, T)>,
}

impl<S, T> Expr<S, T> {
    pub(crate) fn new(frag: Frag) -> Self {
        Self {
            frag,
            of: PhantomData,
        }
    }
}

/// The scope of expressions that belong to no table, or to which one the compiler was
/// told not to check.
#[derive(Clone, Copy, Debug)]
pub enum Anywhere {}

/// The present, as the database sees it.
pub fn now() -> Expr<Anywhere, super::Timestamp> {
    Expr::new(Frag::default().call(super::tree::Function::Now, 0))
}
