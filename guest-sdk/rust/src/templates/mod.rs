//! Pages: HTML in files of their own, filled with data and with queries.
//!
//! The host renders the project's templates, in [Tera](https://keats.github.io/tera/)'s
//! language, and sends the page: neither the page nor the rows of its queries pass through
//! the app.
//!
//! # A page
//!
//! Templates are files below the folder `templates` (or the one that `[templates] dir` in
//! `app.toml` names), and are called by their path there. In those that end in `.html`,
//! `.htm`, `.xml` or `.svg` every value is escaped.
//!
//! ```
//! use wasgi::orm::{Foreign, Schema, prelude::*};
//! use wasgi::templates::{self, Page, context, count, render};
//! use wasgi::web::Router;
//!
//! #[derive(Model)]
//! struct Author {
//!     id: i64,
//!     name: String,
//! }
//!
//! #[derive(Model)]
//! struct Post {
//!     id: i64,
//!     author: Foreign<Author>,
//!     title: String,
//! }
//!
//! fn list() -> templates::Result<Page> {
//!     render("posts/list.html", context! {
//!         title: "Posts",
//!         posts: Post::query().order_by(Post::ID.desc()).limit(20).with(Post::AUTHOR),
//!         total: count(Post::query()),
//!     })
//! }
//!
//! fn app() -> Router {
//!     Router::new().get("/", list)
//! }
//!
//! // templates/posts/list.html
//! let html = r#"
//!     <h1>{{ title }} ({{ total }})</h1>
//!     {% for post in posts %}
//!       <p>{{ post.title }}, by {{ post.author.name }}</p>
//!     {% endfor %}
//! "#;
//!
//! fn schema() -> Schema {
//!     Schema::new().model::<Author>().model::<Post>()
//! }
//!
//! let client = wasgi::test::Client::new(app)
//!     .database(schema())
//!     .template("posts/list.html", html);
//! let ann = Author { id: 0, name: "Ann".into() }.insert()?;
//! Post { id: 0, author: Foreign::from(&ann), title: "Me & you".into() }.insert()?;
//! let page = client.get("/");
//! assert_eq!(page.header("Content-Type"), Some("text/html; charset=utf-8"));
//! assert!(page.text().contains("<h1>Posts (1)</h1>"));
//! assert!(page.text().contains("<p>Me &amp; you, by Ann</p>"));
//! # Ok::<(), wasgi::orm::Error>(())
//! ```
//!
//! # Values
//!
//! [`context!`] takes names and values, a struct behind a reference is a context as well:
//! `render("profile.html", &profile)`.
//!
//! | in the context | in the template |
//! | --- | --- |
//! | anything that serde serializes, by value or `&` | what JSON would make of it |
//! | [`orm::Decimal`](crate::orm::Decimal), [`orm::Uuid`](crate::orm::Uuid), [`orm::Timestamp`](crate::orm::Timestamp), [`orm::Date`](crate::orm::Date) | text |
//! | [`safe(html)`](safe) | text that is not escaped |
//! | a [query](crate::orm::Query) | what its `all()` returns: an array |
//! | [`first(query)`](first) | the first of it, or `none` |
//! | [`count(query)`](count), [`exists(query)`](exists) | a number, `true` or `false` |
//! | [SQL](crate::orm::sql) | an array of dicts, by the names of the columns |
//! | another [`context!`](macro@context) | a dict |
//!
//! # Queries
//!
//! A query in a context is not run by the app: give it as it is, without `.all()?`. It runs
//! when the page is rendered, inside of the [transaction](crate::orm::transaction) if one
//! is open, and its rows look like what `all` would return:
//!
//! - A model is a dict of its columns: `post.title`.
//! - Related rows are in it under the relation's name: after `.with(Post::COMMENTS)` there
//!   is `post.comments`, an array; after `.with(Post::AUTHOR)` `post.author` is the
//!   author and no longer the key, which is `post.author.id`. The row that `author_id`
//!   refers to is `author`. [`named`](crate::orm::relation::Many::named) gives another name.
//! - What is [selected](crate::orm::Query::select) is a dict of the columns' names. Columns
//!   of a joined table are in a dict of the table's name: `Author::NAME` is
//!   `post.author.name`. Anything but a column needs a name:
//!   [`named`](crate::orm::Expression::named).
//! - A single value that is selected is that value: `.select(Tag::NAME)` is an array of
//!   texts, and the [`first`] of it a text.
//!
//! ```
//! # use wasgi::orm::{self, Foreign, Schema, prelude::*};
//! # use wasgi::templates::{context, first, render_text};
//! # #[derive(Model)] #[model(has_many(posts = Post::AUTHOR))] struct Author { id: i64, name: String }
//! # #[derive(Model)] struct Post { id: i64, author: Foreign<Author>, title: String, views: i64 }
//! # let _database = wasgi::test::database(Schema::new().model::<Author>().model::<Post>());
//! # let ann = Author { id: 0, name: "Ann".into() }.insert()?;
//! # Post { id: 0, author: Foreign::from(&ann), title: "Hi".into(), views: 3 }.insert()?;
//! let page = render_text(
//!     "{% for row in authors %}{{ row.name }}: {{ row.posts }}; {% endfor %}\
//!      {% for post in posts %}{{ post.title }} by {{ post.author.name }}; {% endfor %}\
//!      {{ titles | join(sep=', ') }}; {{ views }}",
//!     context! {
//!         authors: Author::query().select((Author::NAME, Author::POSTS.count().named("posts"))),
//!         posts: Post::query().join(Post::AUTHOR).select((Post::TITLE, Author::NAME)),
//!         titles: Post::query().select(Post::TITLE),
//!         views: first(Post::query().select(Post::VIEWS.sum())),
//!     },
//! )?;
//! assert_eq!(page.into_string()?, "Ann: 1; Hi by Ann; Hi; 3");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Pages of a long list are queries as well:
//!
//! ```
//! # use wasgi::orm::{Schema, prelude::*};
//! # use wasgi::templates::{context, count, render_text};
//! # #[derive(Model)] struct Post { id: i64, title: String }
//! # let _database = wasgi::test::database(Schema::new().model::<Post>());
//! # Post::insert_many((1..=5).map(|id| Post { id, title: format!("P{id}") }))?;
//! # let number = 2;
//! let posts = Post::query().order_by(Post::ID);
//! let page = render_text(
//!     "{% for post in posts %}{{ post.title }} {% endfor %}\
//!      {% if number > 1 %}<a href=\"?page={{ number - 1 }}\">Back</a>{% endif %}\
//!      {% if number * size < total %}<a href=\"?page={{ number + 1 }}\">On</a>{% endif %}",
//!     context! { posts: posts.clone().page(number, 2), total: count(posts), number, size: 2 },
//! )?;
//! # let page = page.into_string()?;
//! # assert!(page.starts_with("P3 P4 <a") && page.contains("?page=1") && page.contains("?page=3"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Parts of pages
//!
//! [`render_block`] renders a block of a template: the answer to a request that updates a
//! part of a page. Tera runs what is around the block as well and drops what it makes, so
//! the context must be that of the whole page. A part that is asked for often is better a
//! template of its own, which the page includes.
//!
//! # Errors
//!
//! An [`Error`] says in which template, in which line and column, and what is wrong there.
//! What is wrong behind the first 16 KiB of a page is found when it is on its way; the
//! response then breaks off, so that nobody takes it for whole.
//!
//! # Tests
//!
//! A native test renders with the same engine as the host: with the project's templates,
//! or those that [`Client::templates`](crate::test::Client::templates),
//! [`Client::template`](crate::test::Client::template) or
//! [`test::templates`](crate::test::templates) gave.
//! [`assert_queries`](crate::test::assert_queries) counts the queries of a page like all
//! others.
//!
//! # Layout
//!
//! | module | what |
//! | --- | --- |
//! | `context` | names and values, [`context!`] |
//! | `value` | [`safe`], [`first`], [`count`], [`exists`] |
//! | `page` | [`Page`], which goes to the client |
//! | `packed` | values as bytes |
//! | `error` | [`Error`] |

mod context;
mod error;
mod packed;
mod page;
mod value;

#[doc(inline)]
pub use crate::__context as context;
pub use context::{Context, ContextValue, IntoContext};
pub use error::{Error, Report, Result};
pub use page::Page;
pub use value::{Safe, Showing, count, exists, first, safe};

use crate::host::templates::{self as host, Source};

/// Renders a template, by its path below the folder of templates.
///
/// # Errors
///
/// [`Error::UnknownTemplate`]; [`Error::Query`] for a query of the context; what is wrong
/// with the template or its context in the first 16 KiB of the page; any other.
pub fn render(template: &str, context: impl IntoContext) -> Result<Page> {
    let source = Source::Template(template.to_owned());
    Page::render(&source, context.into_context())
}

/// Renders a block of a template: a part of its page. The context is that of the whole
/// page, which is run as well, although only the block remains.
///
/// ```
/// # use wasgi::templates::{context, render, render_block};
/// # let _templates = wasgi::test::templates([
/// #     ("list.html", "<ul>{% block rows %}<li>{{ row }}</li>{% endblock %}</ul>"),
/// # ]);
/// // list.html: <ul>{% block rows %}<li>{{ row }}</li>{% endblock %}</ul>
/// let page = render("list.html", context! { row: 1 })?;
/// assert_eq!(page.into_string()?, "<ul><li>1</li></ul>");
/// let rows = render_block("list.html", "rows", context! { row: 2 })?;
/// assert_eq!(rows.into_string()?, "<li>2</li>");
/// # Ok::<(), wasgi::templates::Error>(())
/// ```
///
/// # Errors
///
/// [`Error::UnknownBlock`]; as for [`render`].
pub fn render_block(template: &str, block: &str, context: impl IntoContext) -> Result<Page> {
    let source = Source::Block((template.to_owned(), block.to_owned()));
    Page::render(&source, context.into_context())
}

/// Renders the text of a template, in which every value is escaped as in HTML. It may
/// include and extend the project's templates.
///
/// The text is a program: what a user typed goes into the context and never into the text.
///
/// # Errors
///
/// [`Error::Syntax`] where it is no template; as for [`render`].
pub fn render_text(text: &str, context: impl IntoContext) -> Result<Page> {
    let source = Source::Text(text.to_owned());
    Page::render(&source, context.into_context())
}

/// Renders a template into a text, for what is no response: a mail, for instance.
///
/// # Errors
///
/// [`Error::Quota`] where it is longer than the host's bound; as for [`render`].
pub fn render_string(template: &str, context: impl IntoContext) -> Result<String> {
    let source = Source::Template(template.to_owned());
    let (context, queries) = context.into_context().finish()?;
    host::render(&source, &context, queries)
}

/// Returns the name that a raw identifier stands for: `type` of `r#type`.
#[doc(hidden)]
pub const fn __name(identifier: &'static str) -> &'static str {
    match identifier.as_bytes() {
        [b'r', b'#', ..] => identifier.split_at(2).1,
        _ => identifier,
    }
}
