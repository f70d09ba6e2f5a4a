//! SQLite's codes and words to typed errors (https://sqlite.org/rescode.html).
//!
//! For constraints SQLite says what was broken in its message only, and for foreign
//! keys not even there; its messages have kept their form since 3.8.

use rusqlite::ErrorCode;
use rusqlite::ffi;

use super::Connection;
use super::place::Place;
use crate::error::{Constraint, Error};

/// SQLite has one code for both, which only [`Connection::error`] can tell apart.
const FULL: &str = "the database is full: it has reached its quota, or the disk has no room";

/// Returns the typed error of one of SQLite's.
pub fn sqlite_error(error: rusqlite::Error) -> Error {
    match error {
        rusqlite::Error::SqliteFailure(failure, message) => {
            let message = message.unwrap_or_else(|| failure.to_string());
            typed(&failure, message, None)
        }
        rusqlite::Error::SqlInputError {
            error, msg, offset, ..
        } => typed(&error, msg, u32::try_from(offset).ok()),
        rusqlite::Error::NulError(_) => Error::Syntax {
            message: "the SQL text contains a NUL".into(),
            offset: None,
        },
        rusqlite::Error::UserFunctionError(error) => Error::invalid(error.to_string()),
        rusqlite::Error::InvalidPath(path) => {
            Error::Unavailable(format!("{} cannot be a file name", path.display()))
        }
        other => Error::invalid(other.to_string()),
    }
}

fn typed(failure: &ffi::Error, message: String, offset: Option<u32>) -> Error {
    match failure.extended_code {
        ffi::SQLITE_CONSTRAINT_UNIQUE
        | ffi::SQLITE_CONSTRAINT_PRIMARYKEY
        | ffi::SQLITE_CONSTRAINT_ROWID => Error::Unique(constraint(&message)),
        ffi::SQLITE_CONSTRAINT_FOREIGNKEY => Error::ForeignKey(Constraint::default()),
        ffi::SQLITE_CONSTRAINT_NOTNULL => Error::NotNull(constraint(&message)),
        ffi::SQLITE_CONSTRAINT_CHECK => Error::Check(Constraint {
            name: after_colon(&message).to_owned(),
            ..Constraint::default()
        }),
        ffi::SQLITE_CONSTRAINT_DATATYPE => Error::TypeMismatch(message),
        ffi::SQLITE_CONSTRAINT_TRIGGER if message.starts_with("full text: ") => {
            Error::Quota(message)
        }
        ffi::SQLITE_CONSTRAINT_TRIGGER => Error::Check(Constraint {
            name: message,
            ..Constraint::default()
        }),
        // Ours: see `place`.
        ffi::SQLITE_CONSTRAINT_COMMITHOOK | ffi::SQLITE_READONLY_DBMOVED => Error::Unavailable(
            "its file was moved, removed or replaced while it was open; put it back".into(),
        ),
        // The words are the same for all of them.
        code if failure.code == ErrorCode::SystemIoFailure => {
            Error::Unavailable(format!("{message} (SQLite's code {code})"))
        }
        _ => by_code(failure.code, message, offset),
    }
}

fn by_code(code: ErrorCode, message: String, offset: Option<u32>) -> Error {
    match code {
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => Error::Busy,
        ErrorCode::OperationInterrupted | ErrorCode::OperationAborted => Error::Timeout,
        ErrorCode::TypeMismatch => Error::TypeMismatch(message),
        ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => Error::Corrupt(message),
        ErrorCode::DiskFull => Error::Quota(FULL.into()),
        ErrorCode::TooBig | ErrorCode::OutOfMemory => {
            Error::Quota(format!("a value or row: {message}"))
        }
        ErrorCode::AuthorizationForStatementDenied => Error::Denied(message),
        ErrorCode::ReadOnly => Error::Unavailable(format!(
            "{message}: the file, its folder, or what lies beside it (-wal, -shm) may not be \
             written to"
        )),
        ErrorCode::CannotOpen
        | ErrorCode::PermissionDenied
        | ErrorCode::NoLargeFileSupport
        | ErrorCode::FileLockingProtocolFailed => Error::Unavailable(message),
        ErrorCode::ParameterOutOfRange | ErrorCode::ApiMisuse | ErrorCode::InternalMalfunction => {
            Error::invalid(message)
        }
        _ => named(message, offset),
    }
}

/// Errors that SQLite tells apart only by their words.
fn named(message: String, offset: Option<u32>) -> Error {
    if let Some(table) = message.strip_prefix("no such table: ") {
        return Error::UnknownTable(table.strip_prefix("main.").unwrap_or(table).to_owned());
    }
    if let Some(column) = message.strip_prefix("no such column: ") {
        return Error::UnknownColumn(column.trim_matches('"').to_owned());
    }
    if let Some((table, column)) = message
        .strip_prefix("table ")
        .and_then(|rest| rest.split_once(" has no column named "))
    {
        return Error::UnknownColumn(format!("{table}.{column}"));
    }
    if message.starts_with("full text: ") {
        return Error::Invalid(message);
    }
    if message == "Recursion limit"
        || message.starts_with("Expression tree is too large")
        || message.starts_with("parser stack overflow")
        || message.starts_with("too many")
        || message.ends_with("too big")
        || message.starts_with("LIKE or GLOB pattern too complex")
    {
        return Error::Quota(message);
    }
    Error::Syntax { message, offset }
}

fn after_colon(message: &str) -> &str {
    message.split_once(": ").map_or("", |(_, rest)| rest)
}

/// Reads `UNIQUE constraint failed: post.author_id, post.slug`, or `... failed: index 'x'`.
fn constraint(message: &str) -> Constraint {
    let list = after_colon(message);
    if let Some(name) = list.strip_prefix("index '") {
        return Constraint {
            name: name.trim_end_matches('\'').to_owned(),
            ..Constraint::default()
        };
    }
    let mut found = Constraint::default();
    for place in list.split(", ") {
        if let Some((table, column)) = place.split_once('.') {
            found.table = table.to_owned();
            found.columns.push(column.to_owned());
        }
    }
    found
}

impl Connection {
    /// Returns the typed error of one of SQLite's, with what only the connection knows:
    /// what was denied, which constraint has that name.
    pub(super) fn error(&self, error: rusqlite::Error, table: Option<&str>) -> Error {
        let mut error = self.with_bound(sqlite_error(error));
        // Taken in any case: a denial must not be told of a later statement.
        let denied = self.control().notes.denied.take();
        match (&mut error, denied) {
            // A function that is denied is an error like any other to SQLite.
            (Error::Denied(message) | Error::Syntax { message, .. }, Some(denied))
                if message.starts_with("not authorized") || message == "authorization denied" =>
            {
                return Error::Denied(denied);
            }
            _ => {}
        }
        match &mut error {
            Error::Quota(message) if message == FULL && self.has_full_disk() => {
                return Error::Unavailable("the disk is full; make room on it".into());
            }
            Error::Unique(constraint) => self.name_index(constraint),
            Error::ForeignKey(constraint) => self.name_foreign_key(constraint, table),
            Error::Check(constraint) if constraint.table.is_empty() => {
                constraint.table = table.unwrap_or_default().to_owned();
            }
            // What a full-text query gets wrong is an error of running, not of compiling.
            Error::Syntax { message, .. } if message.starts_with("fts5:") => {}
            _ => {}
        }
        error
    }

    /// Says what bound a value was too large for.
    pub(super) fn with_bound(&self, error: Error) -> Error {
        match error {
            Error::Quota(message) if self.is_bound() && message.ends_with("too big") => {
                Error::Quota(format!(
                    "{message}: a statement that computes this much takes values of at most {} \
                     bytes; make several statements of it",
                    self.largest()
                ))
            }
            error => error,
        }
    }

    fn has_full_disk(&self) -> bool {
        self.place.as_ref().is_some_and(Place::is_disk_full)
    }

    /// Completes a unique constraint: the index of these columns, or the columns of this index.
    fn name_index(&self, constraint: &mut Constraint) {
        let found = self.as_host(|raw| -> rusqlite::Result<Option<Constraint>> {
            let mut indexes = raw.prepare(
                "SELECT l.name, m.name, (SELECT group_concat(i.name, ', ') FROM \
                 (SELECT name FROM pragma_index_info(l.name) ORDER BY seqno) AS i) \
                 FROM sqlite_schema AS m, pragma_index_list(m.name) AS l \
                 WHERE m.type = 'table' AND l.\"unique\" AND (m.name = ?1 OR l.name = ?2)",
            )?;
            let mut rows = indexes.query([&constraint.table, &constraint.name])?;
            while let Some(row) = rows.next()? {
                let found = Constraint {
                    name: row.get(0)?,
                    table: row.get(1)?,
                    columns: row
                        .get::<_, Option<String>>(2)?
                        .map(|list| list.split(", ").map(str::to_owned).collect())
                        .unwrap_or_default(),
                };
                if found.name == constraint.name || found.columns == constraint.columns {
                    return Ok(Some(found));
                }
            }
            Ok(None)
        });
        if let Ok(Some(found)) = found {
            *constraint = found;
        }
    }

    /// Names a foreign key where there is only one that can be meant: of the table that
    /// was written to, or else of one that refers to it.
    fn name_foreign_key(&self, constraint: &mut Constraint, table: Option<&str>) {
        let Some(table) = table else { return };
        let found = self.as_host(|raw| -> rusqlite::Result<Vec<(String, String, bool)>> {
            let mut keys = raw.prepare(
                "SELECT m.name, f.\"from\", m.name = ?1 COLLATE NOCASE \
                 FROM sqlite_schema AS m, pragma_foreign_key_list(m.name) AS f \
                 WHERE m.type = 'table' \
                 AND (m.name = ?1 COLLATE NOCASE OR f.\"table\" = ?1 COLLATE NOCASE)",
            )?;
            let rows =
                keys.query_map([table], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
            rows.collect()
        });
        constraint.table = table.to_owned();
        let Ok(found) = found else { return };
        if let [(owner, column, _)] = found.as_slice() {
            constraint.table.clone_from(owner);
            constraint.columns = vec![column.clone()];
        } else {
            // More than one: those of the table itself, any of which it can be.
            constraint.columns = found
                .into_iter()
                .filter_map(|(_, column, own)| own.then_some(column))
                .collect();
        }
    }
}
