//! The host's templates, behind the types of this crate.

use super::bindings::wasgi::app::templates as wit;
use crate::orm::query::Shown;
use crate::templates::{Error, Report};

pub(crate) use wit::Source;

/// Rows of a query, which the host keeps.
pub(crate) type Rows = Shown;

/// What the host is rendering.
pub(crate) struct Page(pub(super) wit::Page);

impl Page {
    pub(crate) fn read(&self) -> Result<Option<Vec<u8>>, Error> {
        self.0.read().map_err(error)
    }
}

pub(crate) fn render(source: &Source, context: &[u8], queries: Vec<Rows>) -> Result<String, Error> {
    wit::render(source, context, lent(queries)).map_err(error)
}

pub(crate) fn render_page(
    source: &Source,
    context: &[u8],
    queries: Vec<Rows>,
) -> Result<Page, Error> {
    let page = wit::render_page(source, context, lent(queries));
    page.map(Page).map_err(error)
}

fn lent(queries: Vec<Rows>) -> Vec<wit::QueryRows> {
    let queries = queries.into_iter().map(|query| wit::QueryRows {
        rows: query.rows,
        extent: query.extent,
        fields: query.fields,
        relations: query.relations,
    });
    queries.collect()
}

fn error(error: wit::Error) -> Error {
    match error {
        wit::Error::UnknownTemplate(which) => Error::UnknownTemplate(which),
        wit::Error::UnknownBlock(which) => Error::UnknownBlock(which),
        wit::Error::Syntax(of) => Error::Syntax(report(of)),
        wit::Error::Rendering(of) => Error::Rendering(report(of)),
        wit::Error::Quota(which) => Error::Quota(which),
        wit::Error::Timeout => Error::Timeout,
        wit::Error::Invalid(what) => Error::Invalid(what),
        wit::Error::NoTemplates => Error::NoTemplates,
    }
}

fn report(report: wit::Report) -> Box<Report> {
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
