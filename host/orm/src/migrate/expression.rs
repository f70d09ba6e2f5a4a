//! Expressions that an app brings as text: checks, conditions of indexes, fills.
//!
//! They land in the host's SQL, so they are compiled alone first, with the rights of a
//! guest, in a database that has their table and nothing else.

use crate::error::{Error, Result};
use crate::schema::Model;

use super::lexer;
use super::{ddl, scratch};

/// Bytes of one expression.
const LONGEST: usize = 4096;

/// Checks what can be seen from the text alone.
pub(crate) fn check_text(text: &str) -> Result<(), String> {
    if text.len() > LONGEST {
        return Err(format!("it is longer than {LONGEST} bytes"));
    }
    match lexer::not_one_expression(text) {
        None => Ok(()),
        Some(what) => Err(format!("{what}; write one SQL expression")),
    }
}

/// A table in which expressions are compiled.
pub(crate) struct Bench {
    database: crate::connection::Connection,
    table: String,
}

impl Bench {
    /// Makes a table like a model's, without its checks.
    pub(crate) fn new(model: &Model) -> Result<Self> {
        let bare = Model {
            checks: Vec::new(),
            indexes: Vec::new(),
            full_text: None,
            ..model.clone()
        };
        let statement = ddl::create_table(&bare, &model.table)?;
        let database = scratch::empty()?;
        database
            .as_host(|raw| raw.execute_batch(&statement))
            .map_err(|error| Error::invalid(format!("model {}: {error}", model.table)))?;
        Ok(Self {
            database,
            table: model.table.clone(),
        })
    }

    /// Compiles an expression over one row. A column is named without its table: the
    /// table has another name while it is rebuilt.
    pub(crate) fn check(&self, text: &str) -> Result<(), String> {
        check_text(text)?;
        // In WHERE, and not in the list of columns, where an aggregate would be one row's
        // worth of SQL and the end of all other rows.
        let sql = format!(
            "SELECT 1 FROM {} AS \"_wasgi_row\" WHERE ({text})",
            ddl::quote(&self.table)
        );
        // No row is there, and nothing is run: compiling it asks the authorizer.
        match self.database.raw().prepare(&sql) {
            Ok(_) => Ok(()),
            Err(error) => Err(message(error)),
        }
    }
}

/// Returns SQLite's word alone: the text around the expression is not the app's.
fn message(error: rusqlite::Error) -> String {
    match error {
        rusqlite::Error::SqlInputError { msg, .. } => msg,
        rusqlite::Error::SqliteFailure(_, Some(message)) => message,
        other => other.to_string(),
    }
}
