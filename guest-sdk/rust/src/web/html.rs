//! HTML: the response, and escaping.

use std::fmt::{self, Write};

use super::{IntoResponse, Response};
use crate::Result;

/// A page of HTML. The text goes out as it is: see [`escape`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Html<T>(pub T);

impl<T: Into<Vec<u8>>> IntoResponse for Html<T> {
    fn into_response(self) -> Result<Response> {
        Ok(Response::new(self.0).with_header("Content-Type", "text/html; charset=utf-8"))
    }
}

/// Returns what prints a value so that it is text in HTML, and text in a quoted
/// attribute. It is not enough inside of scripts, styles, or unquoted attributes.
///
/// ```
/// # use wasgi::web::escape;
/// let name = "<b>O'Hara & \"Co\"</b>";
/// assert_eq!(
///     format!("<p>{}</p>", escape(name)),
///     "<p>&lt;b&gt;O&#39;Hara &amp; &quot;Co&quot;&lt;/b&gt;</p>",
/// );
/// ```
pub fn escape<T: fmt::Display>(value: T) -> Escape<T> {
    Escape(value)
}

/// Prints a value escaped: see [`escape`].
#[derive(Clone, Copy, Debug)]
pub struct Escape<T>(T);

impl<T: fmt::Display> fmt::Display for Escape<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(Escaping(formatter), "{}", self.0)
    }
}

struct Escaping<'a, 'b>(&'a mut fmt::Formatter<'b>);

impl Write for Escaping<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for piece in text.split_inclusive(['&', '<', '>', '"', '\'']) {
            let mut chars = piece.chars();
            let entity = match chars.next_back() {
                Some('&') => "&amp;",
                Some('<') => "&lt;",
                Some('>') => "&gt;",
                Some('"') => "&quot;",
                Some('\'') => "&#39;",
                _ => {
                    self.0.write_str(piece)?;
                    continue;
                }
            };
            self.0.write_str(chars.as_str())?;
            self.0.write_str(entity)?;
        }
        Ok(())
    }
}
