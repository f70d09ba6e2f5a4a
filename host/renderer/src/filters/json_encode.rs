//! `json_encode(pretty=false)`: JSON that can stand in a `<script>`, and in an attribute in
//! single quotes.

use tera::{Error, Kwargs, State, TeraResult, Value};

pub(super) fn json_encode(value: &Value, arguments: Kwargs, _: &State<'_>) -> TeraResult<Value> {
    let json = match arguments.get::<bool>("pretty")?.unwrap_or(false) {
        true => serde_json::to_string_pretty(value),
        false => serde_json::to_string(value),
    };
    let json = json.map_err(|error| Error::message(format!("json_encode: {error}")))?;
    // All of these stand in JSON only inside of texts, where an escape means the same.
    let mut safe = String::with_capacity(json.len() + json.len() / 16);
    for character in json.chars() {
        match character {
            '<' => safe.push_str("\\u003c"),
            '>' => safe.push_str("\\u003e"),
            '&' => safe.push_str("\\u0026"),
            '\'' => safe.push_str("\\u0027"),
            '\u{2028}' => safe.push_str("\\u2028"),
            '\u{2029}' => safe.push_str("\\u2029"),
            other => safe.push(other),
        }
    }
    Ok(Value::safe_string(&safe))
}
