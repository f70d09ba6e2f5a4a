//! Queries that read.

use crate::host::bindings::wasgi::app::orm as wit;

use super::{Arena, order_term};
use crate::orm::expr::Frag;
use crate::orm::expr::order::Term;
use crate::orm::query::{Columns, Prefetch, Select, Source};

impl Arena {
    fn exprs(&mut self, frags: &[Frag]) -> Vec<u32> {
        frags.iter().map(|frag| self.expr(frag)).collect()
    }

    fn perhaps(&mut self, frag: Option<&Frag>) -> Option<u32> {
        frag.map(|frag| self.expr(frag))
    }

    fn columns(&mut self, columns: &Columns) -> Vec<wit::Selected> {
        match columns {
            Columns::Model { source, names } => names
                .iter()
                .map(|name| wit::Selected {
                    expr: self.expr(&Frag::column(source, name)),
                    alias: None,
                })
                .collect(),
            Columns::Exprs(frags) => frags
                .iter()
                .map(|frag| wit::Selected {
                    expr: self.expr(frag),
                    alias: None,
                })
                .collect(),
        }
    }

    fn order(&mut self, terms: &[Term]) -> Vec<wit::OrderTerm> {
        terms
            .iter()
            .map(|term| order_term(self.expr(&term.frag), term.direction))
            .collect()
    }

    /// Adds a select after those it refers to. The order of the parts is that of
    /// `Select::params`.
    pub(in crate::orm) fn select(&mut self, select: &Select) -> u32 {
        let lowered = wit::Select {
            distinct: select.distinct,
            columns: self.columns(&select.columns),
            source: select.source.as_ref().map(|source| match source {
                Source::Table { table, alias } => wit::Source {
                    relation: wit::Relation::Table((*table).to_owned()),
                    alias: alias.map(str::to_owned),
                },
                Source::Select(select) => wit::Source {
                    relation: wit::Relation::Select(self.select(select)),
                    alias: Some("inner".to_owned()),
                },
            }),
            joins: select
                .joins
                .iter()
                .map(|join| wit::Join {
                    kind: join.kind.0,
                    source: wit::Source {
                        relation: wit::Relation::Table(join.table.to_owned()),
                        alias: join.alias.map(str::to_owned),
                    },
                    on: self.expr(&join.on),
                })
                .collect(),
            filter: self.perhaps(select.filter.as_ref()),
            group_by: self.exprs(&select.group_by),
            having: self.perhaps(select.having.as_ref()),
            compound: select
                .compound
                .iter()
                .map(|(op, select)| (op.0, self.select(select)))
                .collect(),
            order_by: self.order(&select.order_by),
            after: self.exprs(&select.after),
            limit: self.perhaps(select.limit.as_ref()),
            offset: self.perhaps(select.offset.as_ref()),
        };
        let id = u32::try_from(self.selects.len()).unwrap_or(u32::MAX);
        self.selects.push(lowered);
        id
    }

    /// Ends with a select, and what is to be fetched with it.
    pub(in crate::orm) fn query(mut self, select: &Select, prefetches: &[Prefetch]) -> wit::Query {
        let select = self.select(select);
        let number = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        let prefetches = prefetches
            .iter()
            .map(|prefetch| wit::Prefetch {
                parent: number(prefetch.parent),
                key: number(prefetch.key),
                select: self.select(&prefetch.select),
                on: self.expr(&prefetch.on),
            })
            .collect();
        self.end(wit::Body::Select(select), prefetches)
    }
}
