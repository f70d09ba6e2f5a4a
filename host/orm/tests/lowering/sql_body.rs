//! Inserts, updates and deletes, and their SQL.

use wasgi_orm::query::*;
use wasgi_orm::value::Value;

use crate::database::{lowered, show};
use crate::tree::*;

fn insert(columns: &[&str], rows: InsertSource) -> Insert {
    Insert {
        table: "post".into(),
        columns: columns.iter().map(|name| (*name).to_owned()).collect(),
        rows,
        conflict: None,
        returning: Vec::new(),
    }
}

fn upsert(t: &mut Tree) -> Conflict {
    let (old, new, zero) = (
        t.col("post", "version"),
        t.col("excluded", "version"),
        t.int(0),
    );
    let sum = t.bin(BinaryOp::Add, old, new);
    let filter = t.bin(BinaryOp::Ne, new, zero);
    Conflict {
        target: vec!["author_id".into(), "title".into()],
        action: ConflictAction::Update(vec![("version".into(), sum), ("body".into(), zero)]),
        filter: Some(filter),
    }
}

const IGNORE: Conflict = Conflict {
    target: Vec::new(),
    action: ConflictAction::Ignore,
    filter: None,
};

#[test]
fn inserts() {
    reviewed!(show([
        ("rows of parameters", {
            let t = Tree::default();
            t.body(Body::Insert(insert(
                &["title", "body"],
                InsertSource::Params(2),
            )))
        }),
        ("rows of expressions, returning", {
            let mut t = Tree::default();
            let (x, two, id) = (t.text("x"), t.int(2), t.col("post", "id"));
            let double = t.bin(BinaryOp::Multiply, two, two);
            t.body(Body::Insert(Insert {
                returning: vec![
                    Selected {
                        expr: id,
                        alias: None,
                    },
                    Selected {
                        expr: double,
                        alias: Some("a \"b\"".into()),
                    },
                ],
                ..insert(
                    &["title", "body"],
                    InsertSource::Rows(vec![vec![x, double], vec![x, x]]),
                )
            }))
        }),
        ("defaults alone", {
            let mut t = Tree::default();
            let id = t.col("", "id");
            let returning = columns(&[id]);
            t.body(Body::Insert(Insert {
                returning,
                ..insert(&[], InsertSource::Params(1))
            }))
        }),
        ("conflicts ignored", {
            let t = Tree::default();
            let conflict = Some(IGNORE);
            t.body(Body::Insert(Insert {
                conflict,
                ..insert(&["title"], InsertSource::Params(1))
            }))
        }),
        ("conflicts updated", {
            let mut t = Tree::default();
            let conflict = Some(upsert(&mut t));
            t.body(Body::Insert(Insert {
                conflict,
                ..insert(&["title"], InsertSource::Params(1))
            }))
        }),
        ("from a select", {
            let mut t = Tree::default();
            let name = t.col("author", "name");
            let select = Select {
                columns: columns(&[name]),
                source: Some(table("author")),
                ..Select::default()
            };
            let select = t.select(select);
            t.body(Body::Insert(insert(
                &["title"],
                InsertSource::Select(select),
            )))
        }),
        ("from a select, with conflicts", {
            let mut t = Tree::default();
            let name = t.col("author", "name");
            let select = Select {
                columns: columns(&[name]),
                source: Some(table("author")),
                ..Select::default()
            };
            let select = t.select(select);
            let conflict = Some(upsert(&mut t));
            t.body(Body::Insert(Insert {
                conflict,
                ..insert(&["title"], InsertSource::Select(select))
            }))
        }),
        ("from a compound, with conflicts", {
            let mut t = Tree::default();
            let name = t.col("author", "name");
            let select = Select {
                columns: columns(&[name]),
                source: Some(table("author")),
                ..Select::default()
            };
            let arm = t.select(select.clone());
            let select = t.select(Select {
                compound: vec![(CompoundOp::Union, arm)],
                ..select
            });
            let conflict = Some(IGNORE);
            t.body(Body::Insert(Insert {
                conflict,
                ..insert(&["title"], InsertSource::Select(select))
            }))
        }),
    ]));
}

#[test]
fn updates_and_deletes() {
    let version = |t: &mut Tree| {
        let expected = t.param(1);
        Some(VersionCheck {
            column: "version".into(),
            expected,
        })
    };
    let either = |t: &mut Tree| {
        let (id, body, one) = (t.col("post", "id"), t.col("", "body"), t.param(0));
        let (is, null) = (t.bin(BinaryOp::Eq, id, one), t.un(UnaryOp::IsNull, body));
        t.bin(BinaryOp::Or, is, null)
    };
    reviewed!(show([
        ("an update of all rows", {
            let mut t = Tree::default();
            let (all, x) = (t.val(Value::Boolean(true)), t.text("x"));
            t.body(Body::Update(Update {
                table: "post".into(),
                set: vec![("title".into(), x)],
                filter: all,
                version: None,
                returning: Vec::new(),
            }))
        }),
        ("an update with a version", {
            let mut t = Tree::default();
            let (filter, version) = (either(&mut t), version(&mut t));
            let (title, x) = (t.col("post", "title"), t.text("x"));
            let longer = t.bin(BinaryOp::Concat, title, x);
            t.body(Body::Update(Update {
                table: "post".into(),
                set: vec![("title".into(), longer)],
                filter,
                version,
                returning: columns(&[title]),
            }))
        }),
        ("a delete with a version", {
            let mut t = Tree::default();
            let (filter, version) = (either(&mut t), version(&mut t));
            let id = t.col("", "id");
            t.body(Body::Delete(Delete {
                table: "post".into(),
                filter,
                version,
                returning: columns(&[id]),
            }))
        }),
    ]));
}

#[test]
fn only_inserts_of_given_values_are_bounded() {
    let t = Tree::default();
    let given = t.body(Body::Insert(insert(&["title"], InsertSource::Params(3))));
    let given = lowered(&given);
    assert!(given.bounded && given.writes && !given.checks_version);
    assert_eq!(
        (given.params, given.placeholders(), given.table.as_deref()),
        (3, 3, Some("post"))
    );

    let mut t = Tree::default();
    let name = t.col("author", "name");
    let select = t.select(Select {
        columns: columns(&[name]),
        source: Some(table("author")),
        ..Select::default()
    });
    let copied = lowered(&t.body(Body::Insert(insert(
        &["title"],
        InsertSource::Select(select),
    ))));
    assert!(!copied.bounded);
    let scalar = t.add(Expr::Scalar(select));
    let looked_up = insert(&["title"], InsertSource::Rows(vec![vec![scalar]]));
    assert!(!lowered(&t.body(Body::Insert(looked_up))).bounded);

    let all = t.val(Value::Boolean(true));
    let expected = t.param(4);
    let version = Some(VersionCheck {
        column: "version".into(),
        expected,
    });
    let delete = Delete {
        table: "post".into(),
        filter: all,
        version,
        returning: Vec::new(),
    };
    let deleted = lowered(&t.body(Body::Delete(delete)));
    assert!(!deleted.bounded && deleted.checks_version);
    assert_eq!((deleted.params, deleted.placeholders()), (5, 6));
}

#[test]
fn equal_trees_have_equal_text_and_constants_are_not_in_it() {
    let query = |value: &str| {
        let mut t = Tree::default();
        let (title, value) = (t.col("post", "title"), t.text(value));
        let filter = t.bin(BinaryOp::Eq, title, value);
        let select = from_post(&mut t, &[]);
        t.select(Select {
            filter: Some(filter),
            ..select
        });
        lowered(&t.rows())
    };
    let hostile = query("'; DROP TABLE post; --");
    assert_eq!(query("x").sql, hostile.sql);
    assert!(!hostile.sql.contains("DROP"));
}
