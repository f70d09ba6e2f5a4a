//! Inserts, updates and deletes.

use sea_query::{
    Alias, Asterisk, BinOper, DeleteStatement, Expr as Sql, InsertStatement, OnConflict, Returning,
    ReturningClause, SelectStatement, UpdateStatement,
};

use super::expr::{binary, column, logical};
use super::lowering::Lowering;
use crate::error::{Error, Result};
use crate::query::{
    Conflict, ConflictAction, Delete, Insert, InsertSource, Selected, Update, VersionCheck,
};

impl Lowering<'_> {
    pub(super) fn insert(&mut self, insert: &Insert) -> Result<String> {
        use sea_query::QueryBuilder as _;
        let mut out = InsertStatement::new();
        out.into_table(Alias::new(&insert.table));
        out.columns(insert.columns.iter().map(Alias::new));
        if insert.columns.is_empty() {
            out.or_default_values();
        } else {
            self.rows(&mut out, insert)?;
        }
        if let Some(conflict) = &insert.conflict {
            out.on_conflict(self.conflict(conflict)?);
        }
        if let Some(returning) = self.returning(&insert.returning)? {
            out.returning(returning);
        }
        self.write(|builder, writer| builder.prepare_insert_statement(&out, writer))
    }

    fn rows(&mut self, out: &mut InsertStatement, insert: &Insert) -> Result<()> {
        let mismatch = |error: sea_query::error::Error| Error::invalid(format!("insert: {error}"));
        match &insert.rows {
            InsertSource::Params(rows) => {
                let width = u32::try_from(insert.columns.len()).unwrap_or(u32::MAX);
                for row in 0..*rows {
                    let first = row.saturating_mul(width);
                    let values: Vec<Sql> = (0..width)
                        .map(|place| self.param(first.saturating_add(place)))
                        .collect();
                    out.values(values).map_err(mismatch)?;
                }
            }
            InsertSource::Rows(rows) => {
                for row in rows {
                    let values = row
                        .iter()
                        .map(|id| self.expr(*id))
                        .collect::<Result<Vec<_>>>()?;
                    out.values(values).map_err(mismatch)?;
                }
            }
            InsertSource::Select(id) => {
                let node = self.select_node(*id)?;
                // Without WHERE, SQLite takes ON CONFLICT for the ON of a join
                // (https://sqlite.org/lang_upsert.html section 2.2).
                let select = if insert.conflict.is_none() {
                    self.select(node)?
                } else if node.compound.is_empty() {
                    let always = node.filter.is_none().then(|| self.piece("TRUE"));
                    self.select_where(node, always)?
                } else {
                    let rows = self.select(node)?;
                    let mut select = SelectStatement::new();
                    select
                        .column(Asterisk)
                        .from_subquery(rows, Alias::new("rows"));
                    select.and_where(self.piece("TRUE"));
                    select
                };
                out.select_from(select).map_err(mismatch)?;
            }
        }
        Ok(())
    }

    fn conflict(&mut self, conflict: &Conflict) -> Result<OnConflict> {
        let mut out = OnConflict::columns(conflict.target.iter().map(Alias::new));
        match &conflict.action {
            ConflictAction::Ignore => {
                out.do_nothing();
            }
            ConflictAction::Update(changes) => {
                for (name, value) in changes {
                    out.value(Alias::new(name), self.expr(*value)?);
                }
            }
        }
        if let Some(filter) = conflict.filter {
            out.action_and_where(self.expr(filter)?);
        }
        Ok(out)
    }

    pub(super) fn update(&mut self, update: &Update) -> Result<String> {
        use sea_query::QueryBuilder as _;
        let mut out = UpdateStatement::new();
        out.table(Alias::new(&update.table));
        for (name, value) in &update.set {
            out.value(Alias::new(name), self.expr(*value)?);
        }
        if let Some(version) = &update.version {
            let one = self.piece("1");
            let next = binary(
                column(Some(&update.table), &version.column),
                BinOper::Add,
                one,
            );
            out.value(Alias::new(&version.column), next);
        }
        let filter = self.expr(update.filter)?;
        out.and_where(self.versioned(filter, &update.table, update.version.as_ref())?);
        if let Some(returning) = self.returning(&update.returning)? {
            out.returning(returning);
        }
        self.write(|builder, writer| builder.prepare_update_statement(&out, writer))
    }

    pub(super) fn delete(&mut self, delete: &Delete) -> Result<String> {
        use sea_query::QueryBuilder as _;
        let mut out = DeleteStatement::new();
        out.from_table(Alias::new(&delete.table));
        let filter = self.expr(delete.filter)?;
        out.and_where(self.versioned(filter, &delete.table, delete.version.as_ref())?);
        if let Some(returning) = self.returning(&delete.returning)? {
            out.returning(returning);
        }
        self.write(|builder, writer| builder.prepare_delete_statement(&out, writer))
    }

    fn versioned(
        &mut self,
        filter: Sql,
        table: &str,
        version: Option<&VersionCheck>,
    ) -> Result<Sql> {
        let Some(version) = version else {
            return Ok(filter);
        };
        let expected = self.expr(version.expected)?;
        let is_expected = binary(
            column(Some(table), &version.column),
            BinOper::Equal,
            expected,
        );
        Ok(logical(filter, BinOper::And, is_expected))
    }

    fn returning(&mut self, columns: &[Selected]) -> Result<Option<ReturningClause>> {
        let mut out = Vec::with_capacity(columns.len());
        for selected in columns {
            let expr = self.expr(selected.expr)?;
            out.push(match &selected.alias {
                // sea-query has no aliases here.
                Some(alias) => {
                    let text = format!("{} AS {}", self.text(&expr)?, self.quoted(alias)?);
                    self.piece(text)
                }
                None => expr,
            });
        }
        Ok((!out.is_empty()).then(|| Returning::new().exprs(out)))
    }
}
