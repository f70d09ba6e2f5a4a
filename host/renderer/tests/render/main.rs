//! What templates can do, and what their authors are told: a snapshot for each.

#![allow(missing_docs)]

mod differences;
mod errors;
mod features;
mod pack;
mod property;
mod rows;

use serde_json::Value;
use wasgi_renderer::{Engine, Error, File, Rows, Settings, Source};

/// An engine with these templates.
fn engine(files: &[(&str, &str)]) -> Engine {
    load(files).unwrap_or_else(|error| panic!("{error}"))
}

fn load(files: &[(&str, &str)]) -> Result<Engine, Error> {
    let file = |(name, source): &(&str, &str)| File {
        name: (*name).to_owned(),
        source: (*source).to_owned(),
    };
    let urls = [("css/site.css", "/static/css/site.0a1b2c3d.css")];
    let settings = Settings {
        max_output: 100_000,
        urls: urls
            .map(|(file, url)| (file.to_owned(), url.to_owned()))
            .into(),
        ..Settings::default()
    };
    Engine::new(files.iter().map(file).collect(), settings)
}

/// Renders `page.html` of these templates.
fn page(files: &[(&str, &str)], context: Value) -> String {
    shown(run(
        &engine(files),
        &Source::Template("page.html".into()),
        &context,
        &[],
    ))
}

/// Renders a text, with no templates beside it.
fn text(source: &str, context: Value) -> String {
    shown(run(
        &engine(&[]),
        &Source::Text(source.into()),
        &context,
        &[],
    ))
}

fn run(
    engine: &Engine,
    source: &Source,
    context: &Value,
    queries: &[Rows],
) -> Result<Vec<u8>, Error> {
    engine.render_whole(source, &pack::context(context), queries)
}

/// The page, or the error as the author sees it.
fn shown(result: Result<Vec<u8>, Error>) -> String {
    match result {
        Ok(page) => String::from_utf8(page).expect("UTF-8"),
        Err(error) => error.to_string(),
    }
}
