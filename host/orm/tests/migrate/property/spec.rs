//! Random schemas: first as numbers, then with names, which the second one may have
//! changed.

use proptest::prelude::*;
use wasgi_orm::schema::{Column, FullText, ReferenceAction, Schema};
use wasgi_orm::{ColumnType, Value};

use super::super::models::*;

pub(super) const TABLES: usize = 4;
pub(super) const COLUMNS: usize = 6;
pub(super) const ROWS: i64 = 5;

/// A column; of the first two the type is given, for they may be unique.
#[derive(Clone, Debug)]
pub(super) struct ColumnSpec {
    pub(super) kind: ColumnType,
    pub(super) nullable: bool,
    pub(super) unique: bool,
    pub(super) now: bool,
    pub(super) nocase: bool,
    pub(super) default: bool,
}

/// A table; all names are numbers until they are written.
#[derive(Clone, Debug)]
pub(super) struct TableSpec {
    pub(super) present: bool,
    pub(super) renamed: bool,
    pub(super) renamed_columns: Vec<bool>,
    pub(super) columns: Vec<Option<ColumnSpec>>,
    /// References to each table: none, a plain column, or a foreign key.
    pub(super) references: Vec<Option<bool>>,
    pub(super) composite_key: bool,
    /// Columns, whether unique, whether partial.
    pub(super) indexes: Vec<(Vec<usize>, bool, bool)>,
    pub(super) checked: Option<usize>,
    pub(super) search: bool,
}

pub(super) fn kind() -> impl Strategy<Value = ColumnType> {
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

pub(super) fn column_spec() -> impl Strategy<Value = ColumnSpec> {
    (kind(), any::<[bool; 5]>()).prop_map(|(kind, [nullable, unique, now, nocase, default])| {
        ColumnSpec {
            kind,
            nullable,
            unique,
            now,
            nocase,
            default,
        }
    })
}

pub(super) fn table_spec() -> impl Strategy<Value = TableSpec> {
    let index = (
        prop::collection::vec(0..COLUMNS, 1..3),
        any::<bool>(),
        any::<bool>(),
    );
    (
        (
            prop::bool::weighted(0.8),
            prop::bool::weighted(0.2),
            any::<bool>(),
            any::<bool>(),
        ),
        prop::collection::vec(prop::bool::weighted(0.2), COLUMNS),
        prop::collection::vec(prop::option::of(column_spec()), COLUMNS),
        prop::collection::vec(prop::option::weighted(0.4, any::<bool>()), TABLES),
        prop::collection::vec(index, 0..3),
        prop::option::of(0..COLUMNS),
    )
        .prop_map(
            |(
                (present, renamed, composite_key, search),
                renamed_columns,
                columns,
                references,
                indexes,
                checked,
            )| {
                TableSpec {
                    present,
                    renamed,
                    renamed_columns,
                    columns,
                    references,
                    composite_key,
                    indexes,
                    checked,
                    search,
                }
            },
        )
}

pub(super) fn schema_spec() -> impl Strategy<Value = Vec<TableSpec>> {
    prop::collection::vec(table_spec(), TABLES)
}

/// Names: those of the second schema may be other ones.
#[derive(Clone, Copy)]
pub(super) struct Names<'a> {
    pub(super) specs: &'a [TableSpec],
    pub(super) second: bool,
}

impl Names<'_> {
    pub(super) fn table(&self, at: usize) -> String {
        let renamed = self.second && self.specs[at].renamed;
        format!("t{at}{}", if renamed { "_new" } else { "" })
    }
    pub(super) fn column(&self, table: usize, at: usize) -> String {
        let renamed = self.second && self.specs[table].renamed_columns[at];
        format!("c{at}{}", if renamed { "_new" } else { "" })
    }
}

pub(super) fn default_of(kind: ColumnType) -> Value {
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

pub(super) fn kind_of(at: usize, spec: &ColumnSpec) -> ColumnType {
    match at {
        0 => ColumnType::Integer,
        1 => ColumnType::Text,
        _ => spec.kind,
    }
}

pub(super) fn write_column(at: usize, spec: &ColumnSpec, name: String, before: String) -> Column {
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
pub(super) fn write(specs: &[TableSpec], own: Names<'_>, before: Names<'_>) -> Schema {
    let mut models = Vec::new();
    let has_plain_key = |at: usize| !(specs[at].composite_key && not_null(&specs[at], 0));
    for (table, spec) in specs.iter().enumerate().filter(|(_, spec)| spec.present) {
        let mut columns = Vec::new();
        for (at, column) in spec.columns.iter().enumerate() {
            if let Some(column) = column {
                columns.push(write_column(
                    at,
                    column,
                    own.column(table, at),
                    before.column(table, at),
                ));
            }
        }
        for (target, reference) in spec.references.iter().enumerate() {
            let (true, Some(enforced)) = (specs[target].present, reference) else {
                continue;
            };
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
            let Some(first) = columns.first().copied() else {
                continue;
            };
            let unique = *unique && columns.iter().all(|at| *at < 2);
            let names: Vec<String> = columns.iter().map(|at| own.column(table, *at)).collect();
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            let condition = format!("{} IS NOT NULL", own.column(table, first));
            let condition = partial.then_some(condition.as_str());
            model = model.index(&format!("t{table}_i{number}"), &names, unique, condition);
        }
        if let Some(at) = spec.checked.filter(|at| spec.columns[*at].is_some()) {
            let name = own.column(table, at);
            model = model.check(
                "some_check",
                &format!("{name} IS NULL OR length({name}) >= 0"),
            );
        }
        let texts = spec.columns.iter().enumerate().filter(|(at, column)| {
            column
                .as_ref()
                .is_some_and(|column| kind_of(*at, column) == ColumnType::Text)
        });
        let texts: Vec<String> = texts.map(|(at, _)| own.column(table, at)).collect();
        if spec.search && !texts.is_empty() {
            model.full_text = Some(FullText {
                columns: texts,
                tokenizer: String::new(),
            });
        }
        models.push(model);
    }
    schema(models)
}

pub(super) fn not_null(spec: &TableSpec, at: usize) -> bool {
    spec.columns[at]
        .as_ref()
        .is_some_and(|column| !column.nullable)
}
