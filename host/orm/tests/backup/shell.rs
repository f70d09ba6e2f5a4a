//! Rows for people and programs.

use wasgi_orm::connection::{Connection, Options, Role};
use wasgi_orm::shell::{self, Format};
use wasgi_orm::{Error, Result};

use super::fixture::*;

fn ask(fixture: &Fixture, sql: &str, format: Format) -> Result<String> {
    let reader = Connection::open(&fixture.path(), Role::Reader, &Options::default())?;
    let mut out = Vec::new();
    shell::query(&reader, sql, format, &mut out)?;
    Ok(String::from_utf8(out).expect("UTF-8"))
}

const ROWS: &str = "SELECT 1 AS n, 'it''s, \"so\"' AS words, NULL AS missing, x'00ff' AS data, 0.5 AS half \
     UNION ALL SELECT -20, '', 'a' || char(10, 27) || '[31m', zeroblob(20), 9e999";

#[test]
fn a_table_is_aligned_and_cannot_steer_the_terminal() {
    let fixture = Fixture::new();
    insta::assert_snapshot!(ask(&fixture, ROWS, Format::Table).expect("rows"));
}

#[test]
fn json_is_an_array_of_objects() {
    let fixture = Fixture::new();
    insta::assert_snapshot!(ask(&fixture, ROWS, Format::Json).expect("rows"));
    assert_eq!(
        ask(&fixture, "SELECT 1 WHERE 0", Format::Json).expect("rows"),
        "[]\n"
    );
    let rows = ask(&fixture, "SELECT id, title FROM note", Format::Json).expect("rows");
    let parsed: serde_json::Value = serde_json::from_str(&rows).expect("JSON");
    assert_eq!(
        parsed,
        serde_json::json!([{"id": 1, "title": "first words"}, {"id": 2, "title": "second"}])
    );
}

#[test]
fn csv_tells_null_from_an_empty_text() {
    let fixture = Fixture::new();
    assert_eq!(
        ask(
            &fixture,
            "SELECT 1 AS n, 'a,\"b\"' AS t, NULL AS missing, '' AS empty",
            Format::Csv
        )
        .expect("rows"),
        "n,t,missing,empty\r\n1,\"a,\"\"b\"\"\",,\"\"\r\n"
    );
}

#[test]
fn a_long_table_is_written_as_it_comes() {
    let fixture = Fixture::new();
    let sql = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000) SELECT i FROM n";
    let rows = ask(&fixture, sql, Format::Table).expect("rows");
    assert_eq!(rows.lines().count(), 2002);
    assert_eq!(rows.lines().last(), Some("2000"));
}

#[test]
fn nothing_is_written_and_nothing_else_is_read() {
    let fixture = Fixture::new();
    for sql in [
        "DELETE FROM note",
        "INSERT INTO note (title) VALUES ('x') RETURNING id",
        "CREATE TABLE x (a)",
        "PRAGMA user_version = 5",
        "PRAGMA query_only = OFF",
        "ATTACH ':memory:' AS other",
        "VACUUM INTO 'copy.db'",
        "SELECT load_extension('x')",
        "SELECT 1; DELETE FROM note",
        "BEGIN",
        "",
    ] {
        assert!(ask(&fixture, sql, Format::Table).is_err(), "{sql}");
    }
    assert_eq!(titles(&fixture.open()), ["first words", "second"]);
    let refused = ask(&fixture, "SELECT absent FROM note", Format::Table);
    assert_eq!(refused, Err(Error::UnknownColumn("absent".into())));
}
