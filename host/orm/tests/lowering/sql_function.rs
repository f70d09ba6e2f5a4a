//! Functions, JSON, full text, aggregates and windows, and their SQL.

use wasgi_orm::query::*;
use wasgi_orm::value::{ColumnType, Value};

use crate::database::show;
use crate::sql_expr::of;
use crate::tree::*;

#[test]
fn functions_and_casts() {
    reviewed!(show([
        (
            "functions",
            of(|t| {
                let (title, one, two) = (t.col("post", "title"), t.int(1), t.int(2));
                let part = t.call(Function::Substr, &[title, one, two]);
                let upper = t.call(Function::Upper, &[part]);
                t.call(Function::Coalesce, &[upper, title])
            })
        ),
        ("now", of(|t| t.call(Function::Now, &[]))),
        (
            "the day of a timestamp",
            of(|t| {
                let created = t.col("post", "created");
                t.call(Function::Date, &[created])
            })
        ),
        (
            "strftime",
            of(|t| {
                let (created, format) = (t.col("post", "created"), t.text("%Y ?"));
                t.call(Function::Strftime, &[format, created])
            })
        ),
        (
            "casts",
            of(|t| {
                let title = t.col("post", "title");
                let real = t.cast(title, ColumnType::Real);
                let boolean = t.cast(real, ColumnType::Boolean);
                let uuid = t.cast(boolean, ColumnType::Uuid);
                t.cast(uuid, ColumnType::Json)
            })
        ),
    ]));
}

#[test]
fn json() {
    reviewed!(show([
        (
            "a path, with a key that needs escapes",
            of(|t| {
                let data = t.col("post", "data");
                t.add(Expr::JsonPath((
                    data,
                    vec![
                        JsonStep::Key("a.\"b\"\\ä\n".into()),
                        JsonStep::Index(3),
                        JsonStep::Key(String::new()),
                    ],
                )))
            })
        ),
        (
            "values that are JSON stay so",
            of(|t| {
                let (data, path) = (t.col("post", "data"), t.text("$.a"));
                let json = t.val(Value::Json("[1]".into()));
                let yes = t.val(Value::Boolean(true));
                let text = t.text("x");
                let cast = t.cast(data, ColumnType::Json);
                t.call(
                    Function::JsonSet,
                    &[data, path, json, path, yes, path, text, path, cast],
                )
            })
        ),
    ]));
}

#[test]
fn full_text() {
    reviewed!(show([("matches and relevance", {
        let mut t = Tree::default();
        let query = t.param(0);
        let text = FullTextRef {
            table: "post".into(),
            source: "p".into(),
            query,
        };
        let (matches, relevance) = (
            t.add(Expr::Matches(text.clone())),
            t.add(Expr::Relevance(text)),
        );
        let select = Select {
            columns: columns(&[relevance]),
            source: Some(named("post", "p")),
            filter: Some(matches),
            order_by: vec![asc(relevance)],
            ..Select::default()
        };
        t.select(select);
        t.rows()
    })]));
}

#[test]
fn aggregates_and_windows() {
    let window =
        |function: AggregateCall, partition_by: Vec<ExprId>, order_by: Vec<OrderTerm>, frame| {
            Expr::Window(Window {
                function,
                partition_by,
                order_by,
                frame,
            })
        };
    reviewed!(show([
        (
            "count of rows, of distinct values, under a filter",
            of(|t| {
                let (id, title) = (t.col("post", "id"), t.col("post", "title"));
                let all = t.agg(Aggregate::Count, &[]);
                let filter = t.un(UnaryOp::IsNotNull, title);
                let distinct = AggregateCall {
                    distinct: true,
                    filter: Some(filter),
                    ..plain(Aggregate::Count, &[id])
                };
                let distinct = t.add(Expr::Aggregate(distinct));
                let separator = t.text(", ");
                let joined = t.agg(Aggregate::GroupConcat, &[title, separator]);
                t.call(Function::Coalesce, &[all, distinct, joined])
            })
        ),
        (
            "an array of JSON",
            of(|t| {
                let data = t.col("post", "data");
                let json = t.cast(data, ColumnType::Json);
                t.agg(Aggregate::JsonGroupArray, &[json])
            })
        ),
        (
            "over everything",
            of(|t| t.add(window(plain(Aggregate::Count, &[]), vec![], vec![], None)))
        ),
        (
            "partitions, order, frame",
            of(|t| {
                let (id, author) = (t.col("post", "id"), t.col("post", "author_id"));
                let order = vec![
                    OrderTerm {
                        expr: id,
                        descending: true,
                        nulls: Nulls::Last,
                    },
                    asc(author),
                ];
                let frame = Frame {
                    unit: FrameUnit::Groups,
                    start: FrameBound::Preceding(3),
                    end: FrameBound::UnboundedFollowing,
                };
                let sum = t.add(window(
                    plain(Aggregate::Sum, &[id]),
                    vec![author, id],
                    order,
                    Some(frame),
                ));
                let filter = AggregateCall {
                    filter: Some(id),
                    ..plain(Aggregate::Avg, &[id])
                };
                let frame = Frame {
                    unit: FrameUnit::Range,
                    start: FrameBound::CurrentRow,
                    end: FrameBound::Following(2),
                };
                let average = t.add(window(filter, vec![], vec![asc(id)], Some(frame)));
                t.bin(BinaryOp::Add, sum, average)
            })
        ),
        (
            "window functions",
            of(|t| {
                let (id, two) = (t.col("post", "id"), t.int(2));
                let order = vec![asc(id)];
                let number = t.add(window(
                    plain(Aggregate::RowNumber, &[]),
                    vec![],
                    order.clone(),
                    None,
                ));
                let lag = t.add(window(
                    plain(Aggregate::Lag, &[id, two, id]),
                    vec![],
                    order.clone(),
                    None,
                ));
                let tile = t.add(window(plain(Aggregate::Ntile, &[two]), vec![], order, None));
                let sum = t.bin(BinaryOp::Add, number, lag);
                t.bin(BinaryOp::Add, sum, tile)
            })
        ),
        (
            "a window over groups",
            of(|t| {
                let count = t.agg(Aggregate::Count, &[]);
                t.add(window(
                    plain(Aggregate::Sum, &[count]),
                    vec![],
                    vec![desc(count)],
                    None,
                ))
            })
        ),
    ]));
}
