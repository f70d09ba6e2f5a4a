//! Queries that write.

use crate::host::bindings::wasgi::app::orm as wit;

use super::Arena;
use crate::orm::expr::{Frag, Op};
use crate::orm::write::{Conflict, Delete, Insert, OnConflict, Update};

fn owned(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

impl Arena {
    fn returning(&mut self, names: &[&'static str]) -> Vec<wit::Selected> {
        names
            .iter()
            .map(|name| wit::Selected {
                expr: self.expr(&Frag::column("", name)),
                alias: None,
            })
            .collect()
    }

    fn set(&mut self, set: &[(&'static str, Frag)]) -> Vec<(String, u32)> {
        set.iter()
            .map(|(name, frag)| ((*name).to_owned(), self.expr(frag)))
            .collect()
    }

    fn conflict(&mut self, table: &'static str, conflict: &Conflict) -> wit::Conflict {
        let mut set =
            |name: &'static str, source| (name.to_owned(), self.expr(&Frag::column(source, name)));
        let action = match &conflict.action {
            OnConflict::Ignore => wit::ConflictAction::Ignore,
            OnConflict::Update(names) => wit::ConflictAction::Update(
                names.iter().map(|name| set(name, "excluded")).collect(),
            ),
            OnConflict::Touch(name) => wit::ConflictAction::Update(vec![set(name, table)]),
        };
        wit::Conflict {
            target: owned(&conflict.target),
            action,
            filter: None,
        }
    }

    /// Ends with an insert of one row of values.
    pub(in crate::orm) fn insert(mut self, insert: &Insert) -> wit::Query {
        let conflict = insert.conflict.as_ref();
        let conflict = conflict.map(|conflict| self.conflict(insert.table, conflict));
        let body = wit::Body::Insert(wit::Insert {
            table: insert.table.to_owned(),
            columns: owned(insert.columns),
            rows: wit::InsertSource::Params(1),
            conflict,
            returning: self.returning(insert.returning),
        });
        self.end(body, Vec::new())
    }

    fn version(&mut self, column: Option<&'static str>) -> Option<wit::VersionCheck> {
        column.map(|column| wit::VersionCheck {
            column: column.to_owned(),
            expected: self.expr(&Frag::of(Op::Param)),
        })
    }

    /// Ends with an update.
    pub(in crate::orm) fn update(mut self, update: &Update) -> wit::Query {
        let body = wit::Body::Update(wit::Update {
            table: update.table.to_owned(),
            set: self.set(&update.set),
            filter: self.expr(&update.filter),
            version: self.version(update.version),
            returning: self.returning(update.returning),
        });
        self.end(body, Vec::new())
    }

    /// Ends with a delete.
    pub(in crate::orm) fn delete(mut self, delete: &Delete) -> wit::Query {
        let body = wit::Body::Delete(wit::Delete {
            table: delete.table.to_owned(),
            filter: self.expr(&delete.filter),
            version: self.version(delete.version),
            returning: Vec::new(),
        });
        self.end(body, Vec::new())
    }
}
