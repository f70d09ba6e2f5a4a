//! Stored values as SQL literals that read back as exactly the same value.

use std::fmt::Write as _;

use rusqlite::types::ValueRef;

/// Appends a value as SQL literal.
pub(crate) fn push(out: &mut String, value: ValueRef<'_>) {
    // Writing to a string does not fail.
    let _ = match value {
        ValueRef::Null => write!(out, "NULL"),
        ValueRef::Integer(integer) => write!(out, "{integer}"),
        ValueRef::Real(real) => {
            push_real(out, real);
            Ok(())
        }
        ValueRef::Text(bytes) => match std::str::from_utf8(bytes) {
            Ok(text) if !text.contains('\0') => {
                push_text(out, text);
                Ok(())
            }
            // SQLite's parser ends at a NUL, and what is no UTF-8 cannot be written here.
            _ => {
                out.push_str("CAST(");
                push_blob(out, bytes);
                write!(out, " AS TEXT)")
            }
        },
        ValueRef::Blob(bytes) => {
            push_blob(out, bytes);
            Ok(())
        }
    };
}

/// Returns a value as SQL literal.
pub(crate) fn literal(value: ValueRef<'_>) -> String {
    let mut out = String::new();
    push(&mut out, value);
    out
}

/// Returns a text as SQL string.
pub(crate) fn text(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    push_text(&mut out, text);
    out
}

fn push_text(out: &mut String, text: &str) {
    out.push('\'');
    let mut parts = text.split('\'');
    if let Some(first) = parts.next() {
        out.push_str(first);
    }
    for part in parts {
        out.push_str("''");
        out.push_str(part);
    }
    out.push('\'');
}

fn push_blob(out: &mut String, bytes: &[u8]) {
    out.reserve(bytes.len() * 2 + 3);
    out.push_str("x'");
    for byte in bytes {
        for half in [byte >> 4, byte & 15] {
            out.push(char::from_digit(u32::from(half), 16).unwrap_or('0'));
        }
    }
    out.push('\'');
}

/// Seventeen digits name a double, and two more keep SQLite's parser, which does not
/// always round the last one right, on the right side of it.
fn push_real(out: &mut String, real: f64) {
    let short = format!("{real:?}");
    let _ = if real.is_nan() {
        // SQLite stores it as null itself.
        write!(out, "NULL")
    } else if real.is_infinite() {
        write!(out, "{}9.0e+999", if real < 0.0 { "-" } else { "" })
    } else if short.len() <= 15 {
        // Few digits are exact, and can be read.
        write!(out, "{short}")
    } else {
        write!(out, "{real:.18e}")
    };
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rusqlite::types::Value;

    use super::*;

    fn read_back(value: &Value) -> Value {
        let connection = rusqlite::Connection::open_in_memory().expect("open");
        let sql = format!("SELECT {}", literal(value.into()));
        connection
            .query_row(&sql, [], |row| row.get(0))
            .expect(&sql)
    }

    #[test]
    fn values_at_the_ends_of_their_range_read_back_as_they_are() {
        let values = [
            Value::Null,
            Value::Integer(i64::MIN),
            Value::Integer(i64::MAX),
            Value::Real(f64::MAX),
            Value::Real(f64::MIN_POSITIVE),
            Value::Real(5e-324),
            Value::Real(f64::INFINITY),
            Value::Real(f64::NEG_INFINITY),
            Value::Real(1.0),
            Value::Real(0.1 + 0.2),
            Value::Text("it's\0é\n--".into()),
            Value::Text(String::new()),
            Value::Blob(Vec::new()),
            Value::Blob((0..=255).collect()),
        ];
        for value in values {
            assert_eq!(read_back(&value), value);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn every_double_reads_back_bit_by_bit(bits in any::<u64>()) {
            let real = f64::from_bits(bits);
            // A negative zero is stored as the integer 0.
            prop_assume!(!real.is_nan() && real.to_bits() != (-0.0_f64).to_bits());
            let Value::Real(back) = read_back(&Value::Real(real)) else { panic!("no real") };
            prop_assert_eq!(back.to_bits(), real.to_bits());
        }
    }
}
