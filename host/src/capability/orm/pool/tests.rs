//! Connections of a database: turns, sharing, closing.

use std::sync::Arc;
use std::time::Duration;

use wasgi_orm::connection::TransactionKind;
use wasgi_orm::{Connection, Error};

use super::super::error::OrmError;
use super::{Database, DatabaseOptions, Registry};

const ENDLESS: &str =
    "WITH r (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT count(*) FROM r";

/// One empty row of parameters.
const NONE: &[u8] = b")\0";

struct Fixture {
    _folder: tempfile::TempDir,
    database: Arc<Database>,
}

fn fixture(options: &DatabaseOptions) -> Fixture {
    let folder = tempfile::tempdir().expect("temporary folder");
    let database = Database::new(&folder.path().join("app.db"), options, &Arc::default());
    let host = database.host_connection().expect("open");
    host.raw()
        .execute_batch("CREATE TABLE t (x)")
        .expect("create");
    Fixture {
        _folder: folder,
        database,
    }
}

fn run(connection: &Connection, sql: &str) -> Result<u64, Error> {
    let prepared = connection.prepare_sql(sql)?;
    Ok(connection.execute(&prepared, NONE)?.changes)
}

fn count(connection: &Connection) -> Result<i64, Error> {
    let count = connection
        .raw()
        .query_row("SELECT count(*) FROM t", [], |row| row.get(0));
    count.map_err(wasgi_orm::connection::sqlite_error)
}

#[tokio::test]
async fn a_slow_statement_leaves_the_thread_to_others() {
    let fixture = fixture(&DatabaseOptions {
        statement_timeout: Duration::from_millis(300),
        ..Default::default()
    });
    // There is one thread here: what counts turns runs only when the statement is not on it.
    let turns = tokio::spawn(async {
        let mut turns = 0;
        loop {
            tokio::time::sleep(Duration::from_millis(1)).await;
            turns += 1;
            if turns == 20 {
                return;
            }
        }
    });
    let reader = fixture.database.reader().await.expect("reader");
    let (lease, done) = reader.run(|connection| run(connection, ENDLESS)).await;
    assert!(matches!(done, Err(OrmError::Guest(Error::Timeout))), "{done:?}");
    assert!(turns.is_finished());
    assert!(lease.is_some());
}

#[tokio::test]
async fn a_statement_that_nobody_waits_for_is_interrupted_and_its_connection_serves_again() {
    let fixture = fixture(&DatabaseOptions {
        statement_timeout: Duration::from_secs(3600),
        readers: 1,
        ..Default::default()
    });
    let reader = fixture.database.reader().await.expect("reader");
    let slow = reader.run(|connection| run(connection, ENDLESS));
    assert!(tokio::time::timeout(Duration::from_millis(50), slow).await.is_err());
    let reader = fixture.database.reader().await.expect("the reader is back");
    let (_, done) = reader.run(|connection| run(connection, "SELECT 1")).await;
    assert!(done.is_ok(), "{done:?}");
}

#[tokio::test]
async fn writers_take_turns_in_the_order_of_their_coming() {
    let fixture = fixture(&DatabaseOptions::default());
    let first = fixture.database.writer().await.expect("writer");
    let order = Arc::new(parking_lot::Mutex::new(Vec::new()));
    let mut waiting = Vec::new();
    for number in 0..5 {
        let (database, order) = (Arc::clone(&fixture.database), Arc::clone(&order));
        waiting.push(tokio::spawn(async move {
            let writer = database.writer().await.expect("writer");
            order.lock().push(number);
            let (_, done) = writer
                .run(|connection| run(connection, "INSERT INTO t VALUES (1)"))
                .await;
            done.expect("insert");
        }));
        tokio::task::yield_now().await;
    }
    drop(first);
    for task in waiting {
        task.await.expect("task");
    }
    assert_eq!(*order.lock(), [0, 1, 2, 3, 4]);
}

#[tokio::test]
async fn a_connection_that_goes_back_takes_its_transaction_back() {
    let fixture = fixture(&DatabaseOptions::default());
    let writer = fixture.database.writer().await.expect("writer");
    let connection = writer.connection().expect("connection");
    connection.begin(TransactionKind::Write).expect("begin");
    run(connection, "INSERT INTO t VALUES (1)").expect("insert");
    drop(writer);
    let writer = fixture.database.writer().await.expect("writer");
    let connection = writer.connection().expect("connection");
    assert!(connection.is_autocommit());
    assert_eq!(count(connection), Ok(0));
}

#[tokio::test]
async fn another_process_that_holds_the_lock_is_waited_for() {
    let fixture = fixture(&DatabaseOptions::default());
    let other = fixture.database.host_connection().expect("open");
    other.raw().execute_batch("BEGIN IMMEDIATE").expect("begin");
    let database = Arc::clone(&fixture.database);
    let write = tokio::spawn(async move {
        let writer = database.writer().await.expect("writer");
        let insert = |connection: &Connection| run(connection, "INSERT INTO t VALUES (1)");
        writer.run(insert).await.1
    });
    tokio::time::sleep(Duration::from_millis(20)).await;
    assert!(!write.is_finished());
    other.raw().execute_batch("COMMIT").expect("commit");
    assert_eq!(write.await.expect("task").expect("insert"), 1);
}

#[tokio::test]
async fn connections_of_many_databases_are_bounded() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let registry = Arc::new(Registry::new(8));
    let databases: Vec<_> = (0..40)
        .map(|number| {
            let path = folder.path().join(format!("{number}.db"));
            Database::new(&path, &DatabaseOptions::default(), &registry)
        })
        .collect();
    for _ in 0..2 {
        for database in &databases {
            let reader = database.reader().await.expect("reader");
            let (_, done) = reader.run(|connection| run(connection, "SELECT 1")).await;
            done.expect("select");
            assert!(registry.open() <= 8, "{}", registry.open());
        }
    }
    drop(databases);
    assert_eq!(registry.open(), 0);
}

#[tokio::test]
async fn a_log_that_has_grown_is_copied_back_in_the_background() {
    let fixture = fixture(&DatabaseOptions::default());
    let size = || std::fs::metadata(fixture.database.path()).expect("file").len();
    let before = size();
    for _ in 0..30 {
        let writer = fixture.database.writer().await.expect("writer");
        let insert = |connection: &Connection| {
            run(connection, "INSERT INTO t VALUES (randomblob(200000))")
        };
        writer.run(insert).await.1.expect("insert");
    }
    tokio::time::timeout(Duration::from_secs(10), async {
        while size() <= before {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await
    .expect("the file grows once the log is copied back");
}

#[tokio::test]
async fn reads_share_a_snapshot_until_somebody_writes() {
    let fixture = fixture(&DatabaseOptions::default());
    let reads = async || {
        let reader = fixture.database.shared_reader().await.expect("reader");
        reader.run(count).await.1.expect("count")
    };
    assert_eq!(reads().await, 0);
    let writer = fixture.database.writer().await.expect("writer");
    let insert = |connection: &Connection| run(connection, "INSERT INTO t VALUES (1)");
    writer.run(insert).await.1.expect("insert");
    assert_eq!(reads().await, 1);
    // Another process's write is seen when the snapshot's time is over.
    let other = fixture.database.host_connection().expect("open");
    other.raw().execute_batch("INSERT INTO t VALUES (2)").expect("insert");
    tokio::time::timeout(Duration::from_secs(5), async {
        while reads().await != 2 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    })
    .await
    .expect("seen");
}

#[tokio::test]
async fn an_idle_snapshot_ends_by_itself() {
    let fixture = fixture(&DatabaseOptions::default());
    let reader = fixture.database.shared_reader().await.expect("reader");
    reader.run(count).await.1.expect("count");
    let other = fixture.database.host_connection().expect("open");
    other.raw().execute_batch("INSERT INTO t VALUES (1)").expect("insert");
    // The log cannot be emptied while somebody reads an older version.
    tokio::time::timeout(Duration::from_secs(5), async {
        let log = fixture.database.path().with_extension("db-wal");
        while std::fs::metadata(&log).expect("log").len() > 0 {
            tokio::time::sleep(Duration::from_millis(1)).await;
            // Answers with a row, busy or not.
            drop(other.checkpoint(true));
        }
    })
    .await
    .expect("emptied");
}

#[tokio::test]
async fn a_file_that_was_replaced_is_opened_anew() {
    let fixture = fixture(&DatabaseOptions::default());
    let database = &fixture.database;
    drop(database.reader().await.expect("reader"));
    drop(database.writer().await.expect("writer"));
    let path = database.path().to_owned();
    std::fs::rename(&path, path.with_extension("moved")).expect("move");
    for log in ["db-wal", "db-shm"] {
        let log = path.with_extension(log);
        if log.exists() {
            std::fs::remove_file(log).expect("remove");
        }
    }
    let writer = database.writer().await.expect("writer");
    let refused = run(writer.connection().expect("here"), "INSERT INTO t VALUES (1)");
    assert!(matches!(refused, Err(Error::Unavailable(_))), "{refused:?}");
    drop(writer);
    // Nothing is in its place: nothing is made up.
    let gone = database.reader().await.map(drop);
    assert!(matches!(gone, Err(Error::Unavailable(_))), "{gone:?}");
    std::fs::rename(path.with_extension("moved"), &path).expect("move back");
    let writer = database.writer().await.expect("writer");
    run(writer.connection().expect("here"), "INSERT INTO t VALUES (1)").expect("insert");
    drop(writer);
    let reader = database.reader().await.expect("reader");
    assert_eq!(count(reader.connection().expect("here")), Ok(1));
}

#[tokio::test]
async fn a_guest_does_not_learn_where_its_database_is() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let path = folder.path().join("app.db");
    std::fs::create_dir(&path).expect("a folder in its place");
    let database = Database::new(&path, &DatabaseOptions::default(), &Arc::default());
    let Err(Error::Unavailable(what)) = database.reader().await.map(drop) else {
        panic!("a folder was opened as a database");
    };
    let place = folder.path().display().to_string();
    assert!(!what.contains(&place), "{what}");
}
