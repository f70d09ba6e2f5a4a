//! A page: what a template becomes.

use std::fmt;

use super::{Context, Error, Result};
use crate::host::templates as host;
use crate::web::{IntoResponse, Response};
use crate::{Body, Iterable};

use crate::body::Kind;
use host::Source;

/// Content types by the suffix of a template's name. All are texts in UTF-8.
const CONTENT_TYPES: [(&str, &str); 11] = [
    ("atom", "application/atom+xml; charset=utf-8"),
    ("css", "text/css; charset=utf-8"),
    ("csv", "text/csv; charset=utf-8"),
    ("htm", HTML),
    ("html", HTML),
    ("ics", "text/calendar; charset=utf-8"),
    ("js", "text/javascript; charset=utf-8"),
    ("json", "application/json"),
    ("rss", "application/rss+xml; charset=utf-8"),
    ("svg", "image/svg+xml; charset=utf-8"),
    ("xml", "application/xml; charset=utf-8"),
];
const HTML: &str = "text/html; charset=utf-8";
/// Of what is not escaped as HTML, no browser is to make HTML.
const TEXT: &str = "text/plain; charset=utf-8";

/// A page that the host renders, as the client takes it.
///
/// A handler returns it, and a PEP 3333 function as well: it goes from the host to the
/// client and never passes through the app. Its content type follows from the template's
/// name: `text/html; charset=utf-8` of `.html` and of texts.
pub struct Page {
    host: host::Page,
    content_type: &'static str,
    /// Whether a piece of it was read.
    begun: bool,
}

impl Page {
    pub(super) fn render(source: &Source, context: Context) -> Result<Self> {
        let content_type = match source {
            Source::Template(name) | Source::Block((name, _)) => content_type(name),
            Source::Text(_) => HTML,
        };
        let (context, queries) = context.finish()?;
        let host = host::render_page(source, &context, queries)?;
        Ok(Self {
            host,
            content_type,
            begun: false,
        })
    }

    /// Returns what the Content-Type header says of it.
    pub fn content_type(&self) -> &'static str {
        self.content_type
    }

    /// Reads the next piece, for those who want to look at it; none at the end.
    ///
    /// # Errors
    ///
    /// What is wrong in the rest of the template: the beginning is rendered already.
    pub fn read(&mut self) -> Result<Option<Vec<u8>>> {
        self.begun = true;
        self.host.read()
    }

    /// Reads all of it.
    ///
    /// # Errors
    ///
    /// As for [`read`](Self::read).
    pub fn into_string(mut self) -> Result<String> {
        let mut bytes = Vec::new();
        while let Some(piece) = self.read()? {
            bytes.extend_from_slice(&piece);
        }
        String::from_utf8(bytes).map_err(|_| Error::Invalid("the page is not UTF-8".to_owned()))
    }

    /// Returns the host's page, where nothing of it was read.
    #[cfg(target_family = "wasm")]
    pub(crate) fn into_host(self) -> std::result::Result<host::Page, Self> {
        if self.begun { Err(self) } else { Ok(self.host) }
    }
}

/// Returns the content type of what a template makes.
fn content_type(template: &str) -> &'static str {
    let suffix = template.rsplit_once('.').map(|(_, suffix)| suffix);
    let suffix = suffix.unwrap_or_default().to_ascii_lowercase();
    let known = CONTENT_TYPES.iter().find(|(known, _)| *known == suffix);
    known.map_or(TEXT, |(_, content_type)| content_type)
}

impl Body for Page {
    fn into_iterable(self) -> crate::Result<Iterable> {
        Ok(Iterable(Kind::Page(self)))
    }
}

impl IntoResponse for Page {
    fn into_response(self) -> crate::Result<Response> {
        let content_type = self.content_type;
        let response = Response::of(self.into_iterable()?);
        Ok(response.with_header("Content-Type", content_type))
    }
}

impl fmt::Debug for Page {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Page({})", self.content_type)
    }
}

#[cfg(test)]
mod tests {
    use super::content_type;

    #[test]
    fn what_is_not_escaped_is_never_html() {
        assert_eq!(content_type("posts/list.html"), "text/html; charset=utf-8");
        assert_eq!(content_type("feed.XML"), "application/xml; charset=utf-8");
        for name in ["mail.txt", "robots", "a.html.tera", ".html/x", ""] {
            assert_eq!(content_type(name), "text/plain; charset=utf-8", "{name}");
        }
    }
}
