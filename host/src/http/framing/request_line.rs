//! The request line, checked strictly (RFC 9112 section 3).

use super::refusal::Refusal;
use super::syntax::{is_authority, is_path, is_query, is_token};

/// Longest target looked at. RFC 9112 section 3 asks for at least 8,000 octets.
const MAX_TARGET: usize = 32 * 1024;

/// Longest method looked at: the registered ones end at 17 (`UPDATEREDIRECTREF`).
const MAX_METHOD: usize = 64;

/// The protocol version a client speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Version {
    /// HTTP/1.0.
    Http10,
    /// HTTP/1.1.
    #[default]
    Http11,
}

/// Checks `method SP request-target SP HTTP-version`, without its CRLF.
pub(super) fn check(line: &[u8]) -> Result<Version, Refusal> {
    let mut parts = line.splitn(3, |&b| b == b' ');
    let (Some(method), Some(target), Some(version)) = (parts.next(), parts.next(), parts.next())
    else {
        return Err(Refusal::bad(
            "the request line is not METHOD TARGET VERSION",
        ));
    };
    if !is_token(method) {
        return Err(Refusal::bad("the method is not a token"));
    }
    if method.len() > MAX_METHOD {
        return Err(Refusal::not_implemented("the method is too long"));
    }
    let version = check_version(version)?;
    if method == b"CONNECT" {
        return Err(Refusal::not_implemented("CONNECT is not offered here"));
    }
    check_target(method, target)?;
    Ok(version)
}

fn check_version(version: &[u8]) -> Result<Version, Refusal> {
    match version {
        b"HTTP/1.1" => Ok(Version::Http11),
        b"HTTP/1.0" => Ok(Version::Http10),
        [b'H', b'T', b'T', b'P', b'/', major, b'.', minor]
            if major.is_ascii_digit() && minor.is_ascii_digit() =>
        {
            Err(Refusal::VERSION)
        }
        _ => Err(Refusal::bad(
            "the request line does not end in an HTTP version",
        )),
    }
}

fn check_target(method: &[u8], target: &[u8]) -> Result<(), Refusal> {
    if target.len() > MAX_TARGET {
        return Err(Refusal::TARGET_TOO_LONG);
    }
    match target {
        [b'/', ..] => check_path_and_query(target),
        b"*" if method == b"OPTIONS" => Ok(()),
        b"*" => Err(Refusal::bad("the target * is for OPTIONS alone")),
        _ => check_absolute(target),
    }
}

/// Checks the absolute form (RFC 9112 section 3.2.2), which a server accepts
/// even where it is no proxy.
fn check_absolute(target: &[u8]) -> Result<(), Refusal> {
    const BAD: Refusal = Refusal::bad("the request target is neither a path nor an http URL");
    let rest = ["http://", "https://"]
        .iter()
        .find_map(|scheme| {
            let (head, rest) = target.split_at_checked(scheme.len())?;
            head.eq_ignore_ascii_case(scheme.as_bytes()).then_some(rest)
        })
        .ok_or(BAD)?;
    let end = memchr::memchr2(b'/', b'?', rest).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    if !is_authority(authority) {
        return Err(BAD);
    }
    check_path_and_query(path)
}

fn check_path_and_query(target: &[u8]) -> Result<(), Refusal> {
    let end = memchr::memchr(b'?', target).unwrap_or(target.len());
    let (path, query) = target.split_at(end);
    if is_path(path) && is_query(query) {
        Ok(())
    } else {
        Err(Refusal::bad(
            "the request target holds a character that must be percent-encoded",
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::StatusCode;

    #[test]
    fn well_formed_request_lines_pass() {
        for line in [
            "GET / HTTP/1.1",
            "GET /a/b;c=1?x=y&z=%20 HTTP/1.0",
            "POST /caf%C3%A9 HTTP/1.1",
            "GET /?a[]=1&b={x}|y&c=100% HTTP/1.1",
            "OPTIONS * HTTP/1.1",
            "M-SEARCH /x HTTP/1.1",
            "GET http://example.com HTTP/1.1",
            "GET HTTP://example.com:80/x?y HTTP/1.1",
            "GET https://[::1]/x HTTP/1.1",
            "GET //double//slash HTTP/1.1",
        ] {
            assert!(check(line.as_bytes()).is_ok(), "{line}");
        }
    }

    #[test]
    fn a_higher_version_is_505_and_nonsense_is_400() {
        let status = |line: &str| check(line.as_bytes()).err().map(|r| r.status);
        assert_eq!(
            status("GET / HTTP/2.0"),
            Some(StatusCode::HTTP_VERSION_NOT_SUPPORTED)
        );
        assert_eq!(
            status("GET / HTTP/1.2"),
            Some(StatusCode::HTTP_VERSION_NOT_SUPPORTED)
        );
        assert_eq!(status("GET / HTTP/11"), Some(StatusCode::BAD_REQUEST));
        assert_eq!(status("GET / http/1.1"), Some(StatusCode::BAD_REQUEST));
        assert_eq!(status("GET /"), Some(StatusCode::BAD_REQUEST));
    }
}
