//! From a percent-encoded URL path to the name of a file below the folder.

/// Decodes the part of a path below the prefix, once; none where it names
/// nothing that is served.
pub(super) fn decode(encoded: &str) -> Option<String> {
    let mut name = String::with_capacity(encoded.len());
    for segment in encoded.split('/') {
        // Decoding after splitting: `%2f` stays inside its segment, and is refused.
        let segment = percent_encoding::percent_decode_str(segment)
            .decode_utf8()
            .ok()?;
        if !is_plain(&segment) {
            return None;
        }
        if !name.is_empty() {
            name.push('/');
        }
        name.push_str(&segment);
    }
    Some(name)
}

/// Neither empty nor hidden (`.`, `..` and dot files all start with a dot), and
/// of one segment on every platform: `:` starts a drive or a stream on Windows.
fn is_plain(segment: &str) -> bool {
    !segment.is_empty()
        && !segment.starts_with('.')
        && !segment
            .chars()
            .any(|c| matches!(c, '/' | '\\') || c.is_control() || (cfg!(windows) && c == ':'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_decoded_exactly_once() {
        assert_eq!(decode("a/b.css").as_deref(), Some("a/b.css"));
        assert_eq!(
            decode("caf%C3%A9%20x.css").as_deref(),
            Some("caf\u{e9} x.css")
        );
        assert_eq!(decode("100%2525").as_deref(), Some("100%25"));
        assert_eq!(decode("a%252fb").as_deref(), Some("a%2fb"));
    }

    #[test]
    fn what_could_leave_the_folder_or_is_hidden_is_refused() {
        for bad in [
            "",
            "/",
            "a//b",
            "a/",
            ".",
            "..",
            "../a",
            "a/../b",
            "a/..",
            "%2e%2e/a",
            ".%2e/a",
            "a/%2E%2E/b",
            "%2f",
            "%2Fetc/passwd",
            "a%2fb",
            "a%5cb",
            "a\\b",
            "..%5c..%5ca",
            "%00",
            "a%00.css",
            "a%0a",
            ".git/config",
            "a/.hidden",
            "%2ehidden",
            "%ff",
            "a/%c0%ae%c0%ae/b",
            ".well-known/x",
            "...",
        ] {
            assert_eq!(decode(bad), None, "{bad}");
        }
    }
}
