//! Databases that are not what the last migration left.

use wasgi_orm::Value;
use wasgi_orm::migrate::{self, Kind, Options};
use wasgi_orm::schema::ReferenceAction;

use super::models::*;

fn models() -> Vec<wasgi_orm::schema::Model> {
    vec![
        model("author", vec![text("name").unique()]),
        model(
            "post",
            vec![
                text("title"),
                integer("rank").default(Value::Integer(1)),
                integer("author_id")
                    .nullable()
                    .to("author", ReferenceAction::Cascade),
            ],
        )
        .index("by_title", &["title"], false, None)
        .check("positive", "rank > 0")
        .search(&["title"]),
    ]
}

#[test]
fn every_kind_of_drift_is_a_line() {
    let cases = [
        (
            "ALTER TABLE post ADD COLUMN extra TEXT",
            "table post: column extra is in the database and not in the models",
        ),
        (
            "ALTER TABLE author RENAME COLUMN name TO title",
            "table author: column name is in the models and not in the database",
        ),
        (
            "DROP TABLE author",
            "table author is in the models and not in the database",
        ),
        (
            "DROP INDEX by_title",
            "table post: index by_title is in the models and not in the database",
        ),
        (
            "DROP INDEX by_title; CREATE UNIQUE INDEX by_title ON post (title)",
            "table post: index by_title is `create unique index by_title on post ( title )` in the \
             database and `create index by_title on post ( title )` in the models",
        ),
        (
            "DROP TRIGGER post_fts_update",
            "table post: trigger post_fts_update is in the models and not in the database",
        ),
        (
            "DROP TABLE post_fts; CREATE VIRTUAL TABLE post_fts USING fts5(title)",
            "table post: full text post_fts is `create virtual table post_fts using fts5 ( title )`",
        ),
        (
            "DROP TABLE author; CREATE TABLE author (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE)",
            "table author: table is in the database and not in the models",
        ),
        (
            "DROP TABLE author; CREATE TABLE author (id INTEGER PRIMARY KEY, name TEXT UNIQUE) STRICT",
            "table author: column name is `TEXT` in the database and `TEXT, not null` in the models",
        ),
    ];
    for (sql, line) in cases {
        let database = Database::with(models(), "");
        database.run(&format!(
            "PRAGMA foreign_keys = OFF; {sql}; PRAGMA foreign_keys = ON"
        ));
        let drift = migrate::drift(&database.connection).expect("drift");
        assert!(
            drift
                .differences
                .iter()
                .any(|found| found.starts_with(line)),
            "{sql}: {drift:?}"
        );
        let refused = refusal(database.plan(models()));
        assert!(
            refused.contains(line) && refused.contains("--adopt"),
            "{sql}: {refused}"
        );
    }
}

#[test]
fn what_an_app_made_beside_its_models_is_only_noted() {
    let database = Database::with(
        models(),
        "CREATE TABLE cache (k TEXT, v TEXT); CREATE INDEX own ON post (rank); CREATE VIEW v AS SELECT 1",
    );
    let plan = database.plan(models()).expect("plan");
    assert!(plan.is_recorded());
    assert_eq!(plan.notes().len(), 3, "{:?}", plan.notes());
}

#[test]
fn tables_that_no_migration_has_made_are_adopted_where_they_fit() {
    let source = Database::with(models(), "");
    let made = source.lines("SELECT sql || ';' FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE '\\_wasgi%' ESCAPE '\\' AND name NOT LIKE 'post_fts_%' ORDER BY type = 'trigger', rowid");
    let triggers = source.lines("SELECT sql || ';' FROM sqlite_schema WHERE type = 'trigger'");
    let foreign = Database::new();
    foreign.run(&made.join("\n"));
    foreign.run(&triggers.join("\n"));
    foreign.run("INSERT INTO author (name) VALUES ('ann')");
    let refused = refusal(foreign.plan(models()));
    assert!(
        refused.contains("table author is in the database, and no migration has made it"),
        "{refused}"
    );
    let options = Options {
        adopt: true,
        ..Options::default()
    };
    let mut wanted = models();
    wanted.push(model("tag", vec![text("name")]));
    let plan = foreign
        .migrate_with(&schema(wanted), &options)
        .expect("adopt");
    assert_eq!(plan.adopted(), ["author", "post"]);
    assert_eq!(plan.changes().len(), 1);
    assert_eq!(foreign.lines("SELECT name FROM author"), ["ann"]);
    let history = migrate::history(&foreign.connection).expect("history");
    assert_eq!(
        history.iter().map(|entry| entry.kind).collect::<Vec<_>>(),
        [Kind::Adoption]
    );
}

#[test]
fn a_drift_towards_the_new_models_is_adopted_and_any_other_refused() {
    let database = Database::with(models(), "ALTER TABLE author ADD COLUMN email TEXT");
    let mut wanted = models();
    if let Some(author) = wanted.first_mut() {
        author.columns.push(text("email").nullable());
    }
    let options = Options {
        adopt: true,
        ..Options::default()
    };
    let plan = database
        .migrate_with(&schema(wanted.clone()), &options)
        .expect("adopt");
    assert_eq!(plan.adopted(), ["author"]);
    database.run("ALTER TABLE author ADD COLUMN phone TEXT");
    let refused = refusal(migrate::plan(
        &database.connection,
        &schema(wanted),
        &options,
    ));
    assert!(
        refused.contains("column phone is in the database and not in the models"),
        "{refused}"
    );
}

#[test]
fn a_table_that_is_gone_is_made_anew_with_adopt() {
    let database = Database::with(models(), "DROP TABLE post");
    let options = Options {
        adopt: true,
        ..Options::default()
    };
    // Its full-text search has nothing to search in.
    database.run("DROP TABLE post_fts");
    database
        .migrate_with(&schema(models()), &options)
        .expect("adopt");
}

#[test]
fn an_older_version_of_the_app_is_a_migration_like_any_other() {
    let old = vec![model("post", vec![text("title")])];
    let new = vec![model("post", vec![text("title"), text("note").nullable()])];
    let database = Database::with(new, "INSERT INTO post (title, note) VALUES ('a', 'b')");
    let plan = database.plan(old.clone()).expect("plan");
    assert!(plan.is_destructive());
    database.force(old);
    assert_eq!(database.lines("SELECT * FROM post"), ["1|a"]);
}
