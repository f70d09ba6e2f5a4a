//! What an app brings as text: expressions and tokenizers.

use super::{Check, ColumnType, FullText, accepted, column, index, refused, title};

/// Texts that are no expression, or not one of this table alone.
const SMUGGLED: [&str; 18] = [
    "",
    "1); DROP TABLE author; --",
    "1) OR (1",
    "rank > 0; DELETE FROM author",
    "rank > 0 -- and so on",
    "rank > 0 /* and so on",
    "'open",
    "(rank > 0",
    "rank, title",
    "nothing > 0",
    "\"typo\" = 'x'",
    "rank = ?1",
    "author.rank > 0",
    "load_extension('x')",
    "count(*) > 0",
    "row_number() OVER () > 1",
    "rank > 0 WITH x",
    "EXISTS (SELECT 1 FROM author)",
];

#[test]
fn checks_and_conditions_are_one_expression_over_their_own_row() {
    for text in SMUGGLED {
        let words = refused(|post| {
            post.checks = vec![Check {
                name: "bad".into(),
                condition: text.into(),
            }];
        });
        assert!(
            words.starts_with("model post: check bad: "),
            "{text}: {words}"
        );
        let words = refused(|post| post.indexes = vec![index("bad", "title", Some(text))]);
        assert!(
            words.starts_with("model post: index bad: "),
            "{text}: {words}"
        );
    }
    // What SQLite takes in a query and not in a constraint.
    refused(|post| {
        post.checks = vec![Check {
            name: "bad".into(),
            condition: "rank IN (SELECT 1)".into(),
        }];
    });
    refused(|post| post.indexes = vec![index("bad", "title", Some("random() > 0"))]);
    refused(|post| {
        post.checks = vec![Check {
            name: "long".into(),
            condition: format!("rank > 0{}", " ".repeat(5000)),
        }];
    });
}

#[test]
fn a_fill_is_one_expression_by_its_text() {
    for text in ["", "1); DROP TABLE author; --", "(1", "'x", "a -- b", "?"] {
        let words = refused(title(|column| column.fill = Some(text.into())));
        assert!(
            words.starts_with("model post: column title: fill"),
            "{text}: {words}"
        );
    }
    // Over columns that only the old table has.
    accepted(title(|column| {
        column.fill = Some("first || ' ' || last".into())
    }));
}

#[test]
fn full_text_is_over_text_columns_and_known_tokenizers() {
    let searched = |columns: &[&str], tokenizer: &str| FullText {
        columns: columns.iter().map(|name| (*name).to_owned()).collect(),
        tokenizer: tokenizer.into(),
    };
    let words = refused(|post| post.full_text = Some(searched(&["rank"], "")));
    assert!(
        words.contains("column rank is not text; leave it out"),
        "{words}"
    );
    refused(|post| post.full_text = Some(searched(&["nothing"], "")));
    refused(|post| post.full_text = Some(searched(&[], "")));
    refused(|post| post.full_text = Some(searched(&["title", "title"], "")));
    let words = refused(|post| {
        post.columns[1].name = "rank_of".into();
        post.columns[2] = column("rank", ColumnType::Text);
        post.full_text = Some(searched(&["rank"], ""));
    });
    assert!(
        words.contains("FTS5 has a column rank of its own"),
        "{words}"
    );
    for tokenizer in [
        "icu",
        "unicode61 nothing 1",
        "unicode61 remove_diacritics 3",
        "unicode61 remove_diacritics",
        "ascii tokenchars 'a",
        "ascii tokenchars \"a\"",
        "trigram', content='author",
        "trigram case_sensitive 1) --",
        "porter porter",
        "unicode61 tokenchars 'a''b'",
    ] {
        let words = refused(|post| post.full_text = Some(searched(&["title"], tokenizer)));
        assert!(
            words.starts_with("model post: full text: tokenizer "),
            "{tokenizer}: {words}"
        );
    }
    for tokenizer in [
        "",
        "porter",
        "porter ascii",
        "ascii separators '.,'",
        "trigram case_sensitive 1",
        "unicode61 categories 'L* N* Co'",
    ] {
        accepted(|post| post.full_text = Some(searched(&["title"], tokenizer)));
    }
}
