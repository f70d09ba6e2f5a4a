//! The bindings' types to the renderer's, and its errors back.

use wasgi_renderer as renderer;

use super::{Rows, Source, wit};
use crate::orm::schema::ColumnType;
use crate::templates::{Error, Report};

pub(super) fn source(source: &Source) -> renderer::Source {
    match source {
        Source::Template(name) => renderer::Source::Template(name.clone()),
        Source::Block((name, block)) => renderer::Source::Block(name.clone(), block.clone()),
        Source::Text(text) => renderer::Source::Text(text.clone()),
    }
}

pub(super) fn rows(queries: Vec<Rows>) -> Vec<renderer::Rows> {
    let queries = queries.into_iter().map(|query| renderer::Rows {
        rows: query.rows.0.rows,
        related: query.rows.0.related,
        extent: match query.extent {
            wit::Extent::All => renderer::Extent::All,
            wit::Extent::First => renderer::Extent::First,
            wit::Extent::Scalar => renderer::Extent::Scalar,
            wit::Extent::Column => renderer::Extent::Column,
        },
        fields: fields(query.fields),
        relations: query.relations.into_iter().map(relation).collect(),
    });
    queries.collect()
}

fn relation(relation: wit::Relation) -> renderer::Relation {
    renderer::Relation {
        parent: relation.parent,
        key: relation.key,
        name: relation.name,
        many: relation.many,
        fields: fields(relation.fields),
    }
}

fn fields(fields: Vec<wit::Field>) -> Vec<renderer::Field> {
    let fields = fields.into_iter().map(|field| renderer::Field {
        name: field.name,
        kind: field.kind.map(kind),
    });
    fields.collect()
}

fn kind(kind: ColumnType) -> renderer::Kind {
    match kind {
        ColumnType::Boolean => renderer::Kind::Boolean,
        ColumnType::Integer => renderer::Kind::Integer,
        ColumnType::Real => renderer::Kind::Real,
        ColumnType::Text => renderer::Kind::Text,
        ColumnType::Blob => renderer::Kind::Blob,
        ColumnType::Decimal => renderer::Kind::Decimal,
        ColumnType::Uuid => renderer::Kind::Uuid,
        ColumnType::Timestamp => renderer::Kind::Timestamp,
        ColumnType::Date => renderer::Kind::Date,
        ColumnType::Json => renderer::Kind::Json,
    }
}

pub(super) fn error(error: renderer::Error) -> Error {
    match error {
        renderer::Error::UnknownTemplate(which) => Error::UnknownTemplate(which),
        renderer::Error::UnknownBlock(which) => Error::UnknownBlock(which),
        renderer::Error::Syntax(of) => Error::Syntax(report(*of)),
        renderer::Error::Rendering(of) => Error::Rendering(report(*of)),
        renderer::Error::Quota(which) => Error::Quota(which),
        renderer::Error::Invalid(what) => Error::Invalid(what),
        // The double takes every piece.
        renderer::Error::Stopped => Error::Invalid(error.to_string()),
    }
}

fn report(report: renderer::Report) -> Box<Report> {
    Box::new(Report {
        message: report.message,
        template: report.template,
        line: report.line,
        column: report.column,
        source_line: report.source_line,
        chain: report.chain,
        text: report.text,
    })
}
