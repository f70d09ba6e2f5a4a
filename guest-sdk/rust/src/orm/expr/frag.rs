//! An expression as it is built: operators in postfix order, and beside them its
//! values, packed.
//!
//! Postfix makes joining two expressions joining two lists, keeps values in the order
//! of their parameters, and turns into the arena of `wit/orm.wit` in one pass. Only the
//! operators are the expression's *shape*: equality and hash leave the values out, so
//! that statements are found again whatever the values are.

use std::hash::{Hash, Hasher};
use std::rc::Rc;

use crate::host::bindings::wasgi::app::orm as wit;
use crate::orm::Encode;
use crate::orm::packed::Params;
use crate::orm::query::Select;

/// A case of a WIT enum, which has no `Hash` of its own.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Case<E>(pub(crate) E);

impl<E: PartialEq> Eq for Case<E> {}

impl<E> Hash for Case<E> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        std::mem::discriminant(&self.0).hash(state);
    }
}

/// An aggregate function, over the operands before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct AggregateOp {
    pub(crate) function: Case<wit::Aggregate>,
    pub(crate) arguments: usize,
    pub(crate) distinct: bool,
    /// Whether one more operand is its filter.
    pub(crate) filter: bool,
}

/// How rows are ordered by an operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Direction {
    pub(crate) descending: bool,
    pub(crate) nulls: Case<wit::Nulls>,
}

/// An end of a window's frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names are SQL's")]
pub enum Bound {
    UnboundedPreceding,
    Preceding(u32),
    CurrentRow,
    Following(u32),
    UnboundedFollowing,
}

/// A window, whose operands are the function's, then those it is partitioned by, then
/// those it is ordered by.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct WindowOp {
    pub(crate) function: AggregateOp,
    pub(crate) partition_by: usize,
    pub(crate) order_by: Vec<Direction>,
    pub(crate) frame: Option<(Case<wit::FrameUnit>, Bound, Bound)>,
}

/// A step into a JSON text.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Step {
    Key(&'static str),
    Index(u32),
}

/// One operator; its operands stand before it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Op {
    Column {
        /// Empty: whichever source has it.
        source: &'static str,
        name: &'static str,
    },
    /// The next value.
    Param,
    Boolean(bool),
    Unary(Case<wit::UnaryOp>),
    Binary(Case<wit::BinaryOp>),
    Between,
    /// The first operand is among so many others.
    InList(usize),
    InSelect(Rc<Select>),
    Exists(Rc<Select>),
    Scalar(Rc<Select>),
    /// So many pairs of operands, and perhaps one more.
    Case {
        branches: usize,
        otherwise: bool,
    },
    Call(Case<wit::Function>, usize),
    Aggregate(AggregateOp),
    Window(Rc<WindowOp>),
    JsonPath(Vec<Step>),
    Cast(Case<wit::ColumnType>),
    /// The operand is the query.
    Matches {
        table: &'static str,
        source: &'static str,
    },
    Relevance {
        table: &'static str,
        source: &'static str,
    },
}

/// An expression under construction.
#[derive(Clone, Debug, Default)]
#[doc(hidden)]
pub struct Frag {
    pub(crate) ops: Vec<Op>,
    pub(crate) params: Params,
}

impl PartialEq for Frag {
    fn eq(&self, other: &Self) -> bool {
        self.ops == other.ops
    }
}

impl Eq for Frag {}

impl Hash for Frag {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.ops.hash(state);
    }
}

impl Frag {
    pub(crate) fn of(op: Op) -> Self {
        Self {
            ops: vec![op],
            params: Params::default(),
        }
    }

    pub(crate) fn column(source: &'static str, name: &'static str) -> Self {
        Self::of(Op::Column { source, name })
    }

    pub(crate) fn value(value: &(impl Encode + ?Sized)) -> Self {
        let mut frag = Self::default();
        frag.push_value(value);
        frag
    }

    pub(crate) fn push(&mut self, op: Op) {
        self.ops.push(op);
    }

    pub(crate) fn push_value(&mut self, value: &(impl Encode + ?Sized)) {
        self.params.push(value);
        self.ops.push(Op::Param);
    }

    pub(crate) fn append(&mut self, other: Self) {
        self.params.append(&other.params);
        self.ops.extend(other.ops);
    }

    /// Appends an operator over a select, whose values come with it.
    pub(crate) fn push_select(&mut self, mut select: Select, op: fn(Rc<Select>) -> Op) {
        select.params(&mut self.params);
        select.forget();
        self.ops.push(op(Rc::new(select)));
    }

    /// Drops its values, for as long as it is kept as a part of a key.
    pub(crate) fn forget(&mut self) {
        self.params = Params::default();
    }

    pub(crate) fn unary(mut self, op: wit::UnaryOp) -> Self {
        self.push(Op::Unary(Case(op)));
        self
    }

    pub(crate) fn binary(mut self, op: wit::BinaryOp, right: Self) -> Self {
        self.append(right);
        self.push(Op::Binary(Case(op)));
        self
    }

    pub(crate) fn call(mut self, function: wit::Function, arguments: usize) -> Self {
        self.push(Op::Call(Case(function), arguments));
        self
    }

    /// Joins a condition to another by `AND`, where there is one.
    pub(crate) fn and(condition: Option<Self>, other: Self) -> Self {
        match condition {
            Some(condition) => condition.binary(wit::BinaryOp::And, other),
            None => other,
        }
    }
}
