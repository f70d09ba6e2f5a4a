//! Which columns are never null, where a database can tell.

/// Tells of a table and a column whether the column is never null.
pub type NeverNull<'a> = dyn Fn(&str, &str) -> bool + 'a;

/// Asks a database whether a column is never null: declared so, or the rowid.
pub fn never_null(connection: &rusqlite::Connection, table: &str, column: &str) -> bool {
    // A column of an INTEGER PRIMARY KEY is the rowid itself; of other primary keys
    // SQLite says `notnull` in a STRICT table, and allows null in others.
    let sql = "SELECT max(name = ?2 COLLATE NOCASE AND (\"notnull\" OR pk AND keys = 1 \
               AND type = 'INTEGER' COLLATE NOCASE)) \
               FROM (SELECT *, sum(pk > 0) OVER () AS keys FROM pragma_table_info(?1))";
    let answer = connection
        .prepare_cached(sql)
        .and_then(|mut statement| statement.query_row([table, column], |row| row.get(0)));
    matches!(answer, Ok(Some(true)))
}
