//! What is selected, by its names.

use wasgi::orm::{self, Schema, prelude::*};
use wasgi::templates::{ContextValue, context, first, render_text};
use wasgi::test;

use super::shown;
use crate::orm::blog::{self, Author, Comment, Post, Tag};

const ALL: &str = "{{ rows }}";

#[test]
fn columns_have_their_names_and_calculated_values_those_they_are_given() {
    let _database = blog::filled();
    let rows = Author::query().order_by(Author::ID).select((
        Author::NAME,
        Author::POSTS.count().named("posts"),
        Author::EMAIL.is_null().named("unreachable"),
    ));
    assert_eq!(
        shown(
            "{% for r in rows %}{{ r.name }} {{ r.posts }} {{ r.unreachable }};{% endfor %}",
            context! { rows: rows }
        ),
        "Ann 2 true;Bob 1 true;"
    );
}

#[test]
fn columns_of_joined_tables_are_in_a_dict_of_the_tables_name() {
    let _database = blog::filled();
    let rows = Post::query()
        .left_join(Post::EDITOR)
        .order_by(Post::ID.desc())
        .select((Post::TITLE, Author::NAME.nullable()));
    assert_eq!(
        shown(
            "{% for r in rows %}{{ r.title }}{% if r.author %} {{ r.author.name }}{% endif %};\
             {% endfor %}",
            context! { rows: rows }
        ),
        "Python Ann;Wasm;Rust;"
    );
    // The table is in place of the key of its name.
    let whole = Post::query()
        .join(Post::AUTHOR)
        .select((Post::ALL, Author::ALL));
    assert_eq!(
        shown(
            "{{ r.title }} {{ r.author.name }} {{ r.author.id }} {{ r.views }}",
            context! { r: first(whole.order_by(Post::ID)) }
        ),
        "Rust Ann 1 10"
    );
}

orm::alias!(Corrector = Author, "corrector");

#[test]
fn an_alias_is_the_name_of_its_dict() {
    let _database = blog::filled();
    let row = Post::query()
        .join(Post::AUTHOR)
        .join(Post::EDITOR.by::<Corrector>())
        .select((Post::TITLE, Author::ALL, Author::NAME.of::<Corrector>()));
    assert_eq!(
        shown(
            "{{ r.title }} {{ r.author.id }} {{ r.author.name }} {{ r.corrector.name }}",
            context! { r: first(row) }
        ),
        "Python 2 Bob Ann"
    );
}

#[test]
fn a_value_by_itself_is_itself() {
    let _database = blog::filled();
    let page = context! {
        names: Tag::query().order_by(Tag::ID).select(Tag::NAME),
        views: first(Post::query().select(Post::VIEWS.sum())),
        times: Post::query().order_by(Post::ID).select(Post::CREATED).limit(1),
        flags: Comment::query().order_by(Comment::ID).select(Comment::APPROVED).limit(2),
        row: first(Tag::query().select((Tag::NAME,))),
    };
    assert_eq!(
        shown(
            "{{ names[1] }} {{ views }} {{ times[0] }} {{ flags[0] }} {{ flags[1] }} {{ row.name }}",
            page
        ),
        "web 60 1970-01-01T00:16:41Z true false code"
    );
}

#[test]
fn sql_is_shown_by_the_names_of_its_columns() {
    let _database = blog::filled();
    let sql =
        || orm::sql("SELECT title, views * ? AS weighted FROM post ORDER BY id LIMIT 2").bind(2);
    let page = test::assert_queries(2, || {
        shown(
            "{% for r in rows %}{{ r.title }} {{ r.weighted }};{% endfor %}{{ one.title }}",
            context! { rows: sql(), one: first(sql()) },
        )
    });
    assert_eq!(page, "Rust 20;Wasm 40;Rust");
}

fn refusal(rows: impl ContextValue) -> String {
    let rendered = render_text(ALL, context! { rows: rows });
    rendered.expect_err("refused").to_string()
}

#[test]
fn what_has_no_name_or_the_same_as_another_is_refused_with_the_cure() {
    let _database = blog::filled();
    assert_eq!(
        refusal(Post::query().select((Post::TITLE, Post::VIEWS + 1))),
        "the query `rows`: what is selected second has no name in templates; give it one, for \
         instance `.select((Post::TITLE, Post::VIEWS.sum().named(\"views\")))`"
    );
    assert_eq!(
        refusal(Post::query().select((Post::ALL, Post::TITLE))),
        "the query `rows`: two of what is selected are called `title` in templates; give one of \
         them another name by `.named(\"..\")`"
    );
}

#[derive(serde::Deserialize, serde::Serialize)]
struct Size {
    width: u32,
}

#[derive(Model)]
struct Picture {
    id: i64,
    #[model(json)]
    size: Size,
    #[model(column = "filename")]
    file: String,
    key: orm::Uuid,
    price: orm::Decimal,
    day: orm::Date,
    bytes: Vec<u8>,
}

#[test]
fn each_type_of_column_is_shown_as_its_value_would_be() {
    let _database = test::database(Schema::new().model::<Picture>());
    Picture {
        id: 0,
        size: Size { width: 640 },
        file: "a.png".into(),
        key: orm::Uuid::nil(),
        price: "1.50".parse().unwrap(),
        day: "2026-01-02".parse().unwrap(),
        bytes: b"ab".to_vec(),
    }
    .insert()
    .unwrap();
    assert_eq!(
        shown(
            "{{ p.size.width }} {{ p.filename }} {{ p.key }} {{ p.price }} {{ p.day }}",
            context! { p: first(Picture::query()) }
        ),
        "640 a.png 00000000-0000-0000-0000-000000000000 1.50 2026-01-02"
    );
}
