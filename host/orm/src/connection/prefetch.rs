//! Related rows, fetched for all rows of a query at once.

use std::collections::HashSet;

use rusqlite::types::{Value as Stored, ValueRef};

use super::Connection;
use super::execute::Rows;
use super::statement::{Inner, bind_constants, bind_one};
use crate::error::{Error, Result};
use crate::packed::{self, Reader};

/// How many keys one statement takes: the last key fills what is left, so that four
/// statements serve any number.
pub(super) const SIZES: [usize; 4] = [1, 8, 64, 256];

/// The distinct keys in a column of some rows, in the order of their coming.
pub(super) struct Keys {
    /// The column.
    pub(super) column: usize,
    seen: HashSet<Vec<u8>>,
    keys: Vec<Stored>,
}

impl Keys {
    fn of(column: usize) -> Self {
        Self {
            column,
            seen: HashSet::new(),
            keys: Vec::new(),
        }
    }

    /// Adds a key, unless it is null, which nothing is related to.
    pub(super) fn add(&mut self, value: ValueRef<'_>) -> Result<()> {
        if matches!(value, ValueRef::Null) {
            return Ok(());
        }
        let mut bytes = Vec::new();
        packed::push(&mut bytes, value)?;
        if self.seen.insert(bytes) {
            let key = Stored::try_from(value);
            let key = key.map_err(|_| Error::invalid("a key is text that is not UTF-8"))?;
            self.keys.push(key);
        }
        Ok(())
    }
}

impl Connection {
    /// Runs a query and its prefetches.
    pub(super) fn with_related(&self, inner: &Inner, params: &[u8]) -> Result<Rows> {
        let prefetches = &inner.lowered.prefetches;
        // Per parent: 0 is the query, n the prefetch n-1; and which prefetch it is for.
        let mut keys: Vec<Vec<(usize, Keys)>> = Vec::new();
        keys.resize_with(prefetches.len() + 1, Vec::new);
        for (index, prefetch) in prefetches.iter().enumerate() {
            if let Some(of_parent) = keys.get_mut(prefetch.parent) {
                of_parent.push((index, Keys::of(prefetch.key)));
            }
        }
        let mut ready: Vec<Option<Keys>> = Vec::new();
        ready.resize_with(prefetches.len(), || None);

        let mut collected = take(&mut keys, 0);
        let rows = self.rows(inner, params, &mut collected.1)?;
        let mut total = rows.len();
        let rows = rows.finish()?;
        give(&mut ready, collected);

        let mut related = Vec::with_capacity(prefetches.len());
        for index in 0..prefetches.len() {
            let parents = ready.get_mut(index).and_then(Option::take);
            let mut collected = take(&mut keys, index + 1);
            let mut out = packed::Rows::new();
            for chunk in parents
                .iter()
                .flat_map(|parents| parents.keys.chunks(largest()))
            {
                self.related(inner, index, params, chunk, &mut out, &mut collected.1)?;
            }
            total += out.len();
            if total > self.options.max_result {
                return Err(Error::Quota(format!(
                    "the result is larger than {} bytes; ask for fewer rows",
                    self.options.max_result
                )));
            }
            related.push(out.finish()?);
            give(&mut ready, collected);
        }
        Ok(Rows { rows, related })
    }

    /// Appends the rows related to at most [`largest()`] keys.
    fn related(
        &self,
        inner: &Inner,
        index: usize,
        params: &[u8],
        keys: &[Stored],
        out: &mut packed::Rows,
        collect: &mut [Keys],
    ) -> Result<()> {
        let unknown = || Error::invalid("there is no such prefetch");
        let prefetch = inner.lowered.prefetches.get(index).ok_or_else(unknown)?;
        let texts = inner.prefetches.get(index).ok_or_else(unknown)?;
        let fitting = SIZES
            .iter()
            .zip(texts)
            .find(|(size, _)| **size >= keys.len());
        let (size, text) = fitting.ok_or_else(unknown)?;
        let sql = text.get_or_init(|| prefetch.sql(*size).into_boxed_str());
        let mut statement = self.cached(inner, sql)?;
        let mut reader = Reader::new(params);
        let given = reader.row()?;
        for position in 1..=given {
            bind_one(&mut statement, position, reader.value()?)?;
        }
        bind_constants(&mut statement, given, &prefetch.constants)?;
        let first = given + prefetch.constants.len() + 1;
        let filled = keys.iter().chain(std::iter::repeat_n(
            keys.last().unwrap_or(&Stored::Null),
            size.saturating_sub(keys.len()),
        ));
        for (position, key) in filled.enumerate() {
            bind_one(&mut statement, first + position, key.into())?;
        }
        self.step(&mut statement, None, out, collect)
    }
}

fn largest() -> usize {
    SIZES.last().copied().unwrap_or(1)
}

fn take(keys: &mut [Vec<(usize, Keys)>], parent: usize) -> (Vec<usize>, Vec<Keys>) {
    let of_parent = keys.get_mut(parent).map(std::mem::take);
    of_parent.unwrap_or_default().into_iter().unzip()
}

fn give(ready: &mut [Option<Keys>], (indexes, collected): (Vec<usize>, Vec<Keys>)) {
    for (index, keys) in indexes.into_iter().zip(collected) {
        if let Some(place) = ready.get_mut(index) {
            *place = Some(keys);
        }
    }
}
