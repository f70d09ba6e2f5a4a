//! Protection against forged requests.

use wasgi::Status;
use wasgi::templates::{self, Page, context, render};
use wasgi::test::{Client, Request, Response};
use wasgi::web::{Cookies, Csrf, Form, Router, csrf_token};

const KEY: &str = "0123456789abcdef0123456789abcdef";
const FORM: &str = "<input name=\"csrf_token\" value=\"{{ csrf_token() }}\">{{ csrf_token }}";

#[derive(serde::Deserialize)]
struct Note {
    text: String,
}

fn form() -> templates::Result<Page> {
    render("form.html", context! {})
}

fn save(Form(note): Form<Note>) -> String {
    note.text
}

fn routes() -> Router {
    Router::new()
        .get("/", form)
        .get("/plain", || "no form")
        .get("/token", || {
            csrf_token().unwrap_or_else(|| "none".to_owned())
        })
        .post("/", save)
        .delete("/", || "gone")
}

fn client_of(app: Router) -> Client {
    Client::new(app)
        .secret("CSRF_KEY", KEY)
        .template("form.html", FORM)
}

fn client() -> Client {
    client_of(routes().csrf(Csrf::with_secret("CSRF_KEY")))
}

fn token(client: &Client) -> String {
    let page = client.get("/").text();
    let token = page.split('"').nth(3).expect("a token").to_owned();
    assert!(page.ends_with(&format!(">{token}")), "{page}");
    token
}

fn refused(response: &Response, why: &str) {
    assert_eq!(response.status(), Status::FORBIDDEN);
    assert!(response.text().contains(why), "{}", response.text());
}

#[test]
fn a_form_with_the_pages_token_is_taken_and_its_handler_reads_it() {
    let client = client();
    let token = token(&client);
    let fields = [("csrf_token", token.as_str()), ("text", "hi")];
    assert_eq!(client.form("/", &fields).text(), "hi");
    // One token is good for many forms, and for scripts.
    assert_eq!(client.form("/", &fields).text(), "hi");
    let by_script = client.request("DELETE", "/").header("X-CSRF-Token", &token);
    assert_eq!(by_script.send().text(), "gone");
    assert_eq!(client.request("DELETE", "/").csrf().send().text(), "gone");
}

#[test]
fn a_form_without_a_token_or_with_a_wrong_one_is_refused() {
    let client = client();
    refused(&client.form("/", &[("text", "hi")]), "cookie");
    let token = token(&client);
    let no_token = "This form has no valid token.";
    refused(&client.form("/", &[("text", "hi")]), no_token);
    refused(&client.delete("/"), no_token);
    let other = self::token(&self::client());
    for wrong in ["", "x", &token[1..], &other] {
        refused(&client.form("/", &[("csrf_token", wrong)]), no_token);
        let by_script = client.request("DELETE", "/").header("X-CSRF-Token", wrong);
        refused(&by_script.send(), no_token);
    }
}

#[test]
fn a_cookie_that_another_made_is_refused_whatever_the_form_says() {
    // Somebody who can set cookies for this host, but does not know the key.
    let forged = "0".repeat(96);
    let client = client();
    let request = client
        .request("DELETE", "/")
        .header("Cookie", &format!("csrf={forged}"))
        .header("X-CSRF-Token", &forged);
    refused(&request.send(), "cookie");
}

#[test]
fn a_request_of_another_site_is_refused_before_its_token_is_looked_at() {
    let app = || {
        let csrf = Csrf::with_secret("CSRF_KEY").trust("https://admin.example.com");
        routes().csrf(csrf)
    };
    let client = client_of(app());
    token(&client);
    let sent = |change: fn(Request<'_>) -> Request<'_>| {
        change(client.request("DELETE", "/").csrf()).send()
    };
    let other = "made by another site";
    refused(&sent(|r| r.header("Sec-Fetch-Site", "cross-site")), other);
    refused(&sent(|r| r.header("Sec-Fetch-Site", "same-site")), other);
    refused(&sent(|r| r.header("Origin", "https://evil.example")), other);
    refused(&sent(|r| r.header("Origin", "null")), other);
    refused(
        &sent(|r| r.header("Origin", "https://localhost.evil.example")),
        other,
    );
    for own in [
        sent(|r| {
            r.header("Sec-Fetch-Site", "same-origin")
                .header("Origin", "http://x")
        }),
        sent(|r| r.header("Sec-Fetch-Site", "none")),
        sent(|r| r.header("Origin", "https://LOCALHOST")),
        sent(|r| {
            r.header("Sec-Fetch-Site", "cross-site")
                .header("Origin", "https://admin.example.com")
        }),
        sent(|r| r.header("Origin", "https://admin.example.com")),
    ] {
        assert_eq!(own.text(), "gone");
    }
}

#[test]
fn the_cookie_is_set_where_a_page_has_the_token_and_nowhere_else() {
    let client = client();
    let plain = client.get("/plain");
    assert_eq!(
        (plain.header("Set-Cookie"), plain.header("Vary")),
        (None, None)
    );
    let page = client.get("/");
    let cookie = page.header("Set-Cookie").expect("a cookie");
    assert!(cookie.starts_with("csrf="), "{cookie}");
    assert!(
        cookie.ends_with("; Path=/; HttpOnly; SameSite=Lax"),
        "{cookie}"
    );
    assert_eq!(page.header("Vary"), Some("Cookie"));
    // It stays the same.
    let again = client.get("/token");
    assert_eq!(again.header("Set-Cookie"), None);
    assert_eq!(Some(again.text()), client.csrf_token());
}

#[test]
fn over_https_no_other_host_can_set_the_cookie() {
    let client = client();
    let https = |method| {
        client
            .request(method, "/")
            .variable("wsgi.url_scheme", "https")
    };
    let page = https("GET").send();
    let cookie = page.header("Set-Cookie").expect("a cookie");
    assert!(cookie.starts_with("__Host-csrf="), "{cookie}");
    assert!(cookie.ends_with("; Secure"), "{cookie}");
    assert_eq!(https("DELETE").csrf().send().text(), "gone");
}

#[test]
fn a_token_may_be_bound_to_a_session() {
    let csrf = Csrf::new(KEY).bound_to(|request| {
        let header = request.environ().header("X-Session")?;
        Some(header.to_owned())
    });
    let client = client_of(routes().csrf(csrf));
    let by = |method, session| client.request(method, "/").header("X-Session", session);
    by("GET", "ann").send();
    assert_eq!(by("DELETE", "ann").csrf().send().text(), "gone");
    refused(&by("DELETE", "bob").csrf().send(), "no longer valid");
}

#[test]
fn a_part_of_an_app_can_be_protected_and_the_rest_not() {
    let inner = routes().csrf(Csrf::with_secret("CSRF_KEY"));
    let client = client_of(Router::new().post("/hook", || "taken").nest("/site", inner));
    assert_eq!(client.post("/hook", "").text(), "taken");
    refused(&client.delete("/site"), "cookie");
    client.get("/site");
    assert_eq!(
        client.request("DELETE", "/site").csrf().send().text(),
        "gone"
    );
}

#[test]
fn error_pages_may_have_forms() {
    let app = routes()
        .csrf(Csrf::with_secret("CSRF_KEY"))
        .error_page(|_, _| form());
    let response = client_of(app).delete("/");
    assert_eq!(response.status(), 403);
    assert!(response.text().contains("value=\""), "{}", response.text());
    assert!(response.header("Set-Cookie").is_some());
}

#[test]
fn without_protection_there_is_no_token_and_templates_say_so() {
    let client = client_of(routes().get("/value", || render("value.html", context! {})))
        .template("value.html", "{{ csrf_token() }}");
    assert_eq!(client.get("/token").text(), "none");
    let response = client.get("/value");
    let error = response
        .error()
        .map(wasgi::Error::detail)
        .unwrap_or_default();
    assert!(error.contains("CSRF"), "{error}");
}

#[test]
fn a_key_that_is_missing_or_short_is_the_apps_fault() {
    for (app, told) in [
        (
            routes().csrf(Csrf::with_secret("NONE")),
            "the secret `NONE`",
        ),
        (routes().csrf(Csrf::new("short")), "has 5 bytes"),
    ] {
        let response = client_of(app).get("/plain");
        assert_eq!(response.status(), 500);
        let error = response
            .error()
            .map(wasgi::Error::detail)
            .unwrap_or_default();
        assert!(error.contains(told), "{error}");
    }
}

#[test]
fn a_form_that_is_larger_than_allowed_is_refused_as_ever() {
    let app = Router::new()
        .get("/", form)
        .post("/", |cookies: Cookies, body: String| {
            format!("{} {}", cookies.iter().count(), body.len())
        })
        .body_limit(200)
        .csrf(Csrf::with_secret("CSRF_KEY"));
    let client = client_of(app);
    let token = token(&client);
    let form = |text: &str| client.form("/", &[("csrf_token", token.as_str()), ("text", text)]);
    assert_eq!(form("x").text(), format!("1 {}", token.len() + 18));
    assert_eq!(form(&"x".repeat(200)).status(), 413);
}
