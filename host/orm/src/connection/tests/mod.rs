//! A connection as a guest has it.

mod full_text;
mod hostile;
mod weight;

use rusqlite::types::ValueRef;

use super::{Connection, Options, TransactionKind};
use crate::error::{Constraint, Error};
use crate::packed::{self, Reader};

fn connection() -> Connection {
    let connection = Connection::in_memory(&Options::default()).expect("open");
    connection
        .raw()
        .execute_batch(
            "CREATE TABLE author (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
             CREATE TABLE post (id INTEGER PRIMARY KEY, author INTEGER NOT NULL REFERENCES author,
                 title TEXT NOT NULL CONSTRAINT title_is_there CHECK (title <> '')) STRICT;
             CREATE UNIQUE INDEX one_title ON post (author, title);",
        )
        .expect("create");
    connection
}

fn row(values: &[ValueRef<'_>]) -> Vec<u8> {
    let mut out = Vec::new();
    packed::push_row(&mut out, values.len()).expect("row");
    for value in values {
        packed::push(&mut out, *value).expect("value");
    }
    out
}

fn text(text: &str) -> ValueRef<'_> {
    ValueRef::Text(text.as_bytes())
}

fn execute(connection: &Connection, sql: &str, values: &[ValueRef<'_>]) -> Result<u64, Error> {
    let prepared = connection.prepare_sql(sql)?;
    Ok(connection.execute(&prepared, &row(values))?.changes)
}

fn count(connection: &Connection, table: &str) -> i64 {
    let sql = format!("SELECT count(*) FROM {table}");
    connection
        .raw()
        .query_row(&sql, [], |row| row.get(0))
        .expect("count")
}

#[test]
fn constraints_are_named_with_table_and_columns() {
    let connection = connection();
    let author = "INSERT INTO author (id, name) VALUES (?, ?)";
    execute(&connection, author, &[ValueRef::Integer(1), text("Ada")]).expect("insert");
    let error = execute(&connection, author, &[ValueRef::Integer(2), text("Ada")]);
    let Err(Error::Unique(constraint)) = error else {
        panic!("{error:?}")
    };
    assert_eq!(
        (constraint.table.as_str(), constraint.columns.as_slice()),
        ("author", &["name".to_owned()][..])
    );

    let post = "INSERT INTO post (author, title) VALUES (?, ?)";
    execute(&connection, post, &[ValueRef::Integer(1), text("One")]).expect("insert");
    let error = execute(&connection, post, &[ValueRef::Integer(1), text("One")]);
    assert_eq!(
        error,
        Err(Error::Unique(Constraint {
            name: "one_title".into(),
            table: "post".into(),
            columns: vec!["author".into(), "title".into()],
        }))
    );
    let error = execute(&connection, post, &[ValueRef::Integer(9), text("Two")]);
    assert_eq!(
        error,
        Err(Error::ForeignKey(Constraint {
            name: String::new(),
            table: "post".into(),
            columns: vec!["author".into()],
        }))
    );
    let error = execute(&connection, post, &[ValueRef::Integer(1), ValueRef::Null]);
    let Err(Error::NotNull(constraint)) = error else {
        panic!("{error:?}")
    };
    assert_eq!(constraint.to_string(), "post.title");
    let error = execute(&connection, post, &[ValueRef::Integer(1), text("")]);
    let Err(Error::Check(constraint)) = error else {
        panic!("{error:?}")
    };
    assert_eq!(
        (constraint.table.as_str(), constraint.name.as_str()),
        ("post", "title_is_there")
    );
    let error = execute(&connection, post, &[text("x"), text("Three")]);
    assert!(matches!(error, Err(Error::TypeMismatch(_))), "{error:?}");
}

#[test]
fn what_is_not_there_is_named() {
    let connection = connection();
    let error = |sql: &str| connection.prepare_sql(sql).expect_err("refused");
    assert_eq!(
        error("SELECT 1 FROM nowhere"),
        Error::UnknownTable("nowhere".into())
    );
    assert_eq!(
        error("SELECT missing FROM post"),
        Error::UnknownColumn("missing".into())
    );
    assert_eq!(
        error("INSERT INTO post (missing) VALUES (1)"),
        Error::UnknownColumn("post.missing".into())
    );
    let Error::Syntax { message, offset } = error("SELECT 1 FRO post WHERE") else {
        panic!()
    };
    assert!(message.contains("syntax error"), "{message}");
    assert_eq!(offset, Some(13));
}

#[test]
fn exactly_one_statement_is_taken() {
    let connection = connection();
    for sql in [
        "",
        "  -- nothing",
        "SELECT 1; SELECT 2",
        "SELECT 1; DROP TABLE post",
    ] {
        assert!(
            matches!(connection.prepare_sql(sql), Err(Error::Syntax { .. })),
            "{sql:?}"
        );
    }
    assert!(connection.prepare_sql("SELECT 1; -- the end").is_ok());
}

#[test]
fn parameters_are_counted_and_must_be_text_where_they_say_so() {
    let connection = connection();
    let prepared = connection.prepare_sql("SELECT ?1, ?2").expect("prepare");
    let error = connection
        .query(&prepared, &row(&[ValueRef::Null]))
        .expect_err("too few");
    assert_eq!(
        error.to_string(),
        "the statement takes 2 parameters, and 1 were given"
    );
    let invalid = row(&[ValueRef::Text(b"\xff"), ValueRef::Null]);
    assert!(matches!(
        connection.query(&prepared, &invalid),
        Err(Error::Invalid(_))
    ));
    let mut more = row(&[ValueRef::Null, ValueRef::Null]);
    more.push(b'N');
    assert!(matches!(
        connection.query(&prepared, &more),
        Err(Error::Invalid(_))
    ));
}

#[test]
fn many_executions_are_all_or_nothing() {
    let connection = connection();
    let prepared = connection
        .prepare_sql("INSERT INTO author (id, name) VALUES (?, ?)")
        .expect("prepare");
    let rows = |names: &[&str]| {
        let mut rows = packed::Rows::new();
        for name in names {
            let place = rows.row(2).expect("row");
            packed::push(place, ValueRef::Null).expect("push");
            packed::push(place, text(name)).expect("push");
        }
        rows.finish().expect("finish")
    };
    let error = connection.execute_many(&prepared, &rows(&["a", "b", "a"]));
    assert!(matches!(error, Err(Error::Unique(_))), "{error:?}");
    assert_eq!(count(&connection, "author"), 0);
    let outcome = connection
        .execute_many(&prepared, &rows(&["a", "b"]))
        .expect("insert");
    assert_eq!((outcome.changes, outcome.last_insert_id), (2, 2));

    connection.begin(TransactionKind::Write).expect("begin");
    execute(
        &connection,
        "INSERT INTO author (name) VALUES (?)",
        &[text("c")],
    )
    .expect("insert");
    assert!(
        connection
            .execute_many(&prepared, &rows(&["d", "a"]))
            .is_err()
    );
    connection.commit().expect("commit");
    assert_eq!(count(&connection, "author"), 3);
}

#[test]
fn parts_of_a_transaction_can_be_taken_back_alone() {
    let connection = connection();
    let insert = "INSERT INTO author (name) VALUES (?)";
    connection.begin(TransactionKind::Write).expect("begin");
    execute(&connection, insert, &[text("a")]).expect("insert");
    connection.savepoint(1).expect("savepoint");
    execute(&connection, insert, &[text("b")]).expect("insert");
    connection.rollback_to(1).expect("roll back");
    connection.savepoint(1).expect("savepoint");
    execute(&connection, insert, &[text("c")]).expect("insert");
    connection.release(1).expect("release");
    connection.commit().expect("commit");
    assert_eq!(count(&connection, "author"), 2);
    assert!(matches!(connection.commit(), Err(Error::Misuse(_))));
}

#[test]
fn a_deferred_foreign_key_fails_the_commit_and_ends_the_transaction() {
    let connection = connection();
    connection.begin(TransactionKind::Write).expect("begin");
    execute(&connection, "PRAGMA defer_foreign_keys = 1", &[]).expect("pragma");
    execute(
        &connection,
        "INSERT INTO post (author, title) VALUES (7, 'x')",
        &[],
    )
    .expect("insert");
    assert!(matches!(connection.commit(), Err(Error::ForeignKey(_))));
    assert!(connection.is_autocommit());
    assert_eq!(count(&connection, "post"), 0);
}

#[test]
fn a_result_has_a_bound() {
    let connection = Connection::in_memory(&Options {
        max_result: 1000,
        ..Options::default()
    })
    .expect("open");
    let prepared = connection
        .prepare_sql("WITH r (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT n FROM r")
        .expect("prepare");
    let error = connection.query(&prepared, &row(&[])).expect_err("refused");
    assert!(matches!(error, Error::Quota(_)), "{error:?}");
    let mut batches = Vec::new();
    let mut wanted = [3, 2].into_iter();
    connection
        .stream(
            &prepared,
            &row(&[]),
            || wanted.next(),
            |batch| batches.push(batch),
        )
        .expect("stream");
    let counts: Vec<_> = batches
        .into_iter()
        .map(|batch| Reader::new(&batch.expect("batch")).list().expect("list"))
        .collect();
    assert_eq!(counts, [3, 2]);
}

#[test]
fn a_database_has_a_quota() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let options = Options {
        quota: 64 << 10,
        ..Options::default()
    };
    let path = folder.path().join("app.db");
    let connection = Connection::open(&path, super::Role::Writer, &options).expect("open");
    execute(&connection, "CREATE TABLE t (x)", &[]).expect("create");
    let error = (0..100)
        .find_map(|_| execute(&connection, "INSERT INTO t VALUES (randomblob(4000))", &[]).err());
    assert!(matches!(error, Some(Error::Quota(_))), "{error:?}");
    assert!(execute(&connection, "DELETE FROM t", &[]).is_ok());
}
