//! The table in which every database carries its own history.
//!
//! # Invariants
//!
//! - The last row says what the database has: each row carries the whole schema.
//! - A row is written in the transaction that it tells of.

use std::time::{SystemTime, UNIX_EPOCH};

use rusqlite::{Connection, OptionalExtension as _, params};

use crate::connection::sqlite_error;
use crate::error::{Error, Result};
use crate::schema::{Schema, Step};

/// The history's table.
const TABLE: &str = "_wasgi_migrations";

const CREATE: &str = "CREATE TABLE IF NOT EXISTS \"_wasgi_migrations\" (
  \"id\" INTEGER PRIMARY KEY,
  \"applied_at\" INTEGER NOT NULL,
  \"kind\" TEXT NOT NULL CHECK (\"kind\" IN ('migration', 'adoption', 'step', 'restore')),
  \"name\" TEXT NOT NULL,
  \"schema\" TEXT NOT NULL,
  \"schema_digest\" TEXT NOT NULL,
  \"plan\" TEXT NOT NULL,
  \"plan_digest\" TEXT NOT NULL
) STRICT";

/// What a row of the history tells of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The schema was changed.
    Migration,
    /// Tables were taken as they were.
    Adoption,
    /// A hand-written step was run.
    Step,
    /// The database was overwritten by a backup.
    Restore,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::Migration => "migration",
            Self::Adoption => "adoption",
            Self::Step => "step",
            Self::Restore => "restore",
        }
    }

    fn of(name: &str) -> Self {
        match name {
            "adoption" => Self::Adoption,
            "step" => Self::Step,
            "restore" => Self::Restore,
            _ => Self::Migration,
        }
    }
}

/// A row of the history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its number, from 1.
    pub id: i64,
    /// When, in microseconds since 1970-01-01T00:00:00Z.
    pub applied_at: i64,
    /// What was done.
    pub kind: Kind,
    /// The step's name, the file restored from, or else the app.
    pub name: String,
    /// The digest of the schema from then on.
    pub schema_digest: String,
    /// What was run.
    pub sql: String,
}

/// The schema that a database is believed to have.
#[derive(Clone, Debug)]
pub(crate) struct Recorded {
    pub(crate) schema: Schema,
    pub(crate) digest: String,
    json: String,
}

/// Tells whether the last row has this digest: one query, for every start of a server.
pub(crate) fn is_current(raw: &Connection, digest: &str) -> Result<bool> {
    let found = raw.query_row(
        "SELECT schema_digest = ?1 FROM _wasgi_migrations ORDER BY id DESC LIMIT 1",
        [digest],
        |row| row.get(0),
    );
    match found {
        Ok(current) => Ok(current),
        Err(rusqlite::Error::QueryReturnedNoRows) => Ok(false),
        Err(error) => match sqlite_error(error) {
            Error::UnknownTable(_) => Ok(false),
            error => Err(error),
        },
    }
}

fn exists(raw: &Connection) -> Result<bool> {
    raw.query_row(
        "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = ?1",
        [TABLE],
        |row| row.get::<_, i64>(0),
    )
    .map(|count| count > 0)
    .map_err(sqlite_error)
}

/// Returns what the last row says.
pub(crate) fn recorded(raw: &Connection) -> Result<Option<Recorded>> {
    if !exists(raw)? {
        return Ok(None);
    }
    let last = raw
        .query_row(
            "SELECT schema, schema_digest FROM _wasgi_migrations ORDER BY id DESC LIMIT 1",
            [],
            |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)),
        )
        .optional()
        .map_err(sqlite_error)?;
    let Some((json, digest)) = last else {
        return Ok(None);
    };
    let schema = serde_json::from_str(&json).map_err(|error| {
        Error::invalid(format!(
            "the schema recorded in {TABLE} cannot be read ({error}): \
             a newer runtime may have written it; migrate with that one"
        ))
    })?;
    Ok(Some(Recorded {
        schema,
        digest,
        json,
    }))
}

/// Returns the whole history, oldest first.
pub(crate) fn all(raw: &Connection) -> Result<Vec<Entry>> {
    if !exists(raw)? {
        return Ok(Vec::new());
    }
    let read = || {
        let mut statement = raw.prepare(
            "SELECT id, applied_at, kind, name, schema_digest, plan FROM _wasgi_migrations ORDER BY id",
        )?;
        let rows = statement.query_map([], |row| {
            Ok(Entry {
                id: row.get(0)?,
                applied_at: row.get(1)?,
                kind: Kind::of(&row.get::<_, String>(2)?),
                name: row.get(3)?,
                schema_digest: row.get(4)?,
                sql: row.get(5)?,
            })
        })?;
        rows.collect::<rusqlite::Result<Vec<_>>>()
    };
    read().map_err(sqlite_error)
}

/// Returns the digest of a step.
fn step_digest(step: &Step) -> String {
    // Strings always have a JSON text.
    let json = serde_json::to_vec(&step.sql).unwrap_or_default();
    blake3::hash(&json).to_hex().to_string()
}

/// Returns the steps that have not run yet.
pub(crate) fn pending_steps(raw: &Connection, schema: &Schema) -> Result<Vec<Step>> {
    if !exists(raw)? {
        return Ok(schema.steps.clone());
    }
    let mut pending = Vec::new();
    for step in &schema.steps {
        let ran: Option<String> = raw
            .query_row(
                "SELECT plan_digest FROM _wasgi_migrations WHERE kind = 'step' AND name = ?1 \
                 ORDER BY id DESC LIMIT 1",
                [&step.name],
                |row| row.get(0),
            )
            .optional()
            .map_err(sqlite_error)?;
        match ran {
            None => pending.push(step.clone()),
            Some(digest) if digest == step_digest(step) => {}
            Some(_) => {
                return Err(Error::invalid(format!(
                    "step {} has run in this database and was changed since: \
                     put its old SQL back, and write a new step for what is new",
                    step.name
                )));
            }
        }
    }
    Ok(pending)
}

/// Makes the table, where it is not there.
pub(crate) fn create(raw: &Connection) -> Result<()> {
    raw.execute_batch(CREATE).map_err(sqlite_error)
}

/// A row to be written.
pub(crate) struct Row<'a> {
    pub(crate) kind: Kind,
    pub(crate) name: &'a str,
    pub(crate) schema: &'a str,
    pub(crate) schema_digest: &'a str,
    pub(crate) sql: &'a str,
    pub(crate) sql_digest: &'a str,
}

/// Writes a row.
pub(crate) fn write(raw: &Connection, row: &Row<'_>) -> Result<()> {
    raw.execute(
        "INSERT INTO _wasgi_migrations \
         (applied_at, kind, name, schema, schema_digest, plan, plan_digest) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![
            now(),
            row.kind.name(),
            row.name,
            row.schema,
            row.schema_digest,
            row.sql,
            row.sql_digest
        ],
    )
    .map(drop)
    .map_err(sqlite_error)
}

/// Writes that a step was run.
pub(crate) fn write_step(
    raw: &Connection,
    step: &Step,
    schema: &str,
    schema_digest: &str,
) -> Result<()> {
    write(
        raw,
        &Row {
            kind: Kind::Step,
            name: &step.name,
            schema,
            schema_digest,
            sql: &step.sql.join(";\n"),
            sql_digest: &step_digest(step),
        },
    )
}

/// Writes that the database is a backup's copy. A database without a history, which no
/// migration has made, gets none.
pub(crate) fn write_restore(raw: &Connection, from: &str) -> Result<()> {
    let Some(recorded) = recorded(raw)? else {
        return Ok(());
    };
    write(
        raw,
        &Row {
            kind: Kind::Restore,
            name: from,
            schema: &recorded.json,
            schema_digest: &recorded.digest,
            sql: "",
            sql_digest: "",
        },
    )
}

/// Returns the microseconds since 1970-01-01T00:00:00Z.
pub(crate) fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| {
        i64::try_from(since.as_micros()).unwrap_or(i64::MAX)
    })
}
