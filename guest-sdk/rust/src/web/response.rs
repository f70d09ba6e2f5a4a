//! A response before it goes to `start_response`.

use super::{Cookie, Headers};
use crate::{Iterable, Result, StartResponse, Status};

/// A status, headers and a body.
///
/// ```
/// # use wasgi::web::Response;
/// # use wasgi::Status;
/// let response = Response::new("gone\n")
///     .with_status(Status::GONE)
///     .with_header("Content-Type", "text/plain");
/// assert_eq!(response.status, 410);
/// ```
#[derive(Debug)]
pub struct Response {
    /// The status. Default 200.
    pub status: Status,
    /// The headers.
    pub headers: Headers,
    /// The body.
    pub body: Iterable,
}

impl Response {
    /// Makes a 200 with a body of one chunk, and without headers.
    pub fn new(body: impl Into<Vec<u8>>) -> Self {
        Self::of(Iterable::whole(body))
    }

    /// Makes a 200 with any body, and without headers.
    pub fn of(body: Iterable) -> Self {
        Self {
            status: Status::OK,
            headers: Headers::new(),
            body,
        }
    }

    /// Sets the status.
    #[must_use]
    pub fn with_status(mut self, status: impl Into<Status>) -> Self {
        self.status = status.into();
        self
    }

    /// Sets a header, in place of others of its name.
    #[must_use]
    pub fn with_header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.set(name, value);
        self
    }

    /// Sets a cookie.
    #[must_use]
    pub fn with_cookie(mut self, cookie: &Cookie) -> Self {
        self.headers.append("Set-Cookie", cookie.to_string());
        self
    }

    /// Calls `start_response` and returns the body.
    pub(super) fn start(self, start_response: &StartResponse) -> Result<Iterable> {
        let headers: Vec<_> = self.headers.iter().collect();
        let formatted;
        let status = match self.status.line() {
            Some(line) => line,
            None => {
                formatted = self.status.to_string();
                &formatted
            }
        };
        start_response.call(status, &headers, None)?;
        Ok(self.body)
    }
}
