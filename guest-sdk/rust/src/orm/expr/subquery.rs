//! Queries inside of expressions.

use super::{Anywhere, Expr, Frag, Op};
use crate::orm::Value;
use crate::orm::query::{Load, Plain, Query, Select};

/// A query that can stand inside of another.
pub trait Subquery {
    /// Its rows.
    type Row;

    #[doc(hidden)]
    fn into_select(self) -> Select;
}

impl<M, Q, R> Subquery for Query<M, Q, Plain<R>>
where
    Plain<R>: Load<Row = R>,
{
    type Row = R;

    fn into_select(self) -> Select {
        Self::into_select(self)
    }
}

/// Whether the query has a row. Columns of the query around it are written
/// `Post::ID.unscoped()`.
pub fn exists(query: impl Subquery) -> Expr<Anywhere, bool> {
    let mut frag = Frag::default();
    frag.push_select(query.into_select(), Op::Exists);
    Expr::new(frag)
}

/// The value of a query of one column and at most one row; none of no row.
pub fn scalar<T: Value>(
    query: impl Subquery<Row = T>,
) -> Expr<Anywhere, Option<<T as Value>::Inner>> {
    let mut frag = Frag::default();
    frag.push_select(query.into_select(), Op::Scalar);
    Expr::new(frag)
}
