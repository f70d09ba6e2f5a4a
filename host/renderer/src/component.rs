//! The exports of the component (`wit/renderer.wit`): converts, calls, converts back.

#![allow(missing_docs, unreachable_pub, unsafe_code, unused_qualifications)]

use std::cell::RefCell;

use crate::{Engine, Error, Extent, Field, File, Kind, Relation, Report, Rows, Settings, Source};
use exports::wasgi::renderer::engine as wit;
use wasgi::renderer::output;

wit_bindgen::generate!({
    path: "wit",
    world: "renderer",
});

thread_local! {
    /// What `load` made. An instance is called by one at a time.
    static ENGINE: RefCell<Option<Engine>> = const { RefCell::new(None) };
}

struct Component;

export!(Component);

impl wit::Guest for Component {
    fn load(files: Vec<wit::File>, settings: wit::Settings) -> Result<(), wit::Error> {
        let files = files.into_iter().map(|file| File {
            name: file.name,
            source: file.source,
        });
        let settings = Settings {
            max_output: settings.max_output,
            max_depth: settings.max_depth,
            urls: settings.urls.into_iter().collect(),
            static_url: settings.static_url,
        };
        let engine = Engine::new(files.collect(), settings)?;
        ENGINE.set(Some(engine));
        Ok(())
    }

    fn render(
        source: wit::Source,
        context: Vec<u8>,
        queries: Vec<wit::Rows>,
        pieces: bool,
    ) -> Result<Vec<u8>, wit::Error> {
        let source = match source {
            wit::Source::Template(name) => Source::Template(name),
            wit::Source::Block((name, block)) => Source::Block(name, block),
            wit::Source::Text(text) => Source::Text(text),
        };
        let queries: Vec<Rows> = queries.into_iter().map(Rows::from).collect();
        ENGINE
            .with_borrow(|engine| {
                let engine = engine
                    .as_ref()
                    .ok_or_else(|| Error::Invalid("`load` comes before `render`".into()))?;
                if pieces {
                    engine.render_pieces(&source, &context, &queries, &mut output::write)
                } else {
                    engine.render_whole(&source, &context, &queries)
                }
            })
            .map_err(wit::Error::from)
    }
}

impl From<wit::Kind> for Kind {
    fn from(kind: wit::Kind) -> Self {
        match kind {
            wit::Kind::Boolean => Self::Boolean,
            wit::Kind::Integer => Self::Integer,
            wit::Kind::Real => Self::Real,
            wit::Kind::Text => Self::Text,
            wit::Kind::Blob => Self::Blob,
            wit::Kind::Decimal => Self::Decimal,
            wit::Kind::Uuid => Self::Uuid,
            wit::Kind::Timestamp => Self::Timestamp,
            wit::Kind::Date => Self::Date,
            wit::Kind::Json => Self::Json,
        }
    }
}

fn fields(fields: Vec<wit::Field>) -> Vec<Field> {
    let field = |field: wit::Field| Field {
        name: field.name,
        kind: field.kind.map(Kind::from),
    };
    fields.into_iter().map(field).collect()
}

impl From<wit::Rows> for Rows {
    fn from(rows: wit::Rows) -> Self {
        let relation = |relation: wit::Relation| Relation {
            parent: relation.parent,
            key: relation.key,
            name: relation.name,
            many: relation.many,
            fields: fields(relation.fields),
        };
        Self {
            rows: rows.rows,
            related: rows.related,
            extent: match rows.extent {
                wit::Extent::All => Extent::All,
                wit::Extent::First => Extent::First,
                wit::Extent::Scalar => Extent::Scalar,
                wit::Extent::Column => Extent::Column,
            },
            fields: fields(rows.fields),
            relations: rows.relations.into_iter().map(relation).collect(),
        }
    }
}

impl From<Report> for wit::Report {
    fn from(report: Report) -> Self {
        Self {
            message: report.message,
            template: report.template,
            line: report.line,
            column: report.column,
            source_line: report.source_line,
            chain: report.chain,
            text: report.text,
        }
    }
}

impl From<Error> for wit::Error {
    fn from(error: Error) -> Self {
        match error {
            Error::UnknownTemplate(what) => Self::UnknownTemplate(what),
            Error::UnknownBlock(what) => Self::UnknownBlock(what),
            Error::Syntax(report) => Self::Syntax((*report).into()),
            Error::Rendering(report) => Self::Rendering((*report).into()),
            Error::Quota(what) => Self::Quota(what),
            Error::Invalid(what) => Self::Invalid(what),
            Error::Stopped => Self::Stopped,
        }
    }
}
