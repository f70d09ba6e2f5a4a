//! What handlers may return.

use std::time::Duration;

use wasgi::test::{Client, Response};
use wasgi::web::{Cookie, Handler, Headers, Html, Json, Redirect, Router, SameSite};
use wasgi::{Error, Status, chunks, reader};

fn answer<A>(handler: impl Handler<A>) -> Response {
    Client::new(Router::new().get("/", handler)).get("/")
}

#[test]
fn each_kind_has_its_content_type() {
    for (response, content_type, body) in [
        (answer(|| "text"), "text/plain; charset=utf-8", "text"),
        (
            answer(|| String::from("text")),
            "text/plain; charset=utf-8",
            "text",
        ),
        (answer(|| Html("<p>")), "text/html; charset=utf-8", "<p>"),
        (answer(|| Json([1, 2])), "application/json", "[1,2]"),
        (answer(|| vec![b'x']), "application/octet-stream", "x"),
        (
            answer(|| reader(b"file".as_slice())),
            "application/octet-stream",
            "file",
        ),
    ] {
        assert_eq!(response.header("Content-Type"), Some(content_type));
        assert_eq!(response.text(), body);
        assert_eq!(response.status(), 200);
    }
}

#[test]
fn a_status_and_headers_stand_in_front() {
    let response = answer(|| {
        (
            Status::CREATED,
            [("X-A", "1"), ("content-type", "text/x")],
            "made",
        )
    });
    assert_eq!(response.status(), 201);
    assert_eq!(response.header("X-A"), Some("1"));
    assert_eq!(response.header("Content-Type"), Some("text/x"));
    assert_eq!(response.headers().len(), 2);
    assert_eq!(answer(|| (Status(299), "odd")).status(), 299);
}

#[test]
fn headers_that_may_repeat_are_all_sent() {
    let response = answer(|| {
        let mut headers = Headers::new();
        headers.append("Link", "</a>");
        headers.append("Link", "</b>");
        (headers, "x")
    });
    assert_eq!(
        response
            .headers()
            .iter()
            .filter(|(name, _)| name == "Link")
            .count(),
        2
    );
}

#[test]
fn a_stream_goes_out_chunk_by_chunk() {
    let response = answer(|| {
        (
            [("Content-Type", "text/event-stream")],
            chunks(["data: 1\n\n", "data: 2\n\n"]),
        )
    });
    assert_eq!(response.chunks().len(), 2);
    assert_eq!(response.header("content-type"), Some("text/event-stream"));
}

#[test]
fn redirects_have_the_status_they_are_named_for() {
    for (redirect, status) in [
        (Redirect::see_other("/a"), 303),
        (Redirect::found("/a"), 302),
        (Redirect::temporary("/a"), 307),
        (Redirect::permanent("/a"), 308),
    ] {
        let response = answer(move || redirect.clone());
        assert_eq!(
            (response.status().code(), response.header("Location")),
            (status, Some("/a"))
        );
    }
}

#[test]
fn a_redirect_cannot_smuggle_headers_and_encodes_other_alphabets() {
    let response = answer(|| Redirect::see_other("/caf\u{e9}?q=a b%20c\r\nX: y"));
    let location = "/caf%C3%A9?q=a%20b%20c%0D%0AX:%20y";
    assert_eq!(response.header("Location"), Some(location));
}

#[test]
fn cookies_are_set_kept_and_removed() {
    let client = Client::new(|| {
        Router::new()
            .get("/in", || (Cookie::new("user", "a; b=c"), "in"))
            .get("/out", || (Cookie::removal("user"), "out"))
    });
    client.get("/in");
    assert_eq!(client.cookie("user").as_deref(), Some("a%3B%20b%3Dc"));
    client.get("/out");
    assert_eq!(client.cookie("user"), None);
}

#[test]
fn a_cookie_has_the_attributes_it_was_given() {
    let cookie = Cookie::new("a", "1")
        .path("/x; Secure")
        .domain("example.com")
        .max_age(Duration::from_secs(60))
        .same_site(SameSite::None)
        .readable_by_scripts()
        .secure();
    assert_eq!(
        cookie.to_string(),
        "a=1; Path=/x Secure; Domain=example.com; Max-Age=60; SameSite=None; Secure",
    );
}

#[test]
fn a_result_is_a_response_or_an_error() {
    assert_eq!(answer(|| Ok::<_, Error>("fine")).text(), "fine");
    let response = answer(|| {
        Err::<(), _>(Error::new(Status::SERVICE_UNAVAILABLE, "later").header("Retry-After", "5"))
    });
    assert_eq!(
        (response.status().code(), response.header("Retry-After")),
        (503, Some("5"))
    );
    assert_eq!(answer(|| "x".parse::<u8>().map(|_| "parsed")).status(), 500);
}

#[test]
fn json_that_cannot_be_written_is_a_500() {
    use std::collections::HashMap;
    let odd = || Json(HashMap::from([((1_u8, 2_u8), 3_u8)]));
    assert_eq!(answer(odd).status(), 500);
}

#[test]
fn nothing_and_a_bare_status_have_no_body() {
    assert_eq!(
        (answer(|| ()).status().code(), answer(|| ()).text()),
        (200, String::new())
    );
    let accepted = answer(|| Status::ACCEPTED);
    assert_eq!(
        (accepted.status().code(), accepted.text()),
        (202, String::new())
    );
}
