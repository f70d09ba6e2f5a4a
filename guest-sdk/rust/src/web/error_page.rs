//! What a client sees of an error, unless the application has pages of its own.

use super::{Html, IntoResponse, Json, Response, escape};
use crate::{Environ, Error, Result, Status};

/// Tells whether an error has nothing for the client, so that the server answers as well:
/// it logs the error with the request's id, and shows it under `runtime dev`.
pub(super) fn is_left_to_the_server(error: &Error, environ: &Environ) -> bool {
    let accept = environ.header("Accept").unwrap_or_default();
    error.status() == Status::INTERNAL_SERVER_ERROR
        && error.message().is_none()
        && error.headers().is_empty()
        && !is_json(accept)
}

/// Tells whether a client asks for JSON and not for a page.
fn is_json(accept: &str) -> bool {
    accept.contains("application/json") && !accept.contains("text/html")
}

/// Answers JSON to clients that ask for it, HTML to browsers, and text otherwise.
pub(super) fn default(error: &Error, environ: &Environ) -> Result<Response> {
    let status = error.status();
    let message = error.message().unwrap_or_default();
    let accept = environ.header("Accept").unwrap_or_default();
    if accept.contains("text/html") {
        let page = format!(
            "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width\">\n\
             <title>{status}</title>\n<h1>{status}</h1>\n<p>{}</p>\n</html>\n",
            escape(message),
        );
        return Html(page).into_response();
    }
    if is_json(accept) {
        let message = if message.is_empty() {
            status.reason()
        } else {
            message
        };
        let body = serde_json::json!({ "error": message, "status": status.code() });
        return Json(body).into_response();
    }
    if message.is_empty() {
        return format!("{status}\n").into_response();
    }
    format!("{status}\n\n{message}\n").into_response()
}
