//! Aggregates and window functions in the wrong place, and selects that cannot be.

use wasgi_orm::query::*;

use super::{of, said, selecting};
use crate::tree::*;

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
        (
            "a window function alone",
            of(|t| t.agg(Aggregate::Rank, &[]))
        ),
        (
            "count of two",
            of(|t| {
                let id = t.col("post", "id");
                t.agg(Aggregate::Count, &[id, id])
            })
        ),
        (
            "an aggregate of an aggregate",
            of(|t| {
                let count = count(t);
                t.agg(Aggregate::Sum, &[count])
            })
        ),
        (
            "an aggregate of a window",
            of(|t| {
                let number = number(t);
                t.agg(Aggregate::Sum, &[number])
            })
        ),
        (
            "distinct of nothing",
            of(|t| {
                t.add(Expr::Aggregate(AggregateCall {
                    distinct: true,
                    ..plain(Aggregate::Count, &[])
                }))
            })
        ),
        (
            "distinct over a window",
            of(|t| {
                let id = t.col("post", "id");
                t.add(Expr::Window(Window {
                    function: AggregateCall {
                        distinct: true,
                        ..plain(Aggregate::Sum, &[id])
                    },
                    partition_by: vec![],
                    order_by: vec![],
                    frame: None,
                }))
            })
        ),
        (
            "a filter of a window function",
            of(|t| {
                let id = t.col("post", "id");
                t.add(Expr::Window(Window {
                    function: AggregateCall {
                        filter: Some(id),
                        ..plain(Aggregate::Rank, &[])
                    },
                    partition_by: vec![],
                    order_by: vec![],
                    frame: None,
                }))
            })
        ),
        (
            "a window in a window",
            of(|t| {
                let number = number(t);
                t.add(Expr::Window(Window {
                    function: plain(Aggregate::Count, &[]),
                    partition_by: vec![number],
                    order_by: vec![],
                    frame: None,
                }))
            })
        ),
        (
            "a frame that ends before it starts",
            framed(FrameUnit::Rows, CurrentRow, Preceding(1))
        ),
        (
            "a frame after everything",
            framed(FrameUnit::Rows, UnboundedFollowing, UnboundedFollowing)
        ),
        (
            "a range without an order",
            framed(FrameUnit::Range, Preceding(1), CurrentRow)
        ),
        (
            "an aggregate in the filter",
            selecting(|t| {
                let filter = Some(count(t));
                Select {
                    filter,
                    ..from_post(t, &[])
                }
            })
        ),
        (
            "a window in the filter",
            selecting(|t| {
                let filter = Some(number(t));
                Select {
                    filter,
                    ..from_post(t, &[])
                }
            })
        ),
        (
            "an aggregate in a join",
            selecting(|t| {
                let on = count(t);
                let joins = vec![Join {
                    kind: JoinKind::Left,
                    source: table("author"),
                    on,
                }];
                Select {
                    joins,
                    ..from_post(t, &[])
                }
            })
        ),
        (
            "an aggregate in group-by",
            selecting(|t| {
                let group_by = vec![count(t)];
                Select {
                    group_by,
                    ..from_post(t, &[])
                }
            })
        ),
        (
            "a window in having",
            selecting(|t| {
                let having = Some(number(t));
                Select {
                    having,
                    ..from_post(t, &[])
                }
            })
        ),
        (
            "having without groups",
            selecting(|t| {
                let having = Some(t.param(0));
                Select {
                    having,
                    ..from_post(t, &[])
                }
            })
        ),
    ]));
}

#[test]
fn selects() {
    reviewed!(said([
        (
            "no columns",
            selecting(|_| Select {
                source: Some(table("post")),
                ..Select::default()
            })
        ),
        (
            "a join without a source",
            selecting(|t| {
                let on = t.param(0);
                let joins = vec![Join {
                    kind: JoinKind::Left,
                    source: table("author"),
                    on,
                }];
                Select {
                    source: None,
                    joins,
                    ..from_post(t, &[])
                }
            })
        ),
        (
            "two sources of one name",
            selecting(|t| {
                let on = t.param(0);
                let joins = vec![Join {
                    kind: JoinKind::Left,
                    source: named("author", "POST"),
                    on,
                }];
                Select {
                    joins,
                    ..from_post(t, &[])
                }
            })
        ),
        ("a select without a name", {
            let mut t = Tree::default();
            let select = from_post(&mut t, &[]);
            let relation = Relation::Select(t.select(select.clone()));
            t.select(Select {
                source: Some(Source {
                    relation,
                    alias: None,
                }),
                ..select
            });
            t.rows()
        }),
        ("arms of another width", {
            let mut t = Tree::default();
            let id = t.col("post", "id");
            let two = from_post(&mut t, &[id, id]);
            let arm = t.select(two);
            let one = from_post(&mut t, &[id]);
            t.select(Select {
                compound: vec![(CompoundOp::Union, arm)],
                ..one
            });
            t.rows()
        }),
        (
            "a limit of a column",
            selecting(|t| {
                let limit = Some(t.col("post", "id"));
                Select {
                    limit,
                    ..from_post(t, &[])
                }
            })
        ),
        ("an offset of a select", {
            let mut t = Tree::default();
            let select = from_post(&mut t, &[]);
            let inner = t.select(select.clone());
            let offset = Some(t.add(Expr::Scalar(inner)));
            t.select(Select { offset, ..select });
            t.rows()
        }),
        (
            "a page without an order",
            selecting(|t| {
                let after = vec![t.param(0)];
                Select {
                    after,
                    ..from_post(t, &[])
                }
            })
        ),
        (
            "a page with too few values",
            selecting(|t| {
                let (id, after) = (t.col("post", "id"), vec![t.param(0)]);
                Select {
                    after,
                    order_by: vec![asc(id), desc(id)],
                    ..from_post(t, &[])
                }
            })
        ),
        (
            "a page after a column",
            selecting(|t| {
                let id = t.col("post", "id");
                Select {
                    after: vec![id],
                    order_by: vec![asc(id)],
                    ..from_post(t, &[])
                }
            })
        ),
        ("a page of a compound", {
            let mut t = Tree::default();
            let select = from_post(&mut t, &[]);
            let arm = t.select(select.clone());
            let (id, value) = (t.col("", "id"), t.param(0));
            let compound = vec![(CompoundOp::Union, arm)];
            t.select(Select {
                compound,
                order_by: vec![asc(id)],
                after: vec![value],
                ..select
            });
            t.rows()
        }),
    ]));
}
