//! Names that change with a file's content: `site.css` is also served as
//! `site.9f86d081884c.css`.

use std::collections::HashMap;
use std::sync::Arc;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What stays as it is in a segment of a path (RFC 3986 section 2.3).
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Returns the name under which a file is served for ever: its digest goes before
/// the last suffix, which keeps telling the type.
pub fn digested_name(name: &str, digest: &str) -> String {
    let file = name.rfind('/').map_or(0, |slash| slash + 1);
    // A dot at the start hides a file and begins no suffix.
    let dot = name.rfind('.').filter(|dot| *dot > file);
    let (stem, suffix) = name.split_at(dot.unwrap_or(name.len()));
    format!("{stem}.{digest}{suffix}")
}

/// Returns the URL path of a file below a prefix, percent-encoded.
pub fn url_path(prefix: &str, name: &str) -> String {
    let mut url = prefix.trim_end_matches('/').to_owned();
    for segment in name.split('/') {
        url.push('/');
        url.extend(utf8_percent_encode(segment, ENCODED));
    }
    url
}

/// The digests of a folder's files.
#[derive(Debug, Default)]
pub(super) struct Digests {
    of_file: HashMap<String, Arc<str>>,
    /// From the digested name to the file, which is either there under this name or
    /// under its own only, and the digest.
    digested: HashMap<String, (String, Arc<str>)>,
}

/// A file that was asked for.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Asked<'a> {
    /// Its name in the folder.
    pub(super) file: &'a str,
    /// The digest of its content, where known.
    pub(super) digest: Option<Arc<str>>,
    /// Whether its name had the digest in it.
    pub(super) by_digest: bool,
}

impl Digests {
    /// `is_there` tells whether the folder has a file of a name.
    pub(super) fn new(
        digests: impl IntoIterator<Item = (String, String)>,
        is_there: impl Fn(&str) -> bool,
    ) -> Self {
        let mut new = Self::default();
        for (name, digest) in digests {
            let digested = digested_name(&name, &digest);
            let digest: Arc<str> = digest.into();
            let file = if is_there(&digested) {
                digested.clone()
            } else {
                name.clone()
            };
            new.digested.insert(digested, (file, Arc::clone(&digest)));
            new.of_file.insert(name, digest);
        }
        new
    }

    /// Tells which file a name means.
    pub(super) fn resolve<'a>(&'a self, name: &'a str) -> Asked<'a> {
        match self.digested.get(name) {
            Some((file, digest)) => Asked {
                file,
                digest: Some(Arc::clone(digest)),
                by_digest: true,
            },
            None => Asked {
                file: name,
                digest: self.of_file.get(name).cloned(),
                by_digest: false,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_goes_before_the_last_suffix() {
        for (name, expected) in [
            ("site.css", "site.12ab.css"),
            ("css/jquery.min.js", "css/jquery.min.12ab.js"),
            ("v1.2/LICENSE", "v1.2/LICENSE.12ab"),
            (".hidden", ".hidden.12ab"),
            ("a/.hidden", "a/.hidden.12ab"),
            ("end.", "end.12ab."),
        ] {
            assert_eq!(digested_name(name, "12ab"), expected);
        }
    }

    #[test]
    fn a_url_path_is_encoded_segment_by_segment() {
        assert_eq!(
            url_path("/static", "a b/\u{e9}?#%.css"),
            "/static/a%20b/%C3%A9%3F%23%25.css"
        );
        assert_eq!(url_path("/", "x-1_2.~js"), "/x-1_2.~js");
    }

    #[test]
    fn a_name_means_itself_unless_it_is_a_known_digested_one() {
        let digests = [("a/b.css", "12ab"), ("c.js", "34cd")];
        let digests = Digests::new(
            digests.map(|(name, digest)| (name.to_owned(), digest.to_owned())),
            |name| name == "c.34cd.js",
        );
        for (name, file, digest, by_digest) in [
            ("a/b.12ab.css", "a/b.css", Some("12ab"), true),
            ("a/b.css", "a/b.css", Some("12ab"), false),
            ("c.34cd.js", "c.34cd.js", Some("34cd"), true),
            ("c.js", "c.js", Some("34cd"), false),
            ("a/b.34cd.css", "a/b.34cd.css", None, false),
            ("b.12ab.css", "b.12ab.css", None, false),
            ("d.css", "d.css", None, false),
        ] {
            let asked = digests.resolve(name);
            assert_eq!((asked.file, asked.by_digest), (file, by_digest), "{name}");
            assert_eq!(asked.digest.as_deref(), digest, "{name}");
        }
    }
}
