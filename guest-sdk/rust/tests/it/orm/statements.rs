//! Statements are kept by the shape of their query.

use wasgi::orm::{self, prelude::*};
use wasgi::test;

use super::blog::{self, Post, Tag};

#[test]
fn more_shapes_than_are_kept_still_run() {
    let _database = blog::filled();
    for round in 0..2 {
        for number in 0..300 {
            let sum = orm::sql(format!("SELECT {number} + ?"))
                .bind(round)
                .one::<i64>();
            assert_eq!(sum, Ok(number + i64::from(round)));
        }
    }
}

#[test]
fn equal_shapes_with_other_values_give_other_rows() {
    let _database = blog::filled();
    for (views, title) in [(10, "Rust"), (20, "Wasm"), (30, "Python")] {
        let query = Post::query().filter(Post::VIEWS.eq(views).and(Post::TITLE.eq(title)));
        assert_eq!(query.one().unwrap().title, title);
    }
}

#[test]
fn values_stay_in_the_order_of_their_places() {
    let _database = blog::filled();
    let inner = Post::query()
        .filter(Post::VIEWS.lt(25))
        .limit(5)
        .select(Post::ID);
    let rows = Post::query()
        .join_on(Tag::NAME.eq("web"))
        .filter(Post::ID.in_select(inner))
        .filter(Post::VIEWS.between(5, 20))
        .group_by(Post::ID)
        .having(orm::count().gt(0))
        .order_by((Post::VIEWS + 1).desc())
        .limit(2)
        .offset(1)
        .select((Post::TITLE.concat("!"), Post::VIEWS + 3))
        .all();
    assert_eq!(rows, Ok(vec![("Rust!".to_owned(), 13)]));
}

#[test]
fn statements_serve_every_database_of_a_thread() {
    let first = test::database(blog::schema());
    blog::author("Ann");
    {
        let _second = test::database(blog::schema());
        assert_eq!(blog::Author::find(1), Ok(None));
        assert_eq!(blog::Author::query().count(), Ok(0));
        blog::author("Bob");
    }
    assert_eq!(blog::Author::get(1).unwrap().name, "Ann");
    assert_eq!(blog::Author::query().count(), Ok(1));
    drop(first);
    assert_eq!(blog::Author::query().count(), Err(orm::Error::NoDatabase));
}
