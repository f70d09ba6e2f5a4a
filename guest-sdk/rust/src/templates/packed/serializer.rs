//! serde's values, packed. What has no like in the format becomes what JSON makes of it.

use serde::ser::{self, Serialize};

use super::Unfit;
use super::several::Several;
use crate::orm::packed::{push_blob, push_integer, push_null, push_real, push_text};

/// The name of the struct around a text that is safe as it is.
pub(in crate::templates) const SAFE: &str = "$wasgi::templates::Safe";

/// Writes one value.
pub(super) struct Serializer<'a> {
    out: &'a mut Vec<u8>,
    /// Levels that may still be opened.
    depth: usize,
}

impl<'a> Serializer<'a> {
    pub(super) fn new(out: &'a mut Vec<u8>, depth: usize) -> Self {
        Self { out, depth }
    }

    /// Goes into a value that holds others.
    fn deeper(self) -> Result<Self, Unfit> {
        match self.depth.checked_sub(1) {
            Some(depth) => Ok(Self {
                out: self.out,
                depth,
            }),
            None => Err(Unfit(format!(
                "values are nested more than {} levels deep",
                super::DEPTH
            ))),
        }
    }

    fn array(self) -> Result<Several<'a>, Unfit> {
        let Self { out, depth } = self.deeper()?;
        Ok(Several::array(out, depth))
    }

    fn dict(self) -> Result<Several<'a>, Unfit> {
        let Self { out, depth } = self.deeper()?;
        Ok(Several::dict(out, depth))
    }

    /// Opens a dict whose only key is the name of an enum's variant.
    fn variant(self, name: &str) -> Result<Self, Unfit> {
        let inner = self.deeper()?;
        inner.out.push(b'{');
        push_text(inner.out, name);
        Ok(inner)
    }

    fn large(self, magnitude: u128, negative: bool) -> Result<(), Unfit> {
        if let Ok(small) = i64::try_from(magnitude) {
            push_integer(self.out, if negative { -small } else { small });
            return Ok(());
        }
        if magnitude > i128::MAX.unsigned_abs() {
            return Err(Unfit("an integer has more than 128 bits".to_owned()));
        }
        self.out.push(b'l');
        let digits = (128 - magnitude.leading_zeros()).div_ceil(15);
        let digits = i32::try_from(digits).unwrap_or_default();
        let signed = if negative { -digits } else { digits };
        self.out.extend_from_slice(&signed.to_le_bytes());
        let mut rest = magnitude;
        while rest != 0 {
            let [low, high, ..] = (rest & 0x7fff).to_le_bytes();
            self.out.extend_from_slice(&[low, high]);
            rest >>= 15;
        }
        Ok(())
    }
}

/// Writes integers that 64 bits hold.
macro_rules! integers {
    ($($method:ident: $type:ty),+) => {$(
        fn $method(self, value: $type) -> Result<(), Unfit> {
            push_integer(self.out, value.into());
            Ok(())
        }
    )+};
}

impl<'a> ser::Serializer for Serializer<'a> {
    type Ok = ();
    type Error = Unfit;
    type SerializeSeq = Several<'a>;
    type SerializeTuple = Several<'a>;
    type SerializeTupleStruct = Several<'a>;
    type SerializeTupleVariant = Several<'a>;
    type SerializeMap = Several<'a>;
    type SerializeStruct = Several<'a>;
    type SerializeStructVariant = Several<'a>;

    integers!(
        serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64,
        serialize_u8: u8, serialize_u16: u16, serialize_u32: u32
    );

    fn serialize_u64(self, value: u64) -> Result<(), Unfit> {
        self.large(value.into(), false)
    }

    fn serialize_i128(self, value: i128) -> Result<(), Unfit> {
        self.large(value.unsigned_abs(), value < 0)
    }

    fn serialize_u128(self, value: u128) -> Result<(), Unfit> {
        self.large(value, false)
    }

    fn serialize_bool(self, value: bool) -> Result<(), Unfit> {
        self.out.push(if value { b'T' } else { b'F' });
        Ok(())
    }

    fn serialize_f32(self, value: f32) -> Result<(), Unfit> {
        push_real(self.out, value.into());
        Ok(())
    }

    fn serialize_f64(self, value: f64) -> Result<(), Unfit> {
        push_real(self.out, value);
        Ok(())
    }

    fn serialize_char(self, value: char) -> Result<(), Unfit> {
        push_text(self.out, value.encode_utf8(&mut [0; 4]));
        Ok(())
    }

    fn serialize_str(self, value: &str) -> Result<(), Unfit> {
        push_text(self.out, value);
        Ok(())
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<(), Unfit> {
        push_blob(self.out, value);
        Ok(())
    }

    fn serialize_none(self) -> Result<(), Unfit> {
        push_null(self.out);
        Ok(())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Unfit> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), Unfit> {
        self.serialize_none()
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), Unfit> {
        self.serialize_none()
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
    ) -> Result<(), Unfit> {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        value: &T,
    ) -> Result<(), Unfit> {
        if name != SAFE {
            return value.serialize(self);
        }
        let inner = self.deeper()?;
        inner.out.extend_from_slice(&[b'>', 1, 0, 0, 0]);
        value.serialize(inner)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), Unfit> {
        let Self { out, depth } = self.variant(variant)?;
        value.serialize(Serializer::new(&mut *out, depth))?;
        out.push(b'0');
        Ok(())
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Several<'a>, Unfit> {
        self.array()
    }

    fn serialize_tuple(self, _: usize) -> Result<Several<'a>, Unfit> {
        self.array()
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Several<'a>, Unfit> {
        self.array()
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Several<'a>, Unfit> {
        Ok(self.variant(variant)?.array()?.inside_dict())
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Several<'a>, Unfit> {
        self.dict()
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Several<'a>, Unfit> {
        self.dict()
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Several<'a>, Unfit> {
        Ok(self.variant(variant)?.dict()?.inside_dict())
    }
}
