//! Who may reach the tables of full-text search: queries, which bound what is searched
//! for, and the triggers that keep the words current.
//!
//! FTS5 parses a query in time that grows with its square, and reads none of SQLite's
//! limits; its commands (`rebuild`, `integrity-check`) read all there is. So SQL of a
//! guest's own gets no table of it, nor a name that could be taken for one.

use rusqlite::functions::{Context, FunctionFlags};
use rusqlite::hooks::{AuthAction, AuthContext};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Result, ffi};

use super::control::Control;
use crate::schema::is_full_text;

/// The function through which every query goes.
pub(crate) const SEARCH: &str = "_wasgi_search";

/// Bytes of a query. A row is compared with a phrase in one go: a thousand words with
/// a hundred thousand bytes take nearly as long as a statement may be late.
const LONGEST: usize = 1 << 10;

/// Words and phrases of a query. How well a row matches is computed in one go, in time
/// that grows with their square, and with how often they occur in the row.
const WORDS: usize = 32;

/// How the names of full-text tables end, and what stands in all that belongs to one.
const SUFFIX: &str = "_fts";

/// The tables that FTS5 keeps beside its own (https://sqlite.org/fts5.html section 9).
const SHADOWS: [&str; 5] = ["_data", "_idx", "_content", "_docsize", "_config"];

/// What stands behind the table in the names of the triggers that keep it current.
const EVENTS: [&str; 3] = ["_insert", "_delete", "_update"];

/// What is decided about a step of a statement.
pub(super) enum Ruling {
    Allowed,
    Refused(String),
    /// It has nothing to do with full text.
    Elsewhere,
}

/// Decides about a step while a statement is compiled.
pub(super) fn rule(control: &Control, context: &AuthContext<'_>) -> Ruling {
    let typed = control.is_typed() && context.accessor.is_none();
    let refused = |what: &str| {
        Ruling::Refused(format!(
            "{what}: full text is searched by queries, and belongs to its model"
        ))
    };
    match context.action {
        AuthAction::Function { function_name } if is(function_name, &["match", SEARCH]) => {
            if typed {
                Ruling::Allowed
            } else {
                refused(&format!("the function {function_name}()"))
            }
        }
        AuthAction::Read { table_name, .. } if is_full_text(table_name) && !typed => {
            refused(&format!("{table_name} in SQL"))
        }
        // Under the name of a trigger nothing but a trigger inserts; and these are none
        // that a guest can make.
        AuthAction::Insert { table_name }
            if context.accessor.is_some_and(|name| fires(name, table_name)) =>
        {
            Ruling::Allowed
        }
        AuthAction::Insert { table_name }
        | AuthAction::Update { table_name, .. }
        | AuthAction::Delete { table_name }
            if is_full_text(table_name) =>
        {
            refused(&format!("a write to {table_name}"))
        }
        // To the tables beside it only FTS5 itself writes: SQLite sees to that.
        AuthAction::CreateTable { table_name: name }
        | AuthAction::DropTable { table_name: name }
        | AuthAction::AlterTable {
            table_name: name, ..
        }
        | AuthAction::CreateVtable {
            table_name: name, ..
        }
        | AuthAction::DropVtable {
            table_name: name, ..
        }
        | AuthAction::CreateView { view_name: name }
        | AuthAction::CreateIndex {
            index_name: name, ..
        }
        | AuthAction::CreateTrigger {
            trigger_name: name, ..
        }
        | AuthAction::DropTrigger {
            trigger_name: name, ..
        } if is_reserved(name) => {
            refused(&format!("the name {name} belongs to a full-text search"))
        }
        _ => Ruling::Elsewhere,
    }
}

/// Decides about a step of what is compiled while a statement runs. That is what FTS5
/// does for itself, or what a pragma does that is read as a table; or SQLite has found
/// that the schema has changed, and compiles the statement again: not unweighed.
pub(super) fn rule_meanwhile(control: &Control, context: &AuthContext<'_>) -> Ruling {
    match context.action {
        AuthAction::Select | AuthAction::Pragma { .. } => Ruling::Elsewhere,
        AuthAction::Read {
            table_name: name, ..
        }
        | AuthAction::Insert { table_name: name }
        | AuthAction::Update {
            table_name: name, ..
        }
        | AuthAction::Delete { table_name: name }
            if context.accessor.is_none() && is_shadow(name) =>
        {
            Ruling::Allowed
        }
        _ => {
            control.notes.changed.note();
            Ruling::Refused("the schema changed meanwhile; run the statement again".into())
        }
    }
}

/// Tells whether a text speaks of what belongs to a full-text search.
pub(super) fn mentions(sql: &str) -> bool {
    let lower = sql.to_ascii_lowercase();
    lower.match_indices(SUFFIX).any(|(place, _)| {
        let after = lower.as_bytes().get(place + SUFFIX.len());
        after.is_none_or(|byte| !byte.is_ascii_alphanumeric())
    })
}

fn is(name: &str, names: &[&str]) -> bool {
    names.iter().any(|one| name.eq_ignore_ascii_case(one))
}

fn without<'a>(name: &'a str, suffix: &str) -> Option<&'a str> {
    let start = name.len().checked_sub(suffix.len())?;
    let (before, end) = name.split_at_checked(start)?;
    end.eq_ignore_ascii_case(suffix).then_some(before)
}

fn is_shadow(name: &str) -> bool {
    let table = SHADOWS.iter().find_map(|shadow| without(name, shadow));
    table.is_some_and(is_full_text)
}

fn is_trigger(name: &str) -> bool {
    let table = EVENTS.iter().find_map(|event| without(name, event));
    table.is_some_and(is_full_text)
}

fn is_reserved(name: &str) -> bool {
    is_full_text(name) || is_shadow(name) || is_trigger(name)
}

/// Tells whether a trigger is one of those that keep this table current.
fn fires(trigger: &str, table: &str) -> bool {
    let of = EVENTS.iter().find_map(|event| without(trigger, event));
    of.is_some_and(|of| of.eq_ignore_ascii_case(table))
}

/// Gives a connection the function that bounds what is searched for.
pub(super) fn register(connection: &Connection) -> Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8
        | FunctionFlags::SQLITE_DETERMINISTIC
        | FunctionFlags::SQLITE_INNOCUOUS;
    connection.create_scalar_function(SEARCH, 1, flags, |context| search(context))
}

fn search(context: &Context<'_>) -> Result<Option<String>> {
    let query = match context.get_raw(0) {
        ValueRef::Null => return Ok(None),
        ValueRef::Text(query) => query,
        ValueRef::Integer(integer) => return Ok(Some(integer.to_string())),
        ValueRef::Real(_) | ValueRef::Blob(_) => {
            return Err(failure("full text: what is searched for is no text".into()));
        }
    };
    if query.len() > LONGEST {
        return Err(failure(format!(
            "full text: a search of {} bytes; at most {LONGEST}: search for fewer words",
            query.len()
        )));
    }
    let query = std::str::from_utf8(query);
    let query = query.map_err(|error| failure(format!("full text: {error}")))?;
    let words = words(query);
    if words > WORDS {
        return Err(failure(format!(
            "full text: a search of {words} words; at most {WORDS}: search for fewer"
        )));
    }
    Ok(Some(query.to_owned()))
}

/// Counts the words of a query, phrases in quotes as one
/// (https://sqlite.org/fts5.html section 3).
fn words(query: &str) -> usize {
    let between =
        |letter: char| letter.is_ascii() && !letter.is_ascii_alphanumeric() && letter != '_';
    let plain = |part: &str| {
        let words = part.split(between);
        let named = |word: &&str| !matches!(*word, "" | "AND" | "OR" | "NOT");
        words.filter(named).count()
    };
    // A quote inside of a phrase is doubled: it ends one and begins another, which counts
    // more and hides none.
    let parts = query.split('"').enumerate();
    parts
        .map(|(at, part)| if at % 2 == 1 { 1 } else { plain(part) })
        .sum()
}

fn failure(message: String) -> rusqlite::Error {
    rusqlite::Error::SqliteFailure(ffi::Error::new(ffi::SQLITE_ERROR), Some(message))
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn words_and_phrases_are_counted() {
        for (query, count) in [
            ("", 0),
            ("one", 1),
            ("one two*three", 3),
            ("title : (one OR \u{e9}t\u{e9}) NOT three", 4),
            ("\"one two\" AND \"three\"", 2),
            ("\"say \"\"hi\"\"\"", 3),
            ("a+b+c^d", 4),
            ("\"open", 1),
        ] {
            assert_eq!(words(query), count, "{query}");
        }
    }
}
