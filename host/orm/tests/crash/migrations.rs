//! Killed while it migrates, with the backup before, as `runtime migrate` does.
//!
//! Version `n` has one of three shapes, in turn: tables and columns are renamed, come and
//! go, change their types, and their data go along. A step in the same transaction writes
//! the version into the data, and a row is added after each.

use std::path::Path;
use std::time::Duration;

use wasgi_orm::backup::{self, Reason};
use wasgi_orm::connection::{Connection, Options, Role};
use wasgi_orm::migrate::{self, Applied, Kind};
use wasgi_orm::schema::{ReferenceAction, Schema};

use super::backups::check_copies;
use super::chance::repeat;
use super::models::{Refine as _, With as _, integer, model, schema, step, text};
use super::process::tell;

/// Rows that are there at the same time.
const KEPT: i64 = 1000;

/// Automatic backups that are kept.
const KEPT_COPIES: usize = 3;

/// Rows of before the first version: each has a number of zero or less.
const SEED: &str = "WITH RECURSIVE n (i) AS (SELECT -999 UNION ALL SELECT i + 1 FROM n WHERE i < 0) \
     INSERT INTO note (id, title, body, author_id) \
     SELECT i + 1000, 'title ' || i, 'body ' || i || ' ' || hex(zeroblob(150)), 1 + abs(i) % 3 FROM n";

fn version(number: i64) -> Schema {
    let note = |title, author: &str| {
        vec![
            title,
            text("body").nullable(),
            integer("author_id").to(author, ReferenceAction::Cascade),
        ]
    };
    let mut models = match number % 3 {
        0 => vec![
            model("author", vec![text("name")]),
            model("note", note(text("title"), "author"))
                .index("by_title", &["title"], false, None)
                .search(&["title"]),
        ],
        1 => {
            let mut columns = note(text("heading").was("title"), "writer");
            columns.push(integer("length").fill("length(title)"));
            vec![
                model(
                    "writer",
                    vec![text("name").unique(), text("nick").fill("lower(name)")],
                )
                .formerly("author"),
                model("note", columns).search(&["heading", "body"]),
            ]
        }
        _ => {
            let mut columns = note(text("title").was("heading"), "author");
            columns.push(text("length"));
            vec![
                model("author", vec![text("name")]).formerly("writer"),
                model("note", columns)
                    .index("by_author", &["author_id", "title"], true, None)
                    .check("titled", "title <> ''"),
                model("tag", vec![text("name")]),
            ]
        }
    };
    models.push(model("version", vec![integer("number")]));
    let mut schema = schema(models);
    let note = format!("UPDATE version SET number = {number}");
    let first = [
        "INSERT INTO version (id, number) VALUES (1, 0)",
        "INSERT INTO author (id, name) VALUES (1, 'Ann'), (2, 'Bob'), (3, 'Cid')",
        SEED,
    ];
    let sql: &[&str] = if number == 0 { &first } else { &[&note] };
    schema.steps.push(step(&format!("version {number}"), sql));
    schema
}

fn open(path: &Path) -> Connection {
    Connection::open(path, Role::Writer, &Options::default()).expect("open")
}

/// Migrates as the command does.
fn migrate_to(path: &Path, number: i64) {
    tell(&format!("planning {number}"));
    let connection = open(path);
    let options = migrate::Options {
        app: "app".into(),
        allow_destructive: true,
        ..migrate::Options::default()
    };
    let plan = migrate::plan(&connection, &version(number), &options).expect("plan");
    if !plan.is_first() {
        tell(&format!("copying {number}"));
        backup::create(path, Reason::Migration).expect("backup");
        backup::prune(path, KEPT_COPIES).expect("prune");
    }
    tell(&format!("applying {number}"));
    let applied = migrate::apply(&connection, &plan).expect("apply");
    assert_eq!(applied, Applied::Plan);
    drop(connection);
    tell(&format!("migrated {number}"));
}

/// Returns the version that the data tell, and the last row's number.
fn state(connection: &Connection) -> (i64, i64) {
    connection
        .as_host(|raw| {
            raw.query_row(
                "SELECT number, (SELECT max(id) - 1000 FROM note) FROM version",
                [],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )
        })
        .expect("state")
}

/// Returns the name of the title's column.
fn title(number: i64) -> &'static str {
    if number % 3 == 1 { "heading" } else { "title" }
}

fn add_row(connection: &Connection, number: i64, version: i64) {
    let (more, values) = match version % 3 {
        0 => ("", String::new()),
        1 => (", length", format!(", length('title {number}')")),
        _ => (
            ", length",
            format!(", CAST(length('title {number}') AS TEXT)"),
        ),
    };
    let sql = format!(
        "BEGIN IMMEDIATE; \
         INSERT INTO note (id, {}, body, author_id{more}) VALUES ({number} + 1000, 'title {number}', \
         'body {number} ' || hex(zeroblob(150)), 1 + {number} % 3{values}); \
         DELETE FROM note WHERE id - 1000 <= {number} - {KEPT}; COMMIT",
        title(version)
    );
    connection
        .as_host(|raw| raw.execute_batch(&sql))
        .expect("add a row");
}

pub(crate) fn work(path: &Path) {
    tell("opening");
    let (mut number, row) = state(&open(path));
    tell("ready");
    if row < number {
        add_row(&open(path), number, number);
        tell(&format!("row {number}"));
    }
    loop {
        number += 1;
        migrate_to(path, number);
        add_row(&open(path), number, number);
        tell(&format!("row {number}"));
    }
}

/// Checks that a database has one version, all of it, and returns it with the last row's
/// number.
fn check(connection: &Connection) -> (i64, i64) {
    assert_eq!(backup::check(connection).expect("check"), [""; 0]);
    let (number, row) = state(connection);
    let schema = version(number);
    assert!(
        migrate::is_current(connection, &schema.digest()).expect("history"),
        "the data are of version {number}, and the history says otherwise"
    );
    // Nothing is left of a table that was being built, either.
    let drift = migrate::drift(connection).expect("drift");
    assert_eq!(drift, migrate::Drift::default(), "version {number}");
    let plan = migrate::plan(connection, &schema, &Default::default()).expect("plan");
    assert!(plan.is_recorded(), "version {number}: {plan}");
    let history = migrate::history(connection).expect("history");
    let told: Vec<_> = history
        .iter()
        .map(|entry| (entry.kind, entry.name.clone()))
        .collect();
    let expected: Vec<_> = (0..=number)
        .flat_map(|one| {
            [
                (Kind::Step, format!("version {one}")),
                (Kind::Migration, "app".to_owned()),
            ]
        })
        .collect();
    assert_eq!(told, expected, "the history of version {number}");
    check_rows(connection, number, row);
    for model in schema.models.iter().filter(|one| one.full_text.is_some()) {
        let search = model.full_text_table();
        let sql = format!("INSERT INTO {search} ({search}, rank) VALUES ('integrity-check', 1)");
        connection
            .as_host(|raw| raw.execute_batch(&sql))
            .expect("the full-text search is its table's");
    }
    (number, row)
}

fn check_rows(connection: &Connection, number: i64, last: i64) {
    let authors = if number % 3 == 1 { "writer" } else { "author" };
    let sql = format!(
        "SELECT note.id - 1000, {} = 'title ' || (note.id - 1000) \
         AND body = 'body ' || (note.id - 1000) || ' ' || hex(zeroblob(150)) \
         AND name = CASE abs(note.id - 1000) % 3 WHEN 0 THEN 'Ann' WHEN 1 THEN 'Bob' ELSE 'Cid' END \
         FROM note JOIN {authors} AS a ON a.id = author_id ORDER BY note.id",
        title(number)
    );
    let rows = connection.as_host(|raw| {
        raw.prepare(&sql)?
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect::<rusqlite::Result<Vec<(i64, bool)>>>()
    });
    let expected: Vec<_> = (last - KEPT + 1..=last).map(|id| (id, true)).collect();
    assert_eq!(
        rows.expect("rows"),
        expected,
        "the rows of version {number}"
    );
}

#[test]
fn a_migration_is_done_or_it_is_not_and_its_backup_is_whole() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let path = folder.path().join("app.db");
    migrate_to(&path, 0);
    assert_eq!(check(&open(&path)), (0, 0));
    let (mut number, mut row) = (0, 0);
    let mut untold = 0;
    repeat("migrations", |kill| {
        for line in
            kill.after_some_work(&path, Duration::from_millis(250), &["copying", "applying"])
        {
            if let Some(told) = line.strip_prefix("migrated ") {
                number = told.parse().expect("number");
            }
            if let Some(told) = line.strip_prefix("row ") {
                row = told.parse().expect("number");
            }
        }
        let (found, found_row) = check(&open(&path));
        assert!(
            (number..=number + 1).contains(&found) && (row..=row + 1).contains(&found_row),
            "version {number} and row {row} were told, {found} and {found_row} are there"
        );
        untold += found - number;
        (number, row) = (found, found_row);
        check_copies(&path, KEPT_COPIES, |copy| {
            let (copied, _) = check(copy);
            assert!(copied <= number, "a copy of {copied} before {number}");
        });
    });
    println!("migrations: {number}; {untold} were killed between COMMIT and telling");
    assert!(number > 0);
}
