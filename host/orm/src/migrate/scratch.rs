//! Databases in memory, to see what a schema looks like to SQLite before the real one
//! is touched.

use crate::connection::{Connection, Options, sqlite_error};
use crate::error::{Error, Result};
use crate::schema::Schema;

use super::ddl;

/// Opens an empty database.
pub(crate) fn empty() -> Result<Connection> {
    Connection::in_memory(&Options {
        // No statement is looked for twice.
        statements: 0,
        ..Options::default()
    })
}

/// Opens a database as a schema would create it.
pub(crate) fn fresh(schema: &Schema) -> Result<Connection> {
    let connection = empty()?;
    connection.as_host(|raw| {
        for statement in ddl::create(schema)? {
            raw.execute_batch(&statement)
                .map_err(|error| Error::invalid(format!("{error}, in: {statement}")))?;
        }
        Ok::<(), Error>(())
    })?;
    Ok(connection)
}

/// Opens a database with all that another has, but for rows.
///
/// What cannot be made again (a virtual table of a module that is gone) is left out.
pub(crate) fn replica(real: &rusqlite::Connection) -> Result<Connection> {
    let sql = "SELECT sql FROM sqlite_schema \
         WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' \
         AND name NOT IN (SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'shadow') \
         ORDER BY CASE type WHEN 'table' THEN 0 WHEN 'index' THEN 1 WHEN 'view' THEN 2 ELSE 3 END, rowid";
    let mut statement = real.prepare(sql).map_err(sqlite_error)?;
    let statements = statement
        .query_map([], |row| row.get::<_, String>(0))
        .and_then(Iterator::collect::<rusqlite::Result<Vec<_>>>)
        .map_err(sqlite_error)?;
    let connection = empty()?;
    connection.as_host(|raw| {
        raw.execute_batch("PRAGMA foreign_keys = OFF")
            .map_err(sqlite_error)?;
        for statement in statements {
            // The comparison at the end finds what is missing of ours.
            let _ = raw.execute_batch(&statement);
        }
        Ok::<(), Error>(())
    })?;
    Ok(connection)
}
