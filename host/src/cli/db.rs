//! `runtime db ...`: looks into an app's database, checks it, copies it, puts it back.

use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand, ValueEnum};
use wasgi_orm::backup::{self, Reason};
use wasgi_orm::connection::Role;
use wasgi_orm::{Connection, migrate, shell};

use super::database::about;
use super::{CommandError, Failure, Outcome, log};
use crate::config::units::ByteSize;

/// Look into an app's database, check it, back it up, put a backup back.
#[derive(Debug, Args)]
pub(super) struct Db {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run one statement that only reads, and print its rows.
    Query {
        /// The database file.
        db: PathBuf,
        /// The statement.
        sql: String,
        /// How rows are printed.
        #[arg(long, value_enum, default_value_t = Format::Table)]
        format: Format,
    },
    /// Check every page, index and foreign key, and whether the tables are as the models say.
    Check {
        /// The database file.
        db: PathBuf,
    },
    /// Show which migrations were applied, and when.
    History {
        /// The database file.
        db: PathBuf,
    },
    /// Copy the database while it is in use, and print the copy's path.
    Backup {
        /// The database file.
        db: PathBuf,
    },
    /// List backups, newest first.
    Backups {
        /// The database file.
        db: PathBuf,
    },
    /// Put a backup back, after a backup of what is there.
    Restore {
        /// The database file.
        db: PathBuf,
        /// The backup; the newest one where none is named.
        #[arg(long, value_name = "BACKUP")]
        from: Option<PathBuf>,
    },
    /// Print the database as SQL.
    Export {
        /// The database file.
        db: PathBuf,
    },
}

/// How rows are printed.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    /// Columns side by side.
    Table,
    /// An array of objects.
    Json,
    /// Comma-separated values (RFC 4180).
    Csv,
}

impl Db {
    pub(super) fn execute(self) -> Outcome {
        log::start();
        match self.command {
            Command::Query { db, sql, format } => query(&db, &sql, format),
            Command::Check { db } => check(&db),
            Command::History { db } => history(&db),
            Command::Backup { db } => {
                there(&db)?;
                let made = backup::create(&db, Reason::Manual).map_err(about(&db))?;
                println!("{}", made.display());
                Ok(())
            }
            Command::Backups { db } => {
                for one in backup::list(&db).map_err(about(&db))? {
                    let size = ByteSize(one.bytes).to_string();
                    println!(
                        "{}  {:<9}  {size:>9}  {}",
                        one.made_at,
                        one.reason.name(),
                        one.path.display()
                    );
                }
                Ok(())
            }
            Command::Restore { db, from } => restore(&db, from),
            Command::Export { db } => {
                let mut out = BufWriter::new(std::io::stdout().lock());
                backup::export(&open(&db, Role::Host)?, &mut out).map_err(about(&db))?;
                out.flush().map_err(unwritten)
            }
        }
    }
}

fn query(db: &Path, sql: &str, format: Format) -> Outcome {
    let format = match format {
        Format::Table => shell::Format::Table,
        Format::Json => shell::Format::Json,
        Format::Csv => shell::Format::Csv,
    };
    let mut out = BufWriter::new(std::io::stdout().lock());
    shell::query(&open(db, Role::Reader)?, sql, format, &mut out).map_err(about(db))?;
    out.flush().map_err(unwritten)
}

fn check(db: &Path) -> Outcome {
    let connection = open(db, Role::Host)?;
    let mut problems = backup::check(&connection).map_err(about(db))?;
    if problems.is_empty() {
        let drift = migrate::drift(&connection).map_err(about(db))?;
        for note in &drift.notes {
            println!("note: {note}");
        }
        problems.extend(drift.differences);
    }
    if problems.is_empty() {
        println!("ok");
        return Ok(());
    }
    for problem in &problems {
        println!("{problem}");
    }
    Err(CommandError {
        what: format!("{}: {} problems", db.display(), problems.len()),
        hint: "`runtime db backups` lists its backups, `runtime db restore` puts one back",
        source: None,
    }
    .into())
}

fn history(db: &Path) -> Outcome {
    for entry in migrate::history(&open(db, Role::Host)?).map_err(about(db))? {
        let seconds = entry.applied_at.div_euclid(1_000_000);
        let moment = u64::try_from(seconds).unwrap_or_default();
        let moment = std::time::UNIX_EPOCH + std::time::Duration::from_secs(moment);
        let digest = entry.schema_digest.get(..12).unwrap_or_default();
        println!(
            "{}  {digest}  {}",
            httpdate::fmt_http_date(moment),
            entry.name
        );
        for line in entry.sql.lines() {
            println!("    {line}");
        }
    }
    Ok(())
}

fn restore(db: &Path, from: Option<PathBuf>) -> Outcome {
    let from = match from {
        Some(from) => from,
        None => match newest(db)? {
            Some(newest) => newest,
            None => {
                return Err(CommandError {
                    what: format!("{} has no backups", db.display()),
                    hint: "name one: --from FILE",
                    source: None,
                }
                .into());
            }
        },
    };
    let restored = backup::restore(&from, db).map_err(about(db))?;
    if let Some(saved) = restored.saved {
        println!("what was there before: {}", saved.display());
    }
    println!("{}: restored from {}", db.display(), from.display());
    Ok(())
}

/// Returns the newest backup that can be put back.
fn newest(db: &Path) -> Result<Option<PathBuf>, Failure> {
    let backups = backup::list(db).map_err(about(db))?;
    let mut whole = backups
        .into_iter()
        .filter(|one| one.reason != Reason::Damaged);
    Ok(whole.next().map(|one| one.path))
}

/// Refuses a file that is not there: opening it would make it.
fn there(db: &Path) -> Outcome {
    if db.is_file() {
        return Ok(());
    }
    Err(CommandError {
        what: format!("there is no database {}", db.display()),
        hint: "name the file that `runtime run` uses: its --db, or .wasgi-data/app.db in a project",
        source: None,
    }
    .into())
}

fn open(db: &Path, role: Role) -> Result<Connection, Failure> {
    there(db)?;
    let options = wasgi_orm::connection::Options {
        quota: u64::MAX,
        ..Default::default()
    };
    Connection::open(db, role, &options).map_err(about(db))
}

fn unwritten(error: std::io::Error) -> Failure {
    CommandError {
        what: "cannot write to standard output".into(),
        hint: "is the pipe closed?",
        source: Some(error.into()),
    }
    .into()
}
