//! References, depth and size of a tree: whether a walk over it ends, and how soon.
//!
//! Expressions refer to selects and selects to expressions, so "only to smaller" must
//! hold through both: what a select refers to, directly or through expressions, are
//! selects of smaller index. Nodes are therefore visited select by select, each after
//! the expressions that need no later one, and nothing recurses.

use super::Bounds;
use crate::error::{Error, Result};
use crate::query::walk::{self, Operand};
use crate::query::{Expr, ExprId, Query, Select, SelectId};

/// What is known of a node and everything below it.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Facts {
    /// Levels, selects included.
    pub(crate) depth: usize,
    /// Nodes when every reference is written out.
    pub(crate) size: u64,
    /// Whether there is an aggregate that is not below a select.
    pub(crate) aggregate: bool,
    /// Whether there is a window function that is not below a select.
    pub(crate) window: bool,
    /// Whether it depends on a row: has a column, or a select.
    pub(crate) row: bool,
}

/// The facts of all nodes.
#[derive(Debug)]
pub(crate) struct Shape {
    exprs: Vec<Facts>,
    selects: Vec<Facts>,
}

impl Shape {
    /// Works the facts out.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`] where a reference goes nowhere or round, or a bound is passed.
    pub(crate) fn of(query: &Query, bounds: &Bounds) -> Result<Self> {
        let order = order(query)?;
        let mut shape = Self {
            exprs: vec![Facts::default(); query.exprs.len()],
            selects: vec![Facts::default(); query.selects.len()],
        };
        for operand in order {
            let (facts, name) = match operand {
                Operand::Expr(id) => {
                    let Some(expr) = walk::get(&query.exprs, id) else {
                        continue;
                    };
                    let facts = shape.facts_of_expr(expr);
                    if let Some(place) = place(&mut shape.exprs, id) {
                        *place = facts;
                    }
                    (facts, format_args!("expression {id}").to_string())
                }
                Operand::Select(id) => {
                    let Some(select) = walk::get(&query.selects, id) else {
                        continue;
                    };
                    let facts = shape.facts_of_select(select);
                    if let Some(place) = place(&mut shape.selects, id) {
                        *place = facts;
                    }
                    (facts, format_args!("select {id}").to_string())
                }
            };
            check(&name, facts, bounds)?;
        }
        let mut whole = Facts::default();
        walk::of_body(&query.body, |operand| whole.add(shape.get(operand)));
        for prefetch in &query.prefetches {
            whole.add(shape.select(prefetch.select));
            whole.add(shape.expr(prefetch.on));
        }
        check("the query", whole, bounds)?;
        Ok(shape)
    }

    /// Returns the facts of an expression.
    pub(crate) fn expr(&self, id: ExprId) -> Facts {
        walk::get(&self.exprs, id).copied().unwrap_or_default()
    }

    /// Returns the facts of a select.
    pub(crate) fn select(&self, id: SelectId) -> Facts {
        walk::get(&self.selects, id).copied().unwrap_or_default()
    }

    fn get(&self, operand: Operand) -> Facts {
        match operand {
            Operand::Expr(id) => self.expr(id),
            Operand::Select(id) => Facts {
                row: true,
                aggregate: false,
                window: false,
                ..self.select(id)
            },
        }
    }

    fn facts_of_expr(&self, expr: &Expr) -> Facts {
        let mut facts = Facts::default();
        walk::of_expr(expr, |operand| facts.add(self.get(operand)));
        facts.depth += 1;
        facts.size = facts.size.saturating_add(1);
        match expr {
            Expr::Aggregate(_) => facts.aggregate = true,
            Expr::Window(_) => facts.window = true,
            Expr::Column(_) | Expr::Matches(_) | Expr::Relevance(_) => facts.row = true,
            _ => {}
        }
        facts
    }

    fn facts_of_select(&self, select: &Select) -> Facts {
        let mut facts = Facts::default();
        walk::of_select(select, |operand| facts.add(self.get(operand)));
        // The condition of keyset pagination names each term and value up to four more
        // times, and is nested as deep as there are terms.
        if !select.after.is_empty() {
            let terms = select.order_by.iter().map(|term| &term.expr);
            let sizes = terms.chain(&select.after).map(|id| self.expr(*id).size);
            let size = sizes.fold(0, u64::saturating_add);
            facts.size = facts.size.saturating_add(size.saturating_mul(4));
            facts.depth = facts.depth.saturating_add(2 * select.after.len() + 2);
        }
        facts.depth += 1;
        facts.size = facts.size.saturating_add(1);
        facts
    }
}

impl Facts {
    fn add(&mut self, operand: Self) {
        self.depth = self.depth.max(operand.depth);
        self.size = self.size.saturating_add(operand.size);
        self.aggregate |= operand.aggregate;
        self.window |= operand.window;
        self.row |= operand.row;
    }
}

fn check(name: &str, facts: Facts, bounds: &Bounds) -> Result<()> {
    if facts.depth > bounds.depth {
        return Err(Error::invalid(format!(
            "{name} is nested {} levels deep, selects included; at most {}: for many \
             alternatives use in-list, or join conditions pairwise",
            facts.depth, bounds.depth
        )));
    }
    if facts.size > bounds.expanded {
        return Err(Error::invalid(format!(
            "{name} stands for more than {} nodes, each counted as often as it is referred \
             to; split the query",
            bounds.expanded
        )));
    }
    Ok(())
}

fn place<T>(arena: &mut [T], id: u32) -> Option<&mut T> {
    arena.get_mut(usize::try_from(id).ok()?)
}

/// Returns all nodes, each after those that it refers to.
fn order(query: &Query) -> Result<Vec<Operand>> {
    let selects = count(query.selects.len())?;
    count(query.exprs.len())?;
    // Of each expression: how many selects, from the first on, must come before it.
    let mut needs: Vec<u32> = Vec::with_capacity(query.exprs.len());
    for (index, expr) in (0..).zip(&query.exprs) {
        let mut need = 0;
        let mut wrong = None;
        walk::of_expr(expr, |operand| match operand {
            Operand::Expr(id) if id < index => {
                need = need.max(walk::get(&needs, id).copied().unwrap_or_default());
            }
            Operand::Select(id) if id < selects => need = need.max(id.saturating_add(1)),
            operand => wrong = wrong.or(Some(operand)),
        });
        if let Some(operand) = wrong {
            return Err(misplaced(&format!("expression {index}"), operand));
        }
        needs.push(need);
    }
    for (index, select) in (0..).zip(&query.selects) {
        let mut wrong = None;
        walk::of_select(select, |operand| {
            let smaller = match operand {
                Operand::Expr(id) => walk::get(&needs, id).is_some_and(|need| *need <= index),
                Operand::Select(id) => id < index,
            };
            if !smaller {
                wrong = wrong.or(Some(operand));
            }
        });
        if let Some(operand) = wrong {
            let through = match operand {
                Operand::Expr(id) if walk::get(&needs, id).is_some() => {
                    return Err(Error::invalid(format!(
                        "select {index} uses expression {id}, which refers to a select of the \
                         same or a larger index; a select refers only to smaller ones"
                    )));
                }
                operand => operand,
            };
            return Err(misplaced(&format!("select {index}"), through));
        }
    }
    ends(query)?;

    let mut stages: Vec<Vec<u32>> = vec![Vec::new(); query.selects.len() + 1];
    for (index, need) in (0..).zip(&needs) {
        if let Some(stage) = place(&mut stages, *need) {
            stage.push(index);
        }
    }
    let mut order = Vec::with_capacity(query.exprs.len() + query.selects.len());
    for (select, stage) in (0..).zip(stages) {
        order.extend(stage.into_iter().map(Operand::Expr));
        if select < selects {
            order.push(Operand::Select(select));
        }
    }
    Ok(order)
}

/// Checks the references of body and prefetches.
fn ends(query: &Query) -> Result<()> {
    let exists = |operand: Operand| match operand {
        Operand::Expr(id) => walk::get(&query.exprs, id).is_some(),
        Operand::Select(id) => walk::get(&query.selects, id).is_some(),
    };
    let mut wrong = None;
    walk::of_body(&query.body, |operand| {
        if !exists(operand) {
            wrong = wrong.or(Some(operand));
        }
    });
    if let Some(operand) = wrong {
        return Err(misplaced("the body", operand));
    }
    for (index, prefetch) in query.prefetches.iter().enumerate() {
        for operand in [Operand::Select(prefetch.select), Operand::Expr(prefetch.on)] {
            if !exists(operand) {
                return Err(misplaced(&format!("prefetch {index}"), operand));
            }
        }
    }
    Ok(())
}

fn misplaced(node: &str, operand: Operand) -> Error {
    let (kind, id) = match operand {
        Operand::Expr(id) => ("expression", id),
        Operand::Select(id) => ("select", id),
    };
    Error::invalid(format!(
        "{node} refers to {kind} {id}, which is not before it; put operands into the arena first"
    ))
}

fn count(length: usize) -> Result<u32> {
    u32::try_from(length).map_err(|_| Error::invalid("the query has more than 2^32 nodes"))
}
