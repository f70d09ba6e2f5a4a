//! Expressions of any shape.

use wasgi_orm::query::*;
use wasgi_orm::value::{ColumnType, Value};

use super::Nonsense;

const KINDS: [ColumnType; 10] = [
    ColumnType::Integer,
    ColumnType::Boolean,
    ColumnType::Real,
    ColumnType::Text,
    ColumnType::Blob,
    ColumnType::Decimal,
    ColumnType::Uuid,
    ColumnType::Timestamp,
    ColumnType::Date,
    ColumnType::Json,
];

impl Nonsense<'_, '_> {
    fn value(&mut self) -> Value {
        match self.choices.below(11) {
            0 => Value::Integer(1),
            1 => Value::Null,
            2 => Value::Boolean(true),
            3 => Value::Real(f64::NAN),
            4 => Value::Text("'; \0 \"".into()),
            5 => Value::Blob(vec![0, 255]),
            6 => Value::Decimal((*self.choices.of(&["1.50", "-2", "0", "7", "x"])).into()),
            7 => Value::Uuid((1, u64::MAX)),
            8 => Value::Timestamp(i64::MIN),
            9 => Value::Date(
                (*self
                    .choices
                    .of(&["2026-01-02", "0001-01-01", "2024-02-29", "today"]))
                .into(),
            ),
            _ => Value::Json((*self.choices.of(&["{}", "[1]", "null", "{"])).into()),
        }
    }

    /// As many operands as are mostly right.
    fn operands(&mut self, count: usize) -> Vec<ExprId> {
        let count = if self.choices.one_in(40) {
            self.choices.below(4)
        } else {
            count
        };
        (0..count).map(|_| self.id()).collect()
    }

    fn aggregate(&mut self, over_window: bool) -> AggregateCall {
        use Aggregate::*;
        let functions = [
            (Count, 0),
            (Count, 1),
            (Sum, 1),
            (Avg, 1),
            (Min, 1),
            (Max, 1),
            (GroupConcat, 2),
            (JsonGroupArray, 1),
            (RowNumber, 0),
            (Rank, 0),
            (DenseRank, 0),
            (PercentRank, 0),
            (CumeDist, 0),
            (Ntile, 1),
            (Lag, 2),
            (Lead, 3),
            (FirstValue, 1),
            (LastValue, 1),
            (NthValue, 2),
        ];
        let known = if over_window || self.choices.one_in(40) {
            functions.len()
        } else {
            8
        };
        let (function, count) = *self.choices.of(&functions[..known]);
        AggregateCall {
            function,
            arguments: self.operands(count),
            distinct: self.choices.one_in(if over_window { 40 } else { 4 }),
            filter: self.some(if over_window { 12 } else { 4 }, Self::id),
        }
    }

    pub(super) fn term(&mut self) -> OrderTerm {
        OrderTerm {
            expr: self.id(),
            descending: self.choices.one_in(2),
            nulls: *self
                .choices
                .of(&[Nulls::Default, Nulls::First, Nulls::Last]),
        }
    }

    fn bound(&mut self) -> FrameBound {
        match self.choices.below(5) {
            0 => FrameBound::CurrentRow,
            1 => FrameBound::UnboundedPreceding,
            2 => FrameBound::Preceding(u32::MAX),
            3 => FrameBound::Following(0),
            _ => FrameBound::UnboundedFollowing,
        }
    }

    pub(super) fn expr(&mut self) -> Expr {
        use Function::*;
        // What refers to others comes when there are others.
        let kinds = match (self.exprs, self.selects) {
            (0, _) => 5,
            (_, 0) => 18,
            _ => 21,
        };
        match self.choices.below(kinds) {
            0..=2 => Expr::Column(ColumnRef {
                source: self.some(3, Self::name),
                name: self.column(),
            }),
            3 => Expr::Constant(self.value()),
            4 => Expr::Param(self.small()),
            5 => {
                let operators = [
                    UnaryOp::Not,
                    UnaryOp::Negate,
                    UnaryOp::IsNull,
                    UnaryOp::IsNotNull,
                ];
                Expr::Unary((*self.choices.of(&operators), self.id()))
            }
            6 | 7 => {
                use BinaryOp::*;
                let operators = [
                    Eq, Ne, Lt, Le, Gt, Ge, Same, NotSame, And, Or, Add, Subtract, Multiply,
                    Divide, Modulo, Concat, Like, NotLike, Glob,
                ];
                Expr::Binary((*self.choices.of(&operators), self.id(), self.id()))
            }
            8 => Expr::Between((self.id(), self.id(), self.id())),
            9 => Expr::InList((self.id(), self.many(4, Self::id))),
            18 => Expr::InSelect((self.id(), self.select_id())),
            19 => Expr::Exists(self.select_id()),
            12 => Expr::Unary((UnaryOp::Not, self.id())),
            13 => Expr::Case(CaseExpr {
                branches: self.few(|it| (it.id(), it.id())),
                otherwise: self.some(2, Self::id),
            }),
            14 => {
                let functions = [
                    (Abs, 1),
                    (Coalesce, 2),
                    (Date, 1),
                    (Hex, 1),
                    (Ifnull, 2),
                    (Instr, 2),
                    (JsonArrayLength, 2),
                    (JsonSet, 3),
                    (JsonType, 1),
                    (Length, 1),
                    (Lower, 1),
                    (Ltrim, 2),
                    (Max, 3),
                    (Min, 2),
                    (Nullif, 2),
                    (Replace, 3),
                    (Round, 2),
                    (Rtrim, 1),
                    (Substr, 3),
                    (Trim, 1),
                    (Upper, 1),
                    (Now, 0),
                    (Strftime, 2),
                ];
                let (function, count) = *self.choices.of(&functions);
                Expr::Call(Call {
                    function,
                    arguments: self.operands(count),
                })
            }
            15 => Expr::Aggregate(self.aggregate(false)),
            16 => Expr::Window(Window {
                function: self.aggregate(true),
                partition_by: self.many(3, Self::id),
                order_by: self.many(3, Self::term),
                frame: self.some(3, |it| Frame {
                    unit: *it
                        .choices
                        .of(&[FrameUnit::Rows, FrameUnit::Range, FrameUnit::Groups]),
                    start: it.bound(),
                    end: it.bound(),
                }),
            }),
            17 => Expr::JsonPath((
                self.id(),
                self.few(|it| match it.choices.below(2) {
                    0 => JsonStep::Index(it.small()),
                    _ => JsonStep::Key(it.name()),
                }),
            )),
            10 => Expr::Cast((self.id(), *self.choices.of(&KINDS))),
            11 => {
                let text = FullTextRef {
                    table: self.table(),
                    source: self.name(),
                    query: self.id(),
                };
                if self.choices.one_in(2) {
                    Expr::Matches(text)
                } else {
                    Expr::Relevance(text)
                }
            }
            _ => Expr::Scalar(self.select_id()),
        }
    }
}
