//! The row that a row refers to.

use std::fmt;
use std::marker::PhantomData;

use super::{LoadRelated, Place, Relation, load_row, place, show};
use crate::orm::expr::{Column, Frag, Named};
use crate::orm::model::{Model, Source};
use crate::orm::packed::{Mismatch, Reader};
use crate::orm::query::{self, Load, Only, Plain, Prefetch, Query, Related, With};
use crate::orm::types::ForeignKey;
use crate::orm::value::Value;

/// The row that a column refers to, by itself.
type Whole<F> = Plain<<F as ForeignKey>::Target>;

/// The row that a column refers to, with what is related to it in turn.
pub struct BelongsTo<S, F: ForeignKey, L = Plain<<F as ForeignKey>::Target>> {
    column: Column<S, F>,
    query: Query<F::Target, Only<F::Target>, L>,
    name: Option<&'static str>,
}

impl<S: Source, F: ForeignKey> Column<S, F> {
    /// Fetches the row that this refers to and what is related to it, too:
    /// `Comment::query().with(Comment::POST.with(Post::AUTHOR))`.
    pub fn with<R: Relation<Parent = F::Target>>(
        self,
        relation: R,
    ) -> BelongsTo<S, F, With<Whole<F>, R::Loader>> {
        BelongsTo {
            column: self,
            query: F::Target::query().with(relation),
            name: None,
        }
    }
}

impl<S, F: ForeignKey, L: Load> BelongsTo<S, F, L> {
    /// Fetches more of what is related to the row.
    pub fn with<R: Relation<Parent = F::Target>>(
        self,
        relation: R,
    ) -> BelongsTo<S, F, With<L, R::Loader>> {
        BelongsTo {
            column: self.column,
            query: self.query.with(relation),
            name: self.name,
        }
    }

    /// Gives the row another name in [templates](crate::templates) than the column's.
    #[must_use]
    pub fn named(mut self, name: &'static str) -> Self {
        self.name = Some(name);
        self
    }
}

/// Returns the name of the row that a column refers to: `author` of `author` and of
/// `author_id`.
fn name(columns: &[&str], column: &'static str) -> &'static str {
    let short = column.strip_suffix("_id").filter(|name| !name.is_empty());
    short
        .filter(|name| !columns.contains(name))
        .unwrap_or(column)
}

impl<S: Source, F: ForeignKey + One<L::Row>, L: Load> Relation for BelongsTo<S, F, L> {
    type Parent = S::Model;
    type Loader = LoadOne<F, L>;

    fn attach(self, prefetches: &mut Vec<Prefetch>) -> LoadOne<F, L> {
        let key = place(S::Model::COLUMNS, self.column.name);
        let on = Frag::column(F::Target::TABLE, F::Target::KEY_COLUMN);
        let Query {
            select,
            prefetches: nested,
            loader,
            ..
        } = self.query;
        LoadOne {
            place: Place::attach(prefetches, key, select, on, nested),
            name: self
                .name
                .unwrap_or_else(|| name(S::Model::COLUMNS, self.column.name)),
            row: loader,
            of: PhantomData,
        }
    }
}

impl<S: Source, F: ForeignKey + One<F::Target>> Relation for Column<S, F> {
    type Parent = S::Model;
    type Loader = LoadOne<F, Plain<F::Target>>;

    fn attach(self, prefetches: &mut Vec<Prefetch>) -> Self::Loader {
        let whole = BelongsTo {
            column: self,
            query: F::Target::query(),
            name: None,
        };
        whole.attach(prefetches)
    }
}

impl<S: Source, F: ForeignKey + One<F::Target>> Relation for Named<Column<S, F>> {
    type Parent = S::Model;
    type Loader = LoadOne<F, Plain<F::Target>>;

    fn attach(self, prefetches: &mut Vec<Prefetch>) -> Self::Loader {
        let whole = BelongsTo {
            column: self.expression,
            query: F::Target::query(),
            name: Some(self.name),
        };
        whole.attach(prefetches)
    }
}

/// Makes a related row: an `Option` where the column is one.
pub struct LoadOne<F, L> {
    place: Place,
    name: &'static str,
    row: L,
    of: PhantomData<fn() -> F>,
}

impl<F: One<L::Row>, L: Load> LoadRelated for LoadOne<F, L> {
    type Output = F::Perhaps<L::Row>;

    fn relations(&self, relations: &mut Vec<query::Relation>, base: usize) {
        show(&self.row, relations, base, (self.place, self.name, false));
    }

    fn load(
        &self,
        row: Reader<'_>,
        related: &Related<'_>,
        base: usize,
    ) -> Result<Self::Output, Mismatch> {
        let prefetch = base + self.place.prefetch;
        let rows = related.rows(prefetch, self.place.key(row)?);
        let found = rows.first();
        let found = found.map(|found| load_row(&self.row, *found, related, prefetch + 1));
        // A row that is gone all the same: foreign keys were off when it went.
        F::one(found.transpose()?).ok_or_else(|| row.mismatch("the row referred to", b'N'))
    }
}

/// What becomes of the row that a column refers to.
#[diagnostic::on_unimplemented(message = "`{Self}` refers to no model")]
pub trait One<T>: Value {
    #[doc(hidden)]
    fn one(found: Option<T>) -> Option<Self::Perhaps<T>>;
}

impl<M: Model, T> One<T> for crate::orm::Foreign<M>
where
    Self: Value<Perhaps<T> = T>,
{
    fn one(found: Option<T>) -> Option<T> {
        found
    }
}

impl<M: Model, T> One<T> for Option<crate::orm::Foreign<M>>
where
    Self: Value<Perhaps<T> = Option<T>>,
{
    fn one(found: Option<T>) -> Option<Option<T>> {
        Some(found)
    }
}

impl<F, L: Clone> Clone for LoadOne<F, L> {
    fn clone(&self) -> Self {
        Self {
            place: self.place,
            name: self.name,
            row: self.row.clone(),
            of: PhantomData,
        }
    }
}

impl<S, F: ForeignKey, L> fmt::Debug for BelongsTo<S, F, L> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "BelongsTo({:?})", self.column)
    }
}

impl<F, L> fmt::Debug for LoadOne<F, L> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "LoadOne({:?})", self.place)
    }
}
