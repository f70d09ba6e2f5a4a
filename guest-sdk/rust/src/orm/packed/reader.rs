//! Reads packed rows.

use std::fmt;

/// A value was not what the reader expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mismatch {
    place: Place,
    expected: &'static str,
    /// The type of what is there; 0 at the end.
    found: u8,
}

/// Where a value is. While rows are read nobody counts columns: from how many bytes were
/// left, [`Mismatch::at`] finds the column when it is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Left(usize),
    Column(usize),
}

impl Mismatch {
    /// Finds the column, in a row whose values begin here.
    #[cold]
    pub(crate) fn at(mut self, mut row: Reader<'_>) -> Self {
        if let Place::Left(left) = self.place {
            let mut column = 0;
            while row.rest.len() > left && row.raw().is_ok() {
                column += 1;
            }
            self.place = Place::Column(column);
        }
        self
    }

    /// Returns the column, counted from 1.
    pub(crate) fn column(&self) -> usize {
        match self.place {
            Place::Left(_) => 0,
            Place::Column(column) => column,
        }
    }
}

impl fmt::Display for Mismatch {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let found = match self.found {
            b'N' => "null",
            b'T' | b'F' => "a boolean",
            b'i' | b'l' => "an integer",
            b'g' => "a real",
            b'z' | b'u' => "a text",
            b's' => "a blob",
            _ => "the end of the row",
        };
        write!(formatter, "expected {}, found {found}", self.expected)
    }
}

/// Reads the values of rows, one after another.
///
/// Each method has a short path for what is there nearly always, and leaves the rest to
/// one that is not inlined.
#[derive(Clone, Copy, Debug)]
pub struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// Returns what is not read yet.
    #[cfg(not(target_family = "wasm"))]
    pub(crate) fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// Tells whether everything is read.
    pub(crate) fn is_at_end(&self) -> bool {
        self.rest.is_empty()
    }

    /// Returns an error about the value that was read last.
    #[cold]
    pub fn mismatch(&self, expected: &'static str, found: u8) -> Mismatch {
        Mismatch {
            place: Place::Left(self.rest.len()),
            expected,
            found,
        }
    }

    #[inline]
    fn take<const N: usize>(&mut self) -> Result<[u8; N], Mismatch> {
        match self.rest.split_first_chunk::<N>() {
            Some((bytes, rest)) => {
                self.rest = rest;
                Ok(*bytes)
            }
            None => Err(self.mismatch("more bytes", 0)),
        }
    }

    fn tag(&mut self) -> Result<u8, Mismatch> {
        let [tag] = self.take()?;
        Ok(tag)
    }

    fn count(&mut self) -> Result<usize, Mismatch> {
        let count = u32::from_le_bytes(self.take()?);
        usize::try_from(count).map_err(|_| self.mismatch("a count", 0))
    }

    #[inline]
    fn slice(&mut self, length: usize) -> Result<&'a [u8], Mismatch> {
        match self.rest.split_at_checked(length) {
            Some((bytes, rest)) => {
                self.rest = rest;
                Ok(bytes)
            }
            None => Err(self.mismatch("more bytes", 0)),
        }
    }

    /// Reads the head of rows, and returns their number.
    pub(crate) fn rows(&mut self) -> Result<usize, Mismatch> {
        match self.tag()? {
            b'[' => self.count(),
            other => Err(self.mismatch("rows", other)),
        }
    }

    /// Reads the head of a row, and returns the number of its values.
    #[inline]
    pub(crate) fn row(&mut self) -> Result<usize, Mismatch> {
        match self.rest {
            [b')', count, rest @ ..] => {
                self.rest = rest;
                Ok((*count).into())
            }
            _ => self.long_row(),
        }
    }

    fn long_row(&mut self) -> Result<usize, Mismatch> {
        match self.tag()? {
            b'(' => self.count(),
            other => Err(self.mismatch("a row", other)),
        }
    }

    /// Reads null, if it stands there.
    #[inline]
    pub fn null(&mut self) -> bool {
        match self.rest {
            [b'N', rest @ ..] => {
                self.rest = rest;
                true
            }
            _ => false,
        }
    }

    /// Reads an integer.
    ///
    /// # Errors
    ///
    /// Where something else stands there.
    #[inline]
    pub fn integer(&mut self) -> Result<i64, Mismatch> {
        match self.rest {
            [b'i', a, b, c, d, rest @ ..] => {
                self.rest = rest;
                Ok(i32::from_le_bytes([*a, *b, *c, *d]).into())
            }
            _ => self.long_integer(),
        }
    }

    #[inline(never)]
    fn long_integer(&mut self) -> Result<i64, Mismatch> {
        match self.tag()? {
            b'l' => {}
            b'T' => return Ok(1),
            b'F' => return Ok(0),
            other => return Err(self.mismatch("an integer", other)),
        }
        let signed = i32::from_le_bytes(self.take()?);
        let mut magnitude = 0;
        for place in 0..signed.unsigned_abs() {
            let digit = u64::from(u16::from_le_bytes(self.take()?));
            if place > 4 || (place == 4 && digit > 15) {
                return Err(self.mismatch("an integer of 64 bits", b'l'));
            }
            magnitude |= digit << (15 * place);
        }
        match (signed < 0, i64::try_from(magnitude)) {
            (false, Ok(value)) => Ok(value),
            (true, Ok(value)) => Ok(-value),
            (true, Err(_)) if magnitude == i64::MIN.unsigned_abs() => Ok(i64::MIN),
            _ => Err(self.mismatch("an integer of 64 bits", b'l')),
        }
    }

    /// Reads a real, or an integer as one.
    ///
    /// # Errors
    ///
    /// Where something else stands there.
    #[inline]
    pub fn real(&mut self) -> Result<f64, Mismatch> {
        match self.rest.first() {
            Some(b'g') => {
                self.tag()?;
                Ok(f64::from_le_bytes(self.take()?))
            }
            Some(b'i' | b'l') => {
                let integer = self.integer()?;
                #[expect(clippy::cast_precision_loss, reason = "what SQLite does with it")]
                Ok(integer as f64)
            }
            _ => {
                let found = self.tag()?;
                Err(self.mismatch("a real", found))
            }
        }
    }

    /// Reads a text.
    ///
    /// # Errors
    ///
    /// Where something else stands there.
    #[inline]
    pub fn text(&mut self) -> Result<&'a str, Mismatch> {
        let bytes = match self.rest {
            [b'z', length, rest @ ..] => {
                self.rest = rest;
                self.slice((*length).into())?
            }
            _ => self.long_text()?,
        };
        std::str::from_utf8(bytes).map_err(|_| self.mismatch("a text in UTF-8", b's'))
    }

    #[inline(never)]
    fn long_text(&mut self) -> Result<&'a [u8], Mismatch> {
        match self.tag()? {
            b'u' => {
                let length = self.count()?;
                self.slice(length)
            }
            other => Err(self.mismatch("a text", other)),
        }
    }

    /// Reads a blob.
    ///
    /// # Errors
    ///
    /// Where something else stands there.
    #[inline]
    pub fn blob(&mut self) -> Result<&'a [u8], Mismatch> {
        match self.tag()? {
            b's' => {
                let length = self.count()?;
                self.slice(length)
            }
            other => Err(self.mismatch("a blob", other)),
        }
    }

    /// Passes over a value, and returns its bytes: of equal values they are equal.
    pub(crate) fn raw(&mut self) -> Result<&'a [u8], Mismatch> {
        let start = self.rest;
        match self.tag()? {
            b'N' | b'T' | b'F' => {}
            b'i' => drop(self.take::<4>()?),
            b'g' => drop(self.take::<8>()?),
            b'l' => {
                let digits = i32::from_le_bytes(self.take()?).unsigned_abs();
                let length = usize::try_from(digits).map_err(|_| self.mismatch("a count", 0))?;
                self.slice(length.saturating_mul(2))?;
            }
            b'z' => {
                let [length] = self.take()?;
                self.slice(length.into())?;
            }
            b'u' | b's' => {
                let length = self.count()?;
                self.slice(length)?;
            }
            other => return Err(self.mismatch("a value", other)),
        }
        let length = start.len() - self.rest.len();
        Ok(start.get(..length).unwrap_or_default())
    }
}
