//! The examples, driven over HTTP as their READMEs describe them.

use std::net::SocketAddr;

use wasgi_tests::{Connection, Response, Server, get, guest};

const FORM: (&str, &str) = ("Content-Type", "application/x-www-form-urlencoded");
const JSON: (&str, &str) = ("Content-Type", "application/json");

fn serve(example: &str, arguments: &[&str]) -> Server {
    Server::run(&guest(&format!("examples/{example}")), arguments)
}

/// A browser without a window: it keeps its session cookie and follows redirects.
struct Visitor {
    addr: SocketAddr,
    cookie: String,
}

impl Visitor {
    fn new(server: &Server) -> Self {
        Self {
            addr: server.addr,
            cookie: String::new(),
        }
    }

    fn request(&mut self, method: &str, path: &str, body: &str) -> Response {
        let mut headers = vec![("Cookie", self.cookie.as_str())];
        headers.retain(|(_, value)| !value.is_empty());
        if method == "POST" {
            headers.push(FORM);
        }
        let response = Connection::open(self.addr).request(method, path, &headers, body.as_bytes());
        if let Some(cookie) = response.header("set-cookie") {
            cookie
                .split(';')
                .next()
                .unwrap()
                .clone_into(&mut self.cookie);
        }
        response
    }

    fn see(&mut self, path: &str) -> String {
        let response = self.request("GET", path, "");
        assert_eq!(response.status, 200, "{}", response.text());
        response.text()
    }

    /// Sends a form, and returns the page that the answer leads to.
    fn submit(&mut self, path: &str, form: &str) -> String {
        let response = self.request("POST", path, form);
        assert!(matches!(response.status, 302 | 303), "{response:?}");
        let location = response.header("location").unwrap().to_owned();
        self.see(&location)
    }
}

#[test]
fn hello_rust_greets_at_every_path() {
    let server = serve("hello-rust", &[]);
    let mut connection = Connection::open(server.addr);
    for path in ["/", "/anything?at=all"] {
        let response = connection.get(path);
        assert_eq!(
            (response.status, response.text().as_str()),
            (200, "Hello from wasgi!\n")
        );
        assert_eq!(response.header("content-type"), Some("text/plain"));
        assert_eq!(response.header("content-length"), Some("18"));
    }
    let head = connection.request("HEAD", "/", &[], b"");
    assert_eq!(
        (head.status, head.header("content-length")),
        (200, Some("18"))
    );
}

#[test]
fn hello_python_greets_whoever_is_named() {
    let server = serve("hello-python", &[]);
    let mut connection = Connection::open(server.addr);
    assert_eq!(connection.get("/").text(), "Hello, world!\n");
    assert_eq!(connection.get("/Ada").text(), "Hello, Ada!\n");
    let response = connection.get("/J%C3%BCrgen");
    assert_eq!(response.text(), "Hello, Jürgen!\n");
    assert_eq!(
        response.header("content-type"),
        Some("text/plain; charset=utf-8")
    );
}

#[test]
fn notes_rust_keeps_notes_by_forms() {
    let server = serve("notes-rust", &["--instances", "1"]);
    let mut visitor = Visitor::new(&server);
    assert!(visitor.see("/").contains("No notes yet."));
    let page = visitor.submit("/notes", "text=%3Cb%3Emilk%3C%2Fb%3E+%26+honey");
    assert!(
        page.contains("<span>&lt;b&gt;milk&lt;/b&gt; &amp; honey</span>"),
        "{page}"
    );
    assert!(page.contains("action=\"/notes/1/delete\""), "{page}");
    assert!(
        visitor
            .submit("/notes/1/delete", "")
            .contains("No notes yet.")
    );
}

#[test]
fn notes_rust_shows_a_refused_form_again() {
    let server = serve("notes-rust", &["--instances", "1"]);
    let response = Visitor::new(&server).request("POST", "/notes", "text=++");
    assert_eq!(response.status, 422);
    let page = response.text();
    assert!(page.contains("A note needs some text."), "{page}");
    assert!(page.contains("<form class=\"add\""), "{page}");
}

#[test]
fn notes_rust_has_a_json_api() {
    let server = serve("notes-rust", &["--instances", "1"]);
    let mut connection = Connection::open(server.addr);
    let made = connection.request("POST", "/api/notes", &[JSON], br#"{"text":"milk"}"#);
    assert_eq!(
        (made.status, made.header("location")),
        (201, Some("/api/notes/1"))
    );
    let note = serde_json::json!({"id": 1, "text": "milk"});
    assert_eq!(made.json(), note);
    assert_eq!(connection.get("/api/notes/1").json(), note);
    assert_eq!(
        connection.get("/api/notes").json(),
        serde_json::json!([note])
    );
    let gone = connection.request("DELETE", "/api/notes/1", &[], b"");
    assert_eq!((gone.status, gone.text().as_str()), (204, ""));
    assert_eq!(connection.get("/api/notes").json(), serde_json::json!([]));
}

#[test]
fn notes_rust_answers_programs_in_json_when_they_are_wrong() {
    let server = serve("notes-rust", &["--instances", "1"]);
    let mut connection = Connection::open(server.addr);
    let missing = connection.get("/api/notes/7");
    assert_eq!(missing.status, 404);
    assert_eq!(
        missing.json(),
        serde_json::json!({"error": "There is no note 7."})
    );
    for (body, status) in [
        ("{\"text\":", 400),
        ("{\"text\":\"x\",\"colour\":1}", 422),
        ("{\"text\":\"\"}", 422),
    ] {
        let refused = connection.request("POST", "/api/notes", &[JSON], body.as_bytes());
        assert_eq!(refused.status, status, "{body}: {}", refused.text());
        assert!(refused.json()["error"].is_string(), "{body}");
    }
    let media = connection.request("POST", "/api/notes", &[FORM], b"text=milk");
    assert_eq!(media.status, 415, "{}", media.text());
    let method = connection.request("PUT", "/api/notes", &[JSON], b"{}");
    assert_eq!(method.status, 405, "{}", method.text());
    let allowed = method.header("allow").unwrap();
    assert!(
        allowed.contains("GET") && allowed.contains("POST"),
        "{allowed}"
    );
}

#[test]
fn notes_rust_has_a_page_for_what_is_not_there() {
    let server = serve("notes-rust", &[]);
    let response = get(server.addr, "/nowhere");
    assert_eq!(response.status, 404);
    assert_eq!(
        response.header("content-type"),
        Some("text/html; charset=utf-8")
    );
    assert!(
        response.text().contains("<a href=\"/\">All notes</a>"),
        "{}",
        response.text()
    );
}

#[test]
fn guestbook_flask_remembers_who_signed() {
    let server = serve("guestbook-flask", &[]);
    let mut visitor = Visitor::new(&server);
    assert!(visitor.see("/").contains("Nobody has signed yet."));
    let page = visitor.submit("/sign", "name=J%C3%BCrgen&text=1+%3C+2+%26+true");
    for text in [
        "Thank you for signing, Jürgen!",
        "Welcome back, Jürgen",
        "1 &lt; 2 &amp; true",
        "1 entry",
    ] {
        assert!(page.contains(text), "{text}: {page}");
    }
    let page = visitor.see("/");
    assert!(page.contains("1 &lt; 2 &amp; true"), "{page}");
    assert!(
        !page.contains("Thank you"),
        "a flash message is shown once: {page}"
    );
    let page = visitor.submit("/sign", "name=Ada&text=second");
    assert!(page.contains("2 entries"), "{page}");
    assert!(
        page.find("second") < page.find("1 &lt; 2"),
        "the newest stands first: {page}"
    );
}

#[test]
fn guestbook_flask_says_what_is_missing() {
    let server = serve("guestbook-flask", &[]);
    let mut visitor = Visitor::new(&server);
    let page = visitor.submit("/sign", "name=Ada&text=");
    assert!(page.contains("Please fill in both"), "{page}");
    let page = visitor.submit("/sign", &format!("name=Ada&text={}", "x".repeat(141)));
    assert!(page.contains("at most 140 characters"), "{page}");
    assert!(page.contains("Nobody has signed yet."), "{page}");
    let large = visitor.request(
        "POST",
        "/sign",
        &format!("name=Ada&text={}", "x".repeat(20_000)),
    );
    assert_eq!(large.status, 413, "Flask's own limit: {}", large.text());
}

#[test]
fn guestbook_flask_forgets_when_it_is_told_to() {
    let server = serve("guestbook-flask", &[]);
    let mut visitor = Visitor::new(&server);
    visitor.submit("/sign", "name=Ada&text=hello");
    let page = visitor.submit("/clear", "");
    assert!(
        page.contains("Nobody has signed yet.") && page.contains("Welcome back, Ada"),
        "{page}"
    );
    let page = visitor.submit("/leave", "");
    assert!(
        page.contains("Goodbye!") && !page.contains("Welcome back"),
        "{page}"
    );
}

#[test]
fn guestbook_flask_keeps_visitors_apart_and_trusts_no_forged_session() {
    let server = serve("guestbook-flask", &[]);
    let mut ada = Visitor::new(&server);
    ada.submit("/sign", "name=Ada&text=mine+alone");
    let mut bob = Visitor::new(&server);
    assert!(bob.see("/").contains("Nobody has signed yet."));
    let (payload, signature) = ada.cookie.rsplit_once('.').unwrap();
    bob.cookie = format!("{payload}.{}", signature.chars().rev().collect::<String>());
    assert!(bob.see("/").contains("Nobody has signed yet."));
    assert!(ada.see("/").contains("mine alone"));
}

#[test]
fn guestbook_flask_sessions_outlive_the_server_that_has_their_key() {
    let mut visitor;
    {
        let server = serve("guestbook-flask", &["--env", "SECRET_KEY=first"]);
        visitor = Visitor::new(&server);
        visitor.submit("/sign", "name=Ada&text=still+here");
    }
    let same_key = serve("guestbook-flask", &["--env", "SECRET_KEY=first"]);
    visitor.addr = same_key.addr;
    assert!(visitor.see("/").contains("still here"));
    let other_key = serve("guestbook-flask", &["--env", "SECRET_KEY=second"]);
    visitor.addr = other_key.addr;
    assert!(visitor.see("/").contains("Nobody has signed yet."));
}

#[test]
fn guestbook_flask_has_a_page_for_what_is_not_there() {
    let server = serve("guestbook-flask", &[]);
    let response = get(server.addr, "/nowhere");
    assert_eq!(response.status, 404);
    assert!(
        response.text().contains("There is no such page"),
        "{}",
        response.text()
    );
    assert_eq!(get(server.addr, "/sign").status, 405);
}

#[test]
fn both_style_sheets_are_served_and_revalidated() {
    for example in ["notes-rust", "guestbook-flask"] {
        let server = serve(example, &[]);
        let mut connection = Connection::open(server.addr);
        let style = connection.get("/static/style.css");
        assert_eq!(style.status, 200, "{example}");
        assert!(
            style
                .header("content-type")
                .unwrap()
                .starts_with("text/css"),
            "{example}"
        );
        assert!(style.text().contains(":root"), "{example}");
        let etag = style.header("etag").unwrap();
        let again = connection.request("GET", "/static/style.css", &[("If-None-Match", etag)], b"");
        assert_eq!(again.status, 304, "{example}");
        assert_eq!(connection.get("/static/none.css").status, 404, "{example}");
    }
}
