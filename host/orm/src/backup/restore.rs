//! Puts a backup back, under those who have the database open.

use std::fs;
use std::path::{Path, PathBuf};

use rusqlite::Connection as Raw;

use super::check::check_file;
use super::copy::{copy, open_to_read, open_to_write, settle};
use super::create::{create, partial, prepare_folder, publish, sync_folder, unavailable};
use super::names::Reason;
use crate::connection::sqlite_error;
use crate::error::{Error, Result};
use crate::migrate::history;

/// What a restore did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restored {
    /// What the database was before; none where there was none.
    pub saved: Option<PathBuf>,
}

/// Overwrites a database with a backup's copy, and writes that into its history.
///
/// It is one transaction of the database: whoever has it open sees the old data until
/// then and the new ones afterwards. What was there before is backed up; a file too
/// damaged for that is set aside as it is, and replaced.
///
/// # Errors
///
/// [`Error::Corrupt`] where the backup is damaged, [`Error::Busy`] where the database
/// is written to, [`Error::Invalid`] where its pages have another size,
/// [`Error::Unavailable`]. The database is as it was.
pub fn restore(from: &Path, to: &Path) -> Result<Restored> {
    let same = |path: &Path| path.canonicalize().ok();
    if same(from).is_some() && same(from) == same(to) {
        return Err(Error::invalid("a database cannot be restored from itself"));
    }
    let folder = prepare_folder(to)?;
    let copied = partial(&folder)?;
    {
        let source = open_to_read(from)?;
        let mut target = open_to_write(copied.path())?;
        source.as_host(|source| copy(source, &mut target))?;
        settle(&target)?;
        let name = from
            .file_name()
            .map(|name| name.to_string_lossy().into_owned());
        history::write_restore(&target, &name.unwrap_or_default())?;
    }
    let wrong = check_file(copied.path())?;
    if let Some(first) = wrong.first() {
        return Err(Error::Corrupt(format!(
            "{}: {first} ({} such lines); restore another backup",
            from.display(),
            wrong.len()
        )));
    }
    let present = to.symlink_metadata().is_ok();
    let saved = if present {
        Some(save(to, &folder)?)
    } else {
        None
    };
    match overwrite(copied.path(), to) {
        Ok(()) => {}
        // Not even SQLite knows it for a database.
        Err(Error::Corrupt(_)) => replace(copied, to)?,
        Err(error) => return Err(error),
    }
    Ok(Restored { saved })
}

/// Backs up what is there; as it is, where it is damaged.
fn save(database: &Path, folder: &Path) -> Result<PathBuf> {
    match create(database, Reason::Restore) {
        Err(Error::Corrupt(_)) => {}
        result => return result,
    }
    let copy = partial(folder)?;
    fs::copy(database, copy.path()).map_err(|error| unavailable(database, &error))?;
    let kept = publish(copy, folder, Reason::Damaged)?;
    for suffix in ["-wal", "-journal"] {
        let beside = with_suffix(database, suffix);
        if beside.exists() {
            let to = with_suffix(&kept, suffix);
            fs::copy(&beside, &to).map_err(|error| unavailable(&beside, &error))?;
        }
    }
    Ok(kept)
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

fn page_size(raw: &Raw) -> Result<i64> {
    raw.pragma_query_value(None, "page_size", |row| row.get(0))
        .map_err(sqlite_error)
}

fn overwrite(from: &Path, to: &Path) -> Result<()> {
    let source = open_to_write(from)?;
    let mut target = open_to_write(to)?;
    let pages: i64 = target
        .pragma_query_value(None, "page_count", |row| row.get(0))
        .map_err(sqlite_error)?;
    let (new, old) = (page_size(&source)?, page_size(&target)?);
    if pages > 0 && new != old {
        return Err(Error::invalid(format!(
            "the backup has pages of {new} bytes and the database of {old}: stop what has it open, \
             move it away, and restore again"
        )));
    }
    copy(&source, &mut target)
}

/// Puts a file in the place of one that is no database. Who has that one open can do
/// nothing with it in any case.
fn replace(file: tempfile::NamedTempFile, to: &Path) -> Result<()> {
    file.as_file()
        .sync_all()
        .map_err(|error| unavailable(file.path(), &error))?;
    for suffix in ["-wal", "-shm", "-journal"] {
        // A log beside it would be played into the new file.
        match fs::remove_file(with_suffix(to, suffix)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(unavailable(to, &error));
            }
            _ => {}
        }
    }
    file.persist(to)
        .map_err(|error| unavailable(to, &error.error))?;
    let folder = to.parent().filter(|folder| !folder.as_os_str().is_empty());
    sync_folder(folder.unwrap_or(Path::new(".")))
}
