//! Rows as Rust values: models, single values, and tuples.

use super::packed::{Mismatch, Reader};
use super::schema::ColumnType;
use super::value::kind;
use super::{Error, Result, Value};

/// Something that a row becomes.
pub trait FromRow: Sized {
    /// How many of the row's values it takes.
    const WIDTH: usize;
    /// Their names, where it has names for them.
    const NAMES: &'static [&'static str] = &[];
    /// Whether it is a value by itself.
    #[doc(hidden)]
    const SINGLE: bool = false;

    /// Appends the types of its columns, where they are known.
    #[doc(hidden)]
    fn kinds(kinds: &mut Vec<Option<ColumnType>>) {
        kinds.resize(kinds.len() + Self::WIDTH, None);
    }

    /// Reads it from a row.
    ///
    /// # Errors
    ///
    /// Where the row has something else.
    fn read(row: &mut Reader<'_>) -> Result<Self, Mismatch>;
}

impl<T: Value> FromRow for T {
    const WIDTH: usize = 1;
    const SINGLE: bool = true;

    fn kinds(kinds: &mut Vec<Option<ColumnType>>) {
        kinds.push(kind::<T>());
    }

    #[inline]
    fn read(row: &mut Reader<'_>) -> Result<Self, Mismatch> {
        T::decode(row)
    }
}

macro_rules! tuples {
    ($($name:ident),+) => {
        impl<$($name: FromRow),+> FromRow for ($($name,)+) {
            const WIDTH: usize = 0 $(+ $name::WIDTH)+;

            fn kinds(kinds: &mut Vec<Option<ColumnType>>) {
                $($name::kinds(kinds);)+
            }

            #[inline]
            fn read(row: &mut Reader<'_>) -> Result<Self, Mismatch> {
                Ok(($($name::read(row)?,)+))
            }
        }
    };
}

tuples!(A);
tuples!(A, B);
tuples!(A, B, C);
tuples!(A, B, C, D);
tuples!(A, B, C, D, E);
tuples!(A, B, C, D, E, F);
tuples!(A, B, C, D, E, F, G);
tuples!(A, B, C, D, E, F, G, H);
tuples!(A, B, C, D, E, F, G, H, I);
tuples!(A, B, C, D, E, F, G, H, I, J);
tuples!(A, B, C, D, E, F, G, H, I, J, K);
tuples!(A, B, C, D, E, F, G, H, I, J, K, L);

/// Reads packed rows, each by a closure that begins at its first value.
pub(crate) fn read_rows<T>(
    rows: &[u8],
    names: &[&str],
    columns: usize,
    mut read: impl FnMut(&mut Reader<'_>) -> Result<T, Mismatch>,
) -> Result<Vec<T>> {
    let mut reader = Reader::new(rows);
    let mut all = || -> Result<Result<Vec<T>, usize>, Mismatch> {
        let count = reader.rows()?;
        // A row takes at least a byte: no count makes this larger than the rows are.
        let mut values = Vec::with_capacity(count.min(rows.len()));
        for _ in 0..count {
            let given = reader.row()?;
            if given != columns {
                return Ok(Err(given));
            }
            let start = reader;
            values.push(read(&mut reader).map_err(|mismatch| mismatch.at(start))?);
        }
        Ok(Ok(values))
    };
    match all() {
        Ok(Ok(values)) => Ok(values),
        Ok(Err(given)) => Err(Error::TypeMismatch(format!(
            "the row has {given} columns, and {columns} were expected"
        ))),
        Err(mismatch) => Err(mismatched(&mismatch, names)),
    }
}

/// Says which column had something else.
#[cold]
pub(crate) fn mismatched(mismatch: &Mismatch, names: &[&str]) -> Error {
    let place = mismatch.column();
    let name = place.checked_sub(1).and_then(|place| names.get(place));
    Error::TypeMismatch(match name {
        Some(name) => format!("column {place} (`{name}`): {mismatch}"),
        None if place == 0 => mismatch.to_string(),
        None => format!("column {place}: {mismatch}"),
    })
}
