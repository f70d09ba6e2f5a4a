//! `app.toml`: what is accepted, and how it is refused.

use super::*;
use crate::error::Advice as _;

fn parse(text: &str) -> Result<Manifest, ManifestError> {
    Manifest::parse(text, Path::new("app.toml"))
}

fn refusal(text: &str) -> (String, String) {
    let error = parse(text).expect_err(text);
    (error.to_string(), error.hint().unwrap_or_default())
}

#[test]
fn the_whole_contract_is_read() {
    let manifest = parse(
        r#"
        [app]
        name = "guestbook"
        [build]
        language = "python"
        entry = "app:app"
        requirements = "requirements.txt"
        warmup = ["/", "/about?x=1"]
        [templates]
        dir = "./templates"
        [static]
        dir = "static"
        url = "/assets/"
        "#,
    )
    .expect("the contract's example");
    assert_eq!(manifest.name.as_deref(), Some("guestbook"));
    assert_eq!(manifest.language, Some(Language::Python));
    assert_eq!(manifest.entry.as_deref(), Some("app:app"));
    assert_eq!(manifest.warmup, Some(vec!["/".into(), "/about?x=1".into()]));
    assert_eq!(manifest.templates, Some("templates".into()));
    let files = manifest.static_files.expect("static");
    assert_eq!(
        (files.dir, files.url.as_str()),
        ("static".into(), "/assets")
    );
}

#[test]
fn everything_is_optional() {
    assert_eq!(parse("").expect("empty"), Manifest::default());
    let files = parse("[static]\ndir = 'public'")
        .expect("no url")
        .static_files;
    assert_eq!(files.expect("static").url, "/static");
}

#[test]
fn an_unknown_key_names_its_line_and_the_nearest_known_key() {
    let (what, cure) = refusal("[build]\nlanguage = \"python\"\nentri = \"app:app\"\n");
    assert_eq!(what, "app.toml:3: there is no key `entri`");
    assert!(cure.starts_with("did you mean `entry`? "), "{cure}");
    let (what, cure) = refusal("[bulid]\n");
    assert_eq!(what, "app.toml:1: there is no key `bulid`");
    assert!(cure.starts_with("did you mean `build`? "), "{cure}");
    let (_, cure) = refusal("[app]\nzzzzzzzz = 1\n");
    assert_eq!(cure, "the keys here are name");
}

#[test]
fn broken_toml_and_wrong_types_name_their_line() {
    let (what, _) = refusal("[app]\nname = \n");
    assert!(what.starts_with("app.toml:2: "), "{what}");
    let (what, _) = refusal("[app]\n\nname = 7\n");
    assert!(what.starts_with("app.toml:3: invalid type"), "{what}");
    let (what, _) = refusal("[build]\nlanguage = \"cobol\"\n");
    assert!(
        what.starts_with("app.toml:2: unknown variant `cobol`"),
        "{what}"
    );
}

#[test]
fn paths_stay_inside_the_project() {
    for bad in ["..", "../x", "a/../../b", "/etc", "", "."] {
        let (what, cure) = refusal(&format!("[templates]\ndir = \"{bad}\"\n"));
        assert_eq!(
            what,
            format!("app.toml:2: templates.dir `{bad}` is outside of the project")
        );
        assert!(cure.contains("without `..`"), "{cure}");
    }
}

#[test]
fn values_are_checked_with_their_line() {
    for (text, key) in [
        ("[app]\nname = \"-x\"", "app.name"),
        ("[app]\nname = \"a b\"", "app.name"),
        ("[build]\nentry = \"app\"", "build.entry"),
        ("[build]\nentry = \"app:\"", "build.entry"),
        ("[build]\nentry = \"a/b:app\"", "build.entry"),
        ("[build]\nwarmup = [\"x\"]", "build.warmup"),
        ("[static]\nurl = \"/\"\ndir = \"s\"", "static.url"),
        ("[static]\nurl = \"/a/../b\"\ndir = \"s\"", "static.url"),
    ] {
        let (what, cure) = refusal(text);
        assert!(what.starts_with(&format!("app.toml:2: {key} `")), "{what}");
        assert!(!cure.is_empty());
    }
    assert!(parse("[build]\nentry = \"pkg.wsgi:create_app()\"").is_ok());
}

#[test]
fn any_folder_name_becomes_a_name() {
    assert_eq!(sanitised_name("My Guestbook!"), "my-guestbook");
    assert_eq!(sanitised_name("..."), "app");
}
