//! Full text: who may search it, and that triggers keep it current.

use super::super::{Connection, Options};
use super::{execute, row, text};
use crate::error::Error;
use crate::migrate;
use crate::packed::Reader;
use crate::query::{Body, Expr, FullTextRef, Query, Relation, Select, Selected, Source};
use crate::schema::Schema;

fn connection() -> Connection {
    let connection = Connection::in_memory(&Options::default()).expect("open");
    let column = |name: &str, kind: &str| {
        serde_json::json!({
            "name": name, "kind": kind, "nullable": name != "id", "unique": false,
            "default": null, "references": null, "collation": "binary", "renamed-from": null,
            "fill": null,
        })
    };
    let schema = serde_json::json!({
        "models": [{
            "table": "post",
            "columns": [column("id", "integer"), column("title", "text"), column("body", "text")],
            "primary-key": ["id"], "indexes": [], "checks": [], "renamed-from": null,
            "full-text": { "columns": ["title", "body"], "tokenizer": "" },
        }],
        "steps": [],
    });
    let schema: Schema = serde_json::from_value(schema).expect("schema");
    let plan = migrate::plan(&connection, &schema, &migrate::Options::default()).expect("plan");
    migrate::apply(&connection, &plan).expect("migrate");
    connection
}

fn query(table: &str) -> Query {
    let matches = Expr::Matches(FullTextRef {
        table: "post".into(),
        source: "post".into(),
        query: 0,
    });
    let id = Expr::Column(crate::query::ColumnRef {
        source: None,
        name: "rowid".into(),
    });
    let select = Select {
        columns: vec![Selected {
            expr: 2,
            alias: None,
        }],
        source: Some(Source {
            relation: Relation::Table(table.into()),
            alias: None,
        }),
        filter: Some(1),
        ..Select::default()
    };
    Query {
        exprs: vec![Expr::Param(0), matches, id],
        selects: vec![select],
        body: Body::Select(0),
        prefetches: Vec::new(),
    }
}

fn found(connection: &Connection, words: &str) -> Result<usize, Error> {
    let prepared = connection.prepare(&query("post"))?;
    let rows = connection.query(&prepared, &row(&[text(words)]))?.rows;
    Reader::new(&rows).list()
}

#[test]
fn words_are_current_whoever_writes() {
    let connection = connection();
    let run = |sql: &str| execute(&connection, sql, &[]).expect(sql);
    run("INSERT INTO post (id, title, body) VALUES (1, 'One', 'first words'), (2, 'Two', NULL)");
    assert_eq!(found(&connection, "first"), Ok(1));
    run("UPDATE post SET body = 'other words' WHERE id = 1");
    assert_eq!(found(&connection, "first"), Ok(0));
    assert_eq!(found(&connection, "words"), Ok(1));
    run("INSERT INTO post (id, title) VALUES (1, 'x') ON CONFLICT DO UPDATE SET title = 'Uno'");
    assert_eq!(found(&connection, "uno words"), Ok(1));
    run("DELETE FROM post");
    assert_eq!(found(&connection, "uno OR two"), Ok(0));
    connection
        .as_host(|raw| {
            raw.execute_batch("INSERT INTO post_fts (post_fts, rank) VALUES ('integrity-check', 1)")
        })
        .expect("the index fits its table");
}

#[test]
fn a_search_has_a_bound() {
    let connection = connection();
    let phrase = |bytes: usize| format!("\"{}\"", "a".repeat(bytes - 2));
    assert_eq!(found(&connection, &phrase(1024)), Ok(0));
    assert_eq!(found(&connection, &"a ".repeat(32)), Ok(0));
    for search in [phrase(1025), "a".repeat(1 << 20), "a ".repeat(33)] {
        let error = found(&connection, &search).expect_err("refused");
        assert!(
            matches!(&error, Error::Invalid(message) if message.contains("search for fewer")),
            "{error:?}"
        );
    }
}

#[test]
fn what_is_searched_has_a_bound() {
    let connection = connection();
    let insert = "INSERT INTO post (title, body) VALUES (?, ?)";
    let half = "a ".repeat(32 << 10);
    assert_eq!(
        execute(&connection, insert, &[text(&half), text(&half)]),
        Ok(1)
    );
    let more = format!("{half}a");
    let error = execute(&connection, insert, &[text(&half), text(&more)]).expect_err("refused");
    assert!(
        matches!(&error, Error::Quota(message) if message.contains("at most 131072 bytes")),
        "{error:?}"
    );
    let update = "UPDATE post SET body = ?";
    let error = execute(&connection, update, &[text(&more)]).expect_err("refused");
    assert!(matches!(error, Error::Quota(_)), "{error:?}");
}

#[test]
fn sql_of_a_guest_does_not_search() {
    let connection = connection();
    for sql in [
        "SELECT * FROM post_fts WHERE post_fts MATCH 'x'",
        "SELECT * FROM post_fts WHERE post_fts = 'x'",
        "SELECT * FROM post_fts('x')",
        "SELECT title FROM \"POST_FTS\"",
        "SELECT highlight(post_fts, 0, '<', '>') FROM post_fts",
        "WITH post_fts_insert AS (SELECT * FROM post_fts('x')) SELECT * FROM post_fts_insert",
        "INSERT INTO post_fts (post_fts) VALUES ('rebuild')",
        "DELETE FROM post_fts",
        "DROP TABLE post_fts",
        "CREATE VIRTUAL TABLE mine USING fts5 (x)",
    ] {
        let error = connection.prepare_sql(sql).expect_err(sql);
        assert!(matches!(error, Error::Denied(_)), "{sql}: {error:?}");
    }
    // A table of full text is no table of a query either: it would match without a bound.
    let error = connection.prepare(&query("post_fts")).expect_err("refused");
    assert!(matches!(error, Error::Invalid(_)), "{error:?}");
}

#[test]
fn nothing_of_a_guests_passes_for_the_models_triggers() {
    let connection = connection();
    for sql in [
        "DROP TRIGGER post_fts_insert",
        "CREATE TRIGGER other_fts_insert AFTER INSERT ON post BEGIN SELECT 1; END",
        "CREATE TRIGGER mine AFTER INSERT ON post BEGIN DELETE FROM post_fts; END",
        "CREATE VIEW post_fts_update AS SELECT 1",
        "CREATE TABLE mine_fts (x)",
        "ALTER TABLE post RENAME TO mine_fts_data",
    ] {
        let prepared = connection.prepare_sql(sql);
        assert!(
            matches!(prepared, Err(Error::Denied(_))),
            "{sql}: {prepared:?}"
        );
    }
    // A view can be made; it is asked about when it is read.
    let view = "CREATE VIEW mine AS SELECT rowid FROM post_fts WHERE post_fts = 'x'";
    execute(&connection, view, &[]).expect("view");
    assert!(connection.prepare_sql("SELECT * FROM mine").is_err());
    let mut query = query("mine");
    query.selects[0].filter = None;
    assert!(connection.prepare(&query).is_err());
}
