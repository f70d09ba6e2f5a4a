//! What handlers may ask for, and what clients are told where it is not there.

use std::io::Read;

use serde::Deserialize;
use serde_json::json;
use wasgi::test::{Client, Response};
use wasgi::web::{Cookies, Form, Handler, Headers, Json, Path, Query, Router};
use wasgi::{Environ, Error, Input, Result};

fn client<A>(handler: impl Handler<A>) -> Client {
    Client::new(Router::new().route("POST", "/", handler).body_limit(100))
}

fn post(client: &Client, content_type: &str, body: &str) -> Response {
    let request = client
        .request("POST", "/")
        .header("Content-Type", content_type);
    request.body(body).send()
}

#[derive(Debug, Deserialize, PartialEq)]
struct Pair {
    a: u8,
    b: Option<String>,
}

fn path<A>(pattern: &str, handler: impl Handler<A>, target: &str) -> (u16, String) {
    let response = Client::new(Router::new().get(pattern, handler)).get(target);
    (response.status().code(), response.text())
}

#[test]
fn path_parameters_become_values_tuples_structures_and_variants() {
    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "lowercase")]
    enum Order {
        Newest,
    }
    #[derive(Deserialize)]
    struct Id(u64);
    let cases = [
        path("/{a}", |Path(a): Path<i16>| a.to_string(), "/-7"),
        path("/{a}", |Path(a): Path<bool>| a.to_string(), "/true"),
        path("/{a}", |Path(a): Path<char>| a.to_string(), "/%C3%A9"),
        path("/{a}", |Path(Id(a)): Path<Id>| a.to_string(), "/7"),
        path("/{a}", |Path(a): Path<Order>| format!("{a:?}"), "/newest"),
        path("/{a}", |Path((a,)): Path<(f32,)>| a.to_string(), "/1.5"),
        path(
            "/{a}/{b}",
            |Path((a, b)): Path<(u8, String)>| format!("{a}{b}"),
            "/1/x",
        ),
        path("/{a}/{b}", |Path(p): Path<Pair>| format!("{p:?}"), "/1/x"),
        path(
            "/{a}/{b}",
            |Path(all): Path<Vec<String>>| all.join("+"),
            "/1/x",
        ),
    ];
    let texts: Vec<_> = cases.iter().map(|(_, text)| text.as_str()).collect();
    let pair = "Pair { a: 1, b: Some(\"x\") }";
    assert_eq!(
        texts,
        ["-7", "true", "é", "7", "Newest", "1.5", "1x", pair, "1+x"]
    );
}

#[test]
fn a_path_that_does_not_parse_is_404_and_one_of_another_shape_500() {
    let (status, text) = path("/{id}", |Path(id): Path<u8>| id.to_string(), "/256");
    assert_eq!(status, 404);
    assert!(
        text.contains("id is a whole number from 0 to 255, not \"256\""),
        "{text}"
    );
    assert_eq!(path("/{a}", |_: Path<(u8, u8)>| (), "/1").0, 500);
    assert_eq!(path("/{a}/{b}", |_: Path<u8>| (), "/1/2").0, 500);
    assert_eq!(path("/{x}", |_: Path<Pair>| (), "/1").0, 500);
}

#[test]
fn a_query_becomes_a_structure_or_is_400() {
    let client =
        Client::new(Router::new().get("/", |Query(pair): Query<Pair>| format!("{pair:?}")));
    assert_eq!(
        client.get("/?a=1&b=%C3%A9+x").text(),
        "Pair { a: 1, b: Some(\"é x\") }"
    );
    for query in ["", "?a=x", "?b=1", "?a=256"] {
        let response = client.get(&format!("/{query}"));
        assert_eq!(response.status(), 400, "{query}");
        assert!(
            response.text().contains("the query string: "),
            "{}",
            response.text()
        );
    }
}

#[test]
fn names_that_repeat_become_a_list_of_pairs() {
    let list = |Query(pairs): Query<Vec<(String, String)>>| format!("{pairs:?}");
    let response = Client::new(Router::new().get("/", list)).get("/?a=1&a=2");
    assert_eq!(response.text(), "[(\"a\", \"1\"), (\"a\", \"2\")]");
}

#[test]
fn a_form_becomes_a_structure_or_is_refused() {
    let client = client(|Form(pair): Form<Pair>| format!("{pair:?}"));
    let form = "application/x-www-form-urlencoded";
    assert_eq!(
        post(&client, form, "a=1&b=x").text(),
        "Pair { a: 1, b: Some(\"x\") }"
    );
    assert_eq!(
        post(
            &client,
            "Application/X-WWW-Form-Urlencoded; charset=utf-8",
            "a=1"
        )
        .status(),
        200
    );
    assert_eq!(post(&client, form, "a=x").status(), 422);
    assert_eq!(post(&client, "text/plain", "a=1").status(), 415);
    assert_eq!(
        post(&client, "multipart/form-data; boundary=x", "").status(),
        415
    );
    assert_eq!(client.post("/", "a=1").status(), 415);
}

#[test]
fn json_becomes_a_structure_or_is_refused() {
    let client = client(|Json(pair): Json<Pair>| format!("{pair:?}"));
    assert_eq!(
        client.json("/", &json!({"a": 1})).text(),
        "Pair { a: 1, b: None }"
    );
    assert_eq!(
        post(&client, "application/problem+json", "{\"a\":1}").status(),
        200
    );
    assert_eq!(post(&client, "application/json", "{\"a\":").status(), 400);
    assert_eq!(post(&client, "application/json", "").status(), 400);
    assert_eq!(
        post(&client, "application/json", "{\"a\":\"x\"}").status(),
        422
    );
    assert_eq!(post(&client, "text/json", "{\"a\":1}").status(), 415);
}

#[test]
fn a_body_over_the_limit_is_413_announced_or_not() {
    let client = client(|body: Vec<u8>| body.len().to_string());
    assert_eq!(client.post("/", vec![0; 100]).text(), "100");
    assert_eq!(client.post("/", vec![0; 101]).status(), 413);
    let chunks = |count| std::iter::repeat_with(|| Ok(vec![0; 50])).take(count);
    let send = |count| {
        client
            .request("POST", "/")
            .body_chunks(chunks(count))
            .send()
    };
    assert_eq!(send(2).text(), "100");
    assert_eq!(send(3).status(), 413);
}

#[test]
fn an_announced_body_over_the_limit_is_refused_unread() {
    let client = client(|_: Vec<u8>| "read");
    let unread = std::iter::from_fn(|| panic!("the body was read"));
    let request = client.request("POST", "/").header("Content-Length", "101");
    assert_eq!(request.body_chunks(unread).send().status(), 413);
}

#[test]
fn text_that_is_not_utf_8_is_400() {
    let client = client(|text: String| text);
    assert_eq!(client.post("/", "caf\u{e9}").text(), "café");
    assert_eq!(client.post("/", b"\xff".to_vec()).status(), 400);
}

#[test]
fn the_body_as_a_stream_has_no_limit() {
    let client = client(|mut input: Input| -> Result<String> {
        let mut body = Vec::new();
        input.read_to_end(&mut body)?;
        Ok(body.len().to_string())
    });
    assert_eq!(client.post("/", vec![0; 100_000]).text(), "100000");
}

#[test]
fn the_body_can_be_taken_once() {
    let client = client(|_: Vec<u8>, _: String| "twice");
    assert_eq!(client.post("/", "x").status(), 500);
}

#[test]
fn an_extractors_error_can_be_the_handlers_to_decide() {
    let client = client(|pair: Result<Json<Pair>, Error>| match pair {
        Ok(_) => "good".to_owned(),
        Err(error) => format!("{}", error.status().code()),
    });
    assert_eq!(post(&client, "application/json", "{").text(), "400");
}

#[test]
fn headers_have_names_in_any_case_and_parse() {
    let client = client(|headers: Headers| -> Result<String> {
        let number: Option<u32> = headers.parse("x-number")?;
        let kind = headers.get("CONTENT-type").unwrap_or("none").to_owned();
        Ok(format!("{number:?} {kind} {:?}", headers.get("X-Absent")))
    });
    let send = |number: &str| {
        let request = client.request("POST", "/").header("X-Number", number);
        request.header("Content-Type", "text/x").send()
    };
    assert_eq!(send(" 7 ").text(), "Some(7) text/x None");
    assert_eq!(send("seven").status(), 400);
}

#[test]
fn cookies_are_split_decoded_and_unquoted() {
    let client = client(|cookies: Cookies| {
        let all: Vec<_> = cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        format!("{} {:?}", all.join("|"), cookies.get("none"))
    });
    let request = client.request("POST", "/");
    let response = request
        .header("Cookie", "a=1;b=\"two\" ; c=%C3%A9%20; junk; d=x=y")
        .send();
    assert_eq!(response.text(), "a=1|b=two|c=é |d=x=y None");
}

#[test]
fn the_environ_comes_with_the_body() {
    let client = client(|mut environ: Environ| -> Result<String> {
        let mut body = String::new();
        environ.input().read_to_string(&mut body)?;
        Ok(format!("{} {body}", environ.method()))
    });
    assert_eq!(client.post("/", "x").text(), "POST x");
}
