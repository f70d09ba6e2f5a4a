//! Selects of related rows, for any number of keys.

use std::fmt::Write as _;

use rusqlite::types::Value as Stored;
use sea_query::{BinOper, Expr as Sql};

use super::expr::operand;
use super::lowering::Lowering;
use crate::error::{Error, Result};
use crate::query::Prefetch;

/// Stands for the keys while the rest is written. Nothing else has NUL in it: names
/// may not, and constants are bound.
const KEYS: &str = "\0";

/// A select of related rows, for any number of keys.
#[derive(Clone, Debug)]
pub struct Prefetched {
    /// 0: the query's rows; n: those of prefetch n-1.
    pub parent: usize,
    /// The column of the parent's rows that is the key.
    pub key: usize,
    /// Constants, bound after the caller's parameters; the keys follow.
    pub constants: Vec<Stored>,
    /// The placeholder of the first key.
    first: usize,
    /// The text around the keys.
    before: Box<str>,
    after: Box<str>,
}

impl Prefetched {
    /// The most keys of one statement, which [`crate::query::validate`] leaves room for.
    pub const MOST_KEYS: usize = 256;

    /// Numbers of keys that share statements: pad with the last key, or null, to the
    /// next of them.
    pub const SIZES: [usize; 4] = [1, 8, 64, Self::MOST_KEYS];

    pub(super) fn of(prefetch: &Prefetch, mut lowering: Lowering<'_>) -> Result<Self> {
        let index = |number: u32| {
            usize::try_from(number).map_err(|_| Error::invalid("a prefetch's index is too large"))
        };
        let node = lowering.select_node(prefetch.select)?;
        let on = lowering.expr(prefetch.on)?;
        let keys = lowering.piece(KEYS);
        let keys = Sql::Tuple(vec![keys]);
        let is_key = Sql::Binary(operand(on.clone()).into(), BinOper::In, keys.into());
        let mut select = lowering.select_where(node, Some(is_key))?;
        select.expr(on);
        let text = lowering.statement_text(&select)?;
        let (before, after) = text
            .split_once(KEYS)
            .ok_or_else(|| Error::invalid("a prefetch lost its keys"))?;
        Ok(Self {
            parent: index(prefetch.parent)?,
            key: index(prefetch.key)?,
            first: lowering.next_placeholder(),
            before: before.into(),
            after: after.into(),
            constants: lowering.into_constants(),
        })
    }

    /// Returns the SQL for so many keys. The value of `on` is the last column.
    pub fn sql(&self, keys: usize) -> String {
        let mut text = String::with_capacity(self.before.len() + self.after.len() + 5 * keys);
        text.push_str(&self.before);
        for index in 0..keys {
            // Writing to a String does not fail.
            let _ = write!(
                text,
                "{}?{}",
                if index == 0 { "" } else { ", " },
                self.first + index
            );
        }
        text.push_str(&self.after);
        text
    }
}
