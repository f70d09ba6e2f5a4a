//! The corpus of hostile templates: here only that it can be read; see `corpus.rs`.

#![allow(missing_docs)]

mod corpus;

use std::collections::HashSet;
use std::path::Path;

use corpus::{Entry, Expect, cases};

#[test]
fn the_corpus_can_be_read_and_no_case_is_there_twice() {
    let cases = cases(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/hostile/corpus"));
    assert!(cases.len() >= 400, "only {} cases", cases.len());
    let mut names = HashSet::new();
    for case in &cases {
        assert!(names.insert(&case.name), "{} is there twice", case.name);
        let size: usize = case.files.values().map(String::len).sum();
        let text = match &case.entry {
            Entry::Text(text) | Entry::Template(text) => text.len(),
        };
        assert!(
            size + text < 8 << 20,
            "{} is too large to be handed in",
            case.name
        );
        assert!(case.files.len() <= 1001 && case.context.len() < 8 << 20);
    }
    for expect in [Expect::Ok, Expect::Error, Expect::Quota, Expect::Ended] {
        assert!(
            cases.iter().any(|case| case.expect == expect),
            "none of {expect:?}"
        );
    }
}
