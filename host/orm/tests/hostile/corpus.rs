//! The corpus as data: one file per family, one statement per line. A line
//! `-- expect: X` holds for all statements after it; other lines with `--` are comments.

/// What must become of a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Expect {
    /// Refused as not for guests.
    Denied,
    /// Refused as text that means nothing here: no such table, no such function.
    Syntax,
    /// Refused as too large.
    Quota,
    /// Ended by its deadline.
    Timeout,
    /// Ended by its deadline or as too large, whichever the machine meets first.
    Stopped,
    /// Any error.
    Error,
    /// Done.
    Ok,
    /// Anything, as long as it ends in time.
    Ended,
}

/// A statement and where it stands.
#[derive(Clone, Debug)]
pub(crate) struct Statement {
    /// The family and the line, for messages.
    pub(crate) place: String,
    /// The text, with its places filled in by [`super::tenant::Tenant`].
    pub(crate) sql: String,
    /// What must become of it.
    pub(crate) expect: Expect,
}

/// The families that are files.
pub(crate) const FAMILIES: &[(&str, &str)] = &[
    ("attach", include_str!("corpus/attach.sql")),
    ("blowup", include_str!("corpus/blowup.sql")),
    ("endless", include_str!("corpus/endless.sql")),
    ("function", include_str!("corpus/function.sql")),
    ("json", include_str!("corpus/json.sql")),
    ("pattern", include_str!("corpus/pattern.sql")),
    ("pragma", include_str!("corpus/pragma.sql")),
    ("schema", include_str!("corpus/schema.sql")),
    ("search", include_str!("corpus/search.sql")),
    ("structure", include_str!("corpus/structure.sql")),
    ("temporary", include_str!("corpus/temporary.sql")),
    ("transaction", include_str!("corpus/transaction.sql")),
];

/// Reads a family.
pub(crate) fn family(name: &str) -> Vec<Statement> {
    let (_, text) = FAMILIES
        .iter()
        .find(|(family, _)| *family == name)
        .expect("a family of the corpus");
    let mut expect = None;
    let mut statements = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let place = format!("{name}.sql:{}", index + 1);
        if let Some(word) = line.strip_prefix("-- expect: ") {
            expect = Some(word_of(word).unwrap_or_else(|| panic!("{place}: {word:?}")));
        } else if !line.is_empty() && !line.starts_with("--") {
            let expect = expect.unwrap_or_else(|| panic!("{place}: nothing is expected"));
            let sql = line.to_owned();
            statements.push(Statement { place, sql, expect });
        }
    }
    statements
}

fn word_of(word: &str) -> Option<Expect> {
    Some(match word {
        "denied" => Expect::Denied,
        "syntax" => Expect::Syntax,
        "quota" => Expect::Quota,
        "timeout" => Expect::Timeout,
        "stopped" => Expect::Stopped,
        "error" => Expect::Error,
        "ok" => Expect::Ok,
        "ended" => Expect::Ended,
        _ => return None,
    })
}
