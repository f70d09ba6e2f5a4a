//! Serves a folder under a URL prefix, with validators, ranges and precompressed
//! variants.
//!
//! A file whose digest is known is served under two names: its own, which caches
//! ask about again, and one with the digest in it, which they may keep for ever.
//!
//! hyper-staticfile streams files and ranges. What it lacks is added around it:
//! `If-None-Match`, zstd, weights in `Accept-Encoding`, `Vary`, complete headers
//! on 206, 304, 416 and HEAD.
//!
//! # Invariants
//!
//! - A file is opened relative to the folder's descriptor, by an opener that
//!   refuses to leave it at any step (cap-std; `openat2` on Linux). What is
//!   swapped in between, a symlink say, is refused by the same check.
//! - A path is percent-decoded once, and refused where decoding gives a
//!   separator, a NUL, `..` or a name that starts with a dot.
//! - Whatever cannot be served is 404 and looks the same.

mod digest;
mod encoding;
mod file;
mod path;
#[cfg(test)]
mod tests;

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::SystemTime;

use cap_std::fs::Dir;
use http::header::{
    ACCEPT_ENCODING, ACCEPT_RANGES, ALLOW, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_RANGE,
    CONTENT_TYPE, ETAG, HeaderMap, HeaderValue, IF_MODIFIED_SINCE, IF_NONE_MATCH, IF_RANGE, RANGE,
    VARY, X_CONTENT_TYPE_OPTIONS,
};
use http::{Method, Response, StatusCode};
use hyper_staticfile::ResolvedFile;
use hyper_staticfile::util::FileResponseBuilder;

use super::body::ResponseBody;
use super::exchange::plain;
use digest::Digests;
use encoding::Encoding;
use file::{Content, Opened};

pub use digest::{digested_name, url_path};

/// A response may be stored by anyone and is checked by its ETag before each
/// use: a changed file shows at once, an unchanged one costs a 304.
const REVALIDATE: HeaderValue = HeaderValue::from_static("public, max-age=0, must-revalidate");

/// A name with a digest in it never means anything else.
const IMMUTABLE: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");

/// Ranges served in one response; a request for more gets the whole file, as
/// RFC 9110 section 14.2 allows against requests made to cost.
const MAX_RANGES: usize = 8;

/// A folder that is served under a URL prefix.
#[derive(Debug)]
pub struct StaticFiles {
    root: Arc<Dir>,
    /// Starts with `/` and does not end in one; empty for the root.
    prefix: String,
    digests: Digests,
}

/// What is known of a file before it is opened.
struct Known {
    content_type: HeaderValue,
    digest: Option<Arc<str>>,
    /// Whether it was asked for by its digested name.
    by_digest: bool,
}

impl StaticFiles {
    /// Opens a folder. `url_prefix` is a path such as `/static`.
    ///
    /// # Errors
    ///
    /// Where the folder cannot be opened.
    pub fn new(dir: &Path, url_prefix: &str) -> io::Result<Self> {
        let root = Dir::open_ambient_dir(dir, cap_std::ambient_authority())?;
        let trimmed = url_prefix.trim_matches('/');
        let prefix = if trimmed.is_empty() {
            String::new()
        } else {
            format!("/{trimmed}")
        };
        Ok(Self {
            root: Arc::new(root),
            prefix,
            digests: Digests::default(),
        })
    }

    /// Tells the digests of files: path below the folder, and digest. These files are
    /// served under their digested names too, and the digest is their ETag. Where the
    /// folder has a file of the digested name, that is served under it.
    #[must_use]
    pub fn with_digests(mut self, digests: impl IntoIterator<Item = (String, String)>) -> Self {
        let root = &self.root;
        self.digests = Digests::new(digests, |name| root.is_file(name));
        self
    }

    /// Tells whether a path, still percent-encoded, lies under the prefix:
    /// `/static/x` does, `/staticfoo` and `/static` do not.
    pub fn matches(&self, path: &str) -> bool {
        self.below(path).is_some()
    }

    fn below<'p>(&self, path: &'p str) -> Option<&'p str> {
        path.strip_prefix(self.prefix.as_str())?.strip_prefix('/')
    }

    /// Answers a request for a path that [`matches`](Self::matches).
    pub async fn serve(
        &self,
        method: &Method,
        path: &str,
        headers: &HeaderMap,
    ) -> Response<ResponseBody> {
        if method != Method::GET && method != Method::HEAD {
            let mut response = plain(StatusCode::METHOD_NOT_ALLOWED, "method not allowed");
            let allow = HeaderValue::from_static("GET, HEAD");
            response.headers_mut().insert(ALLOW, allow);
            return response;
        }
        let Some(name) = self.below(path).and_then(path::decode) else {
            return not_found();
        };
        let asked = self.digests.resolve(&name);
        let name = asked.file.to_owned();
        let known = Known {
            content_type: content_type(&name),
            digest: asked.digest,
            by_digest: asked.by_digest,
        };
        let accepted = encoding::accepted(headers.get_all(ACCEPT_ENCODING));
        let root = Arc::clone(&self.root);
        let opened = tokio::task::spawn_blocking(move || file::open(&root, &name, &accepted)).await;
        match opened {
            Ok(Ok(opened)) => respond(opened, known, method, headers),
            Ok(Err(error)) => {
                if !matches!(
                    error.kind(),
                    io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
                ) {
                    tracing::debug!(path, %error, "static file refused");
                }
                not_found()
            }
            Err(error) => {
                tracing::error!(path, %error, "opening a static file panicked");
                plain(StatusCode::INTERNAL_SERVER_ERROR, "internal server error")
            }
        }
    }
}

fn not_found() -> Response<ResponseBody> {
    plain(StatusCode::NOT_FOUND, "not found")
}

/// Text is UTF-8 everywhere nowadays, and browsers guess otherwise.
fn content_type(name: &str) -> HeaderValue {
    let guessed = mime_guess::from_path(name).first_or_octet_stream();
    let essence = guessed.essence_str();
    let is_text = guessed.type_() == mime_guess::mime::TEXT
        || matches!(
            essence,
            "application/javascript" | "application/xml" | "application/xhtml+xml"
        );
    let value = if is_text && guessed.get_param("charset").is_none() {
        format!("{essence}; charset=utf-8")
    } else {
        guessed.to_string()
    };
    HeaderValue::try_from(value).unwrap_or(HeaderValue::from_static("application/octet-stream"))
}

fn respond(
    opened: Opened,
    known: Known,
    method: &Method,
    headers: &HeaderMap,
) -> Response<ResponseBody> {
    let Opened {
        handle,
        size,
        modified,
        encoding,
    } = opened;
    let Known {
        content_type,
        digest,
        by_digest,
    } = known;
    let etag = match digest {
        Some(digest) => digest_etag(&digest, by_digest, size, encoding),
        None => time_etag(size, modified, encoding),
    };
    let whole = match &handle {
        Content::Memory(bytes) => Some(bytes.clone()),
        Content::File(_) => None,
    };
    let mut builder = FileResponseBuilder::new();
    builder.request_method(method);
    // RFC 9110 section 13.2.2: a matching If-None-Match decides alone.
    let mut not_modified = false;
    match headers.get(IF_NONE_MATCH) {
        Some(_) => {
            not_modified = headers
                .get_all(IF_NONE_MATCH)
                .iter()
                .any(|value| lists(value, etag.as_ref()));
        }
        None => {
            builder.if_modified_since_header(headers.get(IF_MODIFIED_SINCE));
        }
    }
    if may_range(headers, method, etag.as_ref()) {
        builder.range_header(headers.get(RANGE));
        // The library knows of dates only; a tag has been compared.
        builder.if_range(headers.get(IF_RANGE).filter(|condition| !is_tag(condition)));
    }
    let built = if not_modified {
        Response::builder()
            .status(StatusCode::NOT_MODIFIED)
            .body(hyper_staticfile::Body::Empty)
    } else {
        builder.build(ResolvedFile {
            handle,
            path: Default::default(),
            size,
            modified,
            content_type: content_type.to_str().ok().map(str::to_owned),
            encoding: None,
        })
    };
    let Ok(response) = built else {
        tracing::error!("a static file's headers are not headers");
        return plain(StatusCode::INTERNAL_SERVER_ERROR, "internal server error");
    };
    let status = response.status();
    let mut response = response.map(|body| match (body, whole) {
        (hyper_staticfile::Body::Empty, _) => ResponseBody::empty(),
        (hyper_staticfile::Body::Full(_), Some(bytes)) => ResponseBody::full(bytes),
        (body, _) => ResponseBody::boxed(body),
    });
    let out = response.headers_mut();
    let caching = match status {
        StatusCode::RANGE_NOT_SATISFIABLE => REVALIDATE,
        _ if by_digest => IMMUTABLE,
        _ => REVALIDATE,
    };
    out.insert(CACHE_CONTROL, caching);
    out.insert(VARY, HeaderValue::from_name(ACCEPT_ENCODING));
    // The library's ETag leaves out the encoding, and is absent on 304.
    out.remove(ETAG);
    if let Some(etag) = etag {
        out.insert(ETAG, etag);
    }
    match status {
        StatusCode::NOT_MODIFIED => return response,
        StatusCode::RANGE_NOT_SATISFIABLE => {
            let whole = HeaderValue::try_from(format!("bytes */{size}"));
            if let Ok(whole) = whole {
                out.insert(CONTENT_RANGE, whole);
            }
            return response;
        }
        _ => {}
    }
    out.entry(CONTENT_TYPE).or_insert(content_type);
    out.insert(ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    out.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if let Some(encoding) = encoding {
        out.insert(CONTENT_ENCODING, HeaderValue::from_static(encoding.name()));
    }
    response
}

/// Strong for the digested name. Weak for the plain one, since the digest is that of
/// the file with digested references in it, which says the same in other bytes. The
/// size tells apart what two versions of a compressor made of one content.
fn digest_etag(
    digest: &str,
    by_digest: bool,
    size: u64,
    encoding: Option<Encoding>,
) -> Option<HeaderValue> {
    let weak = if by_digest { "" } else { "W/" };
    let tag = match encoding {
        Some(encoding) => format!("{weak}\"{digest}-{size:x}{}\"", encoding.suffix()),
        None => format!("{weak}\"{digest}\""),
    };
    HeaderValue::try_from(tag).ok()
}

/// Weak, since it is made of size and time: two changes within the file
/// system's clock tick that keep the size would share it.
fn time_etag(
    size: u64,
    modified: Option<SystemTime>,
    encoding: Option<Encoding>,
) -> Option<HeaderValue> {
    let age = modified?.duration_since(SystemTime::UNIX_EPOCH).ok()?;
    let suffix = encoding.map_or("", Encoding::suffix);
    let tag = format!(
        "W/\"{size:x}-{:x}.{:x}{suffix}\"",
        age.as_secs(),
        age.subsec_nanos()
    );
    HeaderValue::try_from(tag).ok()
}

/// Tells whether an `If-None-Match` lists the tag, by weak comparison
/// (RFC 9110 section 8.8.3.2).
fn lists(value: &HeaderValue, etag: Option<&HeaderValue>) -> bool {
    let (Ok(value), Some(Ok(etag))) = (value.to_str(), etag.map(HeaderValue::to_str)) else {
        return false;
    };
    let opaque = etag.trim_start_matches("W/");
    value
        .split(',')
        .map(str::trim)
        .any(|tag| tag == "*" || tag.trim_start_matches("W/") == opaque)
}

/// A range is for GET, in reasonable number, and under an `If-Range` with a tag
/// only if that is ours and strong (RFC 9110 section 13.1.5).
fn may_range(headers: &HeaderMap, method: &Method, etag: Option<&HeaderValue>) -> bool {
    let few = headers
        .get(RANGE)
        .is_some_and(|range| range.as_bytes().split(|&b| b == b',').count() <= MAX_RANGES);
    let holds = headers.get(IF_RANGE).is_none_or(|condition| {
        !is_tag(condition) || (condition.as_bytes().starts_with(b"\"") && Some(condition) == etag)
    });
    *method == Method::GET && few && holds
}

/// Tells whether an `If-Range` is a tag, not a date.
fn is_tag(condition: &HeaderValue) -> bool {
    condition.as_bytes().contains(&b'"')
}
