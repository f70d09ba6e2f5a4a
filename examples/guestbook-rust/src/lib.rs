//! A guestbook: visitors sign, and everybody reads, searches and turns pages.

mod book;
mod form;
mod html;
mod models;
mod pages;

use wasgi::web::{IntoResponse, Response, Router, ScriptName};
use wasgi::{Environ, Error, Result};

pub use models::{Author, Entry, EntryTag, Tag, schema};

/// Builds the application, once per instance.
pub fn app() -> Router {
    Router::new()
        .get("/", pages::index)
        .post("/sign", pages::sign)
        .get("/authors/{id}", pages::author)
        .body_limit(32 * 1024)
        .error_page(error_page)
}

fn error_page(error: &Error, environ: &Environ) -> Result<Response> {
    let message = error.message().unwrap_or("Something went wrong here.");
    let mount = ScriptName::from(environ);
    html::error(&mount, error.status(), message).into_response()
}

wasgi::export!(app, schema);
