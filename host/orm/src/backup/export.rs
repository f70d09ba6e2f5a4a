//! Everything as SQL text that makes an equal database.
//!
//! # Invariants
//!
//! - It is the database of one moment: all is read in one transaction.
//! - Nothing is held but the row being written.

use std::io::Write;

use rusqlite::Connection as Raw;

use crate::connection::{Connection, sqlite_error};
use crate::error::{Error, Result};
use crate::migrate::ddl::{quote, quote_all};
use crate::migrate::lexer::{self, Token};
use crate::migrate::literal;

/// Writes a database as SQL text, to be loaded into an empty one.
///
/// Values read back as exactly the same ones. Full-text searches are made and filled
/// anew, and triggers come last, so that none runs.
///
/// # Errors
///
/// [`Error::Unavailable`] where the text cannot be written; [`Error::Corrupt`].
pub fn export(connection: &Connection, out: &mut dyn Write) -> Result<()> {
    connection.as_host(|raw| {
        // Whoever calls within a transaction has one already.
        let own = raw.is_autocommit();
        if own {
            raw.execute_batch("BEGIN").map_err(sqlite_error)?;
        }
        let result = everything(raw, &mut Text { out });
        if own {
            let ended = raw.execute_batch("ROLLBACK").map_err(sqlite_error);
            result.and(ended)
        } else {
            result
        }
    })
}

struct Text<'a> {
    out: &'a mut dyn Write,
}

impl Text<'_> {
    fn line(&mut self, line: &str) -> Result<()> {
        writeln!(self.out, "{line}")
            .map_err(|error| Error::Unavailable(format!("cannot write the export: {error}")))
    }
}

/// A table, index, view or trigger.
struct Object {
    name: String,
    sql: String,
}

fn objects(raw: &Raw, condition: &str) -> Result<Vec<Object>> {
    let sql = format!(
        "SELECT name, sql FROM sqlite_schema AS s WHERE sql IS NOT NULL \
         AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND {condition} ORDER BY rowid"
    );
    let read = || {
        let mut statement = raw.prepare(&sql)?;
        let rows = statement.query_map([], |row| {
            Ok(Object {
                name: row.get(0)?,
                sql: row.get(1)?,
            })
        })?;
        rows.collect::<rusqlite::Result<Vec<_>>>()
    };
    read().map_err(sqlite_error)
}

fn everything(raw: &Raw, text: &mut Text<'_>) -> Result<()> {
    text.line("PRAGMA foreign_keys=OFF;")?;
    text.line("BEGIN TRANSACTION;")?;
    for pragma in ["application_id", "user_version"] {
        let value: i64 = raw
            .pragma_query_value(None, pragma, |row| row.get(0))
            .map_err(sqlite_error)?;
        if value != 0 {
            text.line(&format!("PRAGMA {pragma}={value};"))?;
        }
    }
    let of_kind = |kind: &str| {
        format!(
            "type = 'table' AND EXISTS (SELECT 1 FROM pragma_table_list AS l \
             WHERE l.schema = 'main' AND l.name = s.name AND l.type = '{kind}')"
        )
    };
    for table in objects(raw, &of_kind("table"))? {
        text.line(&format!("{};", table.sql))?;
        rows(raw, &table.name, text)?;
    }
    sequences(raw, text)?;
    for table in objects(raw, &of_kind("virtual"))? {
        text.line(&format!("{};", table.sql))?;
        virtual_rows(raw, &table, text)?;
    }
    for kind in ["index", "view", "trigger"] {
        for object in objects(raw, &format!("type = '{kind}'"))? {
            text.line(&format!("{};", object.sql))?;
        }
    }
    text.line("COMMIT;")
}

/// Numbers of tables with AUTOINCREMENT, which an app may have made by itself.
fn sequences(raw: &Raw, text: &mut Text<'_>) -> Result<()> {
    let there = raw
        .query_row(
            "SELECT count(*) FROM sqlite_schema WHERE name = 'sqlite_sequence'",
            [],
            |row| row.get::<_, i64>(0),
        )
        .map_err(sqlite_error)?;
    if there == 0 {
        return Ok(());
    }
    text.line("DELETE FROM sqlite_sequence;")?;
    insert(
        raw,
        "sqlite_sequence",
        &["name".into(), "seq".into()],
        false,
        text,
    )
}

fn rows(raw: &Raw, table: &str, text: &mut Text<'_>) -> Result<()> {
    let read = || {
        let mut statement = raw.prepare(
            "SELECT name, hidden, pk > 0 AND upper(type) = 'INTEGER' AND \
             (SELECT count(*) FROM pragma_table_xinfo(?1) WHERE pk > 0) = 1 \
             FROM pragma_table_xinfo(?1)",
        )?;
        let rows = statement.query_map([table], |row| {
            Ok((
                row.get::<_, String>(0)?,
                row.get::<_, i64>(1)?,
                row.get::<_, bool>(2)?,
            ))
        })?;
        rows.collect::<rusqlite::Result<Vec<_>>>()
    };
    let columns = read().map_err(sqlite_error)?;
    let without_rowid: bool = raw
        .query_row(
            "SELECT wr FROM pragma_table_list WHERE schema = 'main' AND name = ?1",
            [table],
            |row| row.get(0),
        )
        .map_err(sqlite_error)?;
    let numbered = without_rowid
        || columns
            .iter()
            .any(|(name, _, is_key)| *is_key || name.eq_ignore_ascii_case("rowid"));
    // Generated columns make their own values.
    let stored = columns.into_iter().filter(|(_, hidden, _)| *hidden == 0);
    let names: Vec<String> = stored.map(|(name, ..)| name).collect();
    insert(raw, table, &names, !numbered, text)
}

/// Writes an `INSERT` for each row.
fn insert(
    raw: &Raw,
    table: &str,
    names: &[String],
    with_rowid: bool,
    text: &mut Text<'_>,
) -> Result<()> {
    let mut columns = quote_all(names.iter().map(String::as_str));
    if with_rowid {
        columns = format!("rowid, {columns}");
    }
    let table = quote(table);
    let mut statement = raw
        .prepare(&format!("SELECT {columns} FROM {table}"))
        .map_err(sqlite_error)?;
    let count = statement.column_count();
    let mut rows = statement.query([]).map_err(sqlite_error)?;
    let head = format!("INSERT INTO {table} ({columns}) VALUES (");
    let mut line = String::new();
    while let Some(row) = rows.next().map_err(sqlite_error)? {
        line.clear();
        line.push_str(&head);
        for at in 0..count {
            if at > 0 {
                line.push(',');
            }
            literal::push(&mut line, row.get_ref(at).map_err(sqlite_error)?);
        }
        line.push_str(");");
        text.line(&line)?;
    }
    Ok(())
}

/// FTS5 tables that have their text elsewhere are filled from there, others row by row.
fn virtual_rows(raw: &Raw, table: &Object, text: &mut Text<'_>) -> Result<()> {
    let name = quote(&table.name);
    match content(&table.sql).as_deref() {
        Some("") => text.line(&format!(
            "-- {name} keeps no text, so that there is nothing to fill it with"
        )),
        Some(_) => text.line(&format!("INSERT INTO {name} ({name}) VALUES ('rebuild');")),
        None => {
            let read = || {
                let mut statement =
                    raw.prepare("SELECT name FROM pragma_table_xinfo(?1) WHERE hidden = 0")?;
                let rows = statement.query_map([&table.name], |row| row.get::<_, String>(0))?;
                rows.collect::<rusqlite::Result<Vec<_>>>()
            };
            insert(raw, &table.name, &read().map_err(sqlite_error)?, true, text)
        }
    }
}

/// Returns FTS5's option `content`, if there is one.
fn content(sql: &str) -> Option<String> {
    let tokens = lexer::tokens(sql).ok()?;
    let at = tokens.windows(2).position(|pair| {
        matches!(pair, [Token::Word(word), Token::Symbol('=')] if word.eq_ignore_ascii_case("content"))
    })?;
    Some(match tokens.get(at + 2)? {
        Token::Literal(literal) => literal.trim_matches('\'').to_owned(),
        Token::Word(word) => (*word).to_owned(),
        Token::Name(name) => name.clone(),
        _ => String::new(),
    })
}
