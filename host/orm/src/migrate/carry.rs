//! A model under its new names: what `ALTER TABLE ... RENAME` makes of it, in its own
//! table and in those that refer to it.

use std::collections::HashMap;

use crate::schema::{Column, Model, Reference};

use super::rename::{self, Named};

/// New columns, and which old ones they are.
pub(super) type Columns<'a> = Vec<(&'a Column, Option<&'a Column>)>;

/// Finds out which columns of two models are the same.
pub(super) fn columns<'a>(old: &'a Model, new: &'a Model) -> Columns<'a> {
    let names: Vec<&str> = old
        .columns
        .iter()
        .map(|column| column.name.as_str())
        .collect();
    let named: Vec<Named<'_>> = new
        .columns
        .iter()
        .map(|column| Named {
            name: &column.name,
            renamed_from: column.renamed_from.as_deref(),
        })
        .collect();
    let pairs = rename::pair(&names, &named);
    let pairs = new.columns.iter().zip(pairs);
    pairs
        .map(|(column, pair)| (column, pair.and_then(|at| old.columns.get(at))))
        .collect()
}

/// New names by old ones.
pub(super) struct Names<'a> {
    tables: HashMap<&'a str, (&'a str, HashMap<&'a str, &'a str>)>,
}

impl<'a> Names<'a> {
    pub(super) fn of(matched: &[(&'a Model, &'a Model, Columns<'a>)]) -> Self {
        let tables = matched.iter().map(|(old, new, columns)| {
            let columns = columns
                .iter()
                .filter_map(|(new, old)| old.map(|old| (old.name.as_str(), new.name.as_str())));
            (old.table.as_str(), (new.table.as_str(), columns.collect()))
        });
        Self {
            tables: tables.collect(),
        }
    }

    fn column(&self, table: &str, column: &str) -> String {
        let names = self
            .tables
            .get(table)
            .and_then(|(_, names)| names.get(column));
        names.copied().unwrap_or(column).to_owned()
    }

    fn reference(&self, old: &Reference) -> Reference {
        let table = self.tables.get(old.table.as_str()).map(|(table, _)| *table);
        Reference {
            table: table.unwrap_or(&old.table).to_owned(),
            column: self.column(&old.table, &old.column),
            ..old.clone()
        }
    }

    /// Returns a model under its new names.
    pub(super) fn carry(&self, old: &Model, table: &str) -> Model {
        let name = |column: &String| self.column(&old.table, column);
        let mut carried = old.clone();
        carried.table = table.to_owned();
        for column in &mut carried.columns {
            column.name = name(&column.name);
            column.references = column.references.as_ref().map(|old| self.reference(old));
        }
        carried.primary_key = carried.primary_key.iter().map(name).collect();
        for column in carried
            .indexes
            .iter_mut()
            .flat_map(|index| &mut index.columns)
        {
            column.name = name(&column.name);
        }
        if let Some(search) = &mut carried.full_text {
            search.columns = search.columns.iter().map(name).collect();
        }
        carried
    }
}
