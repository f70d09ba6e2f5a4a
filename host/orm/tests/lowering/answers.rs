//! What SQLite answers where the model says nothing: JSON paths, dates, writes,
//! related rows.

use proptest::prelude::*;
use rusqlite::types::Value as V;
use rusqlite::{Connection, params_from_iter};
use wasgi_orm::query::*;
use wasgi_orm::sql::Prefetched;
use wasgi_orm::value::{ColumnType, Value};

use crate::database::{empty, lowered, posts};
use crate::random::run;
use crate::tree::*;

/// Evaluates an expression that needs no table.
fn evaluate(build: impl FnOnce(&mut Tree) -> ExprId) -> V {
    let mut t = Tree::default();
    let expr = build(&mut t);
    t.select(Select {
        columns: columns(&[expr]),
        ..Select::default()
    });
    let mut rows = run(&empty(), &lowered(&t.rows()), &[]).expect("rows");
    rows.remove(0).remove(0)
}

/// The day of the Gregorian calendar, so many days after 1970-01-01, by counting.
fn day(days: i64) -> String {
    let is_leap = |year: i64| year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let length = |year: i64| if is_leap(year) { 366 } else { 365 };
    let (mut year, mut rest) = (1970, days);
    while rest < 0 {
        year -= 1;
        rest += length(year);
    }
    while rest >= length(year) {
        rest -= length(year);
        year += 1;
    }
    let february = if is_leap(year) { 29 } else { 28 };
    let mut month = 1;
    for length in [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30] {
        if rest < length {
            break;
        }
        rest -= length;
        month += 1;
    }
    format!("{year:04}-{month:02}-{:02}", rest + 1)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_json_path_finds_any_key(key in "(?s)[^\0]{0,6}|[\"\\\\.\\[\\]$#'a-]{0,6}") {
        let other = format!("{key}x");
        let json = serde_json::json!({ &*other: 1, &*key: [{ &*key: 2 }] }).to_string();
        let found = evaluate(|t| {
            let json = t.val(Value::Json(json));
            let steps = vec![JsonStep::Key(key.clone()), JsonStep::Index(0), JsonStep::Key(key.clone())];
            t.add(Expr::JsonPath((json, steps)))
        });
        prop_assert_eq!(found, V::Integer(2));
    }

    #[test]
    fn the_day_of_a_timestamp_is_rounded_down(days in -700_000_i64..2_900_000, within in 0_i64..86_400_000_000) {
        for within in [within, 0, 86_399_999_999] {
            let timestamp = days * 86_400_000_000 + within;
            let found = evaluate(|t| {
                let timestamp = t.val(Value::Timestamp(timestamp));
                t.call(Function::Date, &[timestamp])
            });
            prop_assert_eq!(found, V::Text(day(days)));
            let milliseconds = within / 1000;
            let (seconds, fraction) = (milliseconds / 1000, milliseconds % 1000);
            let clock = format!(
                "{} {:02}:{:02}:{:02}.{fraction:03}",
                day(days), seconds / 3600, seconds / 60 % 60, seconds % 60,
            );
            let found = evaluate(|t| {
                let (format, timestamp) = (t.text("%Y-%m-%d %H:%M:%f"), t.val(Value::Timestamp(timestamp)));
                t.call(Function::Strftime, &[format, timestamp])
            });
            prop_assert_eq!(found, V::Text(clock));
        }
    }
}

#[test]
fn now_is_a_timestamp_of_now() {
    let before = std::time::UNIX_EPOCH
        .elapsed()
        .expect("after 1970")
        .as_micros();
    let V::Integer(now) = evaluate(|t| t.call(Function::Now, &[])) else {
        panic!("no integer")
    };
    let after = std::time::UNIX_EPOCH
        .elapsed()
        .expect("after 1970")
        .as_micros();
    let now = u128::try_from(now).expect("after 1970");
    // SQLite counts milliseconds.
    assert!(
        (before - 1000..=after + 1000).contains(&now),
        "{before} {now} {after}"
    );
}

#[test]
fn json_in_json_is_not_a_string() {
    let set = evaluate(|t| {
        let (json, a, b, c) = (
            t.val(Value::Json("{}".into())),
            t.text("$.a"),
            t.text("$.b"),
            t.text("$.c"),
        );
        let list = t.text("[1]");
        let (yes, cast) = (t.val(Value::Boolean(true)), t.cast(list, ColumnType::Json));
        t.call(Function::JsonSet, &[json, a, yes, b, cast, c, list])
    });
    assert_eq!(set, V::Text(r#"{"a":true,"b":[1],"c":"[1]"}"#.into()));
}

fn filled() -> Connection {
    let connection = posts();
    let rows = "INSERT INTO author (id, name) VALUES (1, 'a'), (2, 'b');
                INSERT INTO post (id, author_id, title, body, version)
                VALUES (1, 1, 'x', 'old', 7), (2, 1, 'y', 'old', 7), (3, 2, 'x', 'old', 7)";
    connection.execute_batch(rows).expect("rows");
    connection
}

fn bodies(connection: &Connection) -> Vec<(String, i64)> {
    let mut statement = connection
        .prepare("SELECT body, version FROM post ORDER BY id")
        .expect("select");
    let rows = statement
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
        .expect("rows");
    rows.collect::<Result<_, _>>().expect("rows")
}

#[test]
fn a_version_check_lets_one_writer_pass() {
    let connection = filled();
    let mut t = Tree::default();
    let (id, one, new, expected) = (t.col("post", "id"), t.int(1), t.text("new"), t.param(0));
    let filter = t.bin(BinaryOp::Eq, id, one);
    let update = t.body(Body::Update(Update {
        table: "post".into(),
        set: vec![("body".into(), new)],
        filter,
        version: Some(VersionCheck {
            column: "version".into(),
            expected,
        }),
        returning: columns(&[id]),
    }));
    let update = lowered(&update);
    let first = run(&connection, &update, &[V::Integer(7)]).expect("update");
    let second = run(&connection, &update, &[V::Integer(7)]).expect("update");
    assert_eq!((first.len(), second.len()), (1, 0));
    let old = ("old".to_owned(), 7);
    assert_eq!(
        bodies(&connection),
        [("new".to_owned(), 8), old.clone(), old]
    );
}

#[test]
fn an_upsert_from_a_select_updates_what_is_there_and_inserts_the_rest() {
    let connection = filled();
    let mut t = Tree::default();
    let (id, title) = (t.col("author", "id"), t.text("y"));
    let source = Some(table("author"));
    let select = t.select(Select {
        columns: columns(&[id, title]),
        source,
        ..Select::default()
    });
    let new = t.text("new");
    let upsert = lowered(&t.body(Body::Insert(Insert {
        table: "post".into(),
        columns: vec!["author_id".into(), "title".into()],
        rows: InsertSource::Select(select),
        conflict: Some(Conflict {
            target: vec!["author_id".into(), "title".into()],
            action: ConflictAction::Update(vec![("body".into(), new)]),
            filter: None,
        }),
        returning: Vec::new(),
    })));
    run(&connection, &upsert, &[]).expect("upsert");
    let count: i64 = connection
        .query_row("SELECT count(*) FROM post", [], |row| row.get(0))
        .expect("count");
    let updated: i64 = connection
        .query_row("SELECT id FROM post WHERE body = 'new'", [], |row| {
            row.get(0)
        })
        .expect("updated");
    assert_eq!((count, updated), (4, 2));
}

#[test]
fn related_rows_come_with_their_key_however_many_keys_are_padded() {
    let connection = filled();
    let mut t = Tree::default();
    let authors = t.col("author", "id");
    let authors = t.select(Select {
        columns: columns(&[authors]),
        source: Some(table("author")),
        ..Select::default()
    });
    let (title, author, x) = (
        t.col("post", "title"),
        t.col("post", "author_id"),
        t.text("x"),
    );
    let (id, filter) = (t.col("post", "id"), t.bin(BinaryOp::Eq, title, x));
    let related = t.select(Select {
        columns: columns(&[id]),
        source: Some(table("post")),
        filter: Some(filter),
        order_by: vec![desc(id)],
        ..Select::default()
    });
    let mut query = t.body(Body::Select(authors));
    query.prefetches.push(Prefetch {
        parent: 0,
        key: 0,
        select: related,
        on: author,
    });
    let lowered = lowered(&query);
    let prefetched = &lowered.prefetches[0];
    for size in Prefetched::SIZES {
        let mut statement = connection.prepare(&prefetched.sql(size)).expect("prepare");
        let keys = [V::Integer(1), V::Integer(2)]
            .into_iter()
            .chain(std::iter::repeat(V::Null));
        let values = prefetched.constants.iter().cloned().chain(keys.take(size));
        let rows = statement
            .query_map(params_from_iter(values), |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
            .expect("rows");
        let rows: Vec<(i64, i64)> = rows.collect::<Result<_, _>>().expect("rows");
        let expected = [(3, 2), (1, 1)];
        assert_eq!(
            rows,
            if size == 1 {
                &expected[1..]
            } else {
                &expected[..]
            }
        );
    }
}
