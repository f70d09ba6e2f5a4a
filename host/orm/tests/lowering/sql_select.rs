//! Selects, compounds, pagination and prefetches, and their SQL.

use wasgi_orm::query::*;
use wasgi_orm::sql::lower_for;
use wasgi_orm::value::Value;

use crate::database::{posts, show};
use crate::tree::*;

#[test]
fn selects() {
    reviewed!(show([
        ("everything at once", {
            let mut t = Tree::default();
            let (p, a) = (t.col("p", "author_id"), t.col("a", "id"));
            let on = t.bin(BinaryOp::Eq, p, a);
            let (name, count) = (t.col("a", "name"), t.agg(Aggregate::Count, &[]));
            let zero = t.int(0);
            let (filter, having) = (
                t.bin(BinaryOp::Gt, a, zero),
                t.bin(BinaryOp::Gt, count, zero),
            );
            let (limit, offset) = (t.param(0), t.param(1));
            t.select(Select {
                distinct: true,
                columns: vec![
                    Selected {
                        expr: name,
                        alias: None,
                    },
                    Selected {
                        expr: count,
                        alias: Some("how \"many\"".into()),
                    },
                ],
                source: Some(named("post", "p")),
                joins: vec![Join {
                    kind: JoinKind::Left,
                    source: named("author", "a"),
                    on,
                }],
                filter: Some(filter),
                group_by: vec![name],
                having: Some(having),
                order_by: vec![
                    OrderTerm {
                        expr: count,
                        descending: true,
                        nulls: Nulls::First,
                    },
                    asc(name),
                ],
                limit: Some(limit),
                offset: Some(offset),
                ..Select::default()
            });
            t.rows()
        }),
        ("without a source", {
            let mut t = Tree::default();
            let one = t.int(1);
            t.select(Select {
                columns: columns(&[one]),
                ..Select::default()
            });
            t.rows()
        }),
        ("an offset alone, a computed limit", {
            let mut t = Tree::default();
            let (one, two) = (t.int(1), t.param(0));
            let select = from_post(&mut t, &[]);
            let inner = t.select(Select {
                offset: Some(one),
                ..select
            });
            let sum = t.bin(BinaryOp::Multiply, one, two);
            let id = t.col("p", "id");
            t.select(Select {
                columns: columns(&[id]),
                source: Some(sub(inner, "p")),
                limit: Some(sum),
                ..Select::default()
            });
            t.rows()
        }),
        ("a select as a source, joined with one", {
            let mut t = Tree::default();
            let select = from_post(&mut t, &[]);
            let inner = t.select(select);
            let (left, right) = (t.col("x", "id"), t.col("y", "id"));
            let on = t.bin(BinaryOp::Eq, left, right);
            t.select(Select {
                columns: columns(&[left]),
                source: Some(sub(inner, "x")),
                joins: vec![
                    Join {
                        kind: JoinKind::Inner,
                        source: sub(inner, "y"),
                        on,
                    },
                    Join {
                        kind: JoinKind::Inner,
                        source: table("author"),
                        on,
                    },
                ],
                ..Select::default()
            });
            t.rows()
        }),
        ("a reserved word as a name", {
            let mut t = Tree::default();
            let order = t.col("author", "order");
            t.select(Select {
                columns: columns(&[order]),
                source: Some(table("author")),
                order_by: vec![asc(order)],
                ..Select::default()
            });
            t.rows()
        }),
    ]));
}

#[test]
fn compounds() {
    reviewed!(show([
        ("plain arms, order and limit of the whole", {
            let mut t = Tree::default();
            let select = from_post(&mut t, &[]);
            let arm = t.select(select.clone());
            let (id, ten) = (t.col("", "id"), t.int(10));
            t.select(Select {
                compound: vec![
                    (CompoundOp::Union, arm),
                    (CompoundOp::UnionAll, arm),
                    (CompoundOp::Intersect, arm),
                    (CompoundOp::Except, arm),
                ],
                order_by: vec![desc(id)],
                limit: Some(ten),
                ..select
            });
            t.rows()
        }),
        ("arms with an order, a limit, a compound of their own", {
            let mut t = Tree::default();
            let select = from_post(&mut t, &[]);
            let (id, ten) = (t.col("post", "id"), t.int(10));
            let plain = t.select(select.clone());
            let limited = t.select(Select {
                order_by: vec![asc(id)],
                limit: Some(ten),
                ..select.clone()
            });
            let nested = t.select(Select {
                compound: vec![(CompoundOp::Except, plain)],
                ..select.clone()
            });
            t.select(Select {
                compound: vec![(CompoundOp::Union, limited), (CompoundOp::UnionAll, nested)],
                ..select
            });
            t.rows()
        }),
    ]));
}

/// A page of posts after some values, in the order of some terms.
fn page(terms: &[(&str, bool, Nulls)], values: &[Option<Value>]) -> Query {
    let mut t = Tree::default();
    let mut select = from_post(&mut t, &[]);
    for (name, descending, nulls) in terms {
        let expr = t.col("post", name);
        select.order_by.push(OrderTerm {
            expr,
            descending: *descending,
            nulls: *nulls,
        });
    }
    for (index, value) in (0..).zip(values) {
        let value = match value {
            Some(value) => t.val(value.clone()),
            None => t.param(index),
        };
        select.after.push(value);
    }
    t.select(select);
    t.rows()
}

#[test]
fn pages_after_a_row() {
    use Nulls::{Default, First, Last};
    let integer = |value| Some(Value::Integer(value));
    reviewed!(show([
        (
            "a parameter may be null",
            page(&[("created", false, Default)], &[None])
        ),
        (
            "descending: nulls are last",
            page(&[("created", true, Default)], &[None])
        ),
        (
            "ascending, nulls last",
            page(&[("created", false, Last)], &[None])
        ),
        (
            "descending, nulls first",
            page(&[("created", true, First)], &[None])
        ),
        (
            "a constant is not null",
            page(&[("created", false, Default)], &[integer(5)])
        ),
        (
            "a constant that is not null, nulls last",
            page(&[("created", true, Default)], &[integer(5)])
        ),
        (
            "a null, nulls first",
            page(&[("created", false, Default)], &[Some(Value::Null)])
        ),
        (
            "a null, nulls last",
            page(&[("created", true, Default)], &[Some(Value::Null)])
        ),
        (
            "one way: as a row",
            page(
                &[("created", false, Default), ("id", false, Default)],
                &[integer(5), integer(7)],
            )
        ),
        (
            "both ways",
            page(
                &[("created", false, Default), ("id", true, Default)],
                &[integer(5), integer(7)],
            )
        ),
        (
            "three terms of parameters",
            page(
                &[
                    ("created", true, Default),
                    ("title", false, Default),
                    ("id", true, First)
                ],
                &[None, None, None],
            )
        ),
        ("of groups; a result's name is what it stands for", {
            let mut t = Tree::default();
            let (author, count) = (t.col("post", "author_id"), t.agg(Aggregate::Count, &[]));
            let (title, value) = (t.col("", "title"), t.int(3));
            let filter = t.un(UnaryOp::IsNotNull, author);
            t.select(Select {
                columns: vec![Selected {
                    expr: count,
                    alias: Some("Title".into()),
                }],
                source: Some(table("post")),
                filter: Some(filter),
                group_by: vec![author],
                having: Some(count),
                order_by: vec![desc(title)],
                after: vec![value],
                ..Select::default()
            });
            t.rows()
        }),
    ]));
}

#[test]
fn an_index_answers_pages_over_columns_that_are_never_null() {
    let connection = posts();
    connection
        .execute_batch("CREATE INDEX by_title ON post (title, id); CREATE INDEX by_created ON post (created, id)")
        .expect("index");
    let plan = |query: &Query| {
        let lowered = lower_for(query, &|table, column| {
            wasgi_orm::sql::never_null(&connection, table, column)
        });
        let sql = lowered.expect("lowered").sql;
        let mut explain = connection
            .prepare(&format!("EXPLAIN QUERY PLAN {sql}"))
            .expect("prepare");
        let mut steps = explain.raw_query();
        let mut plan = String::new();
        while let Some(step) = steps.next().expect("step") {
            plan.push_str(&step.get::<_, String>(3).expect("detail"));
            plan.push_str("; ");
        }
        format!("{sql}\n-- {plan}\n")
    };
    use Nulls::Default;
    let title = ("title", true, Default);
    reviewed!(
        [
            page(&[("id", true, Default)], &[None]),
            page(&[title, ("id", true, Default)], &[None, None]),
            page(&[title, ("id", false, Default)], &[None, None]),
            page(
                &[("created", true, Default), ("id", true, Default)],
                &[None, None]
            ),
            {
                // A left join makes nulls of what is never null.
                let mut t = Tree::default();
                let (id, value, on) =
                    (t.col("post", "id"), t.param(0), t.val(Value::Boolean(true)));
                t.select(Select {
                    columns: columns(&[id]),
                    source: Some(table("author")),
                    joins: vec![Join {
                        kind: JoinKind::Left,
                        source: table("post"),
                        on,
                    }],
                    order_by: vec![asc(id)],
                    after: vec![value],
                    ..Select::default()
                });
                t.rows()
            },
        ]
        .iter()
        .map(plan)
        .collect::<String>()
    );
}

#[test]
fn prefetches() {
    let mut t = Tree::default();
    let id = t.col("author", "id");
    let limit = t.param(0);
    let authors = t.select(Select {
        columns: columns(&[id]),
        source: Some(table("author")),
        limit: Some(limit),
        ..Select::default()
    });
    let (post, author, title) = (
        t.col("post", "id"),
        t.col("post", "author_id"),
        t.col("post", "title"),
    );
    let (a, b) = (t.text("a"), t.text("b"));
    let (is_a, is_b) = (t.bin(BinaryOp::Eq, title, a), t.bin(BinaryOp::Eq, title, b));
    let filter = t.bin(BinaryOp::Or, is_a, is_b);
    let titles = t.select(Select {
        columns: columns(&[post, title]),
        source: Some(table("post")),
        filter: Some(filter),
        order_by: vec![asc(title)],
        ..Select::default()
    });
    let all = t.select(Select {
        columns: columns(&[post]),
        source: Some(table("post")),
        ..Select::default()
    });
    let mut query = t.body(Body::Select(authors));
    query.prefetches = vec![
        Prefetch {
            parent: 0,
            key: 0,
            select: titles,
            on: author,
        },
        Prefetch {
            parent: 1,
            key: 0,
            select: all,
            on: post,
        },
    ];
    reviewed!(show([("authors, their posts, and those again", query)]));
}
