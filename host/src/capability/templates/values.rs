//! Rows of the database, as the renderer takes them.

use wasmtime::component::ResourceTable;

use super::bindings::wasgi::app::templates as wit;
use super::error::TemplatesError;
use super::renderer::bindings::exports::wasgi::renderer::engine;

/// Takes held rows out of the guest's table.
pub(super) fn rows(
    query: wit::QueryRows,
    table: &mut ResourceTable,
) -> Result<engine::Rows, TemplatesError> {
    let held = table.delete(query.rows)?;
    Ok(engine::Rows {
        rows: held.rows,
        related: held.related,
        extent: match query.extent {
            wit::Extent::All => engine::Extent::All,
            wit::Extent::First => engine::Extent::First,
            wit::Extent::Scalar => engine::Extent::Scalar,
            wit::Extent::Column => engine::Extent::Column,
        },
        fields: query.fields.into_iter().map(Into::into).collect(),
        relations: query.relations.into_iter().map(Into::into).collect(),
    })
}

impl From<wit::Field> for engine::Field {
    fn from(field: wit::Field) -> Self {
        Self {
            name: field.name,
            kind: field.kind.map(Into::into),
        }
    }
}

impl From<wit::Relation> for engine::Relation {
    fn from(relation: wit::Relation) -> Self {
        Self {
            parent: relation.parent,
            key: relation.key,
            name: relation.name,
            many: relation.many,
            fields: relation.fields.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<wit::ColumnType> for engine::Kind {
    fn from(kind: wit::ColumnType) -> Self {
        match kind {
            wit::ColumnType::Boolean => Self::Boolean,
            wit::ColumnType::Integer => Self::Integer,
            wit::ColumnType::Real => Self::Real,
            wit::ColumnType::Text => Self::Text,
            wit::ColumnType::Blob => Self::Blob,
            wit::ColumnType::Decimal => Self::Decimal,
            wit::ColumnType::Uuid => Self::Uuid,
            wit::ColumnType::Timestamp => Self::Timestamp,
            wit::ColumnType::Date => Self::Date,
            wit::ColumnType::Json => Self::Json,
        }
    }
}
