//! What a database looks like, as facts that can be compared one by one.
//!
//! Facts and not the text of `CREATE TABLE`: SQLite rewrites that text on every
//! `ALTER TABLE`, and a column that was added later stands at the end.

use std::collections::BTreeMap;

use rusqlite::Connection;

use crate::connection::sqlite_error;
use crate::error::Result;
use crate::schema::full_text_table;

use super::ddl;
use super::lexer::{self, Token};

/// What is known of one table: `column title` is `TEXT, not null`.
pub(crate) type Facts = BTreeMap<String, String>;

/// All tables of a database but SQLite's and the host's own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Shape {
    /// Facts by name.
    pub(crate) tables: BTreeMap<String, Facts>,
    /// Views, and virtual tables that are no model's full-text search.
    pub(crate) others: Vec<String>,
}

/// Reads the shape of a database.
pub(crate) fn read(raw: &Connection) -> Result<Shape> {
    read_all(raw).map_err(sqlite_error)
}

fn read_all(raw: &Connection) -> rusqlite::Result<Shape> {
    let mut list = raw.prepare(
        "SELECT name, type, strict, wr FROM pragma_table_list \
         WHERE schema = 'main' AND type <> 'shadow' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' \
         AND name NOT LIKE '\\_wasgi\\_%' ESCAPE '\\' ORDER BY name",
    )?;
    let rows = list.query_map([], |row| {
        Ok((
            row.get::<_, String>(0)?,
            row.get::<_, String>(1)?,
            row.get::<_, bool>(2)?,
            row.get::<_, bool>(3)?,
        ))
    })?;
    let rows = rows.collect::<rusqlite::Result<Vec<_>>>()?;
    let is_table = |name: &str| {
        rows.iter()
            .any(|(table, kind, ..)| kind == "table" && table.eq_ignore_ascii_case(name))
    };
    let mut shape = Shape::default();
    for (name, kind, strict, without_rowid) in &rows {
        if kind == "table" {
            let mut facts = table(raw, name)?;
            if !strict {
                facts.insert("table".into(), "not STRICT".into());
            }
            if *without_rowid {
                facts.insert("rowid".into(), "none".into());
            }
            shape.tables.insert(name.clone(), facts);
        } else if !name.strip_suffix("_fts").is_some_and(is_table) {
            shape.others.push(format!("{kind} {name}"));
        }
    }
    Ok(shape)
}

fn table(raw: &Connection, name: &str) -> rusqlite::Result<Facts> {
    let mut facts = Facts::new();
    columns(raw, name, &mut facts)?;
    references(raw, name, &mut facts)?;
    indexes(raw, name, &mut facts)?;
    let sql: String = raw.query_row(
        "SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = ?1",
        [name],
        |row| row.get(0),
    )?;
    facts.extend(checks(&sql));
    // The full-text search and its triggers, which are made and dropped with the table.
    let fts = full_text_table(name);
    let mut objects = raw.prepare(
        "SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND (\
         (type = 'table' AND name = ?1 COLLATE NOCASE) \
         OR (type = 'trigger' AND tbl_name = ?2 COLLATE NOCASE AND name IN (?3, ?4, ?5)))",
    )?;
    let [insert, delete, update] = ddl::full_text_triggers(name);
    let mut rows = objects.query([fts.as_str(), name, &insert, &delete, &update])?;
    while let Some(row) = rows.next()? {
        let (kind, object, sql): (String, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let what = if kind == "table" {
            "full text"
        } else {
            "trigger"
        };
        facts.insert(format!("{what} {object}"), lexer::normalised(&sql));
    }
    Ok(facts)
}

fn columns(raw: &Connection, table: &str, facts: &mut Facts) -> rusqlite::Result<()> {
    let mut list = raw.prepare(
        "SELECT name, type, \"notnull\", dflt_value, pk, hidden FROM pragma_table_xinfo(?1)",
    )?;
    let mut rows = list.query([table])?;
    let mut key: Vec<(i64, String)> = Vec::new();
    while let Some(row) = rows.next()? {
        let name: String = row.get(0)?;
        let (_, collation, _, _, autoincrement) =
            raw.column_metadata(Some("main"), table, &name)?;
        let mut fact = row.get::<_, String>(1)?.to_ascii_uppercase();
        if row.get::<_, bool>(2)? {
            fact.push_str(", not null");
        }
        if let Some(default) = row.get::<_, Option<String>>(3)? {
            fact.push_str(", default ");
            // `ADD COLUMN` keeps the parentheses of an expression, `CREATE TABLE` too.
            fact.push_str(&lexer::normalised(&default));
        }
        if let Some(collation) = collation.and_then(|name| name.to_str().ok())
            && !collation.eq_ignore_ascii_case("binary")
        {
            fact.push_str(&format!(", collation {}", collation.to_ascii_lowercase()));
        }
        if autoincrement {
            fact.push_str(", autoincrement");
        }
        if row.get::<_, i64>(5)? != 0 {
            fact.push_str(", generated");
        }
        let place: i64 = row.get(4)?;
        if place > 0 {
            key.push((place, name.clone()));
        }
        facts.insert(format!("column {name}"), fact);
    }
    key.sort();
    let key: Vec<String> = key.into_iter().map(|(_, name)| name).collect();
    facts.insert("primary key".into(), key.join(", "));
    Ok(())
}

fn references(raw: &Connection, table: &str, facts: &mut Facts) -> rusqlite::Result<()> {
    let mut list = raw.prepare(
        "SELECT group_concat(\"from\", ', ' ORDER BY seq), \"table\", \
         group_concat(\"to\", ', ' ORDER BY seq), on_delete, on_update \
         FROM pragma_foreign_key_list(?1) GROUP BY id",
    )?;
    let mut rows = list.query([table])?;
    while let Some(row) = rows.next()? {
        let to: Option<String> = row.get(2)?;
        let fact = format!(
            "to {}({}), on delete {}, on update {}",
            row.get::<_, String>(1)?,
            to.unwrap_or_default(),
            row.get::<_, String>(3)?.to_ascii_lowercase(),
            row.get::<_, String>(4)?.to_ascii_lowercase(),
        );
        facts.insert(format!("reference of {}", row.get::<_, String>(0)?), fact);
    }
    Ok(())
}

fn indexes(raw: &Connection, table: &str, facts: &mut Facts) -> rusqlite::Result<()> {
    let mut list = raw.prepare(
        "SELECT i.name, i.origin, s.sql, \
         (SELECT group_concat(name, ', ' ORDER BY seqno) FROM pragma_index_info(i.name)) \
         FROM pragma_index_list(?1) AS i LEFT JOIN sqlite_schema AS s \
         ON s.type = 'index' AND s.name = i.name",
    )?;
    let mut rows = list.query([table])?;
    while let Some(row) = rows.next()? {
        match row.get::<_, String>(1)?.as_str() {
            "c" => {
                let sql: Option<String> = row.get(2)?;
                let fact = lexer::normalised(&sql.unwrap_or_default());
                facts.insert(format!("index {}", row.get::<_, String>(0)?), fact);
            }
            "u" => {
                let columns: Option<String> = row.get(3)?;
                facts.insert(
                    format!("unique {}", columns.unwrap_or_default()),
                    String::new(),
                );
            }
            // The primary key has a fact of its own.
            _ => {}
        }
    }
    Ok(())
}

/// Finds the checks in a `CREATE TABLE`: no PRAGMA tells of them.
fn checks(sql: &str) -> Facts {
    let mut facts = Facts::new();
    let tokens = lexer::tokens(sql).unwrap_or_default();
    let mut rest = tokens.as_slice();
    let mut depth = 0_usize;
    let mut named: Option<String> = None;
    while let Some((token, after)) = rest.split_first() {
        rest = after;
        match token {
            Token::Symbol('(') => depth += 1,
            Token::Symbol(')') => depth = depth.saturating_sub(1),
            Token::Word(word) if depth == 1 && word.eq_ignore_ascii_case("constraint") => {
                named = match after.first() {
                    Some(Token::Name(name)) => Some(name.clone()),
                    Some(Token::Word(name)) => Some((*name).to_owned()),
                    _ => None,
                };
            }
            Token::Word(word) if depth == 1 && word.eq_ignore_ascii_case("check") => {
                let length = group(after);
                let condition = lexer::join(after.get(..length).unwrap_or_default());
                match named.take() {
                    Some(name) => facts.insert(format!("check {name}"), condition),
                    None => facts.insert(format!("check {condition}"), String::new()),
                };
                rest = after.get(length..).unwrap_or_default();
            }
            Token::Symbol(',') if depth == 1 => named = None,
            _ => {}
        }
    }
    facts
}

/// Returns how many tokens stand from `(` to its `)`.
fn group(tokens: &[Token<'_>]) -> usize {
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate() {
        match token {
            Token::Symbol('(') => depth += 1,
            Token::Symbol(')') => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return at + 1;
        }
    }
    tokens.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(sql: &str) -> Facts {
        let raw = Connection::open_in_memory().expect("open");
        raw.execute_batch(sql).expect(sql);
        read(&raw).expect("read").tables.remove("t").expect("table")
    }

    #[test]
    fn the_same_table_written_in_two_ways_has_the_same_facts() {
        let one = facts(
            "CREATE TABLE u (id INTEGER PRIMARY KEY); \
             CREATE TABLE \"t\" (\"id\" INTEGER PRIMARY KEY, \"a\" TEXT NOT NULL UNIQUE DEFAULT 'x' COLLATE NOCASE, \
             \"b\" INTEGER REFERENCES u (id) ON DELETE CASCADE, CONSTRAINT c CHECK (a <> '')) STRICT; \
             CREATE INDEX i ON t (a DESC) WHERE (b > 0)",
        );
        let other = facts(
            "CREATE TABLE u (id INTEGER PRIMARY KEY); \
             CREATE TABLE [t] (b INTEGER references [u] (id) on delete cascade, id integer primary key, \
             a TEXT COLLATE nocase NOT NULL DEFAULT 'x', UNIQUE (a), constraint \"c\" check( \"a\"<>'' )) STRICT; \
             CREATE INDEX \"i\" ON \"t\" (\"a\" desc) WHERE (\"b\">0)",
        );
        assert_eq!(one, other);
    }

    #[test]
    fn what_differs_is_in_the_facts() {
        let plain = facts("CREATE TABLE t (a TEXT) STRICT");
        for sql in [
            "CREATE TABLE t (a TEXT)",
            "CREATE TABLE t (a BLOB) STRICT",
            "CREATE TABLE t (a TEXT NOT NULL) STRICT",
            "CREATE TABLE t (a TEXT UNIQUE) STRICT",
            "CREATE TABLE t (a TEXT DEFAULT 'x') STRICT",
            "CREATE TABLE t (a TEXT COLLATE NOCASE) STRICT",
            "CREATE TABLE t (a TEXT REFERENCES u (id)) STRICT",
            "CREATE TABLE t (a TEXT PRIMARY KEY) STRICT",
            "CREATE TABLE t (a TEXT PRIMARY KEY) STRICT, WITHOUT ROWID",
            "CREATE TABLE t (a TEXT CHECK (a > 'x')) STRICT",
            "CREATE TABLE t (a TEXT, b TEXT) STRICT",
            "CREATE TABLE t (z TEXT, a TEXT AS ('x')) STRICT",
            "CREATE TABLE t (a TEXT) STRICT; CREATE INDEX i ON t (a)",
            "CREATE TABLE t (a TEXT) STRICT; CREATE VIRTUAL TABLE t_fts USING fts5(a, content='t')",
        ] {
            assert_ne!(facts(sql), plain, "{sql}");
        }
    }
}
