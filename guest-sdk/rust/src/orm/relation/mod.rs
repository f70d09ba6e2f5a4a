//! Relations: what a row of one model has to do with rows of another.
//!
//! A row does not hold its related rows, so that none is read by accident. They come by
//! an explicit query for one row (`post.comments().all()?`), or for all rows of a query
//! at once (`Post::query().with(Post::COMMENTS).all()?`).

mod belongs_to;
mod has_many;
mod many;
mod many_to_many;

pub use belongs_to::{BelongsTo, LoadOne, One};
pub use has_many::HasMany;
pub use many::{LoadMany, Many};
pub use many_to_many::ManyToMany;

use super::expr::Frag;
use super::packed::{Mismatch, Reader};
use super::query::{self, Load, Prefetch, Related, Select};

/// What [`Query::with`](super::Query::with) takes: a column that refers to another model
/// (`Comment::POST`), or a relation of the model (`Post::COMMENTS`).
pub trait Relation {
    /// The model whose rows have it.
    type Parent;
    /// Makes the values of the related rows.
    type Loader: LoadRelated;

    /// Adds what is to be fetched.
    #[doc(hidden)]
    fn attach(self, prefetches: &mut Vec<Prefetch>) -> Self::Loader;
}

/// Makes the value of what is related to a row.
pub trait LoadRelated {
    /// The value.
    type Output;

    /// Appends how it is shown, and what is related to it in turn: see
    /// [`Load::relations`].
    #[doc(hidden)]
    fn relations(&self, relations: &mut Vec<query::Relation>, base: usize);

    #[doc(hidden)]
    fn load(
        &self,
        row: Reader<'_>,
        related: &Related<'_>,
        base: usize,
    ) -> Result<Self::Output, Mismatch>;
}

/// Where related rows are found: which prefetch, by which column of the parent's row.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    /// Counted from the first prefetch of the parent's.
    prefetch: usize,
    key: usize,
}

impl Place {
    /// Adds a prefetch to a parent's, and those of the related rows after it.
    fn attach(
        to: &mut Vec<Prefetch>,
        key: usize,
        select: Select,
        on: Frag,
        nested: Vec<Prefetch>,
    ) -> Self {
        let prefetch = to.len();
        to.push(Prefetch {
            parent: 0,
            key,
            select,
            on,
        });
        to.extend(nested.into_iter().map(|nested| Prefetch {
            parent: nested.parent + prefetch + 1,
            ..nested
        }));
        Self { prefetch, key }
    }

    /// Reads the key out of the parent's row.
    fn key<'a>(self, mut row: Reader<'a>) -> Result<&'a [u8], Mismatch> {
        for _ in 0..self.key {
            row.raw()?;
        }
        row.raw()
    }
}

/// Appends how related rows are shown, and what is related to them in turn.
fn show<L: Load>(
    loader: &L,
    relations: &mut Vec<query::Relation>,
    base: usize,
    (place, name, many): (Place, &'static str, bool),
) {
    relations.push(query::Relation {
        parent: number(base),
        key: number(place.key),
        name: name.to_owned(),
        many,
        fields: query::fields::<L>(L::NAMES),
    });
    loader.relations(relations, base + place.prefetch + 1);
}

/// What does not fit is refused by the host.
fn number(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// Returns the place of a column among others.
fn place(names: &[&str], name: &str) -> usize {
    let place = names.iter().position(|column| *column == name);
    // Columns are made by the derive macro, of the same list. The host refuses a
    // column beyond the last.
    place.unwrap_or(names.len())
}

/// Makes the value of a related row.
fn load_row<L: Load>(
    loader: &L,
    row: Reader<'_>,
    related: &Related<'_>,
    base: usize,
) -> Result<L::Row, Mismatch> {
    let loaded = loader.load(&mut { row }, related, base);
    loaded.map_err(|mismatch| mismatch.at(row))
}
