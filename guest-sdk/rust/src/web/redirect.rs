//! Redirects.

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use super::{IntoResponse, Response};
use crate::{Result, Status};

/// What RFC 3986 allows nowhere in an address. The percent sign stays, so that
/// what is encoded already is not encoded again.
const FORBIDDEN: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'<')
    .add(b'>')
    .add(b'\\')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// A redirect, to a path or a whole address.
///
/// ```
/// use wasgi::web::{Redirect, Router};
///
/// let app = Router::new().post("/notes", || Redirect::see_other("/"));
/// let response = wasgi::test::Client::new(app).post("/notes", "");
/// assert_eq!(response.status(), 303);
/// assert_eq!(response.header("Location"), Some("/"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redirect {
    status: Status,
    location: String,
}

impl Redirect {
    fn new(status: Status, location: &str) -> Self {
        Self {
            status,
            location: utf8_percent_encode(location, FORBIDDEN).to_string(),
        }
    }

    /// 303: look there with GET. What a form that was posted answers.
    pub fn see_other(location: &str) -> Self {
        Self::new(Status::SEE_OTHER, location)
    }

    /// 302: for now there; clients differ in whether they keep the method.
    pub fn found(location: &str) -> Self {
        Self::new(Status::FOUND, location)
    }

    /// 307: for now there, with the same method and body.
    pub fn temporary(location: &str) -> Self {
        Self::new(Status::TEMPORARY_REDIRECT, location)
    }

    /// 308: from now on there, with the same method and body.
    pub fn permanent(location: &str) -> Self {
        Self::new(Status::PERMANENT_REDIRECT, location)
    }
}

impl IntoResponse for Redirect {
    fn into_response(self) -> Result<Response> {
        Ok(Response::new(Vec::new())
            .with_status(self.status)
            .with_header("Location", self.location))
    }
}
