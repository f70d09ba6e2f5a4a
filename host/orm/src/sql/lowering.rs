//! What all of lowering shares: placeholders, constants, and pieces of finished text.
//!
//! sea-query writes a statement into an [`SqlWriter`] and hands it each value in its
//! place. Here a value is the number of a *piece*: text that is already finished, such
//! as `?3` or a whole subquery. So placeholders have the numbers that the caller
//! counts in, LIMIT takes any expression, and no tree is copied for being nested:
//! sea-query clones conditions while it writes them.

use std::collections::HashMap;
use std::fmt;

use rusqlite::types::Value as Stored;
use sea_query::{DynIden, Expr as Sql, QuotedBuilder as _, SqlWriter, SqliteQueryBuilder, Value};

use super::nullable::NeverNull;
use crate::error::{Error, Result};
use crate::query::validate::shape::Shape;
use crate::query::walk::{self, Operand};
use crate::query::{Body, Bounds, Expr, ExprId, InsertSource, Query, Select, SelectId};

/// The longest text in bytes: SQLite's limit SQL_LENGTH.
const LONGEST: usize = 256 * 1024;

/// One statement being lowered.
pub(super) struct Lowering<'a> {
    pub(super) query: &'a Query,
    pub(super) shape: Shape,
    pub(super) never_null: &'a NeverNull<'a>,
    pieces: Vec<Box<str>>,
    params: usize,
    constants: Vec<Stored>,
    /// Which piece a constant is, by its node: a shared node is bound once.
    bound: HashMap<ExprId, Sql>,
    selects: HashMap<SelectId, Sql>,
}

impl<'a> Lowering<'a> {
    pub(super) fn new(
        query: &'a Query,
        params: usize,
        never_null: &'a NeverNull<'a>,
    ) -> Result<Self> {
        Ok(Self {
            query,
            // What follows may recurse and index: the tree has no cycles and an end.
            shape: Shape::of(query, &Bounds::default())?,
            never_null,
            pieces: Vec::new(),
            params,
            constants: Vec::new(),
            bound: HashMap::new(),
            selects: HashMap::new(),
        })
    }

    pub(super) fn node(&self, id: ExprId) -> Result<&'a Expr> {
        walk::get(&self.query.exprs, id)
            .ok_or_else(|| Error::invalid(format!("there is no expression {id}")))
    }

    pub(super) fn select_node(&self, id: SelectId) -> Result<&'a Select> {
        walk::get(&self.query.selects, id)
            .ok_or_else(|| Error::invalid(format!("there is no select {id}")))
    }

    /// Makes finished text an atom of sea-query's tree.
    pub(super) fn piece(&mut self, text: impl Into<Box<str>>) -> Sql {
        let number = u64::try_from(self.pieces.len()).unwrap_or(u64::MAX);
        self.pieces.push(text.into());
        Sql::Value(Value::BigUnsigned(Some(number)))
    }

    /// Returns the number of a new piece, for what sea-query takes as a number only.
    pub(super) fn piece_number(&mut self, text: String) -> u64 {
        match self.piece(text) {
            Sql::Value(Value::BigUnsigned(Some(number))) => number,
            _ => u64::MAX,
        }
    }

    /// Returns the placeholder of a parameter.
    pub(super) fn param(&mut self, index: u32) -> Sql {
        self.piece(format!("?{}", u64::from(index) + 1))
    }

    /// Binds a constant, and returns its placeholder; once for each node.
    pub(super) fn constant(&mut self, id: ExprId, value: Stored) -> Sql {
        if let Some(bound) = self.bound.get(&id) {
            return bound.clone();
        }
        self.constants.push(value);
        let placeholder = self.piece(format!("?{}", self.next_placeholder() - 1));
        self.bound.insert(id, placeholder.clone());
        placeholder
    }

    /// Returns the number of the placeholder after those of parameters and constants.
    pub(super) fn next_placeholder(&self) -> usize {
        self.params + self.constants.len() + 1
    }

    pub(super) fn into_constants(self) -> Vec<Stored> {
        self.constants
    }

    /// Returns a select in parentheses; lowered once, however often it is used.
    #[inline(never)]
    pub(super) fn subselect(&mut self, id: SelectId) -> Result<Sql> {
        if let Some(done) = self.selects.get(&id) {
            return Ok(done.clone());
        }
        let text = self.select_text(id)?;
        let piece = self.piece(format!("({text})"));
        self.selects.insert(id, piece.clone());
        Ok(piece)
    }

    /// Has sea-query write something.
    pub(super) fn write(
        &self,
        write: impl FnOnce(&SqliteQueryBuilder, &mut Writer<'_>),
    ) -> Result<String> {
        let mut writer = Writer {
            text: String::new(),
            pieces: &self.pieces,
        };
        write(&SqliteQueryBuilder, &mut writer);
        if writer.text.len() > LONGEST {
            return Err(Error::invalid(format!(
                "the query's SQL is longer than {LONGEST} bytes; split the query"
            )));
        }
        Ok(writer.text)
    }

    /// Returns the text of an expression.
    pub(super) fn text(&self, expr: &Sql) -> Result<String> {
        use sea_query::QueryBuilder as _;
        self.write(|builder, writer| builder.prepare_expr(expr, writer))
    }

    /// Returns a name in quotes.
    pub(super) fn quoted(&self, name: &str) -> Result<String> {
        let name = DynIden::from(name.to_owned());
        self.write(|builder, writer| builder.prepare_iden(&name, writer))
    }

    /// Tells whether the body's work is bounded by its parameters.
    pub(super) fn is_bounded(&self) -> bool {
        let given = matches!(&self.query.body, Body::Insert(insert)
            if !matches!(insert.rows, InsertSource::Select(_)));
        // Facts of a node say whether it depends on rows; here only selects count, and
        // an insert's own and `excluded` columns are at hand.
        let mut selects = false;
        let mut open = Vec::new();
        let mut seen = vec![false; self.query.exprs.len()];
        walk::of_body(&self.query.body, |operand| open.push(operand));
        while let Some(operand) = open.pop() {
            match operand {
                Operand::Select(_) => selects = true,
                Operand::Expr(id) => {
                    let place = usize::try_from(id)
                        .ok()
                        .and_then(|index| seen.get_mut(index));
                    if place.is_none_or(|seen| std::mem::replace(seen, true)) {
                        continue;
                    }
                    let Some(expr) = walk::get(&self.query.exprs, id) else {
                        continue;
                    };
                    selects |= matches!(expr, Expr::Matches(_) | Expr::Relevance(_));
                    walk::of_expr(expr, |operand| open.push(operand));
                }
            }
        }
        given && !selects && self.query.prefetches.is_empty()
    }
}

/// Where sea-query writes: each value is the number of a piece.
pub(super) struct Writer<'a> {
    text: String,
    pieces: &'a [Box<str>],
}

impl fmt::Write for Writer<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.text.push_str(text);
        Ok(())
    }
}

impl fmt::Display for Writer<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

impl SqlWriter for Writer<'_> {
    fn push_param<T: sea_query::QueryBuilder>(&mut self, value: Value, _: &T) {
        let piece = match value {
            Value::BigUnsigned(Some(number)) => usize::try_from(number)
                .ok()
                .and_then(|number| self.pieces.get(number)),
            // Of its own sea-query writes the numbers 1 and 2, for an empty IN ().
            Value::Int(Some(number)) => {
                self.text.push_str(&number.to_string());
                return;
            }
            _ => None,
        };
        self.text.push_str(piece.map_or("NULL", |piece| piece));
    }

    fn as_writer(&mut self) -> &mut dyn fmt::Write {
        self
    }
}
