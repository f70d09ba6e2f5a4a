//! An app's database: where it is, what it may spend, and its migration before the app
//! serves.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use wasgi_orm::Connection;
use wasgi_orm::backup::{self, Reason};
use wasgi_orm::connection::Role;
use wasgi_orm::migrate;
use wasgi_orm::schema::Schema;

use super::{CommandError, Failure};
use crate::capability::orm::{Database, DatabaseOptions, Grant, Registry};
use crate::config::units::{ByteSize, duration};
use crate::error::{Advice, Blame};

/// The folder of a project's database. Hidden, so that no build takes it into the app,
/// and apart from `.wasgi`, which can be deleted at any time.
const FOLDER: &str = ".wasgi-data";

/// What the commands that serve can be told of the database.
#[derive(Clone, Debug, Args)]
pub(super) struct DatabaseArguments {
    /// The app's database file, made where there is none [default: .wasgi-data/app.db in
    /// a project's folder, or NAME.db in the current one].
    #[arg(long, value_name = "PATH")]
    pub(super) db: Option<PathBuf>,
    /// Largest database.
    #[arg(long, value_name = "SIZE", default_value = "256MiB")]
    database_size: ByteSize,
    /// Time a statement may take.
    #[arg(long, value_name = "TIME", default_value = "5s", value_parser = duration)]
    query_timeout: Duration,
    /// Apply changes of the models that lose data; without it they are refused.
    #[arg(long)]
    allow_destructive: bool,
}

/// Returns where an app's database is, unless the operator says.
fn default_path(app: &Path) -> PathBuf {
    if app.is_dir() {
        return app.join(FOLDER).join("app.db");
    }
    let stem = app.file_stem().unwrap_or("app".as_ref());
    PathBuf::from(stem).with_extension("db")
}

impl DatabaseArguments {
    /// Returns where the database of an app is, a file or a project's folder.
    pub(super) fn path(&self, app: &Path) -> PathBuf {
        self.db.clone().unwrap_or_else(|| default_path(app))
    }

    /// Returns the database that an app is granted. Its file is made when it is used.
    pub(super) fn grant(&self, path: &Path, registry: &Arc<Registry>) -> Grant {
        let options = DatabaseOptions {
            quota: self.database_size.0,
            statement_timeout: self.query_timeout,
            ..DatabaseOptions::default()
        };
        Grant {
            database: Some(Database::new(path, &options, registry)),
        }
    }

    /// Brings the database to the app's schema, after a backup.
    ///
    /// # Errors
    ///
    /// Where the change would lose data, does not fit what is in the database, or the
    /// file cannot be used. The database is then as it was.
    pub(super) fn migrate(&self, path: &Path, app: &str, schema: &Schema) -> Result<(), Failure> {
        if schema.is_empty() {
            return Ok(());
        }
        let options = migrate::Options {
            app: app.to_owned(),
            allow_destructive: self.allow_destructive,
            ..migrate::Options::default()
        };
        for change in apply(path, schema, &options)?.changes() {
            tracing::info!(database = %path.display(), "migrated: {}", change.description);
        }
        Ok(())
    }
}

/// How long another process's lock is waited for.
const LOCK_WAIT: Duration = Duration::from_secs(10);

/// Opens a database to migrate it, and makes its folder. The steps that an app has
/// written run with an app's rights.
fn open(path: &Path) -> Result<Connection, Failure> {
    make_folder(path)?;
    let options = wasgi_orm::connection::Options {
        quota: u64::MAX,
        ..Default::default()
    };
    let connection = Connection::open(path, Role::Writer, &options).map_err(about(path))?;
    let patient = connection.raw().busy_timeout(LOCK_WAIT);
    patient.map_err(|error| about(path)(wasgi_orm::connection::sqlite_error(error)))?;
    Ok(connection)
}

fn make_folder(path: &Path) -> Result<(), Failure> {
    let Some(folder) = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
    else {
        return Ok(());
    };
    let made = std::fs::create_dir_all(folder).and_then(|()| {
        let ignore = folder.join(".gitignore");
        if folder.ends_with(FOLDER) && !ignore.exists() {
            std::fs::write(ignore, "*\n")?;
        }
        Ok(())
    });
    made.map_err(|source| {
        CommandError {
            what: format!("cannot make the folder {}", folder.display()),
            hint: "name a file in a folder that can be written to: --db PATH",
            source: Some(source.into()),
        }
        .into()
    })
}

/// Returns what would be done, without doing it, nor making a file.
pub(super) fn plan(
    path: &Path,
    schema: &Schema,
    options: &migrate::Options,
) -> Result<migrate::Plan, Failure> {
    let connection = if path.exists() {
        open(path)?
    } else {
        Connection::in_memory(&Default::default()).map_err(about(path))?
    };
    migrate::plan(&connection, schema, options).map_err(about(path))
}

/// Plans and applies, and returns what was done. A database that has been migrated before
/// is backed up first.
pub(super) fn apply(
    path: &Path,
    schema: &Schema,
    options: &migrate::Options,
) -> Result<migrate::Plan, Failure> {
    let connection = open(path)?;
    let plan = migrate::plan(&connection, schema, options).map_err(about(path))?;
    if plan.is_recorded() {
        return Ok(plan);
    }
    if !plan.is_first() && (options.allow_destructive || !plan.is_destructive()) {
        let made = backup::create(path, Reason::Migration).map_err(about(path))?;
        tracing::info!(backup = %made.display(), "backed up before the migration");
        backup::prune(path, backup::KEPT).map_err(about(path))?;
    }
    migrate::apply(&connection, &plan).map_err(about(path))?;
    Ok(plan)
}

/// Returns the `map_err` of an error that is about a database.
pub(super) fn about(path: &Path) -> impl Fn(wasgi_orm::Error) -> Failure {
    let file = path.to_owned();
    move |error| Failure {
        error: Box::new(DatabaseError(error)),
        file: Some(file.clone()),
    }
}

/// An error of a database, at the command line.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
struct DatabaseError(wasgi_orm::Error);

impl Advice for DatabaseError {
    fn blame(&self) -> Blame {
        Blame::Operator
    }

    fn hint(&self) -> Option<String> {
        use wasgi_orm::Error;
        Some(match &self.0 {
            Error::Busy => "another process holds its lock; end that one first".into(),
            Error::Corrupt(_) => {
                "`runtime db backups` lists its backups, `runtime db restore` takes one back".into()
            }
            Error::Unavailable(_) => "name a file that can be read and written: --db PATH".into(),
            Error::Quota(_) => "raise --database-size, or make room on the disk".into(),
            _ => return None,
        })
    }
}
