//! `X-Request-Id`: taken over from the client, or made.

use std::fmt;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};

use http::{HeaderMap, HeaderName, HeaderValue};

/// The header's name.
pub const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Longest id taken over.
const MAX_LEN: usize = 128;

/// Names a request in headers and logs. Cheap to clone.
#[derive(Clone, PartialEq, Eq)]
pub struct RequestId(Repr);

#[derive(Clone, PartialEq, Eq)]
enum Repr {
    Made([u8; MADE_LEN]),
    Sent(HeaderValue),
}

/// Length of a made id: that of a W3C trace id.
const MADE_LEN: usize = 32;

/// Random per process, so that ids of two processes or of two runs differ.
static PREFIX: LazyLock<u64> = LazyLock::new(rand::random);
static COUNTER: AtomicU64 = AtomicU64::new(0);

impl RequestId {
    /// Returns a new id: 16 hex digits of the process and 16 of a counter.
    /// Unique, but no secret.
    pub fn generate() -> Self {
        let count = COUNTER.fetch_add(1, Ordering::Relaxed);
        let id = u128::from(*PREFIX) << 64 | u128::from(count);
        // By hand: this runs for every request, and `format!` takes ten times as long.
        let mut text = [b'0'; MADE_LEN];
        for (byte, two) in id.to_be_bytes().into_iter().zip(text.chunks_exact_mut(2)) {
            two.copy_from_slice(&[hex_digit(byte >> 4), hex_digit(byte & 0xf)]);
        }
        Self(Repr::Made(text))
    }

    /// Takes over the client's id where there is exactly one and it is harmless
    /// in a log line; otherwise makes one, and puts it in the place of what the
    /// client sent.
    pub(super) fn of(headers: &mut HeaderMap) -> Self {
        let mut sent = headers.get_all(X_REQUEST_ID).iter();
        match (sent.next(), sent.next()) {
            (None, _) => Self::generate(),
            (Some(one), None) if is_harmless(one.as_bytes()) => Self(Repr::Sent(one.clone())),
            _ => {
                let id = Self::generate();
                headers.insert(X_REQUEST_ID, id.header());
                id
            }
        }
    }

    /// Returns the id's text.
    pub fn as_str(&self) -> &str {
        match &self.0 {
            Repr::Made(text) => std::str::from_utf8(text).unwrap_or_default(),
            Repr::Sent(value) => value.to_str().unwrap_or_default(),
        }
    }

    /// Returns the id as a header's value.
    pub fn header(&self) -> HeaderValue {
        match &self.0 {
            // Hex digits are a header value.
            Repr::Made(text) => {
                HeaderValue::from_bytes(text).unwrap_or(HeaderValue::from_static(""))
            }
            Repr::Sent(value) => value.clone(),
        }
    }
}

fn hex_digit(nibble: u8) -> u8 {
    if nibble < 10 {
        b'0' + nibble
    } else {
        b'a' + (nibble - 10)
    }
}

/// Letters, digits and what UUIDs, base64 and trace ids need: nothing that
/// quotes, separates or escapes in any log format.
fn is_harmless(id: &[u8]) -> bool {
    (1..=MAX_LEN).contains(&id.len())
        && id
            .iter()
            .all(|b| b.is_ascii_alphanumeric() || b"-._~:/+=@".contains(b))
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RequestId({})", self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(sent: &[&str]) -> (RequestId, HeaderMap) {
        let mut headers = HeaderMap::new();
        for id in sent {
            headers.append(
                X_REQUEST_ID,
                HeaderValue::from_bytes(id.as_bytes()).expect("value"),
            );
        }
        let id = RequestId::of(&mut headers);
        (id, headers)
    }

    #[test]
    fn a_harmless_id_is_taken_over() {
        for id in [
            "a",
            "0d7c3b1e-5f1c-4d0b-9d2e-0242ac120002",
            &"x".repeat(128),
        ] {
            assert_eq!(of(&[id]).0.as_str(), id);
        }
    }

    #[test]
    fn an_id_that_could_break_a_log_line_is_replaced_for_the_app_too() {
        for id in [
            "",
            "a b",
            "a\"b",
            "a,b",
            "a;b",
            "a\\b",
            "caf\u{e9}",
            &"x".repeat(129),
        ] {
            let (made, headers) = of(&[id]);
            assert_ne!(made.as_str(), id);
            assert_eq!(headers.get(X_REQUEST_ID), Some(&made.header()));
        }
        let (made, headers) = of(&["one", "two"]);
        assert_eq!(headers.get_all(X_REQUEST_ID).iter().count(), 1);
        assert_eq!(made.as_str().len(), MADE_LEN);
    }

    #[test]
    fn made_ids_differ_and_are_hex() {
        let (one, two) = (RequestId::generate(), RequestId::generate());
        assert_ne!(one, two);
        assert!(one.as_str().bytes().all(|b| b.is_ascii_hexdigit()), "{one}");
        assert_eq!(one.header(), one.as_str());
        assert_eq!(one.as_str()[..16], two.as_str()[..16]);
    }
}
