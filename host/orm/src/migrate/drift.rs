//! Compares a database with what it is believed to be.

use super::shape::{Facts, Shape};

/// What a database has otherwise than the models say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Drift {
    /// Differences in the models' tables, one line each.
    pub differences: Vec<String>,
    /// What is there besides: tables, views and indexes that no model has. Left alone.
    pub notes: Vec<String>,
}

impl Drift {
    /// Tells whether the models' tables are as the models say.
    pub fn is_empty(&self) -> bool {
        self.differences.is_empty()
    }
}

/// Compares one table, and returns the differences and what is there besides.
pub(crate) fn compare_table(table: &str, real: &Facts, expected: &Facts) -> Drift {
    let mut drift = Drift::default();
    for (what, value) in expected {
        match real.get(what) {
            None => drift.differences.push(format!(
                "table {table}: {what} is in the models and not in the database"
            )),
            Some(found) if found != value => drift.differences.push(format!(
                "table {table}: {what} is `{found}` in the database and `{value}` in the models"
            )),
            Some(_) => {}
        }
    }
    for what in real.keys().filter(|what| !expected.contains_key(*what)) {
        let line = format!("table {table}: {what} is in the database and not in the models");
        if what.starts_with("index ") {
            drift.notes.push(line);
        } else {
            drift.differences.push(line);
        }
    }
    drift
}

/// Compares a whole database.
pub(crate) fn compare(real: &Shape, expected: &Shape) -> Drift {
    let mut drift = Drift::default();
    for (table, facts) in &expected.tables {
        match real.tables.get(table) {
            Some(found) => {
                let of_table = compare_table(table, found, facts);
                drift.differences.extend(of_table.differences);
                drift.notes.extend(of_table.notes);
            }
            None => drift.differences.push(format!(
                "table {table} is in the models and not in the database"
            )),
        }
    }
    for table in real
        .tables
        .keys()
        .filter(|table| !expected.tables.contains_key(*table))
    {
        drift.notes.push(format!(
            "table {table} is not of the models; it is left alone"
        ));
    }
    for other in &real.others {
        drift
            .notes
            .push(format!("{other} is not of the models; it is left alone"));
    }
    drift
}
