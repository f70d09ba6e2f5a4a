//! What peers/native-sqlite does natively, in a guest with the ORM: `/` answers one row by
//! key as JSON, `/page` 100 rows as HTML, `/long` those that `/time/insert` left;
//! `/time/...?n` does an operation n times and answers the nanoseconds that
//! one took.

use std::hint::black_box;
use std::time::Instant;

use wasgi::orm::{self, Schema, prelude::*};
use wasgi::templates::{Page, context, render};
use wasgi::{Body, Environ, Iterable, Result, StartResponse};

const POSTS: i64 = 1000;
const BODY: &str = "A body of some forty letters, no more.";
const CREATED: i64 = 1_700_000_000_000_000;

#[derive(Debug, Model, serde::Serialize)]
struct Post {
    id: i64,
    title: String,
    body: String,
    views: i64,
    created: i64,
}

#[derive(Debug, Model)]
struct Entry {
    id: i64,
    title: String,
    body: String,
    views: i64,
    created: i64,
}

fn schema() -> Schema {
    Schema::new().model::<Post>().model::<Entry>()
}

fn fill() -> orm::Result<u64> {
    Post::delete_all()?;
    Post::insert_many((1..=POSTS).map(|id| Post {
        id,
        title: format!("Post number {id}"),
        body: BODY.to_owned(),
        views: id * 7,
        created: CREATED + id,
    }))
}

fn entries(rows: i64) -> impl Iterator<Item = Entry> {
    (0..rows).map(|id| Entry {
        id: 0,
        title: format!("Entry number {id}"),
        body: BODY.to_owned(),
        views: id * 7,
        created: CREATED + id,
    })
}

/// Does an operation n times; returns nanoseconds per time.
fn timed(n: i64, mut operation: impl FnMut(i64) -> orm::Result<()>) -> orm::Result<f64> {
    let begun = Instant::now();
    for turn in 0..n {
        operation(turn)?;
    }
    Ok(per(begun, n))
}

fn per(begun: Instant, n: i64) -> f64 {
    begun.elapsed().as_secs_f64() * 1e9 / (n as f64)
}

/// What a request is answered with.
enum Answer {
    Json(String),
    Page(Page),
}

impl Body for Answer {
    fn into_iterable(self) -> Result<Iterable> {
        match self {
            Self::Json(text) => text.into_iterable(),
            Self::Page(page) => page.into_iterable(),
        }
    }
}

fn page(path: &str) -> Result<Page> {
    Ok(match path {
        "/trivial" => render("trivial.html", context! { name: "Ann" })?,
        "/long" => render("page.html", context! { posts: Entry::query().order_by(Entry::ID) })?,
        _ => {
            let posts = Post::query().order_by(Post::ID).limit(100);
            render("page.html", context! { posts: posts })?
        }
    })
}

fn answer(path: &str, n: i64) -> Result<String> {
    let nanoseconds = match path {
        "/fill" => return Ok(fill()?.to_string()),
        "/time/point" => timed(n, |turn| {
            black_box(Post::get(turn % POSTS + 1)?);
            Ok(())
        })?,
        "/time/page" => timed(n, |_| {
            black_box(Post::query().order_by(Post::ID).limit(100).all()?);
            Ok(())
        })?,
        "/time/insert" => {
            Entry::delete_all()?;
            let begun = Instant::now();
            Entry::insert_many(entries(n))?;
            per(begun, n)
        }
        _ => return Ok(serde_json::to_string(&Post::get(7)?)?),
    };
    Ok(format!("{nanoseconds:.1}"))
}

fn app(environ: Environ, start_response: StartResponse) -> Result<Answer> {
    let path = environ.path_info();
    let n = environ.query_string().parse().unwrap_or(1);
    let (kind, body) = match path {
        "/page" | "/trivial" | "/long" => ("text/html; charset=utf-8", Answer::Page(page(path)?)),
        _ => ("application/json", Answer::Json(answer(path, n)?)),
    };
    start_response.call("200 OK", &[("Content-Type", kind)], None)?;
    Ok(body)
}

wasgi::export!(app, schema);
