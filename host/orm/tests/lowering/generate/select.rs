//! Selects. Every order tells all rows apart, so that there is one right answer.

use rusqlite::types::Value as V;
use wasgi_orm::query::*;
use wasgi_orm::value::ColumnType;

use super::{Generator, InScope};
use crate::tree::{asc, columns};

impl Generator<'_, '_> {
    /// Adds one to three sources to a select, and to the scope.
    fn sources(&mut self, select: &mut Select) {
        select.source = Some(self.source());
        for _ in 0..[0, 0, 0, 1, 1, 2][self.choices.below(6)] {
            let kind = *self.choices.of(&[JoinKind::Inner, JoinKind::Left]);
            let source = self.source();
            let on = self.condition(2);
            select.joins.push(Join { kind, source, on });
        }
    }

    /// A table, or a select of rows of one.
    fn source(&mut self) -> Source {
        let table = self.choices.of(self.tables).clone();
        self.sources += 1;
        let alias = format!("s{}", self.sources);
        let mut relation = Relation::Table(table.name.clone());
        let mut columns = table.columns.clone();
        if self.nesting < 2 && self.choices.one_in(5) {
            // A source does not see the others.
            let outer = std::mem::take(&mut self.scope);
            self.nesting += 1;
            self.scope.push(InScope {
                name: table.name.clone(),
                columns: table.columns.clone(),
            });
            let mut select = Select {
                source: Some(Source {
                    relation,
                    alias: None,
                }),
                ..Select::default()
            };
            if self.choices.one_in(2) {
                select.filter = Some(self.condition(1));
            }
            let id = self.tree.col(&table.name, "id");
            select.columns.push(Selected {
                expr: id,
                alias: None,
            });
            let number = self.number(2);
            select.columns.push(Selected {
                expr: number,
                alias: Some("number".into()),
            });
            if self.choices.one_in(3) {
                select.order_by = vec![asc(id)];
                self.limits(&mut select);
            }
            columns = vec![
                ("id".into(), ColumnType::Integer),
                ("number".into(), ColumnType::Real),
            ];
            relation = Relation::Select(self.tree.select(select));
            self.nesting -= 1;
            self.scope = outer;
        }
        self.scope.push(InScope {
            name: alias.clone(),
            columns,
        });
        Source {
            relation,
            alias: Some(alias),
        }
    }

    fn within<T>(&mut self, make: impl FnOnce(&mut Self) -> T) -> T {
        let outer = self.scope.len();
        self.nesting += 1;
        let made = make(self);
        self.nesting -= 1;
        self.scope.truncate(outer);
        made
    }

    fn term(&mut self, expr: ExprId) -> OrderTerm {
        OrderTerm {
            expr,
            descending: self.choices.one_in(2),
            nulls: *self
                .choices
                .of(&[Nulls::Default, Nulls::First, Nulls::Last]),
        }
    }

    /// Orders by some terms, and by the ids of all sources.
    fn order(&mut self, select: &mut Select, outer: usize) {
        for _ in 0..self.choices.below(3) {
            let expr = self.any(2);
            let term = self.term(expr);
            select.order_by.push(term);
        }
        let names: Vec<String> = self.scope[outer..]
            .iter()
            .map(|source| source.name.clone())
            .collect();
        for name in names {
            let id = self.tree.col(&name, "id");
            let term = self.term(id);
            select.order_by.push(term);
        }
    }

    fn limits(&mut self, select: &mut Select) {
        if self.choices.one_in(3) {
            let limit = *self.choices.of(&[3, 1, 10, 2, -1, 0]);
            select.limit = Some(self.bound(V::Integer(limit)));
        }
        if self.choices.one_in(4) {
            let offset = *self.choices.of(&[1, 2, 0, -1]);
            select.offset = Some(self.bound(V::Integer(offset)));
        }
    }

    /// Rows of joined sources. Without `limits` their order terms are columns too.
    pub(super) fn rows(&mut self, limits: bool) -> SelectId {
        self.within(|it| {
            let outer = it.scope.len();
            let mut select = Select::default();
            it.sources(&mut select);
            if it.choices.one_in(2) {
                select.filter = Some(it.condition(3));
            }
            it.order(&mut select, outer);
            let expr = it.any(3);
            select.columns = columns(&[expr]);
            if limits {
                it.limits(&mut select);
            }
            let terms: Vec<ExprId> = select.order_by.iter().map(|term| term.expr).collect();
            select.columns.extend(columns(&terms));
            it.tree.select(select)
        })
    }

    /// Groups, with their keys and aggregates.
    pub(super) fn groups(&mut self, limits: bool) -> SelectId {
        self.within(|it| {
            let mut select = Select::default();
            it.sources(&mut select);
            if it.choices.one_in(3) {
                select.filter = Some(it.condition(2));
            }
            for _ in 0..usize::from(!limits) + it.choices.below(3) {
                let key = it.any(1);
                select.group_by.push(key);
            }
            let aggregates: Vec<ExprId> = (0..1 + it.choices.below(3))
                .map(|_| it.aggregate())
                .collect();
            if it.choices.one_in(3) {
                let count = it.tree.agg(Aggregate::Count, &[]);
                let least = it.constant(ColumnType::Integer);
                select.having = Some(it.tree.bin(BinaryOp::Gt, count, least));
            }
            if it.choices.one_in(2) {
                let term = it.term(aggregates[0]);
                select.order_by.push(term);
            }
            for key in select.group_by.clone() {
                let term = it.term(key);
                select.order_by.push(term);
            }
            select.columns = columns(&aggregates);
            if limits {
                it.limits(&mut select);
            }
            let terms: Vec<ExprId> = select.order_by.iter().map(|term| term.expr).collect();
            select.columns.extend(columns(&terms));
            it.tree.select(select)
        })
    }

    /// Distinct rows, ordered by all of their columns.
    pub(super) fn distinct(&mut self) -> SelectId {
        self.within(|it| {
            let mut select = Select {
                distinct: true,
                ..Select::default()
            };
            it.sources(&mut select);
            let exprs: Vec<ExprId> = (0..1 + it.choices.below(2)).map(|_| it.any(2)).collect();
            select.columns = columns(&exprs);
            select.order_by = exprs.iter().map(|expr| it.term(*expr)).collect();
            it.limits(&mut select);
            it.tree.select(select)
        })
    }

    /// Two to four selects combined, ordered by all of their columns.
    pub(super) fn compound(&mut self) -> SelectId {
        let width = 1 + self.choices.below(2);
        let arm = |it: &mut Self| {
            it.within(|it| {
                let outer = it.scope.len();
                let mut select = Select::default();
                it.sources(&mut select);
                if it.choices.one_in(2) {
                    select.filter = Some(it.condition(1));
                }
                for place in 0..width {
                    let expr = it.any(1);
                    select.columns.push(Selected {
                        expr,
                        alias: Some(format!("column{place}")),
                    });
                }
                if it.choices.one_in(3) {
                    it.order(&mut select, outer);
                    it.limits(&mut select);
                }
                select
            })
        };
        let count = 1 + self.choices.below(3);
        let mut arms = Vec::new();
        for _ in 0..count {
            let operator = *self.choices.of(&[
                CompoundOp::UnionAll,
                CompoundOp::Union,
                CompoundOp::Intersect,
                CompoundOp::Except,
            ]);
            let select = arm(self);
            arms.push((operator, self.tree.select(select)));
        }
        let mut select = arm(self);
        select.compound = arms;
        select.order_by.clear();
        (select.limit, select.offset) = (None, None);
        for place in 0..width {
            let column = self.tree.col("", &format!("column{place}"));
            let term = self.term(column);
            select.order_by.push(term);
        }
        self.limits(&mut select);
        self.tree.select(select)
    }

    /// A select of one column that sees the sources around, for IN and EXISTS.
    pub(super) fn one_column(&mut self, depth: usize) -> Option<SelectId> {
        if self.nesting > 2 {
            return None;
        }
        Some(self.within(|it| {
            let outer = it.scope.len();
            let mut select = Select {
                source: Some(it.source()),
                ..Select::default()
            };
            let expr = it.any(depth.min(1));
            select.columns = columns(&[expr]);
            if !it.choices.one_in(3) {
                select.filter = Some(it.condition(depth.min(2)));
            }
            if it.choices.one_in(5) {
                it.order(&mut select, outer);
                it.limits(&mut select);
            }
            it.tree.select(select)
        }))
    }

    /// A select of one number: an aggregate, or the first of some rows.
    pub(super) fn scalar(&mut self, depth: usize) -> Option<SelectId> {
        if self.nesting > 2 {
            return None;
        }
        Some(self.within(|it| {
            let outer = it.scope.len();
            let mut select = Select {
                source: Some(it.source()),
                ..Select::default()
            };
            if it.choices.one_in(2) {
                select.filter = Some(it.condition(depth.min(1)));
            }
            if it.choices.one_in(2) {
                let number = it.number(depth.min(1));
                select.columns = columns(&[number]);
                it.order(&mut select, outer);
            } else {
                // Of the inner rows: an aggregate of outer columns alone would be the
                // outer select's.
                let id = it.tree.col(&it.scope[outer].name.clone(), "id");
                let function = *it
                    .choices
                    .of(&[Aggregate::Count, Aggregate::Max, Aggregate::Sum]);
                let aggregate = it.tree.agg(function, &[id]);
                select.columns = columns(&[aggregate]);
            }
            it.tree.select(select)
        }))
    }
}
