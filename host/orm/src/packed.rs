//! Parameters and rows as bytes: a subset of CPython's `marshal` format, version 2.
//!
//! CPython decodes it in C, several times faster than anything a guest could do in
//! Python; any other guest decodes it with one loop. The table stands in `wit/orm.wit`.

use rusqlite::types::ValueRef;

use crate::error::{Error, Result};

/// Appends a value.
///
/// # Errors
///
/// [`Error::Quota`] where it is longer than the format can say.
// Inlined where rows are read: a value handed over in memory just written costs more
// than the packing.
#[inline]
pub fn push(out: &mut Vec<u8>, value: ValueRef<'_>) -> Result<()> {
    match value {
        ValueRef::Null => out.push(b'N'),
        ValueRef::Integer(integer) => push_integer(out, integer),
        ValueRef::Real(real) => {
            out.push(b'g');
            out.extend_from_slice(&real.to_le_bytes());
        }
        ValueRef::Text(text) => match u8::try_from(text.len()) {
            Ok(length) if text.is_ascii() => {
                out.extend_from_slice(&[b'z', length]);
                out.extend_from_slice(text);
            }
            _ => push_long(out, b'u', text)?,
        },
        ValueRef::Blob(bytes) => push_long(out, b's', bytes)?,
    }
    Ok(())
}

fn push_long(out: &mut Vec<u8>, tag: u8, bytes: &[u8]) -> Result<()> {
    out.push(tag);
    out.extend_from_slice(&count(bytes.len())?);
    out.extend_from_slice(bytes);
    Ok(())
}

fn count(length: usize) -> Result<[u8; 4]> {
    // CPython reads counts as signed.
    match i32::try_from(length) {
        Ok(length) => Ok(length.to_le_bytes()),
        Err(_) => Err(Error::Quota("a value is larger than 2 GiB".into())),
    }
}

#[inline]
fn push_integer(out: &mut Vec<u8>, integer: i64) {
    if let Ok(small) = i32::try_from(integer) {
        let [a, b, c, d] = small.to_le_bytes();
        out.extend_from_slice(&[b'i', a, b, c, d]);
    } else {
        push_long_integer(out, integer);
    }
}

/// Appends an integer of more than 32 bits: a signed count, and digits of 15 bits each.
fn push_long_integer(out: &mut Vec<u8>, integer: i64) {
    let mut rest = integer.unsigned_abs();
    let mut digits = [0; 10];
    let mut count: i32 = 0;
    for place in digits.chunks_exact_mut(2) {
        if rest == 0 {
            break;
        }
        let digit = u16::try_from(rest & 0x7fff).unwrap_or_default();
        place.copy_from_slice(&digit.to_le_bytes());
        rest >>= 15;
        count += 1;
    }
    let signed = if integer < 0 { -count } else { count };
    let [a, b, c, d] = signed.to_le_bytes();
    out.extend_from_slice(&[b'l', a, b, c, d]);
    let length = 2 * usize::try_from(count).unwrap_or_default();
    out.extend_from_slice(digits.get(..length).unwrap_or(&digits));
}

/// Appends the head of a row of so many columns.
///
/// # Errors
///
/// As for [`push`].
pub fn push_row(out: &mut Vec<u8>, columns: usize) -> Result<()> {
    match u8::try_from(columns) {
        Ok(small) => out.extend_from_slice(&[b')', small]),
        Err(_) => {
            out.push(b'(');
            out.extend_from_slice(&count(columns)?);
        }
    }
    Ok(())
}

/// Rows being appended; how many is known at the end.
pub struct Rows {
    out: Vec<u8>,
    rows: usize,
}

impl Default for Rows {
    fn default() -> Self {
        Self::new()
    }
}

impl Rows {
    /// Begins an empty list.
    pub fn new() -> Self {
        let mut out = Vec::with_capacity(256);
        out.extend_from_slice(&[b'[', 0, 0, 0, 0]);
        Self { out, rows: 0 }
    }

    /// Begins a row of so many columns, whose values are to be [`push`]ed.
    ///
    /// # Errors
    ///
    /// As for [`push`].
    pub fn row(&mut self, columns: usize) -> Result<&mut Vec<u8>> {
        self.rows += 1;
        push_row(&mut self.out, columns)?;
        Ok(&mut self.out)
    }

    /// Returns the bytes so far.
    pub fn len(&self) -> usize {
        self.out.len()
    }

    /// Returns the number of rows so far.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Tells whether there is no row yet.
    pub fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// Ends the list.
    ///
    /// # Errors
    ///
    /// As for [`push`].
    pub fn finish(mut self) -> Result<Vec<u8>> {
        let count = count(self.rows)?;
        if let Some(place) = self.out.get_mut(1..5) {
            place.copy_from_slice(&count);
        }
        Ok(self.out)
    }
}

/// Reads values, with no trust in the bytes.
#[derive(Clone, Debug)]
pub struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    /// Begins at the front.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// Tells whether everything is read.
    pub fn is_at_end(&self) -> bool {
        self.rest.is_empty()
    }

    fn take<const N: usize>(&mut self) -> Result<[u8; N]> {
        match self.rest.split_first_chunk::<N>() {
            Some((bytes, rest)) => {
                self.rest = rest;
                Ok(*bytes)
            }
            None => Err(truncated()),
        }
    }

    fn slice(&mut self, length: usize) -> Result<&'a [u8]> {
        match self.rest.split_at_checked(length) {
            Some((bytes, rest)) => {
                self.rest = rest;
                Ok(bytes)
            }
            None => Err(truncated()),
        }
    }

    fn count(&mut self) -> Result<usize> {
        let count = i32::from_le_bytes(self.take()?);
        usize::try_from(count).map_err(|_| Error::invalid("packed values: a count is negative"))
    }

    /// Reads the head of a list of rows, and returns their number.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`] where something else stands there.
    pub fn list(&mut self) -> Result<usize> {
        match self.take::<1>()? {
            [b'['] => self.count(),
            _ => Err(Error::invalid("packed values: rows begin with `[`")),
        }
    }

    /// Reads the head of a row, and returns the number of its values.
    ///
    /// # Errors
    ///
    /// As for [`Reader::list`].
    pub fn row(&mut self) -> Result<usize> {
        match self.take::<1>()? {
            [b')'] => Ok(usize::from(u8::from_le_bytes(self.take()?))),
            [b'('] => self.count(),
            _ => Err(Error::invalid(
                "packed values: a row begins with `(` or `)`",
            )),
        }
    }

    /// Reads a value; text is not checked to be UTF-8.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`] where the bytes are none.
    pub fn value(&mut self) -> Result<ValueRef<'a>> {
        let [tag] = self.take()?;
        Ok(match tag {
            b'N' => ValueRef::Null,
            b'T' => ValueRef::Integer(1),
            b'F' => ValueRef::Integer(0),
            b'i' => ValueRef::Integer(i32::from_le_bytes(self.take()?).into()),
            b'l' => ValueRef::Integer(self.long()?),
            b'g' => ValueRef::Real(f64::from_le_bytes(self.take()?)),
            b'z' => {
                let [length] = self.take()?;
                ValueRef::Text(self.slice(length.into())?)
            }
            b'u' => {
                let length = self.count()?;
                ValueRef::Text(self.slice(length)?)
            }
            b's' => {
                let length = self.count()?;
                ValueRef::Blob(self.slice(length)?)
            }
            other => {
                return Err(Error::invalid(format!(
                    "packed values: {:?} is no type of value",
                    char::from(other)
                )));
            }
        })
    }

    fn long(&mut self) -> Result<i64> {
        let too_large = || Error::invalid("an integer has more than 64 bits");
        let signed = i32::from_le_bytes(self.take()?);
        let digits = signed.unsigned_abs();
        if digits > 5 {
            return Err(too_large());
        }
        let mut magnitude: u128 = 0;
        for place in 0..digits {
            let digit = u16::from_le_bytes(self.take()?);
            magnitude |= u128::from(digit & 0x7fff) << (15 * place);
        }
        let magnitude = i128::try_from(magnitude).map_err(|_| too_large())?;
        let value = if signed < 0 { -magnitude } else { magnitude };
        i64::try_from(value).map_err(|_| too_large())
    }
}

fn truncated() -> Error {
    Error::invalid("packed values: they end in the middle of a value")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// What CPython's `marshal.dumps([(None, 1, -1, 2**31, -2**63, 1.5, 'a', 'ä', b'x')], 2)` is.
    #[test]
    fn what_cpython_writes_is_read() {
        let bytes = b"[\x01\x00\x00\x00(\x09\x00\x00\x00Ni\x01\x00\x00\x00i\xff\xff\xff\xff\
            l\x03\x00\x00\x00\x00\x00\x00\x00\x02\x00\
            l\xfb\xff\xff\xff\x00\x00\x00\x00\x00\x00\x00\x00\x08\x00\
            g\x00\x00\x00\x00\x00\x00\xf8?u\x01\x00\x00\x00au\x02\x00\x00\x00\xc3\xa4\
            s\x01\x00\x00\x00x";
        let mut reader = Reader::new(bytes);
        assert_eq!(reader.list(), Ok(1));
        assert_eq!(reader.row(), Ok(9));
        let values: Vec<_> = (0..9).map(|_| reader.value().expect("value")).collect();
        assert_eq!(
            values,
            [
                ValueRef::Null,
                ValueRef::Integer(1),
                ValueRef::Integer(-1),
                ValueRef::Integer(1 << 31),
                ValueRef::Integer(i64::MIN),
                ValueRef::Real(1.5),
                ValueRef::Text(b"a"),
                ValueRef::Text("ä".as_bytes()),
                ValueRef::Blob(b"x"),
            ]
        );
        assert!(reader.is_at_end());
    }

    proptest! {
        #[test]
        fn integers_come_back(integer: i64) {
            let mut out = Vec::new();
            push(&mut out, ValueRef::Integer(integer)).expect("push");
            prop_assert_eq!(Reader::new(&out).value(), Ok(ValueRef::Integer(integer)));
        }

        #[test]
        fn texts_come_back(text: String) {
            let mut out = Vec::new();
            push(&mut out, ValueRef::Text(text.as_bytes())).expect("push");
            prop_assert_eq!(Reader::new(&out).value(), Ok(ValueRef::Text(text.as_bytes())));
        }

        #[test]
        fn no_bytes_break_the_reader(bytes: Vec<u8>) {
            let mut reader = Reader::new(&bytes);
            while reader.value().is_ok() {}
            let _ = Reader::new(&bytes).list();
            let _ = Reader::new(&bytes).row();
        }
    }
}
