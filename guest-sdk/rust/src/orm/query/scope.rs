//! The tables of a query as a type, so that a column of any other does not compile.

use std::marker::PhantomData;

use crate::orm::expr::Anywhere;
use crate::orm::model::Source;

/// The scope of a query over one source.
#[derive(Debug)]
pub struct Only<S>(PhantomData<fn() -> S>);

/// The scope of a query `Q` that joined the source `S`.
#[derive(Debug)]
pub struct Joined<Q, S>(PhantomData<fn() -> (Q, S)>);

/// The source that was joined last.
#[derive(Debug)]
pub enum Here {}

/// A source that was there before.
#[derive(Debug)]
pub struct There<I>(PhantomData<fn() -> I>);

/// Not checked.
#[derive(Debug)]
pub enum Unchecked {}

/// A source that is part of the query `Q`; `I` says where, and is inferred.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not part of this query",
    note = "join it first, for instance `.join(Post::AUTHOR)`; in a subquery, write a column of \
            the query around it as `.unscoped()`"
)]
pub trait Within<Q, I> {}

impl<S: Source> Within<Only<S>, Here> for S {}
impl<Q, S: Source> Within<Joined<Q, S>, Here> for S {}
impl<Q, J, S: Source, I> Within<Joined<Q, J>, There<I>> for S where S: Within<Q, I> {}
impl<Q> Within<Q, Unchecked> for Anywhere {}
