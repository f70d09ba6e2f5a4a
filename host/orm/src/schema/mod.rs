//! Models as data: what an app exports (`wit/models.wit`), checked, with a digest.

mod validate;

use serde::{Deserialize, Serialize};

pub use validate::validate;

use crate::value::{ColumnType, Value};

/// What a column holds when a row is inserted without it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "kind", content = "value")]
pub enum ColumnDefault {
    /// This.
    Constant(Value),
    /// The time of the insertion.
    Now,
}

/// What becomes of rows whose referenced row is deleted, or its key changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReferenceAction {
    /// Refused at the end of the statement.
    NoAction,
    /// Refused at once.
    Restrict,
    /// Deleted, or changed, too.
    Cascade,
    /// Set to null.
    SetNull,
    /// Set to the column's default.
    SetDefault,
}

/// A foreign key of one column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Reference {
    /// The table referred to.
    pub table: String,
    /// Its column: the primary key, or unique.
    pub column: String,
    /// When the row there is deleted.
    pub on_delete: ReferenceAction,
    /// When its key is changed.
    pub on_update: ReferenceAction,
}

/// How text is compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Collation {
    /// Byte by byte.
    #[default]
    Binary,
    /// ASCII letters without their case.
    Nocase,
}

/// A column.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// Its type.
    pub kind: ColumnType,
    /// Whether it may be null.
    pub nullable: bool,
    /// Whether no two rows may have the same value.
    pub unique: bool,
    /// Its default.
    pub default: Option<ColumnDefault>,
    /// Its foreign key.
    pub references: Option<Reference>,
    /// How its text is compared.
    pub collation: Collation,
    /// The name it had before.
    pub renamed_from: Option<String>,
    /// An SQL expression over the old row, for existing rows when the column is
    /// added or becomes not-null.
    pub fill: Option<String>,
}

/// A column of an index.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct IndexColumn {
    /// Its name.
    pub name: String,
    /// Whether it is indexed from the largest to the smallest.
    pub descending: bool,
}

/// An index.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Index {
    /// Its name, unique in the database.
    pub name: String,
    /// Its columns.
    pub columns: Vec<IndexColumn>,
    /// Whether no two rows may have the same values.
    pub unique: bool,
    /// An SQL condition: only rows that meet it are in the index.
    pub condition: Option<String>,
}

/// A constraint over one row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Check {
    /// Its name.
    pub name: String,
    /// An SQL expression.
    pub condition: String,
}

/// Full-text search over some text columns.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct FullText {
    /// The columns.
    pub columns: Vec<String>,
    /// FTS5's tokenizer.
    pub tokenizer: String,
}

/// A table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Model {
    /// Its name.
    pub table: String,
    /// Its columns.
    pub columns: Vec<Column>,
    /// The columns of its primary key.
    pub primary_key: Vec<String>,
    /// Its indexes.
    pub indexes: Vec<Index>,
    /// Its checks.
    pub checks: Vec<Check>,
    /// Its full-text search.
    pub full_text: Option<FullText>,
    /// The name it had before.
    pub renamed_from: Option<String>,
}

/// A hand-written migration step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Step {
    /// Its name.
    pub name: String,
    /// Its statements.
    pub sql: Vec<String>,
}

/// What an app works with.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Schema {
    /// Its models.
    pub models: Vec<Model>,
    /// Its hand-written steps, in the order in which they were written.
    pub steps: Vec<Step>,
}

impl Schema {
    /// Tells whether there is nothing to migrate.
    pub fn is_empty(&self) -> bool {
        self.models.is_empty() && self.steps.is_empty()
    }

    /// Returns the BLAKE3 digest of the schema, in hex: equal schemas have equal ones.
    pub fn digest(&self) -> String {
        // A struct of strings and enums always has a JSON text.
        let json = serde_json::to_vec(self).unwrap_or_default();
        blake3::hash(&json).to_hex().to_string()
    }
}

impl Model {
    /// Returns the column of a name.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// Tells whether the primary key is one integer column: SQLite's rowid.
    pub fn has_rowid_key(&self) -> bool {
        matches!(self.primary_key.as_slice(), [name]
            if self.column(name).is_some_and(|column| column.kind == ColumnType::Integer))
    }

    /// Returns the name of its FTS5 table.
    pub fn full_text_table(&self) -> String {
        full_text_table(&self.table)
    }
}

/// How the names of FTS5 tables end.
const FULL_TEXT: &str = "_fts";

/// Returns the name of the FTS5 table beside a table.
pub fn full_text_table(table: &str) -> String {
    format!("{table}{FULL_TEXT}")
}

/// Tells whether a name is that of an FTS5 table.
pub(crate) fn is_full_text(name: &str) -> bool {
    let start = name.len().checked_sub(FULL_TEXT.len());
    let end = start.and_then(|start| name.get(start..));
    end.is_some_and(|end| end.eq_ignore_ascii_case(FULL_TEXT))
}
