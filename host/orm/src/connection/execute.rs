//! Runs statements, within their time and size.

use std::time::Duration;

use rusqlite::{CachedStatement, Row};

use super::prefetch::Keys;
use super::statement::{Inner, bind};
use super::{Connection, Prepared};
use crate::error::{Error, Result};
use crate::packed::{self, Reader};

/// Rows, packed, and those related to them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rows {
    /// The rows.
    pub rows: Vec<u8>,
    /// One list of rows for each prefetch.
    pub related: Vec<Vec<u8>>,
}

/// What a write did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Rows inserted, updated or deleted.
    pub changes: u64,
    /// The rowid of the last row inserted.
    pub last_insert_id: i64,
}

/// Ends the time of a statement, however it ends.
pub(super) struct Timed<'a>(&'a Connection);

impl Drop for Timed<'_> {
    fn drop(&mut self) {
        self.0.control.end();
    }
}

impl Connection {
    /// Runs statements; where the schema has changed since one was compiled, which ends
    /// it at its first step, compiles anew and runs them again.
    fn fresh<T>(&self, work: impl Fn() -> Result<T>) -> Result<T> {
        self.control.notes.changed.take();
        match work() {
            Err(error) if self.is_outdated(&error) => {
                self.raw.flush_prepared_statement_cache();
                work()
            }
            done => done,
        }
    }

    /// Tells whether a statement failed because SQLite wanted to compile it anew. With a
    /// bound on values it may not get as far as to ask the authorizer: then it could not
    /// read the schema.
    fn is_outdated(&self, error: &Error) -> bool {
        let unread = matches!(error, Error::Quota(_) | Error::Corrupt(_)) && self.is_bound();
        self.control.notes.changed.take() || unread
    }

    /// Begins the time of a statement.
    pub(super) fn timed(&self, timeout: Duration) -> Timed<'_> {
        self.control.begin(timeout);
        Timed(self)
    }

    /// Runs a statement and returns its rows.
    ///
    /// # Errors
    ///
    /// Any; [`Error::Timeout`] after [`super::Options::statement_timeout`],
    /// [`Error::Quota`] for more than [`super::Options::max_result`].
    pub fn query(&self, prepared: &Prepared, params: &[u8]) -> Result<Rows> {
        let _timed = self.timed(self.options.statement_timeout);
        let inner = prepared.inner();
        self.fresh(|| {
            if inner.lowered.prefetches.is_empty() {
                let rows = self.rows(inner, params, &mut [])?;
                return Ok(Rows {
                    rows: rows.finish()?,
                    related: Vec::new(),
                });
            }
            // The related rows belong to the rows: all of them as of the same moment.
            self.at_one_moment(|| self.with_related(inner, params))
        })
    }

    /// Runs a statement's main part, and collects keys on the way.
    pub(super) fn rows(
        &self,
        inner: &Inner,
        params: &[u8],
        keys: &mut [Keys],
    ) -> Result<packed::Rows> {
        let lowered = &inner.lowered;
        let mut statement = self.cached(inner, &lowered.sql)?;
        bind_all(&mut statement, inner, params).map_err(|error| self.with_bound(error))?;
        let mut out = packed::Rows::new();
        let table = lowered.table.as_deref();
        self.step(&mut statement, table, &mut out, keys)?;
        drop(statement);
        if lowered.checks_version && self.raw.changes() == 0 {
            return Err(Error::Stale);
        }
        Ok(out)
    }

    /// Steps through a bound statement to its end.
    pub(super) fn step(
        &self,
        statement: &mut CachedStatement<'_>,
        table: Option<&str>,
        out: &mut packed::Rows,
        keys: &mut [Keys],
    ) -> Result<()> {
        let columns = statement.column_count();
        let max = self.options.max_result;
        let _stepping = self.control.stepping();
        let mut rows = statement.raw_query();
        loop {
            let row = match rows.next() {
                Ok(Some(row)) => row,
                Ok(None) => return Ok(()),
                Err(error) => {
                    drop(rows);
                    return Err(self.error(error, table));
                }
            };
            if !pack(row, columns, out, keys, max)? {
                return Err(Error::Quota(format!(
                    "the result is larger than {max} bytes; ask for fewer rows, or open a cursor"
                )));
            }
        }
    }

    /// Runs a statement for its effect.
    ///
    /// # Errors
    ///
    /// As for [`Connection::query`].
    pub fn execute(&self, prepared: &Prepared, params: &[u8]) -> Result<Outcome> {
        let _timed = self.timed(self.options.statement_timeout);
        let inner = prepared.inner();
        self.fresh(|| {
            let mut statement = self.cached(inner, &inner.lowered.sql)?;
            bind_all(&mut statement, inner, params).map_err(|error| self.with_bound(error))?;
            let changes = self.run(&mut statement, inner)?;
            Ok(Outcome {
                changes,
                last_insert_id: self.raw.last_insert_rowid(),
            })
        })
    }

    /// Runs a statement once for each row of parameters: all of them or none.
    ///
    /// # Errors
    ///
    /// As for [`Connection::query`].
    pub fn execute_many(&self, prepared: &Prepared, rows: &[u8]) -> Result<Outcome> {
        let _timed = self.timed(self.options.statement_timeout);
        let work = || {
            let inner = prepared.inner();
            let mut statement = self.cached(inner, &inner.lowered.sql)?;
            let mut reader = Reader::new(rows);
            let mut changes = 0;
            for _ in 0..reader.list()? {
                bind(&mut statement, &inner.lowered, &mut reader)
                    .map_err(|error| self.with_bound(error))?;
                changes += self.run(&mut statement, inner)?;
            }
            at_end(&reader)?;
            Ok(Outcome {
                changes,
                last_insert_id: self.raw.last_insert_rowid(),
            })
        };
        self.fresh(|| self.all_or_nothing(work))
    }

    /// Steps through a bound statement, drops its rows, and returns what it changed.
    fn run(&self, statement: &mut CachedStatement<'_>, inner: &Inner) -> Result<u64> {
        let _stepping = self.control.stepping();
        let mut rows = statement.raw_query();
        let ended = loop {
            match rows.next() {
                Ok(Some(_)) => {}
                Ok(None) => break Ok(()),
                Err(error) => break Err(error),
            }
        };
        drop(rows);
        ended.map_err(|error| self.error(error, inner.lowered.table.as_deref()))?;
        if !inner.lowered.writes {
            return Ok(0);
        }
        let changes = self.raw.changes();
        if inner.lowered.checks_version && changes == 0 {
            return Err(Error::Stale);
        }
        Ok(changes)
    }

    /// Runs a read in batches of rows, each handed to `take`, until there are no more
    /// or `take` says stop; each batch has its own time.
    ///
    /// # Errors
    ///
    /// As for [`Connection::query`]; [`Error::Misuse`] for a write.
    pub fn stream(
        &self,
        prepared: &Prepared,
        params: &[u8],
        mut next: impl FnMut() -> Option<usize>,
        mut take: impl FnMut(Result<Vec<u8>>),
    ) -> Result<()> {
        let inner = prepared.inner();
        if inner.lowered.writes {
            return Err(Error::misuse("a cursor is for reads; use query or execute"));
        }
        let mut first = next();
        let mut again = true;
        'anew: while let Some(wanted) = first {
            self.control.notes.changed.take();
            let mut statement = self.cached(inner, &inner.lowered.sql)?;
            let largest = self.largest();
            bind_all(&mut statement, inner, params).map_err(|error| self.with_bound(error))?;
            let mut rows = statement.raw_query();
            let mut batch = Some(wanted);
            while let Some(wanted) = batch {
                let _timed = self.timed(self.options.statement_timeout);
                self.bind_length(largest)?;
                match self.batch(&mut rows, wanted) {
                    Err(error) if again && self.is_outdated(&error) => {
                        again = false;
                        drop(rows);
                        drop(statement);
                        self.raw.flush_prepared_statement_cache();
                        continue 'anew;
                    }
                    Err(error) => {
                        take(Err(error));
                        return Ok(());
                    }
                    Ok(out) => take(out.finish()),
                }
                again = false;
                batch = next();
            }
            first = None;
        }
        Ok(())
    }

    /// Reads the next rows of a cursor.
    fn batch(&self, rows: &mut rusqlite::Rows<'_>, wanted: usize) -> Result<packed::Rows> {
        let _stepping = self.control.stepping();
        let max = self.options.max_result;
        let mut out = packed::Rows::new();
        while out.rows() < wanted && out.len() <= max {
            let row = match rows.next() {
                Ok(Some(row)) => row,
                Ok(None) => break,
                Err(error) => return Err(self.error(error, None)),
            };
            let columns = row.as_ref().column_count();
            if !pack(row, columns, &mut out, &mut [], 2 * max)? {
                return Err(Error::Quota(format!("a row is larger than {max} bytes")));
            }
        }
        Ok(out)
    }
}

/// Packs a row, and collects keys on the way; false where all rows together have become
/// larger than `max`.
#[inline]
fn pack(
    row: &Row<'_>,
    columns: usize,
    out: &mut packed::Rows,
    keys: &mut [Keys],
    max: usize,
) -> Result<bool> {
    let place = out.row(columns)?;
    for index in 0..columns {
        let value = match row.get_ref(index) {
            Ok(value) => value,
            Err(error) => return Err(super::sqlite_error(error)),
        };
        for keys in keys.iter_mut().filter(|keys| keys.column == index) {
            keys.add(value)?;
        }
        packed::push(place, value)?;
        // At each value: a row may have hundreds of the largest.
        if place.len() > max {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Binds parameters of which nothing may be left over.
fn bind_all(statement: &mut CachedStatement<'_>, inner: &Inner, params: &[u8]) -> Result<()> {
    let mut reader = Reader::new(params);
    bind(statement, &inner.lowered, &mut reader)?;
    at_end(&reader)
}

fn at_end(reader: &Reader<'_>) -> Result<()> {
    if reader.is_at_end() {
        Ok(())
    } else {
        Err(Error::invalid(
            "packed values: something follows the last one",
        ))
    }
}
