//! Selects and compounds.

use sea_query::{
    Alias, Asterisk, BinOper, Expr as Sql, JoinType, NullOrdering, Order, SelectStatement,
    UnionType,
};

use super::expr::logical;
use super::lowering::Lowering;
use crate::error::{Error, Result};
use crate::query::validate::{is_grouped, source_name};
use crate::query::{
    CompoundOp, ExprId, JoinKind, Nulls, OrderTerm, Relation, Select, SelectId, Source,
};

/// The name of what a compound's arm is wrapped into. Nothing refers to it.
const ARM: &str = "arm";

impl Lowering<'_> {
    /// Returns the text of a select.
    pub(super) fn select_text(&mut self, id: SelectId) -> Result<String> {
        let select = self.select(self.select_node(id)?)?;
        self.statement_text(&select)
    }

    pub(super) fn statement_text(&self, select: &SelectStatement) -> Result<String> {
        use sea_query::QueryBuilder as _;
        self.write(|builder, writer| builder.prepare_select_statement(select, writer))
    }

    /// Lowers a select.
    pub(super) fn select(&mut self, select: &Select) -> Result<SelectStatement> {
        self.select_where(select, None)
    }

    /// Lowers a select under one more condition.
    pub(super) fn select_where(
        &mut self,
        select: &Select,
        also: Option<Sql>,
    ) -> Result<SelectStatement> {
        let mut out = SelectStatement::new();
        if select.distinct {
            out.distinct();
        }
        for column in &select.columns {
            let expr = self.expr(column.expr)?;
            match &column.alias {
                Some(alias) => out.expr_as(expr, Alias::new(alias)),
                None => out.expr(expr),
            };
        }
        if let Some(source) = &select.source {
            self.from(&mut out, source)?;
        }
        for join in &select.joins {
            let kind = match join.kind {
                JoinKind::Inner => JoinType::InnerJoin,
                JoinKind::Left => JoinType::LeftJoin,
            };
            let on = self.condition(join.on)?;
            let alias = Alias::new(name(&join.source)?);
            match &join.source.relation {
                Relation::Table(table) if join.source.alias.is_some() => {
                    out.join_as(kind, Alias::new(table), alias, on)
                }
                Relation::Table(table) => out.join(kind, Alias::new(table), on),
                Relation::Select(id) => {
                    let inner = self.select(self.select_node(*id)?)?;
                    out.join_subquery(kind, inner, alias, on)
                }
            };
        }

        let mut filter = both(self.optional(select.filter)?, also);
        let mut having = self.optional(select.having)?;
        let after = self.after(select)?;
        // Of groups the order is known only when they are made.
        if is_grouped(select, &self.shape) {
            having = both(having, after);
        } else {
            filter = both(filter, after);
        }
        if let Some(filter) = filter {
            out.and_where(filter);
        }
        for id in &select.group_by {
            let term = self.compared(*id)?;
            out.add_group_by([term]);
        }
        if let Some(having) = having {
            out.and_having(having);
        }
        for (operator, arm) in &select.compound {
            let operator = match operator {
                CompoundOp::Union => UnionType::Distinct,
                CompoundOp::UnionAll => UnionType::All,
                CompoundOp::Intersect => UnionType::Intersect,
                CompoundOp::Except => UnionType::Except,
            };
            let arm = self.arm(*arm)?;
            out.union(operator, arm);
        }
        for term in &select.order_by {
            let expr = self.compared(term.expr)?;
            let (order, nulls) = ordering(term);
            match nulls {
                Some(nulls) => out.order_by_expr_with_nulls(expr, order, nulls),
                None => out.order_by_expr(expr, order),
            };
        }
        self.limit(&mut out, select)?;
        Ok(out)
    }

    /// Lowers an arm of a compound. SQLite has no parentheses around arms: what is more
    /// than a plain select becomes the source of one.
    fn arm(&mut self, id: SelectId) -> Result<SelectStatement> {
        let select = self.select_node(id)?;
        let arm = self.select(select)?;
        let plain = select.compound.is_empty()
            && select.order_by.is_empty()
            && select.limit.is_none()
            && select.offset.is_none();
        if plain {
            return Ok(arm);
        }
        let mut out = SelectStatement::new();
        out.column(Asterisk).from_subquery(arm, Alias::new(ARM));
        Ok(out)
    }

    fn from(&mut self, out: &mut SelectStatement, source: &Source) -> Result<()> {
        match &source.relation {
            Relation::Table(table) => match &source.alias {
                Some(alias) => out.from_as(Alias::new(table), Alias::new(alias)),
                None => out.from(Alias::new(table)),
            },
            Relation::Select(id) => {
                let inner = self.select(self.select_node(*id)?)?;
                out.from_subquery(inner, Alias::new(name(source)?))
            }
        };
        Ok(())
    }

    fn optional(&mut self, id: Option<ExprId>) -> Result<Option<Sql>> {
        id.map(|id| self.expr(id)).transpose()
    }

    /// Lowers a condition to a piece, for where sea-query clones it while it writes.
    fn condition(&mut self, id: ExprId) -> Result<Sql> {
        let condition = self.expr(id)?;
        let text = self.text(&condition)?;
        Ok(self.piece(text))
    }

    fn limit(&mut self, out: &mut SelectStatement, select: &Select) -> Result<()> {
        match select.limit {
            Some(limit) => {
                let limit = self.expr(limit)?;
                let text = self.text(&limit)?;
                out.limit(self.piece_number(text));
            }
            // SQLite has no OFFSET without LIMIT; -1 is none.
            None if select.offset.is_some() => {
                out.limit(self.piece_number("-1".into()));
            }
            None => {}
        }
        if let Some(offset) = select.offset {
            let offset = self.expr(offset)?;
            let text = self.text(&offset)?;
            out.offset(self.piece_number(text));
        }
        Ok(())
    }

    /// Returns the text of a term of ORDER BY.
    pub(super) fn order_text(&mut self, term: &OrderTerm) -> Result<String> {
        let expr = self.compared(term.expr)?;
        let mut text = self.text(&expr)?;
        let (order, nulls) = ordering(term);
        text.push_str(if order == Order::Desc {
            " DESC"
        } else {
            " ASC"
        });
        text.push_str(match nulls {
            Some(NullOrdering::First) => " NULLS FIRST",
            Some(NullOrdering::Last) => " NULLS LAST",
            None => "",
        });
        Ok(text)
    }
}

/// Joins conditions with AND. Not by sea-query's `and_where`, which loses the grouping
/// of `a OR b`.
fn both(left: Option<Sql>, right: Option<Sql>) -> Option<Sql> {
    match (left, right) {
        (Some(left), Some(right)) => Some(logical(left, BinOper::And, right)),
        (left, right) => left.or(right),
    }
}

fn ordering(term: &OrderTerm) -> (Order, Option<NullOrdering>) {
    let order = if term.descending {
        Order::Desc
    } else {
        Order::Asc
    };
    let nulls = match term.nulls {
        Nulls::Default => None,
        Nulls::First => Some(NullOrdering::First),
        Nulls::Last => Some(NullOrdering::Last),
    };
    (order, nulls)
}

fn name(source: &Source) -> Result<&str> {
    source_name(source).ok_or_else(|| Error::invalid("a source that is a select has no alias"))
}
