//! Aggregates over the rows of a group.

use rusqlite::types::Value as V;
use wasgi_orm::query::{Aggregate, AggregateCall};

use super::value::{number, order, real, same, truth};
use super::{Model, Scope};

impl Model<'_> {
    pub(super) fn aggregate(&self, call: &AggregateCall, group: &[Scope]) -> V {
        let is_counted = |scope: &&Scope| {
            call.filter
                .is_none_or(|filter| truth(&self.expr(filter, scope, None)) == Some(true))
        };
        let rows: Vec<&Scope> = group.iter().filter(is_counted).collect();
        let count = |rows: usize| V::Integer(i64::try_from(rows).expect("few rows"));
        let Some(argument) = call.arguments.first() else {
            return count(rows.len());
        };
        let mut values: Vec<V> = rows
            .iter()
            .map(|scope| self.expr(*argument, scope, None))
            .filter(|value| *value != V::Null)
            .collect();
        if call.distinct {
            let mut distinct: Vec<V> = Vec::new();
            for value in values {
                if !distinct.iter().any(|seen| same(seen, &value)) {
                    distinct.push(value);
                }
            }
            values = distinct;
        }
        match call.function {
            Aggregate::Count => count(values.len()),
            _ if values.is_empty() => V::Null,
            Aggregate::Sum => {
                let sum: f64 = values.iter().map(real).sum();
                let is_whole = values
                    .iter()
                    .all(|value| matches!(number(value), V::Integer(_)));
                if is_whole {
                    V::Integer(sum as i64)
                } else {
                    V::Real(sum)
                }
            }
            Aggregate::Avg => V::Real(values.iter().map(real).sum::<f64>() / values.len() as f64),
            Aggregate::Min => values.into_iter().min_by(order).expect("a value"),
            Aggregate::Max => values.into_iter().max_by(order).expect("a value"),
            other => panic!("the model has no {other:?}"),
        }
    }
}
