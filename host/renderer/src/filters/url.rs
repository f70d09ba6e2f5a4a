//! `urlencode` and `slugify`: parts of URLs.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use tera::{Error, Kwargs, State, TeraResult, Value};

/// RFC 3986 section 2.3.
const STRICT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// With the slash kept, as of a path.
const PATH: &AsciiSet = &STRICT.remove(b'/');

/// A text for a URL, or a dict as a query string.
pub(super) fn urlencode(value: &Value, arguments: Kwargs, _: &State<'_>) -> TeraResult<String> {
    let strict = arguments.get::<bool>("strict")?.unwrap_or(false);
    if let Some(dict) = value.as_map() {
        let encoded = |text: &str| utf8_percent_encode(text, STRICT).to_string();
        let pairs: Vec<String> = dict
            .iter()
            .map(|(key, value)| {
                format!(
                    "{}={}",
                    encoded(&key.to_string()),
                    encoded(&value.to_string())
                )
            })
            .collect();
        return Ok(pairs.join("&"));
    }
    if value.is_array() || value.is_undefined() || value.is_none() {
        return Err(Error::message(format!(
            "urlencode: a text, a number or a dict, not `{}`",
            value.name()
        )));
    }
    let set = if strict { STRICT } else { PATH };
    Ok(utf8_percent_encode(&value.to_string(), set).to_string())
}

/// A title as a part of a URL: ASCII, lower case, with hyphens.
pub(super) fn slugify(text: &str, _: Kwargs, _: &State<'_>) -> String {
    slug::slugify(text)
}
