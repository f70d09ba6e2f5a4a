//! A guestbook: visitors sign, and everybody reads, searches and turns pages.

mod book;
mod form;
mod models;
mod pages;
mod visit;

use wasgi::templates::{self, Page, context, render};
use wasgi::web::Router;
use wasgi::{Environ, Error};

use visit::Visit;

pub use models::{Author, Entry, EntryTag, Tag, schema};

/// Builds the application, once per instance.
pub fn app() -> Router {
    Router::new()
        .get("/", pages::index)
        .get("/sign", pages::back)
        .post("/sign", pages::sign)
        .get("/authors/{id}", pages::author)
        // Of what the same address answers, a browser is to keep each by itself.
        .wrap(|request, next| {
            let response = next.run(request)?;
            Ok(response.with_header("Vary", "X-Partial, Accept-Language"))
        })
        .body_limit(32 * 1024)
        .error_page(error_page)
}

fn error_page(error: &Error, environ: &Environ) -> templates::Result<Page> {
    let page = context! {
        reason: error.status().reason(),
        message: error.message().unwrap_or("Something went wrong here."),
        ..Visit::from(environ).context()
    };
    render("error.html", page)
}

wasgi::export!(app, schema);
