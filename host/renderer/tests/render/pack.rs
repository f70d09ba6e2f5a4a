//! Packs contexts and rows as guests and the host do.

use serde_json::Value;

/// Packs a context. `{"$safe": "..."}` is a safe text, `{"$query": 0}` rows of a query.
pub(crate) fn context(value: &Value) -> Vec<u8> {
    let mut out = Vec::new();
    push(&mut out, value);
    out
}

fn count(length: usize) -> [u8; 4] {
    u32::try_from(length).expect("small").to_le_bytes()
}

fn push_text(out: &mut Vec<u8>, text: &str) {
    out.push(b'u');
    out.extend_from_slice(&count(text.len()));
    out.extend_from_slice(text.as_bytes());
}

fn push_integer(out: &mut Vec<u8>, integer: i64) {
    if let Ok(small) = i32::try_from(integer) {
        out.push(b'i');
        out.extend_from_slice(&small.to_le_bytes());
        return;
    }
    out.push(b'l');
    let digits: i32 = if integer < 0 { -5 } else { 5 };
    out.extend_from_slice(&digits.to_le_bytes());
    for place in 0..5 {
        let digit = integer.unsigned_abs() >> (15 * place) & 0x7fff;
        out.extend_from_slice(&u16::try_from(digit).expect("15 bits").to_le_bytes());
    }
}

fn push(out: &mut Vec<u8>, value: &Value) {
    match value {
        Value::Null => out.push(b'N'),
        Value::Bool(value) => out.push(if *value { b'T' } else { b'F' }),
        Value::Number(number) => match number.as_i64() {
            Some(integer) => push_integer(out, integer),
            None => {
                out.push(b'g');
                out.extend_from_slice(&number.as_f64().expect("real").to_le_bytes());
            }
        },
        Value::String(text) => push_text(out, text),
        Value::Array(array) => {
            out.push(b'[');
            out.extend_from_slice(&count(array.len()));
            array.iter().for_each(|value| push(out, value));
        }
        Value::Object(object) => {
            for name in ["$safe", "$query"] {
                if let Some(marked) = object.get(name) {
                    out.extend_from_slice(b">\x01\0\0\0");
                    return push(out, marked);
                }
            }
            out.push(b'{');
            for (key, value) in object {
                push_text(out, key);
                push(out, value);
            }
            out.push(b'0');
        }
    }
}

/// Packs rows. `{"$blob": [1, 2]}` is a blob.
pub(crate) fn rows(rows: &Value) -> Vec<u8> {
    let rows = rows.as_array().expect("rows");
    let mut out = vec![b'['];
    out.extend_from_slice(&count(rows.len()));
    for row in rows {
        let row = row.as_array().expect("a row");
        out.extend_from_slice(&[b')', u8::try_from(row.len()).expect("small")]);
        for value in row {
            match value.get("$blob").and_then(Value::as_array) {
                Some(bytes) => {
                    out.push(b's');
                    out.extend_from_slice(&count(bytes.len()));
                    let byte = |byte: &Value| u8::try_from(byte.as_u64().expect("byte"));
                    out.extend(bytes.iter().map(|value| byte(value).expect("byte")));
                }
                None => push(&mut out, value),
            }
        }
    }
    out
}
