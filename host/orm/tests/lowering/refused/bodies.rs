//! Inserts, updates, deletes and prefetches.

use wasgi_orm::query::*;
use wasgi_orm::value::Value;

use super::said;
use crate::tree::*;

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
    let params = |columns: &[&str], rows| {
        body(&|_| Body::Insert(insert(columns, InsertSource::Params(rows))))
    };
    let conflict = |target: &[&str], action, filter| {
        let target = target.iter().map(|name| (*name).to_owned()).collect();
        let conflict = Some(Conflict {
            target,
            action,
            filter,
        });
        body(&|t| {
            t.param(0);
            let conflict = conflict.clone();
            Body::Insert(Insert {
                conflict,
                ..insert(&["title"], InsertSource::Params(1))
            })
        })
    };
    let update = |set: &[&str]| {
        body(&|t| {
            let (all, expected) = (t.val(Value::Boolean(true)), t.param(0));
            Body::Update(Update {
                table: "post".into(),
                set: set.iter().map(|name| ((*name).to_owned(), all)).collect(),
                filter: all,
                version: Some(VersionCheck {
                    column: "version".into(),
                    expected,
                }),
                returning: Vec::new(),
            })
        })
    };
    reviewed!(said([
        ("no rows", params(&["title"], 0)),
        (
            "more parameters than there may be",
            params(&["title", "body"], 501)
        ),
        ("a column twice", params(&["title", "Title"], 1)),
        ("two rows of defaults", params(&[], 2)),
        (
            "a row that is too long",
            body(&|t| {
                let x = t.text("x");
                Body::Insert(insert(
                    &["title"],
                    InsertSource::Rows(vec![vec![x], vec![x, x]]),
                ))
            })
        ),
        (
            "an aggregate in a row",
            body(&|t| {
                let x = t.agg(Aggregate::Count, &[]);
                Body::Insert(insert(&["title"], InsertSource::Rows(vec![vec![x]])))
            })
        ),
        (
            "a select that is too wide",
            body(&|t| {
                let id = t.col("post", "id");
                let select = from_post(t, &[id, id]);
                let select = t.select(select);
                Body::Insert(insert(&["title"], InsertSource::Select(select)))
            })
        ),
        (
            "an update on conflict without a target",
            conflict(&[], ConflictAction::Update(vec![("body".into(), 0)]), None)
        ),
        (
            "an update on conflict of nothing",
            conflict(&["id"], ConflictAction::Update(vec![]), None)
        ),
        (
            "a filter of what is ignored",
            conflict(&["id"], ConflictAction::Ignore, Some(0))
        ),
        ("an update of nothing", update(&[])),
        ("an update of a column twice", update(&["title", "TITLE"])),
        ("an update of the version", update(&["title", "Version"])),
        (
            "an aggregate in returning",
            body(&|t| {
                let (all, count) = (t.val(Value::Boolean(true)), t.agg(Aggregate::Count, &[]));
                Body::Delete(Delete {
                    table: "post".into(),
                    filter: all,
                    version: None,
                    returning: columns(&[count]),
                })
            })
        ),
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
    let good = Prefetch {
        parent: 0,
        key: 0,
        select: 1,
        on: 0,
    };
    assert_eq!(
        validate(&with(good.clone(), &|_| {}), &Bounds::default()),
        Ok(())
    );
    reviewed!(said([
        (
            "its own parent",
            with(
                Prefetch {
                    parent: 1,
                    ..good.clone()
                },
                &|_| {}
            )
        ),
        (
            "a key beyond the columns",
            with(
                Prefetch {
                    key: 1,
                    ..good.clone()
                },
                &|_| {}
            )
        ),
        (
            "an aggregate as key",
            with(
                Prefetch {
                    on: 2,
                    ..good.clone()
                },
                &|_| {}
            )
        ),
        (
            "a limit",
            with(good.clone(), &|select| select.limit = Some(1))
        ),
        (
            "a compound",
            with(good, &|select| select.compound.push((CompoundOp::Union, 0)))
        ),
    ]));
}
