//! The condition of keyset pagination: a row comes after given values of the order-by
//! terms.
//!
//! A row comes after if a term comes after its value and all terms before are the same
//! as theirs. Nulls have a place in that order, but no comparison finds them, so the
//! condition asks for them where they can be. An index helps only where they cannot:
//! then the terms are compared as a row, or, where they go different ways, the first
//! term is bounded by itself as well.

use sea_query::{BinOper, Expr as Sql, Keyword};

use super::expr::{binary, is_not_null, is_null, logical};
use super::lowering::Lowering;
use crate::error::Result;
use crate::query::validate::source_name;
use crate::query::{Expr, ExprId, JoinKind, Nulls, OrderTerm, Relation, Select, Source};
use crate::value::Value;

/// What is known before the statement runs about whether something is null.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Nullness {
    Null,
    NotNull,
    Unknown,
}

struct Term {
    column: Sql,
    value: Sql,
    descending: bool,
    nulls_first: bool,
    column_nullness: Nullness,
    value_nullness: Nullness,
}

impl Term {
    /// Whether the plain comparison is the whole truth.
    fn is_plain(&self) -> bool {
        self.value_nullness != Nullness::Null
            && (self.column_nullness == Nullness::NotNull
                || self.nulls_first && self.value_nullness == Nullness::NotNull)
    }

    fn compare(&self, strict: bool) -> BinOper {
        match (self.descending, strict) {
            (false, true) => BinOper::GreaterThan,
            (false, false) => BinOper::GreaterThanOrEqual,
            (true, true) => BinOper::SmallerThan,
            (true, false) => BinOper::SmallerThanOrEqual,
        }
    }

    /// The row's value comes after the given one.
    fn comes_after(&self, never: Sql) -> Sql {
        let beyond = binary(self.column.clone(), self.compare(true), self.value.clone());
        if self.is_plain() {
            return beyond;
        }
        let is_null = is_null(self.column.clone());
        let is_value = is_not_null(self.column.clone());
        match (self.nulls_first, self.value_nullness) {
            (true, Nullness::Null) => is_value,
            (true, _) => {
                let from_null = logical(self::is_null(self.value.clone()), BinOper::And, is_value);
                logical(beyond, BinOper::Or, from_null)
            }
            (false, Nullness::Null) => never,
            (false, Nullness::NotNull) => logical(beyond, BinOper::Or, is_null),
            (false, Nullness::Unknown) => {
                let to_null = logical(is_null, BinOper::And, is_not_null(self.value.clone()));
                logical(beyond, BinOper::Or, to_null)
            }
        }
    }

    fn is_same(&self) -> Sql {
        let operator = if self.is_plain() {
            BinOper::Equal
        } else {
            BinOper::Is
        };
        binary(self.column.clone(), operator, self.value.clone())
    }
}

impl Lowering<'_> {
    /// Returns the condition of a select's `after`; none where it has none.
    pub(super) fn after(&mut self, select: &Select) -> Result<Option<Sql>> {
        let mut terms = Vec::with_capacity(select.after.len());
        for (term, value) in select.order_by.iter().zip(&select.after) {
            terms.push(self.term(select, term, *value)?);
        }
        let Some(first) = terms.first() else {
            return Ok(None);
        };

        let one_way = terms
            .iter()
            .all(|term| term.is_plain() && term.descending == first.descending);
        if one_way && terms.len() > 1 {
            let compare = first.compare(true);
            let (columns, values) = terms
                .into_iter()
                .map(|term| (term.column, term.value))
                .unzip();
            return Ok(Some(binary(
                Sql::Tuple(columns),
                compare,
                Sql::Tuple(values),
            )));
        }

        let bound = (first.is_plain() && terms.len() > 1).then(|| {
            binary(
                first.column.clone(),
                first.compare(false),
                first.value.clone(),
            )
        });
        let never = self.piece("FALSE");
        let mut condition: Option<Sql> = None;
        for term in terms.iter().rev() {
            let after = term.comes_after(never.clone());
            condition = Some(match condition {
                None => after,
                Some(rest) => logical(
                    after,
                    BinOper::Or,
                    logical(term.is_same(), BinOper::And, rest),
                ),
            });
        }
        Ok(match (bound, condition) {
            (Some(bound), Some(condition)) => Some(logical(bound, BinOper::And, condition)),
            (_, condition) => condition,
        })
    }

    fn term(&mut self, select: &Select, term: &OrderTerm, value: ExprId) -> Result<Term> {
        let id = self.meant(select, term.expr)?;
        let value_nullness = match self.node(value)? {
            Expr::Constant(Value::Null) => Nullness::Null,
            // SQLite stores no NaN, but null.
            Expr::Constant(Value::Real(real)) if real.is_nan() => Nullness::Null,
            Expr::Constant(_) => Nullness::NotNull,
            _ => Nullness::Unknown,
        };
        Ok(Term {
            column: self.compared(id)?,
            value: match value_nullness {
                Nullness::Null => Sql::Keyword(Keyword::Null),
                Nullness::NotNull | Nullness::Unknown => self.compared(value)?,
            },
            descending: term.descending,
            nulls_first: match term.nulls {
                Nulls::Default => !term.descending,
                Nulls::First => true,
                Nulls::Last => false,
            },
            column_nullness: self.nullness(select, id)?,
            value_nullness,
        })
    }

    /// Returns what an order-by term means: a name alone is first of all a result
    /// column's, but only in ORDER BY.
    fn meant(&self, select: &Select, id: ExprId) -> Result<ExprId> {
        let Expr::Column(column) = self.node(id)? else {
            return Ok(id);
        };
        if column.source.is_some() {
            return Ok(id);
        }
        let named = select.columns.iter().find(|selected| {
            let alias = selected.alias.as_deref();
            alias.is_some_and(|alias| alias.eq_ignore_ascii_case(&column.name))
        });
        Ok(named.map_or(id, |selected| selected.expr))
    }

    fn nullness(&self, select: &Select, id: ExprId) -> Result<Nullness> {
        let Expr::Column(column) = self.node(id)? else {
            return Ok(Nullness::Unknown);
        };
        let sources = select.source.iter().map(|source| (source, JoinKind::Inner));
        let joined = select.joins.iter().map(|join| (&join.source, join.kind));
        let is_meant = |(source, _): &(&Source, JoinKind)| match &column.source {
            Some(name) => source_name(source).is_some_and(|it| it.eq_ignore_ascii_case(name)),
            // Which source has it is not known, unless there is one only.
            None => select.joins.is_empty(),
        };
        Ok(match sources.chain(joined).find(is_meant) {
            Some((
                Source {
                    relation: Relation::Table(table),
                    ..
                },
                JoinKind::Inner,
            )) if (self.never_null)(table, &column.name) => Nullness::NotNull,
            _ => Nullness::Unknown,
        })
    }
}
