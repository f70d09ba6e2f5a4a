//! Character classes of RFC 9110 section 5.6 and RFC 3986, as tables made at compile time.

const TOKEN: u8 = 1;
const PATH: u8 = 2;
const QUERY: u8 = 4;
const HOST: u8 = 8;

static CLASSES: [u8; 256] = classes();

const fn classes() -> [u8; 256] {
    let mut table = [0; 256];
    mark(
        &mut table,
        b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~",
        TOKEN | PATH | QUERY | HOST,
    );
    mark(&mut table, b"!#$%&'*+^`|", TOKEN);
    // RFC 3986 section 2.2, sub-delims.
    mark(&mut table, b"!$&'()*+,;=", PATH | QUERY | HOST);
    mark(&mut table, b":@/%", PATH | QUERY);
    mark(&mut table, b"?", QUERY);
    // Not in RFC 3986, but sent as they are by every browser (the WHATWG URL
    // standard escapes none of these), and `?a[]=1` is everyday use.
    mark(&mut table, b"[]|^{}", PATH | QUERY);
    mark(&mut table, b"\\`", QUERY);
    table
}

const fn mark(table: &mut [u8; 256], chars: &[u8], class: u8) {
    let mut i = 0;
    while i < chars.len() {
        table[chars[i] as usize] |= class;
        i += 1;
    }
}

fn all(bytes: &[u8], class: u8) -> bool {
    bytes.iter().all(|&b| CLASSES[usize::from(b)] & class != 0)
}

/// Tells whether a byte is a `tchar` (RFC 9110 section 5.6.2).
pub(super) fn is_token_byte(byte: u8) -> bool {
    CLASSES[usize::from(byte)] & TOKEN != 0
}

/// Tells whether the bytes are a `token` (RFC 9110 section 5.6.2).
pub(super) fn is_token(bytes: &[u8]) -> bool {
    !bytes.is_empty() && all(bytes, TOKEN)
}

/// Tells whether the bytes may stand in a path, with complete percent triplets.
pub(super) fn is_path(bytes: &[u8]) -> bool {
    all(bytes, PATH) && has_whole_triplets(bytes)
}

/// Tells whether the bytes may stand in a query. A lone `%` is let through,
/// since browsers send it and nothing here decodes a query.
pub(super) fn is_query(bytes: &[u8]) -> bool {
    all(bytes, QUERY)
}

/// Tells whether the bytes hold a control character other than HTAB
/// (RFC 9110 section 5.5). Branch-free, so that the compiler vectorises it.
pub(super) fn has_control(bytes: &[u8]) -> bool {
    bytes.iter().fold(false, |found, &b| {
        found | ((b < 0x20) & (b != b'\t')) | (b == 0x7f)
    })
}

/// Tells whether the bytes are `uri-host [ ":" port ]` (RFC 9110 section 7.2),
/// not empty: `http` has no target without an authority.
pub(super) fn is_authority(bytes: &[u8]) -> bool {
    let (host, port) = if let Some(literal) = bytes.strip_prefix(b"[") {
        let Some(end) = memchr::memchr(b']', literal) else {
            return false;
        };
        let (address, rest) = literal.split_at(end);
        let is_ip = std::str::from_utf8(address)
            .is_ok_and(|text| text.parse::<std::net::Ipv6Addr>().is_ok());
        match (is_ip, rest.strip_prefix(b"]")) {
            (true, Some(port)) => (None, port),
            _ => return false,
        }
    } else {
        let end = memchr::memchr(b':', bytes).unwrap_or(bytes.len());
        let (host, port) = bytes.split_at(end);
        (Some(host), port)
    };
    let host_fits = host.is_none_or(|host| !host.is_empty() && is_registered_name(host));
    host_fits && (port.is_empty() || is_port(port))
}

fn is_registered_name(host: &[u8]) -> bool {
    host.iter()
        .all(|&b| b == b'%' || CLASSES[usize::from(b)] & HOST != 0)
        && has_whole_triplets(host)
}

/// `:` alone is a port as well: RFC 3986 section 3.2.3 lets it be empty.
fn is_port(port: &[u8]) -> bool {
    match port.strip_prefix(b":") {
        Some([]) => true,
        Some(digits) if digits.len() <= 5 && digits.iter().all(u8::is_ascii_digit) => {
            digits
                .iter()
                .fold(0_u32, |n, &d| n * 10 + u32::from(d - b'0'))
                <= 65_535
        }
        _ => false,
    }
}

fn has_whole_triplets(bytes: &[u8]) -> bool {
    let mut rest = bytes;
    while let Some(at) = memchr::memchr(b'%', rest) {
        match rest.get(at + 1..at + 3) {
            Some(digits) if digits.iter().all(u8::is_ascii_hexdigit) => {}
            _ => return false,
        }
        rest = rest.get(at + 3..).unwrap_or_default();
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_authority_is_a_host_and_perhaps_a_port() {
        for good in [
            "example.com",
            "example.com:80",
            "localhost:",
            "127.0.0.1:65535",
            "[::1]",
            "[::1]:8000",
            "a_b.test",
            "xn--bcher-kva.example",
            "%41.test",
        ] {
            assert!(is_authority(good.as_bytes()), "{good}");
        }
        for bad in [
            "",
            ":80",
            "a b",
            "user@host",
            "host/",
            "host:65536",
            "host:8x",
            "host:123456",
            "[::1",
            "[::1]x",
            "[zz]",
            "[]",
            "a?b",
            "a#b",
            "%4",
            "%zz",
            "h\u{e9}",
            "a:1:2",
            "::1",
            "a\\b",
        ] {
            assert!(!is_authority(bad.as_bytes()), "{bad}");
        }
    }

    #[test]
    fn every_control_character_but_tab_is_found() {
        for byte in 0..=255_u8 {
            let control = (byte < 0x20 && byte != b'\t') || byte == 0x7f;
            assert_eq!(has_control(&[b'a', byte, b'b']), control, "{byte:#x}");
        }
    }

    #[test]
    fn what_passes_as_a_target_is_a_target_to_the_http_crate_too() {
        for byte in 0..=127_u8 {
            let path = [b'/', byte];
            if is_path(&path[1..]) {
                assert!(http::Uri::try_from(&path[..]).is_ok(), "path {byte:#x}");
            }
            let query = [b'/', b'?', byte];
            if is_query(&query[2..]) {
                assert!(http::Uri::try_from(&query[..]).is_ok(), "query {byte:#x}");
            }
        }
    }
}
