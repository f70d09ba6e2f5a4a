//! Plans and applies schema changes; keeps a history; tells drift. See
//! `docs/migrations.md`.
//!
//! # Layout
//!
//! - [`diff`], [`rename`], [`carry`]: two schemas compared.
//! - [`ddl`], [`literal`], [`lexer`]: SQL written and read.
//! - [`shape`], [`drift`]: what a database looks like, and where it is otherwise.
//! - [`rows`], [`convert`]: what becomes of the rows of a table that is built anew.
//! - [`expression`]: expressions of an app, compiled before they are used.
//! - [`scratch`]: databases in memory to try things on.
//! - [`planner`], [`plan`]: a plan made, and what it is.
//! - [`apply`], [`history`]: a plan done, and written down.
//!
//! # Invariants
//!
//! - A migration is one transaction: the old schema or the new one, nothing between.
//! - Planning writes nothing.
//! - What loses data is counted, and is not done without a word.

mod apply;
mod carry;
mod convert;
pub(crate) mod ddl;
mod diff;
mod drift;
pub(crate) mod expression;
pub(crate) mod history;
pub(crate) mod lexer;
pub(crate) mod literal;
mod plan;
mod planner;
mod rename;
mod rows;
pub(crate) mod scratch;
mod shape;

pub use apply::{Applied, apply};
pub use drift::Drift;
pub use history::{Entry, Kind};
pub use plan::{Change, Loss, Plan, Safety};

use crate::connection::Connection;
use crate::error::Result;
use crate::schema::Schema;

/// How to migrate.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Which app this is, for the history: its name, and its digest if there is one.
    pub app: String,
    /// Takes tables that no migration has made, or that have drifted, as they are where
    /// they fit the models.
    pub adopt: bool,
    /// Lets data be lost.
    pub allow_destructive: bool,
}

/// Plans what has to be done to a database so that it has a schema. Writes nothing.
///
/// # Errors
///
/// [`crate::Error::Invalid`] where the schema makes no sense, the database has drifted,
/// a step was changed after it ran, or rows cannot meet the new schema. All say the cure.
pub fn plan(connection: &Connection, schema: &Schema, options: &Options) -> Result<Plan> {
    connection.as_host(|raw| planner::plan(raw, schema, options))
}

/// Tells whether a database has been recorded with the schema of this digest
/// ([`Schema::digest`]): one query, for every start of a server.
///
/// # Errors
///
/// [`crate::Error::Busy`], [`crate::Error::Corrupt`], [`crate::Error::Unavailable`].
pub fn is_current(connection: &Connection, digest: &str) -> Result<bool> {
    connection.as_host(|raw| history::is_current(raw, digest))
}

/// Returns the history of a database, oldest first.
///
/// # Errors
///
/// As for [`is_current`].
pub fn history(connection: &Connection) -> Result<Vec<Entry>> {
    connection.as_host(history::all)
}

/// Compares a database with the schema that was recorded last.
///
/// # Errors
///
/// As for [`is_current`]; [`crate::Error::Invalid`] where the history cannot be read.
pub fn drift(connection: &Connection) -> Result<Drift> {
    connection.as_host(|raw| {
        let recorded = history::recorded(raw)?;
        let schema = recorded.map(|last| last.schema).unwrap_or_default();
        Ok(drift::compare(
            &shape::read(raw)?,
            &planner::shape_of(&schema)?,
        ))
    })
}
