//! Selects: sources, filters, groups, order, pages, compounds.

use std::cmp::Ordering;

use rusqlite::types::Value as V;
use wasgi_orm::query::*;

use super::value::{Affinity, order, same, truth};
use super::{Bound, Model, Scope};

/// A row of a result, and what it is ordered by.
struct Row {
    values: Vec<V>,
    keys: Vec<V>,
}

impl Model<'_> {
    /// Returns the rows of a select inside of a scope.
    pub(super) fn select(&self, id: SelectId, outer: &Scope) -> Vec<Vec<V>> {
        let select = &self.query.selects[id as usize];
        let constant = |id: ExprId| self.expr(id, &Vec::new(), None);
        let mut rows = self.plain(select, outer);
        if select.distinct {
            rows = distinct(rows);
        }
        for (operator, arm) in &select.compound {
            let arm = self.select(*arm, outer).into_iter();
            let arm: Vec<Row> = arm
                .map(|values| Row {
                    values,
                    keys: Vec::new(),
                })
                .collect();
            rows = compound(*operator, rows, arm);
        }
        if !select.compound.is_empty() {
            // The order of a compound is by its columns.
            let place = |term: &OrderTerm| match self.node(term.expr) {
                Expr::Column(column) => {
                    let named = |it: &Selected| it.alias.as_ref() == Some(&column.name);
                    select.columns.iter().position(named).expect("an alias")
                }
                other => panic!("a compound ordered by {other:?}"),
            };
            for row in &mut rows {
                row.keys = select
                    .order_by
                    .iter()
                    .map(|term| row.values[place(term)].clone())
                    .collect();
            }
        }
        rows.sort_by(|left, right| compare(&select.order_by, &left.keys, &right.keys));
        if !select.after.is_empty() {
            let after: Vec<V> = select.after.iter().map(|id| constant(*id)).collect();
            rows.retain(|row| compare(&select.order_by, &row.keys, &after) == Ordering::Greater);
        }
        let number = |id: Option<ExprId>| match id.map(constant) {
            Some(V::Integer(number)) => usize::try_from(number).ok(),
            _ => None,
        };
        let rows = rows.into_iter().skip(number(select.offset).unwrap_or(0));
        let rows = rows.take(number(select.limit).unwrap_or(usize::MAX));
        rows.map(|row| row.values).collect()
    }

    /// Returns the names and affinities of a select's columns.
    pub(super) fn columns(&self, id: SelectId, outer: &Scope) -> Vec<(String, Affinity)> {
        let select = &self.query.selects[id as usize];
        // A row of nulls says what a row says about affinity.
        let mut scope = outer.clone();
        for source in select
            .source
            .iter()
            .chain(select.joins.iter().map(|join| &join.source))
        {
            let (columns, _) = self.source(source, outer);
            let row = vec![V::Null; columns.len()];
            scope.push(Bound {
                source: name(source),
                columns,
                row,
            });
        }
        let column = |selected: &Selected| {
            let name = match (&selected.alias, self.node(selected.expr)) {
                (Some(alias), _) => alias.clone(),
                (None, Expr::Column(column)) => column.name.clone(),
                _ => String::new(),
            };
            (name, self.affinity(selected.expr, &scope))
        };
        select.columns.iter().map(column).collect()
    }

    fn source(&self, source: &Source, outer: &Scope) -> (Vec<(String, Affinity)>, Vec<Vec<V>>) {
        match &source.relation {
            Relation::Table(name) => {
                let table = self
                    .tables
                    .iter()
                    .find(|table| table.name == *name)
                    .expect("a table");
                let columns = table
                    .columns
                    .iter()
                    .map(|(name, kind)| (name.clone(), Affinity::of(*kind)));
                (columns.collect(), table.rows.clone())
            }
            Relation::Select(id) => (self.columns(*id, outer), self.select(*id, outer)),
        }
    }

    /// Everything before DISTINCT.
    fn plain(&self, select: &Select, outer: &Scope) -> Vec<Row> {
        let mut scopes = vec![outer.clone()];
        if let Some(source) = &select.source {
            scopes = self.joined(scopes, source, JoinKind::Inner, None, outer);
        }
        for join in &select.joins {
            scopes = self.joined(scopes, &join.source, join.kind, Some(join.on), outer);
        }
        let holds = |id: Option<ExprId>, scope: &Scope, group| {
            id.is_none_or(|id| truth(&self.expr(id, scope, group)) == Some(true))
        };
        scopes.retain(|scope| holds(select.filter, scope, None));

        let columns = select.columns.iter().map(|column| column.expr);
        let ordered = select.order_by.iter().map(|term| term.expr);
        let is_grouped = !select.group_by.is_empty()
            || columns
                .chain(ordered)
                .chain(select.having)
                .any(|id| self.has_aggregate(id));
        let row = |scope: &Scope, group: Option<&[Scope]>| Row {
            values: select
                .columns
                .iter()
                .map(|it| self.expr(it.expr, scope, group))
                .collect(),
            keys: match select.compound.is_empty() {
                true => select
                    .order_by
                    .iter()
                    .map(|it| self.expr(it.expr, scope, group))
                    .collect(),
                false => Vec::new(),
            },
        };
        if !is_grouped {
            return scopes.iter().map(|scope| row(scope, None)).collect();
        }
        let mut groups: Vec<(Vec<V>, Vec<Scope>)> = Vec::new();
        for scope in scopes {
            let key: Vec<V> = select
                .group_by
                .iter()
                .map(|id| self.expr(*id, &scope, None))
                .collect();
            match groups.iter_mut().find(|(seen, _)| all_same(seen, &key)) {
                Some((_, group)) => group.push(scope),
                None => groups.push((key, vec![scope])),
            }
        }
        if groups.is_empty() && select.group_by.is_empty() {
            groups.push((Vec::new(), Vec::new()));
        }
        let mut rows = Vec::new();
        for (_, group) in &groups {
            let scope = group.first().unwrap_or(outer);
            if holds(select.having, scope, Some(group)) {
                rows.push(row(scope, Some(group)));
            }
        }
        rows
    }

    fn joined(
        &self,
        scopes: Vec<Scope>,
        source: &Source,
        kind: JoinKind,
        on: Option<ExprId>,
        outer: &Scope,
    ) -> Vec<Scope> {
        let (columns, rows) = self.source(source, outer);
        let with = |scope: &Scope, row: Vec<V>| {
            let mut scope = scope.clone();
            scope.push(Bound {
                source: name(source),
                columns: columns.clone(),
                row,
            });
            scope
        };
        let mut joined = Vec::new();
        for scope in &scopes {
            let before = joined.len();
            for row in &rows {
                let scope = with(scope, row.clone());
                if on.is_none_or(|on| truth(&self.expr(on, &scope, None)) == Some(true)) {
                    joined.push(scope);
                }
            }
            if kind == JoinKind::Left && joined.len() == before {
                joined.push(with(scope, vec![V::Null; columns.len()]));
            }
        }
        joined
    }

    fn has_aggregate(&self, id: ExprId) -> bool {
        match self.node(id) {
            Expr::Aggregate(_) => true,
            Expr::Unary((_, value)) | Expr::Cast((value, _)) => self.has_aggregate(*value),
            Expr::Binary((_, left, right)) => {
                self.has_aggregate(*left) || self.has_aggregate(*right)
            }
            Expr::Call(call) => call.arguments.iter().any(|id| self.has_aggregate(*id)),
            _ => false,
        }
    }

    /// Returns the rows of a body that is a select.
    pub(crate) fn rows(&self) -> Vec<Vec<V>> {
        match &self.query.body {
            Body::Select(id) => self.select(*id, &Vec::new()),
            other => panic!("the model has no {other:?}"),
        }
    }
}

fn name(source: &Source) -> String {
    match (&source.alias, &source.relation) {
        (Some(alias), _) => alias.clone(),
        (None, Relation::Table(table)) => table.clone(),
        (None, Relation::Select(_)) => panic!("a select without a name"),
    }
}

fn all_same(left: &[V], right: &[V]) -> bool {
    left.iter()
        .zip(right)
        .all(|(left, right)| same(left, right))
}

fn distinct(rows: Vec<Row>) -> Vec<Row> {
    let mut distinct: Vec<Row> = Vec::new();
    for row in rows {
        if !distinct
            .iter()
            .any(|seen| all_same(&seen.values, &row.values))
        {
            distinct.push(row);
        }
    }
    distinct
}

fn compound(operator: CompoundOp, mut rows: Vec<Row>, arm: Vec<Row>) -> Vec<Row> {
    let is_in = |rows: &[Row], row: &Row| rows.iter().any(|it| all_same(&it.values, &row.values));
    match operator {
        CompoundOp::UnionAll => {
            rows.extend(arm);
            rows
        }
        CompoundOp::Union => {
            rows.extend(arm);
            distinct(rows)
        }
        CompoundOp::Intersect => {
            rows.retain(|row| is_in(&arm, row));
            distinct(rows)
        }
        CompoundOp::Except => {
            rows.retain(|row| !is_in(&arm, row));
            distinct(rows)
        }
    }
}

/// Orders rows by the terms of an order-by.
fn compare(terms: &[OrderTerm], left: &[V], right: &[V]) -> Ordering {
    for (term, (left, right)) in terms.iter().zip(left.iter().zip(right)) {
        let by_value = order(left, right);
        let by_value = if term.descending {
            by_value.reverse()
        } else {
            by_value
        };
        let nulls = (*left == V::Null).cmp(&(*right == V::Null));
        let ordering = match term.nulls {
            Nulls::Default => by_value,
            Nulls::First => nulls.reverse().then(by_value),
            Nulls::Last => nulls.then(by_value),
        };
        if ordering.is_ne() {
            return ordering;
        }
    }
    Ordering::Equal
}
