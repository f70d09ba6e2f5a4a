//! Queries as values: they run when the page is rendered, and are shown as what `all`
//! returns.

use wasgi::orm::{self, Foreign, Schema, prelude::*};
use wasgi::templates::{Error, context, count, exists, first, render_text};
use wasgi::test;

use super::shown;
use crate::orm::blog::{self, Author, Comment, Post, Tag};

#[test]
fn models_are_dicts_of_their_columns() {
    let _database = blog::filled();
    let posts = Post::query().filter(Post::VIEWS.gt(10)).order_by(Post::ID);
    let page = test::assert_queries(1, || {
        shown(
            "{% for p in posts %}{{ p.id }} {{ p.title }} {{ p.author }} {{ p.created }};{% endfor %}",
            context! { posts: posts },
        )
    });
    assert_eq!(
        page,
        "2 Wasm 1 1970-01-01T00:16:42Z;3 Python 2 1970-01-01T00:16:43Z;"
    );
}

#[test]
fn related_rows_are_under_the_names_of_their_relations() {
    let _database = blog::filled();
    let posts = Post::query()
        .order_by(Post::ID)
        .with(Post::COMMENTS.with(Comment::WRITER))
        .with(Post::AUTHOR)
        .with(Post::EDITOR)
        .with(Post::TAGS);
    let text = "{% for p in posts %}{{ p.author.name }}|{{ p.editor is none }}|\
                {% for c in p.comments %}{{ c.text }}{% if c.writer %} by {{ c.writer.name }}\
                {% endif %},{% endfor %}|{% for t in p.tags %}{{ t.name }} {% endfor %};{% endfor %}";
    // A page with relations three deep is one call of the host, as `all` would be.
    let page = test::assert_queries(1, || shown(text, context! { posts: posts }));
    assert_eq!(
        page,
        "Ann|true|nice,spam,well,|code ;Ann|true|hm by Bob,|code web ;Bob|false||code ;"
    );
}

#[test]
fn related_rows_bring_their_own_and_other_names() {
    let _database = blog::filled();
    let good = Post::COMMENTS
        .filter(Comment::APPROVED)
        .order_by(Comment::ID.desc())
        .named("good");
    let posts = Author::POSTS
        .order_by(Post::ID.desc())
        .with(good)
        .with(Post::COMMENTS)
        .with(Post::EDITOR.named("corrected_by"));
    let authors = Author::query().order_by(Author::ID).with(posts);
    let text = "{% for a in authors %}{{ a.name }}:{% for p in a.posts %} {{ p.title }} \
                {{ p.good | length }}/{{ p.comments | length }} {{ p.editor }}\
                {% if p.corrected_by %} {{ p.corrected_by.name }}{% endif %}\
                {% endfor %};{% endfor %}";
    assert_eq!(
        shown(text, context! { authors: authors }),
        "Ann: Wasm 1/1  Rust 2/3 ;Bob: Python 0/0 1 Ann;"
    );
    let comments = Comment::query()
        .filter(Comment::ID.eq(4))
        .with(Comment::POST.with(Post::AUTHOR).named("about"));
    assert_eq!(
        shown(
            "{{ c.about.title }} {{ c.about.author.name }} {{ c.post }}",
            context! { c: first(comments) }
        ),
        "Wasm Ann 2"
    );
}

#[derive(Model)]
struct Reply {
    id: i64,
    author_id: Foreign<Author>,
    #[model(references = Post)]
    post_id: i64,
    post: String,
}

#[test]
fn the_row_behind_a_key_is_called_without_its_suffix_where_that_is_free() {
    let schema = blog::schema().model::<Reply>();
    let _database = test::database(schema);
    let ann = blog::author("Ann");
    let post = blog::draft(&ann, "Rust").insert().unwrap();
    Reply {
        id: 0,
        author_id: Foreign::from(&ann),
        post_id: post.id,
        post: "text".into(),
    }
    .insert()
    .unwrap();
    let replies = Reply::query().with(Reply::AUTHOR_ID).with(Reply::POST_ID);
    assert_eq!(
        shown(
            "{{ r.author_id }} {{ r.author.name }} {{ r.post }} {{ r.post_id.title }}",
            context! { r: first(replies) }
        ),
        "1 Ann text Rust"
    );
}

#[test]
fn a_page_asks_for_each_of_its_queries_once() {
    let _database = blog::filled();
    let page = test::assert_queries(4, || {
        shown(
            "{{ total }} {{ some }} {{ many }} {{ latest.title }}{{ latest.title }}",
            context! {
                total: count(Post::query().order_by(Post::ID).filter(Post::VIEWS.gt(10))),
                some: exists(Post::query()),
                many: exists(Post::query().filter(Post::ID.lt(0))),
                latest: first(Post::query().order_by(Post::ID.desc())),
            },
        )
    });
    assert_eq!(page, "2 true false PythonPython");
}

#[test]
fn rows_that_are_not_there_are_none_and_empty_lists() {
    let _database = test::database(blog::schema());
    let page = shown(
        "{{ p is none }} {{ v is none }} {{ all | length }} {{ n }}",
        context! {
            p: first(Post::query()),
            v: first(Post::query().select(Post::TITLE)),
            all: Post::query().with(Post::COMMENTS),
            n: count(Post::query()),
        },
    );
    assert_eq!(page, "true true 0 0");
}

#[test]
fn a_query_belongs_to_the_transaction_around_the_rendering() {
    let _database = blog::filled();
    let tag = |name: &str| Tag {
        id: 0,
        name: name.into(),
    };
    let tags = || context! { tags: Tag::query().order_by(Tag::ID).select(Tag::NAME) };
    let inside = orm::transaction(|tx| {
        tag("draft").insert()?;
        tx.set_rollback();
        Ok(render_text("{{ tags | join(sep=' ') }}", tags())?)
    });
    // The rows are as of then, also where the page is read later.
    assert_eq!(inside.unwrap().into_string().unwrap(), "code web draft");
    assert_eq!(shown("{{ tags | join(sep=' ') }}", tags()), "code web");
    let read = orm::read_transaction(|_| Ok(shown("{{ tags | length }}", tags())));
    assert_eq!(read.unwrap(), "2");
}

#[test]
fn a_query_may_stand_inside_of_a_context_in_a_context() {
    let _database = blog::filled();
    let page = context! {
        a: context! { n: count(Post::query()), b: context! { n: count(Author::query()) } },
        n: count(Comment::query()),
        page: context! { rows: Tag::query().page(2, 1), number: 2 },
    };
    assert_eq!(
        shown(
            "{{ a.n }} {{ a.b.n }} {{ n }} {{ page.rows[0].name }}",
            page
        ),
        "3 2 4 web"
    );
}

#[test]
fn a_query_that_is_wrong_is_named() {
    let error = render_text("", context! { posts: Post::query() }).expect_err("no database");
    assert!(
        matches!(&error, Error::Query { name, error: orm::Error::NoDatabase } if name == "posts"),
        "{error}"
    );
    let _database = test::database(Schema::new().model::<Author>());
    let error = render_text("", context! { posts: Post::query() }).expect_err("no table");
    assert_eq!(
        error.to_string(),
        "the query `posts`: there is no table `post`; is its model in the schema that \
         `wasgi::export!` was given?"
    );
}
