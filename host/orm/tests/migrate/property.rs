//! Random pairs of schemas, migrated forth and back with rows in place.

use std::collections::BTreeMap;

use proptest::prelude::*;
use wasgi_orm::migrate::Options;
use wasgi_orm::schema::{Column, FullText, Model, ReferenceAction, Schema};
use wasgi_orm::{ColumnType, Value};

use super::models::*;

const TABLES: usize = 4;
const COLUMNS: usize = 6;
const ROWS: i64 = 5;

/// A column; of the first two the type is given, for they may be unique.
#[derive(Clone, Debug)]
struct ColumnSpec {
    kind: ColumnType,
    nullable: bool,
    unique: bool,
    now: bool,
    nocase: bool,
    default: bool,
}

/// A table; all names are numbers until they are written.
#[derive(Clone, Debug)]
struct TableSpec {
    present: bool,
    renamed: bool,
    renamed_columns: Vec<bool>,
    columns: Vec<Option<ColumnSpec>>,
    /// References to each table: none, a plain column, or a foreign key.
    references: Vec<Option<bool>>,
    composite_key: bool,
    /// Columns, whether unique, whether partial.
    indexes: Vec<(Vec<usize>, bool, bool)>,
    checked: Option<usize>,
    search: bool,
}

fn kind() -> impl Strategy<Value = ColumnType> {
    prop::sample::select(vec![
        ColumnType::Boolean,
        ColumnType::Integer,
        ColumnType::Real,
        ColumnType::Text,
        ColumnType::Blob,
        ColumnType::Decimal,
        ColumnType::Uuid,
        ColumnType::Timestamp,
        ColumnType::Date,
        ColumnType::Json,
    ])
}

fn column_spec() -> impl Strategy<Value = ColumnSpec> {
    (kind(), any::<[bool; 5]>()).prop_map(|(kind, [nullable, unique, now, nocase, default])| {
        ColumnSpec { kind, nullable, unique, now, nocase, default }
    })
}

fn table_spec() -> impl Strategy<Value = TableSpec> {
    let index = (prop::collection::vec(0..COLUMNS, 1..3), any::<bool>(), any::<bool>());
    (
        (prop::bool::weighted(0.8), prop::bool::weighted(0.2), any::<bool>(), any::<bool>()),
        prop::collection::vec(prop::bool::weighted(0.2), COLUMNS),
        prop::collection::vec(prop::option::of(column_spec()), COLUMNS),
        prop::collection::vec(prop::option::weighted(0.4, any::<bool>()), TABLES),
        prop::collection::vec(index, 0..3),
        prop::option::of(0..COLUMNS),
    )
        .prop_map(
            |((present, renamed, composite_key, search), renamed_columns, columns, references, indexes, checked)| {
                TableSpec { present, renamed, renamed_columns, columns, references, composite_key, indexes, checked, search }
            },
        )
}

fn schema_spec() -> impl Strategy<Value = Vec<TableSpec>> {
    prop::collection::vec(table_spec(), TABLES)
}

/// Names: those of the second schema may be other ones.
#[derive(Clone, Copy)]
struct Names<'a> {
    specs: &'a [TableSpec],
    second: bool,
}

impl Names<'_> {
    fn table(&self, at: usize) -> String {
        let renamed = self.second && self.specs[at].renamed;
        format!("t{at}{}", if renamed { "_new" } else { "" })
    }
    fn column(&self, table: usize, at: usize) -> String {
        let renamed = self.second && self.specs[table].renamed_columns[at];
        format!("c{at}{}", if renamed { "_new" } else { "" })
    }
}

fn default_of(kind: ColumnType) -> Value {
    match kind {
        ColumnType::Boolean => Value::Boolean(true),
        ColumnType::Integer => Value::Integer(-7),
        ColumnType::Real => Value::Real(0.1),
        ColumnType::Text => Value::Text("it's".into()),
        ColumnType::Blob => Value::Blob(vec![0, 255]),
        ColumnType::Decimal => Value::Decimal("-1.50".into()),
        ColumnType::Uuid => Value::Uuid((1, 2)),
        ColumnType::Timestamp => Value::Timestamp(1_000_000),
        ColumnType::Date => Value::Date("2024-02-29".into()),
        ColumnType::Json => Value::Json("{\"a\":[1]}".into()),
    }
}

fn kind_of(at: usize, spec: &ColumnSpec) -> ColumnType {
    match at {
        0 => ColumnType::Integer,
        1 => ColumnType::Text,
        _ => spec.kind,
    }
}

fn write_column(at: usize, spec: &ColumnSpec, name: String, before: String) -> Column {
    let kind = kind_of(at, spec);
    let mut column = column(&name, kind);
    column.renamed_from = (before != name).then_some(before);
    column.nullable = spec.nullable;
    column.unique = spec.unique && at < 2;
    if spec.nocase && kind == ColumnType::Text {
        column = column.nocase();
    }
    if at < 2 {
        // These may be unique, now or in the other schema: a value of its own for each row.
        column.fill = (!spec.nullable).then(|| match at {
            0 => "-id".into(),
            _ => "'fill ' || id".into(),
        });
    } else if spec.now && matches!(kind, ColumnType::Date | ColumnType::Timestamp) {
        column = column.now();
    } else if spec.default || !spec.nullable {
        column = column.default(default_of(kind));
    }
    column
}

/// Writes a schema under its own names, with hints from the other's.
fn write(specs: &[TableSpec], own: Names<'_>, before: Names<'_>) -> Schema {
    let mut models = Vec::new();
    let has_plain_key =
        |at: usize| !(specs[at].composite_key && not_null(&specs[at], 0));
    for (table, spec) in specs.iter().enumerate().filter(|(_, spec)| spec.present) {
        let mut columns = Vec::new();
        for (at, column) in spec.columns.iter().enumerate() {
            if let Some(column) = column {
                columns.push(write_column(at, column, own.column(table, at), before.column(table, at)));
            }
        }
        for (target, reference) in spec.references.iter().enumerate() {
            let (true, Some(enforced)) = (specs[target].present, reference) else { continue };
            let plain = integer(&format!("r{target}")).nullable();
            columns.push(if *enforced && has_plain_key(target) {
                plain.to(&own.table(target), ReferenceAction::Cascade)
            } else {
                plain
            });
        }
        let mut model = model(&own.table(table), columns);
        let name = before.table(table);
        model.renamed_from = (name != model.table).then_some(name);
        if !has_plain_key(table) {
            model.primary_key = vec!["id".into(), own.column(table, 0)];
        }
        for (number, (columns, unique, partial)) in spec.indexes.iter().enumerate() {
            let mut columns = columns.clone();
            columns.sort_unstable();
            columns.dedup();
            columns.retain(|at| spec.columns[*at].is_some());
            let Some(first) = columns.first().copied() else { continue };
            let unique = *unique
                && columns.iter().all(|at| *at < 2);
            let names: Vec<String> = columns.iter().map(|at| own.column(table, *at)).collect();
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            let condition = format!("{} IS NOT NULL", own.column(table, first));
            let condition = partial.then_some(condition.as_str());
            model = model.index(&format!("t{table}_i{number}"), &names, unique, condition);
        }
        if let Some(at) = spec.checked.filter(|at| spec.columns[*at].is_some()) {
            let name = own.column(table, at);
            model = model.check("some_check", &format!("{name} IS NULL OR length({name}) >= 0"));
        }
        let texts = spec.columns.iter().enumerate().filter(|(at, column)| {
            column.as_ref().is_some_and(|column| kind_of(*at, column) == ColumnType::Text)
        });
        let texts: Vec<String> = texts.map(|(at, _)| own.column(table, at)).collect();
        if spec.search && !texts.is_empty() {
            model.full_text = Some(FullText { columns: texts, tokenizer: String::new() });
        }
        models.push(model);
    }
    schema(models)
}

fn not_null(spec: &TableSpec, at: usize) -> bool {
    spec.columns[at].as_ref().is_some_and(|column| !column.nullable)
}

/// A value that says the same in no other row.
fn sample(kind: ColumnType, row: i64) -> String {
    match kind {
        ColumnType::Boolean => (row % 2).to_string(),
        ColumnType::Integer => (row * 1000).to_string(),
        ColumnType::Real => format!("{row}.25"),
        ColumnType::Text => format!("'Word {row} it''s'"),
        ColumnType::Blob => format!("x'00ff0{row}'"),
        ColumnType::Decimal => format!("'{row}.50'"),
        ColumnType::Uuid => format!("x'00112233445566778899aabbccddee0{row}'"),
        ColumnType::Timestamp => (row * 86_400_000_000 + row).to_string(),
        ColumnType::Date => format!("'2024-01-0{row}'"),
        ColumnType::Json => format!("'{{\"row\":{row}}}'"),
    }
}

fn insert_rows(database: &Database, specs: &[TableSpec], schema: &Schema) {
    database.run("PRAGMA foreign_keys = OFF");
    for model in &schema.models {
        for row in 1..=ROWS {
            let mut names = Vec::new();
            let mut values = Vec::new();
            for (at, column) in model.columns.iter().enumerate() {
                names.push(format!("\"{}\"", column.name));
                let missing = column.nullable && (row + i64::try_from(at).expect("small")) % 3 == 0;
                values.push(match column.name.as_str() {
                    _ if missing => "NULL".to_owned(),
                    "id" => (row * 10).to_string(),
                    name if name.starts_with('r') => (((row % 3) + 1) * 10).to_string(),
                    _ => sample(column.kind, row),
                });
            }
            database.run(&format!(
                "INSERT INTO {} ({}) VALUES ({})",
                model.table,
                names.join(", "),
                values.join(", ")
            ));
        }
    }
    database.run("PRAGMA foreign_keys = ON");
    assert_eq!(specs.len(), TABLES);
}

/// Values by table, column and row; tables and columns as in the first schema.
type Values = BTreeMap<(usize, String, i64), String>;

fn values(database: &Database, specs: &[TableSpec], names: Names<'_>) -> Values {
    let mut values = Values::new();
    for (table, spec) in specs.iter().enumerate().filter(|(_, spec)| spec.present) {
        let mut columns: Vec<(String, String)> = vec![("id".into(), "id".into())];
        for (at, column) in spec.columns.iter().enumerate() {
            if let Some(column) = column {
                // Of another type it is another column.
                let key = format!("c{at} {:?}", kind_of(at, column));
                columns.push((key, names.column(table, at)));
            }
        }
        for (target, reference) in spec.references.iter().enumerate() {
            if reference.is_some() && specs[target].present {
                columns.push((format!("r{target}"), format!("r{target}")));
            }
        }
        for (key, name) in columns {
            let sql = format!("SELECT id, quote(\"{name}\") FROM {}", names.table(table));
            for line in database.lines(&sql) {
                let (id, value) = line.split_once('|').expect("two columns");
                values.insert((table, key.clone(), id.parse().expect("id")), value.to_owned());
            }
        }
    }
    values
}

/// Whatever both have, and was not null, is the same; rows of tables in both are.
fn assert_kept(before: &Values, after: &Values, specs: &[TableSpec]) {
    for ((table, column, id), value) in before {
        let key = (*table, column.clone(), *id);
        let column_is_there = after.keys().any(|(other, name, _)| other == table && name == column);
        match after.get(&key) {
            Some(now) => assert!(now == value || value == "NULL", "{key:?}: {value} became {now}"),
            None if specs[*table].present && column_is_there => panic!("{key:?} is lost"),
            None => {}
        }
    }
}

/// What SQLite says of a database, in an order of our own.
fn description(database: &Database) -> Vec<String> {
    database.lines(
        "SELECT m.type, m.name, c.name, c.type, c.\"notnull\", c.dflt_value, c.pk \
         FROM sqlite_schema AS m LEFT JOIN pragma_table_xinfo(m.name) AS c \
         WHERE m.name NOT LIKE 'sqlite_autoindex%' \
         UNION ALL SELECT 'index', m.name, i.name, i.cid >= 0, i.\"desc\", i.coll, l.partial || l.\"unique\" \
         FROM sqlite_schema AS m JOIN pragma_index_list(m.name) AS l JOIN pragma_index_xinfo(l.name) AS i \
         WHERE m.type = 'table' AND m.name NOT LIKE '%\\_fts%' ESCAPE '\\' \
         UNION ALL SELECT 'reference', m.name, f.\"from\", f.\"table\", f.\"to\", f.on_delete, f.on_update \
         FROM sqlite_schema AS m JOIN pragma_foreign_key_list(m.name) AS f WHERE m.type = 'table' \
         ORDER BY 1, 2, 3, 4, 5, 6, 7",
    )
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(64),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn two_schemas_migrate_forth_and_back_without_loss(first in schema_spec(), second in schema_spec()) {
        let in_first = Names { specs: &second, second: false };
        let in_second = Names { specs: &second, second: true };
        let a = write(&first, in_first, in_second);
        let b = write(&second, in_second, in_first);
        let options = Options { allow_destructive: true, ..Options::default() };

        let database = Database::new();
        database.migrate_with(&a, &options).expect("create");
        insert_rows(&database, &first, &a);
        let at_first = values(&database, &first, in_first);

        database.migrate_with(&b, &options).expect("forth");
        let at_second = values(&database, &second, in_second);
        assert_kept(&at_first, &at_second, &second);
        let fresh = Database::new();
        fresh.migrate_with(&b, &options).expect("fresh");
        prop_assert_eq!(description(&database), description(&fresh));

        database.migrate_with(&a, &options).expect("back");
        let at_last = values(&database, &first, in_first);
        assert_kept(&at_second, &at_last, &first);
        let fresh = Database::new();
        fresh.migrate_with(&a, &options).expect("fresh");
        prop_assert_eq!(description(&database), description(&fresh));
    }
}
