//! Errors have types, and say which constraint was broken.

use wasgi::orm::{self, Error, Foreign, prelude::*};
use wasgi::test;

use super::blog::{self, Author, Post};

#[test]
fn a_broken_constraint_says_which() {
    let _database = blog::filled();
    let again = Author {
        id: 0,
        name: "Ann".to_owned(),
        email: None,
    }
    .insert();
    let Err(Error::Unique(constraint)) = again else {
        panic!("{again:?}")
    };
    assert_eq!(
        (constraint.table.as_str(), &constraint.columns[..]),
        ("author", &["name".to_owned()][..])
    );

    let ann = Author::get(1).unwrap();
    let twice = blog::draft(&ann, "Rust").insert();
    let Err(Error::Unique(constraint)) = twice else {
        panic!("{twice:?}")
    };
    assert_eq!(constraint.columns, ["author", "title"]);

    let negative = Post {
        views: -1,
        ..blog::draft(&ann, "x")
    }
    .insert();
    let Err(Error::Check(constraint)) = negative else {
        panic!("{negative:?}")
    };
    assert_eq!(constraint.name, "post_views");

    let orphan = Post {
        author: Foreign::new(99),
        ..blog::draft(&ann, "x")
    }
    .insert();
    assert!(matches!(orphan, Err(Error::ForeignKey(_))), "{orphan:?}");

    let none = orm::sql("UPDATE author SET name = NULL").execute();
    let Err(Error::NotNull(constraint)) = none else {
        panic!("{none:?}")
    };
    assert_eq!(constraint.columns, ["name"]);
}

#[test]
fn what_others_refer_to_goes_only_as_it_was_agreed() {
    let _database = blog::filled();
    let ann = Author::get(1).unwrap();
    assert!(matches!(ann.delete(), Err(Error::ForeignKey(_))));
    Post::update()
        .set(Post::EDITOR, None::<Foreign<Author>>)
        .everywhere()
        .run()
        .unwrap();
    assert!(ann.delete().unwrap());
    let left = Post::query().select(Post::TITLE).all().unwrap();
    assert_eq!(left, ["Python"]);
    assert_eq!(blog::Comment::query().count().unwrap(), 0);
}

#[test]
fn sql_that_is_none_says_where() {
    let _database = test::database(blog::schema());
    let error = orm::sql("SELECT id FORM post").all::<i64>().unwrap_err();
    let Error::Syntax { message, offset } = error else {
        panic!("{error:?}")
    };
    assert!(message.contains("post"), "{message}");
    assert_eq!(offset, Some(15));
    assert_eq!(
        orm::sql("SELECT 1 FROM nowhere").all::<i64>(),
        Err(Error::UnknownTable("nowhere".to_owned()))
    );
    let column = orm::sql("SELECT nix FROM post").all::<i64>();
    assert!(matches!(column, Err(Error::UnknownColumn(_))), "{column:?}");
    let attach = orm::sql("ATTACH ':memory:' AS other").execute();
    assert!(matches!(attach, Err(Error::Denied(_))), "{attach:?}");
}

#[test]
fn a_row_of_another_type_names_the_column() {
    let _database = blog::filled();
    let error = orm::sql("SELECT title FROM post").all::<i64>().unwrap_err();
    assert_eq!(
        error.to_string(),
        "wrong type: column 1: expected an integer, found a text"
    );
    let error = orm::sql("SELECT id, NULL, NULL FROM author")
        .all::<Author>()
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "wrong type: column 2 (`name`): expected a text, found null"
    );
    let error = orm::sql("SELECT 1, 2").all::<i64>().unwrap_err();
    assert_eq!(
        error.to_string(),
        "wrong type: the row has 2 columns, and 1 were expected"
    );
}

#[test]
fn without_a_database_the_error_says_how_to_get_one() {
    let error = Post::get(1).unwrap_err();
    assert_eq!(error, Error::NoDatabase);
    assert!(error.to_string().contains("test::database"));
}
