//! Related rows.

use wasgi::orm::{Error, prelude::*};
use wasgi::test;

use super::blog::{self, Author, Comment, Post, Tag};

#[test]
fn related_rows_come_with_the_rows_in_one_call() {
    let _database = blog::filled();
    let posts = test::assert_queries(1, || {
        Post::query()
            .order_by(Post::ID)
            .with(Post::COMMENTS)
            .with(Post::AUTHOR)
            .with(Post::EDITOR)
            .all()
    });
    let posts = posts.unwrap();
    let seen: Vec<_> = posts
        .iter()
        .map(|(post, comments, author, editor)| {
            let editor = editor.as_ref().map(|editor| editor.name.as_str());
            (
                post.title.as_str(),
                comments.len(),
                author.name.as_str(),
                editor,
            )
        })
        .collect();
    assert_eq!(
        seen,
        [
            ("Rust", 3, "Ann", None),
            ("Wasm", 1, "Ann", None),
            ("Python", 0, "Bob", Some("Ann"))
        ]
    );
    assert_eq!(posts[0].1[2].text, "well");
}

#[test]
fn related_rows_bring_their_own_related_rows() {
    let _database = blog::filled();
    let authors = test::assert_queries(1, || {
        let posts = Author::POSTS
            .order_by(Post::ID.desc())
            .with(Post::COMMENTS.with(Comment::WRITER))
            .with(Post::TAGS);
        Author::query()
            .order_by(Author::ID)
            .with(Author::EDITED)
            .with(posts)
            .all()
    });
    let authors = authors.unwrap();
    let (ann, edited, posts) = &authors[0];
    assert_eq!(ann.name, "Ann");
    assert_eq!(edited[0].title, "Python");
    let (wasm, comments, tags) = &posts[0];
    assert_eq!(wasm.title, "Wasm");
    assert_eq!(comments[0].1.as_ref().unwrap().name, "Bob");
    assert_eq!(
        tags.iter().map(|tag| tag.name.as_str()).collect::<Vec<_>>(),
        ["code", "web"]
    );
    let (rust, comments, tags) = &posts[1];
    assert_eq!(
        (rust.title.as_str(), comments.len(), tags.len()),
        ("Rust", 3, 1)
    );
    assert!(comments.iter().all(|(_, writer)| writer.is_none()));
    let back = Comment::query()
        .with(Comment::POST.with(Post::AUTHOR))
        .get(4)
        .unwrap();
    let (comment, (post, author)) = back;
    assert_eq!(
        (
            comment.text.as_str(),
            post.title.as_str(),
            author.name.as_str()
        ),
        ("hm", "Wasm", "Ann")
    );
}

#[test]
fn related_rows_can_be_narrowed_ordered_and_counted() {
    let _database = blog::filled();
    let approved = || Post::COMMENTS.filter(Comment::APPROVED);
    let posts = Post::query()
        .with(approved().order_by(Comment::ID.desc()))
        .get(1)
        .unwrap();
    let texts: Vec<_> = posts
        .1
        .iter()
        .map(|comment| comment.text.as_str())
        .collect();
    assert_eq!(texts, ["well", "nice"]);
    let counts = Post::query().order_by(Post::ID).select((
        Post::TITLE,
        Post::COMMENTS.count(),
        approved().count(),
        Post::TAGS.count(),
    ));
    let counts = counts.all().unwrap();
    assert_eq!(counts[0], ("Rust".to_owned(), 3, 2, 1));
    assert_eq!(counts[2], ("Python".to_owned(), 0, 0, 1));
    let with = Post::query().filter(Post::COMMENTS.filter(Comment::TEXT.eq("hm")).exists());
    assert_eq!(with.one().unwrap().title, "Wasm");
    let many = Post::query().filter(Post::COMMENTS.count().gt(1));
    assert_eq!(many.one().unwrap().title, "Rust");
}

#[test]
fn the_rows_of_one_parent_are_an_explicit_query() {
    let _database = blog::filled();
    let post = Post::get(1).unwrap();
    assert_eq!(
        post.comments().filter(Comment::APPROVED).count().unwrap(),
        2
    );
    assert_eq!(post.tags().one().unwrap().name, "code");
    assert_eq!(
        post.comments()
            .with(Comment::POST)
            .first()
            .unwrap()
            .unwrap()
            .1,
        post
    );
}

#[test]
fn a_query_in_a_loop_is_counted_for_each_round() {
    let _database = blog::filled();
    let count = || -> Result<usize, Error> {
        let mut count = 0;
        for post in Post::query().all()? {
            count += post.comments().all()?.len();
        }
        Ok(count)
    };
    assert_eq!(test::assert_queries(4, count), Ok(4));
}

#[test]
fn no_rows_have_no_related_rows() {
    let _database = blog::filled();
    let none = Post::query()
        .filter(Post::ID.lt(0))
        .with(Post::COMMENTS.with(Comment::WRITER))
        .all();
    assert_eq!(none.unwrap(), []);
    let tags = Tag::query().filter(Tag::NAME.eq("WEB")).one().unwrap();
    assert_eq!(tags.name, "web");
}

#[test]
#[should_panic(expected = "1 queries were expected, and 2 ran:\n    SELECT")]
fn a_wrong_number_of_queries_shows_them() {
    let _database = blog::filled();
    test::assert_queries(1, || {
        Post::query().all().unwrap();
        Post::get(1).unwrap();
    });
}
