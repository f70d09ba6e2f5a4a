//! Queries over several tables.

use wasgi::orm::{self, prelude::*};

use super::blog::{self, Author, Comment, Post, Tag};

orm::alias!(Editor = Author, "editor");

#[test]
fn a_joined_table_can_be_filtered_ordered_and_selected() {
    let _database = blog::filled();
    let rows = Post::query()
        .join(Post::AUTHOR)
        .filter(Author::NAME.eq("Ann"))
        .filter(Post::VIEWS.gt(5))
        .order_by((Author::NAME.desc(), Post::ID.desc()))
        .select((Post::TITLE, Author::NAME))
        .all()
        .unwrap();
    assert_eq!(rows[0], ("Wasm".to_owned(), "Ann".to_owned()));
    assert_eq!(rows.len(), 2);
    let whole = Post::query()
        .join(Post::AUTHOR)
        .select((Post::ALL, Author::ALL))
        .order_by(Post::ID)
        .all()
        .unwrap();
    assert_eq!((whole[2].0.id, whole[2].1.name.as_str()), (3, "Bob"));
}

#[test]
fn rows_that_refer_to_nothing_stay_in_a_left_join() {
    let _database = blog::filled();
    let inner = Post::query().join(Post::EDITOR).select(Author::NAME);
    assert_eq!(inner.all().unwrap(), ["Ann"]);
    let left = Post::query()
        .left_join(Post::EDITOR)
        .order_by(Post::ID)
        .select((Post::TITLE, Author::NAME.nullable()));
    assert_eq!(left.all().unwrap()[0], ("Rust".to_owned(), None));
}

#[test]
fn a_model_joins_twice_under_two_names() {
    let _database = blog::filled();
    let rows = Post::query()
        .join(Post::AUTHOR)
        .join(Post::EDITOR.by::<Editor>())
        .filter(Author::NAME.ne(Author::NAME.of::<Editor>().unscoped()))
        .select((Author::NAME, Author::NAME.of::<Editor>()))
        .all()
        .unwrap();
    assert_eq!(rows, [("Bob".to_owned(), "Ann".to_owned())]);
}

#[test]
fn joins_go_along_relations_and_from_table_to_table() {
    let _database = blog::filled();
    let texts = Author::query()
        .join(Author::POSTS)
        .join(Post::COMMENTS)
        .filter(Author::NAME.eq("Ann"))
        .filter(Comment::APPROVED)
        .order_by(Comment::ID)
        .select(Comment::TEXT)
        .all()
        .unwrap();
    assert_eq!(texts, ["nice", "well", "hm"]);
    let tagged = Post::query().join(Post::TAGS).filter(Tag::NAME.eq("web"));
    assert_eq!(tagged.one().unwrap().title, "Wasm");
    let by_name = Post::query()
        .join_on(Author::NAME.eq(Post::TITLE.unscoped()))
        .count()
        .unwrap();
    assert_eq!(by_name, 0);
}

#[test]
fn groups_go_over_joined_tables() {
    let _database = blog::filled();
    let rows = Author::query()
        .left_join(Author::POSTS)
        .group_by(Author::ID)
        .order_by(Author::NAME)
        .select((
            Author::NAME,
            Post::ID.count(),
            Post::VIEWS.sum().coalesce(0),
        ))
        .all()
        .unwrap();
    assert_eq!(rows, [("Ann".to_owned(), 2, 30), ("Bob".to_owned(), 1, 30)]);
}
