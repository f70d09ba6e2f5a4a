//! Applies a plan: everything in one transaction, or nothing.

use std::collections::BTreeSet;

use rusqlite::Connection as Raw;

use crate::connection::{Connection, sqlite_error};
use crate::error::{Error, Result};
use crate::schema::Step;

use super::ddl::quote;
use super::history::{self, Kind, Row};
use super::plan::Plan;
use super::{drift, planner, shape};

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Applied {
    /// The database had the schema already.
    Nothing,
    /// Somebody else has done it since the plan was made.
    BySomebodyElse,
    /// The plan.
    Plan,
}

/// Applies a plan.
///
/// Foreign keys are not enforced meanwhile, for steps neither: tables are dropped and
/// built anew. All are checked before the end.
///
/// # Errors
///
/// [`Error::Invalid`] where data would be lost without leave, rows break the new
/// constraints, a step fails, or the database has changed since the plan was made;
/// [`Error::Busy`]; [`Error::Misuse`] inside of a transaction. The database is as it was.
pub fn apply(connection: &Connection, plan: &Plan) -> Result<Applied> {
    if plan.is_recorded() {
        return Ok(Applied::Nothing);
    }
    refuse_losses(plan)?;
    if !connection.is_autocommit() {
        return Err(Error::misuse(
            "a migration cannot run inside of a transaction",
        ));
    }
    let migration = Migration::begin(connection)?;
    if connection.as_host(|raw| history::is_current(raw, &plan.digest))? && !plan.options.adopt {
        return Ok(Applied::BySomebodyElse);
    }
    // Under the lock, with the rows as they are now.
    let again = connection.as_host(|raw| planner::plan(raw, &plan.schema, &plan.options))?;
    if !again.does_the_same(plan) {
        return Err(Error::invalid(
            "the database has changed since the migration was planned; plan it again",
        ));
    }
    let broken = connection.as_host(broken_objects)?;
    connection.as_host(|raw| run_changes(raw, plan))?;
    for step in &plan.steps {
        run_step(connection, step)?;
    }
    connection.as_host(|raw| {
        check(raw, plan, &broken)?;
        record(raw, plan)
    })?;
    migration.commit()?;
    Ok(Applied::Plan)
}

fn refuse_losses(plan: &Plan) -> Result<()> {
    if plan.options.allow_destructive || !plan.is_destructive() {
        return Ok(());
    }
    let losses: Vec<String> = plan.losses().map(ToString::to_string).collect();
    Err(Error::invalid(format!(
        "the migration would lose data: {}; say so if it may: --allow-destructive, \
         or name what it was called before in the model (renamed from)",
        losses.join("; ")
    )))
}

/// A transaction without foreign keys, taken back when it is dropped.
struct Migration<'a> {
    connection: &'a Connection,
    enforced: bool,
}

impl<'a> Migration<'a> {
    fn begin(connection: &'a Connection) -> Result<Self> {
        connection.as_host(|raw| {
            let enforced = raw
                .pragma_query_value(None, "foreign_keys", |row| row.get(0))
                .map_err(sqlite_error)?;
            let migration = Self {
                connection,
                enforced,
            };
            raw.execute_batch("PRAGMA foreign_keys = OFF; BEGIN IMMEDIATE")
                .map_err(sqlite_error)?;
            Ok(migration)
        })
    }

    fn commit(self) -> Result<()> {
        self.connection
            .as_host(|raw| raw.execute_batch("COMMIT"))
            .map_err(sqlite_error)
    }
}

impl Drop for Migration<'_> {
    fn drop(&mut self) {
        self.connection.as_host(|raw| {
            if !raw.is_autocommit() {
                // It fails only where SQLite has rolled back by itself.
                let _ = raw.execute_batch("ROLLBACK");
            }
            let _ = raw.execute_batch("PRAGMA legacy_alter_table = OFF");
            if self.enforced {
                let _ = raw.execute_batch("PRAGMA foreign_keys = ON");
            }
        });
    }
}

fn run_changes(raw: &Raw, plan: &Plan) -> Result<()> {
    for change in &plan.changes {
        for statement in &change.sql {
            raw.execute_batch(statement)
                .map_err(|error| match sqlite_error(error) {
                    Error::Syntax { message, .. } => {
                        Error::invalid(format!("{}: {message}", change.description))
                    }
                    Error::TypeMismatch(message) => {
                        Error::TypeMismatch(format!("{}: {message}", change.description))
                    }
                    error => error,
                })?;
        }
    }
    Ok(())
}

/// A step is the app's own SQL: it has a guest's rights.
fn run_step(connection: &Connection, step: &Step) -> Result<()> {
    if connection.raw().prepare("PRAGMA writable_schema").is_ok() {
        return Err(Error::misuse(
            "steps need a connection with a guest's rights (Role::Writer): this one would \
             let them do anything",
        ));
    }
    for (at, statement) in step.sql.iter().enumerate() {
        let run = |_| {
            let ran = connection.raw().execute_batch(statement);
            ran.map_err(sqlite_error)
        };
        connection
            .refuse_growth(statement)
            .and_then(run)
            .map_err(|error| {
                let place = format!("step {}, statement {}", step.name, at + 1);
                match error {
                    Error::Busy | Error::Timeout | Error::Corrupt(_) | Error::Unavailable(_) => {
                        error
                    }
                    Error::Quota(what) => Error::Quota(format!("{place}: {what}")),
                    error => Error::invalid(format!("{place}: {error}")),
                }
            })?;
    }
    Ok(())
}

/// Checks that the database is what it should be now.
fn check(raw: &Raw, plan: &Plan, broken_before: &BTreeSet<String>) -> Result<()> {
    let found = drift::compare(&shape::read(raw)?, &planner::shape_of(&plan.schema)?);
    if !found.is_empty() {
        return Err(Error::invalid(format!(
            "after the migration's steps the database has not the models: {}",
            found.differences.join("; ")
        )));
    }
    let broken = broken_objects(raw)?;
    if let Some(broken) = broken.difference(broken_before).next() {
        return Err(Error::invalid(format!(
            "{broken}; drop it, or make it anew, in a step of the migration"
        )));
    }
    check_references(raw)
}

fn check_references(raw: &Raw) -> Result<()> {
    let read = || {
        let mut statement = raw.prepare(
            "SELECT \"table\", parent, count(*), min(c.rowid), \
             (SELECT group_concat(\"from\", ', ') FROM pragma_foreign_key_list(c.\"table\") AS l WHERE l.id = c.fkid) \
             FROM pragma_foreign_key_check AS c GROUP BY \"table\", parent, fkid",
        )?;
        let rows = statement.query_map([], |row| {
            Ok(format!(
                "table {}: {} rows refer by {} to rows of {} that are not there (the first has rowid {})",
                row.get::<_, String>(0)?,
                row.get::<_, i64>(2)?,
                row.get::<_, Option<String>>(4)?.unwrap_or_default(),
                row.get::<_, String>(1)?,
                row.get::<_, Option<i64>>(3)?.unwrap_or_default(),
            ))
        })?;
        rows.collect::<rusqlite::Result<Vec<_>>>()
    };
    let broken = read().map_err(sqlite_error)?;
    if broken.is_empty() {
        return Ok(());
    }
    Err(Error::invalid(format!(
        "{}; mend them before, or in a step of the migration",
        broken.join("; ")
    )))
}

/// Returns the views and triggers that cannot be compiled: a trigger breaks every
/// write to its table, and nobody would be told before the first.
fn broken_objects(raw: &Raw) -> Result<BTreeSet<String>> {
    let mut statement = raw
        .prepare("SELECT type, name, tbl_name FROM sqlite_schema WHERE type IN ('view', 'trigger')")
        .map_err(sqlite_error)?;
    let objects = statement
        .query_map([], |row| {
            Ok((
                row.get::<_, String>(0)?,
                row.get::<_, String>(1)?,
                row.get::<_, String>(2)?,
            ))
        })
        .and_then(Iterator::collect::<rusqlite::Result<Vec<_>>>)
        .map_err(sqlite_error)?;
    let mut broken = BTreeSet::new();
    for (kind, name, table) in objects {
        let target = quote(&table);
        let attempts = if kind == "view" {
            vec![format!("SELECT * FROM {target}")]
        } else {
            let column: rusqlite::Result<String> = raw.query_row(
                "SELECT name FROM pragma_table_xinfo(?1) WHERE hidden = 0 LIMIT 1",
                [&table],
                |row| row.get(0),
            );
            let Ok(column) = column.map(|column| quote(&column)) else {
                continue;
            };
            vec![
                format!("INSERT INTO {target} DEFAULT VALUES"),
                format!("UPDATE {target} SET {column} = {column}"),
                format!("DELETE FROM {target}"),
            ]
        };
        for sql in attempts {
            if let Err(error) = raw.prepare(&sql) {
                broken.insert(format!(
                    "{kind} {name} no more works: {}",
                    sqlite_error(error)
                ));
                break;
            }
        }
    }
    Ok(broken)
}

fn record(raw: &Raw, plan: &Plan) -> Result<()> {
    let schema = serde_json::to_string(&plan.schema)
        .map_err(|error| Error::invalid(format!("the schema has no JSON text: {error}")))?;
    let sql = if plan.changes.is_empty() {
        String::new()
    } else {
        plan.to_string()
    };
    history::create(raw)?;
    for step in &plan.steps {
        history::write_step(raw, step, &schema, &plan.digest)?;
    }
    history::write(
        raw,
        &Row {
            kind: if plan.adopted.is_empty() {
                Kind::Migration
            } else {
                Kind::Adoption
            },
            name: &plan.options.app,
            schema: &schema,
            schema_digest: &plan.digest,
            sql: &sql,
            sql_digest: blake3::hash(sql.as_bytes()).to_hex().as_str(),
        },
    )
}
