//! What bench/orm does in a guest, done natively: hyper and rusqlite, prepared and cached,
//! decoded into structs.
//!
//! Takes the address to listen on and a database file. `/` answers one row by key as JSON;
//! `/page` renders 100 rows with Tera, `/time/...?n` does an operation n times and answers the nanoseconds that one took.

use std::cell::RefCell;
use std::convert::Infallible;
use std::hint::black_box;
use std::path::Path;
use std::sync::LazyLock;
use std::time::Instant;

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use rusqlite::{Connection, Row, params};
use tera::{Context, Tera};
use tokio::net::TcpListener;

const POSTS: i64 = 1000;
const POINT: &str = "SELECT id, title, body, views, created FROM post WHERE id = ?1";
const PAGE: &str = "SELECT id, title, body, views, created FROM post ORDER BY id LIMIT 100";
const INSERT: &str = "INSERT INTO entry (title, body, views, created) VALUES (?1, ?2, ?3, ?4)";

#[derive(serde::Serialize)]
struct Post {
    id: i64,
    title: String,
    body: String,
    views: i64,
    created: i64,
}

impl Post {
    fn of(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            id: row.get(0)?,
            title: row.get(1)?,
            body: row.get(2)?,
            views: row.get(3)?,
            created: row.get(4)?,
        })
    }
}

thread_local! {
    static CONNECTION: RefCell<Option<Connection>> = const { RefCell::new(None) };
}

fn open(path: &Path) -> rusqlite::Result<Connection> {
    let connection = Connection::open(path)?;
    connection.pragma_update(None, "journal_mode", "wal")?;
    connection.pragma_update(None, "synchronous", "normal")?;
    Ok(connection)
}

fn fill(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch(
        "DROP TABLE IF EXISTS post; DROP TABLE IF EXISTS entry;
         CREATE TABLE post (id INTEGER PRIMARY KEY, title TEXT NOT NULL, body TEXT NOT NULL,
             views INTEGER NOT NULL, created INTEGER NOT NULL) STRICT;
         CREATE TABLE entry (id INTEGER PRIMARY KEY, title TEXT NOT NULL, body TEXT NOT NULL,
             views INTEGER NOT NULL, created INTEGER NOT NULL) STRICT;
         BEGIN;",
    )?;
    for id in 1..=POSTS {
        connection.execute(
            "INSERT INTO post (id, title, body, views, created) VALUES (?1, ?2, ?3, ?4, ?5)",
            params![id, format!("Post number {id}"), "A body of some forty letters, no more.", id * 7, 1_700_000_000_000_000 + id],
        )?;
    }
    connection.execute_batch("COMMIT")
}

fn get(connection: &Connection, id: i64) -> rusqlite::Result<Post> {
    connection.prepare_cached(POINT)?.query_row([id], Post::of)
}

fn page(connection: &Connection) -> rusqlite::Result<Vec<Post>> {
    connection.prepare_cached(PAGE)?.query_map([], Post::of)?.collect()
}

/// The templates, compiled once.
static TEMPLATES: LazyLock<Tera> = LazyLock::new(|| {
    let mut tera = Tera::new();
    let page = include_str!("../../../orm-rust/templates/page.html");
    let trivial = include_str!("../../../orm-rust/templates/trivial.html");
    tera.add_raw_templates([("page.html", page), ("trivial.html", trivial)])
        .expect("templates");
    tera
});

fn rendered(posts: &[Post]) -> String {
    let mut context = Context::new();
    context.insert("posts", posts);
    TEMPLATES.render("page.html", &context).expect("a page")
}

fn trivial() -> String {
    let mut context = Context::new();
    context.insert("name", "Ann");
    TEMPLATES.render("trivial.html", &context).expect("a page")
}

fn insert(connection: &Connection, rows: i64) -> rusqlite::Result<()> {
    connection.execute_batch("BEGIN IMMEDIATE")?;
    let mut insert = connection.prepare_cached(INSERT)?;
    for id in 0..rows {
        insert.execute(params![format!("Entry number {id}"), "A body of some forty letters, no more.", id * 7, 1_700_000_000_000_000 + id])?;
    }
    connection.execute_batch("COMMIT")
}

/// Does an operation n times; returns nanoseconds per time.
fn timed(n: i64, mut operation: impl FnMut(i64) -> rusqlite::Result<()>) -> rusqlite::Result<f64> {
    let begun = Instant::now();
    for turn in 0..n {
        operation(turn)?;
    }
    Ok(begun.elapsed().as_nanos() as f64 / n as f64)
}

fn answer(connection: &Connection, path: &str, n: i64) -> rusqlite::Result<String> {
    let nanoseconds = match path {
        "/time/point" => timed(n, |turn| {
            black_box(get(connection, turn % POSTS + 1)?);
            Ok(())
        })?,
        "/time/page" => timed(n, |_| {
            black_box(page(connection)?);
            Ok(())
        })?,
        "/time/insert" => {
            connection.execute("DELETE FROM entry", [])?;
            let begun = Instant::now();
            insert(connection, n)?;
            begun.elapsed().as_nanos() as f64 / n as f64
        }
        "/page" => return Ok(rendered(&page(connection)?)),
        "/trivial" => return Ok(trivial()),
        _ => return Ok(serde_json::to_string(&get(connection, 7)?).unwrap_or_default()),
    };
    Ok(format!("{nanoseconds:.1}"))
}

fn respond(request: &Request<Incoming>, path: &Path) -> Response<Full<Bytes>> {
    let n = request.uri().query().and_then(|query| query.parse().ok()).unwrap_or(1);
    let answered = CONNECTION.with_borrow_mut(|connection| {
        let connection = match connection {
            Some(connection) => connection,
            None => connection.insert(open(path)?),
        };
        answer(connection, request.uri().path(), n)
    });
    let (status, body) = match answered {
        Ok(body) => (200, body),
        Err(error) => (500, error.to_string()),
    };
    let mut response = Response::new(Full::new(Bytes::from(body)));
    *response.status_mut() = hyper::StatusCode::from_u16(status).unwrap_or_default();
    let kind = match request.uri().path() {
        "/page" | "/trivial" => "text/html; charset=utf-8",
        _ => "application/json",
    };
    let kind = HeaderValue::from_static(kind);
    response.headers_mut().insert(CONTENT_TYPE, kind);
    response
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let address = arguments.next().unwrap_or("127.0.0.1:8000".into());
    let path: &'static Path = Box::leak(Path::new(&arguments.next().unwrap_or("native.db".into())).into());
    fill(&open(path)?)?;
    let listener = TcpListener::bind(address).await?;
    println!("listening on http://{}", listener.local_addr()?);
    loop {
        let (stream, _peer) = listener.accept().await?;
        stream.set_nodelay(true)?;
        tokio::spawn(async move {
            let service = service_fn(move |request| async move {
                Ok::<_, Infallible>(respond(&request, path))
            });
            // A client that breaks off is no concern of a benchmark.
            let _ = http1::Builder::new()
                .pipeline_flush(true)
                .serve_connection(TokioIo::new(stream), service)
                .await;
        });
    }
}
