//! Status and headers as `start_response` takes them, checked once and for all.
//!
//! What passes here can be sent as it is: the rules are PEP 3333's
//! "The `start_response()` Callable" and RFC 9110 sections 5.5 and 5.6.2.

use http::header::{CONTENT_LENGTH, HeaderMap, HeaderName, HeaderValue};
use http::{Response, StatusCode};
use hyper::ext::ReasonPhrase;

use super::bindings::wasgi::app::types::StartError;

/// Fields that belong to the connection, which is the server's: RFC 2616 section
/// 13.5.1, to which PEP 3333 refers ("Other HTTP Features"), and `trailer` as
/// RFC 9110 section 6.6.2 spells it.
const HOP_BY_HOP: [HeaderName; 9] = [
    http::header::CONNECTION,
    HeaderName::from_static("keep-alive"),
    http::header::PROXY_AUTHENTICATE,
    http::header::PROXY_AUTHORIZATION,
    http::header::TE,
    http::header::TRAILER,
    HeaderName::from_static("trailers"),
    http::header::TRANSFER_ENCODING,
    http::header::UPGRADE,
];

/// Bytes of all header fields together. No client takes this much; a bound keeps
/// a guest from filling the host's memory with a head.
const MAX_BYTES: usize = 256 << 10;

/// A checked response head.
#[derive(Clone, Debug)]
pub(super) struct Head {
    pub(super) status: StatusCode,
    /// Only where it differs from the status's usual reason.
    reason: Option<ReasonPhrase>,
    pub(super) headers: HeaderMap,
    /// What the app said in Content-Length.
    pub(super) content_length: Option<u64>,
}

impl Head {
    /// Checks what an app gave to `start_response`.
    pub(super) fn parse(status: &str, headers: &[(String, String)]) -> Result<Self, StartError> {
        let (status, reason) = parse_status(status)?;
        let mut map = HeaderMap::with_capacity(headers.len() + 3);
        let mut content_length = None;
        let bytes: usize = headers
            .iter()
            .map(|(name, value)| name.len() + value.len())
            .sum();
        if bytes > MAX_BYTES {
            return Err(invalid("the header fields take more than 256 KiB"));
        }
        for (name, value) in headers {
            let (name, value) = parse_header(name, value)?;
            if name == CONTENT_LENGTH {
                let length = parse_length(&value)?;
                if content_length.replace(length).is_some() {
                    return Err(invalid("Content-Length stands twice"));
                }
            }
            map.try_append(name, value)
                .map_err(|_| invalid("more header fields than can be sent"))?;
        }
        Ok(Self {
            status,
            reason,
            headers: map,
            content_length,
        })
    }

    /// Tells whether a response of this status carries a body: RFC 9110
    /// sections 15.3.5 and 15.4.5.
    pub(super) fn has_body(&self) -> bool {
        !matches!(
            self.status,
            StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED
        )
    }

    /// Puts a body under this head.
    pub(super) fn into_response<B>(self, body: B) -> Response<B> {
        let mut response = Response::new(body);
        *response.status_mut() = self.status;
        *response.headers_mut() = self.headers;
        if let Some(reason) = self.reason {
            response.extensions_mut().insert(reason);
        }
        response
    }
}

fn parse_status(status: &str) -> Result<(StatusCode, Option<ReasonPhrase>), StartError> {
    let bad = |why: &str| StartError::InvalidStatus(format!("{why}: {}", quoted(status)));
    let bytes = narrow(status).ok_or_else(|| bad("a char is beyond U+00FF"))?;
    let Some((code, rest)) = bytes.split_at_checked(3) else {
        return Err(bad("not `NNN reason`"));
    };
    if !code.iter().all(u8::is_ascii_digit) {
        return Err(bad("does not begin with three digits"));
    }
    let code = StatusCode::from_bytes(code).map_err(|_| bad("the code is below 100"))?;
    if code.is_informational() {
        return Err(bad("1xx is no final answer"));
    }
    let Some(reason) = rest.strip_prefix(b" ") else {
        return Err(bad(
            "not `NNN reason`: a space and a reason belong behind the code",
        ));
    };
    if reason.is_empty() || reason.starts_with(b" ") || reason.ends_with(b" ") {
        return Err(bad("the reason is empty or padded with spaces"));
    }
    if code
        .canonical_reason()
        .is_some_and(|usual| usual.as_bytes() == reason)
    {
        return Ok((code, None));
    }
    let reason = ReasonPhrase::try_from(reason.to_vec())
        .map_err(|_| bad("the reason has a control character"))?;
    Ok((code, Some(reason)))
}

fn parse_header(name: &str, value: &str) -> Result<(HeaderName, HeaderValue), StartError> {
    let field = HeaderName::from_bytes(name.as_bytes())
        .map_err(|_| invalid(&format!("{} is not a token", quoted(name))))?;
    if HOP_BY_HOP.contains(&field) {
        return Err(StartError::HopByHop(name.to_owned()));
    }
    let bytes =
        narrow(value).ok_or_else(|| invalid(&format!("{name}: a char is beyond U+00FF")))?;
    if bytes.iter().any(|byte| byte.is_ascii_control()) {
        // HeaderValue would let a tab pass; PEP 3333 wants no control characters.
        return Err(invalid(&format!(
            "{name}: the value has a control character"
        )));
    }
    let value = HeaderValue::from_bytes(&bytes)
        .map_err(|_| invalid(&format!("{name}: the value has a control character")))?;
    Ok((field, value))
}

fn parse_length(value: &HeaderValue) -> Result<u64, StartError> {
    let text = value.to_str().unwrap_or("");
    // `parse` would take a leading `+`, RFC 9110 section 8.6 does not.
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(invalid("Content-Length is not a number"));
    }
    text.parse()
        .map_err(|_| invalid("Content-Length is too large"))
}

fn invalid(why: &str) -> StartError {
    StartError::InvalidHeader(why.to_owned())
}

/// Returns a native string's bytes, borrowed where it is ASCII.
fn narrow(text: &str) -> Option<std::borrow::Cow<'_, [u8]>> {
    if text.is_ascii() {
        return Some(text.as_bytes().into());
    }
    text.chars()
        .map(|char| u8::try_from(u32::from(char)).ok())
        .collect::<Option<Vec<u8>>>()
        .map(Into::into)
}

/// Guest text for a message: escaped, and not longer than a line.
fn quoted(text: &str) -> String {
    let mut short: String = text.chars().take(80).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    format!("{short:?}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(status: &str, headers: &[(&str, &str)]) -> Result<Head, StartError> {
        let headers: Vec<_> = headers
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        Head::parse(status, &headers)
    }

    #[test]
    fn rule_15_a_status_is_three_digits_a_space_and_a_reason() {
        for good in [
            "200 OK",
            "404 Nicht gefunden",
            "599 \u{e9}t\u{e9}",
            "200 Fine",
        ] {
            assert!(parse(good, &[]).is_ok(), "{good}");
        }
        for bad in [
            "",
            "200",
            "200 ",
            "200  OK",
            " 200 OK",
            "200 OK ",
            "20 OK",
            "2000 OK",
            "abc OK",
            "099 Low",
            "200 O\nK",
            "200 O\rK",
            "200 O\0K",
            "200\tOK",
            "200 \u{100}",
            "101 Switching Protocols",
            "\u{ff}\u{ff} x",
        ] {
            assert!(
                matches!(parse(bad, &[]), Err(StartError::InvalidStatus(_))),
                "{bad:?}"
            );
        }
    }

    #[test]
    fn rule_16_names_are_tokens_and_values_latin_1_without_controls() {
        let head = parse("200 OK", &[("X-Name", "caf\u{e9}"), ("X-Empty", "")]).unwrap();
        assert_eq!(head.headers["x-name"].as_bytes(), b"caf\xe9");
        for (name, value) in [
            ("", "x"),
            ("a b", "x"),
            ("a:", "x"),
            ("a\n", "x"),
            ("caf\u{e9}", "x"),
            ("a", "x\ny"),
            ("a", "x\ry"),
            ("a", "x\0"),
            ("a", "x\ty"),
            ("a", "\u{7f}"),
            ("a", "\u{100}"),
        ] {
            let parsed = parse("200 OK", &[(name, value)]);
            assert!(
                matches!(parsed, Err(StartError::InvalidHeader(_))),
                "{name:?}: {value:?}"
            );
        }
    }

    #[test]
    fn rule_17_hop_by_hop_headers_are_refused_in_any_case() {
        for name in [
            "Connection",
            "keep-alive",
            "PROXY-AUTHENTICATE",
            "Proxy-Authorization",
            "TE",
            "Trailer",
            "Trailers",
            "Transfer-Encoding",
            "upgrade",
        ] {
            assert!(
                matches!(
                    parse("200 OK", &[(name, "x")]),
                    Err(StartError::HopByHop(_))
                ),
                "{name}"
            );
        }
    }

    #[test]
    fn a_content_length_is_digits_and_stands_once() {
        assert_eq!(
            parse("200 OK", &[("Content-Length", "42")])
                .unwrap()
                .content_length,
            Some(42)
        );
        for bad in ["", "+1", "-1", "1,1", "0x1", "99999999999999999999"] {
            assert!(
                parse("200 OK", &[("Content-Length", bad)]).is_err(),
                "{bad:?}"
            );
        }
        assert!(
            parse(
                "200 OK",
                &[("Content-Length", "1"), ("content-length", "1")]
            )
            .is_err()
        );
    }

    #[test]
    fn a_head_has_a_bound() {
        let value = "x".repeat(MAX_BYTES);
        assert!(matches!(
            parse("200 OK", &[("a", &value)]),
            Err(StartError::InvalidHeader(_))
        ));
    }

    #[test]
    fn repeated_headers_stay_repeated() {
        let head = parse("200 OK", &[("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")]).unwrap();
        assert_eq!(head.headers.get_all("set-cookie").iter().count(), 2);
    }
}
