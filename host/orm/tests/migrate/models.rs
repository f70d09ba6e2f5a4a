//! Models in few words, and a database to migrate.

use wasgi_orm::connection::{Connection, Options as ConnectionOptions};
use wasgi_orm::migrate::{self, Applied, Options, Plan};
use wasgi_orm::schema::{
    Check, Collation, Column, ColumnDefault, FullText, Index, IndexColumn, Model, Reference,
    ReferenceAction, Schema, Step,
};
use wasgi_orm::{ColumnType, Error, Value};

/// A column that may not be null.
pub(crate) fn column(name: &str, kind: ColumnType) -> Column {
    Column {
        name: name.into(),
        kind,
        nullable: false,
        unique: false,
        default: None,
        references: None,
        collation: Collation::Binary,
        renamed_from: None,
        fill: None,
    }
}

pub(crate) fn text(name: &str) -> Column {
    column(name, ColumnType::Text)
}

pub(crate) fn integer(name: &str) -> Column {
    column(name, ColumnType::Integer)
}

/// What a column may be beside its type.
pub(crate) trait Refine {
    fn nullable(self) -> Self;
    fn unique(self) -> Self;
    fn default(self, value: Value) -> Self;
    fn now(self) -> Self;
    fn nocase(self) -> Self;
    fn was(self, name: &str) -> Self;
    fn fill(self, sql: &str) -> Self;
    fn to(self, table: &str, on_delete: ReferenceAction) -> Self;
}

impl Refine for Column {
    fn nullable(self) -> Self {
        Self {
            nullable: true,
            ..self
        }
    }
    fn unique(self) -> Self {
        Self {
            unique: true,
            ..self
        }
    }
    fn default(self, value: Value) -> Self {
        Self {
            default: Some(ColumnDefault::Constant(value)),
            ..self
        }
    }
    fn now(self) -> Self {
        Self {
            default: Some(ColumnDefault::Now),
            ..self
        }
    }
    fn nocase(self) -> Self {
        Self {
            collation: Collation::Nocase,
            ..self
        }
    }
    fn was(self, name: &str) -> Self {
        Self {
            renamed_from: Some(name.into()),
            ..self
        }
    }
    fn fill(self, sql: &str) -> Self {
        Self {
            fill: Some(sql.into()),
            ..self
        }
    }
    fn to(self, table: &str, on_delete: ReferenceAction) -> Self {
        let reference = Reference {
            table: table.into(),
            column: "id".into(),
            on_delete,
            on_update: ReferenceAction::NoAction,
        };
        Self {
            references: Some(reference),
            ..self
        }
    }
}

/// A model with an integer key `id`.
pub(crate) fn model(table: &str, columns: Vec<Column>) -> Model {
    let mut all = vec![integer("id")];
    all.extend(columns);
    Model {
        table: table.into(),
        columns: all,
        primary_key: vec!["id".into()],
        indexes: Vec::new(),
        checks: Vec::new(),
        full_text: None,
        renamed_from: None,
    }
}

/// What a model may have beside its columns.
pub(crate) trait With {
    fn index(self, name: &str, columns: &[&str], unique: bool, condition: Option<&str>) -> Self;
    fn check(self, name: &str, condition: &str) -> Self;
    fn search(self, columns: &[&str]) -> Self;
    fn key(self, columns: &[&str]) -> Self;
    fn formerly(self, name: &str) -> Self;
}

fn owned(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

impl With for Model {
    fn index(
        mut self,
        name: &str,
        columns: &[&str],
        unique: bool,
        condition: Option<&str>,
    ) -> Self {
        let columns = owned(columns).into_iter().map(|name| IndexColumn {
            name,
            descending: false,
        });
        self.indexes.push(Index {
            name: name.into(),
            columns: columns.collect(),
            unique,
            condition: condition.map(str::to_owned),
        });
        self
    }
    fn check(mut self, name: &str, condition: &str) -> Self {
        self.checks.push(Check {
            name: name.into(),
            condition: condition.into(),
        });
        self
    }
    fn search(self, columns: &[&str]) -> Self {
        let full_text = FullText {
            columns: owned(columns),
            tokenizer: "unicode61 remove_diacritics 2".into(),
        };
        Self {
            full_text: Some(full_text),
            ..self
        }
    }
    fn key(self, columns: &[&str]) -> Self {
        Self {
            primary_key: owned(columns),
            ..self
        }
    }
    fn formerly(self, name: &str) -> Self {
        Self {
            renamed_from: Some(name.into()),
            ..self
        }
    }
}

pub(crate) fn schema(models: Vec<Model>) -> Schema {
    Schema {
        models,
        steps: Vec::new(),
    }
}

pub(crate) fn step(name: &str, sql: &[&str]) -> Step {
    Step {
        name: name.into(),
        sql: owned(sql),
    }
}

/// A database in memory.
pub(crate) struct Database {
    pub(crate) connection: Connection,
}

impl Database {
    pub(crate) fn new() -> Self {
        let connection = Connection::in_memory(&ConnectionOptions::default()).expect("open");
        Self { connection }
    }

    /// A database with these models and rows.
    pub(crate) fn with(models: Vec<Model>, sql: &str) -> Self {
        let database = Self::new();
        database.migrate(models);
        database.run(sql);
        database
    }

    pub(crate) fn run(&self, sql: &str) {
        self.connection
            .as_host(|raw| raw.execute_batch(sql))
            .expect(sql);
    }

    pub(crate) fn plan(&self, models: Vec<Model>) -> Result<Plan, Error> {
        migrate::plan(&self.connection, &schema(models), &Options::default())
    }

    /// Migrates without losing data, and checks that nothing is left to do.
    pub(crate) fn migrate(&self, models: Vec<Model>) -> Plan {
        self.migrate_with(&schema(models), &Options::default())
            .expect("migrate")
    }

    /// Migrates, whatever is lost by it.
    pub(crate) fn force(&self, models: Vec<Model>) -> Plan {
        let options = Options {
            allow_destructive: true,
            ..Options::default()
        };
        self.migrate_with(&schema(models), &options)
            .expect("migrate")
    }

    pub(crate) fn migrate_with(&self, schema: &Schema, options: &Options) -> Result<Plan, Error> {
        let plan = migrate::plan(&self.connection, schema, options)?;
        let applied = migrate::apply(&self.connection, &plan)?;
        assert_ne!(applied, Applied::BySomebodyElse);
        self.assert_sound(schema);
        Ok(plan)
    }

    /// Checks that the database has the schema, knows it, and is whole.
    pub(crate) fn assert_sound(&self, schema: &Schema) {
        let again = migrate::plan(&self.connection, schema, &Options::default()).expect("plan");
        assert!(again.is_recorded(), "{again}");
        assert!(migrate::is_current(&self.connection, &schema.digest()).expect("ask"));
        assert_eq!(
            migrate::drift(&self.connection).expect("drift").differences,
            [""; 0]
        );
        assert_eq!(self.lines("PRAGMA integrity_check"), ["ok"]);
        assert_eq!(self.lines("PRAGMA foreign_key_check"), [""; 0]);
        assert_eq!(self.lines("PRAGMA foreign_keys"), ["1"]);
        for model in schema
            .models
            .iter()
            .filter(|model| model.full_text.is_some())
        {
            let fts = model.full_text_table();
            self.run(&format!(
                "INSERT INTO {fts} ({fts}, rank) VALUES ('integrity-check', 1)"
            ));
        }
    }

    /// Returns rows as lines, values with `|` between them.
    pub(crate) fn lines(&self, sql: &str) -> Vec<String> {
        self.connection.as_host(|raw| {
            let mut statement = raw.prepare(sql).expect(sql);
            let columns = statement.column_count();
            let rows = statement.query_map([], |row| {
                let values = (0..columns).map(|at| {
                    let value: rusqlite::types::Value = row.get(at)?;
                    Ok(match value {
                        rusqlite::types::Value::Null => "null".to_owned(),
                        rusqlite::types::Value::Integer(integer) => integer.to_string(),
                        rusqlite::types::Value::Real(real) => format!("{real:?}"),
                        rusqlite::types::Value::Text(text) => text,
                        rusqlite::types::Value::Blob(bytes) => format!("{bytes:02x?}"),
                    })
                });
                Ok(values.collect::<rusqlite::Result<Vec<_>>>()?.join("|"))
            });
            rows.expect(sql)
                .collect::<rusqlite::Result<Vec<_>>>()
                .expect(sql)
        })
    }

    /// Returns everything that the database is made of, and all rows.
    pub(crate) fn dump(&self) -> Vec<String> {
        let mut dump = self.lines("SELECT type, name, sql FROM sqlite_schema ORDER BY type, name");
        let tables = self.lines(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name",
        );
        for table in tables {
            dump.push(table.clone());
            dump.extend(self.lines(&format!("SELECT * FROM \"{table}\"")));
        }
        dump
    }
}

/// The text of an error; fails where there is none.
pub(crate) fn refusal<T>(result: Result<T, Error>) -> String {
    match result {
        Ok(_) => panic!("it was not refused"),
        Err(error) => error.to_string(),
    }
}
