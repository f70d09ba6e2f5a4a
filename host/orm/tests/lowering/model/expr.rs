//! Expressions over one row, in three-valued logic.

use std::cmp::Ordering;

use rusqlite::types::Value as V;
use wasgi_orm::query::*;

use super::value::{Affinity, boolean, cast, like, number, order, real, same, text, truth};
use super::{Model, Scope};

/// The group that aggregates are over.
pub(super) type Group<'a> = Option<&'a [Scope]>;

impl Model<'_> {
    pub(super) fn node(&self, id: ExprId) -> &Expr {
        &self.query.exprs[id as usize]
    }

    pub(super) fn expr(&self, id: ExprId, scope: &Scope, group: Group<'_>) -> V {
        let eval = |id: ExprId| self.expr(id, scope, group);
        match self.node(id) {
            Expr::Column(column) => {
                let source = column.source.as_deref();
                let is_named = |name: &str| source.is_none_or(|source| source == name);
                let found = scope
                    .iter()
                    .rev()
                    .filter(|bound| is_named(&bound.source))
                    .find_map(|bound| {
                        let place = bound
                            .columns
                            .iter()
                            .position(|(name, _)| *name == column.name)?;
                        Some(bound.row[place].clone())
                    });
                found.expect("a column")
            }
            Expr::Constant(value) => value.stored().expect("a constant"),
            Expr::Param(index) => self.params[*index as usize].clone(),
            Expr::Unary((operator, value)) => {
                let value = eval(*value);
                match operator {
                    UnaryOp::Not => boolean(truth(&value).map(|truth| !truth)),
                    UnaryOp::Negate => arithmetic(BinaryOp::Subtract, &V::Integer(0), &value),
                    UnaryOp::IsNull => boolean(Some(value == V::Null)),
                    UnaryOp::IsNotNull => boolean(Some(value != V::Null)),
                }
            }
            Expr::Binary((operator, left, right)) => {
                let (l, r) = (eval(*left), eval(*right));
                let comparison = self
                    .affinity(*left, scope)
                    .compared(self.affinity(*right, scope));
                binary(*operator, l, r, comparison)
            }
            Expr::Between((value, low, high)) => {
                let side = |operator, bound: ExprId| {
                    let comparison = self
                        .affinity(*value, scope)
                        .compared(self.affinity(bound, scope));
                    truth(&binary(operator, eval(*value), eval(bound), comparison))
                };
                boolean(and(side(BinaryOp::Ge, *low), side(BinaryOp::Le, *high)))
            }
            Expr::InList((value, list)) => {
                let affinity = self.affinity(*value, scope);
                is_in(eval(*value), list.iter().map(|id| eval(*id)), affinity)
            }
            Expr::InSelect((value, select)) => {
                let rows = self.select(*select, scope);
                let column = self.columns(*select, scope)[0].1;
                let affinity = self.affinity(*value, scope).compared(column);
                is_in(
                    eval(*value),
                    rows.into_iter().map(|row| row[0].clone()),
                    affinity,
                )
            }
            Expr::Exists(select) => boolean(Some(!self.select(*select, scope).is_empty())),
            Expr::Scalar(select) => self
                .select(*select, scope)
                .first()
                .map_or(V::Null, |row| row[0].clone()),
            Expr::Case(case) => {
                let branch = case
                    .branches
                    .iter()
                    .find(|(when, _)| truth(&eval(*when)) == Some(true));
                branch
                    .map(|(_, then)| *then)
                    .or(case.otherwise)
                    .map_or(V::Null, eval)
            }
            Expr::Call(call) => {
                let arguments: Vec<V> = call.arguments.iter().map(|id| eval(*id)).collect();
                function(call.function, &arguments)
            }
            Expr::Aggregate(call) => self.aggregate(call, group.expect("a group")),
            Expr::Cast((value, kind)) => cast(&eval(*value), *kind),
            other => panic!("the model has no {other:?}"),
        }
    }

    pub(super) fn affinity(&self, id: ExprId, scope: &Scope) -> Affinity {
        match self.node(id) {
            Expr::Column(column) => {
                let source = column.source.as_deref();
                let is_named = |name: &str| source.is_none_or(|source| source == name);
                let found = scope
                    .iter()
                    .rev()
                    .filter(|bound| is_named(&bound.source))
                    .find_map(|bound| bound.columns.iter().find(|(name, _)| *name == column.name));
                found.expect("a column").1
            }
            Expr::Cast((_, kind)) => Affinity::of(*kind),
            Expr::Scalar(select) => self.columns(*select, scope)[0].1,
            _ => Affinity::None,
        }
    }
}

fn and(left: Option<bool>, right: Option<bool>) -> Option<bool> {
    match (left, right) {
        (Some(false), _) | (_, Some(false)) => Some(false),
        (Some(true), Some(true)) => Some(true),
        _ => None,
    }
}

fn or(left: Option<bool>, right: Option<bool>) -> Option<bool> {
    and(left.map(|it| !it), right.map(|it| !it)).map(|it| !it)
}

fn is_in(value: V, list: impl Iterator<Item = V>, affinity: Affinity) -> V {
    let mut found = Some(false);
    for item in list {
        let equal = truth(&binary(BinaryOp::Eq, value.clone(), item, affinity));
        found = or(found, equal);
    }
    boolean(found)
}

/// The values that are bound by parameters and constants have no affinity of their own;
/// `comparison` is what both sides make together.
fn binary(operator: BinaryOp, left: V, right: V, comparison: Affinity) -> V {
    use BinaryOp::*;
    match operator {
        Eq | Ne | Lt | Le | Gt | Ge | Same | NotSame => {
            let (left, right) = (comparison.apply(left), comparison.apply(right));
            let ordering = order(&left, &right);
            match operator {
                Same => return boolean(Some(ordering == Ordering::Equal)),
                NotSame => return boolean(Some(ordering != Ordering::Equal)),
                _ if left == V::Null || right == V::Null => return V::Null,
                _ => {}
            }
            boolean(Some(match operator {
                Eq => ordering.is_eq(),
                Ne => ordering.is_ne(),
                Lt => ordering.is_lt(),
                Le => ordering.is_le(),
                Gt => ordering.is_gt(),
                _ => ordering.is_ge(),
            }))
        }
        And => boolean(and(truth(&left), truth(&right))),
        Or => boolean(or(truth(&left), truth(&right))),
        Add | Subtract | Multiply | Divide | Modulo => arithmetic(operator, &left, &right),
        _ if left == V::Null || right == V::Null => V::Null,
        Concat => V::Text(text(&left) + &text(&right)),
        Like => boolean(Some(like(&text(&left), &text(&right)))),
        NotLike => boolean(Some(!like(&text(&left), &text(&right)))),
        Glob => panic!("the model has no glob"),
    }
}

fn arithmetic(operator: BinaryOp, left: &V, right: &V) -> V {
    let (left, right) = (number(left), number(right));
    if left == V::Null || right == V::Null {
        return V::Null;
    }
    if let (V::Integer(left), V::Integer(right)) = (&left, &right) {
        let exact = match operator {
            BinaryOp::Add => left.checked_add(*right),
            BinaryOp::Subtract => left.checked_sub(*right),
            BinaryOp::Multiply => left.checked_mul(*right),
            _ if *right == 0 => return V::Null,
            BinaryOp::Divide => left.checked_div(*right),
            _ => left.checked_rem(*right),
        };
        if let Some(exact) = exact {
            return V::Integer(exact);
        }
    }
    let (l, r) = (real(&left), real(&right));
    V::Real(match operator {
        BinaryOp::Add => l + r,
        BinaryOp::Subtract => l - r,
        BinaryOp::Multiply => l * r,
        BinaryOp::Divide if r == 0.0 => return V::Null,
        BinaryOp::Divide => l / r,
        // Of reals only the whole parts count.
        _ if r as i64 == 0 => return V::Null,
        _ => (l as i64 % r as i64) as f64,
    })
}

fn function(function: Function, arguments: &[V]) -> V {
    let first = &arguments[0];
    match function {
        Function::Coalesce | Function::Ifnull => arguments
            .iter()
            .find(|value| **value != V::Null)
            .cloned()
            .unwrap_or(V::Null),
        Function::Nullif if same(first, &arguments[1]) => V::Null,
        Function::Nullif => first.clone(),
        _ if arguments.contains(&V::Null) => V::Null,
        Function::Abs => match number(first) {
            V::Integer(integer) => V::Integer(integer.abs()),
            other => V::Real(real(&other).abs()),
        },
        Function::Length => V::Integer(i64::try_from(text(first).chars().count()).expect("short")),
        Function::Lower => V::Text(text(first).to_ascii_lowercase()),
        Function::Upper => V::Text(text(first).to_ascii_uppercase()),
        Function::Trim => V::Text(text(first).trim_matches(' ').to_owned()),
        Function::Max => arguments
            .iter()
            .fold(
                first,
                |best, it| if order(best, it).is_lt() { it } else { best },
            )
            .clone(),
        Function::Min => arguments
            .iter()
            .fold(
                first,
                |best, it| if order(best, it).is_ge() { it } else { best },
            )
            .clone(),
        other => panic!("the model has no {other:?}"),
    }
}
