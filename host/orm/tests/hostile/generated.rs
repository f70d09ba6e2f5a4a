//! Statements that are too long for a file.

use super::corpus::{Expect, Statement};

/// Bytes of SQL that a connection takes at most.
const LONGEST: usize = 256 << 10;

/// Makes them.
pub(crate) fn statements() -> Vec<Statement> {
    let mut statements = Vec::new();
    let mut add = |place: &str, expect: Expect, sql: String| {
        let place = place.to_owned();
        statements.push(Statement { place, sql, expect });
    };
    refused(&mut add);
    long(&mut add);
    statements
}

/// Longer, deeper or wider than a connection takes.
fn refused(add: &mut impl FnMut(&str, Expect, String)) {
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

fn columns(count: usize) -> String {
    let columns: Vec<_> = (0..count).map(|column| format!("c{column}")).collect();
    columns.join(", ")
}

/// Short enough to be taken, and long in what they do: SQLite looks at the clock where
/// its program jumps, and these do not jump.
fn long(add: &mut impl FnMut(&str, Expect, String)) {
    let mut end = |place: &str, sql: String| add(place, Expect::Ended, sql);
    for (place, term) in [
        ("hex", "hex(zeroblob(2000000-{}))"),
        ("randomblob", "randomblob(3900000-{})"),
        ("printf of width", "printf('%*d',3900000-{},1)"),
        ("printf of precision", "printf('%.*f',3900000-{},1.5)"),
        ("printf of commas", "printf('%,.*f',3900000-{},1e300)"),
        ("quote", "quote(zeroblob(1900000-{}))"),
        ("concatenation", "a||{}"),
        ("concatenation of blobs", "zeroblob(3900000)||{}"),
        ("numbers", "digits+{}"),
        ("numbers by cast", "CAST(digits||{} AS REAL)"),
        ("comparison", "a<a||{}"),
        ("upper case", "upper(a||{})"),
        ("replace", "replace(a||{},'a','b')"),
        ("length of characters", "length(many||{})"),
        ("substr", "substr(many,1000000+{})"),
        ("soundex", "soundex(many||{})"),
        ("json", "json(json||substr(' ',1,{}))"),
        ("json_valid", "json_valid(json||'{}')"),
        ("json_extract", "json_extract(json,'$[1000{}]')"),
        ("json_extract of a key", "json_extract(object,'$.k{}')"),
        ("json_set", "json_set(json,'$[1000]',{})"),
        ("json_patch", "json_patch(object,'{\"x\":{}}')"),
        ("json_array", "json_array(a,a,a,a,a,a,a,a,{})"),
        ("decimal", "decimal_cmp(digits,{})"),
        ("like", "a LIKE '%aab{}%'"),
        ("glob", "a GLOB '*a?b{}*'"),
        ("instr", "instr(a,'aab{}')"),
        ("trim", "trim(a,'a{}')"),
        ("unhex", "unhex(digits,'{}')"),
        ("strftime", "strftime(a||{},'now')"),
    ] {
        let of = |number: usize| {
            let number = number.to_string();
            format!("length({})", term.replace("{}", &number))
        };
        // Each sum has parentheses and a sign.
        let width = of(10_000).len() + 3;
        let sum = balanced(0..(LONGEST - 100) / width, &of);
        end(
            &format!("a sum of: {place}"),
            format!("SELECT {sum} FROM big"),
        );
        let list: Vec<_> = (0..480).map(of).collect();
        end(
            &format!("a list of: {place}"),
            format!("SELECT {} FROM big", list.join(",")),
        );
        let one = term.replace("{}", "n");
        end(
            &format!("a loop of: {place}"),
            format!("SELECT max({one}) FROM big, many"),
        );
        end(
            &format!("an ordered loop of: {place}"),
            format!("SELECT 1 FROM big, many ORDER BY {one}"),
        );
    }
    let or: Vec<_> = (0..12_000).map(|n| format!("n={n}")).collect();
    end(
        "a balanced OR",
        format!(
            "SELECT count(*) FROM many WHERE {}",
            balanced_with(&or, " OR ")
        ),
    );
    end(
        "100,000 members of IN",
        format!("SELECT 1 IN ({})", vec!["1"; 100_000].join(",")),
    );
    end(
        "30,000 distinct members of IN",
        format!("SELECT count(*) FROM many WHERE n IN ({})", numbers(30_000)),
    );
    end(
        "30,000 rows of VALUES",
        format!(
            "SELECT count(*) FROM (VALUES {})",
            vec!["(1)"; 60_000].join(",")
        ),
    );
    end(
        "30,000 rows of INSERT",
        format!(
            "INSERT INTO scratch VALUES {}",
            vec!["(1)"; 60_000].join(",")
        ),
    );
    end(
        "500 parts of a compound",
        vec!["SELECT n FROM many"; 500].join(" UNION "),
    );
    end(
        "64 tables",
        format!("SELECT count(*) FROM {}", tables(64, "many", ", ")),
    );
    end(
        "60 tables to be ordered",
        format!(
            "SELECT count(*) FROM {} WHERE {}",
            tables(60, "notes", ", "),
            equal(60)
        ),
    );
    end(
        "60 outer joins",
        format!("SELECT count(*) FROM {}", tables(60, "many", " LEFT JOIN ")),
    );
    end(
        "20,000 columns by *",
        format!("SELECT {} FROM big", vec!["*"; 99].join(",")),
    );
    let ctes: Vec<_> = (1..40)
        .map(|n| {
            format!(
                "c{n} AS (SELECT a.x + b.x AS x FROM c{0} AS a, c{0} AS b)",
                n - 1
            )
        })
        .collect();
    end(
        "doubling common tables",
        format!(
            "WITH c0 AS (SELECT 1 AS x), {} SELECT * FROM c39",
            ctes.join(", ")
        ),
    );
    let unions: Vec<_> = (1..40)
        .map(|n| {
            format!(
                "c{n} AS (SELECT x FROM c{0} UNION ALL SELECT x FROM c{0})",
                n - 1
            )
        })
        .collect();
    end(
        "doubling unions",
        format!(
            "WITH c0 AS (SELECT 1 AS x), {} SELECT count(*) FROM c39",
            unions.join(", ")
        ),
    );
    let exprs: Vec<_> = (1..60)
        .map(|n| format!("c{n} AS (SELECT x+x AS x FROM c{})", n - 1))
        .collect();
    end(
        "doubling expressions",
        format!(
            "WITH c0 AS (SELECT n AS x FROM many), {} SELECT * FROM c59",
            exprs.join(", ")
        ),
    );
    let stars: Vec<_> = (1..20)
        .map(|n| format!("c{n} AS (SELECT *, * FROM c{})", n - 1))
        .collect();
    end(
        "doubling columns",
        format!(
            "WITH c0 AS (SELECT 1), {} SELECT * FROM c19",
            stars.join(", ")
        ),
    );
    end(
        "a name of 200,000 letters",
        format!("CREATE TABLE \"{}\" (x)", "x".repeat(200_000)),
    );
    end(
        "a select of an unknown name",
        format!("SELECT {} FROM notes", "x".repeat(250_000)),
    );
    end(
        "a literal of 250,000 letters",
        format!("SELECT '{}'", "x".repeat(250_000)),
    );
    end(
        "a number of 250,000 digits",
        format!("SELECT {}", "9".repeat(250_000)),
    );
    end(
        "a fraction of 250,000 digits",
        format!("SELECT 0.{}e-300", "9".repeat(250_000)),
    );
    end(
        "a blob of 250,000 digits",
        format!("SELECT X'{}'", "ab".repeat(125_000)),
    );
    end("250,000 spaces", format!("SELECT{}1", " ".repeat(250_000)));
    end(
        "250,000 semicolons",
        format!("SELECT 1{}", ";".repeat(250_000)),
    );
    end(
        "120,000 comments",
        format!("SELECT {} 1", "/**/".repeat(60_000)),
    );
    end(
        "a table of 500 columns",
        format!("CREATE TABLE wide ({})", columns(500)),
    );
    end(
        "its index",
        format!("CREATE INDEX wider ON wide ({})", columns(500)),
    );
    end(
        "its columns, often",
        format!("SELECT {} FROM wide", vec!["c499"; 480].join(",")),
    );
    end(
        "a wide window",
        format!(
            "SELECT {} FROM many",
            vec!["sum(n) OVER (ORDER BY n)"; 200].join(",")
        ),
    );
    end(
        "a wide case",
        format!("SELECT max(CASE n {} END) FROM many", cases(8_000)),
    );
    end(
        "a string of checks",
        format!(
            "CREATE TABLE checks (x, {})",
            vec!["CHECK (x > 0)"; 15_000].join(",")
        ),
    );
    end("its insert", "INSERT INTO checks SELECT n FROM many".into());
    end(
        "a trigger of many steps",
        format!(
            "CREATE TRIGGER many_steps AFTER INSERT ON scratch BEGIN {} END",
            "SELECT 1;".repeat(25_000)
        ),
    );
    end("its insert, once", "INSERT INTO scratch VALUES (1)".into());
    end(
        "its insert, often",
        "INSERT INTO scratch SELECT n FROM many".into(),
    );
    end(
        "the trigger's end",
        "DROP TRIGGER IF EXISTS many_steps".into(),
    );
    for view in 1..24 {
        let before = view - 1;
        let below = if before == 0 {
            "many AS v".into()
        } else {
            format!("v{before} AS v")
        };
        end(
            "a view of a view",
            format!(
                "CREATE VIEW v{view} AS SELECT v.n + w.n AS n FROM {below}, {} AS w",
                below.trim_end_matches(" AS v")
            ),
        );
    }
    end("views of views", "SELECT count(*) FROM v23".into());
    end(
        "their columns",
        "SELECT * FROM pragma_table_info('v23')".into(),
    );
    end(
        "all tables' columns",
        "SELECT count(*) FROM sqlite_schema AS m, pragma_table_xinfo(m.name)".into(),
    );
}

/// A sum that is not deep.
fn balanced(range: std::ops::Range<usize>, of: &impl Fn(usize) -> String) -> String {
    let terms: Vec<_> = range.map(of).collect();
    balanced_with(&terms, "+")
}

fn balanced_with(terms: &[String], operator: &str) -> String {
    match terms {
        [] => "0".into(),
        [one] => one.clone(),
        _ => {
            let (left, right) = terms.split_at(terms.len() / 2);
            let (left, right) = (
                balanced_with(left, operator),
                balanced_with(right, operator),
            );
            format!("({left}{operator}{right})")
        }
    }
}

fn numbers(count: usize) -> String {
    let numbers: Vec<_> = (0..count).map(|number| number.to_string()).collect();
    numbers.join(",")
}

fn tables(count: usize, name: &str, between: &str) -> String {
    let tables: Vec<_> = (0..count)
        .map(|number| format!("{name} AS t{number}"))
        .collect();
    tables.join(between)
}

fn equal(count: usize) -> String {
    let pairs: Vec<_> = (1..count)
        .map(|number| format!("t{}.id = t{number}.id", number - 1))
        .collect();
    pairs.join(" AND ")
}

fn cases(count: usize) -> String {
    let cases: Vec<_> = (0..count)
        .map(|number| format!("WHEN -{number} THEN {number}"))
        .collect();
    cases.join(" ")
}
