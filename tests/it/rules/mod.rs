//! The rules of PEP 3333 that every language's applications are held to, each a
//! check that `wsgi_rust` and `wsgi_python` run against their own guest.
//!
//! # Layout
//!
//! - [`environ`]: what the application is told.
//! - [`start_response`]: what it may answer, and when that is sent.
//! - [`body`]: what comes in, what goes out, and `close()`.

pub(crate) mod body;
pub(crate) mod environ;
pub(crate) mod start_response;

use wasgi_tests::{Response, Server, get, guest};

/// The language of a guest.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    Rust,
    Python,
}

/// A guest, served by one instance, so that what it counts is told by the next request.
pub(crate) struct Subject {
    pub(crate) server: Server,
    language: Language,
}

impl Subject {
    /// Serves the test guest of a language.
    pub(crate) fn new(language: Language) -> Self {
        Self::with(language, &["--instances", "1"])
    }

    /// Serves it with these options.
    pub(crate) fn with(language: Language, options: &[&str]) -> Self {
        let project = match language {
            Language::Rust => "tests/guests/rust",
            Language::Python => "tests/guests/python",
        };
        Self {
            server: Server::run(&guest(project), options),
            language,
        }
    }

    /// Sends one GET on a connection of its own.
    pub(crate) fn get(&self, path: &str) -> Response {
        get(self.server.addr, path)
    }

    /// Asks for a path whose answer is a number.
    pub(crate) fn number(&self, path: &str) -> u64 {
        let text = self.get(path).text();
        text.trim()
            .parse()
            .unwrap_or_else(|_| panic!("{text:?} is no number"))
    }

    /// Asserts that the guest's call was refused, for this reason, and that an
    /// application that lets the refusal through is answered 500.
    pub(crate) fn refuses(&self, path: &str, reason: &str) {
        let response = self.get(path);
        let expected = match (self.language, reason) {
            (Language::Rust, reason) => reason,
            (Language::Python, "already-called" | "hop-by-hop") => "AssertionError",
            (Language::Python, _) => "ValueError",
        };
        assert_eq!(response.status, 200, "{path}: {}", response.text());
        let text = response.text();
        assert!(text.starts_with(&format!("{expected}: ")), "{path}: {text}");
        let separator = if path.contains('?') { '&' } else { '?' };
        let raised = self.get(&format!("{path}{separator}raise"));
        assert_eq!(raised.status, 500, "{path}: {}", raised.text());
    }

    /// Asserts that the same instance still answers.
    pub(crate) fn is_usable(&self) {
        assert_eq!(self.get("/").text(), "Hello from wasgi!\n");
    }
}

/// Makes one test per rule, each against a server of its own.
macro_rules! hold_to {
    ($language:ident: $($module:ident::$rule:ident),+ $(,)?) => {
        $(#[test]
        fn $rule() {
            use $crate::rules::{Language, Subject, $module};
            $module::$rule(&Subject::new(Language::$language));
        })+
    };
}

pub(crate) use hold_to;
