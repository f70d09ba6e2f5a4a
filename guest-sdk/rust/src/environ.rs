//! `environ`: the CGI variables of one request, and its body.

use std::fmt;
use std::io;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};

use crate::{Input, native_string};

/// What stays as it is in a path: RFC 3986's unreserved characters, the slash,
/// and the parameter characters of its section 3.3.
const PATH: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'/')
    .remove(b';')
    .remove(b'=')
    .remove(b',');

/// PEP 3333's `environ`.
///
/// Values are native strings: every char stands for one byte. Use
/// [`native_string::decode`] to read one as UTF-8.
///
/// Kept as the one string that the host passed and searched linearly: most
/// applications look at three or four variables, which costs less than building
/// a map of forty.
pub struct Environ {
    /// `wit/types.wit`'s environ: name, value, name, value, with [`SEPARATOR`]
    /// between any two.
    block: String,
    /// What was set (or removed: none) since, by name; it hides what the block has.
    changed: Vec<(String, Option<String>)>,
    input: Input,
}

/// The first char that no native string contains.
const SEPARATOR: char = '\u{100}';

impl Environ {
    pub(crate) fn from_block(block: String, input: Input) -> Self {
        Self {
            block,
            changed: Vec::new(),
            input,
        }
    }

    /// Joins variables as the host does.
    #[cfg(not(target_family = "wasm"))]
    pub(crate) fn new(variables: Vec<(String, String)>, input: Input) -> Self {
        let parts: Vec<String> = variables
            .into_iter()
            .flat_map(|(name, value)| [name, value])
            .collect();
        Self::from_block(parts.join(SEPARATOR.encode_utf8(&mut [0; 2])), input)
    }

    fn passed(&self) -> impl Iterator<Item = (&str, &str)> {
        let mut parts = self.block.split(SEPARATOR);
        std::iter::from_fn(move || Some((parts.next()?, parts.next()?)))
    }

    /// Returns a variable, for instance `REQUEST_METHOD` or `HTTP_ACCEPT`.
    pub fn get(&self, name: &str) -> Option<&str> {
        if let Some((_, value)) = self.changed.iter().find(|(key, _)| key == name) {
            return value.as_deref();
        }
        self.passed()
            .find(|(key, _)| *key == name)
            .map(|(_, value)| value)
    }

    /// Sets a variable, as a middleware does for what it wraps.
    pub fn set(&mut self, name: &str, value: impl Into<String>) {
        self.change(name, Some(value.into()));
    }

    /// Removes a variable and returns its value.
    pub fn remove(&mut self, name: &str) -> Option<String> {
        let value = self.get(name)?.to_owned();
        self.change(name, None);
        Some(value)
    }

    fn change(&mut self, name: &str, value: Option<String>) {
        match self.changed.iter_mut().find(|(key, _)| key == name) {
            Some((_, old)) => *old = value,
            None => self.changed.push((name.to_owned(), value)),
        }
    }

    /// Iterates over all variables, in no order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        let is_changed = |name: &str| self.changed.iter().any(|(key, _)| key == name);
        let unchanged = self.passed().filter(move |(name, _)| !is_changed(name));
        let changed = self.changed.iter();
        unchanged
            .chain(changed.filter_map(|(name, value)| Some((name.as_str(), value.as_deref()?))))
    }

    /// Returns `REQUEST_METHOD`.
    pub fn method(&self) -> &str {
        self.get("REQUEST_METHOD").unwrap_or_default()
    }

    /// Returns `SCRIPT_NAME`: the path under which the application is mounted.
    pub fn script_name(&self) -> &str {
        self.get("SCRIPT_NAME").unwrap_or_default()
    }

    /// Returns `PATH_INFO`: the percent-decoded path within the application.
    pub fn path_info(&self) -> &str {
        self.get("PATH_INFO").unwrap_or_default()
    }

    /// Returns `QUERY_STRING`, raw and without the question mark.
    pub fn query_string(&self) -> &str {
        self.get("QUERY_STRING").unwrap_or_default()
    }

    /// Returns a parameter of the query string, decoded; the first of its name.
    pub fn query_parameter(&self, name: &str) -> Option<String> {
        let pairs: Vec<(String, String)> = serde_urlencoded::from_str(self.query_string()).ok()?;
        let (_, value) = pairs.into_iter().find(|(key, _)| key == name)?;
        Some(value)
    }

    /// Returns `CONTENT_TYPE`, or none where it is absent or empty.
    pub fn content_type(&self) -> Option<&str> {
        self.get("CONTENT_TYPE").filter(|value| !value.is_empty())
    }

    /// Returns `CONTENT_LENGTH`, or none where the length is not known beforehand.
    pub fn content_length(&self) -> Option<u64> {
        self.get("CONTENT_LENGTH")?.parse().ok()
    }

    /// Returns a request header by its name in any case, for instance `Accept`.
    pub fn header(&self, name: &str) -> Option<&str> {
        if name.eq_ignore_ascii_case("content-type") {
            return self.content_type();
        }
        if name.eq_ignore_ascii_case("content-length") {
            return self.get("CONTENT_LENGTH").filter(|value| !value.is_empty());
        }
        self.iter()
            .find(|(key, _)| {
                key.strip_prefix("HTTP_")
                    .is_some_and(|key| is_header(key, name))
            })
            .map(|(_, value)| value)
    }

    /// Returns `wsgi.url_scheme`: `http` or `https`.
    pub fn url_scheme(&self) -> &str {
        self.get("wsgi.url_scheme").unwrap_or("http")
    }

    /// Reconstructs the address that the client asked for (PEP 3333, "URL
    /// Reconstruction").
    pub fn url(&self) -> String {
        let mut url = self.application_url();
        url.push_str(&quote(self.path_info()));
        if !self.query_string().is_empty() {
            url.push('?');
            url.push_str(self.query_string());
        }
        url
    }

    /// Reconstructs the address at which the application is mounted, without a
    /// slash at the end.
    pub fn application_url(&self) -> String {
        let scheme = self.url_scheme();
        let mut url = format!("{scheme}://");
        match self.get("HTTP_HOST").filter(|host| !host.is_empty()) {
            Some(host) => url.push_str(host),
            None => {
                let default_port = if scheme == "https" { "443" } else { "80" };
                url.push_str(self.get("SERVER_NAME").unwrap_or("localhost"));
                if let Some(port) = self.get("SERVER_PORT").filter(|port| *port != default_port) {
                    url.push(':');
                    url.push_str(port);
                }
            }
        }
        url.push_str(&quote(self.script_name()));
        url
    }

    /// Returns `wsgi.input`, the request body.
    pub fn input(&mut self) -> &mut Input {
        &mut self.input
    }

    /// Takes the request body out, to move it into a streamed response.
    pub fn into_input(self) -> Input {
        self.input
    }

    /// Takes the body out and leaves an exhausted one.
    pub(crate) fn take_input(&mut self) -> Input {
        std::mem::replace(&mut self.input, Input::exhausted())
    }

    /// Puts another body in place of this one.
    pub(crate) fn set_input(&mut self, input: Input) {
        self.input = input;
    }

    /// Copies the variables and takes the body along.
    pub(crate) fn split(&mut self) -> Self {
        Self {
            block: self.block.clone(),
            changed: self.changed.clone(),
            input: self.take_input(),
        }
    }

    /// Returns `wsgi.errors`, the application's log.
    pub fn errors(&self) -> Errors {
        Errors
    }
}

impl fmt::Debug for Environ {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_map().entries(self.iter()).finish()
    }
}

/// `wsgi.errors`: what is written here goes to the log, line by line, with the
/// request's id. Writing never fails: a full log must not break the page.
#[derive(Clone, Copy, Debug)]
pub struct Errors;

impl io::Write for Errors {
    fn write(&mut self, text: &[u8]) -> io::Result<usize> {
        io::Write::write_all(&mut io::stderr(), text).ok();
        Ok(text.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        io::Write::flush(&mut io::stderr()).ok();
        Ok(())
    }
}

/// Tells whether `ACCEPT_LANGUAGE` is the variable of the header `Accept-Language`.
fn is_header(variable: &str, header: &str) -> bool {
    variable.len() == header.len()
        && variable
            .bytes()
            .zip(header.bytes())
            .all(|(variable, header)| {
                variable == header.to_ascii_uppercase() || (variable == b'_' && header == b'-')
            })
}

/// Percent-encodes a native string as a path.
pub(crate) fn quote(native: &str) -> String {
    let bytes = native_string::bytes(native).unwrap_or_else(|| native.as_bytes().to_vec());
    percent_encode(&bytes, PATH).to_string()
}
