//! One row: insert, get, save, delete.

use wasgi::orm::{Error, prelude::*};
use wasgi::test;

use super::blog::{self, Author, Post, PostTag, Tag};

#[test]
fn a_row_that_was_inserted_has_its_key_and_comes_back() {
    let _database = test::database(blog::schema());
    let ann = blog::author("Ann");
    assert_eq!(ann.id, 1);
    assert_eq!(blog::author("Bob").id, 2);
    assert_eq!(Author::get(1).unwrap(), ann);
    assert_eq!(Author::find(3).unwrap(), None);
    assert_eq!(Author::get(3), Err(Error::NotFound));
}

#[test]
fn a_key_that_is_given_is_kept() {
    let _database = test::database(blog::schema());
    let tag = Tag {
        id: 77,
        name: "x".to_owned(),
    }
    .insert()
    .unwrap();
    assert_eq!(tag.id, 77);
    assert_eq!(Tag::get(77).unwrap().name, "x");
}

#[test]
fn save_writes_all_fields_and_delete_says_whether_the_row_was_there() {
    let _database = blog::filled();
    let mut post = Post::get(1).unwrap();
    post.title = "Rust!".to_owned();
    post.views += 1;
    post.save().unwrap();
    assert_eq!(Post::get(1).unwrap(), post);
    assert_eq!(Post::get(2).unwrap().views, 20);
    assert!(post.delete().unwrap());
    assert!(!post.delete().unwrap());
    assert_eq!(post.save(), Err(Error::NotFound));
    assert_eq!(Post::query().count().unwrap(), 2);
}

#[test]
fn reload_takes_what_is_in_the_database_now() {
    let _database = blog::filled();
    let mut post = Post::get(1).unwrap();
    Post::update()
        .set(Post::VIEWS, 99)
        .everywhere()
        .run()
        .unwrap();
    post.reload().unwrap();
    assert_eq!(post.views, 99);
    post.delete().unwrap();
    assert_eq!(post.reload(), Err(Error::NotFound));
}

#[test]
fn a_key_of_two_columns_is_a_tuple() {
    let _database = blog::filled();
    let mut pair = PostTag::get((1, 1)).unwrap();
    assert_eq!(PostTag::find((1, 2)).unwrap(), None);
    pair.save().unwrap();
    assert!(pair.delete().unwrap());
    assert_eq!(PostTag::get((1, 1)), Err(Error::NotFound));
    assert_eq!(PostTag::query().get((2, 2)).unwrap().post.key(), &2);
}

#[test]
fn a_foreign_key_is_fetched_by_an_explicit_call() {
    let _database = blog::filled();
    let post = Post::get(3).unwrap();
    assert_eq!(post.author.fetch().unwrap().name, "Bob");
    let editor = post.editor.expect("editor");
    assert_eq!(Author::get(editor).unwrap().name, "Ann");
}

mod lock {
    use super::*;
    use wasgi::orm::Schema;

    #[derive(Clone, Debug, PartialEq, Model)]
    struct Page {
        id: i64,
        text: String,
        #[model(version)]
        version: u32,
    }

    #[test]
    fn a_row_that_somebody_else_changed_is_not_overwritten() {
        let _database = test::database(Schema::new().model::<Page>());
        let mut mine = Page {
            id: 0,
            text: "a".to_owned(),
            version: 1,
        }
        .insert()
        .unwrap();
        let mut theirs = Page::get(mine.id).unwrap();
        theirs.text = "b".to_owned();
        theirs.save().unwrap();
        theirs.save().unwrap();
        assert_eq!(theirs.version, 3);
        assert_eq!(mine.save(), Err(Error::Stale));
        assert_eq!(mine.delete(), Err(Error::Stale));
        assert_eq!(Page::get(mine.id).unwrap(), theirs);
        assert!(theirs.delete().unwrap());
        assert_eq!(theirs.save(), Err(Error::Stale));
    }
}
