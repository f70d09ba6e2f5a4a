//! A notebook: pages with forms, and the same as a JSON API.

mod api;
mod pages;
mod store;

use wasgi::web::{IntoResponse, Json, Response, Router, ScriptName};
use wasgi::{Environ, Error, Result};

pub use store::Note;
use store::Store;

/// Builds the application, once per instance.
pub fn app() -> Router {
    Router::new()
        .get("/", pages::list)
        .post("/notes", pages::add)
        .post("/notes/{id}/delete", pages::delete)
        .nest("/api/notes", api::routes())
        .state(Store::default())
        .body_limit(64 * 1024)
        .error_page(error_page)
}

/// Answers programs in JSON and people in HTML.
fn error_page(error: &Error, environ: &Environ) -> Result<Response> {
    let message = error.message().unwrap_or("Something went wrong here.");
    if environ.path_info().starts_with("/api/") {
        return Json(api::Problem { error: message }).into_response();
    }
    let mount = ScriptName::from(environ);
    pages::error(&mount, error.status(), message).into_response()
}

wasgi::export!(app);
