//! What becomes of the rows of a table that is built anew: where each value comes
//! from, what is lost, and what cannot be.
//!
//! # Invariants
//!
//! - Values are written over the *old* names: a fill was written by who knew those.
//! - What is refused here, SQLite would refuse too, in the middle of the work and with
//!   fewer words.

use rusqlite::Connection;

use crate::connection::sqlite_error;
use crate::error::{Error, Result};
use crate::schema::{Column, ColumnDefault};

use super::convert::conversion;
use super::ddl::{self, quote};
use super::diff::Pair;
use super::expression::Bench;
use super::plan::Loss;

/// Where the rows of the new table come from.
#[derive(Debug, Default)]
pub(crate) struct Rows {
    /// New columns, and their values over the old names.
    cells: Vec<(String, String)>,
    /// What is lost.
    pub(crate) losses: Vec<Loss>,
}

/// The old table under its old names: before its renames, or after.
struct Source {
    from: String,
    rowid: &'static str,
}

impl Source {
    fn before(pair: &Pair<'_>) -> Self {
        Self {
            from: quote(&pair.old.table),
            rowid: "rowid",
        }
    }

    fn after(pair: &Pair<'_>) -> Self {
        let renamed = pair.renamed();
        if renamed.is_empty() {
            return Self {
                from: quote(&pair.new.table),
                rowid: "rowid",
            };
        }
        let columns: Vec<String> = pair
            .old
            .columns
            .iter()
            .zip(&pair.carried.columns)
            .map(|(old, now)| format!("{} AS {}", quote(&now.name), quote(&old.name)))
            .collect();
        Self {
            from: format!(
                "(SELECT rowid AS \"_wasgi_rowid\", {} FROM {})",
                columns.join(", "),
                quote(&pair.new.table)
            ),
            rowid: "\"_wasgi_rowid\"",
        }
    }
}

/// Stands for the rowid until it is known what the source calls it.
const ROWID: &str = "\"_wasgi_the_rowid\"";

impl Rows {
    /// Finds out where each value comes from.
    pub(crate) fn plan(raw: &Connection, pair: &Pair<'_>) -> Result<Self> {
        let mut rows = Self::default();
        let questions = Questions { raw, pair };
        for (new, old) in &pair.columns {
            let value = rows.value(&questions, new, *old)?;
            rows.cells.push((new.name.clone(), value));
        }
        for column in pair.dropped() {
            let lost = questions.count(&format!("{} IS NOT NULL", quote(&column.name)))?;
            rows.lose(format!("column {}.{}", pair.old.table, column.name), lost);
        }
        rows.check_uniques(&questions)?;
        if !pair.rebuild.is_empty() {
            rows.check_nulls(&questions)?;
            rows.check_checks(&questions)?;
        }
        Ok(rows)
    }

    fn lose(&mut self, what: String, rows: u64) {
        if rows > 0 {
            self.losses.push(Loss { what, rows });
        }
    }

    /// Returns `INSERT INTO ... SELECT` into the new table.
    pub(crate) fn copy(&self, pair: &Pair<'_>, into: &str) -> String {
        let source = Source::after(pair);
        let (mut names, mut values): (Vec<String>, Vec<String>) = self
            .cells
            .iter()
            .map(|(name, value)| (quote(name), value.replace(ROWID, source.rowid)))
            .unzip();
        if !pair.new.has_rowid_key() {
            // Whatever refers to rows by their number goes on doing so.
            names.insert(0, "rowid".into());
            values.insert(0, source.rowid.into());
        }
        format!(
            "INSERT INTO {} ({}) SELECT {} FROM {}",
            quote(into),
            names.join(", "),
            values.join(", "),
            source.from
        )
    }

    fn value(
        &mut self,
        questions: &Questions<'_>,
        new: &Column,
        old: Option<&Column>,
    ) -> Result<String> {
        let fill = |questions: &Questions<'_>| questions.fill(new);
        let default = ddl::default(new)?;
        let Some(old) = old else {
            let fallback = match default {
                Some(default) => Some(default),
                None if questions.is_rowid_key(new) => Some(ROWID.to_owned()),
                None => None,
            };
            return Ok(first_of([fill(questions)?, fallback]));
        };
        let mut value = quote(&old.name);
        let mut may_be_null = old.nullable;
        // A fill that was there before was for another change.
        let declared = new.fill.is_some() && new.fill != old.fill;
        if old.kind != new.kind {
            let what = format!("column {}.{}", questions.pair.old.table, old.name);
            let words = format!("{:?} to {:?}", old.kind, new.kind).to_lowercase();
            match conversion(old.kind, new.kind, &value) {
                _ if declared => value = first_of([fill(questions)?]),
                Some(way) => {
                    let lost = questions.count(&format!(
                        "{value} IS NOT NULL AND NOT coalesce({}, 0)",
                        way.survives
                    ))?;
                    self.lose(
                        format!("values of {what} that do not go from {words}"),
                        lost,
                    );
                    value = way.value;
                    may_be_null |= way.partial;
                }
                None => {
                    let lost = questions.count(&format!("{value} IS NOT NULL"))?;
                    self.lose(format!("all values of {what}: {words}"), lost);
                    value = "NULL".into();
                    may_be_null = true;
                }
            }
        }
        if !new.nullable && may_be_null && !(declared && old.kind != new.kind) {
            value = first_of([Some(value), fill(questions)?, default]);
        }
        Ok(value)
    }

    fn check_nulls(&self, questions: &Questions<'_>) -> Result<()> {
        for (name, value) in &self.cells {
            let Some(new) = questions.pair.new.column(name) else {
                continue;
            };
            let table = &questions.pair.new.table;
            if new.nullable || questions.is_plainly_not_null(name) {
                continue;
            }
            let nulls = questions.count(&format!("({}) IS NULL", value.replace(ROWID, "rowid")))?;
            if nulls > 0 {
                return Err(Error::invalid(format!(
                    "table {table}: column {name} may not be null, and {nulls} {} no value for it: \
                     give the column a default or a fill, or let it be null",
                    if nulls == 1 { "row has" } else { "rows have" },
                )));
            }
        }
        Ok(())
    }

    /// Returns the rows as they will be, under the new names.
    fn as_they_will_be(&self, questions: &Questions<'_>) -> String {
        let cells: Vec<String> = self
            .cells
            .iter()
            .map(|(name, value)| format!("{} AS {}", value.replace(ROWID, "rowid"), quote(name)))
            .collect();
        let source = Source::before(questions.pair);
        format!("(SELECT {} FROM {})", cells.join(", "), source.from)
    }

    fn check_checks(&self, questions: &Questions<'_>) -> Result<()> {
        let table = &questions.pair.new.table;
        let rows = self.as_they_will_be(questions);
        for check in &questions.pair.new.checks {
            let sql = format!(
                "SELECT count(*) FROM {rows} WHERE NOT ({})",
                check.condition
            );
            let broken: i64 = questions.ask(&sql)?;
            if broken > 0 {
                return Err(Error::invalid(format!(
                    "table {table}: check {} ({}) does not hold in {broken} {}: \
                     change them first, or the check",
                    check.name,
                    check.condition,
                    if broken == 1 { "row" } else { "rows" },
                )));
            }
        }
        Ok(())
    }

    fn check_uniques(&self, questions: &Questions<'_>) -> Result<()> {
        let new = questions.pair.new;
        let mut wanted: Vec<(String, Vec<&str>, Option<&str>)> = Vec::new();
        for column in new.columns.iter().filter(|column| column.unique) {
            let what = format!("column {}", column.name);
            wanted.push((what, vec![&column.name], None));
        }
        let key: Vec<&str> = new.primary_key.iter().map(String::as_str).collect();
        wanted.push((format!("the primary key ({})", key.join(", ")), key, None));
        for index in questions.pair.created_indexes() {
            if index.unique {
                let names = index.columns.iter().map(|column| column.name.as_str());
                let what = format!(
                    "index {} ({})",
                    index.name,
                    names.clone().collect::<Vec<_>>().join(", ")
                );
                wanted.push((what, names.collect(), index.condition.as_deref()));
            }
        }
        for (what, columns, condition) in wanted {
            if questions.pair.was_unique(&columns, condition) {
                continue;
            }
            if let Some((example, count)) = self.duplicates(questions, &columns, condition)? {
                return Err(Error::invalid(format!(
                    "table {}: {what} is to be unique, but {count} rows have {example}: \
                     change them first, or leave it as it is",
                    new.table
                )));
            }
        }
        Ok(())
    }

    fn duplicates(
        &self,
        questions: &Questions<'_>,
        columns: &[&str],
        condition: Option<&str>,
    ) -> Result<Option<(String, i64)>> {
        let new = questions.pair.new;
        let present: Vec<String> = columns
            .iter()
            .map(|name| format!("{} IS NOT NULL", quote(name)))
            .collect();
        let shown: Vec<String> = columns.iter().map(|name| shown(&quote(name))).collect();
        let groups: Vec<String> = columns
            .iter()
            .map(|name| {
                let collation = new.column(name).map_or("BINARY", ddl::collation);
                format!("{} COLLATE {collation}", quote(name))
            })
            .collect();
        let sql = format!(
            "SELECT {}, count(*) FROM {} WHERE {} AND ({}) GROUP BY {} HAVING count(*) > 1 LIMIT 1",
            shown.join(" || ', ' || "),
            self.as_they_will_be(questions),
            present.join(" AND "),
            condition.unwrap_or("1"),
            groups.join(", ")
        );
        let found = questions
            .raw
            .query_row(&sql, [], |row| Ok((row.get(0)?, row.get(1)?)));
        match found {
            Ok(found) => Ok(Some(found)),
            Err(rusqlite::Error::QueryReturnedNoRows) => Ok(None),
            Err(error) => Err(questions.error(error)),
        }
    }
}

/// Returns the SQL of a value as it is shown in an error: values may be megabytes.
fn shown(column: &str) -> String {
    format!(
        "CASE WHEN length({column}) > 60 THEN quote(substr({column}, 1, 60)) || '...' \
         ELSE quote({column}) END"
    )
}

/// Returns the first of some values that is not null.
fn first_of<const N: usize>(values: [Option<String>; N]) -> String {
    let values: Vec<String> = values.into_iter().flatten().collect();
    match values.as_slice() {
        [] => "NULL".into(),
        [only] => only.clone(),
        several => format!("coalesce({})", several.join(", ")),
    }
}

/// Asks the rows as they are now.
struct Questions<'a> {
    raw: &'a Connection,
    pair: &'a Pair<'a>,
}

impl Questions<'_> {
    fn error(&self, error: rusqlite::Error) -> Error {
        match sqlite_error(error) {
            Error::Syntax { message, .. } => {
                Error::invalid(format!("table {}: {message}", self.pair.new.table))
            }
            error => error,
        }
    }

    fn ask(&self, sql: &str) -> Result<i64> {
        self.raw
            .query_row(sql, [], |row| row.get(0))
            .map_err(|error| self.error(error))
    }

    /// Counts the rows that meet a condition over the old names.
    fn count(&self, condition: &str) -> Result<u64> {
        let from = Source::before(self.pair).from;
        let count = self.ask(&format!("SELECT count(*) FROM {from} WHERE {condition}"))?;
        Ok(u64::try_from(count).unwrap_or_default())
    }

    /// Returns a fill, compiled against the old table.
    fn fill(&self, new: &Column) -> Result<Option<String>> {
        let Some(fill) = &new.fill else {
            return Ok(None);
        };
        Bench::new(self.pair.old)?.check(fill).map_err(|what| {
            Error::invalid(format!(
                "table {}: column {}: fill `{fill}`: {what}; it is over the columns as they are \
                 before this migration",
                self.pair.new.table, new.name
            ))
        })?;
        Ok(Some(format!("({fill})")))
    }

    fn is_rowid_key(&self, column: &Column) -> bool {
        let new = self.pair.new;
        new.has_rowid_key() && new.primary_key.contains(&column.name)
    }

    /// Tells whether a column could not be null before, and is carried over as it is.
    fn is_plainly_not_null(&self, name: &str) -> bool {
        self.pair.columns.iter().any(|(new, old)| {
            new.name == name
                && old.is_some_and(|old| !old.nullable && old.kind == new.kind)
                && !matches!(new.default, Some(ColumnDefault::Now))
        })
    }
}
