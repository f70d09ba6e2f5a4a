//! What the app tells the host about its tables: the models, and hand-written steps.

use super::packed::Reader;
use super::value::domain::{self, Domain};
use super::{Encode, Model, Value};
use crate::host::bindings::exports::wasgi::app::models;
use crate::host::bindings::wasgi::app::orm as wit;

pub use wit::{
    Check, Column, ColumnDefault, ColumnType, FullText, Index, IndexColumn, Model as Table,
    Reference, ReferenceAction, Step, Value as Constant,
};

/// The models and hand-written steps of an app: what [`export!`](crate::export) takes
/// beside the app, and the test client as well.
///
/// ```
/// # use wasgi::orm::{Schema, prelude::*};
/// # #[derive(Model)] struct Author { id: i64 }
/// # #[derive(Model)] struct Post { id: i64, slug: String, title: String }
/// fn schema() -> Schema {
///     Schema::new()
///         .model::<Author>()
///         .model::<Post>()
///         .step("slugs are lower case", ["UPDATE post SET slug = lower(slug)"])
/// }
/// # let _ = schema();
/// ```
#[derive(Clone, Debug, Default)]
pub struct Schema {
    models: Vec<Table>,
    steps: Vec<Step>,
}

impl Schema {
    /// Begins with nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a model.
    #[must_use]
    pub fn model<M: Model>(mut self) -> Self {
        self.models.push(M::table());
        self
    }

    /// Adds a step of a migration: statements that run once, after the tables have
    /// changed, in the migration's own transaction. Steps run in the order in which
    /// they are written here; one that ran is never changed again.
    #[must_use]
    pub fn step<S: Into<String>>(mut self, name: &str, sql: impl IntoIterator<Item = S>) -> Self {
        self.steps.push(Step {
            name: name.to_owned(),
            sql: sql.into_iter().map(Into::into).collect(),
        });
        self
    }

    #[doc(hidden)]
    pub fn into_wit(self) -> models::Schema {
        models::Schema {
            models: self.models,
            steps: self.steps,
        }
    }
}

/// Returns a column of type `T` without anything special.
#[doc(hidden)]
pub fn column<T: Value>(name: &str) -> Column {
    Column {
        name: name.to_owned(),
        kind: <T::Domain as Domain>::KIND,
        nullable: T::NULLABLE,
        unique: false,
        default: None,
        references: T::target().map(|(table, column)| reference(table, column)),
        collation: wit::Collation::Binary,
        renamed_from: None,
        fill: None,
    }
}

#[doc(hidden)]
impl Column {
    pub fn unique(mut self) -> Self {
        self.unique = true;
        self
    }

    pub fn nocase<T: Value<Domain = domain::Text>>(mut self) -> Self {
        self.collation = wit::Collation::Nocase;
        self
    }

    pub fn renamed_from(mut self, name: &str) -> Self {
        self.renamed_from = Some(name.to_owned());
        self
    }

    pub fn fill(mut self, sql: &str) -> Self {
        self.fill = Some(sql.to_owned());
        self
    }

    pub fn default_now<T: Value<Domain: Moment>>(mut self) -> Self {
        self.default = Some(ColumnDefault::Now);
        self
    }

    /// Sets a default for a column of type `T`.
    pub fn default_value<T, E>(mut self, value: E) -> Self
    where
        T: Value,
        E: Encode<Domain = T::Domain>,
    {
        let mut packed = Vec::new();
        value.encode(&mut packed);
        self.default = Some(ColumnDefault::Constant(constant(self.kind, &packed)));
        self
    }

    pub fn references<T, S, U>(mut self, column: super::Column<S, U>) -> Self
    where
        T: Value,
        S: Model,
        U: Value<Domain = T::Domain>,
    {
        self.references = Some(reference(S::TABLE, column.name()));
        self
    }

    pub fn on_delete(mut self, action: ReferenceAction) -> Self {
        if let Some(reference) = &mut self.references {
            reference.on_delete = action;
        }
        self
    }

    pub fn on_update(mut self, action: ReferenceAction) -> Self {
        if let Some(reference) = &mut self.references {
            reference.on_update = action;
        }
        self
    }
}

/// Types of columns that can begin with the present.
#[diagnostic::on_unimplemented(message = "only timestamps and dates can be `default = now`")]
#[doc(hidden)]
pub trait Moment {}

impl Moment for domain::Timestamp {}
impl Moment for domain::Date {}

fn reference(table: &str, column: &str) -> Reference {
    Reference {
        table: table.to_owned(),
        column: column.to_owned(),
        on_delete: ReferenceAction::NoAction,
        on_update: ReferenceAction::NoAction,
    }
}

/// Makes a constant of a packed value.
fn constant(kind: ColumnType, packed: &[u8]) -> wit::Value {
    let mut reader = Reader::new(packed);
    if reader.null() {
        return wit::Value::Null;
    }
    let text = |mut reader: Reader<'_>| reader.text().unwrap_or_default().to_owned();
    let integer = |mut reader: Reader<'_>| reader.integer().unwrap_or_default();
    match kind {
        ColumnType::Boolean => wit::Value::Boolean(integer(reader) != 0),
        ColumnType::Integer => wit::Value::Integer(integer(reader)),
        ColumnType::Real => wit::Value::Real(reader.real().unwrap_or_default()),
        ColumnType::Text => wit::Value::Text(text(reader)),
        ColumnType::Blob => wit::Value::Blob(reader.blob().unwrap_or_default().to_vec()),
        ColumnType::Decimal => wit::Value::Decimal(text(reader)),
        ColumnType::Uuid => {
            let bytes = reader.blob().unwrap_or_default();
            let (high, low) = bytes.split_at_checked(8).unwrap_or_default();
            let half = |bytes: &[u8]| u64::from_be_bytes(bytes.try_into().unwrap_or_default());
            wit::Value::Uuid((half(high), half(low)))
        }
        ColumnType::Timestamp => wit::Value::Timestamp(integer(reader)),
        ColumnType::Date => wit::Value::Date(text(reader)),
        ColumnType::Json => wit::Value::Json(text(reader)),
    }
}
