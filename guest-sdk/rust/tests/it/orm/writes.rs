//! Writes of many rows.

use wasgi::orm::{self, Error, prelude::*};
use wasgi::test;

use super::blog::{self, Author, Comment, Post, Tag};

fn tag(name: &str) -> Tag {
    Tag {
        id: 0,
        name: name.to_owned(),
    }
}

#[test]
fn many_rows_are_inserted_by_one_statement_all_or_none() {
    let _database = test::database(blog::schema());
    let rows: Vec<_> = (0..1000).map(|number| tag(&number.to_string())).collect();
    assert_eq!(
        test::assert_queries(1, || Tag::insert_many(&rows)),
        Ok(1000)
    );
    let failed = Tag::insert_many([tag("new"), tag("7")]);
    assert!(matches!(failed, Err(Error::Unique(_))));
    assert_eq!(Tag::query().count(), Ok(1000));
    assert_eq!(
        test::assert_queries(0, || Tag::insert_many(Vec::<Tag>::new())),
        Ok(0)
    );
}

#[test]
fn more_rows_than_go_at_once_are_still_all_or_none() {
    let _database = test::database(blog::schema());
    let text = "x".repeat(1 << 20);
    let rows = |last: &str| {
        let mut rows: Vec<_> = (0..9)
            .map(|number| tag(&format!("{number}{text}")))
            .collect();
        rows.push(tag(last));
        rows
    };
    assert!(Tag::insert_many(rows(&format!("0{text}"))).is_err());
    assert_eq!(Tag::query().count(), Ok(0));
    assert_eq!(Tag::insert_many(rows("last")), Ok(10));
    assert_eq!(Tag::query().count(), Ok(10));
}

#[test]
fn a_row_that_is_there_is_changed_or_left() {
    let _database = test::database(blog::schema());
    let ann = blog::author("Ann");
    let email = |email: &str| Author {
        id: 0,
        name: "Ann".to_owned(),
        email: Some(email.to_owned()),
    };
    let changed = email("a@b").upsert(Author::NAME).unwrap();
    assert_eq!(
        (changed.id, changed.email.as_deref()),
        (ann.id, Some("a@b"))
    );
    let new = Author {
        name: "Bob".to_owned(),
        ..email("b@b")
    }
    .upsert(Author::NAME)
    .unwrap();
    assert_eq!(new.id, 2);
    let rows = || {
        [
            email("c@b"),
            Author {
                name: "Cy".to_owned(),
                ..email("c@c")
            },
        ]
    };
    assert_eq!(Author::inserting(rows()).or_ignore().run(), Ok(1));
    assert_eq!(Author::get(1).unwrap().email.as_deref(), Some("a@b"));
    assert_eq!(
        Author::inserting(rows())
            .or_update(Author::NAME, Author::EMAIL)
            .run(),
        Ok(2)
    );
    assert_eq!(Author::get(1).unwrap().email.as_deref(), Some("c@b"));
}

#[test]
fn a_row_of_nothing_but_what_must_be_unique_is_there_once() {
    let _database = test::database(blog::schema());
    assert_eq!(tag("a").upsert(Tag::NAME).unwrap().id, 1);
    assert_eq!(tag("b").upsert(Tag::NAME).unwrap().id, 2);
    let there = tag("A").upsert(Tag::NAME).unwrap();
    assert_eq!((there.id, there.name.as_str()), (1, "a"));
    assert_eq!(Tag::query().count(), Ok(2));
}

#[test]
fn rows_that_meet_a_condition_are_changed() {
    let _database = blog::filled();
    let changed = Post::update()
        .set(Post::VIEWS, Post::VIEWS + 5)
        .set(Post::BODY, "new")
        .filter(Post::AUTHOR.eq(1))
        .filter(Post::ID.gt(1))
        .run();
    assert_eq!(changed, Ok(1));
    assert_eq!(Post::get(2).unwrap().views, 25);
    assert_eq!(Post::get(1).unwrap().views, 10);
    let rows = Post::update()
        .set(Post::EDITOR, Some(2))
        .filter(Post::ID.eq(3))
        .returning()
        .unwrap();
    assert_eq!(rows[0].editor.map(|editor| *editor.key()), Some(2));
    assert_eq!(Post::update().set(Post::VIEWS, 0).everywhere().run(), Ok(3));
}

#[test]
fn rows_that_meet_a_condition_are_deleted() {
    let _database = blog::filled();
    assert_eq!(Comment::delete_where(Comment::APPROVED.eq(false)), Ok(1));
    let quiet = Post::COMMENTS.exists().not();
    assert_eq!(Post::delete_where(quiet), Ok(1));
    assert_eq!(Comment::delete_all(), Ok(3));
    assert_eq!(Post::query().count(), Ok(2));
}

#[test]
fn sql_has_parameters_and_any_rows() {
    let _database = blog::filled();
    let rows = orm::sql("SELECT title, views FROM post WHERE author = ? AND views > ? ORDER BY id")
        .bind(1)
        .bind(5)
        .all::<(String, i64)>();
    assert_eq!(
        rows,
        Ok(vec![("Rust".to_owned(), 10), ("Wasm".to_owned(), 20)])
    );
    assert_eq!(
        orm::sql("SELECT * FROM tag WHERE name = ?")
            .bind("web")
            .one::<Tag>()
            .unwrap()
            .id,
        2
    );
    assert_eq!(
        orm::sql("UPDATE post SET views = ?").bind(1).execute(),
        Ok(3)
    );
    assert_eq!(
        orm::sql("SELECT id FROM tag WHERE id > 9").first::<i64>(),
        Ok(None)
    );
    assert_eq!(
        orm::sql("SELECT id FROM tag").one::<i64>(),
        Err(Error::TooMany)
    );
}
