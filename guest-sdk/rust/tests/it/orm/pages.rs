//! Ends of queries, pages and cursors.

use wasgi::orm::{Error, Timestamp, prelude::*};
use wasgi::test;

use super::blog::{self, Comment, Post};

#[test]
fn a_query_ends_in_rows_one_row_a_number_or_a_yes() {
    let _database = blog::filled();
    let all = || Post::query().order_by(Post::ID);
    assert_eq!(all().all().unwrap().len(), 3);
    assert_eq!(all().first().unwrap().unwrap().id, 1);
    assert_eq!(all().filter(Post::ID.gt(9)).first().unwrap(), None);
    assert_eq!(all().one(), Err(Error::TooMany));
    assert_eq!(all().filter(Post::ID.gt(9)).one(), Err(Error::NotFound));
    assert_eq!(all().count().unwrap(), 3);
    assert_eq!(all().limit(2).count().unwrap(), 2);
    assert_eq!(all().select(Post::AUTHOR).distinct().count().unwrap(), 2);
    assert!(all().exists().unwrap());
    assert!(!all().filter(Post::VIEWS.gt(99)).exists().unwrap());
    assert_eq!(
        all().filter(Post::VIEWS.gt(10)).get(1),
        Err(Error::NotFound)
    );
    assert_eq!(
        all().filter(Post::VIEWS.gt(10)).get(2).unwrap().title,
        "Wasm"
    );
}

#[test]
fn limit_and_offset_cut_the_rows() {
    let _database = blog::filled();
    let ids =
        |query: wasgi::orm::Query<Post>| query.order_by(Post::ID).select(Post::ID).all().unwrap();
    assert_eq!(ids(Post::query().limit(2)), [1, 2]);
    assert_eq!(ids(Post::query().limit(2).offset(2)), [3]);
    assert_eq!(ids(Post::query().offset(1)), [2, 3]);
}

/// 25 comments, of which five each are equal in `text`.
fn many() -> test::Database {
    let database = blog::filled();
    Comment::delete_all().unwrap();
    let rows = (1..=25).map(|id| Comment {
        id,
        post: 1,
        writer: None,
        text: format!("text {}", id % 5),
        approved: true,
    });
    assert_eq!(Comment::insert_many(rows), Ok(25));
    database
}

#[test]
fn pages_by_number_neither_overlap_nor_leave_rows_out() {
    let _database = many();
    let mut seen = Vec::new();
    for number in 1..=4 {
        let page = Comment::query()
            .order_by(Comment::TEXT.desc())
            .page(number, 7)
            .all()
            .unwrap();
        assert_eq!(page.len(), if number == 4 { 4 } else { 7 });
        seen.extend(page.into_iter().map(|comment| comment.id));
    }
    assert_eq!(seen[..6], [24, 19, 14, 9, 4, 23]);
    seen.sort_unstable();
    assert_eq!(seen, (1..=25).collect::<Vec<_>>());
}

#[test]
fn a_page_begins_after_a_row() {
    let _database = many();
    let query = || Comment::query().order_by(Comment::TEXT.desc()).limit(7);
    let first = query().page(1, 7).all().unwrap();
    let second = query().after(&first[6]).all().unwrap();
    assert_eq!(second, query().page(2, 7).all().unwrap());
    let last = Comment::query()
        .after(&Comment::get(24).unwrap())
        .all()
        .unwrap();
    assert_eq!(last.len(), 1);
    assert_eq!(last[0].id, 25);
}

#[test]
fn tokens_lead_from_page_to_page() {
    let _database = many();
    let query = || Comment::query().order_by((Comment::APPROVED, Comment::TEXT.desc()));
    let mut seen = Vec::new();
    let mut token: Option<String> = None;
    let mut sizes = Vec::new();
    loop {
        let page = query()
            .with(Comment::POST)
            .paginate(10, token.as_deref())
            .unwrap();
        sizes.push(page.rows.len());
        seen.extend(page.rows.into_iter().map(|(comment, _)| comment.id));
        token = page.next;
        if token.is_none() {
            break;
        }
    }
    assert_eq!(sizes, [10, 10, 5]);
    seen.sort_unstable();
    assert_eq!(seen, (1..=25).collect::<Vec<_>>());
}

#[test]
fn a_token_that_somebody_made_up_is_refused() {
    let _database = many();
    let query = || Comment::query().order_by(Comment::TEXT);
    let token = query().paginate(5, None).unwrap().next.unwrap();
    for token in [
        "",
        "zz",
        "4",
        "ä",
        &token[2..],
        &token[..token.len() - 2],
        &format!("{token}4e"),
    ] {
        assert_eq!(
            query().paginate(5, Some(token)),
            Err(Error::PageToken),
            "{token}"
        );
    }
}

#[test]
fn pages_of_an_order_that_is_no_column_are_refused_with_the_reason() {
    let _database = many();
    let query = || Comment::query().order_by(Comment::TEXT.length());
    let error = query().paginate(5, None).unwrap_err();
    assert!(
        error.to_string().contains("columns of `comment` alone"),
        "{error}"
    );
    let row = Comment::get(1).unwrap();
    assert!(matches!(query().after(&row).all(), Err(Error::Invalid(_))));
}

#[test]
fn a_cursor_passes_all_rows_in_batches() {
    let _database = many();
    let cursor = Comment::query().order_by(Comment::ID).cursor().unwrap();
    let ids: Vec<_> = cursor.batch(4).map(|row| row.unwrap().id).collect();
    assert_eq!(ids, (1..=25).collect::<Vec<_>>());
    let pairs = Comment::query()
        .filter(Comment::ID.le(3))
        .select((Comment::ID, Comment::TEXT));
    assert_eq!(pairs.cursor().unwrap().count(), 3);
    let inside = wasgi::orm::try_transaction(|_| Comment::query().cursor().map(drop));
    assert!(matches!(inside, Err(Error::Misuse(_))));
}

#[test]
fn nulls_stand_where_they_are_told_to() {
    let _database = blog::filled();
    let ids = |order| {
        Post::query()
            .order_by(order)
            .order_by(Post::ID)
            .select(Post::ID)
            .all()
            .unwrap()
    };
    assert_eq!(ids(Post::EDITOR.asc()), [1, 2, 3]);
    assert_eq!(ids(Post::EDITOR.asc().nulls_last()), [3, 1, 2]);
    assert_eq!(ids(Post::EDITOR.desc()), [3, 1, 2]);
    assert_eq!(ids(Post::EDITOR.desc().nulls_first()), [1, 2, 3]);
    let post = Post {
        created: Timestamp::from_seconds(0),
        ..Post::get(1).unwrap()
    };
    assert_ne!(post, Post::get(1).unwrap());
}
