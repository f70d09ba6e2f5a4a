//! Operators, patterns, lists and decimals, and their SQL.

use wasgi_orm::query::*;
use wasgi_orm::value::{ColumnType, Value};

use crate::database::show;
use crate::tree::*;

/// A select of one expression over posts.
pub(crate) fn of(build: impl FnOnce(&mut Tree) -> ExprId) -> Query {
    let mut tree = Tree::default();
    let expr = build(&mut tree);
    let select = from_post(&mut tree, &[expr]);
    tree.select(select);
    tree.rows()
}

#[test]
fn operators_keep_their_grouping() {
    use BinaryOp::*;
    reviewed!(show([
        (
            "every parameter has the caller's number",
            of(|t| {
                let (second, first) = (t.param(1), t.param(0));
                t.bin(Add, second, first)
            })
        ),
        (
            "a + (b + c)",
            of(|t| {
                let (a, b, c) = (
                    t.col("", "id"),
                    t.col("", "author_id"),
                    t.col("", "created"),
                );
                let right = t.bin(Add, b, c);
                t.bin(Add, a, right)
            })
        ),
        (
            "(a - b) - c, a shared node",
            of(|t| {
                let a = t.col("", "id");
                let left = t.bin(Subtract, a, a);
                t.bin(Subtract, left, a)
            })
        ),
        (
            "(a = b) = (c < d)",
            of(|t| {
                let a = t.col("", "id");
                let (left, right) = (t.bin(Eq, a, a), t.bin(Lt, a, a));
                t.bin(Eq, left, right)
            })
        ),
        (
            "(a or b) and not c",
            of(|t| {
                let (a, b, c) = (
                    t.col("", "id"),
                    t.col("", "author_id"),
                    t.col("", "published"),
                );
                let (either, no) = (t.bin(Or, a, b), t.un(UnaryOp::Not, c));
                t.bin(And, either, no)
            })
        ),
        (
            "a and b and c or d",
            of(|t| {
                let a = t.col("", "id");
                let is = t.un(UnaryOp::IsNull, a);
                let b = t.bin(And, is, a);
                let c = t.bin(And, b, is);
                t.bin(Or, c, a)
            })
        ),
        (
            "- (- a)",
            of(|t| {
                let a = t.col("", "id");
                let minus = t.un(UnaryOp::Negate, a);
                t.un(UnaryOp::Negate, minus)
            })
        ),
        (
            "(a is b) is not (a is null)",
            of(|t| {
                let a = t.col("", "id");
                let b = t.param(0);
                let (left, right) = (t.bin(Same, a, b), t.un(UnaryOp::IsNull, a));
                t.bin(NotSame, left, right)
            })
        ),
        (
            "a between (b = c) and (b and c)",
            of(|t| {
                let (a, b) = (t.col("", "id"), t.col("", "author_id"));
                let (low, high) = (t.bin(Eq, a, b), t.bin(And, a, b));
                let between = t.add(Expr::Between((a, low, high)));
                t.un(UnaryOp::Not, between)
            })
        ),
        (
            "division, modulo, concatenation",
            of(|t| {
                let (a, seven) = (t.col("", "id"), t.int(7));
                let (divided, rest) = (t.bin(Divide, a, seven), t.bin(Modulo, a, seven));
                t.bin(Concat, divided, rest)
            })
        ),
    ]));
}

#[test]
fn patterns_and_lists() {
    use BinaryOp::*;
    reviewed!(show([
        (
            "like",
            of(|t| {
                let (a, pattern) = (t.col("post", "title"), t.param(0));
                t.bin(Like, a, pattern)
            })
        ),
        (
            "not like, with a computed pattern",
            of(|t| {
                let (a, any) = (t.col("post", "title"), t.text("%"));
                let pattern = t.bin(Concat, any, a);
                t.bin(NotLike, a, pattern)
            })
        ),
        (
            "glob",
            of(|t| {
                let (a, pattern) = (t.col("post", "title"), t.text("a*"));
                t.bin(Glob, a, pattern)
            })
        ),
        (
            "in a list",
            of(|t| {
                let (a, one) = (t.col("post", "id"), t.int(1));
                let sum = t.bin(Add, one, a);
                let list = t.add(Expr::InList((a, vec![one, sum])));
                t.un(UnaryOp::Not, list)
            })
        ),
        (
            "in a list of one scalar: its first row",
            of(|t| {
                let id = t.col("author", "id");
                let select = t.select(Select {
                    columns: columns(&[id]),
                    source: Some(table("author")),
                    ..Select::default()
                });
                let (a, scalar) = (t.col("post", "author_id"), t.add(Expr::Scalar(select)));
                t.add(Expr::InList((a, vec![scalar])))
            }),
        ),
        (
            "in an empty list",
            of(|t| {
                let a = t.col("post", "id");
                t.add(Expr::InList((a, vec![])))
            })
        ),
        (
            "in a select, exists, scalar",
            of(|t| {
                let author = t.col("author", "id");
                let authors = Select {
                    columns: columns(&[author]),
                    source: Some(table("author")),
                    ..Select::default()
                };
                let authors = t.select(authors);
                let a = t.col("post", "author_id");
                let is_in = t.add(Expr::InSelect((a, authors)));
                let is_there = t.add(Expr::Exists(authors));
                let no = t.un(UnaryOp::Not, is_there);
                let scalar = t.add(Expr::Scalar(authors));
                let two = t.bin(And, is_in, no);
                let same = t.bin(Eq, scalar, a);
                t.bin(And, two, same)
            })
        ),
        (
            "case",
            of(|t| {
                let (a, x, y) = (t.col("post", "id"), t.text("x"), t.text("y"));
                let (small, null) = (t.bin(Lt, a, x), t.un(UnaryOp::IsNull, a));
                t.add(Expr::Case(CaseExpr {
                    branches: vec![(small, x), (null, y)],
                    otherwise: Some(a),
                }))
            })
        ),
    ]));
}

#[test]
fn decimals_compare_by_value() {
    use BinaryOp::*;
    let decimal = |t: &mut Tree| t.val(Value::Decimal("1.50".into()));
    reviewed!(show([
        (
            "a constant",
            of(|t| {
                let (price, d) = (t.col("post", "price"), decimal(t));
                t.bin(Lt, price, d)
            })
        ),
        (
            "a cast",
            of(|t| {
                let (title, param) = (t.col("post", "title"), t.param(0));
                let cast = t.cast(title, ColumnType::Decimal);
                t.bin(Ge, cast, param)
            })
        ),
        (
            "exact arithmetic",
            of(|t| {
                let (price, d, param) = (t.col("post", "price"), decimal(t), t.param(0));
                let price = t.cast(price, ColumnType::Decimal);
                let double = t.bin(Add, price, price);
                let times = t.bin(Multiply, double, d);
                t.bin(Eq, times, param)
            })
        ),
        (
            "exact sums",
            of(|t| {
                let price = t.col("post", "price");
                let cast = t.cast(price, ColumnType::Decimal);
                let (exact, plain, least) = (
                    t.agg(Aggregate::Sum, &[cast]),
                    t.agg(Aggregate::Sum, &[price]),
                    t.agg(Aggregate::Min, &[cast]),
                );
                t.call(Function::Coalesce, &[exact, plain, least])
            })
        ),
        (
            "not where nothing is compared",
            of(|t| {
                let (price, d) = (t.col("post", "price"), decimal(t));
                t.call(Function::Ifnull, &[price, d])
            })
        ),
    ]));
}
