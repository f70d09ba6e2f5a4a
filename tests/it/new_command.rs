//! `runtime new`: the project it makes is built, served and tested as it stands.

use std::process::{Command, Output};

use wasgi_tests::{Connection, Project, Server, output, runtime};

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn assert_runs(project: &Project) {
    let server = Server::run(&project.path, &[]);
    let mut connection = Connection::open(server.addr);
    let page = connection.get("/?name=Ada+%26+Bob");
    assert_eq!(page.status, 200, "{}", page.text());
    assert!(
        page.text().contains("<h1>Hello, Ada &amp; Bob!</h1>"),
        "{}",
        page.text()
    );
    let style = connection.get("/static/style.css");
    assert_eq!(style.status, 200);
    assert!(
        style
            .header("content-type")
            .unwrap()
            .starts_with("text/css")
    );
    assert_eq!(connection.get("/nowhere").status, 404);
}

fn assert_tests_pass(project: &Project, command: &[&str], ran: &str) {
    let (program, arguments) = command.split_first().unwrap();
    let tested = Command::new(program)
        .args(arguments)
        .current_dir(&project.path)
        .output()
        .unwrap();
    let report = text(&tested.stdout) + &text(&tested.stderr);
    assert!(tested.status.success(), "{report}");
    assert!(report.contains(ran), "{report}");
}

#[test]
fn a_new_rust_project_runs_and_its_tests_pass() {
    let project = Project::new("new-rust", "rust");
    assert_runs(&project);
    assert_tests_pass(
        &project,
        &["cargo", "test"],
        "test the_page_greets_whoever_is_named ... ok",
    );
}

#[test]
fn a_new_python_project_runs_and_its_tests_pass() {
    let project = Project::new("new-python", "python");
    assert_runs(&project);
    assert_tests_pass(
        &project,
        &["python3", "-B", "-m", "unittest"],
        "Ran 2 tests",
    );
}

fn new_in(folder: &std::path::Path, arguments: &[&str]) -> Output {
    Command::new(runtime())
        .arg("new")
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap()
}

#[test]
fn a_new_project_is_announced_with_the_next_step() {
    let folder = tempfile::tempdir().unwrap();
    let made = new_in(folder.path(), &["shop", "--lang", "python"]);
    assert_eq!(made.status.code(), Some(0));
    assert!(
        text(&made.stdout).trim_end().ends_with("shop"),
        "{}",
        text(&made.stdout)
    );
    assert!(
        text(&made.stderr).contains("runtime dev ."),
        "{}",
        text(&made.stderr)
    );
}

#[test]
fn what_is_there_is_never_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("shop"), "mine").unwrap();
    let refused = new_in(folder.path(), &["shop", "--lang", "rust"]);
    assert_eq!(refused.status.code(), Some(1));
    let message = text(&refused.stderr);
    assert!(message.contains("shop exists already"), "{message}");
    assert!(message.contains("hint: choose another name"), "{message}");
    assert_eq!(std::fs::read(folder.path().join("shop")).unwrap(), b"mine");
}

#[test]
fn a_bad_name_is_refused_and_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["My-App", "../up", "a b"] {
        let refused = new_in(folder.path(), &[name, "--lang", "python"]);
        assert_eq!(refused.status.code(), Some(1), "{name}");
        let message = text(&refused.stderr);
        assert!(
            message.contains("cannot be the name of a project"),
            "{message}"
        );
        assert!(
            message.contains("hint: a name begins with a lowercase letter"),
            "{message}"
        );
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn an_unknown_or_missing_language_is_wrong_usage() {
    for arguments in [&["new", "shop"][..], &["new", "shop", "--lang", "cobol"]] {
        let refused = output(arguments);
        assert_eq!(refused.status.code(), Some(2), "{arguments:?}");
        assert!(
            text(&refused.stderr).contains("--lang"),
            "{}",
            text(&refused.stderr)
        );
    }
}
