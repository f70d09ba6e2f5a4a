//! What a request says to every page: where the app is mounted, in which language the
//! visitor reads dates, and which part of the page is asked for.

use wasgi::templates::{Context, context};
use wasgi::web::{FromRequest, Request, ScriptName};
use wasgi::{Environ, Result};

/// The ways of writing English that dates are shown in; the first where no other is
/// asked for.
const LANGUAGES: [&str; 6] = ["en-GB", "en-US", "en-AU", "en-CA", "en-IE", "en-NZ"];

/// What a page needs to know of a request.
pub(crate) struct Visit {
    pub(crate) root: ScriptName,
    pub(crate) part: Part,
    lang: &'static str,
}

/// How much of a page is asked for: a script of ours updates a part of it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    Whole,
    /// The heading and the entries.
    Book,
    /// The entries alone, to add them to others.
    Entries,
}

impl Visit {
    /// Returns what the layout shows of it.
    pub(crate) fn context(&self) -> Context {
        context! { root: self.root.as_str(), lang: self.lang }
    }
}

impl From<&Environ> for Visit {
    fn from(environ: &Environ) -> Self {
        Self {
            root: environ.into(),
            part: match environ.header("X-Partial") {
                Some("book") => Part::Book,
                Some("entries") => Part::Entries,
                _ => Part::Whole,
            },
            lang: language(environ.header("Accept-Language").unwrap_or_default()),
        }
    }
}

impl FromRequest for Visit {
    fn from_request(request: &mut Request) -> Result<Self> {
        Ok(request.environ().into())
    }
}

/// Returns the first language that is both listed and known. Browsers list what is
/// preferred first.
fn language(listed: &str) -> &'static str {
    let mut listed = listed
        .split(',')
        .map(|language| language.split(';').next().unwrap_or_default().trim());
    listed
        .find_map(|language| LANGUAGES.into_iter().find(|known| *known == language))
        .unwrap_or(LANGUAGES[0])
}

#[cfg(test)]
mod tests {
    use super::language;

    #[test]
    fn the_first_language_that_is_known_is_taken() {
        for (listed, taken) in [
            ("", "en-GB"),
            ("de,en;q=0.5", "en-GB"),
            ("de-DE,en-US;q=0.7,en-AU;q=0.5", "en-US"),
            ("en-CA", "en-CA"),
            (";;,,x-\u{0}", "en-GB"),
        ] {
            assert_eq!(language(listed), taken, "{listed}");
        }
    }
}
