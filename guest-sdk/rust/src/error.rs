//! What an application returns where Python raises.

use std::fmt::{self, Write as _};
use std::io;

use crate::{InputError, Status, orm, templates};

/// A result whose error is an application's.
pub type Result<T, E = Error> = std::result::Result<T, E>;

type Source = Box<dyn std::error::Error + Send + Sync + 'static>;

/// An application's error: a status, a text for the client, and a cause for the log.
///
/// Any [`std::error::Error`] becomes one by `?`: status 500, of which the client
/// sees only the status and the log the whole chain of causes. An error that is
/// the client's fault is made with [`Error::new`] and shown to it.
///
/// ```
/// use wasgi::{Error, Result, Status};
///
/// fn parse(age: &str) -> Result<u8> {
///     age.parse().map_err(|_| Error::new(Status::BAD_REQUEST, "age is a number up to 255"))
/// }
///
/// assert_eq!(parse("old").unwrap_err().status(), 400);
/// ```
pub struct Error(Box<Inner>);

struct Inner {
    status: Status,
    /// What the client may read; none where it is told the status alone.
    message: Option<String>,
    headers: Vec<(String, String)>,
    source: Option<(&'static str, Source)>,
    context: Vec<String>,
}

impl Error {
    /// Makes an error whose text is shown to the client.
    pub fn new(status: impl Into<Status>, message: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            status: status.into(),
            message: Some(message.into()),
            headers: Vec::new(),
            source: None,
            context: Vec::new(),
        }))
    }

    /// Makes a 500 whose text is for the log alone.
    pub fn internal(message: impl Into<String>) -> Self {
        let mut error = Self::new(Status::INTERNAL_SERVER_ERROR, "");
        error.0.message = None;
        error.0.context.push(message.into());
        error
    }

    /// Makes a 404 whose text is shown to the client.
    pub fn not_found(message: impl Into<String>) -> Self {
        Self::new(Status::NOT_FOUND, message)
    }

    /// Makes a 400 whose text is shown to the client.
    pub fn bad_request(message: impl Into<String>) -> Self {
        Self::new(Status::BAD_REQUEST, message)
    }

    /// Adds what was being done, for the log.
    #[must_use]
    pub fn context(mut self, doing: impl Into<String>) -> Self {
        self.0.context.push(doing.into());
        self
    }

    /// Adds a header to the error's response, for instance `Retry-After`.
    #[must_use]
    pub fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.0.headers.push((name.to_owned(), value.into()));
        self
    }

    /// Adds the cause, for the log.
    #[must_use]
    pub fn source<E>(mut self, source: E) -> Self
    where
        E: std::error::Error + Send + Sync + 'static,
    {
        self.0.source = Some((std::any::type_name::<E>(), Box::new(source)));
        self
    }

    /// Returns the status of the error's response.
    pub fn status(&self) -> Status {
        self.0.status
    }

    /// Returns the text that the client may read.
    pub fn message(&self) -> Option<&str> {
        self.0.message.as_deref()
    }

    /// Returns the headers of the error's response.
    pub fn headers(&self) -> &[(String, String)] {
        &self.0.headers
    }

    /// Returns the cause as the type it had, where it was this one.
    pub fn downcast_ref<E: std::error::Error + 'static>(&self) -> Option<&E> {
        self.0.source.as_ref()?.1.downcast_ref()
    }

    /// Returns one line: the type and message of what went wrong.
    pub fn summary(&self) -> String {
        let mut line = match (&self.0.source, &self.0.message, self.0.context.first()) {
            (Some((name, source)), _, _) => match source.downcast_ref::<templates::Error>() {
                Some(error) => format!("{name}: {}", error.summary()),
                None => format!("{name}: {source}"),
            },
            (None, Some(message), _) => format!("{}: {message}", self.0.status),
            (None, None, Some(context)) => context.clone(),
            (None, None, None) => self.0.status.to_string(),
        };
        if line.contains(['\r', '\n']) {
            line = line.replace("\r\n", " ").replace(['\r', '\n'], " ");
        }
        line
    }

    /// Returns the whole story for the log: the summary, what was being done, and
    /// the chain of causes.
    pub fn detail(&self) -> String {
        let summary = self.summary();
        let source = self.0.source.as_ref();
        let template = source.and_then(|(_, source)| source.downcast_ref::<templates::Error>());
        let mut story = match template.and_then(templates::Error::report) {
            Some(report) => report.to_string(),
            None => summary.clone(),
        };
        for doing in &self.0.context {
            if *doing != summary {
                write!(story, "\nwhile: {doing}").ok();
            }
        }
        if let (Some(_), Some(message)) = (source, &self.0.message) {
            write!(story, "\nanswered: {}: {message}", self.0.status).ok();
        }
        let mut cause = source.and_then(|(_, source)| source.source());
        while let Some(error) = cause {
            write!(story, "\ncaused by: {error}").ok();
            cause = error.source();
        }
        story
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.summary())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.detail())
    }
}

/// Every standard error is a 500, except what went wrong with reading the
/// request body, and what [`orm::Error`] says about rows: of these
/// the status tells the client.
impl<E> From<E> for Error
where
    E: std::error::Error + Send + Sync + 'static,
{
    fn from(error: E) -> Self {
        if let Some((status, message)) = row_error(&error).and_then(orm::Error::response) {
            return Self::new(status, message).source(error);
        }
        match input_error(&error) {
            Some(input) => {
                let status = match input {
                    InputError::Disconnected | InputError::Malformed => Status::BAD_REQUEST,
                    InputError::TooLarge => Status::CONTENT_TOO_LARGE,
                    InputError::Timeout => Status::REQUEST_TIMEOUT,
                };
                Self::new(status, input.to_string()).source(error)
            }
            None => {
                let mut made = Self::internal("").source(error);
                made.0.context.clear();
                made
            }
        }
    }
}

/// Finds what went wrong with rows, also in a page.
fn row_error<'a>(error: &'a (dyn std::error::Error + 'static)) -> Option<&'a orm::Error> {
    match error.downcast_ref() {
        Some(templates::Error::Query { error, .. }) => Some(error),
        _ => error.downcast_ref(),
    }
}

/// Finds what went wrong with the request body, also inside an [`io::Error`].
fn input_error(error: &(dyn std::error::Error + 'static)) -> Option<InputError> {
    if let Some(input) = error.downcast_ref::<InputError>() {
        return Some(*input);
    }
    let inner = error.downcast_ref::<io::Error>()?.get_ref()?;
    inner.downcast_ref::<InputError>().copied()
}
