//! Values inside of JSON columns.

use std::marker::PhantomData;

use super::frag::{Case, Step};
use super::{Expr, Expression, Frag, Op};
use crate::orm::schema::ColumnType;
use crate::orm::value::domain;
use crate::orm::{Encode, Json};

/// A place inside of a JSON text.
#[derive(Clone, Debug)]
pub struct JsonPath<S> {
    frag: Frag,
    steps: Vec<Step>,
    of: PhantomData<fn() -> S>,
}

/// Expressions that are JSON.
///
/// ```
/// # use wasgi::orm::prelude::*;
/// # #[derive(serde::Serialize, serde::Deserialize)] struct Meta;
/// # #[derive(Model)] struct Post { id: i64, #[model(json)] meta: Meta }
/// # let _ =
/// Post::query().filter(Post::META.key("tags").at(0).text().eq("rust"))
/// # ;
/// ```
pub trait JsonExpression: Expression<Type: Encode<Domain = domain::Json>> {
    /// Goes to the value of a key.
    fn key(self, key: &'static str) -> JsonPath<Self::Scope> {
        JsonPath::new(self.into_frag(), Step::Key(key))
    }

    /// Goes to an element of an array, counted from 0.
    fn at(self, index: u32) -> JsonPath<Self::Scope> {
        JsonPath::new(self.into_frag(), Step::Index(index))
    }
}

impl<E: Expression<Type: Encode<Domain = domain::Json>>> JsonExpression for E {}

impl<S> JsonPath<S> {
    fn new(frag: Frag, step: Step) -> Self {
        Self {
            frag,
            steps: vec![step],
            of: PhantomData,
        }
    }

    /// Goes on to the value of a key.
    #[must_use]
    pub fn key(mut self, key: &'static str) -> Self {
        self.steps.push(Step::Key(key));
        self
    }

    /// Goes on to an element of an array, counted from 0.
    #[must_use]
    pub fn at(mut self, index: u32) -> Self {
        self.steps.push(Step::Index(index));
        self
    }

    fn value<T>(mut self, kind: Option<ColumnType>) -> Expr<S, Option<T>> {
        self.frag.push(Op::JsonPath(self.steps));
        if let Some(kind) = kind {
            self.frag.push(Op::Cast(Case(kind)));
        }
        Expr::new(self.frag)
    }

    /// Takes what is there as text; none where nothing is.
    pub fn text(self) -> Expr<S, Option<String>> {
        self.value(Some(ColumnType::Text))
    }

    /// Takes what is there as an integer; none where nothing is.
    pub fn integer(self) -> Expr<S, Option<i64>> {
        self.value(Some(ColumnType::Integer))
    }

    /// Takes what is there as a real; none where nothing is.
    pub fn real(self) -> Expr<S, Option<f64>> {
        self.value(Some(ColumnType::Real))
    }

    /// Takes what is there as a boolean; none where nothing is.
    pub fn boolean(self) -> Expr<S, Option<bool>> {
        self.value(Some(ColumnType::Integer))
    }

    /// Takes the array or object that is there, as JSON; none where nothing is.
    pub fn json<T>(self) -> Expr<S, Option<Json<T>>> {
        self.value(None)
    }
}
