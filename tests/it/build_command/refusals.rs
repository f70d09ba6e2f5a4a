//! Bad input: one error that says what, where and the cure, exit code 1, and
//! nothing half-written.

use std::ffi::OsStr;
use std::net::TcpListener;
use std::path::Path;

use wasgi_tests::{Project, component, guest, output};

/// Runs `runtime` to its failure, and checks that all these texts are in its one error.
fn refused<S: AsRef<OsStr>>(arguments: &[S], texts: &[&str]) {
    let output = output(arguments);
    let message = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{message}");
    assert_eq!(output.stdout, b"", "{message}");
    let errors = message.lines().filter(|line| line.starts_with("error: "));
    assert_eq!(errors.count(), 1, "{message}");
    for text in texts.iter().copied().chain(["\nhint: "]) {
        assert!(message.contains(text), "{text:?} is not in\n{message}");
    }
    assert!(!message.contains("panicked"), "{message}");
}

fn refused_app(bytes: &[u8], texts: &[&str]) {
    let folder = tempfile::tempdir().unwrap();
    let app = folder.path().join("app.wasm");
    std::fs::write(&app, bytes).unwrap();
    let texts = [&["app.wasm: "], texts].concat();
    let arguments = [
        "run".as_ref(),
        app.as_os_str(),
        "--listen".as_ref(),
        "127.0.0.1:0".as_ref(),
    ];
    refused(&arguments, &texts);
}

/// Builds a project into a folder that must stay empty.
fn refused_project(project: &Path, texts: &[&str]) {
    let folder = tempfile::tempdir().unwrap();
    let app = folder.path().join("app.wasm");
    let arguments = [
        "build".as_ref(),
        project.as_os_str(),
        "-o".as_ref(),
        app.as_os_str(),
    ];
    refused(&arguments, texts);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn a_file_that_is_not_wasm() {
    refused_app(
        b"print('hello')\n",
        &[
            "this is not WebAssembly",
            "a file that `runtime build` wrote",
        ],
    );
    refused_app(b"", &["this is not WebAssembly"]);
}

#[test]
fn a_core_module() {
    refused_app(
        &component::core_module(),
        &[
            "a core WebAssembly module, not a component",
            "wasm32-wasip2",
        ],
    );
}

#[test]
fn a_component_without_application() {
    refused_app(
        &component::empty(),
        &[
            "does not export wasgi:app/application@0.1.0",
            "it exports nothing",
        ],
    );
}

#[test]
fn an_unknown_import() {
    let app = std::fs::read(guest("examples/hello-rust")).unwrap();
    refused_app(
        &component::importing(&app, "acme:weather/forecast@1.0.0"),
        &[
            "imports what this host does not lend: acme:weather/forecast@1.0.0",
            "`runtime check`",
        ],
    );
}

#[test]
fn a_truncated_bundle_wherever_it_is_cut() {
    let app = std::fs::read(guest("examples/notes-rust")).unwrap();
    for length in [6, app.len() / 2, app.len() - 100, app.len() - 1] {
        let cut = app.get(..length).unwrap();
        refused_app(
            cut,
            &[
                "cut off or damaged at byte",
                "copy the file again, or build it again",
            ],
        );
    }
}

#[test]
fn an_app_that_is_not_there() {
    refused(
        &["run", "no-such-app.wasm"],
        &["cannot read the app no-such-app.wasm", "No such file"],
    );
    refused(
        &["check", "no-such-app.wasm"],
        &["cannot read the app no-such-app.wasm"],
    );
}

#[test]
fn a_folder_that_is_not_there_or_cannot_be_read() {
    let folder = tempfile::tempdir().unwrap();
    refused_project(
        &folder.path().join("missing"),
        &["cannot open the project", "missing", "No such file"],
    );
    let file = folder.path().join("file");
    std::fs::write(&file, "").unwrap();
    refused_project(&file, &["cannot open the project", "Not a directory"]);
    std::os::unix::fs::symlink("turning", folder.path().join("turning")).unwrap();
    refused_project(
        &folder.path().join("turning"),
        &["cannot open the project", "turning"],
    );
}

#[test]
fn a_folder_without_permission() {
    use std::os::unix::fs::PermissionsExt;

    let project = Project::empty("secret");
    project.write("app.py", "app = None\n");
    let closed = std::fs::Permissions::from_mode(0o000);
    std::fs::set_permissions(&project.path, closed).unwrap();
    if std::fs::read_dir(&project.path).is_ok() {
        println!("skipped: root reads every folder");
    } else {
        refused_project(
            &project.path,
            &["cannot open the project", "secret", "Permission denied"],
        );
    }
    let open = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(&project.path, open).unwrap();
}

#[test]
fn a_folder_that_is_no_project() {
    let project = Project::empty("nothing");
    refused_project(
        &project.path,
        &[
            "nothing does not look like a project",
            "a Rust project has Cargo.toml",
        ],
    );
    assert_eq!(std::fs::read_dir(&project.path).unwrap().count(), 0);
}

#[test]
fn a_manifest_with_an_unknown_key() {
    let project = Project::empty("typo");
    project.write("app.py", "def app(environ, start_response): ...\n");
    project.write(
        "app.toml",
        "[app]\nname = \"typo\"\n\n[build]\nentri = \"app:app\"\n",
    );
    refused_project(
        &project.path,
        &[
            "app.toml:5: there is no key `entri`",
            "did you mean `entry`?",
            "the keys here are",
        ],
    );
    assert!(!project.file(".wasgi").exists(), "nothing was begun");
}

#[test]
fn a_manifest_that_names_what_is_not_there() {
    let project = Project::empty("absent");
    project.write("app.py", "def app(environ, start_response): ...\n");
    project.write("app.toml", "[static]\ndir = \"public\"\n");
    refused_project(
        &project.path,
        &[
            "app.toml: static.dir names public, which is not there",
            "create it, or take the key out",
        ],
    );
}

#[test]
fn a_port_in_use() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let app = guest("examples/hello-rust");
    let arguments = [
        "run".as_ref(),
        app.as_os_str(),
        "--listen".as_ref(),
        OsStr::new(&address),
    ];
    refused(
        &arguments,
        &[
            &address,
            "another program listens on",
            "choose another port",
        ],
    );
}

#[test]
fn wrong_usage_exits_2_and_shows_the_usage() {
    for arguments in [
        &[][..],
        &["run"],
        &["serve-everything"],
        &["run", "app.wasm", "--no-such-option"],
        &["run", "app.wasm", "--env", "NO_VALUE"],
        &["run", "app.wasm", "--memory", "much"],
        &["build"],
    ] {
        let output = output(arguments);
        let message = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {message}");
        assert!(message.contains("--help"), "{arguments:?}: {message}");
    }
}

const APP: &str =
    "def app(environ, start_response):\n    start_response('200 OK', [])\n    return [b'ok']\n";

/// An `app.toml` with this entry.
fn manifest(entry: &str) -> String {
    format!("[build]\nlanguage = \"python\"\nentry = \"{entry}\"\n")
}

#[test]
fn a_missing_entry_module() {
    let project = Project::python(&[("shop.py", APP), ("app.toml", &manifest("store:app"))]);
    refused_project(
        &project.path,
        &[
            "store",
            "set build.entry in app.toml",
            "the project's modules are: shop",
        ],
    );
}

#[test]
fn a_missing_callable() {
    let project = Project::python(&[
        ("shop.py", APP),
        ("app.toml", &manifest("shop:application")),
    ]);
    refused_project(
        &project.path,
        &[
            "shop",
            "application",
            "set build.entry in app.toml, for example to \"shop:app\"",
        ],
    );
}

#[test]
fn a_python_syntax_error() {
    let project = Project::python(&[("app.py", "def app(environ, start_response:\n    pass\n")]);
    let file = project.file("app.py").canonicalize().unwrap();
    refused_project(
        &project.path,
        &[
            "Python cannot read the project",
            &format!("File \"{}\", line 1", file.display()),
            "SyntaxError",
        ],
    );
}

#[test]
fn a_requirement_without_a_wheel_that_can_run() {
    let project = Project::python(&[
        ("app.py", &format!("import numpy\n{APP}")),
        ("requirements.txt", "numpy\n"),
    ]);
    refused_project(
        &project.path,
        &[
            "the requirement numpy has no wheel that can run",
            "is machine code",
            "replace numpy by",
        ],
    );
}

#[test]
fn a_requirement_that_does_not_exist() {
    let project = Project::python(&[("app.py", APP), ("requirements.txt", "./not-here\n")]);
    refused_project(
        &project.path,
        &["installing the requirements with pip failed", "not-here"],
    );
}
