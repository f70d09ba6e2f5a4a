//! Rows and parameters as bytes (the table in `wit/orm.wit`): values are written from
//! and read into the caller's types, with nothing in between. Written here, read in
//! `reader`.

mod reader;
#[cfg(test)]
mod tests;

pub use reader::{Mismatch, Reader};

/// Parameters of one execution, being written.
#[derive(Clone, Debug, Default)]
#[doc(hidden)]
pub struct Params {
    bytes: Vec<u8>,
    count: usize,
}

impl Params {
    /// Appends a value.
    pub(crate) fn push(&mut self, value: &(impl super::Encode + ?Sized)) {
        value.encode(&mut self.bytes);
        self.count += 1;
    }

    /// Appends what others were given.
    pub(crate) fn append(&mut self, other: &Self) {
        self.bytes.extend_from_slice(&other.bytes);
        self.count += other.count;
    }

    /// Appends values that are packed already.
    pub(crate) fn append_packed(&mut self, values: &[u8], count: usize) {
        self.bytes.extend_from_slice(values);
        self.count += count;
    }

    /// Returns them as a row.
    pub(crate) fn into_row(self) -> Vec<u8> {
        let mut row = Vec::with_capacity(self.bytes.len() + 5);
        begin_row(&mut row, self.count);
        row.extend_from_slice(&self.bytes);
        row
    }
}

/// Begins a row of so many values.
pub(crate) fn begin_row(out: &mut Vec<u8>, columns: usize) {
    match u8::try_from(columns) {
        Ok(columns) => out.extend_from_slice(&[b')', columns]),
        Err(_) => {
            out.push(b'(');
            push_count(out, columns);
        }
    }
}

/// Begins rows, whose number [`end_rows`] writes.
pub(crate) fn begin_rows() -> Vec<u8> {
    vec![b'[', 0, 0, 0, 0]
}

/// Writes the number of rows.
pub(crate) fn end_rows(out: &mut [u8], rows: u32) {
    if let Some(place) = out.get_mut(1..5) {
        place.copy_from_slice(&rows.to_le_bytes());
    }
}

/// Writes a count. No list of more than 2 GiB fits in a component's memory beside
/// another copy of it; the host refuses what this would make of one.
fn push_count(out: &mut Vec<u8>, count: usize) {
    let count = i32::try_from(count).unwrap_or(i32::MAX);
    out.extend_from_slice(&count.to_le_bytes());
}

pub(crate) fn push_null(out: &mut Vec<u8>) {
    out.push(b'N');
}

pub(crate) fn push_integer(out: &mut Vec<u8>, value: i64) {
    if let Ok(small) = i32::try_from(value) {
        let [a, b, c, d] = small.to_le_bytes();
        out.extend_from_slice(&[b'i', a, b, c, d]);
        return;
    }
    out.push(b'l');
    let start = out.len();
    out.extend_from_slice(&[0; 4]);
    let mut rest = value.unsigned_abs();
    let mut digits = 0_i32;
    while rest != 0 {
        let [low, high, ..] = (rest & 0x7fff).to_le_bytes();
        out.extend_from_slice(&[low, high]);
        rest >>= 15;
        digits += 1;
    }
    let signed = if value < 0 { -digits } else { digits };
    if let Some(place) = out.get_mut(start..start + 4) {
        place.copy_from_slice(&signed.to_le_bytes());
    }
}

pub(crate) fn push_real(out: &mut Vec<u8>, value: f64) {
    out.push(b'g');
    out.extend_from_slice(&value.to_le_bytes());
}

pub(crate) fn push_text(out: &mut Vec<u8>, text: &str) {
    out.push(b'u');
    push_count(out, text.len());
    out.extend_from_slice(text.as_bytes());
}

pub(crate) fn push_blob(out: &mut Vec<u8>, bytes: &[u8]) {
    out.push(b's');
    push_count(out, bytes.len());
    out.extend_from_slice(bytes);
}
