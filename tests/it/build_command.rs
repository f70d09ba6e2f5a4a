//! `runtime build`: what it writes and where, and that nothing is built twice.
//! What it refuses is in [`refusals`].

mod refusals;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;
use std::time::SystemTime;

use wasgi_tests::{Connection, Project, Server, get, output};

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// The path that a good build prints.
fn built(output: &Output) -> PathBuf {
    assert!(output.status.success(), "{}", stderr(output));
    PathBuf::from(String::from_utf8_lossy(&output.stdout).trim_end())
}

fn modified(file: &Path) -> SystemTime {
    fs::metadata(file).unwrap().modified().unwrap()
}

#[test]
fn a_project_is_built_again_when_something_changed_and_only_then() {
    let project = Project::new("build-rust", "rust");
    let first = project.build();
    let app = built(&first);
    assert!(
        app.ends_with(".wasgi/build/build-rust.wasm"),
        "{}",
        app.display()
    );
    assert!(stderr(&first).contains("compiling"), "{}", stderr(&first));
    let time = modified(&app);

    let text = project.read("src/lib.rs");
    project.write("src/lib.rs", &text);
    let second = project.build();
    assert_eq!(built(&second), app);
    assert_eq!(stderr(&second), "", "the same content is up to date");
    assert_eq!(modified(&app), time);

    project.write("static/new.txt", "new");
    assert_eq!(built(&project.build()), app);
    assert_ne!(modified(&app), time);
    let server = Server::run(&app, &[]);
    assert_eq!(get(server.addr, "/static/new.txt").text(), "new");
    drop(server);

    fs::remove_file(&app).unwrap();
    assert_eq!(built(&project.build()), app);
    assert!(app.is_file(), "a result that is gone is made again");
}

#[test]
fn the_app_is_one_file_that_runs_where_its_project_is_not() {
    let project = Project::new("build-alone", "rust");
    let elsewhere = tempfile::tempdir().unwrap();
    let app = elsewhere.path().join("deep/folder/app.wasm");
    let arguments = [
        "build".as_ref(),
        project.path.as_os_str(),
        "-o".as_ref(),
        app.as_os_str(),
    ];
    assert_eq!(built(&output(arguments)), app);
    let beside: Vec<_> = fs::read_dir(app.parent().unwrap()).unwrap().collect();
    assert_eq!(beside.len(), 1, "{beside:?}");
    drop(project);
    let server = Server::run(&app, &[]);
    assert!(get(server.addr, "/").text().contains("Hello, world!"));
    assert_eq!(get(server.addr, "/static/style.css").status, 200);
}

#[test]
fn static_files_are_kept_for_ever_by_their_digests_and_compressed_once() {
    let project = Project::new("build-assets", "rust");
    let rules = "p { margin: 0 }\n".repeat(200);
    project.write("static/base.css", &rules);
    project.write(
        "static/site.css",
        "@import 'base.css';\np { q: url(gone.png) }",
    );
    let first = project.build();
    let app = built(&first);
    let warning = "note: static/site.css:2: `gone.png` is not among the static files";
    assert!(stderr(&first).contains(warning), "{}", stderr(&first));

    let server = Server::run(&app, &[]);
    let site = get(server.addr, "/static/site.css");
    assert_eq!(
        site.header("cache-control"),
        Some("public, max-age=0, must-revalidate")
    );
    assert!(site.text().starts_with("@import 'base.css'"));
    let digest = site.header("etag").unwrap().trim_matches(['W', '/', '"']);
    let site = get(server.addr, &format!("/static/site.{digest}.css"));
    assert_eq!(site.status, 200);
    let text = site.text();
    let base = text.split('\'').nth(1).unwrap();
    assert_ne!(base, "base.css");
    let path = format!("/static/{base}");
    let ask = |header| Connection::open(server.addr).request("GET", &path, &[header], b"");
    let plain = ask(("Accept-Encoding", "identity"));
    assert_eq!((plain.status, plain.text()), (200, rules));
    assert_eq!(
        plain.header("cache-control"),
        Some("public, max-age=31536000, immutable")
    );
    let tag = plain.header("etag").unwrap();
    assert!(base.contains(tag.trim_matches('"')), "{base}, {tag}");
    assert_eq!(ask(("If-None-Match", tag)).status, 304);
    for encoding in ["br", "zstd", "gzip"] {
        let packed = ask(("Accept-Encoding", encoding));
        assert_eq!(packed.header("content-encoding"), Some(encoding));
        let length: usize = packed.header("content-length").unwrap().parse().unwrap();
        assert!(length < 200, "{length}");
    }
    drop(server);

    let cache = || -> Vec<_> {
        let entries = fs::read_dir(project.file(".wasgi/assets")).unwrap();
        let mut files: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
        files.sort();
        files
            .into_iter()
            .map(|path| (modified(&path), path))
            .collect()
    };
    let compressed = cache();
    assert!(!compressed.is_empty());
    project.write("static/new.txt", "new");
    built(&project.build());
    assert_eq!(cache(), compressed, "nothing is compressed twice");
}

#[test]
fn a_failed_build_leaves_the_last_good_app() {
    let project = Project::new("build-failing", "rust");
    let app = built(&project.build());
    let good = fs::read(&app).unwrap();
    project.replace("src/lib.rs", "pub fn app()", "pub fn app(");
    let failed = project.build();
    assert_eq!(failed.status.code(), Some(1));
    let message = stderr(&failed);
    assert!(
        message.contains("error: the project does not compile"),
        "{message}"
    );
    assert!(message.contains("src/lib.rs"), "{message}");
    assert_eq!(failed.stdout, b"");
    assert_eq!(fs::read(&app).unwrap(), good);
}
