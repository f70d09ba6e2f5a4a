//! Statements that are not taken at all.

use super::super::corpus::Expect;
use super::parts::{columns, tables};

/// Longer, deeper or wider than a connection takes.
pub(super) fn statements(add: &mut impl FnMut(&str, Expect, String)) {
    let terms = |count: usize, term: &str, between: &str| vec![term; count].join(between);
    let nested = |count: usize, open: &str, inner: &str, close: &str| {
        format!(
            "SELECT {}{inner}{}",
            open.repeat(count),
            close.repeat(count)
        )
    };
    let select = |rest: String| format!("SELECT {rest}");
    let mut refuse = |place: &str, sql: String| add(place, Expect::Quota, sql);
    refuse("100,000 terms with +", select(terms(100_000, "1", "+")));
    refuse("100,000 terms with ||", select(terms(100_000, "1", "||")));
    refuse("50,000 terms with AND", select(terms(50_000, "1", " AND ")));
    refuse("50,000 terms with OR", select(terms(50_000, "1", " OR ")));
    refuse("100,000 parentheses", nested(100_000, "(", "1", ")"));
    refuse("500 parentheses", nested(500, "(", "1", ")"));
    refuse("100,000 times NOT", nested(60_000, "NOT ", "1", ""));
    refuse("100,000 minus signs", nested(100_000, "- ", "1", ""));
    refuse("100,000 tildes", nested(100_000, "~", "1", ""));
    refuse("30,000 nested functions", nested(30_000, "abs(", "1", ")"));
    refuse("300 nested functions", nested(300, "abs(", "1", ")"));
    refuse(
        "20,000 nested selects",
        nested(20_000, "(SELECT ", "1", ")"),
    );
    refuse("300 nested selects", nested(300, "(SELECT ", "1", ")"));
    refuse(
        "5,000 nested CASE",
        nested(5_000, "CASE WHEN 1 THEN ", "1", " END"),
    );
    refuse(
        "10,000 nested CAST",
        nested(10_000, "CAST(", "1", " AS TEXT)"),
    );
    refuse(
        "nested subselects in FROM",
        nested(5_000, "* FROM (SELECT ", "1", ")"),
    );
    refuse(
        "nested joins",
        format!(
            "SELECT * FROM {}notes{}",
            "(".repeat(50_000),
            ")".repeat(50_000)
        ),
    );
    refuse(
        "1,000 arguments",
        format!("SELECT max({})", terms(1_000, "1", ",")),
    );
    refuse("10,000 columns", select(terms(10_000, "1", ",")));
    refuse(
        "10,000 parts of a compound",
        terms(10_000, "SELECT 1", " UNION ALL "),
    );
    refuse(
        "10,000 tables",
        format!("SELECT * FROM {}", terms(10_000, "notes", ",")),
    );
    refuse(
        "201 tables",
        format!("SELECT 1 FROM {}", tables(201, "notes", ",")),
    );
    refuse(
        "5,000 columns of a table",
        format!("CREATE TABLE wide ({})", columns(5_000)),
    );
    refuse(
        "an index of 5,000 columns",
        format!("CREATE INDEX wide ON notes ({})", terms(5_000, "text", ",")),
    );
    refuse(
        "ORDER BY 10,000 terms",
        format!("SELECT 1 ORDER BY {}", terms(10_000, "1", ",")),
    );
    refuse(
        "GROUP BY 10,000 terms",
        format!("SELECT 1 GROUP BY {}", terms(10_000, "1", ",")),
    );
    refuse(
        "a text of 2 MB",
        format!("SELECT '{}'", "x".repeat(2 << 20)),
    );
    refuse(
        "a name of 1 MB",
        format!("SELECT 1 AS \"{}\"", "x".repeat(1 << 20)),
    );
    refuse(
        "a comment of 1 MB",
        format!("SELECT /*{}*/ 1", "x".repeat(1 << 20)),
    );
    refuse(
        "200,000 semicolons after 1 MB",
        format!("SELECT 1 {}", ";".repeat(1 << 20)),
    );
    refuse("2,000 parameters", select(terms(2_000, "?", "+")));
    add(
        "a parameter of a number too high",
        Expect::Error,
        "SELECT ?1001".into(),
    );
    add(
        "a NUL in the text",
        Expect::Syntax,
        "SELECT 1\0; DROP TABLE notes".into(),
    );
    add("a NUL in a literal", Expect::Syntax, "SELECT 'a\0b'".into());
    add("a NUL at the end", Expect::Syntax, "SELECT 1\0".into());
    add("nothing", Expect::Syntax, String::new());
    add("a comment alone", Expect::Syntax, "-- nothing".into());
    add(
        "a byte order mark",
        Expect::Ended,
        "\u{feff}SELECT 1".into(),
    );
    add(
        "letters that look alike",
        Expect::Syntax,
        "\u{ff21}TTACH 'x' AS y".into(),
    );
    add(
        "a line end in a comment",
        Expect::Denied,
        "-- \nATTACH '{neighbour}' AS other".into(),
    );
    add(
        "a carriage return",
        Expect::Denied,
        "ATTACH\r'{neighbour}'\r\nAS\tother".into(),
    );
    add(
        "spaces of all kinds",
        Expect::Denied,
        "\t\n\x0c\r ATTACH '{neighbour}' AS other ; ; ;".into(),
    );
}
