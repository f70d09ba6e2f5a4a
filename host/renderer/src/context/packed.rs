//! Reads packed values (`wit/orm.wit`, `wit/templates.wit`), with no trust in the bytes.

use std::hash::{Hash, Hasher};

use crate::error::{Error, Result};

/// A value without others inside.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Scalar<'a> {
    Null,
    Boolean(bool),
    Integer(i64),
    /// An integer that 64 bits do not hold; of a context only.
    Large(i128),
    Real(f64),
    Text(&'a str),
    Blob(&'a [u8]),
}

/// A scalar by which rows are joined: equal as the database has it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct JoinKey<'a>(pub(crate) Scalar<'a>);

impl PartialEq for JoinKey<'_> {
    fn eq(&self, other: &Self) -> bool {
        match (self.0, other.0) {
            (Scalar::Real(a), Scalar::Real(b)) => a.to_bits() == b.to_bits(),
            (a, b) => a == b,
        }
    }
}

impl Eq for JoinKey<'_> {}

impl Hash for JoinKey<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        match self.0 {
            Scalar::Null => 0_u8.hash(state),
            Scalar::Boolean(value) => value.hash(state),
            Scalar::Integer(value) => value.hash(state),
            Scalar::Large(value) => value.hash(state),
            Scalar::Real(value) => value.to_bits().hash(state),
            Scalar::Text(value) => value.hash(state),
            Scalar::Blob(value) => value.hash(state),
        }
    }
}

/// What stands next.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Item<'a> {
    Scalar(Scalar<'a>),
    /// So many values follow.
    Array(usize),
    /// Keys and values follow, until [`Reader::is_dict_end`].
    Dict,
    /// One value follows, with a meaning of its own.
    Marked,
}

/// A place in the bytes.
#[derive(Clone, Debug)]
pub(crate) struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    pub(crate) fn is_at_end(&self) -> bool {
        self.rest.is_empty()
    }

    /// How many values can follow at most: none is shorter than a byte.
    pub(crate) fn remaining(&self) -> usize {
        self.rest.len()
    }

    #[inline]
    fn take<const N: usize>(&mut self) -> Result<[u8; N]> {
        match self.rest.split_first_chunk::<N>() {
            Some((bytes, rest)) => {
                self.rest = rest;
                Ok(*bytes)
            }
            None => Err(truncated()),
        }
    }

    #[inline]
    fn slice(&mut self, length: usize) -> Result<&'a [u8]> {
        match self.rest.split_at_checked(length) {
            Some((bytes, rest)) => {
                self.rest = rest;
                Ok(bytes)
            }
            None => Err(truncated()),
        }
    }

    #[inline]
    fn count(&mut self) -> Result<usize> {
        let count = i32::from_le_bytes(self.take()?);
        usize::try_from(count).map_err(|_| invalid("a count is negative"))
    }

    #[inline]
    fn text(&mut self, length: usize) -> Result<&'a str> {
        std::str::from_utf8(self.slice(length)?).map_err(|_| invalid("a text is not UTF-8"))
    }

    /// Skips the end of a dict, if it stands next.
    pub(crate) fn is_dict_end(&mut self) -> bool {
        match self.rest.split_first() {
            Some((b'0', rest)) => {
                self.rest = rest;
                true
            }
            _ => false,
        }
    }

    /// Reads the head of a list of rows, and returns their number.
    pub(crate) fn rows(&mut self) -> Result<usize> {
        match self.take::<1>()? {
            [b'['] => self.count(),
            _ => Err(invalid("rows begin with `[`")),
        }
    }

    /// Reads the head of a row, and returns the number of its columns.
    #[inline]
    pub(crate) fn row(&mut self) -> Result<usize> {
        match self.take::<1>()? {
            [b')'] => Ok(usize::from(u8::from_le_bytes(self.take()?))),
            [b'('] => self.count(),
            _ => Err(invalid("a row begins with `(` or `)`")),
        }
    }

    /// Reads a value that has no others inside.
    #[inline]
    pub(crate) fn scalar(&mut self) -> Result<Scalar<'a>> {
        let [tag] = self.take()?;
        self.scalar_of(tag)
    }

    #[inline]
    fn scalar_of(&mut self, tag: u8) -> Result<Scalar<'a>> {
        Ok(match tag {
            b'N' => Scalar::Null,
            b'T' => Scalar::Boolean(true),
            b'F' => Scalar::Boolean(false),
            b'i' => Scalar::Integer(i32::from_le_bytes(self.take()?).into()),
            b'l' => self.long()?,
            b'g' => Scalar::Real(f64::from_le_bytes(self.take()?)),
            b'z' => {
                let [length] = self.take()?;
                Scalar::Text(self.text(length.into())?)
            }
            b'u' => {
                let length = self.count()?;
                Scalar::Text(self.text(length)?)
            }
            b's' => {
                let length = self.count()?;
                Scalar::Blob(self.slice(length)?)
            }
            other => return Err(no_type(other)),
        })
    }

    /// Reads what may have others inside.
    pub(crate) fn item(&mut self) -> Result<Item<'a>> {
        let [tag] = self.take()?;
        Ok(match tag {
            b'[' | b'(' => Item::Array(self.count()?),
            b')' => Item::Array(u8::from_le_bytes(self.take()?).into()),
            b'{' => Item::Dict,
            b'>' => match self.count()? {
                1 => Item::Marked,
                _ => return Err(invalid("a frozenset has one element here")),
            },
            tag => Item::Scalar(self.scalar_of(tag)?),
        })
    }

    fn long(&mut self) -> Result<Scalar<'a>> {
        let too_large = || invalid("an integer has more than 128 bits");
        let signed = i32::from_le_bytes(self.take()?);
        let digits = signed.unsigned_abs();
        // Nine digits are 135 bits: what is above 127 is refused below.
        if digits > 9 {
            return Err(too_large());
        }
        let mut magnitude: u128 = 0;
        for place in 0..digits {
            let digit = u128::from(u16::from_le_bytes(self.take()?) & 0x7fff);
            if place == 8 && digit > 0x7f {
                return Err(too_large());
            }
            magnitude |= digit << (15 * place);
        }
        let magnitude = i128::try_from(magnitude).map_err(|_| too_large())?;
        let value = if signed < 0 { -magnitude } else { magnitude };
        Ok(match i64::try_from(value) {
            Ok(value) => Scalar::Integer(value),
            Err(_) => Scalar::Large(value),
        })
    }
}

#[cold]
fn truncated() -> Error {
    invalid("they end in the middle of a value")
}

#[cold]
fn no_type(tag: u8) -> Error {
    invalid(&format!("{:?} is no type of value", char::from(tag)))
}

#[cold]
pub(crate) fn invalid(what: &str) -> Error {
    Error::Invalid(format!("packed values: {what}"))
}
