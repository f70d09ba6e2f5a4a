//! A compiled statement, and how its values are bound.

use std::sync::Arc;
use std::sync::OnceLock;

use rusqlite::fallible_iterator::FallibleIterator as _;
use rusqlite::types::{ToSqlOutput, Value as Stored, ValueRef};
use rusqlite::{Batch, CachedStatement, Statement};

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
    /// Whether it was lowered from a query: only then it may search full text.
    pub(super) typed: bool,
    /// Whether it is to be measured again before it is compiled again.
    pub(super) grows: bool,
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
            typed: true,
            grows: compiled.grows,
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
        if sql.contains('\0') {
            return Err(syntax("the SQL text contains a NUL"));
        }
        let mut batch = Batch::new(&self.raw, sql);
        let compiled = self
            .noted(sql, || batch.next())?
            .ok_or_else(|| syntax("there is no statement; give exactly one"))?;
        let _timed = self.timed(self.options.statement_timeout);
        match batch.next() {
            Ok(None) => {}
            Ok(Some(_)) => {
                return Err(syntax(
                    "there is more than one statement; give them one by one",
                ));
            }
            Err(error) => return Err(self.error(error, None)),
        }
        Ok(Prepared(Arc::new(Inner {
            lowered: Lowered {
                sql: sql.to_owned(),
                params: compiled.params,
                writes: compiled.writes,
                table: compiled.table,
                ..Lowered::default()
            },
            columns: compiled.columns,
            typed: false,
            grows: compiled.grows,
            bounded: false,
            prefetches: Vec::new(),
        })))
    }

    /// Compiles a query's text, to see that it can be done and what comes of it. Not from
    /// the cache: only compiling makes SQLite ask the authorizer.
    fn compile(&self, sql: &str) -> Result<Compiled> {
        let _typed = self.control().as_typed(true);
        let compiled = self.noted(sql, || self.raw.prepare(sql).map(Some))?;
        compiled.ok_or_else(|| Error::invalid("the query has become no statement"))
    }

    /// Compiles, and tells what the authorizer noted meanwhile; none of no statement.
    fn noted<'a>(
        &'a self,
        sql: &str,
        compile: impl FnOnce() -> rusqlite::Result<Option<Statement<'a>>>,
    ) -> Result<Option<Compiled>> {
        self.unbind_length()?;
        let grows = self.refuse_growth(sql)?;
        let _timed = self.timed(self.options.statement_timeout);
        self.control().notes.trigger.take();
        self.control().notes.written.take();
        self.control().notes.naming.take();
        let statement = compile().map_err(|error| self.error(error, None))?;
        if self.control().notes.naming.take() {
            authorizer::refuse_names(sql)?;
        }
        let triggers = self.control().notes.trigger.take();
        let table = self.control().notes.written.take();
        Ok(statement.map(|statement| Compiled {
            columns: statement.column_names().map(str::to_owned).collect(),
            params: statement.parameter_count(),
            writes: !statement.readonly(),
            triggers,
            table,
            grows,
        }))
    }

    /// Takes a statement from the cache, or compiles it, and bounds its values.
    pub(super) fn cached(&self, inner: &Inner, sql: &str) -> Result<CachedStatement<'_>> {
        self.unbind_length()?;
        if inner.grows {
            self.refuse_growth(sql)?;
        }
        self.control().notes.asked.take();
        let statement = {
            let _typed = self.control().as_typed(inner.typed);
            self.raw.prepare_cached(sql)
        };
        let statement = statement.map_err(|error| self.error(error, None))?;
        // The program of an EXPLAIN is shown, and not run.
        if statement.is_explain() == 0 {
            let compiled = self.control().notes.asked.take();
            self.weigh(sql, compiled)?;
        }
        Ok(statement)
    }
}

struct Compiled {
    columns: Vec<String>,
    params: usize,
    writes: bool,
    triggers: bool,
    table: Option<String>,
    grows: bool,
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
