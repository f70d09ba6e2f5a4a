//! The key of a row elsewhere.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};

use crate::orm::model::Key;
use crate::orm::packed::Params;
use crate::orm::value::NotNull;
use crate::orm::{Encode, Error, Mismatch, Model, Reader, Result, Uuid, Value, write};

/// The key of a row of `M`: a foreign key, as a field.
///
/// It is the key and nothing more. The row itself comes by an explicit call: of one,
/// by [`fetch`](Self::fetch); of many, by
/// [`Query::with`](crate::orm::Query::with).
pub struct Foreign<M: Model>(M::Key);

impl<M: Model> Foreign<M> {
    /// Makes a reference to the row of this key.
    pub fn new(key: M::Key) -> Self {
        Self(key)
    }

    /// Returns the key.
    pub fn key(&self) -> &M::Key {
        &self.0
    }

    /// Queries the row.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`](crate::orm::Error::NotFound) where it is gone; any other.
    pub fn fetch(&self) -> Result<M> {
        let mut key = Params::default();
        self.0.push_key(&mut key);
        write::find(key)?.ok_or(Error::NotFound)
    }
}

impl<M: Model> From<&M> for Foreign<M> {
    fn from(row: &M) -> Self {
        Self(row.key())
    }
}

macro_rules! from_key {
    ($($key:ty),+) => {$(
        impl<M: Model<Key = $key>> From<$key> for Foreign<M> {
            fn from(key: $key) -> Self {
                Self(key)
            }
        }
    )+};
}

from_key!(i16, i32, i64, u8, u16, u32, String, Uuid);

impl<M: Model> Encode for Foreign<M>
where
    M::Key: NotNull,
{
    type Domain = <M::Key as Encode>::Domain;
    type Owned = Self;

    fn encode(&self, out: &mut Vec<u8>) {
        self.0.encode(out);
    }
}

impl<M: Model> Value for Foreign<M>
where
    M::Key: NotNull,
{
    type Inner = Self;
    type Perhaps<T> = T;

    fn decode(row: &mut Reader<'_>) -> Result<Self, Mismatch> {
        M::Key::decode(row).map(Self)
    }

    fn target() -> Option<(&'static str, &'static str)> {
        Some((M::TABLE, M::KEY_COLUMN))
    }
}

/// A column that refers to rows of a model: [`Foreign`], or an `Option` of it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` refers to no model",
    note = "make the field a `Foreign<Author>`, or give it `#[model(references = Author)]`"
)]
pub trait ForeignKey: Value {
    /// The model.
    type Target: Model;
}

impl<M: Model> ForeignKey for Foreign<M>
where
    M::Key: NotNull,
{
    type Target = M;
}

impl<M: Model> ForeignKey for Option<Foreign<M>>
where
    M::Key: NotNull,
{
    type Target = M;
}

impl<M: Model<Key: Clone>> Clone for Foreign<M> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<M: Model<Key: Copy>> Copy for Foreign<M> {}

impl<M: Model<Key: fmt::Debug>> fmt::Debug for Foreign<M> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}({:?})", M::TABLE, self.0)
    }
}

impl<M: Model<Key: fmt::Display>> fmt::Display for Foreign<M> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

impl<M: Model<Key: Default>> Default for Foreign<M> {
    fn default() -> Self {
        Self(M::Key::default())
    }
}

impl<M: Model<Key: PartialEq>> PartialEq for Foreign<M> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl<M: Model<Key: Eq>> Eq for Foreign<M> {}

impl<M: Model<Key: PartialOrd>> PartialOrd for Foreign<M> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        self.0.partial_cmp(&other.0)
    }
}

impl<M: Model<Key: Ord>> Ord for Foreign<M> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.cmp(&other.0)
    }
}

impl<M: Model<Key: Hash>> Hash for Foreign<M> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

impl<M: Model<Key: serde::Serialize>> serde::Serialize for Foreign<M> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de, M: Model<Key: serde::Deserialize<'de>>> serde::Deserialize<'de> for Foreign<M> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        M::Key::deserialize(deserializer).map(Self)
    }
}
