//! `url_for(file="site.css")`: the URL of a static file, with its digest if it has one.

use std::sync::Arc;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use tera::{Error, Function, Kwargs, State, TeraResult};

use crate::settings::Settings;

/// What a path's segments keep: RFC 3986 section 2.3, and the slash between them.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'/');

pub(super) struct UrlFor {
    settings: Arc<Settings>,
}

impl UrlFor {
    pub(super) fn new(settings: Arc<Settings>) -> Self {
        Self { settings }
    }
}

impl Function<TeraResult<String>> for UrlFor {
    fn call(&self, arguments: Kwargs, _: &State<'_>) -> TeraResult<String> {
        let file = arguments.must_get::<&str>("file")?;
        if let Some(url) = self.settings.urls.get(file) {
            return Ok(url.clone());
        }
        let odd = |segment: &str| matches!(segment, "" | "." | "..");
        if file.contains(['\\', '\0']) || file.split('/').any(odd) {
            return Err(Error::message(format!(
                "url_for: `{file}` is no path below the folder of static files, such as \
                 `css/site.css`"
            )));
        }
        let base = self.settings.static_url.trim_end_matches('/');
        Ok(format!("{base}/{}", utf8_percent_encode(file, ENCODED)))
    }
}
