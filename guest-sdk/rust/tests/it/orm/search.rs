//! Full-text search.

use wasgi::orm::{self, prelude::*};

use super::blog::{self, Post};

fn found(words: &str) -> Vec<String> {
    let posts = Post::query().search(words).all().unwrap();
    posts.into_iter().map(|post| post.title).collect()
}

#[test]
fn words_are_found_in_any_of_the_fields() {
    let _database = blog::filled();
    assert_eq!(found("rust"), ["Rust"]);
    assert_eq!(found("ABOUT wasm"), ["Wasm"]);
    assert_eq!(found("about").len(), 3);
    assert_eq!(found("java"), Vec::<String>::new());
    assert_eq!(found("  ").len(), 3);
}

#[test]
fn what_a_user_types_is_never_a_query_language() {
    let _database = blog::filled();
    for words in [
        "\"",
        "rust OR",
        "NEAR(",
        "*",
        "a^b",
        "title:rust",
        "- --",
        "';",
        "(",
        "\0",
    ] {
        assert!(Post::query().search(words).all().is_ok(), "{words}");
    }
    assert_eq!(found("rust OR wasm"), Vec::<String>::new());
}

#[test]
fn the_best_comes_first_unless_an_order_is_given() {
    let _database = blog::filled();
    let mut post = Post::get(3).unwrap();
    post.body = "rust ".repeat(20);
    post.save().unwrap();
    assert_eq!(found("rust"), ["Python", "Rust"]);
    let by_id = Post::query()
        .order_by(Post::ID)
        .search("rust")
        .select(Post::ID);
    assert_eq!(by_id.all().unwrap(), [1, 3]);
}

#[test]
fn the_language_of_fts5_is_there_for_programs() {
    let _database = blog::filled();
    let query = "title : (rust OR wasm)";
    let posts = Post::query()
        .filter(orm::matches::<Post>(query))
        .order_by(orm::relevance::<Post>(query))
        .count();
    assert_eq!(posts, Ok(2));
}
