//! Statements that are taken, and must end.

use super::super::corpus::Expect;
use super::LONGEST;
use super::parts::{balanced, balanced_with, cases, columns, equal, numbers, tables};

/// Short enough to be taken, and long in what they do: SQLite looks at the clock where
/// its program jumps, and these do not jump.
pub(super) fn statements(add: &mut impl FnMut(&str, Expect, String)) {
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
