//! Two schemas compared: which table became which, and what has to be done to it.
//! Pure: no database is looked at.

use crate::error::Result;
use crate::schema::{Column, ColumnDefault, Index, Model, Schema};

use super::carry::{Columns, Names, columns};
use super::rename::{self, Named};
use super::{ddl, lexer};

/// The difference of two schemas.
pub(crate) struct Diff<'a> {
    /// Tables that go.
    pub(crate) dropped: Vec<&'a Model>,
    /// Tables that come.
    pub(crate) created: Vec<&'a Model>,
    /// Tables that stay.
    pub(crate) pairs: Vec<Pair<'a>>,
}

/// A table that stays.
pub(crate) struct Pair<'a> {
    pub(crate) old: &'a Model,
    pub(crate) new: &'a Model,
    /// The old model under the new names: what `ALTER TABLE ... RENAME` makes of it.
    pub(crate) carried: Model,
    /// For each new column, which old one it is.
    pub(crate) columns: Vec<(&'a Column, Option<&'a Column>)>,
    /// Why the table is built anew; empty where it is not.
    pub(crate) rebuild: Vec<String>,
    /// Whether the full-text search is dropped and made anew.
    pub(crate) full_text: bool,
}

/// Compares two schemas.
pub(crate) fn diff<'a>(old: &'a Schema, new: &'a Schema) -> Result<Diff<'a>> {
    let old_names: Vec<&str> = old
        .models
        .iter()
        .map(|model| model.table.as_str())
        .collect();
    let new_names: Vec<Named<'_>> = new
        .models
        .iter()
        .map(|model| Named {
            name: &model.table,
            renamed_from: model.renamed_from.as_deref(),
        })
        .collect();
    let found = rename::pair(&old_names, &new_names);
    let mut matched = Vec::new();
    let mut created = Vec::new();
    for (model, pair) in new.models.iter().zip(&found) {
        match pair.and_then(|at| old.models.get(at)) {
            Some(before) => matched.push((before, model, columns(before, model))),
            None => created.push(model),
        }
    }
    let names = Names::of(&matched);
    let dropped = old.models.iter().enumerate();
    let dropped = dropped.filter(|(at, _)| !found.contains(&Some(*at)));
    let mut pairs = Vec::new();
    for (before, model, columns) in matched {
        pairs.push(Pair::new(before, model, columns, &names)?);
    }
    Ok(Diff {
        dropped: dropped.map(|(_, model)| model).collect(),
        created,
        pairs,
    })
}

impl<'a> Pair<'a> {
    fn new(
        old: &'a Model,
        new: &'a Model,
        columns: Columns<'a>,
        names: &Names<'a>,
    ) -> Result<Self> {
        let mut pair = Self {
            old,
            new,
            carried: names.carry(old, &new.table),
            columns,
            rebuild: Vec::new(),
            full_text: false,
        };
        pair.rebuild = pair.reasons()?;
        pair.full_text = (old.full_text.is_some() || new.full_text.is_some())
            && (pair.carried.full_text != new.full_text
                || old.table != new.table
                || !pair.rebuild.is_empty()
                || pair.searches_a_renamed_column());
        Ok(pair)
    }

    /// Returns the columns that are called otherwise now: old name, new name.
    pub(crate) fn renamed(&self) -> Vec<(String, String)> {
        let both = self
            .columns
            .iter()
            .filter_map(|(new, old)| old.map(|old| (old, new)));
        both.filter(|(old, new)| old.name != new.name)
            .map(|(old, new)| (old.name.clone(), new.name.clone()))
            .collect()
    }

    fn searches_a_renamed_column(&self) -> bool {
        let search = self.old.full_text.iter().flat_map(|search| &search.columns);
        let renamed = self.renamed();
        search
            .into_iter()
            .any(|name| renamed.iter().any(|(old, _)| old == name))
    }

    /// SQLite rewrites names inside of conditions in its own way; what speaks of a
    /// renamed column is made anew instead, so that it reads as the model has it.
    fn mentions_a_renamed_column(&self, condition: &str) -> bool {
        let renamed = self.renamed();
        renamed
            .iter()
            .any(|(old, _)| lexer::mentions(condition, old))
    }

    /// Returns the old columns that go.
    pub(crate) fn dropped(&self) -> Vec<&'a Column> {
        let stays = |column: &Column| {
            let mut kept = self.columns.iter().filter_map(|(_, old)| *old);
            kept.any(|old| old.name == column.name)
        };
        self.old
            .columns
            .iter()
            .filter(|column| !stays(column))
            .collect()
    }

    /// Returns the columns that come.
    pub(crate) fn added(&self) -> Vec<&'a Column> {
        let added = self.columns.iter().filter(|(_, old)| old.is_none());
        added.map(|(new, _)| *new).collect()
    }

    fn reasons(&self) -> Result<Vec<String>> {
        let mut reasons = Vec::new();
        for column in self.dropped() {
            reasons.push(format!("column {} goes", column.name));
        }
        for (new, old) in &self.columns {
            let carried = old.and_then(|_| self.carried.column(&new.name));
            match carried {
                None if can_be_added(self.new, new) => {}
                None => reasons.push(format!("column {} comes", new.name)),
                Some(carried) => {
                    let before = ddl::column_definition(&self.carried, carried)?;
                    if before != ddl::column_definition(self.new, new)? || carried.kind != new.kind
                    {
                        reasons.push(format!("column {} {}", new.name, changes(carried, new)?));
                    }
                }
            }
        }
        if self.carried.primary_key != self.new.primary_key {
            reasons.push(format!(
                "the primary key is {}",
                self.new.primary_key.join(", ")
            ));
        }
        if self.checks_differ() {
            reasons.push("its checks change".into());
        }
        Ok(reasons)
    }

    fn checks_differ(&self) -> bool {
        let (old, new) = (&self.carried.checks, &self.new.checks);
        old.len() != new.len()
            || new.iter().any(|check| {
                let before = old.iter().find(|one| one.name == check.name);
                before.is_none_or(|before| {
                    lexer::normalised(&before.condition) != lexer::normalised(&check.condition)
                })
            })
            || old
                .iter()
                .any(|check| self.mentions_a_renamed_column(&check.condition))
    }

    /// Tells whether an index is there already, under the new names.
    fn has_index(&self, index: &Index) -> bool {
        self.carried.indexes.iter().any(|old| {
            let condition = |index: &Index| index.condition.as_deref().map(lexer::normalised);
            old.name == index.name
                && old.columns == index.columns
                && old.unique == index.unique
                && condition(old) == condition(index)
                && !old
                    .condition
                    .as_ref()
                    .is_some_and(|text| self.mentions_a_renamed_column(text))
        })
    }

    /// Returns the indexes that are made: all, where the table is.
    pub(crate) fn created_indexes(&self) -> Vec<&'a Index> {
        let all = !self.rebuild.is_empty();
        let indexes = self.new.indexes.iter();
        indexes
            .filter(|index| all || !self.has_index(index))
            .collect()
    }

    /// Returns the indexes that are dropped before; none where the table goes with them.
    pub(crate) fn dropped_indexes(&self) -> Vec<&'a Index> {
        if !self.rebuild.is_empty() {
            return Vec::new();
        }
        let stays = |old: &Index| {
            let mut kept = self
                .new
                .indexes
                .iter()
                .filter(|index| self.has_index(index));
            kept.any(|index| index.name == old.name)
        };
        self.old
            .indexes
            .iter()
            .filter(|index| !stays(index))
            .collect()
    }

    /// Tells whether a unique index or constraint over these columns held before, for
    /// the same values.
    pub(crate) fn was_unique(&self, columns: &[&str], condition: Option<&str>) -> bool {
        let same_values = columns.iter().all(|name| {
            self.columns.iter().any(|(new, old)| {
                new.name == *name
                    && old.is_some_and(|old| {
                        old.kind == new.kind && ddl::collation(old) == ddl::collation(new)
                    })
            })
        });
        let sorted = |names: &mut dyn Iterator<Item = &String>| {
            let mut names: Vec<String> = names.cloned().collect();
            names.sort();
            names
        };
        let wanted = sorted(
            &mut columns
                .iter()
                .map(|name| (*name).to_owned())
                .collect::<Vec<_>>()
                .iter(),
        );
        let carried = &self.carried;
        let held = sorted(&mut carried.primary_key.iter()) == wanted
            || carried
                .columns
                .iter()
                .any(|column| column.unique && sorted(&mut [column.name.clone()].iter()) == wanted)
            || carried.indexes.iter().any(|index| {
                let names = &mut index.columns.iter().map(|column| &column.name);
                index.unique
                    && sorted(names) == wanted
                    && match (&index.condition, condition) {
                        (None, _) => true,
                        (Some(old), Some(new)) => lexer::normalised(old) == lexer::normalised(new),
                        (Some(_), None) => false,
                    }
            });
        same_values && held
    }
}

/// Tells whether `ALTER TABLE ... ADD COLUMN` can add a column to a table with rows
/// (https://sqlite.org/lang_altertable.html section 4).
fn can_be_added(model: &Model, column: &Column) -> bool {
    let constant = matches!(ddl::default(column), Ok(Some(_)))
        && !matches!(column.default, Some(ColumnDefault::Now));
    !column.unique
        && column.fill.is_none()
        && !model.primary_key.contains(&column.name)
        && (constant || (column.nullable && column.default.is_none()))
}

/// Says in words how a column changes.
fn changes(old: &Column, new: &Column) -> Result<String> {
    let mut words = Vec::new();
    if old.kind != new.kind {
        words.push(format!("becomes {:?}", new.kind).to_lowercase());
    }
    match (old.nullable, new.nullable) {
        (true, false) => words.push("may not be null".into()),
        (false, true) => words.push("may be null".into()),
        _ => {}
    }
    match (old.unique, new.unique) {
        (false, true) => words.push("is unique".into()),
        (true, false) => words.push("is no more unique".into()),
        _ => {}
    }
    if ddl::default(old)? != ddl::default(new)? {
        words.push("has another default".into());
    }
    if old.references != new.references {
        words.push("has another reference".into());
    }
    if ddl::collation(old) != ddl::collation(new) {
        words.push("is compared otherwise".into());
    }
    if words.is_empty() {
        words.push("is defined otherwise".into());
    }
    Ok(words.join(" and "))
}
