//! Changes that need no rebuild.

use wasgi_orm::schema::ReferenceAction;
use wasgi_orm::{ColumnType, Value};

use super::models::*;

#[test]
fn a_new_database_gets_all_tables_indexes_and_searches() {
    let database = Database::new();
    let plan = database.migrate(vec![
        model("author", vec![text("name").unique().nocase()]),
        model(
            "post",
            vec![
                text("title"),
                integer("author_id").to("author", ReferenceAction::Cascade),
                column("done", ColumnType::Boolean).default(Value::Boolean(false)),
                column("meta", ColumnType::Json).nullable(),
                column("price", ColumnType::Decimal).default(Value::Decimal("1.50".into())),
                column("at", ColumnType::Timestamp).now(),
                column("day", ColumnType::Date).now(),
                column("token", ColumnType::Uuid).nullable(),
            ],
        )
        .index(
            "post_title",
            &["title", "author_id"],
            false,
            Some("done = 0"),
        )
        .check("title_is_there", "title <> ''")
        .search(&["title"]),
    ]);
    assert!(plan.is_first());
    assert!(!plan.is_destructive());
    database.run(
        "INSERT INTO author (name) VALUES ('ann'); \
         INSERT INTO post (title, author_id) VALUES ('Plain words', 1)",
    );
    assert_eq!(
        database
            .lines("SELECT id, done, price, at > 1700000000000000, day = date('now') FROM post"),
        ["1|0|1.50|1|1"]
    );
    assert_eq!(
        database.lines("SELECT rowid FROM post_fts WHERE post_fts MATCH 'words'"),
        ["1"]
    );
    for bad in [
        "INSERT INTO post (title, author_id) VALUES ('', 1)",
        "INSERT INTO post (title, author_id) VALUES ('x', 2)",
        "INSERT INTO post (title, author_id, done) VALUES ('x', 1, 2)",
        "INSERT INTO post (title, author_id, meta) VALUES ('x', 1, '{')",
        "INSERT INTO author (name) VALUES ('ANN')",
    ] {
        let refused = database.connection.as_host(|raw| raw.execute_batch(bad));
        assert!(refused.is_err(), "{bad}");
    }
}

#[test]
fn a_full_text_search_follows_its_table() {
    let database = Database::with(
        vec![
            model(
                "post",
                vec![text("title"), integer("views").default(Value::Integer(0))],
            )
            .search(&["title"]),
        ],
        "INSERT INTO post (title) VALUES ('one apple'), ('two pears')",
    );
    let found = |word: &str| {
        database.lines(&format!(
            "SELECT rowid FROM post_fts WHERE post_fts MATCH '{word}'"
        ))
    };
    database.run("UPDATE post SET title = 'three plums' WHERE id = 1; UPDATE post SET views = 5");
    assert_eq!(found("apple"), [""; 0]);
    assert_eq!(found("plums"), ["1"]);
    database.run("UPDATE post SET id = 9 WHERE id = 1; DELETE FROM post WHERE id = 2");
    assert_eq!(found("plums"), ["9"]);
    assert_eq!(found("pears"), [""; 0]);
    database.assert_sound(&schema(vec![
        model(
            "post",
            vec![text("title"), integer("views").default(Value::Integer(0))],
        )
        .search(&["title"]),
    ]));
}

#[test]
fn columns_that_sqlite_can_add_are_added_without_a_rebuild() {
    let database = Database::with(
        vec![model("post", vec![text("title")])],
        "INSERT INTO post (title) VALUES ('a'), ('b')",
    );
    let plan = database.migrate(vec![model(
        "post",
        vec![
            column("done", ColumnType::Boolean).default(Value::Boolean(true)),
            text("title"),
            text("note").nullable(),
            column("ratio", ColumnType::Real).default(Value::Real(-1.5)),
            text("word").default(Value::Text("it's".into())).nocase(),
        ],
    )]);
    assert!(
        plan.changes()
            .iter()
            .all(|change| change.description.starts_with("add column"))
    );
    assert_eq!(
        database.lines("SELECT id, title, done, note, ratio, word FROM post"),
        ["1|a|1|null|-1.5|it's", "2|b|1|null|-1.5|it's"]
    );
}

#[test]
fn a_declared_rename_moves_the_data_and_what_refers_to_them() {
    let database = Database::with(
        vec![
            model("author", vec![text("name")]),
            model(
                "post",
                vec![
                    text("title"),
                    integer("author_id").to("author", ReferenceAction::Cascade),
                ],
            )
            .index("by_title", &["title"], false, Some("title <> ''"))
            .search(&["title"]),
        ],
        "INSERT INTO author (name) VALUES ('ann'); INSERT INTO post (title, author_id) VALUES ('word', 1); \
         CREATE VIEW titles AS SELECT title, name FROM post JOIN author ON author.id = author_id; \
         CREATE TRIGGER loud AFTER UPDATE OF title ON post BEGIN UPDATE author SET name = upper(new.title); END",
    );
    let models = || {
        vec![
            model("writer", vec![text("full_name").was("name")]).formerly("author"),
            model(
                "article",
                vec![
                    text("headline").was("title"),
                    integer("writer_id")
                        .to("writer", ReferenceAction::Cascade)
                        .was("author_id"),
                ],
            )
            .index("by_title", &["headline"], false, Some("headline <> ''"))
            .search(&["headline"])
            .formerly("post"),
        ]
    };
    let plan = database.migrate(models());
    assert!(!plan.is_destructive());
    assert!(
        !plan
            .changes()
            .iter()
            .any(|change| change.description.starts_with("rebuild")),
        "{plan}"
    );
    assert_eq!(database.lines("SELECT * FROM titles"), ["word|ann"]);
    assert_eq!(
        database.lines("SELECT rowid FROM article_fts WHERE article_fts MATCH 'word'"),
        ["1"]
    );
    database.run("UPDATE article SET headline = 'new'");
    assert_eq!(database.lines("SELECT full_name FROM writer"), ["NEW"]);
    // The hints may stay, or go.
    assert!(database.plan(models()).expect("plan").is_recorded());
    let plain = vec![
        model("writer", vec![text("full_name")]),
        model(
            "article",
            vec![
                text("headline"),
                integer("writer_id").to("writer", ReferenceAction::Cascade),
            ],
        )
        .index("by_title", &["headline"], false, Some("headline <> ''"))
        .search(&["headline"]),
    ];
    let plan = database.migrate(plain);
    assert!(plan.is_empty());
}

#[test]
fn names_can_be_handed_on_and_change_their_case() {
    let database = Database::with(
        vec![
            model("a", vec![text("x"), text("y")]),
            model("b", vec![text("z")]),
        ],
        "INSERT INTO a (x, y) VALUES ('x', 'y'); INSERT INTO b (z) VALUES ('z')",
    );
    let plan = database.migrate(vec![
        model("b", vec![text("y").was("x"), text("Z").was("y")]).formerly("a"),
        model("C", vec![text("z")]).formerly("b"),
    ]);
    assert!(!plan.is_destructive());
    assert_eq!(database.lines("SELECT y, \"Z\" FROM b"), ["x|y"]);
    assert_eq!(database.lines("SELECT z FROM \"C\""), ["z"]);
    database.migrate(vec![
        model("B", vec![text("Y"), text("z").was("Z")]),
        model("c", vec![text("z")]),
    ]);
    assert_eq!(database.lines("SELECT * FROM B"), ["1|x|y"]);
}

#[test]
fn indexes_come_and_go_and_change() {
    let database = Database::with(
        vec![
            model("post", vec![text("a"), text("b")])
                .index("one", &["a"], false, None)
                .index("two", &["b"], false, None),
        ],
        "INSERT INTO post (a, b) VALUES ('a', 'b')",
    );
    let plan = database.migrate(vec![
        model("post", vec![text("a"), text("b")])
            .index("one", &["a", "b"], true, Some("a > ''"))
            .index("three", &["b"], false, None),
    ]);
    let done: Vec<&str> = plan
        .changes()
        .iter()
        .map(|change| change.description.as_str())
        .collect();
    assert_eq!(
        done,
        [
            "drop index one",
            "drop index two",
            "create index one on post",
            "create index three on post"
        ]
    );
}

#[test]
fn a_full_text_search_comes_with_the_rows_that_are_there_and_goes() {
    let database = Database::with(
        vec![model("post", vec![text("title"), text("body")])],
        "INSERT INTO post (title, body) VALUES ('apple', 'red')",
    );
    database.migrate(vec![
        model("post", vec![text("title"), text("body")]).search(&["title"]),
    ]);
    assert_eq!(
        database.lines("SELECT rowid FROM post_fts WHERE post_fts MATCH 'apple'"),
        ["1"]
    );
    database.migrate(vec![
        model("post", vec![text("title"), text("body")]).search(&["title", "body"]),
    ]);
    assert_eq!(
        database.lines("SELECT rowid FROM post_fts WHERE post_fts MATCH 'red'"),
        ["1"]
    );
    let plan = database.migrate(vec![model("post", vec![text("title"), text("body")])]);
    assert!(!plan.is_destructive());
    assert_eq!(
        database.lines("SELECT name FROM sqlite_schema WHERE name LIKE 'post_%'"),
        [""; 0]
    );
}

#[test]
fn a_table_with_rows_goes_only_with_leave() {
    let database = Database::with(
        vec![
            model("post", vec![text("title")]).search(&["title"]),
            model("empty", vec![text("a")]),
        ],
        "INSERT INTO post (title) VALUES ('a'), ('b')",
    );
    let plan = database.plan(Vec::new()).expect("plan");
    let losses: Vec<String> = plan.losses().map(ToString::to_string).collect();
    assert_eq!(losses, ["table post (2 rows)"]);
    let refused = refusal(wasgi_orm::migrate::apply(&database.connection, &plan));
    assert!(
        refused.contains("table post (2 rows)") && refused.contains("--allow-destructive"),
        "{refused}"
    );
    assert_eq!(database.lines("SELECT count(*) FROM post"), ["2"]);
    database.force(Vec::new());
    let left = "SELECT name FROM sqlite_schema WHERE name NOT LIKE '\\_wasgi%' ESCAPE '\\'";
    assert_eq!(database.lines(left), [""; 0]);
}

#[test]
fn the_plan_is_sql_with_comments() {
    let database = Database::with(
        vec![model("post", vec![text("title"), text("body")])],
        "INSERT INTO post (title, body) VALUES ('a', 'b')",
    );
    let mut wanted = schema(vec![
        model("post", vec![text("title"), text("note").nullable()]).index(
            "by_title",
            &["title"],
            false,
            None,
        ),
        model("tag", vec![text("name").unique()]),
    ]);
    wanted.steps.push(step(
        "seed tags",
        &["INSERT INTO tag (name) VALUES ('first');"],
    ));
    let plan =
        wasgi_orm::migrate::plan(&database.connection, &wanted, &Default::default()).expect("plan");
    insta::assert_snapshot!(plan.to_string());
    assert_eq!(
        database
            .plan(vec![model("post", vec![text("title"), text("body")])])
            .expect("plan")
            .to_string(),
        "-- nothing to do: the database has these models\n"
    );
}
