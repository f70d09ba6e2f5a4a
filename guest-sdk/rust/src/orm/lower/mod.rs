//! Queries to the arenas of `wit/orm.wit`. Runs once per shape of a query.
//!
//! # Layout
//!
//! - `mod.rs`: expressions; `select`: queries that read; `write`: those that write.

mod select;
mod write;

use crate::host::bindings::wasgi::app::orm as wit;

use super::expr::frag::{AggregateOp, Bound, Direction, Frag, Op, Step, WindowOp};

/// Expressions and selects so far, and how many values were met: values are numbered in
/// the order in which `Select::params` and its likes append them.
#[derive(Default)]
pub(super) struct Arena {
    exprs: Vec<wit::Expr>,
    selects: Vec<wit::Select>,
    params: u32,
}

impl Arena {
    fn push(&mut self, expr: wit::Expr) -> u32 {
        let id = u32::try_from(self.exprs.len()).unwrap_or(u32::MAX);
        self.exprs.push(expr);
        id
    }

    fn end(self, body: wit::Body, prefetches: Vec<wit::Prefetch>) -> wit::Query {
        wit::Query {
            exprs: self.exprs,
            selects: self.selects,
            body,
            prefetches,
        }
    }

    /// Adds an expression: its operators find their operands on a stack.
    pub(super) fn expr(&mut self, frag: &Frag) -> u32 {
        let mut stack = Stack(Vec::new());
        for op in &frag.ops {
            let expr = self.op(op, &mut stack);
            let id = self.push(expr);
            stack.0.push(id);
        }
        stack.pop()
    }

    fn op(&mut self, op: &Op, stack: &mut Stack) -> wit::Expr {
        match op {
            Op::Column { source, name } => wit::Expr::Column(wit::ColumnRef {
                source: (!source.is_empty()).then(|| (*source).to_owned()),
                name: (*name).to_owned(),
            }),
            Op::Param => {
                let number = self.params;
                self.params += 1;
                wit::Expr::Param(number)
            }
            Op::Boolean(value) => wit::Expr::Constant(wit::Value::Boolean(*value)),
            Op::Unary(op) => wit::Expr::Unary((op.0, stack.pop())),
            Op::Binary(op) => {
                let (left, right) = stack.pop2();
                wit::Expr::Binary((op.0, left, right))
            }
            Op::Between => {
                let (low, high) = stack.pop2();
                wit::Expr::Between((stack.pop(), low, high))
            }
            Op::InList(count) => {
                let list = stack.take(*count);
                wit::Expr::InList((stack.pop(), list))
            }
            Op::InSelect(select) => {
                let select = self.select(select);
                wit::Expr::InSelect((stack.pop(), select))
            }
            Op::Exists(select) => wit::Expr::Exists(self.select(select)),
            Op::Scalar(select) => wit::Expr::Scalar(self.select(select)),
            Op::Case {
                branches,
                otherwise,
            } => {
                let otherwise = otherwise.then(|| stack.pop());
                let flat = stack.take(branches * 2);
                let pairs = flat.chunks_exact(2).filter_map(|pair| match pair {
                    [condition, value] => Some((*condition, *value)),
                    _ => None,
                });
                wit::Expr::Case(wit::CaseExpr {
                    branches: pairs.collect(),
                    otherwise,
                })
            }
            Op::Call(function, count) => wit::Expr::Call(wit::Call {
                function: function.0,
                arguments: stack.take(*count),
            }),
            Op::Aggregate(op) => wit::Expr::Aggregate(aggregate(op, stack)),
            Op::Window(op) => wit::Expr::Window(window(op, stack)),
            Op::JsonPath(steps) => {
                let steps = steps.iter().map(|step| match step {
                    Step::Key(key) => wit::JsonStep::Key((*key).to_owned()),
                    Step::Index(index) => wit::JsonStep::Index(*index),
                });
                wit::Expr::JsonPath((stack.pop(), steps.collect()))
            }
            Op::Cast(kind) => wit::Expr::Cast((stack.pop(), kind.0)),
            Op::Matches { table, source } => {
                wit::Expr::Matches(full_text(table, source, stack.pop()))
            }
            Op::Relevance { table, source } => {
                wit::Expr::Relevance(full_text(table, source, stack.pop()))
            }
        }
    }
}

/// Operands that wait for their operator.
struct Stack(Vec<u32>);

impl Stack {
    /// Every operator is written after its operands; an id that is not there would be
    /// refused by the host.
    fn pop(&mut self) -> u32 {
        self.0.pop().unwrap_or(u32::MAX)
    }

    fn pop2(&mut self) -> (u32, u32) {
        let right = self.pop();
        (self.pop(), right)
    }

    fn take(&mut self, count: usize) -> Vec<u32> {
        self.0.split_off(self.0.len().saturating_sub(count))
    }
}

fn aggregate(op: &AggregateOp, stack: &mut Stack) -> wit::AggregateCall {
    let filter = op.filter.then(|| stack.pop());
    wit::AggregateCall {
        function: op.function.0,
        arguments: stack.take(op.arguments),
        distinct: op.distinct,
        filter,
    }
}

fn window(op: &WindowOp, stack: &mut Stack) -> wit::Window {
    let order_by = stack.take(op.order_by.len());
    let partition_by = stack.take(op.partition_by);
    let order_by = order_by.into_iter().zip(&op.order_by);
    let bound = |bound: Bound| match bound {
        Bound::UnboundedPreceding => wit::FrameBound::UnboundedPreceding,
        Bound::Preceding(rows) => wit::FrameBound::Preceding(rows),
        Bound::CurrentRow => wit::FrameBound::CurrentRow,
        Bound::Following(rows) => wit::FrameBound::Following(rows),
        Bound::UnboundedFollowing => wit::FrameBound::UnboundedFollowing,
    };
    wit::Window {
        function: aggregate(&op.function, stack),
        partition_by,
        order_by: order_by
            .map(|(expr, direction)| order_term(expr, *direction))
            .collect(),
        frame: op.frame.map(|(unit, start, end)| wit::Frame {
            unit: unit.0,
            start: bound(start),
            end: bound(end),
        }),
    }
}

fn order_term(expr: u32, direction: Direction) -> wit::OrderTerm {
    wit::OrderTerm {
        expr,
        descending: direction.descending,
        nulls: direction.nulls.0,
    }
}

fn full_text(table: &str, source: &str, query: u32) -> wit::FullTextRef {
    wit::FullTextRef {
        table: table.to_owned(),
        source: source.to_owned(),
        query,
    }
}
