//! Queries of many rows, a batch at a time.

use std::collections::VecDeque;

use super::{Plain, Query};
use crate::host::database;
use crate::orm::packed::Params;
use crate::orm::row::{FromRow, read_rows};
use crate::orm::statement::{self, Shape};
use crate::orm::{Error, Result, transaction};

/// Rows at a time.
const BATCH: u32 = 500;

/// The rows of a query, as of when it was opened; an iterator.
///
/// It holds a part of the rows at a time, so that there may be more of them than the
/// instance has memory for.
pub struct Cursor<R> {
    host: database::Cursor,
    batch: u32,
    rows: VecDeque<R>,
    ended: bool,
}

impl<M, Q, R: FromRow> Query<M, Q, Plain<R>> {
    /// Runs it and returns an iterator over the rows.
    ///
    /// ```
    /// # use wasgi::orm::{Schema, prelude::*};
    /// # #[derive(Model)] struct Post { id: i64, title: String }
    /// # let _database = wasgi::test::database(Schema::new().model::<Post>());
    /// for post in Post::query().cursor()? {
    ///     let post = post?;
    ///     println!("{}", post.title);
    /// }
    /// # Ok::<(), wasgi::orm::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Misuse`] inside of a transaction, whose writes it would not see; any
    /// other.
    pub fn cursor(self) -> Result<Cursor<R>> {
        if let Some(problem) = self.problem {
            return Err(problem);
        }
        if transaction::is_open() {
            return Err(Error::Misuse(
                "a cursor reads outside of transactions, and one is open; take pages with `after` \
                 instead"
                    .to_owned(),
            ));
        }
        let mut params = Params::default();
        self.select.params(&mut params);
        let shape = Shape::Select(self.select, Vec::new());
        Ok(Cursor {
            host: statement::open(shape, &params.into_row())?,
            batch: BATCH,
            rows: VecDeque::new(),
            ended: false,
        })
    }
}

impl<R> Cursor<R> {
    /// Takes so many rows at a time. Default 500.
    #[must_use]
    pub fn batch(mut self, rows: u32) -> Self {
        self.batch = rows.max(1);
        self
    }
}

impl<R: FromRow> Iterator for Cursor<R> {
    type Item = Result<R>;

    fn next(&mut self) -> Option<Result<R>> {
        if self.rows.is_empty() && !self.ended {
            let rows = self.host.fetch(self.batch).map_err(Error::from);
            let rows = rows.and_then(|rows| {
                let columns = R::WIDTH;
                read_rows(&rows, R::NAMES, columns, R::read)
            });
            match rows {
                Ok(rows) => {
                    self.ended = rows.is_empty();
                    self.rows = rows.into();
                }
                Err(error) => {
                    self.ended = true;
                    return Some(Err(error));
                }
            }
        }
        self.rows.pop_front().map(Ok)
    }
}

impl<R> std::fmt::Debug for Cursor<R> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Cursor")
    }
}
