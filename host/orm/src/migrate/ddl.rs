//! Models to `CREATE` statements.
//!
//! # Invariants
//!
//! - The text depends on the model alone, and names are always in quotes.
//! - What is written here is in every database: a database made by an older version
//!   that wrote something else drifts. Whoever changes it changes the format of files.

use crate::error::Result;
use crate::schema::{
    Check, Collation, Column, ColumnDefault, Index, Model, Reference, ReferenceAction, Schema,
    full_text_table,
};
use crate::value::{ColumnType, Value};

use super::literal;

/// Bytes of full text in a row, and of words that FTS5 keeps in memory before it writes
/// them: it reads a row in one go, at up to a microsecond for a byte, and nobody can stop
/// it meanwhile.
const SEARCHED: usize = 128 << 10;

/// Returns a name in quotes.
pub(crate) fn quote(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// Returns names in quotes, with commas.
pub(crate) fn quote_all<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let names: Vec<String> = names.into_iter().map(quote).collect();
    names.join(", ")
}

/// Returns all statements of a schema, its steps not counted.
pub(crate) fn create(schema: &Schema) -> Result<Vec<String>> {
    let mut statements = Vec::new();
    for model in &schema.models {
        statements.push(create_table(model, &model.table)?);
        for index in &model.indexes {
            statements.push(create_index(&model.table, index));
        }
        statements.extend(create_full_text(model));
    }
    Ok(statements)
}

/// Returns `CREATE TABLE`, under a name that may be a passing one.
pub(crate) fn create_table(model: &Model, name: &str) -> Result<String> {
    let mut parts = Vec::new();
    for column in &model.columns {
        parts.push(column_definition(model, column)?);
    }
    if !model.has_rowid_key() {
        let key = quote_all(model.primary_key.iter().map(String::as_str));
        parts.push(format!("PRIMARY KEY ({key})"));
    }
    parts.extend(model.checks.iter().map(check));
    let body = parts.join(",\n  ");
    Ok(format!(
        "CREATE TABLE {} (\n  {body}\n) STRICT",
        quote(name)
    ))
}

fn check(check: &Check) -> String {
    format!(
        "CONSTRAINT {} CHECK ({})",
        quote(&check.name),
        check.condition
    )
}

/// Returns a column as it stands in `CREATE TABLE` and `ADD COLUMN`.
pub(crate) fn column_definition(model: &Model, column: &Column) -> Result<String> {
    let name = quote(&column.name);
    let mut text = format!("{name} {}", column.kind.storage());
    let alone = matches!(model.primary_key.as_slice(), [key] if *key == column.name);
    if alone && model.has_rowid_key() {
        text.push_str(" PRIMARY KEY");
    } else {
        if !column.nullable {
            text.push_str(" NOT NULL");
        }
        if column.unique && !alone {
            text.push_str(" UNIQUE");
        }
    }
    if let Some(value) = default(column)? {
        text.push_str(" DEFAULT ");
        text.push_str(&value);
    }
    match collation(column) {
        "BINARY" => {}
        collation => {
            text.push_str(" COLLATE ");
            text.push_str(collation);
        }
    }
    match column.kind {
        ColumnType::Boolean => text.push_str(&format!(" CHECK ({name} IN (0, 1))")),
        ColumnType::Json => text.push_str(&format!(" CHECK (json_valid({name}))")),
        _ => {}
    }
    if let Some(reference) = &column.references {
        text.push_str(&references(reference));
    }
    Ok(text)
}

/// Returns how a column's values are compared.
pub(crate) fn collation(column: &Column) -> &'static str {
    match (column.kind, column.collation) {
        (ColumnType::Decimal, _) => "decimal",
        (_, Collation::Nocase) => "NOCASE",
        (_, Collation::Binary) => "BINARY",
    }
}

fn references(reference: &Reference) -> String {
    format!(
        " REFERENCES {} ({}) ON DELETE {} ON UPDATE {}",
        quote(&reference.table),
        quote(&reference.column),
        action(reference.on_delete),
        action(reference.on_update),
    )
}

fn action(action: ReferenceAction) -> &'static str {
    match action {
        ReferenceAction::NoAction => "NO ACTION",
        ReferenceAction::Restrict => "RESTRICT",
        ReferenceAction::Cascade => "CASCADE",
        ReferenceAction::SetNull => "SET NULL",
        ReferenceAction::SetDefault => "SET DEFAULT",
    }
}

/// Returns a column's default as SQL; none where it is null.
pub(crate) fn default(column: &Column) -> Result<Option<String>> {
    Ok(match &column.default {
        None | Some(ColumnDefault::Constant(Value::Null)) => None,
        Some(ColumnDefault::Constant(value)) => Some(literal::literal((&value.stored()?).into())),
        Some(ColumnDefault::Now) if column.kind == ColumnType::Date => Some("(date('now'))".into()),
        Some(ColumnDefault::Now) => Some("(CAST(unixepoch('subsec') * 1000000 AS INTEGER))".into()),
    })
}

/// Returns `CREATE INDEX`.
pub(crate) fn create_index(table: &str, index: &Index) -> String {
    let columns: Vec<String> = index
        .columns
        .iter()
        .map(|column| match column.descending {
            true => format!("{} DESC", quote(&column.name)),
            false => quote(&column.name),
        })
        .collect();
    let unique = if index.unique { "UNIQUE " } else { "" };
    let mut text = format!(
        "CREATE {unique}INDEX {} ON {} ({})",
        quote(&index.name),
        quote(table),
        columns.join(", ")
    );
    if let Some(condition) = &index.condition {
        text.push_str(&format!(" WHERE ({condition})"));
    }
    text
}

/// Returns the names of the triggers that keep a full-text search current.
pub(crate) fn full_text_triggers(table: &str) -> [String; 3] {
    ["insert", "delete", "update"].map(|when| format!("{}_{when}", full_text_table(table)))
}

/// Returns the FTS5 table and the triggers that keep it current.
pub(crate) fn create_full_text(model: &Model) -> Vec<String> {
    let Some(search) = &model.full_text else {
        return Vec::new();
    };
    let table = quote(&model.table);
    let fts = quote(&model.full_text_table());
    let names = || search.columns.iter().map(String::as_str);
    let columns = quote_all(names());
    let values = |row: &str| {
        let values: Vec<String> = names()
            .map(|name| format!("{row}.{}", quote(name)))
            .collect();
        values.join(", ")
    };
    let mut options = format!(
        "content={}, content_rowid='rowid'",
        literal::text(&model.table)
    );
    if !search.tokenizer.is_empty() {
        options.push_str(&format!(", tokenize={}", literal::text(&search.tokenizer)));
    }
    let add = format!(
        "INSERT INTO {fts} (rowid, {columns}) VALUES (new.rowid, {});",
        values("new")
    );
    let bytes: Vec<String> = names()
        .map(quote)
        .map(|name| format!("coalesce(octet_length(new.{name}), 0)"))
        .collect();
    let bound = format!(
        "SELECT RAISE(ABORT, {}) WHERE {} > {SEARCHED};",
        literal::text(&format!(
            "full text: the columns that are searched have at most {SEARCHED} bytes in a row; \
             shorten them, or search fewer columns"
        )),
        bytes.join(" + ")
    );
    // Of an external table FTS5 forgets a row only if it is told what it said.
    let remove = format!(
        "INSERT INTO {fts} ({fts}, rowid, {columns}) VALUES ('delete', old.rowid, {});",
        values("old")
    );
    let changed: Vec<String> = names()
        .map(quote)
        .map(|name| format!("old.{name} COLLATE BINARY IS NOT new.{name}"))
        .collect();
    let [insert, delete, update] = full_text_triggers(&model.table).map(|name| quote(&name));
    vec![
        format!("CREATE VIRTUAL TABLE {fts} USING fts5({columns}, {options})"),
        format!("INSERT INTO {fts} ({fts}, rank) VALUES ('hashsize', {SEARCHED})"),
        format!("CREATE TRIGGER {insert} AFTER INSERT ON {table} BEGIN {bound} {add} END"),
        format!("CREATE TRIGGER {delete} AFTER DELETE ON {table} BEGIN {remove} END"),
        format!(
            "CREATE TRIGGER {update} AFTER UPDATE ON {table} WHEN old.rowid <> new.rowid OR {} \
             BEGIN {bound} {remove} {add} END",
            changed.join(" OR ")
        ),
    ]
}

/// Returns what fills a new full-text search from its table.
pub(crate) fn fill_full_text(table: &str) -> String {
    let fts = quote(&full_text_table(table));
    format!("INSERT INTO {fts} ({fts}) VALUES ('rebuild')")
}

/// Returns what drops a full-text search.
pub(crate) fn drop_full_text(table: &str) -> Vec<String> {
    let mut statements: Vec<String> = full_text_triggers(table)
        .iter()
        .map(|name| format!("DROP TRIGGER {}", quote(name)))
        .collect();
    statements.push(format!("DROP TABLE {}", quote(&full_text_table(table))));
    statements
}
