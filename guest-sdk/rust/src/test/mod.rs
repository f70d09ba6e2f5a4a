//! A test client that calls an application natively: no host, no Wasm, no port.
//!
//! The client is PEP 3333's server side. It builds a complete `environ`, streams
//! the request body, refuses in `start_response` what the host refuses, pulls
//! chunk by chunk and closes on every path, so that what passes here is served.
//!
//! ```
//! use wasgi::test::Client;
//! use wasgi::web::{Path, Router};
//!
//! fn hello(Path(name): Path<String>) -> String {
//!     format!("Hello, {name}!")
//! }
//!
//! let client = Client::new(|| Router::new().get("/hello/{name}", hello));
//! let response = client.get("/hello/W%C3%B6rld");
//! assert_eq!(response.status(), 200);
//! assert_eq!(response.text(), "Hello, Wörld!");
//! ```

mod database;
mod request;
mod response;
mod templates;

use std::cell::RefCell;
use std::path::Path;

use serde::Serialize;

pub use database::{Database, assert_queries, database};
pub use request::Request;
pub use response::{Response, Streamed};
pub use templates::{Templates, templates};

use crate::host::settings::Settings;
use crate::orm::Schema;
use crate::{Application, IntoApplication};

/// Calls one application, and keeps its cookies.
pub struct Client {
    application: Box<dyn Application>,
    cookies: RefCell<Vec<(String, String)>>,
    settings: Settings,
    /// Opened for the test as well, which looks at what the application did.
    database: Option<Database>,
}

impl Client {
    /// Makes a client of a PEP 3333 function, of a function that builds an
    /// application, or of an application.
    pub fn new<M>(application: impl IntoApplication<M>) -> Self {
        Self {
            application: Box::new(application.into_application()),
            cookies: RefCell::default(),
            settings: Settings::default(),
            database: None,
        }
    }

    /// Grants a setting, as the operator does: see [`config`](crate::config).
    #[must_use]
    pub fn setting(mut self, name: &str, value: &str) -> Self {
        self.settings.insert_setting(name, value);
        self
    }

    /// Grants a secret, as the operator does: see [`config`](crate::config).
    #[must_use]
    pub fn secret(mut self, name: &str, value: &str) -> Self {
        self.settings.insert_secret(name, value);
        self
    }

    /// Grants a database in memory with the tables of a schema: see
    /// [`orm`](crate::orm). The test itself can use it as well, as long as the client
    /// is there.
    ///
    /// # Panics
    ///
    /// Where the schema makes no sense; the message says what.
    #[must_use]
    pub fn database(mut self, schema: Schema) -> Self {
        let database = database(schema);
        self.settings.set_database(database.double());
        self.database = Some(database);
        self
    }

    /// Renders the templates of a folder, whose path begins at the package's; without this
    /// the project's own: see [`templates`](crate::templates).
    ///
    /// # Panics
    ///
    /// Where the folder cannot be read; the message says why.
    #[must_use]
    pub fn templates(mut self, folder: impl AsRef<Path>) -> Self {
        self.settings
            .set_templates(templates::read(folder.as_ref()));
        self
    }

    /// Renders a template that the test itself has, by its name and text. The project's
    /// own are not there then; those of [`templates`](Self::templates), called before, are.
    #[must_use]
    pub fn template(mut self, name: &str, source: &str) -> Self {
        self.settings.add_template(name, source);
        self
    }

    /// Sends a GET request. The target is a path with an optional query.
    pub fn get(&self, target: &str) -> Response {
        self.request("GET", target).send()
    }

    /// Sends a HEAD request.
    pub fn head(&self, target: &str) -> Response {
        self.request("HEAD", target).send()
    }

    /// Sends a DELETE request.
    pub fn delete(&self, target: &str) -> Response {
        self.request("DELETE", target).send()
    }

    /// Sends a POST request with a body of bytes.
    pub fn post(&self, target: &str, body: impl Into<Vec<u8>>) -> Response {
        self.request("POST", target).body(body).send()
    }

    /// Posts a form.
    ///
    /// # Panics
    ///
    /// Where the value cannot be written as a form.
    pub fn form(&self, target: &str, form: &impl Serialize) -> Response {
        self.request("POST", target).form(form).send()
    }

    /// Posts JSON.
    ///
    /// # Panics
    ///
    /// Where the value cannot be written as JSON.
    pub fn json(&self, target: &str, value: &impl Serialize) -> Response {
        self.request("POST", target).json(value).send()
    }

    /// Begins a request, to be completed and sent.
    pub fn request(&self, method: &str, target: &str) -> Request<'_> {
        Request::new(self, method, target)
    }

    /// Follows a redirect with a GET request, as a browser follows 303.
    ///
    /// # Panics
    ///
    /// Where the response is no redirect.
    pub fn follow(&self, response: &Response) -> Response {
        let Some(location) = response.header("Location") else {
            panic!("{} is no redirect: it has no Location", response.status());
        };
        self.get(&response.resolve(location))
    }

    /// Returns a cookie's value as the application set it.
    pub fn cookie(&self, name: &str) -> Option<String> {
        let cookies = self.cookies.borrow();
        let (_, value) = cookies.iter().find(|(key, _)| key == name)?;
        Some(value.clone())
    }

    /// Returns the token that a page of the application set for its forms: see
    /// [`Router::csrf`](crate::web::Router::csrf).
    pub fn csrf_token(&self) -> Option<String> {
        self.cookie("__Host-csrf").or_else(|| self.cookie("csrf"))
    }

    fn cookie_header(&self) -> Option<String> {
        let cookies = self.cookies.borrow();
        let pairs: Vec<_> = cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        (!pairs.is_empty()).then(|| pairs.join("; "))
    }

    /// Keeps or forgets what a Set-Cookie header says (RFC 6265 section 5.3).
    /// Paths and domains are not looked at: the client talks to one application.
    fn keep_cookie(&self, header: &str) {
        let mut parts = header.split(';').map(str::trim);
        let Some((name, value)) = parts.next().and_then(|pair| pair.split_once('=')) else {
            return;
        };
        let mut cookies = self.cookies.borrow_mut();
        cookies.retain(|(key, _)| key != name);
        let forgotten = parts.any(|attribute| attribute.eq_ignore_ascii_case("max-age=0"));
        if !forgotten {
            cookies.push((name.to_owned(), value.to_owned()));
        }
    }
}

impl std::fmt::Debug for Client {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Client")
            .field("cookies", &self.cookies)
            .finish_non_exhaustive()
    }
}
