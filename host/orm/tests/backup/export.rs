//! Databases as SQL text.

use wasgi_orm::backup;
use wasgi_orm::connection::{Connection, Options};

use super::fixture::*;

const EVERYTHING: &str = "
    INSERT INTO note (title, ratio, data, price) VALUES
        ('it''s' || char(10) || 'two lines', 0.1, x'00ff', '-1.50'),
        (NULL, 9e999, x'', NULL),
        (CAST(x'610062' AS TEXT), -9e999, NULL, '79228162514264337593543950335'),
        ('é \"quoted\" -- ;', 5e-324, zeroblob(3), '0');
    CREATE TABLE \"odd name\" (\"a \"\"b\" TEXT, n INTEGER, twice REAL AS (n * 2)) STRICT;
    INSERT INTO \"odd name\" (rowid, \"a \"\"b\", n) VALUES (7, 'x', -9223372036854775808), (9, 'y', 9223372036854775807);
    CREATE TABLE pair (a, b, PRIMARY KEY (a, b)) WITHOUT ROWID;
    INSERT INTO pair VALUES (1, 'one'), (1.5, x'01');
    CREATE TABLE counted (id INTEGER PRIMARY KEY AUTOINCREMENT, x);
    INSERT INTO counted (id, x) VALUES (41, 'x');
    DELETE FROM counted;
    CREATE INDEX by_n ON \"odd name\" (n DESC) WHERE n > 0;
    CREATE VIEW short AS SELECT title FROM note WHERE length(title) < 10;
    CREATE TRIGGER loud AFTER INSERT ON pair BEGIN INSERT INTO counted (x) VALUES (new.a); END;
    CREATE VIRTUAL TABLE own USING fts5(words);
    INSERT INTO own (rowid, words) VALUES (5, 'several words');
    PRAGMA user_version = 12;
";

/// Everything of a database: its objects, and all rows of all tables.
fn contents(connection: &Connection) -> Vec<String> {
    let mut all = lines(
        connection,
        "SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name",
    );
    for sql in [
        "SELECT rowid, * FROM note",
        "SELECT rowid, typeof(ratio), typeof(title), hex(title) FROM note",
        "SELECT rowid, * FROM \"odd name\"",
        "SELECT * FROM pair",
        "SELECT * FROM counted",
        "SELECT * FROM sqlite_sequence",
        "SELECT rowid, * FROM own",
        "SELECT * FROM _wasgi_migrations",
        "SELECT rowid FROM note_fts WHERE note_fts MATCH 'words'",
        "SELECT rowid FROM own WHERE own MATCH 'several'",
        "PRAGMA user_version",
        "PRAGMA integrity_check",
    ] {
        all.push(sql.to_owned());
        all.extend(lines(connection, sql));
    }
    all
}

fn exported(connection: &Connection) -> String {
    let mut text = Vec::new();
    backup::export(connection, &mut text).expect("export");
    String::from_utf8(text).expect("UTF-8")
}

#[test]
fn an_export_loads_into_an_equal_database() {
    let fixture = Fixture::new();
    let source = fixture.open();
    run(&source, EVERYTHING);
    let text = exported(&source);
    let target = Connection::in_memory(&Options::default()).expect("open");
    run(&target, &text);
    assert_eq!(contents(&target), contents(&source));
    assert_eq!(exported(&target), text);
}

#[test]
fn an_export_loads_with_the_command_line_of_sqlite() {
    let fixture = Fixture::new();
    let source = fixture.open();
    run(
        &source,
        "INSERT INTO note (title, data) VALUES ('it''s', x'00ff')",
    );
    let text = exported(&source);
    let loaded = rusqlite::Connection::open_in_memory().expect("open");
    // Its command line has the collation `decimal` built in, the library has not.
    loaded
        .create_collation("decimal", |one: &str, other: &str| one.cmp(other))
        .expect("collation");
    loaded.execute_batch(&text).expect("load");
    let titles: i64 = loaded
        .query_row("SELECT count(*) FROM note", [], |row| row.get(0))
        .expect("count");
    assert_eq!(titles, 3);
}

/// Commits a row when the first row of `note` has been written.
struct Interloper<'a> {
    text: Vec<u8>,
    writer: &'a Connection,
    done: bool,
}

impl std::io::Write for Interloper<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let row = b"INSERT INTO \"note\"";
        if !self.done && self.text.windows(row.len()).any(|window| window == row) {
            run(self.writer, "INSERT INTO note (title) VALUES ('late')");
            self.done = true;
        }
        self.text.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn an_export_is_of_one_moment_and_ends_its_transaction() {
    let fixture = Fixture::new();
    let source = fixture.open();
    let writer = fixture.open();
    let before = exported(&source);
    let mut out = Interloper {
        text: Vec::new(),
        writer: &writer,
        done: false,
    };
    backup::export(&source, &mut out).expect("export");
    assert!(out.done && source.is_autocommit());
    assert_eq!(String::from_utf8(out.text).expect("UTF-8"), before);
    assert!(exported(&source).contains("'late'"));
}

#[test]
fn a_full_disk_under_the_export_is_an_error() {
    struct Full;
    impl std::io::Write for Full {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(std::io::ErrorKind::StorageFull.into())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let fixture = Fixture::new();
    let source = fixture.open();
    let result = backup::export(&source, &mut Full);
    assert!(
        matches!(result, Err(wasgi_orm::Error::Unavailable(_))),
        "{result:?}"
    );
    assert!(source.is_autocommit());
}
