//! Hand-written steps, and the history.

use wasgi_orm::connection::{Connection, Options as ConnectionOptions, Role};
use wasgi_orm::migrate::{self, Kind, Options};
use wasgi_orm::schema::Schema;

use super::models::*;

fn with_steps(steps: &[(&str, &[&str])]) -> Schema {
    Schema {
        models: vec![model("post", vec![text("title"), text("slug").nullable()])],
        steps: steps.iter().map(|(name, sql)| step(name, sql)).collect(),
    }
}

#[test]
fn steps_run_once_in_order_after_the_schema() {
    let database = Database::new();
    let first = (
        "seed",
        &["INSERT INTO post (title) VALUES ('One'), ('Two')"][..],
    );
    let second = (
        "slugs",
        &[
            "UPDATE post SET slug = lower(title)",
            "DELETE FROM post WHERE slug = 'two'",
        ][..],
    );
    database
        .migrate_with(&with_steps(&[first]), &Options::default())
        .expect("migrate");
    let plan = database
        .migrate_with(&with_steps(&[first, second]), &Options::default())
        .expect("migrate");
    assert_eq!(plan.steps().len(), 1);
    assert_eq!(database.lines("SELECT title, slug FROM post"), ["One|one"]);
    // All of them, where the database is new.
    let new = Database::new();
    new.migrate_with(&with_steps(&[first, second]), &Options::default())
        .expect("migrate");
    assert_eq!(new.lines("SELECT title, slug FROM post"), ["One|one"]);
    let history = migrate::history(&database.connection).expect("history");
    let kinds: Vec<(Kind, &str)> = history
        .iter()
        .map(|entry| (entry.kind, entry.name.as_str()))
        .collect();
    assert_eq!(
        kinds,
        [
            (Kind::Step, "seed"),
            (Kind::Migration, ""),
            (Kind::Step, "slugs"),
            (Kind::Migration, "")
        ]
    );
}

#[test]
fn a_step_that_has_run_is_not_to_be_changed() {
    let database = Database::new();
    let seed = with_steps(&[("seed", &["INSERT INTO post (title) VALUES ('One')"])]);
    database
        .migrate_with(&seed, &Options::default())
        .expect("migrate");
    let changed = with_steps(&[("seed", &["INSERT INTO post (title) VALUES ('Other')"])]);
    let refused = refusal(migrate::plan(
        &database.connection,
        &changed,
        &Options::default(),
    ));
    assert!(
        refused.contains("step seed has run in this database and was changed since"),
        "{refused}"
    );
    // It may be removed.
    database
        .migrate_with(&with_steps(&[]), &Options::default())
        .expect("migrate");
}

#[test]
fn a_step_has_a_guests_rights_and_no_more() {
    for sql in [
        "ATTACH ':memory:' AS other",
        "PRAGMA writable_schema = ON",
        "PRAGMA foreign_keys = ON",
        "COMMIT",
        "ROLLBACK",
        "DELETE FROM _wasgi_migrations",
        "UPDATE _wasgi_migrations SET schema = '{}'",
        "DROP TABLE _wasgi_migrations",
        "VACUUM INTO '/tmp/stolen'",
        "SELECT load_extension('x')",
        "CREATE TEMP TABLE x (a)",
        "INSERT INTO sqlite_schema VALUES (1, 2, 3, 4, 5)",
    ] {
        let database = Database::new();
        let refused =
            refusal(database.migrate_with(&with_steps(&[("bad", &[sql])]), &Options::default()));
        assert!(
            refused.contains("step bad, statement 1"),
            "{sql}: {refused}"
        );
        assert_eq!(
            database.lines("SELECT count(*) FROM sqlite_schema"),
            ["0"],
            "{sql}"
        );
        assert!(database.connection.is_autocommit());
    }
}

#[test]
fn a_connection_that_would_let_steps_do_anything_is_refused() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let path = folder.path().join("app.db");
    let connection =
        Connection::open(&path, Role::Host, &ConnectionOptions::default()).expect("open");
    let wanted = with_steps(&[("seed", &["INSERT INTO post (title) VALUES ('One')"])]);
    let plan = migrate::plan(&connection, &wanted, &Options::default()).expect("plan");
    let refused = refusal(migrate::apply(&connection, &plan));
    assert!(refused.contains("guest's rights"), "{refused}");
}

#[test]
fn a_step_that_changes_a_models_table_is_taken_back() {
    let database = Database::new();
    let wanted = with_steps(&[("own way", &["ALTER TABLE post ADD COLUMN extra TEXT"])]);
    let refused = refusal(database.migrate_with(&wanted, &Options::default()));
    assert!(
        refused.contains("column extra is in the database and not in the models"),
        "{refused}"
    );
    assert_eq!(database.lines("SELECT count(*) FROM sqlite_schema"), ["0"]);
}

#[test]
fn the_history_tells_what_was_done_and_for_whom() {
    let database = Database::new();
    let options = Options {
        app: "blog 1a2b".into(),
        ..Options::default()
    };
    let wanted = schema(vec![model("post", vec![text("title")])]);
    database.migrate_with(&wanted, &options).expect("migrate");
    let history = migrate::history(&database.connection).expect("history");
    let [entry] = history.as_slice() else {
        panic!("{history:?}")
    };
    assert_eq!(
        (entry.id, entry.kind, entry.name.as_str()),
        (1, Kind::Migration, "blog 1a2b")
    );
    assert_eq!(entry.schema_digest, wanted.digest());
    assert!(entry.sql.contains("CREATE TABLE \"post\""));
    assert!(entry.applied_at > 1_700_000_000_000_000);
}

#[test]
fn a_history_of_a_newer_runtime_is_not_guessed_at() {
    let database = Database::with(vec![model("post", vec![text("title")])], "");
    database
        .run("UPDATE _wasgi_migrations SET schema = '{\"models\":[],\"steps\":[],\"views\":[]}'");
    let refused = refusal(database.plan(Vec::new()));
    assert!(refused.contains("a newer runtime"), "{refused}");
}
