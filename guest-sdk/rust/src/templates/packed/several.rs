//! Arrays and dicts of serde's values.

use serde::ser::{self, Serialize};

use super::Unfit;
use super::serializer::Serializer;
use crate::orm::Reader;
use crate::orm::packed::push_text;

/// Writes an array or a dict.
pub(super) struct Several<'a> {
    out: &'a mut Vec<u8>,
    /// Levels that its values may open.
    depth: usize,
    /// Of an array, where its number of values stands.
    head: Option<usize>,
    count: usize,
    /// Dicts to be ended.
    dicts: usize,
}

impl<'a> Several<'a> {
    pub(super) fn array(out: &'a mut Vec<u8>, depth: usize) -> Self {
        out.extend_from_slice(&[b'[', 0, 0, 0, 0]);
        Self {
            head: Some(out.len() - 4),
            out,
            depth,
            count: 0,
            dicts: 0,
        }
    }

    pub(super) fn dict(out: &'a mut Vec<u8>, depth: usize) -> Self {
        out.push(b'{');
        Self {
            out,
            depth,
            head: None,
            count: 0,
            dicts: 1,
        }
    }

    /// Ends the dict around it as well.
    pub(super) fn inside_dict(mut self) -> Self {
        self.dicts += 1;
        self
    }

    fn value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Unfit> {
        value.serialize(Serializer::new(self.out, self.depth))
    }

    fn element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Unfit> {
        self.count += 1;
        self.value(value)
    }

    /// Writes a key. Integers and booleans become texts, as in JSON.
    fn key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Unfit> {
        let start = self.out.len();
        self.value(key)?;
        let written = self.out.get(start..).unwrap_or_default();
        let mut reader = Reader::new(written);
        let text = match written.first() {
            Some(b'u') => return Ok(()),
            Some(b'T') => "true".to_owned(),
            Some(b'F') => "false".to_owned(),
            Some(b'i' | b'l') => match reader.integer() {
                Ok(integer) => integer.to_string(),
                Err(error) => return Err(Unfit(format!("the key of a map: {error}"))),
            },
            _ => {
                return Err(Unfit(
                    "the keys of a map are texts, integers or booleans".to_owned(),
                ));
            }
        };
        self.out.truncate(start);
        push_text(self.out, &text);
        Ok(())
    }

    fn finish(self) -> Result<(), Unfit> {
        if let Some(head) = self.head {
            let count = i32::try_from(self.count);
            let count = count.map_err(|_| Unfit("a list has too many values".to_owned()))?;
            if let Some(place) = self.out.get_mut(head..head + 4) {
                place.copy_from_slice(&count.to_le_bytes());
            }
        }
        self.out.extend(std::iter::repeat_n(b'0', self.dicts));
        Ok(())
    }
}

macro_rules! several {
    ($($trait:ident::$method:ident -> $how:ident),+ $(,)?) => {$(
        impl ser::$trait for Several<'_> {
            type Ok = ();
            type Error = Unfit;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Unfit> {
                self.$how(value)
            }

            fn end(self) -> Result<(), Unfit> {
                self.finish()
            }
        }
    )+};
}

several! {
    SerializeSeq::serialize_element -> element,
    SerializeTuple::serialize_element -> element,
    SerializeTupleStruct::serialize_field -> element,
    SerializeTupleVariant::serialize_field -> element,
}

impl ser::SerializeMap for Several<'_> {
    type Ok = ();
    type Error = Unfit;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Unfit> {
        self.key(key)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Unfit> {
        self.value(value)
    }

    fn end(self) -> Result<(), Unfit> {
        self.finish()
    }
}

macro_rules! named {
    ($($trait:ident),+) => {$(
        impl ser::$trait for Several<'_> {
            type Ok = ();
            type Error = Unfit;

            fn serialize_field<T: Serialize + ?Sized>(
                &mut self,
                name: &'static str,
                value: &T,
            ) -> Result<(), Unfit> {
                push_text(self.out, name);
                self.value(value)
            }

            fn end(self) -> Result<(), Unfit> {
                self.finish()
            }
        }
    )+};
}

named!(SerializeStruct, SerializeStructVariant);
