//! Models: structs whose values are rows of a table.

use std::borrow::Borrow;
use std::thread::LocalKey;

use super::expr::{Condition, Fits};
use super::packed::{Mismatch, Params};
use super::query::Query;
use super::row::FromRow;
use super::statement::Statements;
use super::value::NotNull;
use super::write::{self, Columns, Everything, Inserting, Updating};
use super::{Encode, Error, Result, schema};

/// Something with columns that a query can read from: a model, or an
/// [alias] of one.
pub trait Source: Sized + 'static {
    /// The model of its rows.
    type Model: Model;
    /// What it is called in a query.
    const NAME: &'static str;
}

/// A struct whose values are rows of a table.
///
/// It is implemented by `#[derive(Model)]`, which also makes a constant of each column
/// (`Post::TITLE`) and relation (`Post::COMMENTS`), and a method for each relation.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no model",
    note = "write `#[derive(Model)]` before the struct"
)]
pub trait Model: Source<Model = Self> + FromRow {
    /// Its primary key: the type of the field, or a tuple of several.
    type Key: Key;

    /// The table's name.
    const TABLE: &'static str;
    /// The columns' names, in the order of the fields.
    const COLUMNS: &'static [&'static str];
    /// The columns of the primary key.
    const KEY: &'static [&'static str];
    /// The first of them.
    const KEY_COLUMN: &'static str;
    /// The column of the optimistic lock.
    const VERSION: Option<&'static str>;

    /// Returns the table, for the schema.
    fn table() -> schema::Table;

    /// Returns the key of this row.
    fn key(&self) -> Self::Key;

    #[doc(hidden)]
    fn encode_row(&self, out: &mut Vec<u8>);
    #[doc(hidden)]
    fn encode_key(&self, out: &mut Vec<u8>);
    /// All but the key and the version.
    #[doc(hidden)]
    fn encode_rest(&self, out: &mut Vec<u8>);
    #[doc(hidden)]
    fn encode_column(&self, place: usize, out: &mut Vec<u8>);
    /// Whether the key is one that the database gives.
    #[doc(hidden)]
    fn needs_key(&self) -> bool;
    #[doc(hidden)]
    fn assign_key(&mut self, key: i64) -> Result<(), Mismatch>;
    #[doc(hidden)]
    fn version(&self) -> Option<i64>;
    #[doc(hidden)]
    fn set_version(&mut self, version: i64) -> Result<(), Mismatch>;
    #[doc(hidden)]
    fn statements() -> &'static LocalKey<Statements>;

    /// Begins a query over all rows.
    fn query() -> Query<Self> {
        Query::over()
    }

    /// Returns the row of a key.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`] where there is none, which a web handler answers as 404; any
    /// other.
    fn get(key: impl KeyLike<Self::Key>) -> Result<Self> {
        Self::find(key)?.ok_or(Error::NotFound)
    }

    /// Returns the row of a key, if there is one.
    ///
    /// # Errors
    ///
    /// Any.
    fn find(key: impl KeyLike<Self::Key>) -> Result<Option<Self>> {
        let mut params = Params::default();
        key.push(&mut params);
        write::find(params)
    }

    /// Inserts the row and returns it. An integer key of 0 is one that the database
    /// gives: the row that is returned has it.
    ///
    /// # Errors
    ///
    /// [`Error::Unique`], [`Error::ForeignKey`] and the other constraints; any other.
    fn insert(self) -> Result<Self> {
        write::insert(self)
    }

    /// Inserts rows, all of them or none, and returns their number.
    ///
    /// # Errors
    ///
    /// As for [`insert`](Self::insert).
    fn insert_many<R: Borrow<Self>>(rows: impl IntoIterator<Item = R>) -> Result<u64> {
        write::insert_many::<Self, R>(rows)
    }

    /// Begins an insert of rows of which some may be there already.
    fn inserting<R: Borrow<Self>, I: IntoIterator<Item = R>>(rows: I) -> Inserting<Self, I> {
        write::inserting(rows)
    }

    /// Inserts the row, or where there is one with the same values in these columns,
    /// which must be unique, sets all other columns of it but its key. Returns the row
    /// as it is now.
    ///
    /// # Errors
    ///
    /// As for [`insert`](Self::insert).
    fn upsert(self, unique: impl Columns<Self>) -> Result<Self> {
        write::upsert(&self, unique.names())
    }

    /// Writes all fields to the row of this key. With a field marked
    /// `#[model(version)]`, only if nobody changed the row since it was read.
    ///
    /// # Errors
    ///
    /// [`Error::Stale`] where somebody changed or deleted it; [`Error::NotFound`] where
    /// it is gone and has no version; the constraints; any other.
    fn save(&mut self) -> Result<()> {
        write::save(self)
    }

    /// Deletes the row of this key. Returns whether it was still there.
    ///
    /// # Errors
    ///
    /// [`Error::Stale`] where the model has a version and somebody changed or deleted
    /// the row; [`Error::ForeignKey`] where others refer to it; any other.
    fn delete(&self) -> Result<bool> {
        write::delete(self)
    }

    /// Reads the row again.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`] where it is gone; any other.
    fn reload(&mut self) -> Result<()> {
        let mut params = Params::default();
        self.key().push_key(&mut params);
        *self = write::find(params)?.ok_or(Error::NotFound)?;
        Ok(())
    }

    /// Begins an update of many rows.
    fn update() -> Updating<Self, Everything> {
        Updating::new()
    }

    /// Deletes rows that meet a condition, and returns their number.
    ///
    /// # Errors
    ///
    /// Any.
    fn delete_where<S: Fits<Self>>(condition: Condition<S>) -> Result<u64> {
        write::delete_where::<Self>(Some(condition.frag))
    }

    /// Deletes all rows, and returns their number.
    ///
    /// # Errors
    ///
    /// Any.
    fn delete_all() -> Result<u64> {
        write::delete_where::<Self>(None)
    }
}

/// A primary key: a value, or several as a tuple.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a primary key",
    note = "a key is a value that is never null, such as i64, String or orm::Uuid, or a tuple of them"
)]
pub trait Key: 'static {
    #[doc(hidden)]
    fn push_key(&self, params: &mut Params);
}

impl<T: NotNull> Key for T {
    fn push_key(&self, params: &mut Params) {
        params.push(self);
    }
}

/// Something that can stand for the primary key `K`: `"ann"` for a `String`.
#[diagnostic::on_unimplemented(message = "`{Self}` is no key of type `{K}`")]
pub trait KeyLike<K> {
    #[doc(hidden)]
    fn push(&self, params: &mut Params);
}

impl<K: NotNull, E: Encode<Domain = K::Domain>> KeyLike<K> for E {
    fn push(&self, params: &mut Params) {
        params.push(self);
    }
}

macro_rules! tuples {
    ($($name:ident $key:ident $place:tt),+) => {
        impl<$($name: NotNull),+> Key for ($($name,)+) {
            fn push_key(&self, params: &mut Params) {
                $(params.push(&self.$place);)+
            }
        }

        impl<$($name: NotNull, $key: Encode<Domain = $name::Domain>),+> KeyLike<($($name,)+)>
            for ($($key,)+)
        {
            fn push(&self, params: &mut Params) {
                $(params.push(&self.$place);)+
            }
        }
    };
}

tuples!(A AK 0, B BK 1);
tuples!(A AK 0, B BK 1, C CK 2);
tuples!(A AK 0, B BK 1, C CK 2, D DK 3);

/// Another name for a model, for a query in which it occurs twice.
///
/// ```
/// # use wasgi::orm::{self, Foreign, Schema, prelude::*};
/// #[derive(Model)]
/// struct Person {
///     id: i64,
///     name: String,
///     boss: Option<Foreign<Person>>,
/// }
///
/// orm::alias!(Boss = Person, "boss");
///
/// # let _database = wasgi::test::database(Schema::new().model::<Person>());
/// let pairs = Person::query()
///     .join(Person::BOSS.by::<Boss>())
///     .select((Person::NAME, Person::NAME.of::<Boss>()))
///     .all()?;
/// # assert!(pairs.is_empty());
/// # Ok::<(), orm::Error>(())
/// ```
#[macro_export]
#[doc(hidden)]
macro_rules! __alias {
    ($(#[$meta:meta])* $visibility:vis $alias:ident = $model:ty, $name:literal) => {
        $(#[$meta])*
        #[derive(Debug)]
        $visibility enum $alias {}

        impl $crate::orm::Source for $alias {
            type Model = $model;
            const NAME: &'static str = $name;
        }
    };
}
#[doc(inline)]
pub use __alias as alias;
