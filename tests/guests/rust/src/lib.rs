//! One application with one behaviour per path: what the host's tests call.
//!
//! `../README.md` lists the paths. The well-behaved ones answer `200 OK`; the
//! others do exactly one thing wrong.

// A module that does not know a path hands the call back for the next one: `Err`
// is no error here.
#![allow(clippy::result_large_err)]

mod body;
mod capability;
mod database;
mod misbehave;
mod sandbox;
mod start;
mod templates;

use wasgi::{Environ, Error, Iterable, Result, StartResponse, Status};

/// Behaves as the path says.
fn app(environ: Environ, start_response: StartResponse) -> Result<Iterable> {
    let call = Call {
        environ,
        start_response,
    };
    let path = call.environ.path_info().to_owned();
    body::answer(&path, call)
        .or_else(|call| start::answer(&path, call))
        .or_else(|call| misbehave::answer(&path, call))
        .or_else(|call| sandbox::answer(&path, call))
        .or_else(|call| capability::answer(&path, call))
        .or_else(|call| database::answer(&path, call))
        .or_else(|call| templates::answer(&path, call))
        .unwrap_or_else(|call| call.text(Status::NOT_FOUND, "no such behaviour\n"))
}

wasgi::export!(app);

/// What an application is called with.
struct Call {
    environ: Environ,
    start_response: StartResponse,
}

/// An answer, or the call for the next module to look at.
type Answer = Result<Result<Iterable>, Call>;

impl Call {
    /// Answers with a text.
    fn text(&self, status: Status, text: impl Into<String>) -> Result<Iterable> {
        let headers = [("Content-Type", "text/plain; charset=utf-8")];
        self.start_response
            .call(&status.to_string(), &headers, None)?;
        Ok(Iterable::whole(text.into()))
    }

    fn ok(&self, text: impl Into<String>) -> Result<Iterable> {
        self.text(Status::OK, text)
    }

    fn json(&self, value: &serde_json::Value) -> Result<Iterable> {
        let headers = [("Content-Type", "application/json")];
        self.start_response.call("200 OK", &headers, None)?;
        Ok(Iterable::whole(value.to_string()))
    }

    /// Answers with what something came to, or with why it failed: `error: ..`.
    fn outcome<E: std::fmt::Display>(&self, outcome: Result<String, E>) -> Result<Iterable> {
        match outcome {
            Ok(text) => self.ok(text),
            Err(error) => self.ok(format!("error: {error}")),
        }
    }

    fn parameter(&self, name: &str) -> String {
        self.environ.query_parameter(name).unwrap_or_default()
    }

    /// Returns a number from the query, or its default.
    fn number(&self, name: &str, default: u64) -> Result<u64> {
        match self.environ.query_parameter(name) {
            Some(text) => text
                .parse()
                .map_err(|_| Error::bad_request(format!("{name} is no number"))),
            None => Ok(default),
        }
    }
}
