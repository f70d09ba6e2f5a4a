//! Queries over several tables.

use std::marker::PhantomData;

use super::{Join, Joined, Query, Within};
use crate::host::bindings::wasgi::app::orm as wit;
use crate::orm::expr::frag::Case;
use crate::orm::expr::{Column, Expression, Frag, Operand};
use crate::orm::model::{Model, Source};
use crate::orm::types::ForeignKey;
use crate::orm::value::Value;

/// A relation along which a query can join: a column that refers to another model
/// (`Post::AUTHOR`), a relation of a model (`Post::COMMENTS`), or one of these
/// [`by`](Column::by) an alias.
pub trait Joining {
    /// Where it begins.
    type From;
    /// What is joined.
    type To: Source;

    /// Adds the joins.
    #[doc(hidden)]
    fn joins(self, kind: wit::JoinKind, joins: &mut Vec<JoinStep>);
}

/// A join as it stands in a query.
#[doc(hidden)]
#[derive(Debug)]
pub struct JoinStep(pub(crate) Join);

impl JoinStep {
    /// Joins a source where two columns are equal.
    pub(crate) fn new<S: Source>(
        kind: wit::JoinKind,
        left: (&'static str, &'static str),
        right: &'static str,
    ) -> Self {
        let on = Frag::column(left.0, left.1);
        Self(Join {
            kind: Case(kind),
            table: S::Model::TABLE,
            alias: (S::NAME != S::Model::TABLE).then_some(S::NAME),
            on: on.binary(wit::BinaryOp::Eq, Frag::column(S::NAME, right)),
        })
    }
}

impl<S, F: ForeignKey> Joining for Column<S, F> {
    type From = S;
    type To = F::Target;

    fn joins(self, kind: wit::JoinKind, joins: &mut Vec<JoinStep>) {
        let from = (self.source, self.name);
        joins.push(JoinStep::new::<F::Target>(
            kind,
            from,
            F::Target::KEY_COLUMN,
        ));
    }
}

/// A foreign key that joins its target under another name.
#[derive(Debug)]
pub struct Alias<S, F, A> {
    column: Column<S, F>,
    of: PhantomData<fn() -> A>,
}

impl<S, F: ForeignKey> Column<S, F> {
    /// Joins the model it refers to under an [alias](crate::orm::alias).
    pub fn by<A: Source<Model = F::Target>>(self) -> Alias<S, F, A> {
        Alias {
            column: self,
            of: PhantomData,
        }
    }
}

impl<S, F: ForeignKey, A: Source<Model = F::Target>> Joining for Alias<S, F, A> {
    type From = S;
    type To = A;

    fn joins(self, kind: wit::JoinKind, joins: &mut Vec<JoinStep>) {
        let from = (self.column.source, self.column.name);
        joins.push(JoinStep::new::<A>(kind, from, F::Target::KEY_COLUMN));
    }
}

impl<M, Q, L> Query<M, Q, L> {
    fn joined<J: Joining>(mut self, join: J, kind: wit::JoinKind) -> Query<M, Joined<Q, J::To>, L> {
        let mut steps = Vec::new();
        join.joins(kind, &mut steps);
        self.select
            .joins
            .extend(steps.into_iter().map(|step| step.0));
        self.into_scope()
    }

    /// Joins what the rows refer to, so that its columns can be used. Rows that refer
    /// to nothing are left out.
    pub fn join<J, I>(self, relation: J) -> Query<M, Joined<Q, J::To>, L>
    where
        J: Joining<From: Within<Q, I>>,
    {
        self.joined(relation, wit::JoinKind::Inner)
    }

    /// The same, and rows that refer to nothing have nulls there: select such columns
    /// with `.nullable()`.
    pub fn left_join<J, I>(self, relation: J) -> Query<M, Joined<Q, J::To>, L>
    where
        J: Joining<From: Within<Q, I>>,
    {
        self.joined(relation, wit::JoinKind::Left)
    }

    /// Joins any source, on a condition over its columns, where
    /// those of other sources stand on the right and are `.unscoped()`.
    pub fn join_on<S, E>(mut self, condition: E) -> Query<M, Joined<Q, S>, L>
    where
        S: Source,
        E: Expression<Type = bool, Scope = S>,
    {
        self.select.joins.push(Join {
            kind: Case(wit::JoinKind::Inner),
            table: S::Model::TABLE,
            alias: (S::NAME != S::Model::TABLE).then_some(S::NAME),
            on: condition.into_frag(),
        });
        self.into_scope()
    }
}

/// Equal columns of two sources, for a join.
impl<S, T: Value> Column<S, T> {
    /// Returns the same column of another name for the same model, made by
    /// [`alias!`](crate::orm::alias).
    pub fn of<A>(self) -> Column<A, T>
    where
        S: Source,
        A: Source<Model = S::Model>,
    {
        Column::new(A::NAME, self.name)
    }

    /// Is equal to a column of another table.
    pub fn on<O>(self, other: O) -> crate::orm::Condition<S>
    where
        O: Expression,
        crate::orm::Expr<crate::orm::expr::Anywhere, O::Type>: Operand<S, T::Domain>,
    {
        self.eq(other.unscoped())
    }
}
