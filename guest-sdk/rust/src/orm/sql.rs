//! SQL as text, for what the query builder does not say.

use std::borrow::Cow;

use super::packed::Params;
use super::row::{FromRow, read_rows};
use super::statement::{self, Shape};
use super::{Encode, Error, Result};

/// One statement of SQL, and its parameters.
#[derive(Clone, Debug)]
#[must_use = "a statement does nothing until it is run, for instance by `.all::<(i64,)>()`"]
pub struct Sql {
    text: Cow<'static, str>,
    params: Params,
}

/// Begins a statement of SQL, whose parameters are written `?`. Values belong there and
/// never into the text.
///
/// ```
/// # use wasgi::orm::{self, Schema, prelude::*};
/// # #[derive(Model)] struct Post { id: i64, title: String }
/// # let _database = wasgi::test::database(Schema::new().model::<Post>());
/// # Post { id: 0, title: "Wasm".into() }.insert()?;
/// let titles = orm::sql("SELECT id, upper(title) FROM post WHERE id >= ?")
///     .bind(1)
///     .all::<(i64, String)>()?;
/// assert_eq!(titles, [(1, "WASM".to_owned())]);
/// # Ok::<(), orm::Error>(())
/// ```
pub fn sql(text: impl Into<Cow<'static, str>>) -> Sql {
    Sql {
        text: text.into(),
        params: Params::default(),
    }
}

impl Sql {
    pub(super) fn into_parts(self) -> (Cow<'static, str>, Params) {
        (self.text, self.params)
    }

    /// Gives the next parameter.
    pub fn bind(mut self, value: impl Encode) -> Self {
        self.params.push(&value);
        self
    }

    /// Runs it and returns its rows: as single values, as tuples, or as models, whose
    /// columns must then be selected in the order of the fields.
    ///
    /// # Errors
    ///
    /// [`Error::Syntax`] for what SQLite does not take; any other.
    pub fn all<R: FromRow>(self) -> Result<Vec<R>> {
        let rows = statement::query(Shape::Sql(self.text), &self.params.into_row())?;
        read_rows(&rows.rows, R::NAMES, R::WIDTH, R::read)
    }

    /// Runs it and returns its first row, if there is one.
    ///
    /// # Errors
    ///
    /// As for [`all`](Self::all).
    pub fn first<R: FromRow>(self) -> Result<Option<R>> {
        Ok(self.all()?.into_iter().next())
    }

    /// Runs it and returns its only row.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`] where there is none, [`Error::TooMany`] where there are more;
    /// as for [`all`](Self::all).
    pub fn one<R: FromRow>(self) -> Result<R> {
        let mut rows = self.all()?;
        match (rows.pop(), rows.is_empty()) {
            (Some(row), true) => Ok(row),
            (Some(_), false) => Err(Error::TooMany),
            (None, _) => Err(Error::NotFound),
        }
    }

    /// Runs it for its effect, and returns how many rows it changed.
    ///
    /// # Errors
    ///
    /// As for [`all`](Self::all).
    pub fn execute(self) -> Result<u64> {
        let outcome = statement::execute(Shape::Sql(self.text), &self.params.into_row())?;
        Ok(outcome.changes)
    }
}
