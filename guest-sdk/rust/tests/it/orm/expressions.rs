//! Conditions and calculated values.

use wasgi::orm::expr::Expression;
use wasgi::orm::{self, Bound, Foreign, prelude::*};

use super::blog::{self, Author, Comment, Post};

/// The titles of posts that meet a condition, by key.
fn titles(condition: impl Expression<Type = bool, Scope = Post>) -> String {
    let titles = Post::query()
        .filter(condition)
        .order_by(Post::ID)
        .select(Post::TITLE);
    titles.all().unwrap().join(" ")
}

#[test]
fn comparisons_compare() {
    let _database = blog::filled();
    assert_eq!(titles(Post::VIEWS.eq(20)), "Wasm");
    assert_eq!(titles(Post::VIEWS.ne(20)), "Rust Python");
    assert_eq!(titles(Post::VIEWS.lt(20)), "Rust");
    assert_eq!(titles(Post::VIEWS.le(20)), "Rust Wasm");
    assert_eq!(titles(Post::VIEWS.gt(20)), "Python");
    assert_eq!(titles(Post::VIEWS.ge(20_i64)), "Wasm Python");
    assert_eq!(titles(Post::VIEWS.between(10, 20)), "Rust Wasm");
    assert_eq!(titles(Post::TITLE.eq("Rust")), "Rust");
    assert_eq!(titles(Post::TITLE.eq(String::from("Rust"))), "Rust");
    assert_eq!(titles(Post::AUTHOR.eq(2)), "Python");
    assert_eq!(titles(Post::AUTHOR.eq(Foreign::<Author>::new(2))), "Python");
    assert_eq!(titles(Post::VIEWS.gt(Post::ID * 8 + 2)), "Wasm Python");
}

#[test]
fn conditions_are_joined_and_negated() {
    let _database = blog::filled();
    let ann = || Post::AUTHOR.eq(1);
    assert_eq!(titles(ann().and(Post::VIEWS.gt(10))), "Wasm");
    assert_eq!(titles(ann().or(Post::VIEWS.gt(10))), "Rust Wasm Python");
    assert_eq!(titles(ann().not()), "Python");
    assert_eq!(titles(Post::ID.eq(1).or(Post::ID.eq(3)).and(ann())), "Rust");
}

#[test]
fn none_equals_none_as_in_rust() {
    let _database = blog::filled();
    assert_eq!(titles(Post::EDITOR.is_null()), "Rust Wasm");
    assert_eq!(titles(Post::EDITOR.is_not_null()), "Python");
    assert_eq!(titles(Post::EDITOR.eq(None::<i64>)), "Rust Wasm");
    assert_eq!(titles(Post::EDITOR.eq(Some(1))), "Python");
    assert_eq!(titles(Post::EDITOR.eq(1)), "Python");
    assert_eq!(titles(Post::EDITOR.ne(2)), "Rust Wasm Python");
    assert_eq!(titles(Post::EDITOR.ne(1)), "Rust Wasm");
    assert_eq!(titles(Post::EDITOR.ne(Post::AUTHOR)), "Rust Wasm Python");
    assert_eq!(
        titles(Post::EDITOR.coalesce(Post::AUTHOR).eq(1)),
        "Rust Wasm Python"
    );
}

#[test]
fn lists_may_have_any_length() {
    let _database = blog::filled();
    assert_eq!(titles(Post::ID.in_list([1, 3])), "Rust Python");
    assert_eq!(titles(Post::ID.in_list(Vec::<i64>::new())), "");
    assert_eq!(
        titles(Post::ID.in_list(Vec::<i64>::new()).not()),
        "Rust Wasm Python"
    );
    assert_eq!(titles(Post::ID.in_list(2..900)), "Wasm Python");
    assert_eq!(titles(Post::TITLE.in_list(["Wasm", "x", "y"])), "Wasm");
}

#[test]
fn texts_are_matched_with_nothing_in_them_special() {
    let _database = blog::filled();
    assert_eq!(titles(Post::TITLE.contains("us")), "Rust");
    assert_eq!(titles(Post::TITLE.contains("US")), "");
    assert_eq!(titles(Post::TITLE.icontains("US")), "Rust");
    assert_eq!(titles(Post::TITLE.icontains("%")), "");
    assert_eq!(titles(Post::TITLE.starts_with("Py")), "Python");
    assert_eq!(titles(Post::TITLE.starts_with("*")), "");
    assert_eq!(titles(Post::TITLE.ends_with("m")), "Wasm");
    assert_eq!(titles(Post::TITLE.ieq("RUST")), "Rust");
    assert_eq!(titles(Post::TITLE.ieq("R_ST")), "");
    assert_eq!(titles(Post::TITLE.like("r_st")), "Rust");
    assert_eq!(titles(Post::TITLE.glob("[RW]*")), "Rust Wasm");
}

#[test]
fn values_are_calculated_by_the_database() {
    let _database = blog::filled();
    let row = Post::query()
        .filter(Post::ID.eq(1))
        .select((
            Post::TITLE.upper().concat("!"),
            Post::TITLE.length(),
            Post::TITLE.replace("R", "D").substr(1, 2),
            (Post::VIEWS + 1) * 2,
            (Post::VIEWS - 15).abs(),
            Post::VIEWS % 3,
            orm::when(Post::VIEWS.gt(100), "hot")
                .when(Post::VIEWS.gt(5), "warm")
                .otherwise("cold"),
            orm::when(Post::VIEWS.gt(100), 1).or_null(),
        ))
        .one()
        .unwrap();
    let expected = (
        "RUST!".to_owned(),
        4,
        "Du".to_owned(),
        22,
        5,
        1,
        "warm".to_owned(),
        None,
    );
    assert_eq!(row, expected);
}

#[test]
fn groups_have_aggregates() {
    let _database = blog::filled();
    let rows = Post::query()
        .group_by(Post::AUTHOR)
        .having(orm::count().ge(1))
        .order_by(Post::AUTHOR)
        .select((
            Post::AUTHOR,
            orm::count(),
            Post::VIEWS.sum(),
            Post::VIEWS.avg(),
            Post::VIEWS.min(),
            Post::TITLE.max(),
            orm::count().filter(Post::VIEWS.gt(15)),
            Post::AUTHOR.count().distinct(),
        ))
        .all()
        .unwrap();
    let author = Foreign::<Author>::new;
    assert_eq!(
        rows,
        [
            (
                author(1),
                2,
                Some(30),
                Some(15.0),
                Some(10),
                Some("Wasm".to_owned()),
                1,
                1
            ),
            (
                author(2),
                1,
                Some(30),
                Some(30.0),
                Some(30),
                Some("Python".to_owned()),
                1,
                1
            ),
        ]
    );
    let of_none = Post::query()
        .filter(Post::ID.lt(0))
        .select(Post::VIEWS.sum());
    assert_eq!(of_none.one().unwrap(), None);
}

#[test]
fn window_functions_see_their_neighbours() {
    let _database = blog::filled();
    let by_views = || orm::window().order_by(Post::VIEWS.desc());
    let rows = Post::query()
        .order_by(Post::ID)
        .select((
            Post::TITLE,
            orm::row_number().over(by_views()),
            orm::rank().over(by_views().partition_by(Post::AUTHOR)),
            Post::VIEWS.sum().over(
                orm::window()
                    .order_by(Post::ID.asc())
                    .rows(Bound::Preceding(1), Bound::CurrentRow),
            ),
            Post::TITLE
                .lag()
                .over(orm::window().order_by(Post::ID.asc())),
        ))
        .all()
        .unwrap();
    assert_eq!(rows[0], ("Rust".to_owned(), 3, 2, Some(10), None));
    assert_eq!(
        rows[1],
        ("Wasm".to_owned(), 2, 1, Some(30), Some("Rust".to_owned()))
    );
    assert_eq!(
        rows[2],
        ("Python".to_owned(), 1, 1, Some(50), Some("Wasm".to_owned()))
    );
}

#[test]
fn queries_stand_inside_of_queries() {
    let _database = blog::filled();
    let of_bob = Author::query()
        .filter(Author::NAME.eq("Bob"))
        .select(Author::ID);
    assert_eq!(titles(Post::AUTHOR.in_select(of_bob)), "Python");
    let spam = || {
        let of_post = Comment::query().filter(Comment::POST.eq(Post::ID.unscoped()));
        of_post.filter(Comment::TEXT.eq("spam"))
    };
    let with_spam = Post::query()
        .filter(orm::exists(spam()))
        .select(Post::TITLE);
    assert_eq!(with_spam.all().unwrap(), ["Rust"]);
    assert_eq!(
        titles(Post::VIEWS.gt(15).and(orm::exists(spam()).not())),
        "Wasm Python"
    );
    let most = Post::query().select(Post::VIEWS.max());
    assert_eq!(
        titles(Post::VIEWS.nullable().eq(orm::scalar(most))),
        "Python"
    );
}

#[test]
fn queries_of_equal_rows_are_combined() {
    let _database = blog::filled();
    let of = |author: i64| {
        Post::query()
            .filter(Post::AUTHOR.eq(author))
            .select(Post::TITLE)
    };
    let names = || Author::query().select(Author::NAME);
    assert_eq!(of(1).union_all(of(1)).count().unwrap(), 4);
    assert_eq!(of(1).union(of(1)).count().unwrap(), 2);
    assert_eq!(of(1).union(names()).all().unwrap().len(), 4);
    assert_eq!(of(1).intersect(of(2)).count().unwrap(), 0);
    assert_eq!(
        of(1)
            .except(Post::query().filter(Post::ID.eq(1)).select(Post::TITLE))
            .all()
            .unwrap(),
        ["Wasm"]
    );
}
