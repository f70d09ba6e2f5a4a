//! Makes a plan: compares, asks the rows, and tries every statement on an empty copy.
//!
//! # Invariants
//!
//! - Every statement of a plan has run on a copy of the database without its rows, and
//!   the copy then had exactly the models' shape.
//! - Tables keep what is not of the models: triggers, indexes. They are read from the
//!   copy at the moment they are needed, for renames have rewritten them by then.

use rusqlite::Connection;

use crate::connection::{self, sqlite_error};
use crate::error::{Error, Result};
use crate::schema::{self, Model, Schema};

use super::ddl::{self, quote};
use super::diff::{self, Diff, Pair};
use super::drift::{self, Drift};
use super::plan::{Change, Loss, Plan, Safety};
use super::rows::Rows;
use super::shape::{self, Shape};
use super::{Options, history, lexer, rename, scratch};

/// Makes the plan from a database to a schema.
pub(crate) fn plan(raw: &Connection, schema: &Schema, options: &Options) -> Result<Plan> {
    schema::validate(schema)?;
    let recorded = history::recorded(raw)?;
    let steps = history::pending_steps(raw, schema)?;
    let real = shape::read(raw)?;
    let target = shape_of(schema)?;
    let mut old = recorded
        .as_ref()
        .map(|last| last.schema.clone())
        .unwrap_or_default();
    let mut adopted = Vec::new();
    if options.adopt {
        adopted = adopt(&mut old, schema, &real, &target);
    }
    let found = drift::compare(&real, &shape_of(&old)?);
    refuse_drift(&found, &old, schema, &real)?;
    let mut plan = Plan {
        schema: schema.clone(),
        digest: schema.digest(),
        options: options.clone(),
        recorded: recorded.map(|last| last.digest),
        changes: Vec::new(),
        steps,
        adopted,
        notes: found.notes,
    };
    if old.models != schema.models {
        let difference = diff::diff(&old, schema)?;
        let mut planner = Planner {
            raw,
            copy: scratch::replica(raw)?,
            changes: Vec::new(),
        };
        planner.all(&difference)?;
        let reached = planner.copy.as_host(shape::read)?;
        let missed = drift::compare(&reached, &target);
        if !missed.is_empty() {
            return Err(Error::misuse(format!(
                "the plan does not lead to the models, which is a fault of this program: {}",
                missed.differences.join("; ")
            )));
        }
        plan.changes = planner.changes;
    }
    Ok(plan)
}

/// Returns the shape that a schema has in a new database.
pub(crate) fn shape_of(schema: &Schema) -> Result<Shape> {
    scratch::fresh(schema)?.as_host(shape::read)
}

/// Takes tables as they are where they fit the models, and forgets those that are gone.
fn adopt(old: &mut Schema, new: &Schema, real: &Shape, target: &Shape) -> Vec<String> {
    let fits = |model: &Model| {
        let both = real
            .tables
            .get(&model.table)
            .zip(target.tables.get(&model.table));
        both.is_some_and(|(real, target)| drift::compare_table("", real, target).is_empty())
    };
    let mut adopted = Vec::new();
    let gone = |model: &Model| {
        !real
            .tables
            .keys()
            .any(|table| table.eq_ignore_ascii_case(&model.table))
    };
    old.models.retain(|model| !gone(model));
    for model in new.models.iter().filter(|model| fits(model)) {
        let same = |one: &Model| one.table.eq_ignore_ascii_case(&model.table);
        match old.models.iter_mut().find(|one| same(one)) {
            Some(recorded) if recorded == model => {}
            Some(recorded) => {
                // It may as well fit what is recorded, and only its hints differ.
                *recorded = model.clone();
                adopted.push(model.table.clone());
            }
            None => {
                old.models.push(model.clone());
                adopted.push(model.table.clone());
            }
        }
    }
    adopted
}

fn refuse_drift(found: &Drift, old: &Schema, new: &Schema, real: &Shape) -> Result<()> {
    let mut differences = found.differences.clone();
    for model in &new.models {
        let same = |table: &String| table.eq_ignore_ascii_case(&model.table);
        let is_there = real.tables.keys().any(same);
        let is_recorded = old.models.iter().any(|one| same(&one.table));
        if is_there && !is_recorded {
            differences.push(format!(
                "table {} is in the database, and no migration has made it",
                model.table
            ));
        }
    }
    if differences.is_empty() {
        return Ok(());
    }
    Err(Error::invalid(format!(
        "the database is not what the last migration left:\n  {}\n\
         put it back, restore a backup, or, where it is as the models want it, take it as it is: --adopt",
        differences.join("\n  ")
    )))
}

struct Planner<'a> {
    raw: &'a Connection,
    copy: connection::Connection,
    changes: Vec<Change>,
}

impl Planner<'_> {
    fn push(&mut self, description: String, sql: Vec<String>, losses: Vec<Loss>) -> Result<()> {
        self.copy.as_host(|copy| {
            for statement in &sql {
                copy.execute_batch(statement).map_err(|error| {
                    Error::invalid(format!("{description}: {}", sqlite_error(error)))
                })?;
            }
            Ok::<(), Error>(())
        })?;
        let safety = if losses.is_empty() {
            Safety::Safe
        } else {
            Safety::Destructive(losses)
        };
        self.changes.push(Change {
            description,
            sql,
            safety,
        });
        Ok(())
    }

    /// The order matters: names are freed before they are taken, and what names a
    /// table goes before it does.
    fn all(&mut self, diff: &Diff<'_>) -> Result<()> {
        let rows: Vec<Rows> = diff
            .pairs
            .iter()
            .map(|pair| Rows::plan(self.raw, pair))
            .collect::<Result<_>>()?;
        self.drop_searches_and_indexes(diff)?;
        self.rename(diff)?;
        for model in &diff.dropped {
            self.drop_table(model)?;
        }
        for (pair, rows) in diff.pairs.iter().zip(rows) {
            if pair.rebuild.is_empty() {
                self.add_columns(pair)?;
            } else {
                self.rebuild(pair, &rows)?;
            }
        }
        for model in &diff.created {
            let table = &model.table;
            let sql = ddl::create_table(model, table)?;
            self.push(format!("create table {table}"), vec![sql], Vec::new())?;
        }
        self.create_indexes_and_searches(diff)
    }

    fn drop_searches_and_indexes(&mut self, diff: &Diff<'_>) -> Result<()> {
        let changed = diff
            .pairs
            .iter()
            .filter(|pair| pair.full_text)
            .map(|pair| pair.old);
        for model in changed.chain(diff.dropped.iter().copied()) {
            if model.full_text.is_some() {
                let table = &model.table;
                let sql = ddl::drop_full_text(table);
                self.push(
                    format!("drop the full-text search of {table}"),
                    sql,
                    Vec::new(),
                )?;
            }
        }
        for pair in &diff.pairs {
            for index in pair.dropped_indexes() {
                let sql = format!("DROP INDEX {}", quote(&index.name));
                self.push(format!("drop index {}", index.name), vec![sql], Vec::new())?;
            }
        }
        Ok(())
    }

    fn rename(&mut self, diff: &Diff<'_>) -> Result<()> {
        let tables = diff
            .pairs
            .iter()
            .filter(|pair| pair.old.table != pair.new.table);
        let tables: Vec<(String, String)> = tables
            .map(|pair| (pair.old.table.clone(), pair.new.table.clone()))
            .collect();
        for (old, new) in rename::order(&tables) {
            let sql = format!("ALTER TABLE {} RENAME TO {}", quote(&old), quote(&new));
            self.push(
                format!("rename table {old} to {new}"),
                vec![sql],
                Vec::new(),
            )?;
        }
        for pair in &diff.pairs {
            let table = &pair.new.table;
            for (old, new) in rename::order(&pair.renamed()) {
                let sql = format!(
                    "ALTER TABLE {} RENAME COLUMN {} TO {}",
                    quote(table),
                    quote(&old),
                    quote(&new)
                );
                self.push(
                    format!("rename column {table}.{old} to {new}"),
                    vec![sql],
                    Vec::new(),
                )?;
            }
        }
        Ok(())
    }

    fn drop_table(&mut self, model: &Model) -> Result<()> {
        let table = &model.table;
        // A declared rename of others may have moved in the meantime, never this one.
        let rows: i64 = self
            .raw
            .query_row(
                &format!("SELECT count(*) FROM {}", quote(table)),
                [],
                |row| row.get(0),
            )
            .map_err(sqlite_error)?;
        let loss = Loss {
            what: format!("table {table}"),
            rows: u64::try_from(rows).unwrap_or_default(),
        };
        let losses = if rows > 0 { vec![loss] } else { Vec::new() };
        let sql = format!("DROP TABLE {}", quote(table));
        self.push(format!("drop table {table}"), vec![sql], losses)
    }

    fn add_columns(&mut self, pair: &Pair<'_>) -> Result<()> {
        let table = &pair.new.table;
        for column in pair.added() {
            let definition = ddl::column_definition(pair.new, column)?;
            let sql = format!("ALTER TABLE {} ADD COLUMN {definition}", quote(table));
            self.push(
                format!("add column {table}.{}", column.name),
                vec![sql],
                Vec::new(),
            )?;
        }
        Ok(())
    }

    /// The procedure of https://sqlite.org/lang_altertable.html section 7.
    fn rebuild(&mut self, pair: &Pair<'_>, rows: &Rows) -> Result<()> {
        let table = &pair.new.table;
        let passing = format!("_wasgi_new_{table}");
        let kept = self.kept(pair)?;
        let mut sql = vec![
            ddl::create_table(pair.new, &passing)?,
            rows.copy(pair, &passing),
            format!("DROP TABLE {}", quote(table)),
            // So that views and triggers of other tables go on naming this one, which
            // is not there at this moment.
            "PRAGMA legacy_alter_table = ON".into(),
            format!("ALTER TABLE {} RENAME TO {}", quote(&passing), quote(table)),
            "PRAGMA legacy_alter_table = OFF".into(),
        ];
        let mut description = format!("rebuild table {table}: {}", pair.rebuild.join(", "));
        let gone: Vec<String> = pair
            .dropped()
            .iter()
            .map(|column| column.name.clone())
            .collect();
        for (name, statement) in kept {
            match gone.iter().find(|column| {
                statement.starts_with("CREATE INDEX") && lexer::mentions(&statement, column)
            }) {
                Some(column) => description.push_str(&format!(
                    "; index {name}, which is of no model, goes with column {column}"
                )),
                None => sql.push(statement),
            }
        }
        self.push(description, sql, rows.losses.clone())
    }

    /// Returns the triggers and indexes of a table that are not of the models.
    fn kept(&self, pair: &Pair<'_>) -> Result<Vec<(String, String)>> {
        let read = |copy: &Connection| {
            let mut statement = copy.prepare(
                "SELECT name, sql FROM sqlite_schema WHERE type IN ('index', 'trigger') \
                 AND sql IS NOT NULL AND tbl_name = ?1 COLLATE NOCASE ORDER BY type, rowid",
            )?;
            let rows = statement.query_map([&pair.new.table], |row| {
                Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?))
            })?;
            rows.collect::<rusqlite::Result<Vec<_>>>()
        };
        let mut kept = self.copy.as_host(read).map_err(sqlite_error)?;
        kept.retain(|(name, _)| {
            let of_model = pair.old.indexes.iter();
            !of_model
                .into_iter()
                .any(|index| index.name.eq_ignore_ascii_case(name))
        });
        Ok(kept)
    }

    fn create_indexes_and_searches(&mut self, diff: &Diff<'_>) -> Result<()> {
        let created = diff
            .created
            .iter()
            .flat_map(|model| model.indexes.iter().map(|index| (&model.table, index)));
        let changed = diff.pairs.iter().flat_map(|pair| {
            pair.created_indexes()
                .into_iter()
                .map(|index| (&pair.new.table, index))
        });
        for (table, index) in created.chain(changed) {
            let sql = ddl::create_index(table, index);
            self.push(
                format!("create index {} on {table}", index.name),
                vec![sql],
                Vec::new(),
            )?;
        }
        let changed = diff
            .pairs
            .iter()
            .filter(|pair| pair.full_text)
            .map(|pair| pair.new);
        for model in diff.created.iter().copied().chain(changed) {
            if model.full_text.is_some() {
                let table = &model.table;
                let mut sql = ddl::create_full_text(model);
                sql.push(ddl::fill_full_text(table));
                self.push(
                    format!("create the full-text search of {table}"),
                    sql,
                    Vec::new(),
                )?;
            }
        }
        Ok(())
    }
}
