//! Recognition of projects, with and without `app.toml`.

use super::*;
use crate::error::Advice as _;

fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("temporary folder");
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("parent")).expect("folder");
        fs::write(path, text).expect("file");
    }
    folder
}

fn recognised(files: &[(&str, &str)]) -> Project {
    Project::recognise(folder(files).path()).expect("recognised")
}

fn refused(files: &[(&str, &str)]) -> BuildError {
    Project::recognise(folder(files).path()).expect_err("refused")
}

#[test]
fn a_rust_project_is_recognised_by_its_cargo_toml() {
    let project = recognised(&[("Cargo.toml", "")]);
    assert_eq!((project.language, project.entry), (Language::Rust, None));
    assert_eq!(project.guesses, ["Cargo.toml: this is a Rust project"]);
}

#[test]
fn python_projects_are_recognised_by_the_usual_files_and_names() {
    for (file, text, entry) in [
        (
            "wsgi.py",
            "from shop import create_app\napp = create_app()\n",
            "wsgi:app",
        ),
        (
            "wsgi.py",
            "from shop import app as application\n",
            "wsgi:application",
        ),
        ("app.py", "app: Flask = Flask(__name__)\n", "app:app"),
        (
            "app.py",
            "def application(environ, start_response):\n",
            "app:application",
        ),
        (
            "main.py",
            "def create_app(test_config=None):\n",
            "main:create_app()",
        ),
        (
            "main.py",
            "def make_app():\n    app = 1\n",
            "main:make_app()",
        ),
    ] {
        let project = recognised(&[(file, text)]);
        assert_eq!(project.entry.as_deref(), Some(entry), "{text}");
        assert!(project.guesses[0].contains(entry));
    }
}

#[test]
fn wsgi_py_goes_before_app_py_where_both_have_a_callable() {
    let project = recognised(&[("app.py", "app = 1"), ("wsgi.py", "application = 1")]);
    assert_eq!(project.entry.as_deref(), Some("wsgi:application"));
    let project = recognised(&[("app.py", "app = 1"), ("wsgi.py", "x = 1")]);
    assert_eq!(project.entry.as_deref(), Some("app:app"));
}

#[test]
fn a_django_project_is_recognised_by_manage_py() {
    let project = recognised(&[
        ("manage.py", ""),
        ("shop/wsgi.py", "application = 1"),
        ("blog/models.py", ""),
    ]);
    assert_eq!(project.entry.as_deref(), Some("shop.wsgi:application"));
}

#[test]
fn a_manifest_goes_before_looks() {
    let project = recognised(&[
        (
            "app.toml",
            "[app]\nname='shop'\n[build]\nentry='shop:web'\nrequirements='deps.txt'\n[static]\ndir='public'",
        ),
        ("app.py", "app = 1"),
        ("deps.txt", ""),
        ("requirements.txt", ""),
        ("public/a.css", ""),
    ]);
    assert_eq!(project.entry.as_deref(), Some("shop:web"));
    assert_eq!(project.language, Language::Python);
    assert_eq!(project.name, "shop");
    assert_eq!(project.requirements, Some("deps.txt".into()));
    assert!(project.guesses.is_empty());
}

#[test]
fn requirements_txt_is_taken_where_the_manifest_names_none() {
    let project = recognised(&[("app.py", "app = 1"), ("requirements.txt", "")]);
    assert_eq!(project.requirements, Some("requirements.txt".into()));
    assert_eq!(project.warmup, ["/"]);
}

#[test]
fn a_folder_that_is_nothing_says_what_would_make_it_a_project() {
    let error = refused(&[("README.md", "")]);
    assert!(error.to_string().ends_with("does not look like a project"));
    assert!(error.hint().expect("hint").contains("app.py"));
    let error = refused(&[("app.py", "print(1)\nappetite = 2\nif app == 1: pass\n")]);
    assert!(
        error
            .to_string()
            .ends_with("app.py: no WSGI callable with a usual name"),
        "{error}"
    );
    assert!(
        error
            .hint()
            .expect("hint")
            .contains("entry = \"app:callable\"")
    );
}

#[test]
fn a_folder_that_is_not_there_is_named() {
    let error = Project::recognise(Path::new("/nowhere/at/all")).expect_err("missing");
    assert_eq!(error.to_string(), "cannot open the project /nowhere/at/all");
}

#[test]
fn what_the_manifest_names_must_be_there() {
    let error = refused(&[
        ("app.toml", "[templates]\ndir='pages'"),
        ("app.py", "app = 1"),
    ]);
    let text = error.to_string();
    assert!(
        text.ends_with("app.toml: templates.dir names pages, which is not there"),
        "{text}"
    );
}

#[cfg(unix)]
#[test]
fn a_link_out_of_the_project_is_refused() {
    let folder = folder(&[
        ("app.toml", "[static]\ndir='public'"),
        ("app.py", "app = 1"),
    ]);
    std::os::unix::fs::symlink("/usr", folder.path().join("public")).expect("link");
    let error = Project::recognise(folder.path()).expect_err("escape");
    assert!(
        error
            .to_string()
            .ends_with("public points outside of the project"),
        "{error}"
    );
}
