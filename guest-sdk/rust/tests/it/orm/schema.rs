//! What the derive macro makes of a struct.

use wasgi::orm::schema::{ColumnDefault, ColumnType, ReferenceAction};
use wasgi::orm::{Foreign, Schema, Timestamp, prelude::*};
use wasgi::test;

use super::blog::{Author, Post, PostTag};

#[derive(Clone, Debug, Model)]
#[model(
    table = "entry",
    renamed_from = "article",
    index(author, created desc, name = "by_author", where = "hidden = 0"),
    unique(slug, author),
    check("length(title) > 0"),
    full_text(title, tokenizer = "porter")
)]
struct Entry {
    id: i64,
    #[model(column = "author_id", on_delete = set_null, on_update = cascade)]
    author: Option<Foreign<Author>>,
    #[model(renamed_from = "headline", nocase)]
    title: String,
    #[model(fill = "lower(title)", index)]
    slug: String,
    #[model(default = false)]
    hidden: bool,
    #[model(default = now)]
    created: Timestamp,
    #[model(default = -1.5)]
    score: f64,
}

#[test]
fn attributes_become_the_table() {
    let table = Entry::table();
    assert_eq!(
        (table.table.as_str(), table.renamed_from.as_deref()),
        ("entry", Some("article"))
    );
    assert_eq!(table.primary_key, ["id"]);
    let names: Vec<_> = table
        .indexes
        .iter()
        .map(|index| (index.name.as_str(), index.unique))
        .collect();
    assert_eq!(
        names,
        [
            ("entry_slug_index", false),
            ("by_author", false),
            ("entry_slug_author_id_unique", true)
        ]
    );
    let by_author = &table.indexes[1];
    assert_eq!(
        (
            by_author.columns[0].name.as_str(),
            by_author.columns[1].descending
        ),
        ("author_id", true)
    );
    assert_eq!(by_author.condition.as_deref(), Some("hidden = 0"));
    assert_eq!(
        (
            table.checks[0].name.as_str(),
            table.checks[0].condition.as_str()
        ),
        ("entry_check_1", "length(title) > 0")
    );
    let full_text = table.full_text.unwrap();
    assert_eq!(
        (full_text.columns, full_text.tokenizer.as_str()),
        (vec!["title".to_owned()], "porter")
    );
    let [_, author, title, slug, hidden, created, score] = &table.columns[..] else {
        panic!("{:?}", table.columns)
    };
    assert!(author.nullable && author.kind == ColumnType::Integer);
    let reference = author.references.as_ref().unwrap();
    assert_eq!(
        (reference.table.as_str(), reference.column.as_str()),
        ("author", "id")
    );
    assert_eq!(
        (reference.on_delete, reference.on_update),
        (ReferenceAction::SetNull, ReferenceAction::Cascade)
    );
    assert_eq!(title.renamed_from.as_deref(), Some("headline"));
    assert_eq!(slug.fill.as_deref(), Some("lower(title)"));
    assert!(matches!(
        &hidden.default,
        Some(ColumnDefault::Constant(
            wasgi::orm::schema::Constant::Boolean(false)
        ))
    ));
    assert!(matches!(created.default, Some(ColumnDefault::Now)));
    assert!(
        matches!(&score.default, Some(ColumnDefault::Constant(wasgi::orm::schema::Constant::Real(number))) if *number == -1.5)
    );
}

#[test]
fn names_are_made_where_none_are_given() {
    assert_eq!(PostTag::table().table, "post_tag");
    assert_eq!(PostTag::table().primary_key, ["post", "tag"]);
    assert_eq!(Post::table().indexes[0].name, "post_created_index");
    assert!(Author::table().columns[1].unique);
}

#[test]
fn steps_run_after_the_tables_are_made() {
    let schema = Schema::new().model::<Author>().step(
        "the first author",
        ["INSERT INTO author (name) VALUES ('root')"],
    );
    let _database = test::database(schema);
    assert_eq!(Author::get(1).unwrap().name, "root");
}

#[test]
#[should_panic(expected = "the schema cannot be migrated to")]
fn a_schema_that_lacks_a_model_is_refused() {
    let _database = test::database(Schema::new().model::<Post>());
}
