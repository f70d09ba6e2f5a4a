//! How rows become values, related rows included.

use std::collections::HashMap;
use std::marker::PhantomData;

use crate::orm::packed::{Mismatch, Reader};
use crate::orm::relation::LoadRelated;
use crate::orm::row::{FromRow, mismatched};
use crate::orm::schema::ColumnType;
use crate::orm::{Model, Result};

use super::hold::Relation;

/// Makes values of a query's rows.
pub trait Load {
    /// What a row becomes.
    type Row;
    /// How many values a row has.
    #[doc(hidden)]
    const WIDTH: usize;
    #[doc(hidden)]
    const NAMES: &'static [&'static str];
    /// Whether a row is a value by itself.
    #[doc(hidden)]
    const SINGLE: bool;

    /// Appends the types of the row's values, where they are known.
    #[doc(hidden)]
    fn kinds(kinds: &mut Vec<Option<ColumnType>>);

    /// Appends what is related to the rows, in the order of the prefetches, of which so
    /// many belong to others.
    #[doc(hidden)]
    fn relations(&self, relations: &mut Vec<Relation>, base: usize);

    #[doc(hidden)]
    fn load(
        &self,
        row: &mut Reader<'_>,
        related: &Related<'_>,
        base: usize,
    ) -> Result<Self::Row, Mismatch>;
}

/// Rows by themselves.
#[derive(Debug)]
pub struct Plain<R>(PhantomData<fn() -> R>);

impl<R> Plain<R> {
    pub(crate) const fn new() -> Self {
        Self(PhantomData)
    }
}

impl<R: FromRow> Load for Plain<R> {
    type Row = R;
    const WIDTH: usize = R::WIDTH;
    const NAMES: &'static [&'static str] = R::NAMES;
    const SINGLE: bool = R::SINGLE;

    fn kinds(kinds: &mut Vec<Option<ColumnType>>) {
        R::kinds(kinds);
    }

    fn relations(&self, _: &mut Vec<Relation>, _: usize) {}

    #[inline]
    fn load(&self, row: &mut Reader<'_>, _: &Related<'_>, _: usize) -> Result<R, Mismatch> {
        R::read(row)
    }
}

/// Rows with what is related to them, as one more element of a tuple.
#[derive(Debug)]
pub struct With<L, R> {
    pub(crate) rows: L,
    pub(crate) related: R,
}

impl<L, R> Load for With<L, R>
where
    L: Load<Row: Append<R::Output>>,
    R: LoadRelated,
{
    type Row = <L::Row as Append<R::Output>>::Output;
    const WIDTH: usize = L::WIDTH;
    const NAMES: &'static [&'static str] = L::NAMES;
    const SINGLE: bool = false;

    fn kinds(kinds: &mut Vec<Option<ColumnType>>) {
        L::kinds(kinds);
    }

    fn relations(&self, relations: &mut Vec<Relation>, base: usize) {
        self.rows.relations(relations, base);
        self.related.relations(relations, base);
    }

    fn load(
        &self,
        row: &mut Reader<'_>,
        related: &Related<'_>,
        base: usize,
    ) -> Result<Self::Row, Mismatch> {
        let start = *row;
        let value = self.rows.load(row, related, base)?;
        Ok(value.append(self.related.load(start, related, base)?))
    }
}

/// Something to which a related value is added.
pub trait Append<T> {
    /// Both.
    type Output;

    #[doc(hidden)]
    fn append(self, value: T) -> Self::Output;
}

impl<M: Model, T> Append<T> for M {
    type Output = (M, T);

    fn append(self, value: T) -> (M, T) {
        (self, value)
    }
}

macro_rules! tuples {
    ($($name:ident),+) => {
        impl<$($name,)+ Z> Append<Z> for ($($name,)+) {
            type Output = ($($name,)+ Z);

            #[expect(non_snake_case, reason = "the names of the types")]
            fn append(self, value: Z) -> Self::Output {
                let ($($name,)+) = self;
                ($($name,)+ value)
            }
        }
    };
}

tuples!(A, B);
tuples!(A, B, C);
tuples!(A, B, C, D);
tuples!(A, B, C, D, E);
tuples!(A, B, C, D, E, F);
tuples!(A, B, C, D, E, F, G);

/// Related rows, found by the key of the row they belong to.
#[doc(hidden)]
#[derive(Debug, Default)]
pub struct Related<'a>(Vec<HashMap<&'a [u8], Vec<Reader<'a>>>>);

impl<'a> Related<'a> {
    /// Sorts the rows of each prefetch by their last column, which is the key.
    pub(crate) fn new(related: &'a [Vec<u8>]) -> Result<Self> {
        let lists = related.iter().map(|rows| index(rows));
        let lists: Result<_, Mismatch> = lists.collect();
        lists
            .map(Self)
            .map_err(|mismatch| mismatched(&mismatch, &[]))
    }

    /// Returns the rows of a prefetch that belong to a key.
    pub(crate) fn rows(&self, prefetch: usize, key: &[u8]) -> &[Reader<'a>] {
        let rows = self.0.get(prefetch).and_then(|rows| rows.get(key));
        rows.map_or(&[], Vec::as_slice)
    }
}

fn index(rows: &[u8]) -> Result<HashMap<&[u8], Vec<Reader<'_>>>, Mismatch> {
    let mut reader = Reader::new(rows);
    let mut index: HashMap<_, Vec<_>> = HashMap::new();
    for _ in 0..reader.rows()? {
        let columns = reader.row()?;
        let start = reader;
        for _ in 1..columns {
            reader.raw()?;
        }
        index.entry(reader.raw()?).or_default().push(start);
    }
    Ok(index)
}
