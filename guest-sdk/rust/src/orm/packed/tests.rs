//! Both sides of the format agree, and broken bytes are errors.

use wasgi_orm::packed as host;

use super::*;

const INTEGERS: [i64; 11] = [
    0,
    -1,
    0x7fff_ffff,
    -0x8000_0000,
    0x8000_0000,
    -0x8000_0001,
    1_700_000_000_000_000,
    1 << 60,
    -(1 << 60),
    i64::MAX,
    i64::MIN,
];

#[test]
fn what_is_written_is_what_the_host_reads() {
    for integer in INTEGERS {
        let mut packed = Vec::new();
        push_integer(&mut packed, integer);
        let read = host::Reader::new(&packed).value().expect("value");
        assert_eq!(format!("{read:?}"), format!("Integer({integer})"));
        assert_eq!(Reader::new(&packed).integer(), Ok(integer));
    }
    for text in ["", "ascii", "\u{e4}\0\u{20ac}", &"x".repeat(300)] {
        let mut packed = Vec::new();
        push_text(&mut packed, text);
        let read = host::Reader::new(&packed).value().expect("value");
        assert_eq!(format!("{read:?}"), format!("Text({:?})", text.as_bytes()));
        assert_eq!(Reader::new(&packed).text(), Ok(text));
    }
}

#[test]
fn a_row_that_breaks_off_is_an_error_wherever_it_does() {
    let mut row = Vec::new();
    begin_row(&mut row, 5);
    push_integer(&mut row, i64::MAX);
    push_real(&mut row, 1.5);
    push_text(&mut row, "text");
    push_blob(&mut row, b"blob");
    push_null(&mut row);
    let read = |bytes: &[u8]| -> Result<bool, Mismatch> {
        let mut reader = Reader::new(bytes);
        reader.row()?;
        reader.integer()?;
        reader.real()?;
        reader.text()?;
        reader.blob()?;
        Ok(reader.null())
    };
    assert_eq!(read(&row), Ok(true));
    for length in 0..row.len() {
        assert_ne!(read(&row[..length]), Ok(true), "{length}");
    }
}

#[test]
fn an_integer_of_more_than_64_bits_is_refused() {
    let digits = |sign: i32, last: u16| {
        let mut bytes = vec![b'l'];
        bytes.extend_from_slice(&(sign * 5).to_le_bytes());
        bytes.extend_from_slice(&[0; 8]);
        bytes.extend_from_slice(&last.to_le_bytes());
        bytes
    };
    assert_eq!(Reader::new(&digits(-1, 8)).integer(), Ok(i64::MIN));
    assert!(Reader::new(&digits(1, 8)).integer().is_err());
    assert!(Reader::new(&digits(1, 16)).integer().is_err());
    assert!(
        Reader::new(b"l\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\0")
            .integer()
            .is_err()
    );
}

#[test]
fn a_mismatch_knows_its_column() {
    let mut row = Vec::new();
    push_integer(&mut row, 1 << 40);
    push_text(&mut row, "text");
    push_null(&mut row);
    let start = Reader::new(&row);
    let mut reader = start;
    reader.integer().expect("integer");
    let first = reader.real().expect_err("a text").at(start);
    assert_eq!(
        (first.column(), first.to_string().as_str()),
        (2, "expected a real, found a text")
    );
    let mut reader = start;
    reader.raw().expect("first");
    reader.raw().expect("second");
    let last = reader.blob().expect_err("null").at(start);
    assert_eq!(
        (last.column(), last.to_string().as_str()),
        (3, "expected a blob, found null")
    );
}
