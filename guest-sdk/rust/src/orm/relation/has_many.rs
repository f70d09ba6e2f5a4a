//! Rows elsewhere that refer to a row.

use std::fmt;
use std::marker::PhantomData;

use super::Many;
use crate::host::bindings::wasgi::app::orm as wit;
use crate::orm::expr::{Column, Frag};
use crate::orm::model::Model;
use crate::orm::query::{JoinStep, Joining};
use crate::orm::types::ForeignKey;

/// The rows of `C` that refer to a row of `P`: `Post::COMMENTS`.
///
/// ```
/// # use wasgi::orm::{Foreign, Schema, prelude::*};
/// #[derive(Model)]
/// #[model(has_many(comments = Comment::POST))]
/// struct Post {
///     id: i64,
///     title: String,
/// }
///
/// #[derive(Model)]
/// struct Comment {
///     id: i64,
///     post: Foreign<Post>,
///     text: String,
///     approved: bool,
/// }
///
/// # let schema = Schema::new().model::<Post>().model::<Comment>();
/// # let _database = wasgi::test::database(schema);
/// // All posts and their comments: two queries, in one call of the host.
/// for (post, comments) in Post::query().with(Post::COMMENTS).all()? {
///     println!("{}: {} comments", post.title, comments.len());
/// }
///
/// // Only some of them, in order.
/// let approved = Post::COMMENTS.filter(Comment::APPROVED).order_by(Comment::ID.desc());
/// let posts = Post::query().with(approved).all()?;
///
/// // Counted by the database.
/// let posts = Post::query().select((Post::TITLE, Post::COMMENTS.count())).all()?;
/// # Ok::<(), wasgi::orm::Error>(())
/// ```
pub struct HasMany<P, C> {
    name: &'static str,
    column: &'static str,
    of: PhantomData<fn() -> (P, C)>,
}

impl<P: Model, C: Model> HasMany<P, C> {
    #[doc(hidden)]
    pub const fn new<F: ForeignKey<Target = P>>(name: &'static str, column: Column<C, F>) -> Self {
        Self {
            name,
            column: column.name,
            of: PhantomData,
        }
    }
}

impl<P: Model, C: Model> From<HasMany<P, C>> for Many<P, C> {
    fn from(relation: HasMany<P, C>) -> Self {
        let on = Frag::column(C::TABLE, relation.column);
        Self::new(C::query(), on, relation.name)
    }
}

impl<P: Model, C: Model> Joining for HasMany<P, C> {
    type From = P;
    type To = C;

    fn joins(self, kind: wit::JoinKind, joins: &mut Vec<JoinStep>) {
        let from = (P::TABLE, P::KEY_COLUMN);
        joins.push(JoinStep::new::<C>(kind, from, self.column));
    }
}

impl<P, C> Clone for HasMany<P, C> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<P, C> Copy for HasMany<P, C> {}

impl<P, C: Model> fmt::Debug for HasMany<P, C> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "HasMany({}.{})", C::TABLE, self.column)
    }
}
