//! What the derive macro calls, so that what it writes stays small.

use serde::Serialize;

use crate::orm::packed::{self, Mismatch, Reader};
use crate::orm::schema::ColumnType;
use crate::orm::value::domain::Domain;
use crate::orm::{Encode, Value, domain, types};

/// Tells whether a key is one that the database gives: an integer, and 0.
pub fn is_unset<T: Value>(key: &T) -> bool {
    if <T::Domain as Domain>::KIND != ColumnType::Integer {
        return false;
    }
    let mut packed = Vec::with_capacity(16);
    key.encode(&mut packed);
    Reader::new(&packed).integer() == Ok(0)
}

/// Appends a key, or null where the database is to give it.
pub fn encode_key<T: Value>(key: &T, out: &mut Vec<u8>) {
    let start = out.len();
    key.encode(out);
    if <T::Domain as Domain>::KIND == ColumnType::Integer
        && out.get(start..) == Some(&[b'i', 0, 0, 0, 0])
    {
        out.truncate(start);
        packed::push_null(out);
    }
}

/// Makes a value of an integer that the database gave.
pub fn from_integer<T: Value>(integer: i64) -> Result<T, Mismatch> {
    let mut packed = Vec::with_capacity(16);
    packed::push_integer(&mut packed, integer);
    T::decode(&mut Reader::new(&packed))
}

/// Makes an integer of the version of a row.
pub fn to_integer<T: Value<Domain = domain::Integer>>(value: &T) -> i64 {
    let mut packed = Vec::with_capacity(16);
    value.encode(&mut packed);
    Reader::new(&packed).integer().unwrap_or_default()
}

/// Appends the JSON of a field that is marked so.
pub fn encode_json<T: Serialize>(value: &T, out: &mut Vec<u8>) {
    types::encode_json(value, out);
}

/// Returns the name of a column that is text.
pub fn text_column<T: Value<Inner: Encode<Domain = domain::Text>>>(name: &str) -> String {
    name.to_owned()
}

/// Does not compile for a column that refers to nothing.
pub fn is_foreign_key<T: types::ForeignKey>() {}
