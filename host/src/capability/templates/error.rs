//! What a rendering ends in: a typed error, or the host's own fault.

use wasmtime::component::ResourceTableError;

use super::bindings::wasgi::app::templates as wit;
use super::renderer::bindings::exports::wasgi::renderer::engine;

/// Why nothing was rendered.
#[derive(Debug, thiserror::Error)]
pub enum TemplatesError {
    /// For the guest.
    #[error("{0:?}")]
    Guest(Box<wit::Error>),
    /// The host is at fault, or the guest used a handle it has not; the guest traps.
    #[error("templates failed in the host")]
    Host(#[source] wasmtime::Error),
}

impl TemplatesError {
    pub(super) fn guest(error: wit::Error) -> Self {
        Self::Guest(Box::new(error))
    }

    pub(super) fn quota(what: impl Into<String>) -> Self {
        Self::guest(wit::Error::Quota(what.into()))
    }

    /// Returns one line, and the whole story for the log.
    pub fn story(&self) -> (String, String) {
        use wit::Error;
        let error = match self {
            Self::Host(error) => return (self.to_string(), format!("{error:?}")),
            Self::Guest(error) => &**error,
        };
        let line = match error {
            Error::Syntax(report) | Error::Rendering(report) => {
                return (report.message.clone(), report.text.clone());
            }
            Error::UnknownTemplate(what) | Error::UnknownBlock(what) => what.clone(),
            Error::Quota(what) | Error::Invalid(what) => what.clone(),
            Error::Timeout => "rendering took longer than it may".into(),
            Error::NoTemplates => "the app has no templates".into(),
        };
        (line.clone(), line)
    }

    pub(super) fn into_wit(self) -> wasmtime::Result<wit::Error> {
        match self {
            Self::Guest(error) => Ok(*error),
            Self::Host(error) => Err(error),
        }
    }
}

impl From<wasmtime::Error> for TemplatesError {
    fn from(error: wasmtime::Error) -> Self {
        Self::Host(error)
    }
}

impl From<ResourceTableError> for TemplatesError {
    fn from(error: ResourceTableError) -> Self {
        Self::Host(error.into())
    }
}

impl From<engine::Error> for TemplatesError {
    fn from(error: engine::Error) -> Self {
        Self::guest(match error {
            engine::Error::UnknownTemplate(what) => wit::Error::UnknownTemplate(what),
            engine::Error::UnknownBlock(what) => wit::Error::UnknownBlock(what),
            engine::Error::Syntax(report) => wit::Error::Syntax(report.into()),
            engine::Error::Rendering(report) => wit::Error::Rendering(report.into()),
            engine::Error::Quota(what) => wit::Error::Quota(what),
            engine::Error::Invalid(what) => wit::Error::Invalid(what),
            engine::Error::Stopped => wit::Error::Invalid("nobody took the page".into()),
        })
    }
}

impl From<engine::Report> for wit::Report {
    fn from(report: engine::Report) -> Self {
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
