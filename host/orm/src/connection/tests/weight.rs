//! How large values may be, by what a statement computes.

use super::super::{Connection, LARGEST, Options};
use super::{execute, row, text};
use crate::error::Error;

fn connection() -> Connection {
    let connection = Connection::in_memory(&Options::default()).expect("open");
    execute(&connection, "CREATE TABLE t (x, y)", &[]).expect("create");
    connection
}

/// Returns the largest value of a statement that has run.
fn largest(connection: &Connection, sql: &str) -> usize {
    let prepared = connection.prepare_sql(sql).expect(sql);
    connection.query(&prepared, &row(&[])).expect(sql);
    let weighed = connection.weighed.borrow();
    *weighed.get(sql).expect(sql)
}

#[test]
fn what_computes_little_takes_the_largest_values() {
    let connection = connection();
    for sql in [
        "SELECT x, y FROM t WHERE x = 1 AND y < 2 ORDER BY y LIMIT 10",
        "SELECT count(*), max(x), sum(y) FROM t GROUP BY x",
        "INSERT INTO t (x, y) VALUES (1, 2)",
        "UPDATE t SET x = upper(x) WHERE y = 1",
        "SELECT json_extract(x, '$.a') FROM t",
    ] {
        assert_eq!(largest(&connection, sql), LARGEST, "{sql}");
    }
}

#[test]
fn what_computes_much_takes_small_values_and_says_so() {
    let connection = connection();
    let long = "x".repeat(3 << 20);
    let values = [text(&long), text("")];
    execute(&connection, "INSERT INTO t VALUES (?, ?)", &values).expect("insert");
    let list = vec!["hex(x)"; 200].join(", ");
    let error = execute(&connection, &format!("SELECT {list} FROM t"), &[]).expect_err("refused");
    assert!(
        matches!(&error, Error::Quota(message) if message.contains("make several statements")),
        "{error:?}"
    );
    assert_eq!(execute(&connection, "SELECT x FROM t", &[]), Ok(0));
}

#[test]
fn a_statement_is_weighed_anew_when_the_schema_has_changed() {
    let connection = connection();
    let insert = "INSERT INTO t VALUES (?, 1)";
    let prepared = connection.prepare_sql(insert).expect("prepare");
    let short = row(&[text("x")]);
    connection.execute(&prepared, &short).expect("insert");
    let steps = "INSERT INTO u SELECT hex(new.x);".repeat(200);
    for sql in [
        "CREATE TABLE u (x)",
        &format!("CREATE TRIGGER heavy AFTER INSERT ON t BEGIN {steps} END"),
    ] {
        execute(&connection, sql, &[]).expect(sql);
    }
    connection.execute(&prepared, &short).expect("insert");
    assert!(connection.weighed.borrow()[insert] < 1 << 20);
    let long = "x".repeat(1 << 20);
    let error = connection.execute(&prepared, &row(&[text(&long)]));
    assert!(matches!(error, Err(Error::Quota(_))), "{error:?}");
}

#[test]
fn a_cursor_reads_on_with_the_schema_of_its_first_row() {
    let connection = connection();
    execute(&connection, "INSERT INTO t VALUES (1, 1), (2, 2)", &[]).expect("insert");
    let sql = "SELECT x FROM t";
    let prepared = connection.prepare_sql(sql).expect("prepare");
    connection.query(&prepared, &row(&[])).expect("query");
    execute(&connection, "ALTER TABLE t ADD COLUMN z", &[]).expect("alter");
    let mut wanted = [1, 1, 1].into_iter();
    let mut batches = Vec::new();
    connection
        .stream(
            &prepared,
            &row(&[]),
            || wanted.next(),
            |batch| batches.push(batch),
        )
        .expect("stream");
    assert!(batches.iter().all(Result::is_ok), "{batches:?}");
    assert_eq!(batches.len(), 3);
}
