//! A tenant with neighbours, and what must be true of all of them after each statement.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rusqlite::types::ValueRef;
use wasgi_orm::connection::{Connection, Options, Role};
use wasgi_orm::query::Query;
use wasgi_orm::schema::Schema;
use wasgi_orm::{Error, migrate, packed};

/// Time of one statement.
pub(crate) const DEADLINE: Duration = Duration::from_millis(200);

/// Bytes of the tenant's database.
const QUOTA: u64 = 64 << 20;

/// Bytes of the large values, just below the largest that a connection takes.
const LARGE: usize = 3_900_000;

/// Settings that a guest must not change.
const PRAGMAS: &[&str] = &[
    "analysis_limit",
    "auto_vacuum",
    "automatic_index",
    "busy_timeout",
    "cache_size",
    "cache_spill",
    "cell_size_check",
    "checkpoint_fullfsync",
    "encoding",
    "foreign_keys",
    "fullfsync",
    "hard_heap_limit",
    "ignore_check_constraints",
    "journal_mode",
    "journal_size_limit",
    "legacy_alter_table",
    "locking_mode",
    "max_page_count",
    "mmap_size",
    "page_size",
    "query_only",
    "read_uncommitted",
    "recursive_triggers",
    "reverse_unordered_selects",
    "secure_delete",
    "soft_heap_limit",
    "synchronous",
    "temp_store",
    "threads",
    "trusted_schema",
    "wal_autocheckpoint",
    "writable_schema",
];

/// A tenant's database, next to files that are none of its business.
pub(crate) struct Tenant {
    folder: tempfile::TempDir,
    connection: Connection,
    files: BTreeMap<PathBuf, blake3::Hash>,
    settings: Vec<(String, String)>,
    host_rows: Vec<String>,
    spills: Vec<PathBuf>,
}

/// What became of a statement.
pub(crate) struct Ended {
    pub(crate) result: Result<(), Error>,
    pub(crate) compiling: Duration,
    pub(crate) total: Duration,
}

impl Tenant {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().expect("temporary folder");
        let neighbour = folder.path().join("neighbour.db");
        rusqlite::Connection::open(&neighbour)
            .and_then(|raw| {
                raw.execute_batch("CREATE TABLE secret (x); INSERT INTO secret VALUES (1)")
            })
            .expect("neighbour");
        std::fs::write(folder.path().join("canary.txt"), "canary").expect("canary");
        let options = Options {
            statement_timeout: DEADLINE,
            quota: QUOTA,
            ..Options::default()
        };
        let path = folder.path().join("app.db");
        let connection = Connection::open(&path, Role::Writer, &options).expect("open");
        migrate(&connection);
        connection.as_host(furnish).expect("tables");
        let mut tenant = Self {
            files: BTreeMap::new(),
            settings: Vec::new(),
            host_rows: Vec::new(),
            spills: spills(),
            folder,
            connection,
        };
        tenant.files = tenant.other_files();
        tenant.settings = tenant.settings();
        tenant.host_rows = tenant.host_rows();
        tenant
    }

    /// Fills in the places of other files.
    pub(crate) fn fill(&self, sql: &str) -> String {
        let folder = self.folder.path().to_str().expect("a folder in UTF-8");
        sql.replace("{neighbour}", &format!("{folder}/neighbour.db"))
            .replace("{canary}", &format!("{folder}/canary.txt"))
            .replace("{folder}", folder)
    }

    /// Runs a statement as the guest; each of its parameters is the neighbour's path.
    pub(crate) fn run(&self, sql: &str) -> Ended {
        let path = self.fill("{neighbour}");
        let params = row(self.params(sql), ValueRef::Text(path.as_bytes()));
        let begun = Instant::now();
        let prepared = self.connection.prepare_sql(sql);
        let compiling = begun.elapsed();
        let result = prepared.and_then(|prepared| self.connection.query(&prepared, &params));
        let total = begun.elapsed();
        Ended {
            result: result.map(drop),
            compiling,
            total,
        }
    }

    /// Runs a query as the guest.
    pub(crate) fn ask(&self, query: &Query, param: &str) -> Ended {
        let params = row(1, ValueRef::Text(param.as_bytes()));
        let begun = Instant::now();
        let prepared = self.connection.prepare(query);
        let compiling = begun.elapsed();
        let result = prepared.and_then(|prepared| self.connection.query(&prepared, &params));
        let total = begun.elapsed();
        Ended {
            result: result.map(drop),
            compiling,
            total,
        }
    }

    fn params(&self, sql: &str) -> usize {
        if !sql.contains('?') {
            return 0;
        }
        let statement = self.connection.raw().prepare(sql);
        statement.map_or(0, |statement| statement.parameter_count())
    }

    /// Checks that the last statement harmed nothing.
    pub(crate) fn check(&self, place: &str) {
        assert!(
            self.connection.is_autocommit(),
            "{place}: a transaction is open"
        );
        assert_eq!(self.other_files(), self.files, "{place}: files");
        for (now, before) in self.settings().iter().zip(&self.settings) {
            assert_eq!(now, before, "{place}: settings");
        }
        assert_eq!(
            self.host_rows(),
            self.host_rows,
            "{place}: the host's table"
        );
        let insert = "INSERT INTO alive (x) VALUES (1) RETURNING x";
        let alive = self.run(insert).result;
        assert_eq!(
            alive,
            Ok(()),
            "{place}: the connection is of no use any more"
        );
    }

    /// Checks what takes longer: the whole file, and temporary files.
    pub(crate) fn check_all(&self) {
        let check = self.connection.as_host(|raw| {
            raw.query_row("PRAGMA integrity_check", [], |row| row.get::<_, String>(0))
        });
        assert_eq!(check.as_deref(), Ok("ok"));
        let alive: i64 = self
            .connection
            .as_host(|raw| raw.query_row("SELECT count(*) FROM alive", [], |row| row.get(0)))
            .expect("count");
        assert!(alive > 0);
        assert_eq!(spills(), self.spills, "temporary files are left");
    }

    /// All files but the tenant's own, with their digests.
    fn other_files(&self) -> BTreeMap<PathBuf, blake3::Hash> {
        let entries = std::fs::read_dir(self.folder.path()).expect("list");
        let paths = entries.map(|entry| entry.expect("entry").path());
        let own = ["app.db", "app.db-wal", "app.db-shm"];
        paths
            .filter(|path| !own.iter().any(|own| path.ends_with(own)))
            .map(|path| {
                let content = std::fs::read(&path).expect("read");
                (path, blake3::hash(&content))
            })
            .collect()
    }

    fn settings(&self) -> Vec<(String, String)> {
        self.connection.as_host(|raw| {
            let mut settings: Vec<_> = PRAGMAS
                .iter()
                .map(|name| {
                    let value = raw.pragma_query_value(None, name, |row| {
                        row.get_ref(0).map(|value| format!("{value:?}"))
                    });
                    ((*name).to_owned(), value.expect(name))
                })
                .collect();
            let mut databases = raw.prepare("PRAGMA database_list").expect("databases");
            let names = databases.query_map([], |row| row.get::<_, String>(1));
            let mut names: Vec<_> = names
                .expect("databases")
                .map(|name| name.expect("name"))
                .collect();
            // SQLite opens its own `temp` as it needs it: there must be nothing in it.
            names.retain(|name| name != "temp");
            settings.push(("database_list".into(), names.join(", ")));
            let temporary = "SELECT count(*) FROM sqlite_temp_schema";
            let temporary: i64 = raw
                .query_row(temporary, [], |row| row.get(0))
                .expect("count");
            settings.push(("temporary tables".into(), temporary.to_string()));
            settings
        })
    }

    /// The host's table, its own schema and what hangs on it.
    fn host_rows(&self) -> Vec<String> {
        self.connection.as_host(|raw| {
            let sql = "SELECT id || ' ' || name FROM _wasgi_migrations UNION ALL \
                       SELECT type || ' ' || name || ' ' || coalesce(sql, '') FROM sqlite_schema \
                       WHERE name LIKE '\\_wasgi%' ESCAPE '\\' OR tbl_name LIKE '\\_wasgi%' ESCAPE '\\'";
            let mut statement = raw.prepare(sql).expect("prepare");
            let rows = statement.query_map([], |row| row.get(0)).expect("query");
            rows.map(|row| row.expect("row")).collect()
        })
    }
}

/// Makes a model with full-text search, as an app does.
fn migrate(connection: &Connection) {
    let column = |name: &str, kind: &str, nullable: bool| {
        serde_json::json!({
            "name": name, "kind": kind, "nullable": nullable, "unique": false, "default": null,
            "references": null, "collation": "binary", "renamed-from": null, "fill": null,
        })
    };
    let schema = serde_json::json!({
        "models": [{
            "table": "page",
            "columns": [column("id", "integer", false), column("text", "text", true)],
            "primary-key": ["id"],
            "indexes": [],
            "checks": [],
            "full-text": { "columns": ["text"], "tokenizer": "" },
            "renamed-from": null,
        }],
        "steps": [],
    });
    let schema: Schema = serde_json::from_value(schema).expect("schema");
    let plan = migrate::plan(connection, &schema, &migrate::Options::default()).expect("plan");
    migrate::apply(connection, &plan).expect("migrate");
}

/// Makes the tables that the corpus speaks of.
fn furnish(raw: &rusqlite::Connection) -> rusqlite::Result<()> {
    raw.execute_batch(
        "DROP TABLE _wasgi_migrations;
         CREATE TABLE _wasgi_migrations (id INTEGER PRIMARY KEY, name TEXT);
         INSERT INTO _wasgi_migrations VALUES (1, 'first'), (2, 'second');
         CREATE TABLE alive (id INTEGER PRIMARY KEY AUTOINCREMENT, x);
         CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT);
         INSERT INTO notes (text) VALUES ('one'), ('two'), ('three');
         CREATE TABLE scratch (x);
         CREATE TABLE many (n);
         INSERT INTO many WITH RECURSIVE r (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 50000) SELECT n FROM r;
         INSERT INTO page (text) SELECT 'word w' || n || ' word ' || hex(n) FROM many WHERE n < 5000;
         CREATE VIEW big AS SELECT a, digits, json, object, many
             FROM large_a, large_digits, large_json, large_object, large_many;",
    )?;
    let ones = "1,".repeat(LARGE / 2 - 2);
    let keys: Vec<String> = (0..LARGE / 13)
        .map(|key| format!("\"k{key:06}\":1"))
        .collect();
    let large = [
        ("a", "a".repeat(LARGE)),
        ("digits", "1".repeat(LARGE)),
        ("json", format!("[{ones}1]")),
        ("object", format!("{{{}}}", keys.join(","))),
        // All of them different.
        (
            "many",
            ('\u{10000}'..='\u{10ffff}').take(LARGE / 4).collect(),
        ),
    ];
    // A table for each: the largest row is no larger than the largest value.
    for (name, value) in large {
        raw.execute_batch(&format!("CREATE TABLE large_{name} ({name} TEXT)"))?;
        raw.execute(&format!("INSERT INTO large_{name} VALUES (?)"), [value])?;
    }
    Ok(())
}

fn row(values: usize, value: ValueRef<'_>) -> Vec<u8> {
    let mut out = Vec::new();
    packed::push_row(&mut out, values).expect("row");
    for _ in 0..values {
        packed::push(&mut out, value).expect("value");
    }
    out
}

/// Temporary files of SQLite's that can be seen.
fn spills() -> Vec<PathBuf> {
    let folders = ["/var/tmp", "/usr/tmp", "/tmp"];
    let mut spills: Vec<_> = folders
        .iter()
        .map(Path::new)
        .filter_map(|folder| folder.read_dir().ok())
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| {
            let name = path.file_name().and_then(|name| name.to_str());
            name.is_some_and(|name| name.starts_with("etilqs_"))
        })
        .collect();
    spills.sort();
    spills
}
