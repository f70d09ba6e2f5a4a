//! What an application sees of the world outside: what it was granted, and no more.

use std::net::TcpListener;

use serde_json::{Value, json};
use wasgi_tests::Connection;
use wasgi_tests::server::wait_for;

use crate::rules::{Language, Subject};

const BOTH: [Language; 2] = [Language::Rust, Language::Python];

fn is_refused(subject: &Subject, path: &str) {
    let text = subject.get(path).text();
    assert!(text.starts_with("error: "), "{path}: {text}");
}

#[test]
fn there_are_no_files_of_the_host() {
    let folder = tempfile::tempdir().unwrap();
    let secret = folder.path().join("secret.txt");
    std::fs::write(&secret, "for nobody").unwrap();
    let secret = secret.display();
    for language in BOTH {
        let subject = Subject::new(language);
        for path in [
            "/etc/passwd",
            "/proc/self/environ",
            "/0/../../etc/passwd",
            "../../etc/passwd",
        ] {
            is_refused(&subject, &format!("/file?path={path}"));
        }
        is_refused(&subject, &format!("/file?path={secret}"));
        is_refused(
            &subject,
            &format!("/file?path=/0/../../../../../../..{secret}"),
        );
        is_refused(&subject, &format!("/write-file?path={secret}"));
        is_refused(&subject, "/dir?path=/");
        is_refused(&subject, "/dir?path=/etc");
    }
    let rust = Subject::new(Language::Rust);
    is_refused(&rust, &format!("/remove-file?path={secret}"));
    is_refused(&rust, "/dir?path=.");
    assert_eq!(
        std::fs::read_to_string(folder.path().join("secret.txt")).unwrap(),
        "for nobody"
    );
}

#[test]
fn there_are_no_sockets_and_no_names() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let address = listener.local_addr().unwrap();
    for language in BOTH {
        let subject = Subject::new(language);
        is_refused(&subject, &format!("/socket?address={address}"));
    }
    let rust = Subject::new(Language::Rust);
    for path in ["/listen", "/resolve", "/thread"] {
        is_refused(&rust, path);
    }
    assert!(listener.accept().is_err(), "somebody connected");
}

#[test]
fn the_environment_is_what_was_granted() {
    for language in BOTH {
        let subject = Subject::new(language);
        assert_eq!(own_variables(&subject), json!({}));
        let options = ["--env", "GREETING=good day = hello", "--env", "EMPTY="];
        let subject = Subject::with(language, &options);
        let expected = json!({"EMPTY": "", "GREETING": "good day = hello"});
        assert_eq!(own_variables(&subject), expected);
    }
}

/// The variables that the guest sees, without those that Python itself was built with.
fn own_variables(subject: &Subject) -> Value {
    let mut variables = subject.get("/env").json();
    let object = variables.as_object_mut().unwrap();
    object.retain(|name, _| !matches!(name.as_str(), "PYTHONPATH" | "PYTHONHOME"));
    variables
}

#[test]
fn what_it_prints_is_in_the_log_line_by_line_with_the_request() {
    for language in BOTH {
        let subject = Subject::new(language);
        for stream in ["stdout", "stderr"] {
            let id = format!("print-{stream}");
            let mut connection = Connection::open(subject.server.addr);
            let path = format!("/{stream}?n=2&text=on+{stream}&partial");
            let response = connection.request("GET", &path, &[("X-Request-Id", &id)], b"");
            assert_eq!(response.text(), "printed\n");
            for text in [
                format!("line 1 on {stream}"),
                format!("line 2 on {stream}"),
                "no newline".into(),
            ] {
                wait_for(&format!("`{text}` of {id} in the log"), || {
                    let log = subject.server.log();
                    let mut lines = log.lines().filter(|line| line.contains(&text));
                    let parts = [
                        format!("request=\"{id}\""),
                        format!("stream=\"{stream}\""),
                        "app=\"wasgi-test-guest".to_owned(),
                    ];
                    lines
                        .any(|line| parts.iter().all(|part| line.contains(part)))
                        .then_some(())
                });
            }
        }
    }
}

#[test]
fn what_it_prints_can_neither_forge_a_line_nor_reach_the_terminal() {
    let rust = Subject::new(Language::Rust);
    rust.get("/stdout?n=1&text=%1B[31mred%0D%0A2026-01-01T00:00:00Z++INFO+forged%08");
    let log = rust.server.logged("forged");
    assert!(!log.contains(['\u{1b}', '\r', '\u{8}']), "{log:?}");
    let line = log.lines().find(|line| line.contains("forged")).unwrap();
    assert!(!line.starts_with("2026-01-01T00:00:00Z"), "{line}");
    assert!(line.contains("stream=\"stdout\""), "{line}");
}

#[test]
fn settings_are_what_the_operator_granted() {
    let folder = tempfile::tempdir().unwrap();
    let settings = settings(folder.path());
    for language in BOTH {
        let subject = Subject::with(language, &["--settings", &settings]);
        assert_eq!(subject.get("/config?name=greeting").text(), "hello");
        assert_eq!(subject.get("/config?name=page_size").text(), "20");
        assert_eq!(subject.get("/config?name=nothing").text(), "none");
        assert_eq!(
            subject.get("/config?name=api_key").text(),
            "none",
            "a secret is no setting"
        );
        let all = json!({"greeting": "hello", "page_size": "20"});
        assert_eq!(subject.get("/config").json(), all);
    }
}

#[test]
fn a_secret_is_revealed_to_the_app_and_never_printed() {
    let folder = tempfile::tempdir().unwrap();
    let settings = settings(folder.path());
    for language in BOTH {
        let subject = Subject::with(language, &["--settings", &settings]);
        let text = subject.get("/secret?name=api_key").text();
        let printed = text
            .strip_suffix(" the-value-of-the-key")
            .unwrap_or_else(|| panic!("{text}"));
        assert!(!printed.contains("the-value"), "{printed}");
        assert_eq!(
            subject.get("/secret?name=greeting").text(),
            "none",
            "a setting is no secret"
        );
        let end = subject.get("/").header("x-request-id").unwrap().to_owned();
        let log = subject.server.logged(&end);
        assert!(!log.contains("the-value"), "{log}");
    }
}

#[test]
fn without_a_grant_there_are_no_settings() {
    for language in BOTH {
        let subject = Subject::new(language);
        assert_eq!(subject.get("/config").json(), json!({}));
        assert_eq!(subject.get("/secret?name=api_key").text(), "none");
    }
}

/// Writes a settings file with a secret beside it, and returns its path.
fn settings(folder: &std::path::Path) -> String {
    std::fs::write(folder.join("key.txt"), "the-value-of-the-key\n").unwrap();
    let path = folder.join("settings.toml");
    let text = "[settings]\ngreeting = \"hello\"\npage_size = 20\n\n\
        [secrets]\napi_key = { file = \"key.txt\" }\n";
    std::fs::write(&path, text).unwrap();
    path.display().to_string()
}

#[test]
fn rust_hashes_passwords_at_the_hosts_cost_limits() {
    let rust = Subject::new(Language::Rust);
    let hash = rust.get("/crypto/hash?password=open+sesame").text();
    assert!(hash.starts_with("$argon2id$"), "{hash}");
    let hash = hash
        .replace('$', "%24")
        .replace('+', "%2B")
        .replace('=', "%3D");
    let verify = |password: &str| {
        rust.get(&format!("/crypto/verify?password={password}&hash={hash}"))
            .text()
    };
    assert_eq!(verify("open+sesame"), "true");
    assert_eq!(verify("open+barley"), "false");
    let costly = rust.get("/crypto/hash?password=x&memory=4000000").text();
    assert!(costly.starts_with("too-costly: "), "{costly}");
    assert_eq!(
        rust.get("/crypto/scrypt?n=16&r=1&p=1&length=64").text(),
        "77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442\
         fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906"
    );
}
