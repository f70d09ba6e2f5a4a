//! Builds PEP 3333's `environ` from a request.
//!
//! Strings are "native strings": each byte of the request becomes the char of
//! the same number (latin-1), and nothing is decoded further. What WIT cannot
//! carry in a list of strings (`wsgi.input`, `wsgi.version` and the other
//! objects) is added by the guest's SDK. All of it crosses into the guest as one
//! string, as `wit/types.wit` says and `docs/adr/0001-environ-is-one-string.md`
//! explains.

use std::borrow::Cow;
use std::fmt::Write as _;

use http::header::{CONTENT_LENGTH, CONTENT_TYPE, COOKIE, HOST};
use http::uri::Authority;
use http::{HeaderMap, HeaderName, Version};
use percent_encoding::percent_decode_str;

use super::request::Request;

/// `SERVER_SOFTWARE`, and the `Server` header.
pub const SERVER_SOFTWARE: &str = concat!("wasgi/", env!("CARGO_PKG_VERSION"));

/// What stands between names and values: the first char that no native string has.
const SEPARATOR: char = '\u{100}';

/// What the environ says about the server rather than the request.
#[derive(Clone, Copy, Debug)]
pub struct ServerFacts {
    /// Whether every instance serves one request only: `wsgi.run_once`.
    pub run_once: bool,
    /// Whether other instances of the app may run: `wsgi.multiprocess`.
    pub multiprocess: bool,
}

/// An environ as it crosses into the guest.
#[derive(Debug)]
pub struct Environ(String);

impl Environ {
    fn put(&mut self, name: &str, value: &str) {
        self.name(name);
        self.0.push_str(value);
    }

    /// The same for bytes, each a char (latin-1).
    fn put_bytes(&mut self, name: &str, value: &[u8]) {
        self.name(name);
        self.bytes(value);
    }

    fn put_number(&mut self, name: &str, value: impl std::fmt::Display) {
        self.name(name);
        // Writing to a String cannot fail.
        let _ = write!(self.0, "{value}");
    }

    fn name(&mut self, name: &str) {
        if !self.0.is_empty() {
            self.0.push(SEPARATOR);
        }
        self.0.push_str(name);
        self.0.push(SEPARATOR);
    }

    fn bytes(&mut self, value: &[u8]) {
        match std::str::from_utf8(value) {
            Ok(ascii) if ascii.is_ascii() => self.0.push_str(ascii),
            _ => self.0.extend(value.iter().map(|byte| char::from(*byte))),
        }
    }

    /// Returns the one string, in the type that the bindings take.
    pub fn as_string(&self) -> &String {
        &self.0
    }
}

/// Builds the environ of a request.
pub fn environ(request: &Request, server: ServerFacts) -> Environ {
    // The server's own variables take some 400 bytes.
    let mut environ = Environ(String::with_capacity(1024));
    environ.put("REQUEST_METHOD", request.method.as_str());
    environ.put("SCRIPT_NAME", &request.script_name);
    environ.put_bytes("PATH_INFO", &path_info(request));
    environ.put_bytes("QUERY_STRING", request.uri.query().unwrap_or("").as_bytes());
    environ.put_bytes("REQUEST_URI", request_uri(request).as_bytes());
    environ.put("SERVER_PROTOCOL", protocol(request.version));
    environ.put("SERVER_SOFTWARE", SERVER_SOFTWARE);
    server_name(request, &mut environ);
    environ.put_number("REMOTE_ADDR", request.peer.ip().to_canonical());
    environ.put_number("REMOTE_PORT", request.peer.port());
    environ.put("wsgi.url_scheme", request.scheme.as_str());
    environ.put("wsgi.multiprocess", flag(server.multiprocess));
    environ.put("wsgi.run_once", flag(server.run_once));
    headers(&request.headers, &mut environ);
    environ
}

fn flag(value: bool) -> &'static str {
    if value { "1" } else { "0" }
}

/// The path behind the mount point, percent-decoded into bytes. `OPTIONS *` has no
/// path, and so an empty one.
fn path_info(request: &Request) -> Cow<'_, [u8]> {
    let path = request.uri.path();
    let path = path.strip_prefix(&*request.script_name).unwrap_or(path);
    if path == "*" {
        return Cow::Borrowed(b"");
    }
    percent_decode_str(path).into()
}

fn request_uri(request: &Request) -> Cow<'_, str> {
    match request.uri.path_and_query() {
        // In absolute-form the authority is in HTTP_HOST; the rest is what a
        // client of this origin would have sent (RFC 9112 section 3.2.1).
        Some(target) => target.as_str().into(),
        None => request.uri.to_string().into(),
    }
}

fn protocol(version: Version) -> &'static str {
    match version {
        Version::HTTP_09 => "HTTP/0.9",
        Version::HTTP_10 => "HTTP/1.0",
        Version::HTTP_2 => "HTTP/2.0",
        Version::HTTP_3 => "HTTP/3.0",
        _ => "HTTP/1.1",
    }
}

/// The name and port the client asked for, else those it connected to.
fn server_name(request: &Request, environ: &mut Environ) {
    let host = || request.headers.get(HOST)?.to_str().ok()?.parse().ok();
    let authority: Option<Authority> = match request.uri.authority() {
        Some(authority) => Some(authority.clone()),
        None => host(),
    };
    match authority {
        Some(authority) if !authority.host().is_empty() => {
            environ.put("SERVER_NAME", authority.host());
            let port = authority.port_u16();
            environ.put_number("SERVER_PORT", port.unwrap_or(request.scheme.default_port()));
        }
        _ => {
            environ.put_number("SERVER_NAME", request.local.ip().to_canonical());
            environ.put_number("SERVER_PORT", request.local.port());
        }
    }
}

/// `CONTENT_TYPE`, `CONTENT_LENGTH` and `HTTP_*`.
fn headers(headers: &HeaderMap, environ: &mut Environ) {
    for name in headers.keys() {
        // A name with `_` could pose as one with `-`: X_Forwarded_For.
        if name.as_str().contains('_') {
            continue;
        }
        let mut values = headers.get_all(name).iter();
        let Some(first) = values.next() else { continue };
        cgi_name(name, environ);
        environ.bytes(first.as_bytes());
        // RFC 9110 section 5.3 joins by a comma, RFC 9113 section 8.2.3 cookies by `; `.
        let separator = if *name == COOKIE { "; " } else { "," };
        for more in values {
            environ.0.push_str(separator);
            environ.bytes(more.as_bytes());
        }
    }
}

fn cgi_name(name: &HeaderName, environ: &mut Environ) {
    if *name == CONTENT_TYPE {
        return environ.name("CONTENT_TYPE");
    }
    if *name == CONTENT_LENGTH {
        return environ.name("CONTENT_LENGTH");
    }
    environ.0.push(SEPARATOR);
    environ.0.push_str("HTTP_");
    for char in name.as_str().chars() {
        environ.0.push(if char == '-' {
            '_'
        } else {
            char.to_ascii_uppercase()
        });
    }
    environ.0.push(SEPARATOR);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wsgi::input::Empty;
    use http::{HeaderValue, Method};

    fn request(uri: &str) -> Request {
        Request {
            method: Method::GET,
            uri: uri.parse().unwrap(),
            version: Version::HTTP_11,
            headers: HeaderMap::new(),
            body: Box::new(Empty),
            peer: "192.0.2.1:4711".parse().unwrap(),
            local: "127.0.0.1:8000".parse().unwrap(),
            scheme: Default::default(),
            script_name: "".into(),
            id: "test".into(),
        }
    }

    fn get<'a>(environ: &'a Environ, name: &str) -> Option<&'a str> {
        let parts: Vec<&str> = environ.as_string().split(SEPARATOR).collect();
        assert!(parts.len().is_multiple_of(2));
        let mut found = parts.chunks(2).filter(|pair| pair[0] == name);
        let value = found.next().map(|pair| pair[1]);
        assert!(found.next().is_none(), "{name} stands twice");
        value
    }

    fn of(request: &Request) -> Environ {
        environ(
            request,
            ServerFacts {
                run_once: false,
                multiprocess: true,
            },
        )
    }

    #[test]
    fn rule_3_method_name_and_port_are_never_empty() {
        for host in [
            None,
            Some(""),
            Some(":80"),
            Some("a b"),
            Some("example.com:99999"),
        ] {
            let mut request = request("/");
            if let Some(host) = host {
                request
                    .headers
                    .insert(HOST, HeaderValue::from_str(host).unwrap());
            }
            let environ = of(&request);
            for name in ["REQUEST_METHOD", "SERVER_NAME", "SERVER_PORT"] {
                assert_ne!(
                    get(&environ, name).unwrap(),
                    "",
                    "{name} with Host {host:?}"
                );
            }
        }
    }

    #[test]
    fn the_name_and_port_are_those_the_client_asked_for() {
        for (host, name, port) in [
            ("example.com", "example.com", "80"),
            ("example.com:8080", "example.com", "8080"),
            ("[::1]:8000", "[::1]", "8000"),
        ] {
            let mut request = request("/");
            request
                .headers
                .insert(HOST, HeaderValue::from_str(host).unwrap());
            let environ = of(&request);
            assert_eq!(get(&environ, "SERVER_NAME"), Some(name));
            assert_eq!(get(&environ, "SERVER_PORT"), Some(port));
        }
    }

    #[test]
    fn rule_4_path_info_is_decoded_into_bytes_not_into_utf8() {
        let environ = of(&request("/caf%C3%A9/%FF%2Fx%00"));
        assert_eq!(
            get(&environ, "PATH_INFO"),
            Some("/caf\u{c3}\u{a9}/\u{ff}/x\0")
        );
        assert_eq!(get(&environ, "SCRIPT_NAME"), Some(""));
    }

    #[test]
    fn rule_4_script_name_and_path_info_split_at_the_mount_point() {
        for (uri, path_info) in [("/blog/a", "/a"), ("/blog/", "/"), ("/blog", "")] {
            let mut request = request(uri);
            request.script_name = "/blog".into();
            let environ = of(&request);
            assert_eq!(get(&environ, "SCRIPT_NAME"), Some("/blog"));
            assert_eq!(get(&environ, "PATH_INFO"), Some(path_info));
        }
    }

    #[test]
    fn rule_5_the_query_string_is_raw() {
        let environ = of(&request("/?a=%20+b&a=2"));
        assert_eq!(get(&environ, "QUERY_STRING"), Some("a=%20+b&a=2"));
        assert_eq!(get(&of(&request("/")), "QUERY_STRING"), Some(""));
    }

    #[test]
    fn rule_6_content_type_and_length_stand_without_http() {
        let mut request = request("/");
        request
            .headers
            .insert(CONTENT_TYPE, HeaderValue::from_static("text/plain"));
        request
            .headers
            .insert(CONTENT_LENGTH, HeaderValue::from_static("3"));
        let environ = of(&request);
        assert_eq!(get(&environ, "CONTENT_TYPE"), Some("text/plain"));
        assert_eq!(get(&environ, "CONTENT_LENGTH"), Some("3"));
        assert_eq!(get(&environ, "HTTP_CONTENT_TYPE"), None);
        assert_eq!(get(&environ, "HTTP_CONTENT_LENGTH"), None);
    }

    #[test]
    fn rule_7_repeated_headers_are_joined_and_underscores_dropped() {
        let mut request = request("/");
        for (name, value) in [
            ("x-twice", "a"),
            ("x-twice", "b"),
            ("cookie", "a=1"),
            ("cookie", "b=2"),
            ("x_forwarded_for", "6.6.6.6"),
        ] {
            let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
            request
                .headers
                .append(name, HeaderValue::from_static(value));
        }
        let environ = of(&request);
        assert_eq!(get(&environ, "HTTP_X_TWICE"), Some("a,b"));
        assert_eq!(get(&environ, "HTTP_COOKIE"), Some("a=1; b=2"));
        assert_eq!(get(&environ, "HTTP_X_FORWARDED_FOR"), None);
    }

    #[test]
    fn rule_8_header_bytes_are_chars_up_to_ff_and_absent_ones_left_out() {
        let mut request = request("/");
        let value = HeaderValue::from_bytes(b"caf\xe9\xff").unwrap();
        request.headers.insert("x-name", value);
        let environ = of(&request);
        assert_eq!(get(&environ, "HTTP_X_NAME"), Some("caf\u{e9}\u{ff}"));
        assert_eq!(get(&environ, "CONTENT_TYPE"), None);
    }

    #[test]
    fn rule_9_the_flags_tell_the_truth() {
        let request = request("/");
        let once = environ(
            &request,
            ServerFacts {
                run_once: true,
                multiprocess: false,
            },
        );
        assert_eq!(get(&once, "wsgi.run_once"), Some("1"));
        assert_eq!(get(&once, "wsgi.multiprocess"), Some("0"));
        assert_eq!(get(&once, "wsgi.url_scheme"), Some("http"));
    }

    #[test]
    fn rule_10_protocol_and_peer_are_the_connections() {
        let mut request = request("/");
        request.version = Version::HTTP_10;
        request
            .headers
            .insert("x-forwarded-for", HeaderValue::from_static("6.6.6.6"));
        let environ = of(&request);
        assert_eq!(get(&environ, "SERVER_PROTOCOL"), Some("HTTP/1.0"));
        assert_eq!(get(&environ, "REMOTE_ADDR"), Some("192.0.2.1"));
    }
}
