//! Tests of `runtime new`, below the command line.

use super::*;

fn read(folder: &Path, file: &str) -> String {
    fs::read_to_string(folder.join(file)).unwrap()
}

#[test]
fn a_rust_project_brings_its_sdk_and_needs_no_workspace() {
    let parent = tempfile::tempdir().unwrap();
    let project = create("my-app", Language::Rust, parent.path()).unwrap();
    assert_eq!(project, parent.path().join("my-app"));
    assert!(read(&project, "Cargo.toml").contains("name = \"my-app\""));
    assert!(read(&project, "tests/app.rs").contains("my_app::app"));
    assert!(read(&project, ".gitignore").contains("/target"));
    let manifest = read(&project, "vendor/wasgi/Cargo.toml");
    assert!(!manifest.contains("workspace"), "{manifest}");
    manifest.parse::<toml::Table>().unwrap();
    assert!(read(&project, "vendor/wasgi/wit/world.wit").contains("world app"));
}

#[test]
fn the_copied_sdk_finds_its_wit() {
    let parent = tempfile::tempdir().unwrap();
    let project = create("my-app", Language::Rust, parent.path()).unwrap();
    let bindings = read(&project, "vendor/wasgi/src/host/bindings.rs");
    assert!(bindings.contains(WIT_PATH.1), "{bindings}");
    assert!(!bindings.contains("../"), "{bindings}");
}

#[test]
fn a_python_project_is_an_app_a_manifest_and_a_test() {
    let parent = tempfile::tempdir().unwrap();
    let project = create("my_app", Language::Python, parent.path()).unwrap();
    assert!(read(&project, "app.py").contains("def app(environ, start_response):"));
    assert!(read(&project, "app.toml").contains("name = \"my_app\""));
    assert!(project.join("test_app.py").is_file());
    assert!(!project.join("vendor").exists());
}

#[test]
fn no_placeholder_is_left() {
    let parent = tempfile::tempdir().unwrap();
    for (name, language) in [("one", Language::Rust), ("two", Language::Python)] {
        let project = create(name, language, parent.path()).unwrap();
        for file in [
            "README.md",
            "app.toml",
            "Cargo.toml",
            "src/lib.rs",
            "app.py",
        ] {
            if project.join(file).exists() {
                assert!(!read(&project, file).contains("{{"), "{file}");
            }
        }
    }
}

#[test]
fn a_bad_name_is_refused_before_anything_is_written() {
    let parent = tempfile::tempdir().unwrap();
    let long = "x".repeat(65);
    for name in [
        "", "My-App", "1st", "a b", "../up", "a/b", "é", "-x", "a.b", &long,
    ] {
        for language in [Language::Rust, Language::Python] {
            let error = create(name, language, parent.path()).unwrap_err();
            assert!(matches!(error, NewError::BadName { .. }), "{name:?}");
            assert!(error.hint().is_some());
        }
    }
    for name in ["fn", "wasgi", "test", "proc-macro"] {
        let error = create(name, Language::Rust, parent.path()).unwrap_err();
        assert!(matches!(error, NewError::BadName { .. }), "{name:?}");
    }
    assert_eq!(fs::read_dir(parent.path()).unwrap().count(), 0);
}

#[test]
fn what_exists_is_left_alone() {
    let parent = tempfile::tempdir().unwrap();
    fs::create_dir(parent.path().join("taken")).unwrap();
    let error = create("taken", Language::Python, parent.path()).unwrap_err();
    assert!(matches!(error, NewError::Exists(_)));
    assert_eq!(
        fs::read_dir(parent.path().join("taken")).unwrap().count(),
        0
    );
    assert_eq!(fs::read_dir(parent.path()).unwrap().count(), 1);
}

#[test]
fn a_folder_that_is_not_there_is_an_error_and_stays_so() {
    let parent = tempfile::tempdir().unwrap();
    let missing = parent.path().join("missing");
    let error = create("app", Language::Python, &missing).unwrap_err();
    assert!(matches!(error, NewError::Write { .. }));
    assert!(!missing.exists());
}

#[test]
fn a_manifest_gets_what_it_takes_over_from_its_workspace() {
    let member = "[package]\nversion.workspace = true\n[dependencies]\na.workspace = true\n\
                  b = \"2\"\n[target.x.dependencies]\nc.workspace = true\n[lints]\nworkspace = true\n";
    let workspace = "[workspace.package]\nversion = \"1.2.3\"\n[workspace.dependencies]\n\
                     a = \"1\"\nc = { version = \"3\", features = [\"f\"] }\n";
    let made: toml::Table = standalone_manifest(member, workspace)
        .unwrap()
        .parse()
        .unwrap();
    assert_eq!(made["package"]["version"].as_str(), Some("1.2.3"));
    assert_eq!(made["dependencies"]["a"].as_str(), Some("1"));
    assert_eq!(made["dependencies"]["b"].as_str(), Some("2"));
    assert_eq!(
        made["target"]["x"]["dependencies"]["c"]["version"].as_str(),
        Some("3")
    );
    assert!(!made.contains_key("lints"));
}

#[test]
fn the_copied_crates_depend_on_each_other_and_on_no_other_folder() {
    let parent = tempfile::tempdir().unwrap();
    let project = create("my-app", Language::Rust, parent.path()).unwrap();
    for name in ["wasgi", "wasgi-macros", "wasgi-orm"] {
        let folder = project.join("vendor").join(name);
        assert!(folder.join("src/lib.rs").is_file(), "{name}");
        let manifest = read(&folder, "Cargo.toml");
        for line in manifest.lines().filter(|line| line.starts_with("path = ")) {
            let path = line.trim_start_matches("path = ").trim_matches('"');
            assert!(
                folder.join(path).join("Cargo.toml").is_file(),
                "{name}: {line}"
            );
        }
        assert!(!manifest.contains("workspace"), "{manifest}");
    }
}
