//! Opens a connection that guests reach: flags, limits and pragmas, each for a reason
//! that SQLite's security page gives (https://sqlite.org/security.html).

use std::cell::{Cell, RefCell};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rusqlite::OpenFlags;
use rusqlite::config::DbConfig;
use rusqlite::hooks::{AuthContext, Wal};
use rusqlite::limits::Limit;

use super::control::{Control, OPERATIONS};
use super::place::Place;
use super::{
    Connection, LARGEST, Options, Role, authorizer, bounded, full_text, functions, sqlite_error,
    watchdog,
};
use crate::error::{Error, Result};

/// How long opening may wait for another process; after it, the host queues.
const OPEN_WAIT: Duration = Duration::from_millis(500);

impl Connection {
    /// Opens a database file; a [`Role::Reader`] only one that is there.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`], [`Error::Corrupt`], [`Error::Busy`].
    pub fn open(path: &Path, role: Role, options: &Options) -> Result<Self> {
        let path = real_path(path)?;
        let mut flags = OpenFlags::SQLITE_OPEN_READ_WRITE
            | OpenFlags::SQLITE_OPEN_NO_MUTEX
            | OpenFlags::SQLITE_OPEN_NOFOLLOW
            | OpenFlags::SQLITE_OPEN_EXRESCODE;
        if role != Role::Reader {
            flags |= OpenFlags::SQLITE_OPEN_CREATE;
        }
        let raw = rusqlite::Connection::open_with_flags(&path, flags).map_err(sqlite_error)?;
        // SQLite would go on, and make files beside it that may not be written to either,
        // even when it may again.
        if role == Role::Writer && raw.is_readonly("main").map_err(sqlite_error)? {
            return Err(Error::Unavailable(format!(
                "{} may not be written to",
                path.display()
            )));
        }
        let mut connection = Self::harden(raw, role, options)?;
        let place = Place::of(&path)
            .map_err(|error| Error::Unavailable(format!("{}: {error}", path.display())))?;
        let of_commits = place.clone();
        connection
            .raw
            .commit_hook(Some(move || !of_commits.is_kept()))
            .map_err(sqlite_error)?;
        connection.place = Some(place);
        Ok(connection)
    }

    /// Opens a database in memory, with the rights of a guest that writes.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] where there is no memory.
    pub fn in_memory(options: &Options) -> Result<Self> {
        let raw = rusqlite::Connection::open_in_memory().map_err(sqlite_error)?;
        Self::harden(raw, Role::Writer, options)
    }

    fn harden(mut raw: rusqlite::Connection, role: Role, options: &Options) -> Result<Self> {
        let control = Control::new();
        raw.busy_timeout(OPEN_WAIT).map_err(sqlite_error)?;
        configure(&raw).map_err(sqlite_error)?;
        limit(&raw, role).map_err(sqlite_error)?;
        pragmas(&raw, role, options).map_err(sqlite_error)?;
        functions::register(&raw).map_err(sqlite_error)?;
        full_text::register(&raw).map_err(sqlite_error)?;
        bounded::register(&raw, &control).map_err(sqlite_error)?;
        raw.set_prepared_statement_cache_capacity(options.statements);
        let progress = Arc::clone(&control);
        raw.progress_handler(OPERATIONS, Some(move || progress.must_stop()))
            .map_err(sqlite_error)?;
        control.set_handle(raw.get_interrupt_handle());
        watchdog::watch(&control)?;
        if !options.auto_checkpoint {
            let pages_of = Arc::clone(&control);
            raw.wal_hook(Some(move |_: &mut Wal, pages: i32| {
                pages_of.note_wal_pages(u32::try_from(pages).unwrap_or_default());
                Ok(())
            }))
            .map_err(sqlite_error)?;
        }
        if role != Role::Host {
            let authority = Arc::clone(&control);
            raw.authorizer(Some(move |context: AuthContext<'_>| {
                authorizer::authorize(&authority, &context)
            }))
            .map_err(sqlite_error)?;
            // A fair queue in the host does the waiting.
            raw.busy_timeout(Duration::ZERO).map_err(sqlite_error)?;
        }
        Ok(Self {
            raw,
            control,
            options: options.clone(),
            place: None,
            role,
            weighed: RefCell::default(),
            largest: Cell::new(LARGEST),
            snapshot: Cell::new(None),
        })
    }
}

/// Returns the path with its folder's symbolic links resolved: SQLite refuses links
/// anywhere, and only a link in the place of the file itself is a danger.
fn real_path(path: &Path) -> Result<PathBuf> {
    let name = path.file_name();
    let name = name.ok_or_else(|| Error::Unavailable(format!("{} is no file", path.display())))?;
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let folder = folder
        .canonicalize()
        .map_err(|error| Error::Unavailable(format!("{}: {error}", folder.display())))?;
    Ok(folder.join(name))
}

fn configure(raw: &rusqlite::Connection) -> rusqlite::Result<()> {
    let settings = [
        (DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true),
        (DbConfig::SQLITE_DBCONFIG_ENABLE_FKEY, true),
        (DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false),
        (DbConfig::SQLITE_DBCONFIG_DQS_DML, false),
        (DbConfig::SQLITE_DBCONFIG_DQS_DDL, false),
        (DbConfig::SQLITE_DBCONFIG_WRITABLE_SCHEMA, false),
        (DbConfig::SQLITE_DBCONFIG_ENABLE_ATTACH_CREATE, false),
        (DbConfig::SQLITE_DBCONFIG_ENABLE_ATTACH_WRITE, false),
        (DbConfig::SQLITE_DBCONFIG_ENABLE_FTS3_TOKENIZER, false),
        // A plan that does not look at parameters: else SQLite compiles a statement
        // again for each new value of, for instance, its LIMIT.
        (DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true),
    ];
    for (setting, value) in settings {
        raw.set_db_config(setting, value)?;
    }
    Ok(())
}

fn limit(raw: &rusqlite::Connection, role: Role) -> rusqlite::Result<()> {
    let limits = [
        // Bytes of a value and of a row: it bounds time as well, for SQLite looks at
        // the clock between operations and not in the middle of one.
        (
            Limit::SQLITE_LIMIT_LENGTH,
            i32::try_from(LARGEST).unwrap_or(i32::MAX),
        ),
        (Limit::SQLITE_LIMIT_SQL_LENGTH, 256 << 10),
        (Limit::SQLITE_LIMIT_COLUMN, 500),
        (Limit::SQLITE_LIMIT_EXPR_DEPTH, 200),
        (Limit::SQLITE_LIMIT_COMPOUND_SELECT, 500),
        (Limit::SQLITE_LIMIT_VDBE_OP, 250_000),
        (Limit::SQLITE_LIMIT_FUNCTION_ARG, 100),
        (Limit::SQLITE_LIMIT_ATTACHED, 0),
        (Limit::SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 1000),
        (Limit::SQLITE_LIMIT_VARIABLE_NUMBER, 1000),
        (Limit::SQLITE_LIMIT_TRIGGER_DEPTH, 10),
        (Limit::SQLITE_LIMIT_WORKER_THREADS, 0),
    ];
    if role == Role::Host {
        return Ok(());
    }
    for (limit, value) in limits {
        raw.set_limit(limit, value)?;
    }
    Ok(())
}

fn pragmas(raw: &rusqlite::Connection, role: Role, options: &Options) -> rusqlite::Result<()> {
    let page_size: i64 = raw.pragma_query_value(None, "page_size", |row| row.get(0))?;
    let pages = options.quota / u64::try_from(page_size).unwrap_or(4096).max(512);
    let pages = i64::try_from(pages)
        .unwrap_or(i64::MAX)
        .clamp(1, 0xffff_fffe);
    if role != Role::Reader {
        raw.pragma_update_and_check(None, "journal_mode", "wal", |_| Ok(()))?;
    }
    let mut settings: Vec<(&str, i64)> = vec![
        // WAL with NORMAL: a commit survives the process, and the file survives a power cut.
        ("synchronous", 1),
        ("cache_size", -2000),
        ("mmap_size", 0),
        ("journal_size_limit", 16 << 20),
        ("max_page_count", pages),
        (
            "wal_autocheckpoint",
            if options.auto_checkpoint { 1000 } else { 0 },
        ),
    ];
    if role == Role::Reader {
        settings.push(("query_only", 1));
    }
    for (name, value) in settings {
        // Most of them answer with a row.
        match raw.pragma_update_and_check(None, name, value, |_| Ok(())) {
            Ok(()) | Err(rusqlite::Error::QueryReturnedNoRows) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_symbolic_link_in_the_place_of_the_file_is_refused() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let target = folder.path().join("target.db");
        drop(Connection::open(&target, Role::Writer, &Options::default()).expect("open"));
        let link = folder.path().join("link.db");
        std::os::unix::fs::symlink(&target, &link).expect("link");
        let error =
            Connection::open(&link, Role::Writer, &Options::default()).expect_err("refused");
        assert!(matches!(error, Error::Unavailable(_)), "{error:?}");
    }

    #[test]
    fn a_name_that_sqlite_would_read_as_a_uri_is_a_plain_file() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let path = folder.path().join("file:x?mode=memory");
        drop(Connection::open(&path, Role::Writer, &Options::default()).expect("open"));
        assert!(path.exists());
    }

    #[test]
    fn a_reader_neither_writes_nor_makes_a_file() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let path = folder.path().join("app.db");
        let options = Options::default();
        assert!(matches!(
            Connection::open(&path, Role::Reader, &options),
            Err(Error::Unavailable(_))
        ));
        let writer = Connection::open(&path, Role::Writer, &options).expect("open");
        writer
            .raw()
            .execute_batch("CREATE TABLE t (x)")
            .expect("create");
        let reader = Connection::open(&path, Role::Reader, &options).expect("open");
        assert!(
            reader
                .raw()
                .execute_batch("INSERT INTO t VALUES (1)")
                .is_err()
        );
    }

    #[test]
    fn sqlite_is_built_with_what_the_orm_needs() {
        let raw = rusqlite::Connection::open_in_memory().expect("open");
        let fts: bool = raw
            .query_row(
                "SELECT sqlite_compileoption_used('ENABLE_FTS5')",
                [],
                |row| row.get(0),
            )
            .expect("query");
        assert!(fts);
        assert!(rusqlite::version_number() >= 3_045_000);
    }
}
