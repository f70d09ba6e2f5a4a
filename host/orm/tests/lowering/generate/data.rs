//! Schemas and data: few columns, few values, so that rows meet each other.

use rusqlite::types::Value as V;
use rusqlite::{Connection, params_from_iter};
use wasgi_orm::value::ColumnType;

use crate::choices::Choices;
use crate::model::Table;

const KINDS: [ColumnType; 4] = [
    ColumnType::Integer,
    ColumnType::Text,
    ColumnType::Real,
    ColumnType::Blob,
];

const TEXTS: [&str; 9] = ["", "a", "A", "b", "ab", "10", "-1", " 2", "1x"];

/// Returns a value of a type.
pub(super) fn value(choices: &mut Choices<'_>, kind: ColumnType) -> V {
    match kind {
        ColumnType::Text => V::Text((*choices.of(&TEXTS)).to_owned()),
        ColumnType::Real => V::Real(*choices.of(&[0.0, 1.0, -1.5, 0.5, 2.0, 10.0])),
        ColumnType::Blob => V::Blob(choices.of(&[&b""[..], b"a", b"1", b"b"]).to_vec()),
        _ => V::Integer(*choices.of(&[0, 1, 2, -1, 3, 10])),
    }
}

/// Makes two or three tables. A nullable column's name ends with `n`.
pub(crate) fn tables(choices: &mut Choices<'_>) -> Vec<Table> {
    (0..2 + choices.below(2))
        .map(|index| {
            let mut columns = vec![("id".to_owned(), ColumnType::Integer)];
            for column in 0..1 + choices.below(4) {
                let kind = *choices.of(&KINDS);
                let nullable = if choices.below(3) == 0 { "" } else { "n" };
                columns.push((format!("c{column}{nullable}"), kind));
            }
            let rows = (0..*choices.of(&[3, 5, 1, 7, 4, 0, 2, 6])).map(|id| {
                let id = V::Integer(id);
                let values = columns[1..].iter().map(|(name, kind)| {
                    if name.ends_with('n') && choices.one_in(3) {
                        V::Null
                    } else {
                        value(choices, *kind)
                    }
                });
                std::iter::once(id).chain(values).collect()
            });
            let rows = rows.collect();
            Table {
                name: format!("t{index}"),
                columns,
                rows,
            }
        })
        .collect()
}

/// Creates and fills the tables, with an index here and there.
pub(crate) fn create(connection: &Connection, tables: &[Table], choices: &mut Choices<'_>) {
    for table in tables {
        let column = |(name, kind): &(String, ColumnType)| match name.as_str() {
            "id" => "id INTEGER PRIMARY KEY".to_owned(),
            name if name.ends_with('n') => format!("{name} {}", kind.storage()),
            name => format!("{name} {} NOT NULL", kind.storage()),
        };
        let columns: Vec<String> = table.columns.iter().map(column).collect();
        let name = &table.name;
        let create = format!("CREATE TABLE {name} ({}) STRICT", columns.join(", "));
        connection.execute_batch(&create).expect("create");
        let marks = vec!["?"; columns.len()].join(", ");
        for row in &table.rows {
            let insert = format!("INSERT INTO {name} VALUES ({marks})");
            connection
                .execute(&insert, params_from_iter(row))
                .expect("insert");
        }
        for (column, _) in &table.columns[1..] {
            if choices.one_in(3) {
                let index = format!("CREATE INDEX {name}_{column} ON {name} ({column}, id)");
                connection.execute_batch(&index).expect("index");
            }
        }
    }
}
