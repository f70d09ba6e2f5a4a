//! The request's cookies.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

use super::FromRequest;
use crate::Result;
use crate::web::Request;

/// The cookies that the client sent.
///
/// ```
/// use wasgi::web::{Cookie, Cookies, Router};
///
/// fn visits(cookies: Cookies) -> (Cookie, String) {
///     let visits = 1 + cookies.get("visits").and_then(|n| n.parse().ok()).unwrap_or(0);
///     (Cookie::new("visits", &visits.to_string()), format!("visit {visits}"))
/// }
///
/// let client = wasgi::test::Client::new(|| Router::new().get("/", visits));
/// assert_eq!(client.get("/").text(), "visit 1");
/// assert_eq!(client.get("/").text(), "visit 2");
/// ```
#[derive(Clone, Debug, Default)]
pub struct Cookies(String);

impl Cookies {
    /// Returns a cookie's value, decoded as [`Cookie`](crate::web::Cookie) encodes.
    pub fn get(&self, name: &str) -> Option<Cow<'_, str>> {
        self.iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value)
    }

    /// Iterates over all cookies, decoded.
    pub fn iter(&self) -> impl Iterator<Item = (Cow<'_, str>, Cow<'_, str>)> {
        self.0.split(';').filter_map(|pair| {
            let (name, value) = pair.split_once('=')?;
            Some((decode(name.trim()), decode(unquote(value.trim()))))
        })
    }
}

fn decode(text: &str) -> Cow<'_, str> {
    percent_decode_str(text).decode_utf8_lossy()
}

/// Quotes may stand around a cookie's value (RFC 6265 section 4.1.1).
fn unquote(value: &str) -> &str {
    value
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'))
        .unwrap_or(value)
}

impl FromRequest for Cookies {
    fn from_request(request: &mut Request) -> Result<Self> {
        let header = request.environ().get("HTTP_COOKIE").unwrap_or_default();
        Ok(Self(header.to_owned()))
    }
}
