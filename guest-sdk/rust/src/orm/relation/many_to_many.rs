//! Rows on the other side of a table of pairs.

use std::fmt;
use std::marker::PhantomData;

use super::Many;
use crate::host::bindings::wasgi::app::orm as wit;
use crate::orm::expr::{Column, Frag};
use crate::orm::model::Model;
use crate::orm::query::{JoinStep, Joining};
use crate::orm::types::ForeignKey;

/// The rows of `C` that rows of `T` pair with a row of `P`: `Post::TAGS`.
///
/// ```
/// # use wasgi::orm::{Foreign, Schema, prelude::*};
/// #[derive(Model)]
/// #[model(many_to_many(tags = Tag, through = (PostTag::POST, PostTag::TAG)))]
/// struct Post {
///     id: i64,
///     title: String,
/// }
///
/// #[derive(Model)]
/// struct Tag {
///     id: i64,
///     name: String,
/// }
///
/// #[derive(Model)]
/// struct PostTag {
///     #[model(primary_key)]
///     post: Foreign<Post>,
///     #[model(primary_key)]
///     tag: Foreign<Tag>,
/// }
///
/// # let schema = Schema::new().model::<Post>().model::<Tag>().model::<PostTag>();
/// # let _database = wasgi::test::database(schema);
/// let post = Post { id: 0, title: "Rust".into() }.insert()?;
/// let tag = Tag { id: 0, name: "code".into() }.insert()?;
/// PostTag { post: Foreign::from(&post), tag: Foreign::from(&tag) }.insert()?;
///
/// let posts = Post::query().with(Post::TAGS).all()?;
/// assert_eq!(posts[0].1[0].name, "code");
/// assert_eq!(post.tags().count()?, 1);
/// # Ok::<(), wasgi::orm::Error>(())
/// ```
pub struct ManyToMany<P, T, C> {
    name: &'static str,
    from: &'static str,
    to: &'static str,
    of: PhantomData<fn(P, T) -> C>,
}

impl<P: Model, T: Model, C: Model> ManyToMany<P, T, C> {
    #[doc(hidden)]
    pub const fn new<F, G>(name: &'static str, from: Column<T, F>, to: Column<T, G>) -> Self
    where
        F: ForeignKey<Target = P>,
        G: ForeignKey<Target = C>,
    {
        Self {
            name,
            from: from.name,
            to: to.name,
            of: PhantomData,
        }
    }
}

impl<P: Model, T: Model, C: Model> From<ManyToMany<P, T, C>> for Many<P, C> {
    fn from(relation: ManyToMany<P, T, C>) -> Self {
        let mut query = C::query();
        let from = (C::TABLE, C::KEY_COLUMN);
        let join = JoinStep::new::<T>(wit::JoinKind::Inner, from, relation.to);
        query.select.joins.push(join.0);
        let on = Frag::column(T::TABLE, relation.from);
        Self::new(query, on, relation.name)
    }
}

impl<P: Model, T: Model, C: Model> Joining for ManyToMany<P, T, C> {
    type From = P;
    type To = C;

    fn joins(self, kind: wit::JoinKind, joins: &mut Vec<JoinStep>) {
        let from = (P::TABLE, P::KEY_COLUMN);
        joins.push(JoinStep::new::<T>(kind, from, self.from));
        let through = (T::TABLE, self.to);
        joins.push(JoinStep::new::<C>(kind, through, C::KEY_COLUMN));
    }
}

impl<P, T, C> Clone for ManyToMany<P, T, C> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<P, T, C> Copy for ManyToMany<P, T, C> {}

impl<P, T: Model, C: Model> fmt::Debug for ManyToMany<P, T, C> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "ManyToMany({} by {})", C::TABLE, T::TABLE)
    }
}
