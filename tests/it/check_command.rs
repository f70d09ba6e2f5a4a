//! `runtime check`: what a component is, and what would be refused.

use std::process::Output;

use wasgi_tests::{component, guest, output};

fn check(file: &std::path::Path) -> (Option<i32>, String, String) {
    let Output {
        status,
        stdout,
        stderr,
    } = output(["check".as_ref(), file.as_os_str()]);
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (status.code(), text(&stdout), text(&stderr))
}

fn check_bytes(bytes: &[u8]) -> (Option<i32>, String, String) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("app.wasm");
    std::fs::write(&file, bytes).unwrap();
    check(&file)
}

#[test]
fn a_good_app_is_described_and_would_run() {
    let (code, stdout, stderr) = check(&guest("examples/notes-rust"));
    assert_eq!((code, stderr.as_str()), (Some(0), ""));
    for line in [
        "name        notes-rust",
        "language    rust",
        "static      served under /static",
        "files       1 in static",
        "  wasgi:app/application@0.1.0",
        "  wasgi:app/types@0.1.0",
        "would run",
    ] {
        assert!(
            stdout.lines().any(|found| found == line),
            "{line:?} in\n{stdout}"
        );
    }
    assert!(!stdout.contains("refused"), "{stdout}");
}

#[test]
fn an_app_with_a_database_tells_its_models() {
    let (code, stdout, stderr) = check(&guest("examples/guestbook-rust"));
    assert_eq!(code, Some(0), "{stderr}");
    let author = "  author      id, name, joined";
    assert!(stdout.lines().any(|line| line == author), "{stdout}");
    assert!(stdout.contains("in templates"), "{stdout}");
}

#[test]
fn a_python_app_names_its_entry_and_its_tools() {
    let (code, stdout, _) = check(&guest("examples/hello-python"));
    assert_eq!(code, Some(0));
    for text in [
        "language    python",
        "entry       app:app",
        "built by    componentize-py ",
    ] {
        assert!(stdout.contains(text), "{text:?} in\n{stdout}");
    }
}

#[test]
fn an_unknown_import_is_marked_and_named() {
    let app = std::fs::read(guest("examples/hello-rust")).unwrap();
    let (code, stdout, stderr) =
        check_bytes(&component::importing(&app, "acme:weather/forecast@1.0.0"));
    assert_eq!(code, Some(1));
    assert!(
        stdout.contains("  acme:weather/forecast@1.0.0  (refused)"),
        "{stdout}"
    );
    assert!(!stdout.contains("would run"), "{stdout}");
    assert!(
        stderr.contains("app.wasm would be refused: it imports acme:weather/forecast@1.0.0"),
        "{stderr}"
    );
    assert!(stderr.contains("hint: "), "{stderr}");
}

#[test]
fn a_component_without_application_says_what_is_missing() {
    let (code, _, stderr) = check_bytes(&component::empty());
    assert_eq!(code, Some(1));
    assert!(
        stderr.contains("it does not export wasgi:app/application@0.1.0"),
        "{stderr}"
    );
}

#[test]
fn what_is_no_component_is_one_error_with_file_and_cure() {
    for (bytes, what) in [
        (&b"print('hello')"[..], "this is not WebAssembly"),
        (
            &component::core_module(),
            "a core WebAssembly module, not a component",
        ),
    ] {
        let (code, stdout, stderr) = check_bytes(bytes);
        assert_eq!((code, stdout.as_str()), (Some(1), ""));
        assert!(
            stderr.starts_with("error: ") && stderr.contains("app.wasm: "),
            "{stderr}"
        );
        assert!(
            stderr.contains(what) && stderr.contains("\nhint: "),
            "{stderr}"
        );
    }
}
