//! Pages: by number, or from the row where the last one ended.

use super::{Load, Query, Related};
use crate::orm::expr::{Frag, Op};
use crate::orm::model::{Model, Source};
use crate::orm::packed::{Mismatch, Params, Reader};
use crate::orm::row::mismatched;
use crate::orm::{Error, Result};

/// Some rows of a query, and how to go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    /// The rows.
    pub rows: Vec<T>,
    /// What to give to [`Query::paginate`] for the next page, for instance as
    /// `?page=...`; none on the last. It holds the values that the last row was ordered
    /// by, readable to whoever has it.
    pub next: Option<String>,
}

impl<S: Source, Q, L: Load> Query<S, Q, L> {
    /// Takes page `number`, counted from 1, of so many rows.
    pub fn page(mut self, number: u32, size: u32) -> Self {
        self.order_fully();
        let offset = number.saturating_sub(1).saturating_mul(size);
        self.limit(size).offset(offset)
    }

    /// Takes only rows that come after this one in the query's order, which must be
    /// set before and consist of columns of the model. Rows that are equal in it are
    /// told apart by their key.
    pub fn after(mut self, row: &S::Model) -> Self {
        self.order_fully();
        match self.order_places() {
            Ok(places) => {
                let value = |place| {
                    let mut packed = Vec::new();
                    row.encode_column(place, &mut packed);
                    given(&packed)
                };
                self.select.after = places.into_iter().map(value).collect();
            }
            Err(problem) => self.problem = Some(problem),
        }
        self
    }

    /// Runs it for one page of so many rows: the first, or the one to which the last
    /// page's [`next`](Page::next) leads. The database begins right where it left off,
    /// however many pages there were before.
    ///
    /// # Errors
    ///
    /// [`Error::PageToken`] where `token` is none of this query's; any other.
    pub fn paginate(mut self, size: u32, token: Option<&str>) -> Result<Page<L::Row>> {
        self.order_fully();
        let places = self.order_places()?;
        if let Some(token) = token {
            let values = untoken(token, places.len()).ok_or(Error::PageToken)?;
            self.select.after = values.iter().map(|value| given(value)).collect();
        }
        let (loader, rows) = self.limit(size.saturating_add(1)).rows()?;
        let related = Related::new(&rows.related)?;
        let size = usize::try_from(size).unwrap_or(usize::MAX);
        let mut reader = Reader::new(&rows.rows);
        let mut page = || -> Result<Page<L::Row>, Mismatch> {
            let count = reader.rows()?;
            let mut page = Page {
                rows: Vec::with_capacity(count.min(size)),
                next: None,
            };
            for number in 1..=count.min(size) {
                reader.row()?;
                if number == size && count > size {
                    page.next = Some(token_of(reader, &places)?);
                }
                let start = reader;
                let row = loader.load(&mut reader, &related, 0);
                page.rows.push(row.map_err(|mismatch| mismatch.at(start))?);
            }
            Ok(page)
        };
        page().map_err(|mismatch| mismatched(&mismatch, L::NAMES))
    }
}

/// A value that is packed already.
fn given(packed: &[u8]) -> Frag {
    let mut params = Params::default();
    params.append_packed(packed, 1);
    Frag {
        ops: vec![Op::Param],
        params,
    }
}

/// Writes a row's values at these places as hex digits.
fn token_of(row: Reader<'_>, places: &[usize]) -> Result<String, Mismatch> {
    let mut token = String::new();
    for place in places {
        let mut row = row;
        for _ in 0..*place {
            row.raw()?;
        }
        for byte in row.raw()? {
            for digit in [byte >> 4, byte & 15] {
                token.extend(char::from_digit(digit.into(), 16));
            }
        }
    }
    Ok(token)
}

/// Reads so many values back. A token comes from outside: it may be anything.
fn untoken(token: &str, count: usize) -> Option<Vec<Vec<u8>>> {
    let digits: Option<Vec<u8>> = token
        .chars()
        .map(|char| u8::try_from(char.to_digit(16)?).ok())
        .collect();
    let digits = digits.filter(|digits| digits.len().is_multiple_of(2))?;
    let bytes: Vec<u8> = digits
        .chunks_exact(2)
        .map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | digit))
        .collect();
    let mut reader = Reader::new(&bytes);
    let values = (0..count).map(|_| reader.raw().ok().map(<[u8]>::to_vec));
    let values: Vec<_> = values.collect::<Option<_>>()?;
    reader.is_at_end().then_some(values)
}
