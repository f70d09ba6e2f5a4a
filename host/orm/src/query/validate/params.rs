//! Counts the values that a statement binds: the caller's parameters, its constants,
//! and of a prefetch the keys.

use super::Bounds;
use crate::error::{Error, Result};
use crate::query::walk::{self, Operand};
use crate::query::{Body, Expr, InsertSource, Query};
use crate::sql::Prefetched;

/// Returns how many parameters the caller gives, for body and prefetches together.
pub(crate) fn count(query: &Query) -> usize {
    let given = match &query.body {
        Body::Insert(insert) => match insert.rows {
            InsertSource::Params(rows) => usize::try_from(rows)
                .unwrap_or(usize::MAX)
                .saturating_mul(insert.columns.len()),
            InsertSource::Rows(_) | InsertSource::Select(_) => 0,
        },
        Body::Select(_) | Body::Update(_) | Body::Delete(_) => 0,
    };
    let named = query.exprs.iter().map(|expr| match expr {
        Expr::Param(index) => {
            usize::try_from(*index).map_or(usize::MAX, |index| index.saturating_add(1))
        }
        _ => 0,
    });
    named.fold(given, usize::max)
}

/// Checks that each statement binds no more than it may.
pub(super) fn check(query: &Query, bounds: &Bounds) -> Result<()> {
    let params = count(query);
    if params > bounds.params {
        return Err(Error::invalid(format!(
            "the query has {params} parameters, the largest index counted; at most {}: give rows \
             one by one to execute-many",
            bounds.params
        )));
    }
    let mut roots = Vec::new();
    walk::of_body(&query.body, |operand| roots.push(operand));
    fits("the query", params + constants(query, roots), bounds)?;
    for (index, prefetch) in query.prefetches.iter().enumerate() {
        let roots = vec![Operand::Select(prefetch.select), Operand::Expr(prefetch.on)];
        let values = params + constants(query, roots) + Prefetched::MOST_KEYS;
        fits(&format!("prefetch {index}, with its keys,"), values, bounds)?;
    }
    Ok(())
}

fn fits(what: &str, values: usize, bounds: &Bounds) -> Result<()> {
    if values > bounds.params {
        return Err(Error::invalid(format!(
            "{what} has {values} parameters and constants; at most {}: ask in parts",
            bounds.params
        )));
    }
    Ok(())
}

/// Counts the constants that are reached from some nodes.
fn constants(query: &Query, mut open: Vec<Operand>) -> usize {
    let mut exprs = vec![false; query.exprs.len()];
    let mut selects = vec![false; query.selects.len()];
    let mut found = 0;
    while let Some(operand) = open.pop() {
        match operand {
            Operand::Expr(id) => {
                let Some(expr) = walk::get(&query.exprs, id) else {
                    continue;
                };
                if !first_visit(&mut exprs, id) {
                    continue;
                }
                if matches!(expr, Expr::Constant(_) | Expr::JsonPath(_)) {
                    found += 1;
                }
                walk::of_expr(expr, |operand| open.push(operand));
            }
            Operand::Select(id) => {
                let Some(select) = walk::get(&query.selects, id) else {
                    continue;
                };
                if first_visit(&mut selects, id) {
                    walk::of_select(select, |operand| open.push(operand));
                }
            }
        }
    }
    found
}

fn first_visit(visited: &mut [bool], id: u32) -> bool {
    let place = usize::try_from(id)
        .ok()
        .and_then(|index| visited.get_mut(index));
    place.is_some_and(|visited| !std::mem::replace(visited, true))
}
