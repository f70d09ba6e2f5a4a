//! How large a query becomes when SQLite writes it out.
//!
//! SQLite puts what a column of a subquery, a common table or a view is made of in the
//! place of each mention of the column. `x + x` over `x + x` over ..., twenty deep, is a
//! million terms, and sixty deep more memory than there is, before anybody is asked or
//! looks at a clock. So the mentions are counted, and multiplied from level to level:
//! a bound from above that asks for no parser, and that honest queries do not come near.

mod bodies;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

use bodies::{Bodies, seen, spaced};

use super::Connection;
use crate::error::{Error, Result};
use crate::migrate::lexer::Token;

/// Terms of a statement, written out, over tables and over views as large as they may be.
const LARGEST: u64 = 500_000;

/// Mentions of columns behind one column of a view.
const VIEW: u64 = 1000;

/// Terms of a statement that may stand over any views, and need not be looked at again.
const SMALL: u64 = 2000;

/// Constants that are no plain members of a list: SQLite compares each with each.
const CONSTANTS: u64 = 5000;

impl Connection {
    /// Refuses a statement that would become too large; tells whether it has to be asked
    /// again before it is compiled again, for views may have changed.
    pub(crate) fn refuse_growth(&self, sql: &str) -> Result<bool> {
        let mut bodies = Bodies::default();
        let sql = spaced(sql);
        let tokens = seen(&sql);
        let created = created(&tokens);
        let outermost = bodies.read_tokens(tokens);
        if bodies.too_deep {
            return Err(Error::Quota("parentheses are nested too deep".into()));
        }
        if bodies.constants > CONSTANTS {
            let given = bodies.constants;
            return Err(Error::Quota(format!(
                "{given} constants in expressions; at most {CONSTANTS}: use parameters, or IN and \
                 VALUES"
            )));
        }
        let terms = bodies.terms();
        if terms <= SMALL && !matches!(created, Created::View(_)) {
            return Ok(false);
        }
        if created == Created::Trigger {
            return Err(too_large("a trigger", terms, SMALL));
        }
        for (name, sql) in self.views()? {
            let of_view = bodies.read(&sql);
            bodies.named.entry(name).or_default().extend(of_view);
        }
        if let Created::View(view) = created {
            bodies.named.insert(view, outermost);
            let mut known = HashMap::new();
            let views = bodies.named.values().flatten();
            let largest = views.map(|body| bodies.column(*body, &mut known, 0)).max();
            if largest > Some(VIEW) {
                return Err(too_large("a view", largest.unwrap_or_default(), VIEW));
            }
        }
        match bodies.terms() {
            terms if terms > LARGEST => Err(too_large("the statement", terms, LARGEST)),
            _ => Ok(true),
        }
    }

    fn views(&self) -> Result<Vec<(String, String)>> {
        let read = |raw: &rusqlite::Connection| {
            let mut views = raw
                .prepare_cached("SELECT lower(name), sql FROM sqlite_schema WHERE type = 'view'")?;
            let rows = views.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
            rows.collect::<rusqlite::Result<_>>()
        };
        self.as_host(read).map_err(crate::connection::sqlite_error)
    }
}

fn too_large(what: &str, terms: u64, most: u64) -> Error {
    Error::Quota(format!(
        "{what} has {terms} terms when its subqueries are written out; at most {most}: mention \
         what a subquery computes less often, or let it be computed once (AS MATERIALIZED)"
    ))
}

/// What a statement creates that is compiled when something else is.
#[derive(Debug, PartialEq, Eq)]
enum Created {
    View(String),
    Trigger,
    Nothing,
}

fn created(tokens: &[Token<'_>]) -> Created {
    let is = |token: &Token<'_>, word: &str| matches!(token, Token::Word(one) if one.eq_ignore_ascii_case(word));
    let begin = tokens.iter().position(|token| *token != Token::Symbol(';'));
    let tokens = tokens.get(begin.unwrap_or(0)..).unwrap_or_default();
    if !tokens.first().is_some_and(|token| is(token, "CREATE")) {
        return Created::Nothing;
    }
    // TEMP may stand between.
    let head = tokens.get(1..3).unwrap_or_default();
    if head.iter().any(|token| is(token, "TRIGGER")) {
        return Created::Trigger;
    }
    if !head.iter().any(|token| is(token, "VIEW")) {
        return Created::Nothing;
    }
    // The name stands before the columns, or before AS.
    let names = tokens
        .iter()
        .take_while(|token| **token != Token::Symbol('(') && !is(token, "AS"));
    let name = names.filter_map(|token| match token {
        Token::Word(name) | Token::Literal(name) => Some(name.trim_matches('\'')),
        Token::Name(name) => Some(name.as_str()),
        _ => None,
    });
    Created::View(name.last().unwrap_or_default().to_ascii_lowercase())
}
