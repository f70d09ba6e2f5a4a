//! Two databases: the one that has the fault, and a neighbour that must not notice.

use std::path::{Path, PathBuf};

use rusqlite::types::ValueRef;
use tempfile::TempDir;
use wasgi_orm::connection::{Options, Role};
use wasgi_orm::schema::Schema;
use wasgi_orm::{Connection, Error, Result, backup, migrate, packed};

use super::models::{With as _, model, schema, text};

pub(crate) struct Site {
    folder: TempDir,
}

pub(crate) fn notes() -> Schema {
    schema(vec![
        model("note", vec![text("title"), text("body")])
            .index("by_title", &["title"], false, None)
            .search(&["title"]),
    ])
}

impl Site {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().expect("temporary folder");
        let site = Self { folder };
        for path in [site.path(), site.neighbour()] {
            prepare(&path);
        }
        site
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The database that will have a fault.
    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path().join("app.db")
    }

    fn neighbour(&self) -> PathBuf {
        self.folder.path().join("neighbour.db")
    }

    pub(crate) fn writer(&self) -> Connection {
        open(&self.path(), Role::Writer).expect("open")
    }

    pub(crate) fn reader(&self) -> Connection {
        open(&self.path(), Role::Reader).expect("open")
    }

    /// Checks that the other database can be opened, read and written.
    pub(crate) fn neighbour_serves(&self) {
        serves(&self.neighbour());
    }

    /// Checks that the database serves as if nothing had been.
    pub(crate) fn serves_again(&self) {
        serves(&self.path());
    }
}

/// Makes a database with one note.
pub(crate) fn prepare(path: &Path) {
    let connection = open(path, Role::Writer).expect("open");
    let plan = migrate::plan(&connection, &notes(), &Default::default()).expect("plan");
    migrate::apply(&connection, &plan).expect("apply");
    add(&connection, "first").expect("write");
}

pub(crate) fn open(path: &Path, role: Role) -> Result<Connection> {
    Connection::open(path, role, &Options::default())
}

/// Checks that a database can be opened, read and written.
pub(crate) fn serves(path: &Path) {
    let writer = open(path, Role::Writer).expect("open");
    let before = titles(&writer).expect("read");
    add(&writer, "one more").expect("write");
    let reader = open(path, Role::Reader).expect("open");
    let after = titles(&reader).expect("read");
    assert_eq!(after.len(), before.len() + 1);
    assert_sound(&writer);
}

/// Checks pages, references, schema and search.
pub(crate) fn assert_sound(writer: &Connection) {
    assert_eq!(backup::check(writer).expect("check"), [""; 0]);
    assert_eq!(
        migrate::drift(writer).expect("drift"),
        migrate::Drift::default()
    );
    writer
        .as_host(|raw| {
            raw.execute_batch("INSERT INTO note_fts (note_fts, rank) VALUES ('integrity-check', 1)")
        })
        .expect("the full-text search is its table's");
}

/// Adds a note whose body is of this many bytes, as a guest does.
pub(crate) fn add_large(connection: &Connection, title: &str, bytes: usize) -> Result<()> {
    let insert = connection.prepare_sql("INSERT INTO note (title, body) VALUES (?, ?)")?;
    let body = "x".repeat(bytes);
    let mut params = Vec::new();
    packed::push_row(&mut params, 2)?;
    for text in [title, &body] {
        packed::push(&mut params, ValueRef::Text(text.as_bytes()))?;
    }
    connection.execute(&insert, &params).map(drop)
}

pub(crate) fn add(connection: &Connection, title: &str) -> Result<()> {
    add_large(connection, title, 100)
}

/// Runs a statement without parameters, as a guest does.
pub(crate) fn execute(connection: &Connection, sql: &str) -> Result<u64> {
    let prepared = connection.prepare_sql(sql)?;
    Ok(connection.execute(&prepared, b")\0")?.changes)
}

/// Returns the titles, as a guest reads them.
pub(crate) fn titles(connection: &Connection) -> Result<Vec<String>> {
    let select = connection.prepare_sql("SELECT title FROM note NOT INDEXED ORDER BY id")?;
    let rows = connection.query(&select, b")\0")?.rows;
    let mut reader = packed::Reader::new(&rows);
    let mut titles = Vec::new();
    for _ in 0..reader.list()? {
        reader.row()?;
        let ValueRef::Text(title) = reader.value()? else {
            panic!("a title is text");
        };
        titles.push(String::from_utf8_lossy(title).into_owned());
    }
    Ok(titles)
}

/// Returns what an error says that must be [`Error::Unavailable`].
#[track_caller]
pub(crate) fn unavailable<T: std::fmt::Debug>(result: Result<T>) -> String {
    match result {
        Err(error @ Error::Unavailable(_)) => error.to_string(),
        other => panic!("{other:?} is not unavailable"),
    }
}

/// Returns what an error says that must be [`Error::Corrupt`].
#[track_caller]
pub(crate) fn corrupt<T: std::fmt::Debug>(result: Result<T>) -> String {
    match result {
        Err(error @ Error::Corrupt(_)) => error.to_string(),
        other => panic!("{other:?} is not corrupt"),
    }
}

/// Returns what an error says that must be [`Error::Quota`].
#[track_caller]
pub(crate) fn quota<T: std::fmt::Debug>(result: Result<T>) -> String {
    match result {
        Err(error @ Error::Quota(_)) => error.to_string(),
        other => panic!("{other:?} is not about the quota"),
    }
}
