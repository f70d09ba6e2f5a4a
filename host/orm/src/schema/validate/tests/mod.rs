//! What is refused, and with which words.

mod expressions;

use super::super::{
    Check, Collation, Column, ColumnDefault, FullText, Index, IndexColumn, Model, Reference,
    ReferenceAction, Schema, Step,
};
use super::validate;
use crate::value::{ColumnType, Value};

fn column(name: &str, kind: ColumnType) -> Column {
    Column {
        name: name.into(),
        kind,
        nullable: false,
        unique: false,
        default: None,
        references: None,
        collation: Collation::Binary,
        renamed_from: None,
        fill: None,
    }
}

fn index(name: &str, column: &str, condition: Option<&str>) -> Index {
    let column = IndexColumn {
        name: column.into(),
        descending: true,
    };
    Index {
        name: name.into(),
        columns: vec![column],
        unique: true,
        condition: condition.map(str::to_owned),
    }
}

fn model(table: &str) -> Model {
    Model {
        table: table.into(),
        columns: vec![
            column("id", ColumnType::Integer),
            column("title", ColumnType::Text),
            column("rank", ColumnType::Integer),
        ],
        primary_key: vec!["id".into()],
        indexes: Vec::new(),
        checks: Vec::new(),
        full_text: None,
        renamed_from: None,
    }
}

/// Returns why two models are refused, of which the first is changed like this.
fn refused(change: impl FnOnce(&mut Model)) -> String {
    let mut post = model("post");
    change(&mut post);
    let schema = Schema {
        models: vec![post, model("author")],
        steps: Vec::new(),
    };
    validate(&schema).expect_err("refused").to_string()
}

fn accepted(change: impl FnOnce(&mut Model)) {
    let mut post = model("post");
    change(&mut post);
    let schema = Schema {
        models: vec![post, model("author")],
        steps: Vec::new(),
    };
    validate(&schema).expect("accepted");
}

/// Changes the column `title`, the second.
fn title(change: impl FnOnce(&mut Column)) -> impl FnOnce(&mut Model) {
    |model| change(&mut model.columns[1])
}

#[test]
fn a_schema_with_something_of_everything_is_accepted() {
    accepted(|post| {
        post.indexes = vec![index("by_title", "title", Some("rank > 0"))];
        post.checks = vec![Check {
            name: "short".into(),
            condition: "length(title) < 100 AND title NOT LIKE '%;%'".into(),
        }];
        post.full_text = Some(FullText {
            columns: vec!["title".into()],
            tokenizer: "porter unicode61 remove_diacritics 2 tokenchars '-_'".into(),
        });
        post.columns.push(Column {
            nullable: true,
            references: Some(reference("author", "id")),
            ..column("author_id", ColumnType::Integer)
        });
    });
}

#[test]
fn names_that_are_none_are_refused() {
    for name in [
        "", "9lives", "a b", "a\"b", "naïve", "sqlite_x", "_wasgi_x", "_WASGI", "a;b", "a\0",
    ] {
        let words = refused(|post| post.table = name.into());
        assert!(words.starts_with("model "), "{name:?}: {words}");
        let words = refused(title(|column| column.name = name.into()));
        assert!(
            words.starts_with("model post: column "),
            "{name:?}: {words}"
        );
        let words = refused(|post| post.indexes = vec![index(name, "title", None)]);
        assert!(words.starts_with("model post: index "), "{name:?}: {words}");
        refused(|post| post.renamed_from = Some(name.into()));
    }
    refused(|post| post.table = "x".repeat(65));
    accepted(|post| post.table = "x".repeat(64));
}

#[test]
fn names_that_are_alike_are_refused() {
    assert_eq!(
        refused(|post| post.table = "AUTHOR".into()),
        "model author and model AUTHOR have the same name, author (letters' case does not count); rename one of them"
    );
    let words = refused(title(|column| column.name = "ID".into()));
    assert!(
        words.contains("column ID and column id have the same name"),
        "{words}"
    );
    refused(|post| post.indexes = vec![index("author", "title", None)]);
    refused(|post| post.indexes = vec![index("x", "title", None), index("X", "rank", None)]);
    let searched = |model: &mut Model| {
        model.full_text = Some(FullText {
            columns: vec!["title".into()],
            tokenizer: String::new(),
        });
    };
    for taken in ["post_fts", "Post_FTS_data", "post_fts_config"] {
        let words = refused(|post| {
            searched(post);
            post.indexes = vec![index(taken, "title", None)];
        });
        assert!(words.contains("the full-text search of post"), "{words}");
    }
    refused(title(|column| column.name = "rowid".into()));
    accepted(|post| {
        post.columns[0].name = "rowid".into();
        post.primary_key = vec!["rowid".into()];
    });
}

#[test]
fn a_primary_key_is_of_columns_that_are_there_and_not_null() {
    let words = refused(|post| post.primary_key.clear());
    assert_eq!(
        words,
        "model post: primary key: there is none; name a column, mostly an integer `id`"
    );
    let words = refused(|post| post.primary_key = vec!["key".into()]);
    assert!(words.contains("there is no column key"), "{words}");
    let words = refused(|post| post.columns[0].nullable = true);
    assert!(
        words.contains("column id may be null; make it not null"),
        "{words}"
    );
    refused(|post| post.primary_key = vec!["id".into(), "id".into()]);
    accepted(|post| post.primary_key = vec!["title".into(), "rank".into()]);
    refused(|post| post.columns.clear());
}

fn reference(table: &str, column: &str) -> Reference {
    Reference {
        table: table.into(),
        column: column.into(),
        on_delete: ReferenceAction::Cascade,
        on_update: ReferenceAction::NoAction,
    }
}

#[test]
fn a_reference_points_to_a_key_of_the_same_type() {
    let rank = |to: Reference| refused(|post| post.columns[2].references = Some(to));
    assert!(rank(reference("nobody", "id")).contains("there is no such model"));
    assert!(rank(reference("author", "nothing")).contains("there is no such column"));
    assert!(rank(reference("author", "rank")).contains("neither the primary key nor unique"));
    let words = refused(title(|column| {
        column.references = Some(reference("author", "id"))
    }));
    assert!(
        words.contains("its type is Text, and author.id, which it refers to, is Integer"),
        "{words}"
    );
    let acting = |action| Reference {
        on_delete: action,
        ..reference("author", "id")
    };
    assert!(rank(acting(ReferenceAction::SetNull)).contains("needs a column that may be null"));
    assert!(rank(acting(ReferenceAction::SetDefault)).contains("needs a default"));
    accepted(|post| post.columns[2].references = Some(reference("author", "id")));
}

#[test]
fn a_default_is_of_the_columns_type() {
    let constant = |value| {
        refused(title(|column| {
            column.default = Some(ColumnDefault::Constant(value))
        }))
    };
    assert!(constant(Value::Integer(1)).contains("its type is Text, its default Some(Integer)"));
    assert!(constant(Value::Null).contains("may not be null"));
    assert!(constant(Value::Text("a\0".into())).contains("without NUL"));
    assert!(constant(Value::Text("a".repeat(5000))).contains("at most 4096 bytes"));
    let words = refused(title(|column| column.default = Some(ColumnDefault::Now)));
    assert!(
        words.contains("`now` is a default of timestamps and dates"),
        "{words}"
    );
    let typed = |kind, value| {
        refused(title(|column| {
            column.kind = kind;
            column.default = Some(ColumnDefault::Constant(value));
        }))
    };
    assert!(typed(ColumnType::Real, Value::Real(f64::NAN)).contains("finite"));
    assert!(typed(ColumnType::Date, Value::Date("2026-02-30".into())).contains("not a date"));
    assert!(typed(ColumnType::Json, Value::Json("{".into())).contains("not JSON"));
    let words = refused(|post| post.columns[2].collation = Collation::Nocase);
    assert!(
        words.contains("only text is compared without case"),
        "{words}"
    );
}

#[test]
fn steps_have_a_plain_name_of_their_own_and_sql() {
    let step = |name: &str, sql: &[&str]| Step {
        name: name.into(),
        sql: sql.iter().map(|sql| (*sql).to_owned()).collect(),
    };
    let refused = |steps: Vec<Step>| {
        let models = vec![model("post")];
        validate(&Schema { models, steps })
            .expect_err("refused")
            .to_string()
    };
    refused(vec![step("", &["SELECT 1"])]);
    refused(vec![step("a\nb", &["SELECT 1"])]);
    refused(vec![step("empty", &[" "])]);
    refused(vec![step("none", &[])]);
    refused(vec![step("nul", &["SELECT '\0'"])]);
    let words = refused(vec![
        step("same", &["SELECT 1"]),
        step("Same", &["SELECT 1"]),
    ]);
    assert!(
        words.contains("step Same and step same have the same name"),
        "{words}"
    );
}

#[test]
fn there_are_bounds() {
    let many = |count: usize| Schema {
        models: (0..count)
            .map(|number| model(&format!("t{number}")))
            .collect(),
        steps: Vec::new(),
    };
    validate(&many(200)).expect("accepted");
    let words = validate(&many(201)).expect_err("refused").to_string();
    assert_eq!(words, "models: 201 are too many; at most 200");
    let words = refused(|post| {
        post.columns = (0..201)
            .map(|number| column(&format!("c{number}"), ColumnType::Text))
            .collect();
    });
    assert_eq!(words, "model post: columns: 201 are too many; at most 200");
}
