//! Set-Cookie (RFC 6265 section 4.1).

use std::fmt;
use std::time::Duration;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What stays as it is in a name or value: characters that are both a token's and
/// a cookie-octet's, except the percent sign, which marks what was encoded.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'!')
    .remove(b'#')
    .remove(b'$')
    .remove(b'&')
    .remove(b'\'')
    .remove(b'*')
    .remove(b'+')
    .remove(b'-')
    .remove(b'.')
    .remove(b'^')
    .remove(b'_')
    .remove(b'`')
    .remove(b'|')
    .remove(b'~');

/// Whether a cookie goes along with requests that another site caused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SameSite {
    /// Never.
    Strict,
    /// Only when the user follows a link.
    Lax,
    /// Always; such a cookie must be [`secure`](Cookie::secure).
    None,
}

/// A cookie to be set: in a tuple in front of the response.
///
/// Defaults are the careful ones: path `/`, HttpOnly, SameSite=Lax, until the
/// browser closes. Characters that may not stand in a cookie are percent-encoded,
/// and [`Cookies`](super::Cookies) decodes them.
///
/// ```
/// # use wasgi::web::Cookie;
/// let cookie = Cookie::new("theme", "dark blue").secure();
/// assert_eq!(
///     cookie.to_string(),
///     "theme=dark%20blue; Path=/; HttpOnly; SameSite=Lax; Secure",
/// );
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct Cookie {
    name: String,
    value: String,
    path: String,
    domain: Option<String>,
    max_age: Option<Duration>,
    http_only: bool,
    secure: bool,
    same_site: SameSite,
}

impl Cookie {
    /// Makes a cookie that lives until the browser closes.
    pub fn new(name: &str, value: &str) -> Self {
        Self {
            name: utf8_percent_encode(name, PLAIN).to_string(),
            value: utf8_percent_encode(value, PLAIN).to_string(),
            path: "/".to_owned(),
            domain: None,
            max_age: None,
            http_only: true,
            secure: false,
            same_site: SameSite::Lax,
        }
    }

    /// Makes a cookie that removes the one of this name.
    pub fn removal(name: &str) -> Self {
        Self::new(name, "").max_age(Duration::ZERO)
    }

    /// Sets how long the browser keeps it, in whole seconds.
    pub fn max_age(mut self, age: Duration) -> Self {
        self.max_age = Some(age);
        self
    }

    /// Sets the path under which it is sent. Default `/`.
    pub fn path(mut self, path: &str) -> Self {
        self.path = path.to_owned();
        self
    }

    /// Sets the domain to whose subdomains it is sent, too.
    pub fn domain(mut self, domain: &str) -> Self {
        self.domain = Some(domain.to_owned());
        self
    }

    /// Lets scripts in the page read it.
    pub fn readable_by_scripts(mut self) -> Self {
        self.http_only = false;
        self
    }

    /// Has it sent over HTTPS only.
    pub fn secure(mut self) -> Self {
        self.secure = true;
        self
    }

    /// Sets whether other sites' requests carry it. Default [`SameSite::Lax`].
    pub fn same_site(mut self, same_site: SameSite) -> Self {
        self.same_site = same_site;
        self
    }
}

impl fmt::Display for Cookie {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}={}; Path=", self.name, self.value)?;
        write_attribute(formatter, &self.path)?;
        if let Some(domain) = &self.domain {
            formatter.write_str("; Domain=")?;
            write_attribute(formatter, domain)?;
        }
        if let Some(age) = self.max_age {
            write!(formatter, "; Max-Age={}", age.as_secs())?;
        }
        if self.http_only {
            formatter.write_str("; HttpOnly")?;
        }
        write!(formatter, "; SameSite={:?}", self.same_site)?;
        if self.secure {
            formatter.write_str("; Secure")?;
        }
        Ok(())
    }
}

/// Leaves out what would begin another attribute.
fn write_attribute(formatter: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    text.split(|char: char| char == ';' || char.is_control())
        .try_for_each(|part| formatter.write_str(part))
}
