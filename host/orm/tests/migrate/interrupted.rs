//! Migrations that do not come to their end.

use wasgi_orm::Error;
use wasgi_orm::connection::{Connection, Options as ConnectionOptions, Role};
use wasgi_orm::migrate::{self, Options};
use wasgi_orm::schema::ReferenceAction;

use super::models::*;

fn old() -> Vec<wasgi_orm::schema::Model> {
    vec![
        model("author", vec![text("name")]),
        model(
            "post",
            vec![
                text("title"),
                integer("author_id").to("author", ReferenceAction::Cascade),
            ],
        )
        .index("by_title", &["title"], false, None)
        .search(&["title"]),
    ]
}

const ROWS: &str = "INSERT INTO author (name) VALUES ('ann'); \
     INSERT INTO post (title, author_id) VALUES ('a', 1), ('b', 1)";

#[test]
fn a_step_that_fails_takes_the_whole_migration_back() {
    let database = Database::with(old(), ROWS);
    let before = database.dump();
    let mut wanted = schema(vec![
        model("writer", vec![text("name").unique()]).formerly("author"),
        model(
            "post",
            vec![
                text("title").nullable(),
                integer("author_id").to("writer", ReferenceAction::Cascade),
            ],
        ),
        model("tag", vec![text("name")]),
    ]);
    wanted.steps.push(step(
        "fails",
        &[
            "UPDATE post SET title = 'lost'",
            "INSERT INTO nowhere VALUES (1)",
        ],
    ));
    let refused = refusal(database.migrate_with(&wanted, &Options::default()));
    assert!(
        refused.contains("step fails, statement 2: no such table: nowhere"),
        "{refused}"
    );
    assert_eq!(database.dump(), before);
    assert_eq!(database.lines("PRAGMA foreign_keys"), ["1"]);
    assert_eq!(database.lines("PRAGMA legacy_alter_table"), ["0"]);
    database.assert_sound(&schema(old()));
}

#[test]
fn a_row_that_does_not_fit_in_the_middle_of_a_rebuild_takes_everything_back() {
    let database = Database::with(old(), ROWS);
    let before = database.dump();
    // The fill is of another type than the column, which only the rows tell.
    let wanted = schema(vec![
        model(
            "author",
            vec![
                text("name").unique(),
                integer("age").fill("name || ' is no number'"),
            ],
        ),
        model(
            "post",
            vec![
                text("title"),
                integer("author_id").to("author", ReferenceAction::Cascade),
            ],
        ),
    ]);
    let result = database.migrate_with(&wanted, &Options::default());
    assert!(matches!(result, Err(Error::TypeMismatch(_))), "{result:?}");
    assert_eq!(database.dump(), before);
    assert_eq!(database.lines("PRAGMA foreign_keys"), ["1"]);
    assert_eq!(database.lines("PRAGMA legacy_alter_table"), ["0"]);
}

#[test]
fn a_migration_without_room_takes_everything_back() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let options = ConnectionOptions {
        quota: 400 << 10,
        ..ConnectionOptions::default()
    };
    let connection =
        Connection::open(&folder.path().join("app.db"), Role::Writer, &options).expect("open");
    let database = Database { connection };
    database.migrate(vec![model("post", vec![text("title")])]);
    database.run(
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200) \
         INSERT INTO post (title) SELECT hex(randomblob(500)) FROM n",
    );
    let before = database.dump();
    let wanted = schema(vec![model("post", vec![text("title").unique()])]);
    let result = database.migrate_with(&wanted, &Options::default());
    assert!(matches!(result, Err(Error::Quota(_))), "{result:?}");
    assert_eq!(database.dump(), before);
}

#[test]
fn a_cancelled_migration_takes_everything_back() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let path = folder.path().join("app.db");
    let open =
        || Connection::open(&path, Role::Writer, &ConnectionOptions::default()).expect("open");
    let database = Database { connection: open() };
    database.migrate(old());
    database.run(ROWS);
    let before = database.dump();
    let mut wanted = schema(old());
    wanted.steps.push(step(
        "endless",
        &[
            "DELETE FROM post",
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n",
        ],
    ));
    let plan = migrate::plan(&database.connection, &wanted, &Options::default()).expect("plan");
    let control = std::sync::Arc::clone(database.connection.control());
    let other = open();
    let result = std::thread::scope(|scope| {
        scope.spawn(move || {
            // Until the migration has begun: from then on it never ends by itself.
            let begin = || other.as_host(|raw| raw.execute_batch("BEGIN IMMEDIATE; ROLLBACK"));
            while begin().is_ok() {}
            control.cancel();
        });
        migrate::apply(&database.connection, &plan)
    });
    database.connection.control().renew();
    assert_eq!(result, Err(Error::Timeout));
    assert_eq!(database.dump(), before);
}

#[test]
fn a_database_that_somebody_else_writes_to_is_busy() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let path = folder.path().join("app.db");
    let open =
        || Connection::open(&path, Role::Writer, &ConnectionOptions::default()).expect("open");
    let database = Database { connection: open() };
    let other = open();
    let plan = database.plan(old()).expect("plan");
    other
        .as_host(|raw| raw.execute_batch("BEGIN IMMEDIATE"))
        .expect("begin");
    assert_eq!(
        migrate::apply(&database.connection, &plan),
        Err(Error::Busy)
    );
    other
        .as_host(|raw| raw.execute_batch("COMMIT"))
        .expect("commit");
    migrate::apply(&database.connection, &plan).expect("apply");
    database.assert_sound(&schema(old()));
}

#[test]
fn readers_see_the_old_schema_until_the_new_one_is_there() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let path = folder.path().join("app.db");
    let open = |role| Connection::open(&path, role, &ConnectionOptions::default()).expect("open");
    let database = Database {
        connection: open(Role::Writer),
    };
    database.migrate(old());
    database.run(ROWS);
    let reader = open(Role::Reader);
    let columns = || {
        reader.as_host(|raw| {
            raw.query_row(
                "SELECT count(*) FROM pragma_table_info('author')",
                [],
                |row| row.get::<_, i64>(0),
            )
        })
    };
    reader
        .as_host(|raw| raw.execute_batch("BEGIN; SELECT count(*) FROM author"))
        .expect("begin");
    let wanted = vec![
        model(
            "author",
            vec![text("name"), text("email").nullable().unique()],
        ),
        old().pop().expect("post"),
    ];
    database.migrate(wanted);
    assert_eq!(columns(), Ok(2));
    reader
        .as_host(|raw| raw.execute_batch("COMMIT"))
        .expect("commit");
    assert_eq!(columns(), Ok(3));
}
