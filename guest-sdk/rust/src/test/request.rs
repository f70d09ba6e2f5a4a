//! One request of the test client, and the `environ` it becomes.

use percent_encoding::percent_decode_str;
use serde::Serialize;

use super::{Client, Response, Streamed};
use crate::host::double;
use crate::{Environ, Input, InputError, StartResponse, native_string};

type Chunks = Box<dyn Iterator<Item = Result<Vec<u8>, InputError>>>;

/// A request that is being completed. [`send`](Self::send) sends it.
#[must_use = "a request does nothing until it is sent"]
pub struct Request<'a> {
    client: &'a Client,
    method: String,
    target: String,
    script_name: String,
    headers: Vec<(String, String)>,
    variables: Vec<(String, String)>,
    body: Option<Chunks>,
    gone: bool,
}

impl<'a> Request<'a> {
    pub(super) fn new(client: &'a Client, method: &str, target: &str) -> Self {
        Self {
            client,
            method: method.to_owned(),
            target: target.to_owned(),
            script_name: String::new(),
            headers: Vec::new(),
            variables: Vec::new(),
            body: None,
            gone: false,
        }
    }

    /// Adds a header.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Sets a variable of the `environ`, after all others.
    pub fn variable(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Mounts the application under a prefix, which becomes SCRIPT_NAME.
    pub fn mounted_at(mut self, script_name: &str) -> Self {
        self.script_name = script_name.to_owned();
        self
    }

    /// Sets the body and its Content-Length.
    pub fn body(self, body: impl Into<Vec<u8>>) -> Self {
        let body = body.into();
        let length = body.len().to_string();
        self.header("Content-Length", &length)
            .body_chunks([Ok(body)])
    }

    /// Sets a body that arrives chunk by chunk, with no length known beforehand.
    pub fn body_chunks<I>(mut self, chunks: I) -> Self
    where
        I: IntoIterator<IntoIter: 'static, Item = Result<Vec<u8>, InputError>>,
    {
        self.body = Some(Box::new(chunks.into_iter()));
        self
    }

    /// Sets a form as the body.
    ///
    /// # Panics
    ///
    /// Where the value cannot be written as a form.
    pub fn form(self, form: &impl Serialize) -> Self {
        let body = match serde_urlencoded::to_string(form) {
            Ok(body) => body,
            Err(error) => panic!("this value is no form: {error}"),
        };
        self.header("Content-Type", "application/x-www-form-urlencoded")
            .body(body)
    }

    /// Sets JSON as the body.
    ///
    /// # Panics
    ///
    /// Where the value cannot be written as JSON.
    pub fn json(self, value: &impl Serialize) -> Self {
        let body = match serde_json::to_vec(value) {
            Ok(body) => body,
            Err(error) => panic!("this value is no JSON: {error}"),
        };
        self.header("Content-Type", "application/json").body(body)
    }

    /// Sends the token of the page that was got before, as its script would: see
    /// [`Router::csrf`](crate::web::Router::csrf).
    ///
    /// # Panics
    ///
    /// Where no page asked for a token.
    pub fn csrf(self) -> Self {
        match self.client.csrf_token() {
            Some(token) => self.header("X-CSRF-Token", &token),
            None => panic!("there is no CSRF token: first get the page with the form"),
        }
    }

    /// Lets the client be gone by the time the application writes.
    pub fn gone(mut self) -> Self {
        self.gone = true;
        self
    }

    /// Sends the request and takes the whole response.
    pub fn send(self) -> Response {
        self.stream().finish()
    }

    /// Sends the request and returns a response whose chunks are pulled one by
    /// one, as a slow client takes them.
    pub fn stream(self) -> Streamed {
        let client = self.client;
        let method = self.method.clone();
        let target = self.target.clone();
        let start_response = double::StartResponse::default();
        if self.gone {
            start_response.disconnect();
        }
        let environ = self.into_environ();
        let settings = client.settings.clone();
        let body = settings.scope(|| {
            client
                .application
                .call(environ, StartResponse::new(start_response.clone()))
        });
        let streamed = Streamed::new(settings, &method, &target, start_response, body);
        for value in streamed.set_cookies() {
            client.keep_cookie(&value);
        }
        streamed
    }

    fn into_environ(mut self) -> Environ {
        if let Some(cookies) = self.client.cookie_header() {
            self.headers.push(("Cookie".to_owned(), cookies));
        }
        let (path, query) = self.target.split_once('?').unwrap_or((&self.target, ""));
        let path: Vec<u8> = percent_decode_str(path).collect();
        let mut variables = Vec::new();
        let mut set = |name: &str, value: &str| match variables
            .iter_mut()
            .find(|(key, _): &&mut (String, String)| key == name)
        {
            Some((_, old)) if name.starts_with("HTTP_") => {
                *old = [old.as_str(), value].join(if name == "HTTP_COOKIE" { "; " } else { "," });
            }
            Some((_, old)) => *old = value.to_owned(),
            None => variables.push((name.to_owned(), value.to_owned())),
        };
        set("REQUEST_METHOD", &self.method);
        set("SCRIPT_NAME", &self.script_name);
        set("PATH_INFO", &native_string::from_bytes(&path));
        set("QUERY_STRING", query);
        set("SERVER_NAME", "localhost");
        set("SERVER_PORT", "80");
        set("SERVER_PROTOCOL", "HTTP/1.1");
        set("REMOTE_ADDR", "127.0.0.1");
        set("HTTP_HOST", "localhost");
        set("wsgi.url_scheme", "http");
        for (name, value) in &self.headers {
            // A name with `_` could pass for one with `-`, so servers drop it.
            if name.contains('_') {
                continue;
            }
            let name = name.to_ascii_uppercase().replace('-', "_");
            match name.as_str() {
                "CONTENT_TYPE" | "CONTENT_LENGTH" => set(&name, value),
                "HOST" => {
                    set("SERVER_NAME", value);
                    self.variables
                        .push(("HTTP_HOST".to_owned(), value.to_owned()));
                }
                _ => set(&format!("HTTP_{name}"), value),
            }
        }
        let mut chunks = self.body.unwrap_or_else(|| Box::new(std::iter::empty()));
        let input = Input::new(double::Input::new(move || chunks.next().transpose()));
        let mut environ = Environ::new(variables, input);
        for (name, value) in self.variables {
            environ.set(&name, value);
        }
        environ
    }
}

impl std::fmt::Debug for Request<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Request({} {})", self.method, self.target)
    }
}
