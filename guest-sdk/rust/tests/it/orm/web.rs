//! The ORM in handlers, through the test client.

use wasgi::Status;
use wasgi::orm::{self, prelude::*};
use wasgi::test::{self, Client};
use wasgi::web::{Form, Path, Redirect, Router};

use super::blog::{self, Tag};

#[derive(serde::Deserialize)]
struct New {
    name: String,
}

fn add(Form(new): Form<New>) -> wasgi::Result<Redirect> {
    let added = Tag {
        id: 0,
        name: new.name,
    }
    .insert();
    match added {
        Ok(tag) => Ok(Redirect::see_other(&format!("/{}", tag.id))),
        Err(orm::Error::Unique(_)) => Err(wasgi::Error::new(Status::CONFLICT, "taken")),
        Err(error) => Err(error.into()),
    }
}

fn show(Path(id): Path<i64>) -> wasgi::Result<String> {
    Ok(Tag::get(id)?.name)
}

fn broken() -> wasgi::Result<String> {
    Ok(orm::sql("SELECT").one::<String>()?)
}

fn stale() -> wasgi::Result<String> {
    Err(orm::Error::Stale.into())
}

fn app() -> Router {
    Router::new()
        .post("/", add)
        .get("/broken", broken)
        .get("/stale", stale)
        .get("/{id}", show)
}

wasgi::export!(app, blog::schema);

#[test]
fn a_handler_reads_and_writes_and_the_test_sees_it() {
    let client = Client::new(app).database(blog::schema());
    let added = client.form("/", &[("name", "rust")]);
    assert_eq!(client.follow(&added).text(), "rust");
    assert_eq!(Tag::query().one().unwrap().name, "rust");
    test::assert_queries(1, || client.get("/1"));
    assert_eq!(client.form("/", &[("name", "Rust")]).status(), 409);
}

#[test]
fn errors_have_their_status() {
    let client = Client::new(app).database(blog::schema());
    assert_eq!(client.get("/9").status(), 404);
    assert_eq!(client.get("/stale").status(), 409);
    let broken = client.get("/broken");
    assert_eq!(broken.status(), 500);
    assert!(!broken.text().contains("SELECT"));
}

#[test]
fn each_client_has_its_own_database() {
    let first = Client::new(app).database(blog::schema());
    let second = Client::new(app).database(blog::schema());
    first.form("/", &[("name", "a")]);
    assert_eq!(second.get("/1").status(), 404);
    assert_eq!(first.get("/1").status(), 200);
}
