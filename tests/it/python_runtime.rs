//! What a Python application finds around it: modules, files, hashes, entropy.

use crate::rules::{Language, Subject};

fn python() -> Subject {
    Subject::new(Language::Python)
}

#[test]
fn a_missing_module_names_itself_and_the_cure() {
    let python = python();
    assert_eq!(python.get("/missing-module").status, 500);
    let log = python
        .server
        .logged("No module named 'a_module_that_nobody_has'");
    assert!(log.contains("requirements.txt"), "{log}");
    python.is_usable();
}

#[test]
fn modules_are_imported_late_from_the_bundle() {
    let python = python();
    assert_eq!(
        python.get("/late-import").text(),
        "imported late xn--bcher-kva"
    );
}

#[test]
fn bundled_files_open_by_relative_and_by_absolute_path() {
    let text = std::fs::read_to_string(wasgi_tests::root().join("tests/guests/python/data.txt"));
    assert_eq!(python().get("/read-file").text(), text.unwrap().repeat(2));
}

#[test]
fn writing_and_removing_bundled_files_is_refused() {
    let python = python();
    for path in [
        "/0/new.txt",
        "/0/data.txt",
        "new.txt",
        "/new.txt",
        "/tmp/new.txt",
        "/python/os.py",
    ] {
        let text = python.get(&format!("/write-file?path={path}")).text();
        assert!(text.starts_with("error: "), "{path}: {text}");
    }
    assert_eq!(
        python.get("/file?path=/0/data.txt").text(),
        "a file of the project\n"
    );
}

#[test]
fn scrypt_equals_the_known_values() {
    let python = python();
    // RFC 7914 section 12.
    assert_eq!(
        python.get("/scrypt?n=16&r=1&p=1&length=64").text(),
        "77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442\
         fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906"
    );
    // The costs of Werkzeug's generate_password_hash; the value is native CPython's.
    let werkzeug =
        "/scrypt?password=a+password&salt=pepper&n=32768&r=8&p=1&maxmem=34603008&length=64";
    assert_eq!(
        python.get(werkzeug).text(),
        "4b47d813c086898631e412d8239e4174e22b4852bffabd7934d17889504de52d\
         52f652c92d42e06a1cad89c9d796e8c98878d165eeb6ae0d9cc4614cb9026633"
    );
    let refused = python.get("/scrypt?n=32768&r=8&p=1").text();
    assert!(
        refused.starts_with("error: ValueError: "),
        "without maxmem: {refused}"
    );
}

#[test]
fn pbkdf2_hmac_equals_the_known_values() {
    let python = python();
    let known = [
        // RFC 6070, case 2.
        (
            "digest=sha1&password=password&salt=salt&iterations=2&length=20",
            "ea6c014dc72d6f8ccd1ed92ace1d41f0d8de8957",
        ),
        // RFC 7914 section 11.
        (
            "digest=sha256&password=passwd&salt=salt&length=64",
            "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc\
             49ca9cccf179b645991664b39d77ef317c71b845b1e30bd509112041d3a19783",
        ),
        // Native CPython's value.
        (
            "digest=sha512&password=a+password&salt=pepper&iterations=1000&length=64",
            "9ca05e502151c6a86a405d76e84a2d335ad679e541442911ff5c8dc8b220423f\
             9234ba4b2830110398e60dc5c8bedb874e568ead74be99d8a8765386fb5c2d1c",
        ),
    ];
    for (query, expected) in known {
        assert_eq!(
            python.get(&format!("/pbkdf2?{query}")).text(),
            expected,
            "{query}"
        );
    }
}

#[test]
fn random_differs_between_instances() {
    // The seed of `hash()` is of the build, not of the instance: the dicts of the
    // snapshot depend on it.
    let python = Subject::with(Language::Python, &["--reuse", "1"]);
    let answers: Vec<String> = (0..3).map(|_| python.get("/random").text()).collect();
    let mut halves: Vec<&str> = answers
        .iter()
        .flat_map(|answer| answer.split(' '))
        .collect();
    halves.sort_unstable();
    halves.dedup();
    assert_eq!(halves.len(), 6, "{answers:?}");
}

#[test]
fn the_clock_is_the_hosts_not_the_builds() {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let theirs = python().number("/time");
    assert!(theirs.abs_diff(now.unwrap().as_secs()) < 60, "{theirs}");
}

#[test]
fn there_are_no_threads_and_no_sockets() {
    let python = python();
    for path in [
        "/thread",
        "/socket?address=127.0.0.1:80",
        "/socket?address=localhost:80",
    ] {
        let text = python.get(path).text();
        assert!(text.starts_with("error: "), "{path}: {text}");
    }
    python.is_usable();
}
