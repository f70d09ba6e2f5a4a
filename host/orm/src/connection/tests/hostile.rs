//! Statements that mean harm: none reaches outside, none outlives its deadline.

use std::time::{Duration, Instant};

use super::super::{Connection, Options, Role};
use super::{row, text};
use crate::error::Error;
use crate::query::{Body, Insert, InsertSource, Query};

const DEADLINE: Duration = Duration::from_millis(200);

/// What `wit/orm.wit` promises: the end comes this much after the deadline at most.
const GRACE: Duration = Duration::from_millis(100);

fn connection() -> Connection {
    let options = Options {
        statement_timeout: DEADLINE,
        ..Options::default()
    };
    let connection = Connection::in_memory(&options).expect("open");
    connection
        .as_host(|raw| {
            raw.execute_batch(
                "CREATE TABLE t (x); INSERT INTO t VALUES (1), (2);
                 CREATE TABLE _wasgi_migrations (id INTEGER PRIMARY KEY, x);",
            )
        })
        .expect("create");
    connection
}

#[test]
fn transactions_are_not_begun_in_sql_not_even_with_the_hosts_own_text() {
    let connection = connection();
    connection
        .begin(super::TransactionKind::Write)
        .expect("begin");
    connection.rollback().expect("rollback");
    for sql in [
        "BEGIN IMMEDIATE",
        "BEGIN",
        "COMMIT",
        "ROLLBACK",
        "SAVEPOINT part_1",
        "RELEASE whole",
    ] {
        let error = connection.prepare_sql(sql).expect_err(sql);
        assert!(matches!(error, Error::Denied(_)), "{sql}: {error:?}");
    }
}

#[test]
fn a_cancelled_statement_ends_and_the_next_one_runs() {
    let connection = connection();
    let prepared = connection
        .prepare_sql(
            "WITH r (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT count(*) FROM r",
        )
        .expect("prepare");
    connection.control().cancel();
    assert_eq!(connection.query(&prepared, &row(&[])), Err(Error::Timeout));
    connection.control().renew();
    let one = connection.prepare_sql("SELECT 1").expect("prepare");
    assert!(connection.query(&one, &row(&[])).is_ok());
}

#[test]
fn a_statement_can_be_given_a_slice_of_time_to_be_run_again_elsewhere() {
    let connection = connection();
    let prepared = connection
        .prepare_sql("WITH r (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 100000) SELECT count(*) FROM r")
        .expect("prepare");
    connection.slice(Some(Instant::now()));
    assert_eq!(connection.query(&prepared, &row(&[])), Err(Error::Timeout));
    assert!(connection.control().ran_out_of_slice());
    connection.slice(None);
    assert!(connection.query(&prepared, &row(&[])).is_ok());
}

#[test]
fn an_insert_into_a_table_with_triggers_is_not_bounded_work() {
    let connection = connection();
    let insert = Query {
        exprs: Vec::new(),
        selects: Vec::new(),
        body: Body::Insert(Insert {
            table: "t".into(),
            columns: vec!["x".into()],
            rows: InsertSource::Params(1),
            conflict: None,
            returning: Vec::new(),
        }),
        prefetches: Vec::new(),
    };
    assert!(connection.prepare(&insert).expect("prepare").is_bounded());
    connection
        .prepare_sql("CREATE TRIGGER slow AFTER INSERT ON t BEGIN DELETE FROM t; END")
        .and_then(|prepared| connection.execute(&prepared, &row(&[])))
        .expect("trigger");
    let prepared = connection.prepare(&insert).expect("prepare");
    assert!(!prepared.is_bounded());
    assert!(connection.execute(&prepared, &row(&[text("x")])).is_ok());
}

#[test]
fn endless_statements_end_near_their_deadline() {
    let connection = connection();
    for sql in [
        "WITH r (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT count(*) FROM r",
        "WITH r (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT n FROM r ORDER BY random() LIMIT 1",
        "INSERT INTO t WITH r (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT n FROM r",
    ] {
        let prepared = connection.prepare_sql(sql).expect("prepare");
        let begun = Instant::now();
        let error = connection.query(&prepared, &row(&[])).expect_err(sql);
        assert!(
            matches!(error, Error::Timeout | Error::Quota(_)),
            "{sql}: {error:?}"
        );
        assert!(
            begun.elapsed() < DEADLINE + GRACE,
            "{sql}: {:?}",
            begun.elapsed()
        );
    }
}

#[test]
fn a_role_of_the_host_is_not_bound_by_the_authorizer() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let path = folder.path().join("app.db");
    let host = Connection::open(&path, Role::Host, &Options::default()).expect("open");
    host.raw()
        .execute_batch("CREATE TABLE _wasgi_migrations (id INTEGER PRIMARY KEY); BEGIN; COMMIT;")
        .expect("the host's own work");
}
