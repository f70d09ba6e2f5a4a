//! Where backups lie: `app.db.backups/20260329T130501.123456Z-migration.db`.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use crate::connection::sqlite_error;
use crate::error::{Error, Result};
use crate::migrate::history;

/// Automatic backups that are kept, unless said otherwise.
pub const KEPT: usize = 10;

/// The start of the name of a backup that is being written.
pub(super) const PARTIAL: &str = ".partial-";

/// How old a partial file is before it must be somebody's who has died.
const STALE: Duration = Duration::from_secs(60 * 60);

/// Why a backup was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Somebody asked for it. Never removed by itself.
    Manual,
    /// Before a migration.
    Migration,
    /// Before a restore.
    Restore,
    /// Before a restore, of a file that is damaged: a copy as it is. Never removed by
    /// itself.
    Damaged,
}

impl Reason {
    const ALL: [Self; 4] = [Self::Manual, Self::Migration, Self::Restore, Self::Damaged];

    /// Returns its name in the file's.
    pub fn name(self) -> &'static str {
        match self {
            Self::Manual => "manual",
            Self::Migration => "migration",
            Self::Restore => "restore",
            Self::Damaged => "damaged",
        }
    }

    /// Tells whether the host makes it without being asked, and removes it in time.
    pub fn is_automatic(self) -> bool {
        matches!(self, Self::Migration | Self::Restore)
    }
}

/// A backup.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Backup {
    /// The file.
    pub path: PathBuf,
    /// When it was made, UTC: `20260329T130501.123456Z`.
    pub made_at: String,
    /// Why.
    pub reason: Reason,
    /// Its size.
    pub bytes: u64,
}

/// Returns the folder of a database's backups.
pub fn folder(database: &Path) -> PathBuf {
    let mut name = database.file_name().map(OsString::from).unwrap_or_default();
    name.push(".backups");
    database.with_file_name(name)
}

/// Returns the path of a backup that is made now.
pub(super) fn path_now(folder: &Path, reason: Reason) -> Result<PathBuf> {
    let now = history::now();
    // SQLite knows the calendar.
    let calendar = rusqlite::Connection::open_in_memory().map_err(sqlite_error)?;
    let time: String = calendar
        .query_row(
            "SELECT strftime('%Y%m%dT%H%M%S', ?1 / 1000000, 'unixepoch') || printf('.%06dZ', ?1 % 1000000)",
            [now],
            |row| row.get(0),
        )
        .map_err(sqlite_error)?;
    Ok(folder.join(format!("{time}-{}.db", reason.name())))
}

/// Returns the backups of a database, newest first.
///
/// # Errors
///
/// [`Error::Unavailable`] where the folder cannot be read; there being none is no error.
pub fn list(database: &Path) -> Result<Vec<Backup>> {
    let mut backups = Vec::new();
    for entry in entries(&folder(database))? {
        let Some((made_at, reason)) = entry.file_name().to_str().and_then(parse) else {
            continue;
        };
        let Ok(metadata) = entry.metadata() else {
            // Removed in the meantime.
            continue;
        };
        backups.push(Backup {
            path: entry.path(),
            made_at,
            reason,
            bytes: metadata.len(),
        });
    }
    backups.sort_by(|one, other| other.made_at.cmp(&one.made_at));
    Ok(backups)
}

fn parse(name: &str) -> Option<(String, Reason)> {
    let (made_at, reason) = name.strip_suffix(".db")?.split_once('-')?;
    let digits = |byte: u8| byte.is_ascii_digit() || b"T.Z".contains(&byte);
    let reason = Reason::ALL
        .into_iter()
        .find(|known| known.name() == reason)?;
    (made_at.len() == 23 && made_at.bytes().all(digits)).then(|| (made_at.to_owned(), reason))
}

fn entries(folder: &Path) -> Result<Vec<fs::DirEntry>> {
    let unavailable =
        |error: std::io::Error| Error::Unavailable(format!("{}: {error}", folder.display()));
    match fs::read_dir(folder) {
        Ok(entries) => entries.collect::<std::io::Result<_>>().map_err(unavailable),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(unavailable(error)),
    }
}

/// Removes automatic backups but for the newest, and what a dead process has left of
/// one. Returns what was removed.
///
/// # Errors
///
/// [`Error::Unavailable`] where a file cannot be removed.
pub fn prune(database: &Path, keep: usize) -> Result<Vec<PathBuf>> {
    let backups = list(database)?.into_iter();
    let automatic = backups.filter(|backup| backup.reason.is_automatic());
    let mut old: Vec<PathBuf> = automatic.skip(keep).map(|backup| backup.path).collect();
    for entry in entries(&folder(database))? {
        let is_partial = entry.file_name().to_string_lossy().starts_with(PARTIAL);
        let modified = entry
            .metadata()
            .and_then(|metadata| metadata.modified())
            .ok();
        let age = modified.and_then(|time| SystemTime::now().duration_since(time).ok());
        if is_partial && age.is_some_and(|age| age > STALE) {
            old.push(entry.path());
        }
    }
    for path in &old {
        match fs::remove_file(path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(Error::Unavailable(format!("{}: {error}", path.display())));
            }
            _ => {}
        }
    }
    Ok(old)
}
