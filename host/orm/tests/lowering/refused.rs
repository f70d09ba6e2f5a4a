//! Trees that make no sense, and what is said of them.

use std::fmt::Write as _;

use wasgi_orm::Error;
use wasgi_orm::query::*;
use wasgi_orm::sql::lower;
use wasgi_orm::value::Value;

use crate::database::lowered;
use crate::tree::*;

/// Returns what is said of some trees, each of which is refused.
fn said<'a>(trees: impl IntoIterator<Item = (&'a str, Query)>) -> String {
    let mut out = String::new();
    for (what, query) in trees {
        match validate(&query, &Bounds::default()) {
            Err(Error::Invalid(message)) => writeln!(out, "{what}\n    {message}").expect("write"),
            other => panic!("{what}: {other:?}"),
        }
    }
    out
}

/// A select of one expression over posts.
fn of(build: impl FnOnce(&mut Tree) -> ExprId) -> Query {
    selecting(|t| {
        let expr = build(t);
        from_post(t, &[expr])
    })
}

fn selecting(build: impl FnOnce(&mut Tree) -> Select) -> Query {
    let mut tree = Tree::default();
    let select = build(&mut tree);
    tree.select(select);
    tree.rows()
}

/// Doubles a node, so many times, by adding it to itself.
fn doubled(t: &mut Tree, times: usize) -> ExprId {
    let mut id = t.col("post", "id");
    for _ in 0..times {
        id = t.bin(BinaryOp::Add, id, id);
    }
    id
}

#[test]
fn references_that_go_nowhere_or_round() {
    reviewed!(said([
        ("an expression of itself", of(|t| t.add(Expr::Unary((UnaryOp::Not, 0))))),
        ("a later expression", of(|t| t.add(Expr::Cast((7, wasgi_orm::ColumnType::Text))))),
        ("a select that is not there", of(|t| t.add(Expr::Exists(3)))),
        ("a select of itself, through an expression", {
            let mut t = Tree::default();
            let exists = t.add(Expr::Exists(0));
            let select = from_post(&mut t, &[exists]);
            t.select(select);
            t.rows()
        }),
        ("a select of itself, as its source", selecting(|t| Select {
            source: Some(sub(0, "again")),
            ..from_post(t, &[])
        })),
        ("an expression that is not there", selecting(|t| Select { filter: Some(9), ..from_post(t, &[]) })),
        ("a body without its select", Tree::default().body(Body::Select(0))),
        ("a prefetch of nothing", {
            let mut query = selecting(|t| from_post(t, &[]));
            query.prefetches.push(Prefetch { parent: 0, key: 0, select: 1, on: 0 });
            query
        }),
    ]));
}

#[test]
fn what_is_too_large() {
    let many = |count: usize| (0..count).map(|_| 0).collect::<Vec<ExprId>>();
    reviewed!(said([
        ("201 levels", of(|t| {
            let mut id = t.col("post", "id");
            for _ in 0..200 {
                id = t.un(UnaryOp::Not, id);
            }
            id
        })),
        ("a node that stands for 2^100", of(|t| doubled(t, 100))),
        ("a select that stands for 2^50", {
            let mut t = Tree::default();
            let select = from_post(&mut t, &[]);
            let mut id = t.select(select);
            for _ in 0..50 {
                let (one, two) = (t.add(Expr::Exists(id)), t.add(Expr::Exists(id)));
                let select = from_post(&mut t, &[one, two]);
                id = t.select(select);
            }
            t.rows()
        }),
        ("501 columns", selecting(|t| {
            t.col("post", "id");
            from_post(t, &many(501))
        })),
        ("501 terms", selecting(|t| Select { group_by: many(501), ..from_post(t, &[]) })),
        ("parameter 1000, counted from 0", of(|t| t.param(1000))),
        ("1001 constants", of(|t| {
            let list = (0..1001).map(|value| t.int(value)).collect();
            let id = t.col("post", "id");
            t.add(Expr::InList((id, list)))
        })),
        ("65 sources", selecting(|t| {
            let on = t.val(Value::Boolean(true));
            let join = |index| Join { kind: JoinKind::Inner, source: named("post", &format!("p{index}")), on };
            Select { joins: (0..64).map(join).collect(), ..from_post(t, &[]) }
        })),
        ("too many expressions", {
            let mut query = selecting(|t| from_post(t, &[]));
            query.exprs.resize(20_001, Expr::Param(0));
            query
        }),
        ("too many selects", {
            let mut query = selecting(|t| from_post(t, &[]));
            query.selects.resize(101, query.selects[0].clone());
            query
        }),
        ("too many prefetches", {
            let mut query = selecting(|t| from_post(t, &[]));
            query.prefetches = vec![Prefetch { parent: 0, key: 0, select: 0, on: 0 }; 33];
            query
        }),
    ]));
}

#[test]
fn depth_is_bounded_through_selects_and_pages_too() {
    let mut t = Tree::default();
    let mut id = t.col("post", "id");
    for _ in 0..70 {
        let inner = t.un(UnaryOp::Not, id);
        let select = from_post(&mut t, &[inner]);
        let select = t.select(select);
        id = t.add(Expr::Exists(select));
    }
    let select = from_post(&mut t, &[id]);
    t.select(select);
    assert!(matches!(validate(&t.rows(), &Bounds::default()), Err(Error::Invalid(_))));

    let paged = |terms| {
        let mut t = Tree::default();
        let (id, value) = (t.col("post", "id"), t.param(0));
        let select = from_post(&mut t, &[]);
        t.select(Select { order_by: vec![asc(id); terms], after: vec![value; terms], ..select });
        t.rows()
    };
    assert!(matches!(validate(&paged(150), &Bounds::default()), Err(Error::Invalid(_))));
    let deep = lowered(&paged(90)).sql;
    let connection = crate::database::posts();
    connection.set_limit(rusqlite::limits::Limit::SQLITE_LIMIT_EXPR_DEPTH, 200).expect("limit");
    connection.prepare(&deep).expect("as deep as SQLite takes");
}

#[test]
fn names_and_operands() {
    reviewed!(said([
        ("an empty name", of(|t| t.col("post", ""))),
        ("a name with NUL", of(|t| t.col("po\0st", "id"))),
        ("a long name", of(|t| t.col("post", &"x".repeat(129)))),
        ("an empty alias", selecting(|t| {
            let id = t.col("post", "id");
            let columns = vec![Selected { expr: id, alias: Some(String::new()) }];
            Select { columns, ..from_post(t, &[]) }
        })),
        ("a date that is none", of(|t| t.val(Value::Date("2026-02-30".into())))),
        ("a decimal that is none", of(|t| t.val(Value::Decimal("1,5".into())))),
        ("lower of two", of(|t| {
            let id = t.col("post", "id");
            t.call(Function::Lower, &[id, id])
        })),
        ("max of one, an aggregate in SQLite", of(|t| {
            let id = t.col("post", "id");
            t.call(Function::Max, &[id])
        })),
        ("json-set without a value", of(|t| {
            let id = t.col("post", "id");
            t.call(Function::JsonSet, &[id, id, id, id])
        })),
        ("case without branches", of(|t| t.add(Expr::Case(CaseExpr { branches: vec![], otherwise: None })))),
        ("a path without steps", of(|t| {
            let id = t.col("post", "id");
            t.add(Expr::JsonPath((id, vec![])))
        })),
        ("in a select of two columns", of(|t| {
            let id = t.col("post", "id");
            let select = from_post(t, &[id, id]);
            let select = t.select(select);
            t.add(Expr::InSelect((id, select)))
        })),
        ("scalar of two columns", of(|t| {
            let id = t.col("post", "id");
            let select = from_post(t, &[id, id]);
            let select = t.select(select);
            t.add(Expr::Scalar(select))
        })),
    ]));
}

#[test]
fn aggregates_and_windows() {
    let count = |t: &mut Tree| t.agg(Aggregate::Count, &[]);
    let number = |t: &mut Tree| {
        t.add(Expr::Window(Window {
            function: plain(Aggregate::RowNumber, &[]),
            partition_by: vec![],
            order_by: vec![],
            frame: None,
        }))
    };
    let framed = |unit, start, end| {
        of(|t| {
            let id = t.col("post", "id");
            t.add(Expr::Window(Window {
                function: plain(Aggregate::Sum, &[id]),
                partition_by: vec![],
                order_by: vec![],
                frame: Some(Frame { unit, start, end }),
            }))
        })
    };
    use FrameBound::*;
    reviewed!(said([
        ("a window function alone", of(|t| t.agg(Aggregate::Rank, &[]))),
        ("count of two", of(|t| {
            let id = t.col("post", "id");
            t.agg(Aggregate::Count, &[id, id])
        })),
        ("an aggregate of an aggregate", of(|t| {
            let count = count(t);
            t.agg(Aggregate::Sum, &[count])
        })),
        ("an aggregate of a window", of(|t| {
            let number = number(t);
            t.agg(Aggregate::Sum, &[number])
        })),
        ("distinct of nothing", of(|t| {
            t.add(Expr::Aggregate(AggregateCall { distinct: true, ..plain(Aggregate::Count, &[]) }))
        })),
        ("distinct over a window", of(|t| {
            let id = t.col("post", "id");
            t.add(Expr::Window(Window {
                function: AggregateCall { distinct: true, ..plain(Aggregate::Sum, &[id]) },
                partition_by: vec![],
                order_by: vec![],
                frame: None,
            }))
        })),
        ("a filter of a window function", of(|t| {
            let id = t.col("post", "id");
            t.add(Expr::Window(Window {
                function: AggregateCall { filter: Some(id), ..plain(Aggregate::Rank, &[]) },
                partition_by: vec![],
                order_by: vec![],
                frame: None,
            }))
        })),
        ("a window in a window", of(|t| {
            let number = number(t);
            t.add(Expr::Window(Window {
                function: plain(Aggregate::Count, &[]),
                partition_by: vec![number],
                order_by: vec![],
                frame: None,
            }))
        })),
        ("a frame that ends before it starts", framed(FrameUnit::Rows, CurrentRow, Preceding(1))),
        ("a frame after everything", framed(FrameUnit::Rows, UnboundedFollowing, UnboundedFollowing)),
        ("a range without an order", framed(FrameUnit::Range, Preceding(1), CurrentRow)),
        ("an aggregate in the filter", selecting(|t| {
            let filter = Some(count(t));
            Select { filter, ..from_post(t, &[]) }
        })),
        ("a window in the filter", selecting(|t| {
            let filter = Some(number(t));
            Select { filter, ..from_post(t, &[]) }
        })),
        ("an aggregate in a join", selecting(|t| {
            let on = count(t);
            let joins = vec![Join { kind: JoinKind::Left, source: table("author"), on }];
            Select { joins, ..from_post(t, &[]) }
        })),
        ("an aggregate in group-by", selecting(|t| {
            let group_by = vec![count(t)];
            Select { group_by, ..from_post(t, &[]) }
        })),
        ("a window in having", selecting(|t| {
            let having = Some(number(t));
            Select { having, ..from_post(t, &[]) }
        })),
        ("having without groups", selecting(|t| {
            let having = Some(t.param(0));
            Select { having, ..from_post(t, &[]) }
        })),
    ]));
}

#[test]
fn selects() {
    reviewed!(said([
        ("no columns", selecting(|_| Select { source: Some(table("post")), ..Select::default() })),
        ("a join without a source", selecting(|t| {
            let on = t.param(0);
            let joins = vec![Join { kind: JoinKind::Left, source: table("author"), on }];
            Select { source: None, joins, ..from_post(t, &[]) }
        })),
        ("two sources of one name", selecting(|t| {
            let on = t.param(0);
            let joins = vec![Join { kind: JoinKind::Left, source: named("author", "POST"), on }];
            Select { joins, ..from_post(t, &[]) }
        })),
        ("a select without a name", {
            let mut t = Tree::default();
            let select = from_post(&mut t, &[]);
            let relation = Relation::Select(t.select(select.clone()));
            t.select(Select { source: Some(Source { relation, alias: None }), ..select });
            t.rows()
        }),
        ("arms of another width", {
            let mut t = Tree::default();
            let id = t.col("post", "id");
            let two = from_post(&mut t, &[id, id]);
            let arm = t.select(two);
            let one = from_post(&mut t, &[id]);
            t.select(Select { compound: vec![(CompoundOp::Union, arm)], ..one });
            t.rows()
        }),
        ("a limit of a column", selecting(|t| {
            let limit = Some(t.col("post", "id"));
            Select { limit, ..from_post(t, &[]) }
        })),
        ("an offset of a select", {
            let mut t = Tree::default();
            let select = from_post(&mut t, &[]);
            let inner = t.select(select.clone());
            let offset = Some(t.add(Expr::Scalar(inner)));
            t.select(Select { offset, ..select });
            t.rows()
        }),
        ("a page without an order", selecting(|t| {
            let after = vec![t.param(0)];
            Select { after, ..from_post(t, &[]) }
        })),
        ("a page with too few values", selecting(|t| {
            let (id, after) = (t.col("post", "id"), vec![t.param(0)]);
            Select { after, order_by: vec![asc(id), desc(id)], ..from_post(t, &[]) }
        })),
        ("a page after a column", selecting(|t| {
            let id = t.col("post", "id");
            Select { after: vec![id], order_by: vec![asc(id)], ..from_post(t, &[]) }
        })),
        ("a page of a compound", {
            let mut t = Tree::default();
            let select = from_post(&mut t, &[]);
            let arm = t.select(select.clone());
            let (id, value) = (t.col("", "id"), t.param(0));
            let compound = vec![(CompoundOp::Union, arm)];
            t.select(Select { compound, order_by: vec![asc(id)], after: vec![value], ..select });
            t.rows()
        }),
    ]));
}

#[test]
fn bodies() {
    let insert = |columns: &[&str], rows| Insert {
        table: "post".into(),
        columns: columns.iter().map(|name| (*name).to_owned()).collect(),
        rows,
        conflict: None,
        returning: Vec::new(),
    };
    let body = |build: &dyn Fn(&mut Tree) -> Body| {
        let mut t = Tree::default();
        let body = build(&mut t);
        t.body(body)
    };
    let params = |columns: &[&str], rows| body(&|_| Body::Insert(insert(columns, InsertSource::Params(rows))));
    let conflict = |target: &[&str], action, filter| {
        let target = target.iter().map(|name| (*name).to_owned()).collect();
        let conflict = Some(Conflict { target, action, filter });
        body(&|t| {
            t.param(0);
            let conflict = conflict.clone();
            Body::Insert(Insert { conflict, ..insert(&["title"], InsertSource::Params(1)) })
        })
    };
    let update = |set: &[&str]| {
        body(&|t| {
            let (all, expected) = (t.val(Value::Boolean(true)), t.param(0));
            Body::Update(Update {
                table: "post".into(),
                set: set.iter().map(|name| ((*name).to_owned(), all)).collect(),
                filter: all,
                version: Some(VersionCheck { column: "version".into(), expected }),
                returning: Vec::new(),
            })
        })
    };
    reviewed!(said([
        ("no rows", params(&["title"], 0)),
        ("more parameters than there may be", params(&["title", "body"], 501)),
        ("a column twice", params(&["title", "Title"], 1)),
        ("two rows of defaults", params(&[], 2)),
        ("a row that is too long", body(&|t| {
            let x = t.text("x");
            Body::Insert(insert(&["title"], InsertSource::Rows(vec![vec![x], vec![x, x]])))
        })),
        ("an aggregate in a row", body(&|t| {
            let x = t.agg(Aggregate::Count, &[]);
            Body::Insert(insert(&["title"], InsertSource::Rows(vec![vec![x]])))
        })),
        ("a select that is too wide", body(&|t| {
            let id = t.col("post", "id");
            let select = from_post(t, &[id, id]);
            let select = t.select(select);
            Body::Insert(insert(&["title"], InsertSource::Select(select)))
        })),
        ("an update on conflict without a target", conflict(&[], ConflictAction::Update(vec![("body".into(), 0)]), None)),
        ("an update on conflict of nothing", conflict(&["id"], ConflictAction::Update(vec![]), None)),
        ("a filter of what is ignored", conflict(&["id"], ConflictAction::Ignore, Some(0))),
        ("an update of nothing", update(&[])),
        ("an update of a column twice", update(&["title", "TITLE"])),
        ("an update of the version", update(&["title", "Version"])),
        ("an aggregate in returning", body(&|t| {
            let (all, count) = (t.val(Value::Boolean(true)), t.agg(Aggregate::Count, &[]));
            Body::Delete(Delete { table: "post".into(), filter: all, version: None, returning: columns(&[count]) })
        })),
    ]));
}

#[test]
fn prefetches() {
    let with = |prefetch: Prefetch, change: &dyn Fn(&mut Select)| {
        let mut t = Tree::default();
        let select = from_post(&mut t, &[]);
        let posts = t.select(select.clone());
        t.param(0);
        t.agg(Aggregate::Count, &[]);
        let mut related = select;
        change(&mut related);
        t.select(related);
        let mut query = t.body(Body::Select(posts));
        query.prefetches.push(prefetch);
        query
    };
    let good = Prefetch { parent: 0, key: 0, select: 1, on: 0 };
    assert_eq!(validate(&with(good.clone(), &|_| {}), &Bounds::default()), Ok(()));
    reviewed!(said([
        ("its own parent", with(Prefetch { parent: 1, ..good.clone() }, &|_| {})),
        ("a key beyond the columns", with(Prefetch { key: 1, ..good.clone() }, &|_| {})),
        ("an aggregate as key", with(Prefetch { on: 2, ..good.clone() }, &|_| {})),
        ("a limit", with(good.clone(), &|select| select.limit = Some(1))),
        ("a compound", with(good, &|select| select.compound.push((CompoundOp::Union, 0)))),
    ]));
}

#[test]
fn lowering_refuses_what_has_no_end_even_unvalidated() {
    let endless = of(|t| doubled(t, 100));
    assert!(matches!(lower(&endless), Err(Error::Invalid(_))));
    let mut t = Tree::default();
    let exists = t.add(Expr::Exists(0));
    let select = from_post(&mut t, &[exists]);
    t.select(select);
    assert!(matches!(lower(&t.rows()), Err(Error::Invalid(_))));
}
