//! What is wrong with a database.

use std::path::Path;

use super::copy::open_to_read;
use crate::connection::{Connection, sqlite_error};
use crate::error::Result;

/// Checks a database file: `integrity_check` and `foreign_key_check`. Returns what is
/// wrong, one line each; none where all is well.
///
/// # Errors
///
/// [`crate::Error::Corrupt`] where the file is no database at all, or too damaged to
/// look further; [`crate::Error::Unavailable`].
pub fn check_file(path: &Path) -> Result<Vec<String>> {
    check(&open_to_read(path)?)
}

/// Checks the database of a connection, as [`check_file`] does.
///
/// # Errors
///
/// As for [`check_file`].
pub fn check(connection: &Connection) -> Result<Vec<String>> {
    connection.as_host(|raw| lines(raw).map_err(sqlite_error))
}

fn lines(raw: &rusqlite::Connection) -> rusqlite::Result<Vec<String>> {
    let mut statement = raw.prepare("PRAGMA integrity_check")?;
    let found = statement.query_map([], |row| row.get::<_, String>(0))?;
    let mut lines = found.collect::<rusqlite::Result<Vec<_>>>()?;
    lines.retain(|line| line != "ok");
    let mut statement =
        raw.prepare("SELECT \"table\", rowid, parent FROM pragma_foreign_key_check")?;
    let found = statement.query_map([], |row| {
        let place = match row.get::<_, Option<i64>>(1)? {
            Some(rowid) => format!("row {rowid}"),
            None => "a row".into(),
        };
        Ok(format!(
            "table {}: {place} refers to a row of {} that is not there",
            row.get::<_, String>(0)?,
            row.get::<_, String>(2)?
        ))
    })?;
    for line in found {
        lines.push(line?);
    }
    Ok(lines)
}
