//! A context from its bytes, and the rows that it refers to.

mod field;
mod json;
mod names;
mod packed;
mod rows;
mod shape;

use tera::value::{Key, Map};
use tera::{Context, Value};

use crate::error::Result;
use crate::request::Rows;
use packed::{Item, Reader, Scalar, invalid};

/// How deep values may lie in one another.
const MAX_DEPTH: u32 = 64;

/// Reads a context: one dict, and nothing after it.
pub(crate) fn decode(bytes: &[u8], queries: &[Rows]) -> Result<Context> {
    let mut decoder = Decoder {
        reader: Reader::new(bytes),
        queries,
    };
    let mut context = Context::new();
    if decoder.reader.item()? != Item::Dict {
        return Err(invalid("a context is a dict"));
    }
    while !decoder.reader.is_dict_end() {
        let key = decoder.key()?.to_owned();
        context.insert_value(key, decoder.value(1)?);
    }
    if !decoder.reader.is_at_end() {
        return Err(invalid("something follows the context"));
    }
    Ok(context)
}

struct Decoder<'a> {
    reader: Reader<'a>,
    queries: &'a [Rows],
}

impl<'a> Decoder<'a> {
    fn key(&mut self) -> Result<&'a str> {
        match self.reader.item()? {
            Item::Scalar(Scalar::Text(key)) => Ok(key),
            _ => Err(invalid("the keys of a dict are texts")),
        }
    }

    fn value(&mut self, depth: u32) -> Result<Value> {
        if depth > MAX_DEPTH {
            return Err(invalid(&format!(
                "values lie more than {MAX_DEPTH} deep in one another"
            )));
        }
        Ok(match self.reader.item()? {
            Item::Scalar(scalar) => field::plain(scalar),
            Item::Array(count) => {
                let mut array = Vec::with_capacity(count.min(self.reader.remaining()));
                for _ in 0..count {
                    array.push(self.value(depth + 1)?);
                }
                Value::from(array)
            }
            Item::Dict => {
                let mut dict = Map::new();
                while !self.reader.is_dict_end() {
                    let key = Key::String(self.key()?.into());
                    let value = self.value(depth + 1)?;
                    dict.insert(key, value);
                }
                Value::from(dict)
            }
            Item::Marked => match self.reader.item()? {
                Item::Scalar(Scalar::Text(safe)) => Value::safe_string(safe),
                Item::Scalar(Scalar::Integer(at)) => {
                    let query = usize::try_from(at)
                        .ok()
                        .and_then(|at| self.queries.get(at))
                        .ok_or_else(|| invalid(&format!("there is no query {at}")))?;
                    rows::value(query)?
                }
                _ => return Err(invalid("a frozenset is of a text or an integer here")),
            },
        })
    }
}
