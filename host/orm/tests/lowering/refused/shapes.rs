//! References, sizes, depth, names and operand counts.

use wasgi_orm::Error;
use wasgi_orm::query::*;
use wasgi_orm::sql::lower;
use wasgi_orm::value::Value;

use super::{of, said, selecting};
use crate::database::lowered;
use crate::tree::*;

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
        (
            "an expression of itself",
            of(|t| t.add(Expr::Unary((UnaryOp::Not, 0))))
        ),
        (
            "a later expression",
            of(|t| t.add(Expr::Cast((7, wasgi_orm::ColumnType::Text))))
        ),
        ("a select that is not there", of(|t| t.add(Expr::Exists(3)))),
        ("a select of itself, through an expression", {
            let mut t = Tree::default();
            let exists = t.add(Expr::Exists(0));
            let select = from_post(&mut t, &[exists]);
            t.select(select);
            t.rows()
        }),
        (
            "a select of itself, as its source",
            selecting(|t| Select {
                source: Some(sub(0, "again")),
                ..from_post(t, &[])
            })
        ),
        (
            "an expression that is not there",
            selecting(|t| Select {
                filter: Some(9),
                ..from_post(t, &[])
            })
        ),
        (
            "a body without its select",
            Tree::default().body(Body::Select(0))
        ),
        ("a prefetch of nothing", {
            let mut query = selecting(|t| from_post(t, &[]));
            query.prefetches.push(Prefetch {
                parent: 0,
                key: 0,
                select: 1,
                on: 0,
            });
            query
        }),
    ]));
}

#[test]
fn what_is_too_large() {
    let many = |count: usize| (0..count).map(|_| 0).collect::<Vec<ExprId>>();
    reviewed!(said([
        (
            "201 levels",
            of(|t| {
                let mut id = t.col("post", "id");
                for _ in 0..200 {
                    id = t.un(UnaryOp::Not, id);
                }
                id
            })
        ),
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
        (
            "501 columns",
            selecting(|t| {
                t.col("post", "id");
                from_post(t, &many(501))
            })
        ),
        (
            "501 terms",
            selecting(|t| Select {
                group_by: many(501),
                ..from_post(t, &[])
            })
        ),
        ("parameter 1000, counted from 0", of(|t| t.param(1000))),
        (
            "1001 constants",
            of(|t| {
                let list = (0..1001).map(|value| t.int(value)).collect();
                let id = t.col("post", "id");
                t.add(Expr::InList((id, list)))
            })
        ),
        (
            "65 sources",
            selecting(|t| {
                let on = t.val(Value::Boolean(true));
                let join = |index| Join {
                    kind: JoinKind::Inner,
                    source: named("post", &format!("p{index}")),
                    on,
                };
                Select {
                    joins: (0..64).map(join).collect(),
                    ..from_post(t, &[])
                }
            })
        ),
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
            query.prefetches = vec![
                Prefetch {
                    parent: 0,
                    key: 0,
                    select: 0,
                    on: 0
                };
                33
            ];
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
    assert!(matches!(
        validate(&t.rows(), &Bounds::default()),
        Err(Error::Invalid(_))
    ));

    let paged = |terms| {
        let mut t = Tree::default();
        let (id, value) = (t.col("post", "id"), t.param(0));
        let select = from_post(&mut t, &[]);
        t.select(Select {
            order_by: vec![asc(id); terms],
            after: vec![value; terms],
            ..select
        });
        t.rows()
    };
    assert!(matches!(
        validate(&paged(150), &Bounds::default()),
        Err(Error::Invalid(_))
    ));
    let deep = lowered(&paged(90)).sql;
    let connection = crate::database::posts();
    connection
        .set_limit(rusqlite::limits::Limit::SQLITE_LIMIT_EXPR_DEPTH, 200)
        .expect("limit");
    connection.prepare(&deep).expect("as deep as SQLite takes");
}

#[test]
fn names_and_operands() {
    reviewed!(said([
        ("an empty name", of(|t| t.col("post", ""))),
        ("a name with NUL", of(|t| t.col("po\0st", "id"))),
        ("a long name", of(|t| t.col("post", &"x".repeat(129)))),
        (
            "an empty alias",
            selecting(|t| {
                let id = t.col("post", "id");
                let columns = vec![Selected {
                    expr: id,
                    alias: Some(String::new()),
                }];
                Select {
                    columns,
                    ..from_post(t, &[])
                }
            })
        ),
        (
            "a date that is none",
            of(|t| t.val(Value::Date("2026-02-30".into())))
        ),
        (
            "a decimal that is none",
            of(|t| t.val(Value::Decimal("1,5".into())))
        ),
        (
            "lower of two",
            of(|t| {
                let id = t.col("post", "id");
                t.call(Function::Lower, &[id, id])
            })
        ),
        (
            "max of one, an aggregate in SQLite",
            of(|t| {
                let id = t.col("post", "id");
                t.call(Function::Max, &[id])
            })
        ),
        (
            "json-set without a value",
            of(|t| {
                let id = t.col("post", "id");
                t.call(Function::JsonSet, &[id, id, id, id])
            })
        ),
        (
            "case without branches",
            of(|t| t.add(Expr::Case(CaseExpr {
                branches: vec![],
                otherwise: None
            })))
        ),
        (
            "a path without steps",
            of(|t| {
                let id = t.col("post", "id");
                t.add(Expr::JsonPath((id, vec![])))
            })
        ),
        (
            "in a select of two columns",
            of(|t| {
                let id = t.col("post", "id");
                let select = from_post(t, &[id, id]);
                let select = t.select(select);
                t.add(Expr::InSelect((id, select)))
            })
        ),
        (
            "scalar of two columns",
            of(|t| {
                let id = t.col("post", "id");
                let select = from_post(t, &[id, id]);
                let select = t.select(select);
                t.add(Expr::Scalar(select))
            })
        ),
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
