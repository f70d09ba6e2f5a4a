//! Copies a database page by page, through SQLite's online backup
//! (https://sqlite.org/backup.html).

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection as Raw, OpenFlags};

use crate::connection::{Connection, Options, Role, sqlite_error};
use crate::error::{Error, Result};

/// How long a copy waits for others to let go of a file.
const WAIT: Duration = Duration::from_secs(10);

/// Opens a database to read it, with no bound on its size.
pub(super) fn open_to_read(path: &Path) -> Result<Connection> {
    let options = Options {
        quota: u64::MAX,
        ..Options::default()
    };
    let connection = Connection::open(path, Role::Reader, &options)?;
    connection.raw().busy_timeout(WAIT).map_err(sqlite_error)?;
    Ok(connection)
}

/// Opens a file to copy into it. The file's own settings are kept: it is none of a
/// guest's connections, and runs no SQL of the file.
pub(super) fn open_to_write(path: &Path) -> Result<Raw> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX
        | OpenFlags::SQLITE_OPEN_NOFOLLOW
        | OpenFlags::SQLITE_OPEN_EXRESCODE;
    let raw = Raw::open_with_flags(real_path(path)?, flags).map_err(sqlite_error)?;
    raw.busy_timeout(WAIT).map_err(sqlite_error)?;
    Ok(raw)
}

/// Resolves links in the folder's name, as [`Connection::open`] does.
fn real_path(path: &Path) -> Result<PathBuf> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let unavailable = |what: String| Error::Unavailable(format!("{}: {what}", path.display()));
    let folder = folder
        .canonicalize()
        .map_err(|error| unavailable(error.to_string()))?;
    let name = path
        .file_name()
        .ok_or_else(|| unavailable("it is no file".into()))?;
    Ok(folder.join(name))
}

/// Copies everything, as of now, in one transaction of the target.
///
/// In one step: a copy in several begins again whenever somebody writes in between, and
/// in WAL mode a reader, however long it takes, holds nobody up.
pub(super) fn copy(from: &Raw, to: &mut Raw) -> Result<()> {
    let backup = Backup::new(from, to).map_err(sqlite_error)?;
    match backup.step(-1).map_err(sqlite_error)? {
        StepResult::Done => Ok(()),
        _ => Err(Error::Busy),
    }
}

/// Makes a copy one file: no write-ahead log beside it.
pub(super) fn settle(raw: &Raw) -> Result<()> {
    raw.pragma_update_and_check(None, "journal_mode", "delete", |_| Ok(()))
        .map_err(sqlite_error)
}
