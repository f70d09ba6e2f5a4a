//! Searches that mean harm, over rows that do: queries are trees, and no texts for a file.

use wasgi_orm::Error;
use wasgi_orm::query::{
    Body, Expr, FullTextRef, Nulls, OrderTerm, Query, Relation, Select, Selected, Source,
};

use super::tenant::{DEADLINE, Tenant};
use super::{GRACE, TURN};

/// Bytes of a search.
const LONGEST: usize = 1 << 10;

/// Words of a search.
const WORDS: usize = 32;

/// `SELECT relevance FROM page WHERE matches ORDER BY relevance`.
fn query() -> Query {
    let text = FullTextRef {
        table: "page".into(),
        source: "page".into(),
        query: 0,
    };
    let select = Select {
        columns: vec![Selected {
            expr: 2,
            alias: None,
        }],
        source: Some(Source {
            relation: Relation::Table("page".into()),
            alias: None,
        }),
        filter: Some(1),
        order_by: vec![OrderTerm {
            expr: 2,
            descending: false,
            nulls: Nulls::First,
        }],
        ..Select::default()
    };
    Query {
        exprs: vec![
            Expr::Param(0),
            Expr::Matches(text.clone()),
            Expr::Relevance(text),
        ],
        selects: vec![select],
        body: Body::Select(0),
        prefetches: Vec::new(),
    }
}

#[test]
fn searches_end() {
    let _turn = TURN.lock();
    let tenant = Tenant::new();
    for sql in [
        "INSERT INTO page (text) SELECT replace(substr(a, 1, 65000), 'a', 'a ') FROM big, many WHERE n < 100",
        "INSERT INTO page (text) SELECT replace(substr(a, 1, 32000), 'a', 'a b ') FROM big, many WHERE n < 50",
        "INSERT INTO page (text) SELECT 'a ' || n || ' b' FROM many WHERE n < 20000",
    ] {
        let _ = tenant.run(sql);
    }
    // As many words, and as many bytes, as a search may have.
    let many = |term: &str, words: usize| term.repeat(WORDS / words - 1);
    let long = |term: &str| term.repeat(LONGEST / term.len() - 2);
    let searches = [
        many("a ", 1),
        many("a + ", 1) + "a",
        many("a b ", 2),
        many("a + b + ", 2) + "a",
        many("a OR ", 1) + "a",
        many("a* OR ", 1) + "a",
        many("a NOT c OR ", 2) + "a",
        many("a NOT ", 1) + "c",
        many("(a) ", 1),
        many("\"a\" ", 1),
        many("^a OR ", 1) + "a",
        many("text : a AND ", 2) + "a",
        many("NEAR(a b c, 1000000) OR ", 5) + "a",
        many("1* OR ", 1) + "2*",
        format!("NEAR({}, 1000000)", many("a ", 1).trim_end()),
        format!("\"{}\"", long("a ")),
        format!("\"{}c\"", long("a b ")),
        long("("),
        "1* 2* 3* 4* 5* 6* 7* 8* 9*".into(),
        "a AND zzz".into(),
        "b NOT a".into(),
        "\"b b\"".into(),
        String::new(),
        "\"".into(),
        "\0".into(),
        "no_such_column : a".into(),
    ];
    let query = query();
    let mut failures = Vec::new();
    for search in &searches {
        let run = || tenant.ask(&query, search).total;
        let total = (0..3).map(|_| run()).min().unwrap_or_default();
        if total > DEADLINE + GRACE {
            failures.push(format!("{total:?}: {}", &search[..search.len().min(60)]));
        }
        tenant.check(search);
    }
    assert!(failures.is_empty(), "{failures:#?}");
    for search in [
        "a".repeat(LONGEST + 1),
        "a ".repeat(WORDS + 1),
        "a ".repeat(1 << 20),
    ] {
        let ended = tenant.ask(&query, &search);
        assert!(
            matches!(ended.result, Err(Error::Invalid(_))),
            "{:?}",
            ended.result
        );
        assert!(ended.total < DEADLINE, "{:?}", ended.total);
    }
    let found = tenant.ask(&query, "a NOT b");
    assert!(
        matches!(found.result, Ok(()) | Err(Error::Timeout)),
        "{:?}",
        found.result
    );
    tenant.check_all();
}
