//! What a template is given: names and their values, queries among them.

use std::borrow::Cow;

use serde::Serialize;

use super::packed::{self, Unfit};
use super::{Error, Result};
use crate::host::templates::Rows;
use crate::orm::packed::push_text;
use crate::orm::query::{Held, Show};
use crate::orm::{Query, Sql};
use crate::web;

/// The name of the token that forms carry: see [`web::Csrf`].
const CSRF_TOKEN: &str = "csrf_token";

/// What a template is given: names and their values. Made by [`context!`](macro@super::context).
#[derive(Debug, Default)]
pub struct Context {
    entries: Vec<(Cow<'static, str>, Value)>,
    /// Why it is none: it is said when it is used.
    problem: Option<Error>,
}

/// A value in a context.
#[doc(hidden)]
#[derive(Debug)]
pub enum Value {
    /// Data.
    Packed(Vec<u8>),
    /// Rows, once the query has run.
    Query(Box<Held>),
    /// A dict that may have queries in it.
    Context(Context),
    /// What cannot be given to a template; says why.
    Problem(String),
}

impl From<std::result::Result<Vec<u8>, Unfit>> for Value {
    fn from(packed: std::result::Result<Vec<u8>, Unfit>) -> Self {
        match packed {
            Ok(bytes) => Self::Packed(bytes),
            Err(unfit) => Self::Problem(unfit.to_string()),
        }
    }
}

/// A value that a template can be given: anything that serde serializes, an ORM query, SQL,
/// [`first`](super::first), [`count`](super::count) and [`exists`](super::exists) of one,
/// [`safe`](super::safe) text, or another [`Context`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be given to a template",
    note = "derive `serde::Serialize` for it, or give a query as it is: `posts: Post::query()`"
)]
pub trait ContextValue {
    #[doc(hidden)]
    fn into_value(self) -> Value;
}

impl<T: Serialize> ContextValue for T {
    fn into_value(self) -> Value {
        packed::pack(self).into()
    }
}

impl<M, Q, L> ContextValue for Query<M, Q, L>
where
    Self: Show,
{
    fn into_value(self) -> Value {
        Value::Query(Box::new(self.held()))
    }
}

impl ContextValue for Sql {
    fn into_value(self) -> Value {
        Value::Query(Box::new(self.held()))
    }
}

impl ContextValue for Context {
    fn into_value(self) -> Value {
        Value::Context(self)
    }
}

/// What [`render`](super::render) takes: a [`Context`], a reference to a struct or map that
/// serde serializes, or `()` for nothing.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no context",
    note = "give `context! {{ name: value }}`, or a reference to a struct that derives \
            `serde::Serialize`: `&page`"
)]
pub trait IntoContext {
    /// Makes the context.
    fn into_context(self) -> Context;
}

impl IntoContext for Context {
    fn into_context(self) -> Context {
        self
    }
}

impl IntoContext for () {
    fn into_context(self) -> Context {
        Context::new()
    }
}

impl<T: Serialize + ?Sized> IntoContext for &T {
    fn into_context(self) -> Context {
        match packed::pack_entries(self) {
            Ok(entries) => {
                let entries = entries.into_iter();
                let entries = entries.map(|(name, value)| (name.into(), Value::Packed(value)));
                Context {
                    entries: entries.collect(),
                    problem: None,
                }
            }
            Err(unfit) => Context {
                entries: Vec::new(),
                problem: Some(Error::Invalid(unfit.to_string())),
            },
        }
    }
}

impl Context {
    /// Makes one with nothing in it.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets a value.
    pub fn insert(&mut self, name: impl Into<Cow<'static, str>>, value: impl ContextValue) {
        let (name, value) = (name.into(), value.into_value());
        match self.entries.iter_mut().find(|(known, _)| *known == name) {
            Some((_, old)) => *old = value,
            None => self.entries.push((name, value)),
        }
    }

    /// Adds the values of another context, where this has none of their names.
    pub fn extend(&mut self, other: impl IntoContext) {
        let other = other.into_context();
        for (name, value) in other.entries {
            if !self.has(&name) {
                self.entries.push((name, value));
            }
        }
        self.problem = self.problem.take().or(other.problem);
    }

    fn has(&self, name: &str) -> bool {
        self.entries.iter().any(|(known, _)| known == name)
    }

    /// Runs its queries and packs it, for the host.
    pub(super) fn finish(mut self) -> Result<(Vec<u8>, Vec<Rows>)> {
        if !self.has(CSRF_TOKEN)
            && let Some(token) = web::csrf_token()
        {
            self.insert(CSRF_TOKEN, token);
        }
        let (mut out, mut queries) = (Vec::new(), Vec::new());
        self.write(&mut out, &mut queries, packed::DEPTH)?;
        Ok((out, queries))
    }

    fn write(self, out: &mut Vec<u8>, queries: &mut Vec<Rows>, depth: usize) -> Result<()> {
        if let Some(problem) = self.problem {
            return Err(problem);
        }
        let Some(depth) = depth.checked_sub(1) else {
            let what = format!("nested more than {} levels deep", packed::DEPTH);
            return Err(Error::Invalid(what));
        };
        out.push(b'{');
        for (name, value) in self.entries {
            push_text(out, &name);
            match value {
                Value::Packed(bytes) => out.extend_from_slice(&bytes),
                Value::Context(context) => context.write(out, queries, depth)?,
                Value::Query(query) => {
                    let index = i32::try_from(queries.len()).unwrap_or(i32::MAX);
                    out.extend_from_slice(&[b'>', 1, 0, 0, 0, b'i']);
                    out.extend_from_slice(&index.to_le_bytes());
                    let rows = query.run().map_err(|error| Error::Query {
                        name: name.into_owned(),
                        error,
                    })?;
                    queries.push(rows);
                }
                Value::Problem(what) => {
                    return Err(Error::Invalid(format!("the value of `{name}`: {what}")));
                }
            }
        }
        out.push(b'0');
        Ok(())
    }
}

/// Makes a [`Context`].
///
/// ```
/// use wasgi::templates::context;
/// # use wasgi::templates::{render_text, safe};
/// # #[derive(serde::Serialize)] struct User { name: String }
/// # let user = User { name: "Ann".into() };
///
/// let shared = context! { site: "Notes", title: "Untitled" };
/// let title = "Hello";
/// let context = context! {
///     // A name and its value, or a variable under its own name.
///     user: &user,
///     title,
///     // What another context has, under names that are not set here; it stands last.
///     ..shared
/// };
/// # let page = render_text("{{ title }} {{ site }} {{ user.name }}", context)?;
/// # assert_eq!(page.into_string()?, "Hello Notes Ann");
/// # Ok::<(), wasgi::templates::Error>(())
/// ```
///
/// A value that is neither data nor a query does not compile:
///
/// ```compile_fail,E0277
/// # use wasgi::templates::context;
/// struct User;
/// context! { user: User };
/// ```
///
/// and the result of a query is not the query:
///
/// ```compile_fail,E0277
/// # use wasgi::orm::prelude::*;
/// # use wasgi::templates::context;
/// # #[derive(Model, serde::Serialize)] struct Post { id: i64 }
/// context! { posts: Post::query().all() };
/// ```
#[macro_export]
#[doc(hidden)]
macro_rules! __context {
    ($($entries:tt)*) => {{
        #[allow(unused_mut)]
        let mut context = $crate::templates::Context::new();
        $crate::__context_entries!(context $($entries)*);
        context
    }};
}

#[macro_export]
#[doc(hidden)]
macro_rules! __context_entries {
    ($context:ident) => {};
    ($context:ident ..$other:expr $(,)?) => {
        $context.extend($other);
    };
    ($context:ident $name:ident : $value:expr $(, $($rest:tt)*)?) => {
        $context.insert($crate::templates::__name(::core::stringify!($name)), $value);
        $crate::__context_entries!($context $($($rest)*)?);
    };
    ($context:ident $name:ident $(, $($rest:tt)*)?) => {
        $context.insert($crate::templates::__name(::core::stringify!($name)), $name);
        $crate::__context_entries!($context $($($rest)*)?);
    };
}
