//! Values that mean something else than their data: safe text, and parts of queries.

use std::borrow::Cow;

use serde::{Serialize, Serializer};

use super::context::{ContextValue, Value};
use super::packed::SAFE;
use crate::orm::Query;
use crate::orm::query::{Held, Load, Show};

/// Text that a template shows as it is: see [`safe`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Safe(Cow<'static, str>);

/// Marks a text as HTML that is safe already, for instance because it was made by a
/// sanitizer: it is not escaped. A field of a serialized struct can be one as well.
///
/// ```
/// # use wasgi::templates::{context, render_text, safe};
/// let page = render_text("{{ a }} {{ b }}", context! { a: "<hr>", b: safe("<hr>") })?;
/// assert_eq!(page.into_string()?, "&lt;hr&gt; <hr>");
/// # Ok::<(), wasgi::templates::Error>(())
/// ```
pub fn safe(html: impl Into<Cow<'static, str>>) -> Safe {
    Safe(html.into())
}

impl Safe {
    /// Does what [`safe`] does, in a constant.
    pub const fn from_static(html: &'static str) -> Self {
        Self(Cow::Borrowed(html))
    }
}

impl Serialize for Safe {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_newtype_struct(SAFE, &self.0)
    }
}

/// Something about a query, for a context: made by [`first`], [`count`] and [`exists`].
#[derive(Debug)]
pub struct Showing(Held);

/// Shows the first row of a query, or `none` where it has no row.
///
/// ```
/// # use wasgi::orm::{Schema, prelude::*};
/// # use wasgi::templates::{context, first, render_text};
/// # #[derive(Model)] struct Post { id: i64, title: String }
/// # let _database = wasgi::test::database(Schema::new().model::<Post>());
/// # Post { id: 0, title: "Hi".into() }.insert()?;
/// let page = render_text("{{ latest.title }}", context! {
///     latest: first(Post::query().order_by(Post::ID.desc())),
/// })?;
/// assert_eq!(page.into_string()?, "Hi");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn first(query: impl Show) -> Showing {
    Showing(query.held_first())
}

/// Shows the number of a query's rows, which the database counts.
pub fn count<M, Q, L: Load>(query: Query<M, Q, L>) -> Showing {
    Showing(query.held_count())
}

/// Shows whether a query has a row: `true` or `false`.
pub fn exists<M, Q, L: Load>(query: Query<M, Q, L>) -> Showing {
    Showing(query.held_exists())
}

impl ContextValue for Showing {
    fn into_value(self) -> Value {
        Value::Query(Box::new(self.0))
    }
}
