//! What can go wrong with a template.

use std::fmt;

use crate::orm;

/// A result of the templates.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What is wrong with a template, and where. Displayed as a terminal shows it, with the
/// source line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Report {
    /// What is wrong.
    pub message: String,
    /// The template's name; empty for a text.
    pub template: String,
    /// Counted from 1; 0 where it is not known.
    pub line: u32,
    /// In characters, counted from 1; 0 where it is not known.
    pub column: u32,
    /// The line itself.
    pub source_line: String,
    /// From whence it was included, called or extended, the nearest first.
    pub chain: Vec<String>,
    /// All of this.
    pub text: String,
}

impl fmt::Display for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

/// What went wrong.
///
/// A web handler passes it on by `?`: the client gets 500, and the whole report is in the
/// log; under `runtime dev` it is also on the page. Errors of queries have the status that
/// [`orm::Error`] says.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// There is no template of this name.
    #[error("{0}")]
    UnknownTemplate(String),
    /// The template has no block of this name.
    #[error("{0}")]
    UnknownBlock(String),
    /// A template that is none.
    #[error("{0}")]
    Syntax(Box<Report>),
    /// A template that cannot be rendered with this context.
    #[error("{0}")]
    Rendering(Box<Report>),
    /// A limit was reached: says which, and the bound.
    #[error("quota: {0}")]
    Quota(String),
    /// Rendering took longer than it may.
    #[error("rendering took longer than it may")]
    Timeout,
    /// The context cannot be given to a template.
    #[error("the context: {0}")]
    Invalid(String),
    /// The app has no templates.
    #[error(
        "the app has no templates: they are files in a folder `templates` beside app.toml, or \
         in the one that `[templates] dir` there names"
    )]
    NoTemplates,
    /// A query in the context failed.
    #[error("the query `{name}`: {error}")]
    Query {
        /// Its name in the context.
        name: String,
        /// What is wrong with it.
        error: orm::Error,
    },
}

impl Error {
    /// Returns what is wrong with a template, and where, of errors that are in one.
    pub fn report(&self) -> Option<&Report> {
        match self {
            Self::Syntax(report) | Self::Rendering(report) => Some(report),
            _ => None,
        }
    }

    /// Returns it in one line.
    pub(crate) fn summary(&self) -> String {
        match self.report() {
            Some(report) if report.template.is_empty() => report.message.clone(),
            Some(report) => format!(
                "{}:{}:{}: {}",
                report.template, report.line, report.column, report.message
            ),
            None => self.to_string(),
        }
    }
}
