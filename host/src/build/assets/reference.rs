//! A URL in a static file: which file it means, and what it becomes.

use std::ops::Range;

use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};

use crate::http::url_path;

/// What would end a URL in one of the places it can stand in: between quotes, in
/// `url()`, in a comment.
const UNSAFE: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'\'')
    .add(b'(')
    .add(b')')
    .add(b'*')
    .add(b'<')
    .add(b'>')
    .add(b'\\')
    .add(b'`');

/// A URL that stands in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    /// Where: its bytes, without quotes or brackets.
    pub(super) range: Range<usize>,
    /// What it says, escapes of the language undone.
    pub(super) url: String,
    /// In which line, from 1.
    pub(super) line: usize,
}

/// Returns the path below the static folder that a URL in the file `from` means,
/// whether there is such a file or not; none where it leads elsewhere. The folder
/// is served under `prefix`.
pub(super) fn target(prefix: &str, from: &str, url: &str) -> Option<String> {
    let (path, _) = split(url.trim());
    if path.is_empty() || path.starts_with("//") || path.contains('\\') || has_scheme(path) {
        return None;
    }
    let prefix: Vec<&str> = prefix.split('/').filter(|part| !part.is_empty()).collect();
    let mut segments: Vec<String> = Vec::new();
    let path = match path.strip_prefix('/') {
        Some(absolute) => absolute,
        None => {
            segments.extend(prefix.iter().map(|part| (*part).to_owned()));
            let folders = from.split('/').count().saturating_sub(1);
            segments.extend(from.split('/').take(folders).map(str::to_owned));
            path
        }
    };
    for segment in path.split('/') {
        let decoded = percent_decode_str(segment).decode_utf8().ok()?;
        match &*decoded {
            "." => {}
            ".." => {
                segments.pop();
            }
            // An encoded slash separates nothing; no file has such a name.
            decoded if decoded.contains('/') => segments.push(segment.to_owned()),
            decoded => segments.push(decoded.to_owned()),
        }
    }
    let below = segments.get(prefix.len()..)?;
    let inside = segments.iter().zip(&prefix).all(|(a, b)| a == b);
    (inside && !below.is_empty()).then(|| below.join("/"))
}

/// Returns a URL with another file name, safe wherever the old one stood.
pub(super) fn with_name(url: &str, file: &str) -> String {
    let (path, rest) = split(url.trim());
    let folder = path.rfind('/').map_or(0, |slash| slash + 1);
    let folder = path.get(..folder).unwrap_or_default();
    let name = url_path("", file);
    format!(
        "{}{}{}",
        utf8_percent_encode(folder, UNSAFE),
        name.trim_start_matches('/'),
        utf8_percent_encode(rest, UNSAFE)
    )
}

/// Finds the URL in `# sourceMappingURL=...`, the text of a comment that stands at
/// `start`.
pub(super) fn source_map(comment: &str, start: usize, line: usize) -> Option<Found> {
    let rest = comment.strip_prefix(['#', '@'])?;
    let rest = rest.trim_start().strip_prefix("sourceMappingURL=")?;
    let url = rest.split_whitespace().next()?;
    let before = comment.len() - rest.len() + rest.find(url)?;
    Some(Found {
        range: start + before..start + before + url.len(),
        url: url.to_owned(),
        line,
    })
}

/// Splits a URL into its path, and its query and fragment.
fn split(url: &str) -> (&str, &str) {
    url.split_at(url.find(['?', '#']).unwrap_or(url.len()))
}

/// RFC 3986 section 3.1.
fn has_scheme(path: &str) -> bool {
    path.split_once(':').is_some_and(|(scheme, _)| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_means_a_file_of_the_folder_or_leads_elsewhere() {
        for (url, expected) in [
            ("a.png", Some("css/a.png")),
            (" a.png ", Some("css/a.png")),
            ("./a.png", Some("css/a.png")),
            ("../img/a.png", Some("img/a.png")),
            ("../img/./x/../a%20b.png?v=1#f", Some("img/a b.png")),
            ("a.eot?#iefix", Some("css/a.eot")),
            ("/static/img/a.png", Some("img/a.png")),
            ("../../static/a.png", Some("a.png")),
            ("%2e%2e/a.png", Some("a.png")),
            ("a%2fb.png", Some("css/a%2fb.png")),
            ("a/", Some("css/a/")),
            ("../../media/a.png", None),
            ("../../../../a.png", None),
            ("/media/a.png", None),
            ("/staticx/a.png", None),
            ("/static", None),
            ("//cdn.example/static/a.png", None),
            ("https://example.com/a.png", None),
            ("data:image/png;base64,AAAA", None),
            ("blob:x", None),
            ("#gradient", None),
            ("?x", None),
            ("", None),
            ("..\\a.png", None),
            ("%ff.png", None),
        ] {
            assert_eq!(
                target("/static", "css/site.css", url).as_deref(),
                expected,
                "{url}"
            );
        }
        assert_eq!(target("/a/b", "x.css", "../b/y").as_deref(), Some("y"));
        assert_eq!(target("/a/b", "x.css", "../c/y"), None);
    }

    #[test]
    fn a_new_name_keeps_folder_query_and_fragment() {
        for (url, expected) in [
            ("a.png", "a.1.png"),
            (" ../img/a.png", "../img/a.1.png"),
            ("/static/a.png", "/static/a.1.png"),
            ("x y/a.png?a=\"b\"#c)", "x%20y/a.1.png?a=%22b%22#c%29"),
            ("x%20y/a.eot?#iefix", "x%20y/a.1.png?#iefix"),
        ] {
            assert_eq!(with_name(url, "a.1.png"), expected);
        }
        assert_eq!(with_name("a'b.png", "a'b.1.png"), "a%27b.1.png");
    }

    #[test]
    fn a_source_map_is_found_in_its_comment() {
        let found = source_map("# sourceMappingURL=a.css.map ", 10, 3).expect("found");
        assert_eq!((found.range, found.url.as_str()), (29..38, "a.css.map"));
        assert!(source_map(" sourceMappingURL=a.css.map", 0, 1).is_none());
        assert!(source_map("# sourceMappingURL=", 0, 1).is_none());
    }
}
