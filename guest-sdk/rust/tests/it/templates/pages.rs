//! Pages as responses.

use wasgi::orm::prelude::*;
use wasgi::templates::{self, Page, context, count, render, render_block, render_text};
use wasgi::test::{self, Client};
use wasgi::web::{Path, Router};
use wasgi::{Body, Environ, Result, StartResponse, Status};

use crate::orm::blog::{self, Post};

fn list() -> templates::Result<Page> {
    render(
        "posts/list.html",
        context! { posts: Post::query().order_by(Post::ID).with(Post::AUTHOR), total: count(Post::query()) },
    )
}

fn rows() -> Result<(Status, Page)> {
    let page = render_block(
        "posts/list.html",
        "rows",
        context! {
            posts: Post::query().order_by(Post::ID).limit(1).with(Post::AUTHOR),
            total: "",
        },
    )?;
    Ok((Status::ACCEPTED, page))
}

fn feed() -> templates::Result<Page> {
    render("feed.xml", context! { title: "<a>" })
}

fn long(Path(lines): Path<usize>) -> templates::Result<Page> {
    let text = "{% for n in range(end=lines) %}0123456789{% endfor %}{{ broken }}";
    let broken = (lines % 2 == 0).then_some("");
    let mut page = context! { lines };
    if let Some(broken) = broken {
        page.insert("broken", broken);
    }
    render_text(text, page)
}

fn app() -> Router {
    Router::new()
        .get("/", list)
        .get("/rows", rows)
        .get("/feed", feed)
        .get("/long/{lines}", long)
}

fn client() -> Client {
    let client = Client::new(app).database(blog::schema()).template(
        "posts/list.html",
        "<ul>{% block rows %}{% for p in posts %}<li>{{ p.title }} ({{ p.author.name }})</li>\
         {% endfor %}{% endblock %}</ul>{{ total }}",
    );
    let ann = blog::author("Ann");
    for title in ["A & B", "C"] {
        blog::draft(&ann, title).insert().expect("post");
    }
    client.template("feed.xml", "<t>{{ title }}</t>")
}

#[test]
fn a_page_is_a_response_of_its_content_type() {
    let client = client();
    let page = test::assert_queries(2, || client.get("/"));
    assert_eq!(
        page.header("Content-Type"),
        Some("text/html; charset=utf-8")
    );
    assert_eq!(
        page.text(),
        "<ul><li>A &amp; B (Ann)</li><li>C (Ann)</li></ul>2"
    );
    let feed = client.get("/feed");
    assert_eq!(
        feed.header("Content-Type"),
        Some("application/xml; charset=utf-8")
    );
    assert_eq!(feed.text(), "<t>&lt;a&gt;</t>");
}

#[test]
fn a_block_is_a_part_of_a_page() {
    let part = client().get("/rows");
    assert!(part.error().is_none(), "{:?}", part.error());
    assert_eq!(part.status(), 202);
    assert_eq!(part.text(), "<li>A &amp; B (Ann)</li>");
}

#[test]
fn a_long_page_goes_out_in_pieces() {
    let client = client();
    let page = client.get("/long/10000");
    assert!(page.chunks().len() > 5, "{}", page.chunks().len());
    assert_eq!(page.text(), "0123456789".repeat(10_000));
    let mut left = client.request("GET", "/long/10000").stream();
    assert!(left.next_chunk().is_some());
}

#[test]
fn an_error_behind_the_first_piece_breaks_the_page_off() {
    let client = client();
    let page = client.get("/long/10001");
    assert_eq!(page.status(), 200);
    let error = page.error().expect("an error");
    assert!(error.detail().contains("broken"), "{error:?}");
    // Before that, it is a 500.
    assert_eq!(client.get("/long/11").status(), 500);
}

#[test]
fn middleware_may_look_at_the_page() {
    let app = || {
        app().wrap(|request, next| {
            let mut response = next.run(request)?;
            let mut size = 0;
            while let Some(chunk) = response.body.next_chunk()? {
                size += chunk.len();
            }
            response.body = size.to_string().into_iterable()?;
            Ok(response)
        })
    };
    assert_eq!(Client::new(app).get("/long/10000").text(), "100000");
}

fn raw(_: Environ, start_response: StartResponse) -> Result<impl Body> {
    let page = render_text("Hello, {{ name }}!", context! { name: "Ann" })?;
    start_response.call("200 OK", &[("Content-Type", page.content_type())], None)?;
    Ok(page)
}

wasgi::export!(raw);

#[test]
fn a_pep_3333_function_returns_a_page() {
    let response = Client::new(raw).get("/");
    assert_eq!(response.text(), "Hello, Ann!");
    assert_eq!(
        response.header("Content-Type"),
        Some("text/html; charset=utf-8")
    );
}

#[test]
fn a_page_is_read_piece_by_piece() {
    let text = "{% for n in range(end=5000) %}0123456789{% endfor %}";
    let mut page = render_text(text, ()).expect("page");
    let first = page.read().expect("piece").expect("not the end");
    assert!(first.len() < 50_000, "{}", first.len());
    let rest = page.into_string().expect("rest");
    assert_eq!(first.len() + rest.len(), 50_000);
}

#[test]
fn an_error_page_may_be_a_template() {
    let app = || {
        app().error_page(|error, _| {
            render("feed.xml", context! { title: error.status().to_string() })
        })
    };
    let response = Client::new(app)
        .template("feed.xml", "{{ title }}")
        .get("/nowhere");
    assert_eq!(
        (response.status().code(), response.text().as_str()),
        (404, "404 Not Found")
    );
}

#[test]
fn a_clients_templates_are_those_of_a_folder_and_its_own() {
    let client = Client::new(|| {
        Router::new()
            .get("/a", || render("nested/a.html", ()))
            .get("/b", || render("b.html", ()))
    })
    .templates("tests/it/templates/files")
    .template("b.html", "{% include \"nested/a.html\" %} from b");
    assert_eq!(client.get("/a").text().trim(), "a from the folder");
    assert_eq!(
        client
            .get("/b")
            .text()
            .split_whitespace()
            .collect::<Vec<_>>(),
        ["a", "from", "the", "folder", "from", "b"]
    );
}
