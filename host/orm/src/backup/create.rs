//! Makes a backup of a database that is in use.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::copy::{copy, open_to_read, open_to_write, settle};
use super::names::{self, PARTIAL, Reason};
use crate::connection::sqlite_error;
use crate::error::{Error, Result};

/// Copies a database into its folder of backups, and returns the copy's path. Readers
/// and writers go on meanwhile.
///
/// # Errors
///
/// [`Error::Corrupt`] where the copy does not pass SQLite's `quick_check`,
/// [`Error::Unavailable`] where it cannot be written, [`Error::Busy`].
pub fn create(database: &Path, reason: Reason) -> Result<PathBuf> {
    let folder = prepare_folder(database)?;
    let partial = partial(&folder)?;
    {
        let source = open_to_read(database)?;
        let mut target = open_to_write(partial.path())?;
        source.as_host(|source| copy(source, &mut target))?;
        settle(&target)?;
    }
    quick_check(partial.path())?;
    publish(partial, &folder, reason)
}

/// Makes the folder of a database's backups.
pub(super) fn prepare_folder(database: &Path) -> Result<PathBuf> {
    let folder = names::folder(database);
    fs::create_dir_all(&folder).map_err(|error| unavailable(&folder, &error))?;
    Ok(folder)
}

/// Makes a file that is removed unless it is published.
pub(super) fn partial(folder: &Path) -> Result<NamedTempFile> {
    // It is only its owner's to read, as are an app's data.
    tempfile::Builder::new()
        .prefix(PARTIAL)
        .suffix(".db")
        .tempfile_in(folder)
        .map_err(|error| unavailable(folder, &error))
}

/// Lets a file appear under its name, once it is on the disk.
pub(super) fn publish(partial: NamedTempFile, folder: &Path, reason: Reason) -> Result<PathBuf> {
    partial
        .as_file()
        .sync_all()
        .map_err(|error| unavailable(partial.path(), &error))?;
    let mut partial = partial;
    loop {
        let path = names::path_now(folder, reason)?;
        match partial.persist_noclobber(&path) {
            Ok(_) => {
                sync_folder(folder)?;
                return Ok(path);
            }
            // Somebody made one in the same microsecond.
            Err(error) if error.error.kind() == std::io::ErrorKind::AlreadyExists => {
                partial = error.file;
            }
            Err(error) => return Err(unavailable(&path, &error.error)),
        }
    }
}

/// Writes a folder's list of names to the disk.
pub(super) fn sync_folder(folder: &Path) -> Result<()> {
    File::open(folder)
        .and_then(|folder| folder.sync_all())
        .map_err(|error| unavailable(folder, &error))
}

pub(super) fn unavailable(path: &Path, error: &std::io::Error) -> Error {
    Error::Unavailable(format!("{}: {error}", path.display()))
}

fn quick_check(path: &Path) -> Result<()> {
    let copy = open_to_read(path)?;
    let found: String = copy
        .as_host(|raw| raw.query_row("PRAGMA quick_check(1)", [], |row| row.get(0)))
        .map_err(sqlite_error)?;
    if found == "ok" {
        return Ok(());
    }
    Err(Error::Corrupt(found))
}
