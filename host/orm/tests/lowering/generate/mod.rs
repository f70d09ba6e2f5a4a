//! Random schemas, data and queries.

mod data;
mod expr;
mod nonsense;
mod select;

use rusqlite::types::Value as V;
use wasgi_orm::query::Query;
use wasgi_orm::value::ColumnType;

use crate::choices::Choices;
use crate::model::Table;
use crate::tree::Tree;

pub(crate) use data::{create, tables};
pub(crate) use nonsense::nonsense;

/// A source that expressions may refer to.
#[derive(Clone, Debug)]
struct InScope {
    name: String,
    columns: Vec<(String, ColumnType)>,
}

/// What makes a query.
pub(crate) struct Generator<'a, 'c> {
    choices: &'a mut Choices<'c>,
    tables: &'a [Table],
    tree: Tree,
    params: Vec<V>,
    /// The sources of the selects around, innermost last.
    scope: Vec<InScope>,
    /// Sources so far, for names.
    sources: usize,
    /// Selects around.
    nesting: usize,
}

impl<'a, 'c> Generator<'a, 'c> {
    pub(crate) fn new(choices: &'a mut Choices<'c>, tables: &'a [Table]) -> Self {
        Self {
            choices,
            tables,
            tree: Tree::default(),
            params: Vec::new(),
            scope: Vec::new(),
            sources: 0,
            nesting: 0,
        }
    }

    /// Makes a query and its parameters.
    pub(crate) fn query(mut self) -> (Query, Vec<V>) {
        match self.choices.below(6) {
            0..=2 => self.rows(true),
            3 => self.groups(true),
            4 => self.distinct(),
            _ => self.compound(),
        };
        (self.tree.rows(), self.params)
    }

    /// Makes a query for pages: all rows, in an order that tells them apart.
    pub(crate) fn pages(mut self) -> (Query, Vec<V>) {
        if self.choices.one_in(4) {
            self.groups(false);
        } else {
            self.rows(false);
        }
        (self.tree.rows(), self.params)
    }
}
