//! `runtime dev`: a change is the next answer, and a broken build takes nothing away.

use std::time::Duration;

use wasgi_tests::server::wait_up_to;
use wasgi_tests::{Connection, Project, Response, Server, get};

/// A Python build takes 20 s of processor time, and other tests want the processor too.
const BUILD: Duration = Duration::from_secs(300);

/// What a person's browser is shown.
fn browse(server: &Server, path: &str) -> Response {
    Connection::open(server.addr).request("GET", path, &[("Accept", "text/html,*/*;q=0.8")], b"")
}

fn wait_for_text(server: &Server, path: &str, text: &str) {
    wait_up_to(BUILD, &format!("{text:?} at {path}"), || {
        get(server.addr, path).text().contains(text).then_some(())
    });
}

/// Waits for the page that tells a person what is wrong.
fn wait_for_error_page(server: &Server) -> String {
    wait_up_to(BUILD, "the error page", || {
        let response = browse(server, "/");
        let page = response.text();
        (response.status == 500 && page.contains("The build failed")).then_some(page)
    })
}

fn wait_for_recovery(server: &Server, text: &str) {
    wait_up_to(BUILD, "the repaired app", || {
        let response = browse(server, "/");
        (response.status == 200 && response.text().contains(text)).then_some(())
    });
}

#[test]
fn a_python_project_follows_its_files_and_survives_their_errors() {
    let project = Project::new("dev-python", "python");
    let server = Server::dev(&project.path);
    wait_for_text(&server, "/", "Hello, world!");

    project.replace("app.py", "Hello, {name}!", "Welcome, {name}!");
    wait_for_text(&server, "/", "Welcome, world!");

    project.replace("app.py", "def app(", "def app((");
    let page = wait_for_error_page(&server);
    assert!(page.contains("SyntaxError"), "{page}");
    let file = project.file("app.py").canonicalize().unwrap();
    assert!(page.contains(&file.display().to_string()), "{page}");
    assert!(page.contains("def app((environ"), "{page}");
    // Programs, pictures and style sheets still get the last app that worked.
    assert!(get(server.addr, "/").text().contains("Welcome, world!"));
    assert_eq!(get(server.addr, "/static/style.css").status, 200);

    project.replace("app.py", "def app((", "def app(");
    wait_for_recovery(&server, "Welcome, world!");
}

#[test]
fn a_rust_project_follows_its_files_and_survives_their_errors() {
    let project = Project::new("dev-rust", "rust");
    let server = Server::dev(&project.path);
    wait_for_text(&server, "/", "Hello, world!");

    project.replace("src/lib.rs", "Hello, {name}!", "Welcome, {name}!");
    wait_for_text(&server, "/", "Welcome, world!");

    project.replace("src/lib.rs", "Html<String> {", "Html<Strin> {");
    let page = wait_for_error_page(&server);
    assert!(page.contains("cannot find type `Strin`"), "{page}");
    assert!(page.contains("src/lib.rs"), "{page}");
    assert!(
        page.contains("Html&lt;Strin&gt;"),
        "the compiler's words are escaped: {page}"
    );
    assert!(get(server.addr, "/").text().contains("Welcome, world!"));

    project.replace("src/lib.rs", "Html<Strin> {", "Html<String> {");
    wait_for_recovery(&server, "Welcome, world!");

    project.write("static/new.css", "p { color: red }\n");
    wait_for_text(&server, "/static/new.css", "color: red");
}

#[test]
fn a_project_that_is_broken_from_the_start_is_served_once_it_is_repaired() {
    let project = Project::new("dev-broken", "rust");
    project.replace("app.toml", "[static]", "[statics]");
    let server = Server::dev(&project.path);
    let page = wait_for_error_page(&server);
    assert!(page.contains("there is no key `statics`"), "{page}");
    assert!(page.contains("did you mean `static`"), "{page}");
    assert!(server.logged("there is no key `statics`").contains("hint:"));

    project.replace("app.toml", "[statics]", "[static]");
    wait_for_recovery(&server, "Hello, world!");
}
