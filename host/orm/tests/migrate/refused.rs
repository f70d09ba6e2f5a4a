//! What rows cannot meet is refused before anything is done, with the cure.

use wasgi_orm::schema::ReferenceAction;

use super::models::*;

fn database() -> Database {
    Database::with(
        vec![model(
            "post",
            vec![text("title").nullable(), integer("rank").nullable()],
        )],
        "INSERT INTO post (title, rank) VALUES ('a', 1), ('a', NULL), ('A', 3), (NULL, 3)",
    )
}

#[test]
fn a_column_without_values_cannot_become_not_null() {
    let database = database();
    let refused = refusal(database.plan(vec![model(
        "post",
        vec![text("title").nullable(), integer("rank")],
    )]));
    assert!(
        refused.contains("column rank may not be null, and 1 row has no value"),
        "{refused}"
    );
    assert!(refused.contains("a default or a fill"), "{refused}");
    let refused = refusal(database.plan(vec![model(
        "post",
        vec![
            text("title").nullable(),
            integer("rank").nullable(),
            text("new"),
        ],
    )]));
    assert!(
        refused.contains("column new may not be null, and 4 rows have no value"),
        "{refused}"
    );
    database.run("UPDATE post SET rank = 0 WHERE rank IS NULL");
    database.migrate(vec![model(
        "post",
        vec![text("title").nullable(), integer("rank")],
    )]);
}

#[test]
fn duplicates_are_shown_where_a_column_or_an_index_becomes_unique() {
    let database = database();
    let rank = || integer("rank").nullable();
    let refused = refusal(database.plan(vec![model(
        "post",
        vec![text("title").nullable().unique(), rank()],
    )]));
    assert!(
        refused.contains("column title is to be unique, but 2 rows have 'a'"),
        "{refused}"
    );
    let refused = refusal(database.plan(vec![model(
        "post",
        vec![text("title").nullable().unique().nocase(), rank()],
    )]));
    assert!(refused.contains("3 rows have"), "{refused}");
    // A value may be megabytes: its beginning will do.
    database.run("UPDATE post SET title = printf('%.1000c', 'x')");
    let refused = refusal(database.plan(vec![model(
        "post",
        vec![text("title").nullable().unique(), rank()],
    )]));
    assert!(
        refused.contains("xxx'...") && refused.len() < 250,
        "{refused}"
    );
    let indexed = |condition| {
        vec![model("post", vec![text("title").nullable(), rank()]).index(
            "u",
            &["rank"],
            true,
            condition,
        )]
    };
    let refused = refusal(database.plan(indexed(None)));
    assert!(
        refused.contains("index u (rank) is to be unique, but 2 rows have 3"),
        "{refused}"
    );
    database.migrate(indexed(Some("rank < 3")));
    let refused = refusal(database.plan(vec![
        model("post", vec![text("title").nullable(), integer("rank").fill("0")]).key(&["rank"]),
    ]));
    assert!(
        refused.contains("the primary key (rank) is to be unique"),
        "{refused}"
    );
}

#[test]
fn a_check_that_rows_break_is_refused_with_their_number() {
    let database = database();
    let checked = |condition: &str| {
        vec![
            model(
                "post",
                vec![text("title").nullable(), integer("rank").nullable()],
            )
            .check("small", condition),
        ]
    };
    let refused = refusal(database.plan(checked("rank < 3")));
    assert!(
        refused.contains("check small (rank < 3) does not hold in 2 rows"),
        "{refused}"
    );
    database.migrate(checked("rank < 4"));
}

#[test]
fn references_to_rows_that_are_not_there_are_refused_and_nothing_is_changed() {
    let database = database();
    let before = database.dump();
    let wanted = schema(vec![
        model("group", vec![text("name")]),
        model(
            "post",
            vec![
                text("title").nullable(),
                integer("rank")
                    .nullable()
                    .to("group", ReferenceAction::SetNull),
            ],
        ),
    ]);
    let refused = refusal(database.migrate_with(&wanted, &Default::default()));
    assert!(
        refused.contains("table post: 3 rows refer by rank to rows of group that are not there (the first has rowid 1)"),
        "{refused}"
    );
    assert_eq!(database.dump(), before);
}

#[test]
fn a_fill_that_is_no_expression_over_the_old_row_is_refused() {
    let database = database();
    for (fill, word) in [
        ("missing", "no such column: missing"),
        ("new", "no such column: new"),
        ("max(rank)", "misuse of aggregate"),
        ("title) FROM post; DROP TABLE post; --", "closes nothing"),
        ("load_extension('x')", "not authorized"),
        ("(SELECT sql FROM other)", "no such table"),
        ("title, rank", "row value misused"),
        ("post.title", "no such column"),
    ] {
        let refused = refusal(database.plan(vec![model(
            "post",
            vec![
                text("title").nullable(),
                integer("rank").nullable(),
                text("new").fill(fill),
            ],
        )]));
        assert!(
            refused.contains(word) && refused.contains("column new"),
            "{fill}: {refused}"
        );
    }
}

#[test]
fn a_plan_is_not_applied_to_a_database_that_has_changed_since() {
    let database = Database::with(
        vec![model("post", vec![text("a"), text("b").nullable()])],
        "INSERT INTO post (a) VALUES ('x')",
    );
    // Nothing is lost, as of now.
    let plan = database
        .plan(vec![model("post", vec![text("a")])])
        .expect("plan");
    assert!(!plan.is_destructive());
    database.run("UPDATE post SET b = 'precious'");
    let refused = refusal(wasgi_orm::migrate::apply(&database.connection, &plan));
    assert!(refused.contains("plan it again"), "{refused}");
    assert_eq!(database.lines("SELECT b FROM post"), ["precious"]);
}

#[test]
fn a_plan_that_somebody_else_has_applied_is_not_applied_again() {
    let database = Database::new();
    let plan = database
        .plan(vec![model("post", vec![text("a")])])
        .expect("plan");
    database.migrate(vec![model("post", vec![text("a")])]);
    let applied = wasgi_orm::migrate::apply(&database.connection, &plan).expect("apply");
    assert_eq!(applied, wasgi_orm::migrate::Applied::BySomebodyElse);
    assert_eq!(
        wasgi_orm::migrate::history(&database.connection)
            .expect("history")
            .len(),
        1
    );
}
