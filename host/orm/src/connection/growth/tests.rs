//! What is counted, and that nothing hides from it.

use super::bodies::{Bodies, seen, spaced};
use super::*;

fn terms(sql: &str) -> u64 {
    let mut bodies = Bodies::default();
    bodies.read(sql);
    bodies.terms()
}

#[test]
fn mentions_multiply_from_level_to_level() {
    assert!(terms("SELECT a FROM t") < 10);
    let twice = "SELECT x + x AS x FROM";
    assert!(terms(&format!("{twice} ({twice} ({twice} t))")) >= 8);
    let chain = |levels: usize, backwards: bool| {
        let mut tables: Vec<_> = (1..levels)
            .map(|level| format!("c{level} AS ({twice} c{})", level - 1))
            .collect();
        if backwards {
            tables.reverse();
        }
        format!("WITH {} {twice} c{}", tables.join(", "), levels - 1)
    };
    assert!(terms(&chain(10, false)) > 1 << 10);
    assert!(terms(&chain(20, false)) > LARGEST);
    assert!(terms(&chain(20, true)) > LARGEST);
    assert!(terms(&chain(10_000, true)) > LARGEST);
}

#[test]
fn a_name_for_a_column_is_no_mention() {
    let level = "SELECT t.x AS y, t.z AS \"w\", max(u) FROM";
    let mut sql = "t".to_owned();
    for _ in 0..30 {
        sql = format!("({level} {sql} AS t)");
    }
    assert!(terms(&format!("SELECT * FROM {sql}")) < SMALL);
}

#[test]
fn texts_that_are_no_sql_end() {
    for sql in [
        "",
        "(",
        ")",
        "SELECT (",
        "'",
        "WITH",
        "SELECT x) FROM y",
        "AS (SELECT",
    ] {
        terms(sql);
    }
    terms(&"(".repeat(200_000));
    terms(&"(SELECT ".repeat(20_000));
    terms(&"SELECT ".repeat(30_000));
}

#[test]
fn what_is_created_is_known() {
    let of = |sql: &str| created(&seen(&spaced(sql)));
    let view = |name: &str| Created::View(name.into());
    assert_eq!(of("CREATE VIEW v AS SELECT 1"), view("v"));
    let odd = "\u{feff}; create /* */ view if not exists main.\"V w\" (a) as SELECT 1";
    assert_eq!(of(odd), view("v w"));
    assert_eq!(
        of("CREATE TEMP TRIGGER t AFTER INSERT ON u BEGIN SELECT 1; END"),
        Created::Trigger
    );
    assert_eq!(of("CREATE TABLE v AS SELECT 1"), Created::Nothing);
    assert_eq!(of("SELECT 1 AS view"), Created::Nothing);
}

#[test]
fn no_spelling_hides_a_mention() {
    let twenty = |level: &str| {
        let tables: Vec<_> = (1..20)
            .map(|n| format!("c{n} AS ({})", level.replace('#', &(n - 1).to_string())))
            .collect();
        terms(&format!("WITH {} SELECT * FROM c19", tables.join(", ")))
    };
    for level in [
        "SELECT x + x AS x FROM c#",
        "SELECT x + x x FROM 'c#'",
        "SELECT x + x FROM \u{feff}c#",
        "SELECT coalesce(x, x) AS x FROM [c#]",
        "SELECT c.x || c.\"x\" AS x FROM c# AS c",
        "SELECT by + by AS by FROM c#",
        "SELECT x IS NOT DISTINCT FROM x AS x FROM c#",
        "SELECT 1, x * x AS x, 2 FROM c#",
        "SELECT (SELECT x + x) AS x FROM c#",
        "VALUES ((SELECT x + x FROM c#))",
        "SELECT 1 UNION ALL SELECT x + x FROM c#",
        "SELECT 1 FROM (SELECT x + x AS x FROM c#)",
    ] {
        assert!(
            twenty(level) > LARGEST || level.contains("SELECT 1 FROM"),
            "{level}"
        );
    }
}

#[test]
fn plain_members_of_lists_are_not_counted() {
    let constants = |sql: &str| {
        let mut bodies = Bodies::default();
        bodies.read(sql);
        bodies.constants
    };
    assert_eq!(constants("SELECT x IN (1, -2, 'x') FROM t"), 0);
    assert_eq!(
        constants("INSERT INTO t VALUES (1, 'x'), (-2, NULL), (3, X'00')"),
        0
    );
    assert_eq!(
        constants("SELECT 1 + 2, abs(3), x = 4, x IN (5 + 6, y - 7)"),
        7
    );
}
