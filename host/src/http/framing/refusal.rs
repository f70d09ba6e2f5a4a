//! Why a request was refused before any handler saw it, and with what status.

use http::StatusCode;

/// A refusal: the status, and one line that says what was wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// The status of the answer.
    pub(crate) status: StatusCode,
    /// What was wrong, for the answer's body and the access log.
    pub(crate) why: &'static str,
}

impl Refusal {
    /// The head took longer than `head_timeout`.
    pub(crate) const TIMEOUT: Self = Self {
        status: StatusCode::REQUEST_TIMEOUT,
        why: "the request's head did not arrive in time",
    };
    /// The head is larger than `max_head_bytes`.
    pub(crate) const HEAD_TOO_LARGE: Self = Self {
        status: StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
        why: "the request's head is too large",
    };
    /// The head has more than `max_headers` fields.
    pub(crate) const TOO_MANY_FIELDS: Self = Self {
        status: StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
        why: "the request has too many header fields",
    };
    /// The target is longer than this server looks at.
    pub(crate) const TARGET_TOO_LONG: Self = Self {
        status: StatusCode::URI_TOO_LONG,
        why: "the request target is too long",
    };
    /// Not HTTP/1.0 or HTTP/1.1.
    pub(crate) const VERSION: Self = Self {
        status: StatusCode::HTTP_VERSION_NOT_SUPPORTED,
        why: "only HTTP/1.1 and HTTP/1.0 are spoken here",
    };
    /// The announced body is larger than `request_body`.
    pub(crate) const BODY_TOO_LARGE: Self = Self {
        status: StatusCode::PAYLOAD_TOO_LARGE,
        why: "the request body is too large",
    };

    /// Returns a refusal with status 400.
    pub(crate) const fn bad(why: &'static str) -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            why,
        }
    }

    /// Returns a refusal with status 501.
    pub(crate) const fn not_implemented(why: &'static str) -> Self {
        Self {
            status: StatusCode::NOT_IMPLEMENTED,
            why,
        }
    }
}
