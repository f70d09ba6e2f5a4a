//! A database whose whole content follows from the number of its last transaction.
//!
//! Transaction `n` inserts batch `n` with some items, brings the totals up to date, and
//! deletes the batch that has become too old, items included: so that the file stays
//! small, pages are used again, and a transaction that is there by half shows.

use rusqlite::types::ValueRef;
use wasgi_orm::connection::{Connection, TransactionKind};
use wasgi_orm::schema::{ReferenceAction, Schema};
use wasgi_orm::{backup, migrate, packed};

use super::chance::number;
use super::models::{Refine as _, With as _, integer, model, schema as of_models, step, text};

/// Batches that are there at the same time.
const KEPT: i64 = 30;

pub(crate) fn schema() -> Schema {
    let mut schema = of_models(vec![
        model("batch", vec![integer("items")]),
        model(
            "item",
            vec![
                integer("batch_id").to("batch", ReferenceAction::Cascade),
                integer("place"),
                text("words"),
            ],
        )
        .index("by_place", &["batch_id", "place"], true, None)
        .search(&["words"]),
        model("total", vec![integer("batches"), integer("items")]),
    ]);
    schema.steps.push(step(
        "begin",
        &["INSERT INTO total (id, batches, items) VALUES (1, 0, 0)"],
    ));
    schema
}

/// Returns the number of the oldest batch that is there after a transaction.
fn oldest(last: i64) -> i64 {
    (last - KEPT + 1).max(1)
}

fn items_of(batch: i64) -> i64 {
    1 + i64::try_from(number(&format!("items of {batch}")) % 12).expect("small")
}

/// From a few bytes to more than a page.
fn words_of(batch: i64, place: i64) -> String {
    let which = format!("words of {batch} {place}");
    let word = blake3::hash(which.as_bytes()).to_hex();
    let times = usize::try_from(number(&which) % 80).expect("small");
    format!("batch{batch} {}", format!("{word} ").repeat(times))
}

/// Returns the row of the totals after a transaction.
fn totals(last: i64) -> (i64, i64) {
    (last, (oldest(last)..=last).map(items_of).sum())
}

fn row(values: &[i64]) -> Vec<u8> {
    let mut out = Vec::new();
    packed::push_row(&mut out, values.len()).expect("row");
    for value in values {
        packed::push(&mut out, ValueRef::Integer(*value)).expect("value");
    }
    out
}

fn execute(connection: &Connection, sql: &str, values: &[i64]) {
    let prepared = connection.prepare_sql(sql).expect(sql);
    connection.execute(&prepared, &row(values)).expect(sql);
}

/// Does a transaction.
pub(crate) fn write(connection: &Connection, batch: i64) {
    let items = items_of(batch);
    let mut rows = packed::Rows::new();
    for place in 0..items {
        let out = rows.row(3).expect("row");
        for value in [batch, place] {
            packed::push(out, ValueRef::Integer(value)).expect("value");
        }
        let words = words_of(batch, place);
        packed::push(out, ValueRef::Text(words.as_bytes())).expect("value");
    }
    connection.begin(TransactionKind::Write).expect("begin");
    execute(
        connection,
        "INSERT INTO batch (id, items) VALUES (?, ?)",
        &[batch, items],
    );
    let insert = connection
        .prepare_sql("INSERT INTO item (batch_id, place, words) VALUES (?, ?, ?)")
        .expect("prepare");
    connection
        .execute_many(&insert, &rows.finish().expect("rows"))
        .expect("insert");
    if batch % 3 == 0 {
        connection.savepoint(0).expect("savepoint");
        execute(connection, "DELETE FROM batch", &[]);
        connection.rollback_to(0).expect("roll back");
    }
    let (batches, items) = totals(batch);
    execute(
        connection,
        "UPDATE total SET batches = ?, items = ?",
        &[batches, items],
    );
    execute(
        connection,
        "DELETE FROM batch WHERE id < ?",
        &[oldest(batch)],
    );
    connection.commit().expect("commit");
}

/// Returns the number of the last transaction.
pub(crate) fn last(connection: &Connection) -> i64 {
    connection
        .as_host(|raw| raw.query_row("SELECT batches FROM total", [], |row| row.get(0)))
        .expect("totals")
}

/// Checks a connection's view of everything, and returns the number of the last
/// transaction.
pub(crate) fn check(connection: &Connection) -> i64 {
    assert_eq!(backup::check(connection).expect("check"), [""; 0]);
    assert_eq!(
        migrate::drift(connection).expect("drift"),
        migrate::Drift::default()
    );
    assert!(migrate::is_current(connection, &schema().digest()).expect("history"));
    let found = connection.as_host(|raw| -> rusqlite::Result<_> {
        let total: (i64, i64) = raw.query_row("SELECT batches, items FROM total", [], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?;
        let batches = raw
            .prepare("SELECT id, items FROM batch ORDER BY id")?
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect::<rusqlite::Result<Vec<(i64, i64)>>>()?;
        let items = raw
            .prepare("SELECT batch_id, place, words FROM item ORDER BY batch_id, place")?
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
            .collect::<rusqlite::Result<Vec<(i64, i64, String)>>>()?;
        Ok((total, batches, items))
    });
    let (total, batches, items) = found.expect("rows");
    let (last, _) = total;
    assert_eq!(total, totals(last), "the totals");
    let expected: Vec<_> = (oldest(last)..=last).map(|id| (id, items_of(id))).collect();
    assert_eq!(batches, expected, "the batches after {last}");
    let expected: Vec<_> = expected
        .into_iter()
        .flat_map(|(id, count)| (0..count).map(move |place| (id, place, words_of(id, place))))
        .collect();
    assert!(items == expected, "the items after {last} are others");
    last
}

/// Checks the full-text search against its table, which is a write to SQLite.
pub(crate) fn check_search(connection: &Connection) {
    connection
        .as_host(|raw| {
            raw.execute_batch("INSERT INTO item_fts (item_fts, rank) VALUES ('integrity-check', 1)")
        })
        .expect("the full-text search is its table's");
}
