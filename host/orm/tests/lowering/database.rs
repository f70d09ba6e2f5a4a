//! A database for the trees of the snapshots.

use std::fmt::Write as _;

use rusqlite::Connection;
use rusqlite::config::DbConfig;
use rusqlite::functions::{Aggregate, Context, FunctionFlags};
use wasgi_orm::query::{Bounds, Query, validate};
use wasgi_orm::sql::{Lowered, lower};

const SCHEMA: &str = "
    CREATE TABLE author (id INTEGER PRIMARY KEY, name TEXT NOT NULL, \"order\" INTEGER) STRICT;
    CREATE TABLE post (
        id INTEGER PRIMARY KEY, author_id INTEGER REFERENCES author, title TEXT NOT NULL,
        body TEXT, price TEXT COLLATE decimal, created INTEGER, published INTEGER,
        version INTEGER NOT NULL DEFAULT 1, data TEXT, UNIQUE (author_id, title)
    ) STRICT;
    CREATE VIRTUAL TABLE post_fts USING fts5 (title, content = 'post', content_rowid = 'id');
";

/// Stands for the host's `decimal_sum`, which has tests of its own.
struct NoSum;

impl Aggregate<(), i64> for NoSum {
    fn init(&self, _: &mut Context<'_>) -> rusqlite::Result<()> {
        Ok(())
    }

    fn step(&self, _: &mut Context<'_>, (): &mut ()) -> rusqlite::Result<()> {
        Ok(())
    }

    fn finalize(&self, _: &mut Context<'_>, _: Option<()>) -> rusqlite::Result<i64> {
        Ok(0)
    }
}

/// Opens an empty database, in which a name in double quotes is never taken for text.
pub(crate) fn empty() -> Connection {
    let connection = Connection::open_in_memory().expect("open");
    for (config, on) in [
        (DbConfig::SQLITE_DBCONFIG_DQS_DML, false),
        (DbConfig::SQLITE_DBCONFIG_DQS_DDL, false),
    ] {
        connection.set_db_config(config, on).expect("configure");
    }
    connection
        .create_collation("decimal", |left, right| left.len().cmp(&right.len()))
        .expect("collation");
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    for name in ["decimal_add", "decimal_sub", "decimal_mul"] {
        connection
            .create_scalar_function(name, 2, flags, |_| Ok(0))
            .expect("function");
    }
    connection
        .create_scalar_function("_wasgi_search", 1, flags, |_| Ok(0))
        .expect("function");
    connection
        .create_aggregate_function("decimal_sum", 1, flags, NoSum)
        .expect("function");
    connection
}

/// Opens the snapshots' database.
pub(crate) fn posts() -> Connection {
    let connection = empty();
    connection.execute_batch(SCHEMA).expect("schema");
    connection
}

/// Lowers a tree that makes sense.
pub(crate) fn lowered(query: &Query) -> Lowered {
    validate(query, &Bounds::default()).expect("valid");
    lower(query).expect("lowered")
}

/// Returns the text and constants of some trees, each of which SQLite takes.
pub(crate) fn show<'a>(trees: impl IntoIterator<Item = (&'a str, Query)>) -> String {
    let connection = posts();
    let mut out = String::new();
    for (what, query) in trees {
        let lowered = lowered(&query);
        writeln!(out, "-- {what}\n{}", lowered.sql).expect("write");
        if !lowered.constants.is_empty() {
            writeln!(out, "-- constants: {:?}", lowered.constants).expect("write");
        }
        if let Err(error) = connection.prepare(&lowered.sql) {
            panic!("{what}: {error}: {}", lowered.sql);
        }
        for prefetched in &lowered.prefetches {
            let sql = prefetched.sql(3);
            writeln!(
                out,
                "-- prefetch of {}.{}, 3 keys",
                prefetched.parent, prefetched.key
            )
            .expect("write");
            writeln!(out, "{sql}").expect("write");
            if !prefetched.constants.is_empty() {
                writeln!(out, "-- constants: {:?}", prefetched.constants).expect("write");
            }
            connection.prepare(&sql).expect("prefetch");
        }
        out.push('\n');
    }
    out
}
