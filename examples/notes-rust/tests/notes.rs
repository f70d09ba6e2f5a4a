//! Drives the notebook natively, as a browser and as a program.

use notes_rust::{Note, app};
use serde_json::json;
use wasgi::test::{Client, Response};

fn client() -> Client {
    Client::new(app)
}

fn add(client: &Client, text: &str) -> Response {
    client.form("/notes", &[("text", text)])
}

#[test]
fn an_empty_notebook_says_so() {
    let page = client().get("/");
    assert_eq!(page.status(), 200);
    assert_eq!(
        page.header("Content-Type"),
        Some("text/html; charset=utf-8")
    );
    assert!(page.text().contains("No notes yet."));
}

#[test]
fn a_note_is_added_by_the_form_and_shown_after_the_redirect() {
    let client = client();
    let added = add(&client, "  milk & honey ");
    assert_eq!(added.status(), 303);
    assert_eq!(added.header("Location"), Some("/"));
    assert!(
        client
            .follow(&added)
            .text()
            .contains("<span>milk &amp; honey</span>")
    );
}

#[test]
fn markup_in_a_note_is_text() {
    let client = client();
    add(&client, "<script>alert('x')</script>");
    let page = client.get("/").text();
    assert!(!page.contains("<script>"), "{page}");
    assert!(page.contains("&lt;script&gt;alert(&#39;x&#39;)"), "{page}");
}

#[test]
fn a_note_is_deleted_by_its_button() {
    let client = client();
    add(&client, "milk");
    let deleted = client.post("/notes/1/delete", "");
    assert_eq!(deleted.status(), 303);
    assert!(client.follow(&deleted).text().contains("No notes yet."));
    assert_eq!(client.post("/notes/1/delete", "").status(), 404);
}

#[test]
fn a_refused_note_comes_back_in_its_form_with_the_reason() {
    let client = client();
    assert_eq!(add(&client, "   ").status(), 422);
    let long = add(&client, &"\"x".repeat(300));
    assert_eq!(long.status(), 422);
    assert!(long.text().contains("A note has at most 500 characters."));
    assert!(long.text().contains("value=\"&quot;x&quot;x"));
}

#[test]
fn what_is_no_form_is_refused() {
    let client = client();
    assert_eq!(
        client.json("/notes", &json!({"text": "milk"})).status(),
        415
    );
    assert_eq!(client.form("/notes", &[("title", "milk")]).status(), 422);
    assert_eq!(add(&client, &"x".repeat(70_000)).status(), 413);
}

#[test]
fn an_unknown_page_is_an_error_page_with_a_way_home() {
    let page = client().get("/no<where>");
    assert_eq!(page.status(), 404);
    assert!(page.text().contains("no&lt;where&gt;"), "{}", page.text());
    assert!(page.text().contains("href=\"/\""));
}

#[test]
fn links_lead_to_where_the_application_is_mounted() {
    let client = client();
    let page = client.request("GET", "/").mounted_at("/demo").send().text();
    assert!(page.contains("href=\"/demo/static/style.css\""), "{page}");
    let form = client.request("POST", "/notes").mounted_at("/demo");
    let added = form.form(&[("text", "milk")]).send();
    assert_eq!(added.header("Location"), Some("/demo/"));
}

#[test]
fn the_api_makes_lists_shows_and_deletes_notes() {
    let client = client();
    let made = client.json("/api/notes", &json!({"text": "caf\u{e9}"}));
    assert_eq!(made.status(), 201);
    assert_eq!(made.header("Location"), Some("/api/notes/1"));
    let note: Note = made.json();
    assert_eq!(note.text, "café");
    assert_eq!(client.get("/api/notes/1").json::<Note>(), note);
    assert_eq!(client.get("/api/notes").json::<Vec<Note>>(), [note]);
    assert_eq!(client.delete("/api/notes/1").status(), 204);
    assert_eq!(client.get("/api/notes/1").status(), 404);
}

#[test]
fn the_api_explains_in_json_what_is_wrong() {
    let client = client();
    let send = |body: &str| {
        let request = client.request("POST", "/api/notes");
        let response = request
            .header("Content-Type", "application/json")
            .body(body)
            .send();
        let problem: serde_json::Value = response.json();
        assert!(problem["error"].is_string());
        response.status().code()
    };
    assert_eq!(send("{\"text\": "), 400);
    assert_eq!(send("{\"txet\": \"milk\"}"), 422);
    assert_eq!(send("{\"text\": \" \"}"), 422);
    assert_eq!(
        client.get("/api/notes/7").json::<serde_json::Value>()["error"],
        "There is no note 7."
    );
    let refused = client.request("PUT", "/api/notes/7").send();
    assert_eq!(refused.status(), 405);
    assert_eq!(refused.header("Allow"), Some("GET, DELETE, HEAD, OPTIONS"));
}
