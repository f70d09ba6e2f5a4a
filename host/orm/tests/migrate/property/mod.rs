//! Random pairs of schemas, migrated forth and back with rows in place.

mod spec;

use std::collections::BTreeMap;

use proptest::prelude::*;
use wasgi_orm::ColumnType;
use wasgi_orm::migrate::Options;
use wasgi_orm::schema::Schema;

use super::models::*;
use spec::*;

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
                values.insert(
                    (table, key.clone(), id.parse().expect("id")),
                    value.to_owned(),
                );
            }
        }
    }
    values
}

/// Whatever both have, and was not null, is the same; rows of tables in both are.
fn assert_kept(before: &Values, after: &Values, specs: &[TableSpec]) {
    for ((table, column, id), value) in before {
        let key = (*table, column.clone(), *id);
        let column_is_there = after
            .keys()
            .any(|(other, name, _)| other == table && name == column);
        match after.get(&key) {
            Some(now) => assert!(
                now == value || value == "NULL",
                "{key:?}: {value} became {now}"
            ),
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
