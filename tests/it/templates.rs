//! Templates, as a served app has them.

use std::time::{Duration, Instant};

use wasgi_tests::server::wait_up_to;
use wasgi_tests::{Project, Server, get, guest, output};

use crate::served::Served;

#[test]
fn a_short_page_is_whole_and_a_part_of_it_is_a_page() {
    let served = Served::new(&[]);
    let page = served.subject.get("/template?name=hello.html");
    assert_eq!(page.status, 200, "{}", page.text());
    assert_eq!(
        page.header("content-type"),
        Some("text/html; charset=utf-8")
    );
    let expected = "<title>Hello</title><p>Hello, &lt;Ann&gt;!</p>";
    assert!(page.text().contains(expected), "{}", page.text());
    let length = page.body.len().to_string();
    assert_eq!(page.header("content-length"), Some(length.as_str()));
    let block = served.get("/template/block?name=hello.html&block=content");
    assert_eq!(block.trim(), "<p>Hello, &lt;Ann&gt;!</p>");
    assert!(
        served
            .get("/template/string?name=hello.html")
            .contains(expected)
    );
    assert_eq!(
        served.get("/template/text?text=%7B%7B%20name%20%7D%7D"),
        "&lt;Ann&gt;"
    );
}

#[test]
fn rows_of_a_query_are_shown_without_passing_through_the_guest_and_within_its_transaction() {
    let served = Served::new(&[]);
    let page = served.get("/template/rows?rows=3");
    assert!(
        page.contains("<li>row 1</li>\n<li>row 2</li>\n<li>row 3</li>"),
        "{page}"
    );
    let pulled = served.get("/template/pulled?rows=3000");
    assert_eq!(pulled, served.get("/template/rows?rows=3000"));
    assert_eq!(served.get("/template/within").trim(), "42");
}

#[test]
fn a_long_page_waits_for_its_client_and_ends_with_it() {
    let served = Served::new(&["--instances", "1"]);
    // Some 2 MB, of which the first piece is taken.
    let mut connection = served.ask("/template/rows?rows=100000");
    assert_eq!(connection.head().status, 200);
    let first = connection.chunk().unwrap();
    assert!(
        first.starts_with(b"<ul>"),
        "{}",
        String::from_utf8_lossy(&first)
    );
    drop(connection);
    // The one instance comes back, and the one renderer.
    let page = served.get("/template/rows?rows=100000");
    assert!(
        page.ends_with("<li>row 100000</li>\n</ul>\n"),
        "{}",
        page.len()
    );
}

#[test]
fn what_is_wrong_is_told_with_its_place() {
    let served = Served::new(&[]);
    for (path, parts) in [
        (
            "/template?name=wrong.html",
            &["wrong.html", "nobody", "3"][..],
        ),
        ("/template?name=helo.html", &["helo.html", "hello.html"]),
        (
            "/template/block?name=hello.html&block=none",
            &["none", "hello.html"],
        ),
        ("/template/text?text=%7B%25%20if%20%25%7D", &["1:"]),
    ] {
        let text = served.get(path);
        assert!(text.starts_with("error: "), "{path}: {text}");
        for part in parts {
            assert!(text.contains(part), "{path}: {part}: {text}");
        }
    }
    let raised = served.subject.get("/template?name=wrong.html&raise=1");
    assert_eq!(raised.status, 500);
    assert!(!raised.text().contains("nobody"), "{}", raised.text());
    let log = served.subject.server.logged("wrong.html:3");
    assert!(log.contains("{{ nobody }}"), "{log}");
}

#[test]
fn what_is_wrong_in_the_rest_of_a_page_breaks_the_answer_off() {
    let served = Served::new(&[]);
    let mut connection = served.ask("/template?name=late.html");
    assert_eq!(connection.head().status, 200);
    let rest = String::from_utf8_lossy(&connection.rest()).into_owned();
    assert!(rest.contains("the line 1"), "{rest}");
    assert!(!rest.ends_with("0\r\n\r\n"), "it looks whole");
    served.subject.server.logged("late.html:2");
}

#[test]
fn a_template_without_end_and_one_without_bound_are_ended() {
    let served = Served::new(&["--instances", "2"]);
    let begun = Instant::now();
    let endless = served.get("/template?name=endless.html");
    assert!(endless.starts_with("error: "), "{endless}");
    assert!(
        begun.elapsed() < Duration::from_secs(25),
        "{:?}",
        begun.elapsed()
    );
    let large = served.get("/template?name=large.html");
    assert!(
        large.starts_with("error: ") && large.contains("memory"),
        "{large}"
    );
    assert!(served.get("/template?name=hello.html").contains("Hello"));
    served.subject.is_usable();
}

#[test]
fn a_folder_can_take_the_place_of_the_apps_own_templates() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("other.html"), "other {{ name }}").unwrap();
    let path = folder.path().to_str().unwrap();
    let served = Served::new(&["--templates", path]);
    assert_eq!(served.get("/template?name=other.html"), "other &lt;Ann&gt;");
    assert!(
        served
            .get("/template?name=hello.html")
            .starts_with("error: ")
    );
}

#[test]
fn a_broken_template_is_told_before_the_app_serves() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("broken.html"), "<p>\n{% if %}").unwrap();
    let app = guest("tests/guests/rust");
    let output = output([
        "run".as_ref(),
        app.as_os_str(),
        "--listen".as_ref(),
        "127.0.0.1:0".as_ref(),
        "--templates".as_ref(),
        folder.path().as_os_str(),
    ]);
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("broken.html:2"), "{said}");
    assert!(said.contains("{% if %}"), "{said}");
}

#[test]
fn in_dev_a_changed_template_is_the_next_answer_and_an_error_is_a_page() {
    let project = Project::new("dev-templates", "rust");
    project.write("templates/hello.html", "<p>Hello, {{ name }}!</p>");
    project.write(
        "src/lib.rs",
        "use wasgi::templates::{Page, Result, context, render};\n\
         use wasgi::web::Router;\n\
         fn hello() -> Result<Page> {\n    render(\"hello.html\", context! { name: \"you\" })\n}\n\
         fn app() -> Router {\n    Router::new().get(\"/\", hello)\n}\n\
         wasgi::export!(app);\n",
    );
    let server = Server::dev(&project.path);
    let see = |text: &str| {
        wait_up_to(Duration::from_secs(300), text, || {
            get(server.addr, "/").text().contains(text).then_some(())
        });
    };
    see("<p>Hello, you!</p>");
    project.write("templates/hello.html", "<p>Welcome, {{ name }}!</p>");
    // No build: at once.
    assert_eq!(get(server.addr, "/").text(), "<p>Welcome, you!</p>");
    project.write("templates/hello.html", "<p>{{ nobody }}</p>");
    let response = get(server.addr, "/");
    assert_eq!(response.status, 500);
    let page = response.text();
    assert!(page.contains("hello.html:1"), "{page}");
    assert!(page.contains("&lt;p&gt;{{ nobody }}"), "{page}");
}

/// The unit tests of `wasgi.templates`, in the guest.
#[test]
fn the_python_sdks_own_tests_pass_inside_the_guest() {
    let folder = tempfile::tempdir().unwrap();
    let db = folder.path().join("app.db");
    let arguments = ["--db", db.to_str().unwrap()];
    let server = Server::run(&guest("tests/guests/python-templates"), &arguments);
    let modules = get(server.addr, "/").text();
    assert!(modules.lines().count() >= 3, "{modules}");
    for module in modules.lines() {
        let response = get(server.addr, &format!("/run?{module}"));
        assert_eq!(response.status, 200, "{module}: {}", response.text());
    }
}
