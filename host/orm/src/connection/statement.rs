//! A compiled statement, and how its values are bound.

use std::sync::Arc;
use std::sync::OnceLock;

use rusqlite::fallible_iterator::FallibleIterator as _;
use rusqlite::types::{ToSqlOutput, Value as Stored, ValueRef};
use rusqlite::{Batch, CachedStatement};

use super::{Connection, authorizer};
use crate::error::{Error, Result};
use crate::packed::Reader;
use crate::query::{Bounds, Query, validate};
use crate::sql::{self, Lowered};

/// A statement that compiles on every connection to this database. The compiled form
/// stays with each connection, under the text.
#[derive(Clone, Debug)]
pub struct Prepared(Arc<Inner>);

#[derive(Debug)]
pub(super) struct Inner {
    pub(super) lowered: Lowered,
    pub(super) columns: Vec<String>,
    /// Whether its work is bounded by its parameters.
    pub(super) bounded: bool,
    /// The SQL of each prefetch, per number of keys of [`super::prefetch::SIZES`].
    pub(super) prefetches: Vec<[OnceLock<Box<str>>; super::prefetch::SIZES.len()]>,
}

impl Prepared {
    pub(super) fn inner(&self) -> &Inner {
        &self.0
    }

    /// Returns the SQL text.
    pub fn sql(&self) -> &str {
        &self.0.lowered.sql
    }

    /// Returns the names of the result's columns.
    pub fn columns(&self) -> &[String] {
        &self.0.columns
    }

    /// Tells whether it writes.
    pub fn writes(&self) -> bool {
        self.0.lowered.writes
    }

    /// Tells whether its work is bounded by the size of its parameters.
    pub fn is_bounded(&self) -> bool {
        self.0.bounded
    }
}

impl Connection {
    /// Compiles a query.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`] for a tree that makes no sense, [`Error::UnknownTable`],
    /// [`Error::UnknownColumn`], [`Error::Denied`].
    pub fn prepare(&self, query: &Query) -> Result<Prepared> {
        validate(query, &Bounds::default())?;
        // Columns that are never null make pages answered by an index.
        let lowered = self.as_host(|raw| {
            sql::lower_for(query, &|table, column| sql::never_null(raw, table, column))
        })?;
        let compiled = self.compile(&lowered.sql)?;
        for prefetched in &lowered.prefetches {
            self.compile(&prefetched.sql(1))?;
        }
        let prefetches = lowered
            .prefetches
            .iter()
            .map(|_| Default::default())
            .collect();
        Ok(Prepared(Arc::new(Inner {
            bounded: lowered.bounded && !compiled.triggers,
            columns: compiled.columns,
            lowered,
            prefetches,
        })))
    }

    /// Compiles one SQL statement of a guest's.
    ///
    /// # Errors
    ///
    /// [`Error::Syntax`] where SQLite does not take it, or there is none or more than
    /// one; [`Error::Denied`].
    pub fn prepare_sql(&self, sql: &str) -> Result<Prepared> {
        let syntax = |message: &str| Error::Syntax {
            message: message.into(),
            offset: None,
        };
        let mut batch = Batch::new(&self.raw, sql);
        let first = batch.next().map_err(|error| self.error(error, None))?;
        if first.is_none() {
            return Err(syntax("there is no statement; give exactly one"));
        }
        match batch.next() {
            Ok(None) => {}
            Ok(Some(_)) => {
                return Err(syntax(
                    "there is more than one statement; give them one by one",
                ));
            }
            Err(error) => return Err(self.error(error, None)),
        }
        drop(first);
        let compiled = self.compile(sql)?;
        Ok(Prepared(Arc::new(Inner {
            lowered: Lowered {
                sql: sql.to_owned(),
                params: compiled.params,
                writes: compiled.writes,
                table: compiled.table,
                ..Lowered::default()
            },
            columns: compiled.columns,
            bounded: false,
            prefetches: Vec::new(),
        })))
    }

    /// Compiles, to see that it can be done and what comes of it. Not from the cache:
    /// only compiling makes SQLite ask the authorizer.
    fn compile(&self, sql: &str) -> Result<Compiled> {
        self.control().take_trigger();
        self.control().take_written();
        self.control().take_naming();
        let statement = self.raw.prepare(sql);
        let statement = statement.map_err(|error| self.error(error, None))?;
        if self.control().take_naming() {
            authorizer::refuse_names(sql)?;
        }
        let columns = statement.column_names();
        Ok(Compiled {
            columns: columns.into_iter().map(str::to_owned).collect(),
            params: statement.parameter_count(),
            writes: !statement.readonly(),
            triggers: self.control().take_trigger(),
            table: self.control().take_written(),
        })
    }

    pub(super) fn cached(&self, sql: &str) -> Result<CachedStatement<'_>> {
        let statement = self.raw.prepare_cached(sql);
        statement.map_err(|error| self.error(error, None))
    }
}

struct Compiled {
    columns: Vec<String>,
    params: usize,
    writes: bool,
    triggers: bool,
    table: Option<String>,
}

/// Binds a row of packed parameters, and the constants after them.
pub(super) fn bind(
    statement: &mut CachedStatement<'_>,
    lowered: &Lowered,
    params: &mut Reader<'_>,
) -> Result<()> {
    let given = params.row()?;
    if given != lowered.params {
        return Err(Error::invalid(format!(
            "the statement takes {} parameters, and {given} were given",
            lowered.params
        )));
    }
    for index in 1..=given {
        let value = params.value()?;
        if let ValueRef::Text(text) = value
            && std::str::from_utf8(text).is_err()
        {
            return Err(Error::invalid(format!(
                "parameter {index} is text that is not UTF-8"
            )));
        }
        bind_one(statement, index, value)?;
    }
    bind_constants(statement, given, &lowered.constants)
}

/// Binds constants after so many parameters.
pub(super) fn bind_constants(
    statement: &mut CachedStatement<'_>,
    params: usize,
    constants: &[Stored],
) -> Result<()> {
    for (index, constant) in constants.iter().enumerate() {
        bind_one(statement, params + index + 1, constant.into())?;
    }
    Ok(())
}

pub(super) fn bind_one(
    statement: &mut CachedStatement<'_>,
    index: usize,
    value: ValueRef<'_>,
) -> Result<()> {
    // A select of related rows need not use every parameter of its query.
    if index > statement.parameter_count() {
        return Ok(());
    }
    let bound = statement.raw_bind_parameter(index, ToSqlOutput::Borrowed(value));
    bound.map_err(super::sqlite_error)
}
