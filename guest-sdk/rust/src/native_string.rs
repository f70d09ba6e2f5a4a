//! PEP 3333's native strings: text in which every char stands for one byte.
//!
//! A server cannot know in which encoding a client meant its bytes, so it hands
//! them over as ISO-8859-1, which loses nothing. An application that expects
//! UTF-8, as nearly all do, decodes with [`decode`].

use std::borrow::Cow;

/// Returns the bytes that a native string stands for, or none where it holds a
/// char above U+00FF and so is not one.
///
/// ```
/// assert_eq!(wasgi::native_string::bytes("caf\u{e9}"), Some(b"caf\xe9".to_vec()));
/// assert_eq!(wasgi::native_string::bytes("\u{20ac}"), None);
/// ```
pub fn bytes(native: &str) -> Option<Vec<u8>> {
    native.chars().map(|char| u8::try_from(char).ok()).collect()
}

/// Decodes a native string as UTF-8, or returns none where its bytes are not.
///
/// ```
/// assert_eq!(wasgi::native_string::decode("caf\u{c3}\u{a9}").as_deref(), Some("café"));
/// assert_eq!(wasgi::native_string::decode("caf\u{ff}"), None);
/// ```
pub fn decode(native: &str) -> Option<Cow<'_, str>> {
    if native.is_ascii() {
        return Some(Cow::Borrowed(native));
    }
    String::from_utf8(bytes(native)?).ok().map(Cow::Owned)
}

/// Returns the native string that stands for a text's UTF-8 bytes.
///
/// ```
/// assert_eq!(wasgi::native_string::encode("café"), "caf\u{c3}\u{a9}");
/// ```
pub fn encode(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    Cow::Owned(from_bytes(text.as_bytes()))
}

/// Returns the native string that stands for these bytes.
pub fn from_bytes(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| char::from(*byte)).collect()
}
