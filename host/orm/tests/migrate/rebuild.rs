//! Changes for which a table is built anew, with rows and company in place.

use wasgi_orm::schema::ReferenceAction;
use wasgi_orm::{ColumnType, Value};

use super::models::*;

fn blog() -> Database {
    Database::with(
        vec![
            model("author", vec![text("name"), text("email").nullable()]),
            model(
                "post",
                vec![
                    text("title"),
                    text("body").nullable(),
                    integer("author_id").to("author", ReferenceAction::Cascade),
                ],
            )
            .index("by_title", &["title"], false, None)
            .search(&["title"]),
        ],
        "INSERT INTO author (id, name, email) VALUES (7, 'ann', 'a@x'), (9, 'bob', NULL); \
         INSERT INTO post (id, title, body, author_id) VALUES (3, 'apples', 'red', 7), (5, 'pears', NULL, 9);",
    )
}

fn post() -> wasgi_orm::schema::Model {
    model(
        "post",
        vec![
            text("title"),
            text("body").nullable(),
            integer("author_id").to("author", ReferenceAction::Cascade),
        ],
    )
    .index("by_title", &["title"], false, None)
    .search(&["title"])
}

#[test]
fn a_rebuild_of_a_table_that_others_refer_to_deletes_nothing() {
    let database = blog();
    database.migrate(vec![
        model(
            "author",
            vec![
                text("name"),
                text("email").default(Value::Text("none".into())),
            ],
        )
        .check("named", "name <> ''"),
        post(),
    ]);
    assert_eq!(
        database.lines("SELECT * FROM author"),
        ["7|ann|a@x", "9|bob|none"]
    );
    assert_eq!(database.lines("SELECT count(*) FROM post"), ["2"]);
    database.run("DELETE FROM author WHERE id = 7");
    assert_eq!(database.lines("SELECT id FROM post"), ["5"]);
}

#[test]
fn what_is_not_of_the_models_survives_a_rebuild() {
    let database = blog();
    database.run(
        "CREATE TABLE log (what TEXT); \
         CREATE TRIGGER noted AFTER INSERT ON author BEGIN INSERT INTO log VALUES ('new ' || new.name); END; \
         CREATE TRIGGER chained AFTER DELETE ON post BEGIN UPDATE author SET email = 'lost' WHERE id = old.author_id; END; \
         CREATE INDEX own ON author (email); \
         CREATE VIEW names AS SELECT name FROM author; \
         CREATE TRIGGER through INSTEAD OF INSERT ON names BEGIN INSERT INTO author (name) VALUES (new.name); END",
    );
    let plan = database.migrate(vec![
        model(
            "author",
            vec![text("name").unique(), text("email").nullable()],
        ),
        post(),
    ]);
    assert_eq!(
        plan.notes(),
        [
            "table author: index own is in the database and not in the models",
            "table log is not of the models; it is left alone",
            "view names is not of the models; it is left alone",
        ]
    );
    database.run("INSERT INTO names (name) VALUES ('cid'); DELETE FROM post WHERE id = 3");
    assert_eq!(database.lines("SELECT * FROM log"), ["new cid"]);
    assert_eq!(
        database.lines("SELECT email FROM author WHERE id = 7"),
        ["lost"]
    );
    let own = "SELECT sql FROM sqlite_schema WHERE name = 'own'";
    assert_eq!(database.lines(own), ["CREATE INDEX own ON author (email)"]);
}

#[test]
fn an_index_of_nobody_goes_with_its_column_and_a_trigger_of_nobody_stops_the_migration() {
    let database = blog();
    database.run("CREATE INDEX own ON author (email)");
    let plan = database.force(vec![model("author", vec![text("name")]), post()]);
    assert!(plan.to_string().contains("index own"), "{plan}");
    database
        .run("CREATE TRIGGER t AFTER UPDATE ON post BEGIN UPDATE author SET name = new.body; END");
    let without_body = model(
        "post",
        vec![
            text("title"),
            integer("author_id").to("author", ReferenceAction::Cascade),
        ],
    );
    let wanted = schema(vec![model("author", vec![text("name")]), without_body]);
    let options = wasgi_orm::migrate::Options {
        allow_destructive: true,
        ..Default::default()
    };
    let refused = refusal(database.migrate_with(&wanted, &options));
    assert!(
        refused.contains("trigger t no more works: no such column: new.body"),
        "{refused}"
    );
    // A step may mend it.
    let mut mended = wanted.clone();
    mended.steps.push(step("drop t", &["DROP TRIGGER t"]));
    database.migrate_with(&mended, &options).expect("migrate");
}

#[test]
fn a_dropped_column_is_counted_and_the_rest_stays() {
    let database = blog();
    let models = || {
        vec![
            model("author", vec![text("name"), text("email").nullable()]),
            model(
                "post",
                vec![
                    text("title"),
                    integer("author_id").to("author", ReferenceAction::Cascade),
                ],
            )
            .search(&["title"]),
        ]
    };
    let plan = database.plan(models()).expect("plan");
    let losses: Vec<String> = plan.losses().map(ToString::to_string).collect();
    assert_eq!(losses, ["column post.body (1 row)"]);
    database.force(models());
    assert_eq!(
        database.lines("SELECT * FROM post"),
        ["3|apples|7", "5|pears|9"]
    );
    assert_eq!(
        database.lines("SELECT rowid FROM post_fts WHERE post_fts MATCH 'pears'"),
        ["5"]
    );
}

#[test]
fn a_fill_makes_values_for_rows_that_are_there() {
    let database = blog();
    database.migrate(vec![
        model(
            "author",
            vec![
                text("name"),
                text("email").fill("lower(name) || '@example.org'"),
                text("slug").unique().fill("name || '-' || id"),
            ],
        ),
        post(),
    ]);
    assert_eq!(
        database.lines("SELECT email, slug FROM author"),
        ["a@x|ann-7", "bob@example.org|bob-9"]
    );
}

#[test]
fn a_fill_sees_the_old_names_and_the_new_table_has_the_new_ones() {
    let database = blog();
    let plan = database.migrate(vec![
        model(
            "writer",
            vec![
                text("full_name").was("name"),
                text("address").was("email").fill("name || '@example.org'"),
                text("both").fill("name || coalesce(email, '-')"),
            ],
        )
        .formerly("author"),
        model(
            "post",
            vec![
                text("title"),
                text("body").nullable(),
                integer("author_id").to("writer", ReferenceAction::Cascade),
            ],
        )
        .index("by_title", &["title"], false, None)
        .search(&["title"]),
    ]);
    assert_eq!(
        database.lines("SELECT id, full_name, address, \"both\" FROM writer"),
        ["7|ann|a@x|anna@x", "9|bob|bob@example.org|bob-"],
        "{plan}"
    );
}

#[test]
fn a_column_with_a_computed_default_is_added_by_a_rebuild() {
    let database = blog();
    database.migrate(vec![
        model(
            "author",
            vec![
                text("name"),
                text("email").nullable(),
                column("since", ColumnType::Timestamp).now(),
            ],
        ),
        post(),
    ]);
    assert_eq!(
        database.lines(
            "SELECT count(*), count(DISTINCT since), min(since) > 1700000000000000 FROM author"
        ),
        ["2|1|1"]
    );
}

#[test]
fn the_primary_key_can_change_and_rows_keep_their_numbers() {
    let database = Database::with(
        vec![model("tag", vec![text("name"), integer("rank")])],
        "INSERT INTO tag (id, name, rank) VALUES (10, 'a', 1), (20, 'b', 2)",
    );
    let keyed = model("tag", vec![text("name"), integer("rank")]).key(&["name", "rank"]);
    database.migrate(vec![keyed.clone().search(&["name"])]);
    assert_eq!(
        database.lines("SELECT rowid, id, name FROM tag"),
        ["10|10|a", "20|20|b"]
    );
    assert_eq!(
        database.lines("SELECT rowid FROM tag_fts WHERE tag_fts MATCH 'b'"),
        ["20"]
    );
    // Without the column that was the number, and with a new one that becomes it.
    let mut bare = keyed;
    bare.columns.retain(|column| column.name != "id");
    database.force(vec![bare.clone()]);
    assert_eq!(
        database.lines("SELECT rowid, name FROM tag"),
        ["10|a", "20|b"]
    );
    let mut numbered = bare;
    numbered.columns.push(integer("number"));
    numbered.primary_key = vec!["number".into()];
    database.migrate(vec![numbered]);
    assert_eq!(
        database.lines("SELECT number, name FROM tag"),
        ["10|a", "20|b"]
    );
}

#[test]
fn tables_that_refer_to_themselves_and_to_each_other_are_rebuilt() {
    let models = |extra: bool| {
        let mut first = vec![
            integer("parent")
                .nullable()
                .to("a", ReferenceAction::SetNull),
            integer("other")
                .nullable()
                .to("b", ReferenceAction::Cascade),
        ];
        let mut second = vec![
            integer("other")
                .nullable()
                .to("a", ReferenceAction::Cascade),
        ];
        if extra {
            first.push(text("x").unique().nullable());
            second.push(text("y").unique().nullable());
        }
        vec![model("a", first), model("b", second)]
    };
    let database = Database::with(
        models(false),
        "INSERT INTO a VALUES (1, NULL, NULL), (2, 1, NULL); INSERT INTO b VALUES (1, 2); UPDATE a SET other = 1",
    );
    database.migrate(models(true));
    assert_eq!(
        database.lines("SELECT id, parent, other FROM a"),
        ["1|null|1", "2|1|1"]
    );
    database.migrate(models(false));
    database.run("DELETE FROM a WHERE id = 1");
    assert_eq!(database.lines("SELECT id, parent FROM a"), ["2|null"]);
}
