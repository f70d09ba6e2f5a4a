//! The database: models, queries, transactions.
//!
//! The host lends each app a SQLite database. The app says which tables it works with,
//! the host makes and migrates them; the app's queries are checked by the compiler and
//! run by the host, where rows come back many per call.
//!
//! # A guestbook, from nothing
//!
//! A *model* is a struct; its values are rows of a table, its fields the columns.
//!
//! ```
//! use wasgi::orm::{self, Foreign, Schema, Timestamp, prelude::*};
//! use wasgi::web::{Form, Json, Query, Redirect, Router};
//!
//! #[derive(Clone, Model, serde::Serialize)]
//! #[model(has_many(entries = Entry::AUTHOR))]
//! struct Author {
//!     id: i64,
//!     #[model(unique)]
//!     name: String,
//! }
//!
//! #[derive(Clone, Model, serde::Serialize)]
//! #[model(check("length(text) > 0"), full_text(text))]
//! struct Entry {
//!     id: i64,
//!     #[model(on_delete = cascade)]
//!     author: Foreign<Author>,
//!     text: String,
//!     #[model(default = now, index)]
//!     written: Timestamp,
//! }
//!
//! // All of them together are the schema, which the app exports: the host makes the
//! // tables before the app serves.
//! fn schema() -> Schema {
//!     Schema::new().model::<Author>().model::<Entry>()
//! }
//!
//! #[derive(serde::Deserialize)]
//! struct New {
//!     name: String,
//!     text: String,
//! }
//!
//! fn sign(Form(new): Form<New>) -> wasgi::Result<Redirect> {
//!     orm::transaction(|_| {
//!         let author = Author { id: 0, name: new.name }.upsert(Author::NAME)?;
//!         let entry = Entry {
//!             id: 0,
//!             author: Foreign::from(&author),
//!             text: new.text,
//!             written: Timestamp::now(),
//!         };
//!         entry.insert()?;
//!         Ok(Redirect::see_other("/"))
//!     })
//! }
//!
//! #[derive(serde::Deserialize)]
//! struct Search {
//!     #[serde(default)]
//!     words: String,
//!     page: Option<String>,
//! }
//!
//! fn list(Query(search): Query<Search>) -> wasgi::Result<Json<Vec<(Entry, Author)>>> {
//!     let page = Entry::query()
//!         .order_by(Entry::WRITTEN.desc())
//!         .search(&search.words)
//!         .with(Entry::AUTHOR)
//!         .paginate(20, search.page.as_deref())?;
//!     Ok(Json(page.rows))
//! }
//!
//! fn app() -> Router {
//!     Router::new().get("/", list).post("/", sign)
//! }
//!
//! wasgi::export!(app, schema);
//!
//! // A test: the same app, and a database in memory.
//! let client = wasgi::test::Client::new(app).database(schema());
//! client.form("/", &[("name", "Ann"), ("text", "Hello from Ann")]);
//! client.form("/", &[("name", "Bob"), ("text", "Bob was here")]);
//! assert_eq!(Entry::query().count()?, 2);
//! assert!(client.get("/?words=hello").text().contains("Ann"));
//! # assert!(!client.get("/?words=hello").text().contains("Bob"));
//! # Ok::<(), orm::Error>(())
//! ```
//!
//! # Models
//!
//! `#[derive(Model)]` makes a constant of each column, in upper case (`Entry::TEXT`), and
//! implements [`Model`], with the methods of a row and of its table. What can be said of
//! a model and its fields stands at [the macro](macro@Model).
//!
//! | field | column |
//! | --- | --- |
//! | `bool`, `i8` to `i64`, `u8` to `u32`, `f64`, `String`, `Vec<u8>` | as one expects |
//! | [`Option`] of any | may be null |
//! | [`Decimal`] | a decimal fraction, exact |
//! | [`Timestamp`], [`Date`] | a moment, a day |
//! | [`Uuid`] | 16 bytes: `Uuid::now_v7()` makes keys that are in order |
//! | [`Foreign<Author>`](Foreign) | the key of an author |
//! | [`Json<T>`](Json), or any serde type with `#[model(json)]` | JSON |
//! | a type of your own | see [`Value`] |
//!
//! The primary key is the field `id`, or those marked `#[model(primary_key)]`. An integer
//! key of 0 is one that the database is to give.
//!
//! # One row
//!
//! ```
//! # use wasgi::orm::{Error, Schema, prelude::*};
//! #[derive(Model)]
//! struct Page {
//!     id: i64,
//!     title: String,
//!     #[model(version)]
//!     version: i64,
//! }
//!
//! # let _database = wasgi::test::database(Schema::new().model::<Page>());
//! let mut page = Page { id: 0, title: "Hi".into(), version: 1 }.insert()?;
//! page.title = "Hello".into();
//! page.save()?;
//! assert_eq!(Page::get(page.id)?.title, "Hello");
//!
//! // With a version, two who change the same row do not overwrite each other.
//! let mut stale = Page::get(page.id)?;
//! page.save()?;
//! assert_eq!(stale.save(), Err(Error::Stale));
//!
//! page.delete()?;
//! assert_eq!(Page::find(page.id)?.map(|page| page.title), None);
//! # Ok::<(), Error>(())
//! ```
//!
//! In a web handler `?` is enough: what [`Model::get`] does not find is answered as 404,
//! a stale row as 409. See [`Error`].
//!
//! # Queries
//!
//! A [`Query`] is built of steps and runs at its end: [`all`](Query::all),
//! [`first`](Query::first), [`one`](Query::one), [`get`](Query::get),
//! [`count`](Query::count), [`exists`](Query::exists), [`paginate`](Query::paginate),
//! [`cursor`](Query::cursor). Conditions are made of columns: see [`Expression`], and for
//! texts [`TextExpression`](expr::TextExpression).
//!
//! ```
//! # use wasgi::orm::{self, Foreign, Schema, prelude::*};
//! # #[derive(Model)] struct Author { id: i64, name: String }
//! # #[derive(Model)] struct Post { id: i64, author: Foreign<Author>, title: String, views: i64,
//! #     rating: Option<f64> }
//! # let _database = wasgi::test::database(Schema::new().model::<Author>().model::<Post>());
//! let posts: Vec<Post> = Post::query()
//!     .filter(Post::VIEWS.gt(100).or(Post::RATING.is_not_null()))
//!     .filter(Post::TITLE.starts_with("How"))
//!     .order_by((Post::VIEWS.desc(), Post::TITLE))
//!     .limit(10)
//!     .all()?;
//!
//! // Columns and expressions instead of whole rows, joined tables, groups.
//! let most: Vec<(String, i64, Option<i64>)> = Post::query()
//!     .join(Post::AUTHOR)
//!     .group_by(Author::ID)
//!     .having(orm::count().gt(1))
//!     .select((Author::NAME, orm::count(), Post::VIEWS.sum()))
//!     .all()?;
//!
//! // Queries inside of queries. `unscoped` marks a column of the query around.
//! let of_post = Post::query().filter(Post::AUTHOR.eq(Author::ID.unscoped()));
//! let writers = Author::query().filter(orm::exists(of_post)).count()?;
//!
//! // Many rows at once.
//! Post::update().set(Post::VIEWS, Post::VIEWS + 1).filter(Post::ID.in_list([1, 2])).run()?;
//! Post::delete_where(Post::VIEWS.eq(0))?;
//! Post::insert_many(posts)?;
//! # Ok::<(), orm::Error>(())
//! ```
//!
//! What makes no sense does not compile: values of another type,
//!
//! ```compile_fail,E0271
//! # use wasgi::orm::prelude::*;
//! # #[derive(Model)] struct Post { id: i64, views: i64 }
//! Post::query().filter(Post::VIEWS.eq("many"));
//! ```
//!
//! a table that the query has not joined,
//!
//! ```compile_fail,E0277
//! # use wasgi::orm::prelude::*;
//! # #[derive(Model)] struct Author { id: i64, name: String }
//! # #[derive(Model)] struct Post { id: i64 }
//! Post::query().filter(Author::NAME.eq("Ann"));
//! ```
//!
//! an update that does not say of which rows.
//!
//! ```compile_fail,E0599
//! # use wasgi::orm::prelude::*;
//! # #[derive(Model)] struct Post { id: i64, views: i64 }
//! Post::update().set(Post::VIEWS, 0).run();
//! ```
//!
//! # Relations
//!
//! A row does not hold the rows that are related to it: what was not fetched cannot be
//! touched by accident, and a query in a loop is seen where it stands.
//!
//! ```
//! # use wasgi::orm::{Foreign, Schema, prelude::*};
//! # use wasgi::test;
//! #[derive(Model)]
//! #[model(has_many(comments = Comment::POST))]
//! struct Post {
//!     id: i64,
//!     title: String,
//! }
//!
//! #[derive(Model)]
//! struct Comment {
//!     id: i64,
//!     post: Foreign<Post>,
//!     text: String,
//! }
//!
//! # let _database = test::database(Schema::new().model::<Post>().model::<Comment>());
//! # let post = Post { id: 0, title: "Hi".into() }.insert()?;
//! // Of one row: explicit queries.
//! let comments = post.comments().order_by(Comment::ID).all()?;
//! let comment = Comment { id: 0, post: Foreign::from(&post), text: "Yes".into() }.insert()?;
//! assert_eq!(comment.post.fetch()?.title, "Hi");
//!
//! // Of many rows: fetched with them, in one call. The row becomes a tuple.
//! let posts = test::assert_queries(1, || {
//!     Post::query().with(Post::COMMENTS.with(Comment::POST)).all()
//! })?;
//! for (post, comments) in posts {
//!     println!("{}", post.title);
//!     for (comment, its_post) in comments {
//!         println!("  {} (on {})", comment.text, its_post.title);
//!     }
//! }
//! # Ok::<(), wasgi::orm::Error>(())
//! ```
//!
//! See [`HasMany`] for conditions, order and counts, [`ManyToMany`] for pairs, and
//! [`alias`] for a table that is joined twice.
//!
//! In a [template](crate::templates) they are where one looks for them: `post.comments`.
//!
//! # Transactions
//!
//! [`transaction`] runs a closure whose writes last together or not at all. Everything
//! inside of the closure belongs to it, also what functions do that it calls; a
//! transaction inside of another is a part of it.
//!
//! # Pages and search
//!
//! [`Query::paginate`] goes from page to page by a token, as quickly on the thousandth as
//! on the first; [`Query::page`] by number. [`Query::search`] takes what a user typed and
//! finds rows by the words of the fields in `full_text(..)`.
//!
//! # Migrations
//!
//! There are none to write as long as a change speaks for itself: change the struct, and
//! `runtime migrate --plan` shows what the host will do. Where it cannot know, the model
//! says it:
//!
//! - a new name: `#[model(renamed_from = "headline")]` on the field or the struct;
//! - a new column that must not be null: `default = ..`, or `fill = "sql"` for the rows
//!   that are there;
//! - anything else: a [step](Schema::step), SQL that runs once.
//!
//! Losing data needs the operator's word.
//!
//! # SQL
//!
//! [`sql`] runs any statement that an app may run, with parameters.
//!
//! # Speed
//!
//! A query is prepared once per instance and found again by its shape, whatever its
//! values are. [`Model::get`], `insert`, `save` and `delete` build no query at all after
//! the first time. Rows are read into structs straight from what the host sent. A
//! project's release profile should have `lto = true`: rows are then decoded in less time.
//!
//! # Layout
//!
//! | module | what |
//! | --- | --- |
//! | [`model`] | what a model is, and its methods |
//! | [`expr`] | columns, conditions, calculated values |
//! | [`query`] | queries that read; [`write`](mod@write): those that write |
//! | [`relation`] | related rows |
//! | [`value`], [`types`] | Rust types as values of columns |
//! | [`schema`] | tables as data |
//! | `transaction`, `sql` | transactions, SQL as text |
//! | `lower`, `statement` | queries to the host's trees; prepared statements |
//! | `packed`, `row` | rows as bytes, and as values |

mod error;
pub mod expr;
mod lower;
pub mod model;
pub(crate) mod packed;
pub mod query;
pub mod relation;
mod row;
pub mod schema;
mod sql;
mod statement;
mod transaction;
pub mod types;
pub mod value;
pub mod write;

pub(crate) use crate::host::bindings::wasgi::app::orm as tree;

pub use error::{Constraint, Error, Result};
pub use expr::{
    Aggregate, Bound, Column, Condition, Expr, Expression, count, cume_dist, dense_rank, exists,
    now, ntile, percent_rank, rank, row_number, scalar, when, window,
};
pub use model::{Model, Source, alias};
pub use packed::{Mismatch, Reader};
pub use query::{Cursor, Page, Query, matches, relevance};
pub use relation::{HasMany, ManyToMany};
pub use row::FromRow;
pub use schema::Schema;
pub use sql::{Sql, sql};
#[doc(hidden)]
pub use statement::Statements;
pub use transaction::{
    Transaction, read_transaction, transaction, try_read_transaction, try_transaction,
};
pub use types::{Date, Decimal, Foreign, Json, ParseError, Timestamp, Uuid};
pub use value::{Encode, Value, domain};
pub use wasgi_macros::Model;

/// What is called as a method on models and expressions: `use wasgi::orm::prelude::*`.
pub mod prelude {
    pub use super::expr::{
        Expression as _, JsonExpression as _, Neighbours as _, NumberExpression as _,
        TextExpression as _,
    };
    pub use super::{Model, Model as _};
}

/// What the derive macro writes.
#[doc(hidden)]
pub mod __private {
    pub use super::expr::All;
    pub use super::query::FullText;
    pub use super::value::kind;
    pub use super::write::derived::{
        encode_json, encode_key, from_integer, is_foreign_key, is_unset, text_column, to_integer,
    };
}
