//! What a connection of ours adds to rusqlite's own: hardening, time, packing.
//!
//! ```sh
//! cargo bench -p wasgi-orm --bench statements
//! ```

#![allow(clippy::print_stdout, missing_docs)]

use std::hint::black_box;
use std::time::{Duration, Instant};

use rusqlite::types::ValueRef;
use wasgi_orm::connection::{Options, Role};
use wasgi_orm::{Connection, packed};

const POSTS: i64 = 1000;
const POINT: &str = "SELECT id, title, body, views, created FROM post WHERE id = ?1";
const PAGE: &str = "SELECT id, title, body, views, created FROM post ORDER BY id LIMIT 100";
const INSERT: &str = "INSERT INTO entry (title, body, views, created) VALUES (?1, ?2, ?3, ?4)";
const BODY: &str = "A body of some forty letters, no more.";

type Post = (i64, String, String, i64, i64);

fn main() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let path = folder.path().join("app.db");
    let host = Connection::open(&path, Role::Host, &Options::default()).expect("open");
    host.raw()
        .execute_batch(
            "CREATE TABLE post (id INTEGER PRIMARY KEY, title TEXT NOT NULL, body TEXT NOT NULL,
                 views INTEGER NOT NULL, created INTEGER NOT NULL) STRICT;
             CREATE TABLE entry (id INTEGER PRIMARY KEY, title TEXT NOT NULL, body TEXT NOT NULL,
                 views INTEGER NOT NULL, created INTEGER NOT NULL) STRICT;
             WITH r (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 1000)
             INSERT INTO post SELECT n, 'Post number ' || n,
                 'A body of some forty letters, no more.', n * 7, 1700000000000000 + n FROM r",
        )
        .expect("fill");
    let native = rusqlite::Connection::open(&path).expect("open");
    native
        .pragma_update(None, "synchronous", "normal")
        .expect("pragma");
    let ours = Connection::open(&path, Role::Writer, &Options::default()).expect("open");
    for _ in 0..3 {
        point(&native, &ours);
        page(&native, &ours);
        insert(&native, &ours);
    }
}

fn report(what: &str, native: Duration, ours: Duration, times: u32) {
    println!(
        "{what:<8} native {:>9.2?}, ours {:>9.2?}: {:.2}",
        native / times,
        ours / times,
        ours.as_secs_f64() / native.as_secs_f64()
    );
}

fn timed(times: u32, mut work: impl FnMut(i64)) -> Duration {
    let begun = Instant::now();
    for turn in 0..times {
        work(i64::from(turn));
    }
    begun.elapsed()
}

fn post(row: &rusqlite::Row<'_>) -> rusqlite::Result<Post> {
    Ok((
        row.get(0)?,
        row.get(1)?,
        row.get(2)?,
        row.get(3)?,
        row.get(4)?,
    ))
}

fn key(id: i64) -> Vec<u8> {
    let mut params = Vec::new();
    packed::push_row(&mut params, 1).expect("row");
    packed::push(&mut params, ValueRef::Integer(id)).expect("key");
    params
}

fn point(native: &rusqlite::Connection, ours: &Connection) {
    let times = 50_000;
    let theirs = timed(times, |turn| {
        let mut statement = native.prepare_cached(POINT).expect("prepare");
        black_box(statement.query_row([turn % POSTS + 1], post).expect("row"));
    });
    let prepared = ours.prepare_sql(POINT).expect("prepare");
    let mine = timed(times, |turn| {
        black_box(ours.query(&prepared, &key(turn % POSTS + 1)).expect("row"));
    });
    report("point", theirs, mine, times);
}

fn page(native: &rusqlite::Connection, ours: &Connection) {
    let times = 3000;
    let theirs = timed(times, |_| {
        let mut statement = native.prepare_cached(PAGE).expect("prepare");
        let rows = statement.query_map([], post).expect("rows");
        black_box(rows.collect::<rusqlite::Result<Vec<Post>>>().expect("rows"));
    });
    let prepared = ours.prepare_sql(PAGE).expect("prepare");
    let mine = timed(times, |_| {
        black_box(ours.query(&prepared, b")\0").expect("rows"));
    });
    report("page", theirs, mine, times);
}

fn insert(native: &rusqlite::Connection, ours: &Connection) {
    let times = 10_000;
    native.execute("DELETE FROM entry", []).expect("delete");
    native.execute_batch("BEGIN IMMEDIATE").expect("begin");
    let theirs = timed(times, |turn| {
        let mut statement = native.prepare_cached(INSERT).expect("prepare");
        let title = format!("Entry number {turn}");
        statement
            .execute(rusqlite::params![
                title,
                BODY,
                turn * 7,
                1_700_000_000_000_000 + turn
            ])
            .expect("insert");
    });
    native.execute_batch("COMMIT").expect("commit");
    native.execute("DELETE FROM entry", []).expect("delete");
    let prepared = ours.prepare_sql(INSERT).expect("prepare");
    let begun = Instant::now();
    let mut rows = packed::Rows::new();
    for turn in 0..i64::from(times) {
        let place = rows.row(4).expect("row");
        let title = format!("Entry number {turn}");
        for value in [
            ValueRef::Text(title.as_bytes()),
            ValueRef::Text(BODY.as_bytes()),
            ValueRef::Integer(turn * 7),
            ValueRef::Integer(1_700_000_000_000_000 + turn),
        ] {
            packed::push(place, value).expect("value");
        }
    }
    let rows = rows.finish().expect("rows");
    ours.execute_many(&prepared, &rows).expect("insert");
    report("insert", theirs, begun.elapsed(), times);
}
