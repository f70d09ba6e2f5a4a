//! A database file with something of everything in it.

use std::path::{Path, PathBuf};

use tempfile::TempDir;
use wasgi_orm::ColumnType;
use wasgi_orm::connection::{Connection, Options, Role};
use wasgi_orm::migrate;
use wasgi_orm::schema::{Collation, Column, FullText, Model, Schema};

pub(crate) struct Fixture {
    folder: TempDir,
}

pub(crate) fn schema() -> Schema {
    let column = |name: &str, kind| Column {
        name: name.into(),
        kind,
        nullable: true,
        unique: false,
        default: None,
        references: None,
        collation: Collation::Binary,
        renamed_from: None,
        fill: None,
    };
    let id = Column {
        nullable: false,
        ..column("id", ColumnType::Integer)
    };
    let note = Model {
        table: "note".into(),
        columns: vec![
            id,
            column("title", ColumnType::Text),
            column("ratio", ColumnType::Real),
            column("data", ColumnType::Blob),
            column("price", ColumnType::Decimal),
        ],
        primary_key: vec!["id".into()],
        indexes: Vec::new(),
        checks: Vec::new(),
        full_text: Some(FullText {
            columns: vec!["title".into()],
            tokenizer: String::new(),
        }),
        renamed_from: None,
    };
    Schema {
        models: vec![note],
        steps: Vec::new(),
    }
}

impl Fixture {
    /// A migrated database with some rows.
    pub(crate) fn new() -> Self {
        let fixture = Self {
            folder: tempfile::tempdir().expect("temporary folder"),
        };
        let connection = fixture.open();
        let plan = migrate::plan(&connection, &schema(), &Default::default()).expect("plan");
        migrate::apply(&connection, &plan).expect("apply");
        run(
            &connection,
            "INSERT INTO note (title, price) VALUES ('first words', '1.50'), ('second', '0.10')",
        );
        fixture
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path().join("app.db")
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn open(&self) -> Connection {
        open(&self.path())
    }
}

pub(crate) fn open(path: &Path) -> Connection {
    Connection::open(path, Role::Writer, &Options::default()).expect("open")
}

pub(crate) fn run(connection: &Connection, sql: &str) {
    connection.as_host(|raw| raw.execute_batch(sql)).expect(sql);
}

/// The rows of a query, values as SQL literals.
pub(crate) fn lines(connection: &Connection, sql: &str) -> Vec<String> {
    connection.as_host(|raw| {
        let mut statement = raw.prepare(sql).expect(sql);
        let columns = statement.column_count();
        let rows = statement.query_map([], |row| {
            let values = (0..columns).map(|at| {
                let value: rusqlite::types::Value = row.get(at)?;
                Ok(format!("{value:?}"))
            });
            Ok(values.collect::<rusqlite::Result<Vec<_>>>()?.join("|"))
        });
        rows.expect(sql)
            .collect::<rusqlite::Result<Vec<_>>>()
            .expect(sql)
    })
}

pub(crate) fn titles(connection: &Connection) -> Vec<String> {
    connection.as_host(|raw| {
        let mut statement = raw
            .prepare("SELECT title FROM note ORDER BY id")
            .expect("prepare");
        let rows = statement.query_map([], |row| row.get(0)).expect("query");
        rows.collect::<rusqlite::Result<Vec<String>>>()
            .expect("rows")
    })
}

/// Writes noise into the middle of a file.
pub(crate) fn damage(path: &Path, from: usize) {
    let mut bytes = std::fs::read(path).expect("read");
    for byte in bytes.iter_mut().skip(from).take(4096) {
        *byte = 0xa5;
    }
    std::fs::write(path, bytes).expect("write");
}
