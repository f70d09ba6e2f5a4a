//! Trees of any shape, with references that are mostly there and names that mostly
//! are not.

use wasgi_orm::query::*;
use wasgi_orm::value::{ColumnType, Value};

use crate::choices::Choices;

const NAMES: [&str; 12] = [
    "post", "post", "post", "post", "post", "author", "author", "order", "a\"b", "é", "x' --", ";",
];

const COLUMNS: [&str; 8] = ["id", "title", "author_id", "price", "version", "id", "rowid", "a\"b"];

const KINDS: [ColumnType; 10] = [
    ColumnType::Integer, ColumnType::Boolean, ColumnType::Real, ColumnType::Text, ColumnType::Blob,
    ColumnType::Decimal, ColumnType::Uuid, ColumnType::Timestamp, ColumnType::Date, ColumnType::Json,
];

struct Nonsense<'a, 'c> {
    choices: &'a mut Choices<'c>,
    exprs: usize,
    selects: usize,
}

/// Makes a query.
pub(crate) fn nonsense(choices: &mut Choices<'_>) -> Query {
    let (mut exprs, mut selects) = (Vec::new(), Vec::new());
    let mut it = Nonsense { choices, exprs: 0, selects: 0 };
    for _ in 0..1 + it.choices.below(4) {
        for _ in 0..1 + it.choices.below(8) {
            exprs.push(it.expr());
            it.exprs += 1;
        }
        selects.push(it.select());
        it.selects += 1;
    }
    let body = it.body();
    let prefetches = (0..it.choices.below(2)).map(|_| Prefetch {
        parent: it.small(),
        key: it.small(),
        select: it.select_id(),
        on: it.id(),
    });
    let prefetches = prefetches.collect();
    Query { exprs, selects, body, prefetches }
}

impl Nonsense<'_, '_> {
    fn small(&mut self) -> u32 {
        u32::try_from(self.choices.below(3)).expect("small")
    }

    fn name(&mut self) -> String {
        (*self.choices.of(&NAMES)).to_owned()
    }

    fn column(&mut self) -> String {
        (*self.choices.of(&COLUMNS)).to_owned()
    }

    fn some<T>(&mut self, times: usize, make: impl FnOnce(&mut Self) -> T) -> Option<T> {
        self.choices.one_in(times).then(|| make(self))
    }

    fn many<T>(&mut self, bound: usize, mut make: impl FnMut(&mut Self) -> T) -> Vec<T> {
        (0..self.choices.below(bound)).map(|_| make(self)).collect()
    }

    /// Mostly one or two, and now and then none.
    fn few<T>(&mut self, mut make: impl FnMut(&mut Self) -> T) -> Vec<T> {
        (0..*self.choices.of(&[1, 1, 2, 2, 1, 0])).map(|_| make(self)).collect()
    }

    fn reference(&mut self, count: usize) -> u32 {
        let beyond = usize::from(self.choices.below(500) == 499);
        u32::try_from(self.choices.below(count) + beyond * count).expect("small")
    }

    fn id(&mut self) -> ExprId {
        self.reference(self.exprs)
    }

    fn select_id(&mut self) -> SelectId {
        self.reference(self.selects)
    }

    fn value(&mut self) -> Value {
        match self.choices.below(11) {
            0 => Value::Integer(1),
            1 => Value::Null,
            2 => Value::Boolean(true),
            3 => Value::Real(f64::NAN),
            4 => Value::Text("'; \0 \"".into()),
            5 => Value::Blob(vec![0, 255]),
            6 => Value::Decimal((*self.choices.of(&["1.50", "x"])).into()),
            7 => Value::Uuid((1, u64::MAX)),
            8 => Value::Timestamp(i64::MIN),
            9 => Value::Date((*self.choices.of(&["2026-01-02", "today"])).into()),
            _ => Value::Json((*self.choices.of(&["{}", "{"])).into()),
        }
    }

    fn aggregate(&mut self) -> AggregateCall {
        use Aggregate::*;
        let function = *self.choices.of(&[
            Count, Sum, Avg, Min, Max, GroupConcat, JsonGroupArray, RowNumber, Rank, DenseRank,
            PercentRank, CumeDist, Ntile, Lag, Lead, FirstValue, LastValue, NthValue,
        ]);
        AggregateCall {
            function,
            arguments: self.few(Self::id),
            distinct: self.choices.one_in(4),
            filter: self.some(4, Self::id),
        }
    }

    fn term(&mut self) -> OrderTerm {
        OrderTerm {
            expr: self.id(),
            descending: self.choices.one_in(2),
            nulls: *self.choices.of(&[Nulls::Default, Nulls::First, Nulls::Last]),
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

    fn expr(&mut self) -> Expr {
        use Function::*;
        // What refers to others comes when there are others.
        let kinds = match (self.exprs, self.selects) {
            (0, _) => 5,
            (_, 0) => 18,
            _ => 21,
        };
        match self.choices.below(kinds) {
            0..=2 => Expr::Column(ColumnRef { source: self.some(3, Self::name), name: self.column() }),
            3 => Expr::Constant(self.value()),
            4 => Expr::Param(self.small()),
            5 => {
                let operators = [UnaryOp::Not, UnaryOp::Negate, UnaryOp::IsNull, UnaryOp::IsNotNull];
                Expr::Unary((*self.choices.of(&operators), self.id()))
            }
            6 | 7 => {
                use BinaryOp::*;
                let operators = [
                    Eq, Ne, Lt, Le, Gt, Ge, Same, NotSame, And, Or, Add, Subtract, Multiply, Divide,
                    Modulo, Concat, Like, NotLike, Glob,
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
                    Abs, Coalesce, Date, Hex, Ifnull, Instr, JsonArrayLength, JsonSet, JsonType,
                    Length, Lower, Ltrim, Max, Min, Nullif, Replace, Round, Rtrim, Substr, Trim,
                    Upper, Now, Strftime,
                ];
                Expr::Call(Call {
                    function: *self.choices.of(&functions),
                    arguments: self.few(Self::id),
                })
            }
            15 => Expr::Aggregate(self.aggregate()),
            16 => Expr::Window(Window {
                function: self.aggregate(),
                partition_by: self.many(3, Self::id),
                order_by: self.many(3, Self::term),
                frame: self.some(2, |it| Frame {
                    unit: *it.choices.of(&[FrameUnit::Rows, FrameUnit::Range, FrameUnit::Groups]),
                    start: it.bound(),
                    end: it.bound(),
                }),
            }),
            17 => Expr::JsonPath((self.id(), self.few(|it| match it.choices.below(2) {
                0 => JsonStep::Index(it.small()),
                _ => JsonStep::Key(it.name()),
            }))),
            10 => Expr::Cast((self.id(), *self.choices.of(&KINDS))),
            11 => {
                let text = FullTextRef { table: self.name(), source: self.name(), query: self.id() };
                if self.choices.one_in(2) { Expr::Matches(text) } else { Expr::Relevance(text) }
            }
            _ => Expr::Scalar(self.select_id()),
        }
    }

    fn source(&mut self) -> Source {
        if self.selects > 0 && self.choices.one_in(4) {
            let alias = Some(self.name());
            return Source { relation: Relation::Select(self.select_id()), alias };
        }
        Source { relation: Relation::Table(self.name()), alias: self.some(4, Self::name) }
    }

    fn selected(&mut self) -> Selected {
        Selected { expr: self.id(), alias: self.some(2, Self::name) }
    }

    fn select(&mut self) -> Select {
        let mut columns = vec![self.selected()];
        columns.extend(self.some(3, Self::selected));
        let operators =
            [CompoundOp::Union, CompoundOp::UnionAll, CompoundOp::Intersect, CompoundOp::Except];
        Select {
            distinct: self.choices.one_in(4),
            columns,
            source: Some(self.source()),
            joins: self.some(3, |it| Join {
                kind: *it.choices.of(&[JoinKind::Inner, JoinKind::Left]),
                source: it.source(),
                on: it.id(),
            }).into_iter().collect(),
            filter: self.some(3, Self::id),
            group_by: self.many(2, Self::id),
            having: self.some(20, Self::id),
            compound: self.some(if self.selects > 0 { 6 } else { usize::MAX }, |it| (*it.choices.of(&operators), it.select_id())).into_iter().collect(),
            order_by: self.many(3, Self::term),
            after: self.some(6, Self::id).into_iter().collect(),
            limit: self.some(12, Self::id),
            offset: self.some(12, Self::id),
        }
    }

    fn set(&mut self) -> Vec<(String, ExprId)> {
        let mut set = vec![(self.column(), self.id())];
        set.extend(self.many(2, |it| (it.column(), it.id())));
        set
    }

    fn version(&mut self) -> Option<VersionCheck> {
        self.some(3, |it| VersionCheck { column: it.column(), expected: it.id() })
    }

    fn body(&mut self) -> Body {
        match self.choices.below(6) {
            0..=2 => Body::Select(self.select_id()),
            3 => Body::Update(Update {
                table: self.name(),
                set: self.set(),
                filter: self.id(),
                version: self.version(),
                returning: self.many(3, Self::selected),
            }),
            4 => Body::Delete(Delete {
                table: self.name(),
                filter: self.id(),
                version: self.version(),
                returning: self.many(3, Self::selected),
            }),
            _ => Body::Insert(Insert {
                table: self.name(),
                columns: self.few(Self::column),
                rows: match self.choices.below(3) {
                    0 => InsertSource::Params(self.small()),
                    1 => InsertSource::Rows(self.few(|it| it.few(Self::id))),
                    _ => InsertSource::Select(self.select_id()),
                },
                conflict: self.some(2, |it| Conflict {
                    target: it.many(3, Self::column),
                    action: match it.choices.below(2) {
                        0 => ConflictAction::Ignore,
                        _ => ConflictAction::Update(it.set()),
                    },
                    filter: it.some(4, Self::id),
                }),
                returning: self.many(3, Self::selected),
            }),
        }
    }
}
