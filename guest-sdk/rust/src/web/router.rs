//! Paths and methods to handlers.

use std::any::TypeId;
use std::rc::Rc;

use super::request::States;
use super::{Csrf, Handler, IntoResponse, Request, Response, error_page};
use crate::{Application, Environ, Error, Iterable, Result, StartResponse, Status, native_string};

/// Bytes of a request body that extractors buffer unless told otherwise.
const BODY_LIMIT: u64 = 2 * 1024 * 1024;

type Endpoint = Rc<dyn Fn(&mut Request) -> Result<Response>>;
type Layer = Rc<dyn Fn(&mut Request, Next<'_>) -> Result<Response>>;
type ErrorPage = dyn Fn(&Error, &Environ) -> Result<Response>;

/// An application made of handlers.
///
/// A path may have parameters: `/notes/{id}` is one segment, `/files/{*path}` the
/// rest. HEAD is answered by the handler of GET, OPTIONS and other methods by
/// what the path allows.
///
/// ```
/// use wasgi::web::{Path, Router};
///
/// let api = Router::new().get("/notes/{id}", |Path(id): Path<u32>| format!("note {id}"));
/// let app = Router::new().get("/", || "start").nest("/api", api);
///
/// let client = wasgi::test::Client::new(app);
/// assert_eq!(client.get("/api/notes/7").text(), "note 7");
/// assert_eq!(client.delete("/api/notes/7").status(), 405);
/// ```
pub struct Router {
    paths: matchit::Router<usize>,
    routes: Vec<Route>,
    layers: Vec<Layer>,
    states: Rc<States>,
    body_limit: u64,
    error_page: Option<Box<ErrorPage>>,
    csrf: Option<Csrf>,
    /// Why the router cannot be used: two routes that contradict each other.
    problem: Option<String>,
}

struct Route {
    path: String,
    methods: Vec<(String, Endpoint)>,
}

/// What comes after a middleware: the next one, in the end the handler.
pub struct Next<'a> {
    layers: &'a [Layer],
    endpoint: &'a dyn Fn(&mut Request) -> Result<Response>,
}

impl Next<'_> {
    /// Answers the request.
    ///
    /// # Errors
    ///
    /// The handler's error, which a middleware may turn into a response.
    pub fn run(self, request: &mut Request) -> Result<Response> {
        match self.layers.split_last() {
            Some((layer, layers)) => {
                let endpoint = self.endpoint;
                layer(request, Next { layers, endpoint })
            }
            None => (self.endpoint)(request),
        }
    }
}

impl Router {
    /// Makes a router without routes.
    pub fn new() -> Self {
        Self {
            paths: matchit::Router::new(),
            routes: Vec::new(),
            layers: Vec::new(),
            states: Rc::default(),
            body_limit: BODY_LIMIT,
            error_page: None,
            csrf: None,
            problem: None,
        }
    }

    /// Adds a handler of GET, and so of HEAD.
    #[must_use]
    pub fn get<A>(self, path: &str, handler: impl Handler<A>) -> Self {
        self.route("GET", path, handler)
    }

    /// Adds a handler of POST.
    #[must_use]
    pub fn post<A>(self, path: &str, handler: impl Handler<A>) -> Self {
        self.route("POST", path, handler)
    }

    /// Adds a handler of PUT.
    #[must_use]
    pub fn put<A>(self, path: &str, handler: impl Handler<A>) -> Self {
        self.route("PUT", path, handler)
    }

    /// Adds a handler of PATCH.
    #[must_use]
    pub fn patch<A>(self, path: &str, handler: impl Handler<A>) -> Self {
        self.route("PATCH", path, handler)
    }

    /// Adds a handler of DELETE.
    #[must_use]
    pub fn delete<A>(self, path: &str, handler: impl Handler<A>) -> Self {
        self.route("DELETE", path, handler)
    }

    /// Adds a handler of any method.
    #[must_use]
    pub fn route<A>(mut self, method: &str, path: &str, handler: impl Handler<A>) -> Self {
        self.add(
            method,
            path,
            Rc::new(move |request| handler.handle(request)),
        );
        self
    }

    /// Adds another router's routes under a prefix. Its middleware goes around
    /// them, its state joins this router's; limits and error pages are this one's.
    #[must_use]
    pub fn nest(mut self, prefix: &str, inner: Self) -> Self {
        let prefix = prefix.trim_end_matches('/');
        let mut layers = inner.layers;
        if let Some(csrf) = inner.csrf {
            layers.push(Rc::new(move |request, next| {
                csrf.protect(request, |request, checked| {
                    checked.and_then(|()| next.run(request))
                })
            }));
        }
        let layers: Rc<[Layer]> = layers.into();
        for route in inner.routes {
            let path = match route.path.as_str() {
                "/" if !prefix.is_empty() => prefix.to_owned(),
                path => format!("{prefix}{path}"),
            };
            for (method, endpoint) in route.methods {
                let layers = Rc::clone(&layers);
                let endpoint: Endpoint = Rc::new(move |request| {
                    let endpoint = &*endpoint;
                    Next {
                        layers: &layers,
                        endpoint,
                    }
                    .run(request)
                });
                self.add(&method, &path, endpoint);
            }
        }
        let states = Rc::make_mut(&mut self.states);
        states.extend(inner.states.iter().cloned());
        self.problem = self.problem.or(inner.problem);
        self
    }

    /// Puts a middleware around everything this router answers, the last one
    /// outermost. It may look at the request, answer itself, and change the response.
    ///
    /// ```
    /// # use wasgi::web::Router;
    /// let app = Router::new().get("/", || "hi").wrap(|request, next| {
    ///     let response = next.run(request)?;
    ///     Ok(response.with_header("X-Frame-Options", "DENY"))
    /// });
    /// # let response = wasgi::test::Client::new(app).get("/");
    /// # assert_eq!(response.header("x-frame-options"), Some("DENY"));
    /// ```
    #[must_use]
    pub fn wrap<F>(mut self, middleware: F) -> Self
    where
        F: Fn(&mut Request, Next<'_>) -> Result<Response> + 'static,
    {
        self.layers.push(Rc::new(middleware));
        self
    }

    /// Shares a value with all handlers: see [`State`](super::State).
    #[must_use]
    pub fn state<T: 'static>(mut self, value: T) -> Self {
        Rc::make_mut(&mut self.states).push((TypeId::of::<T>(), Rc::new(value)));
        self
    }

    /// Sets how many bytes of a request body extractors buffer. Default 2 MiB.
    #[must_use]
    pub fn body_limit(mut self, bytes: u64) -> Self {
        self.body_limit = bytes;
        self
    }

    /// Sets what a client sees of an error. The error's status and headers are
    /// put on the page, which so cannot hide that it is one.
    ///
    /// ```
    /// use wasgi::web::{Html, Router, escape};
    ///
    /// let app = Router::new().error_page(|error, _environ| {
    ///     Html(format!("<h1>Sorry: {}</h1>", escape(error.message().unwrap_or("our fault"))))
    /// });
    /// # let response = wasgi::test::Client::new(app).get("/nowhere");
    /// # assert_eq!((response.status().code(), response.text().starts_with("<h1>")), (404, true));
    /// ```
    #[must_use]
    pub fn error_page<F, R>(mut self, page: F) -> Self
    where
        F: Fn(&Error, &Environ) -> R + 'static,
        R: IntoResponse,
    {
        self.error_page = Some(Box::new(move |error, environ| {
            page(error, environ).into_response()
        }));
        self
    }

    /// Protects what this router answers against forged requests: those that another site
    /// makes a user's browser send, with the user's cookies.
    ///
    /// A request whose method changes something (all but GET, HEAD, OPTIONS and TRACE)
    /// must come from the app's own pages, as its headers `Sec-Fetch-Site` and `Origin`
    /// say, and carry a token: in the field `csrf_token` of its form, or in the header
    /// `X-CSRF-Token`. Else it gets 403. The token's twin is in a cookie, signed, which comes
    /// with the first page that is rendered.
    ///
    /// Templates have it: `{{ csrf_token }}`, or `csrf_token()` also inside of components.
    /// Anything else calls [`csrf_token`](super::csrf_token).
    ///
    /// ```
    /// use wasgi::templates::{self, Page, context, render};
    /// use wasgi::web::{Csrf, Router};
    ///
    /// fn form() -> templates::Result<Page> {
    ///     render("form.html", context! {})
    /// }
    ///
    /// fn app() -> Router {
    ///     let csrf = Csrf::with_secret("CSRF_KEY");
    ///     Router::new().get("/", form).post("/", || "done").csrf(csrf)
    /// }
    ///
    /// // templates/form.html
    /// let html = r#"<form method="post">
    ///     <input type="hidden" name="csrf_token" value="{{ csrf_token() }}">
    ///     <button>Send</button>
    /// </form>"#;
    ///
    /// let client = wasgi::test::Client::new(app)
    ///     .secret("CSRF_KEY", "0123456789abcdef0123456789abcdef")
    ///     .template("form.html", html);
    /// assert_eq!(client.post("/", "").status(), 403);
    /// client.get("/");
    /// let sent = client.request("POST", "/").csrf().send();
    /// assert_eq!(sent.text(), "done");
    /// ```
    #[must_use]
    pub fn csrf(mut self, csrf: Csrf) -> Self {
        self.csrf = Some(csrf);
        self
    }

    fn add(&mut self, method: &str, path: &str, endpoint: Endpoint) {
        let known = self.routes.iter_mut().find(|route| route.path == path);
        if let Some(route) = known {
            if route.methods.iter().any(|(known, _)| known == method) {
                self.problem = Some(format!("{method} {path} has two handlers"));
            }
            route.methods.push((method.to_owned(), endpoint));
            return;
        }
        if let Err(error) = self.paths.insert(path, self.routes.len()) {
            self.problem = Some(format!("the route {path:?}: {error}"));
        }
        self.routes.push(Route {
            path: path.to_owned(),
            methods: vec![(method.to_owned(), endpoint)],
        });
    }

    fn dispatch(&self, request: &mut Request) -> Result<Response> {
        let path = match native_string::decode(request.environ().path_info()) {
            Some(path) if path.is_empty() => "/".into(),
            Some(path) => path,
            None => return Err(Error::bad_request("the path is not UTF-8")),
        };
        let matched = self.paths.at(&path).ok();
        let found = matched.and_then(|found| Some((self.routes.get(*found.value)?, found.params)));
        let Some((route, parameters)) = found else {
            return Err(Error::not_found(format!("there is nothing at {path}")));
        };
        let parameters = parameters
            .iter()
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        match route.endpoint(request.environ().method()) {
            Some(endpoint) => {
                request.parameters = parameters;
                endpoint(request)
            }
            None => route.refuse(request.environ().method()),
        }
    }

    fn respond(&self, request: &mut Request) -> Result<Response> {
        let answer = |request: &mut Request, checked: Result<()>| {
            let next = Next {
                layers: &self.layers,
                endpoint: &|request| self.dispatch(request),
            };
            checked
                .and_then(|()| next.run(request))
                .or_else(|error| self.explain(error, request.environ()))
        };
        match &self.csrf {
            Some(csrf) => csrf.protect(request, answer),
            None => answer(request, Ok(())),
        }
    }

    /// Logs what is the application's fault, and shows a page.
    fn explain(&self, error: Error, environ: &Environ) -> Result<Response> {
        if self.error_page.is_none() && error_page::is_left_to_the_server(&error, environ) {
            return Err(error);
        }
        if error.status().is_server_error() {
            use std::io::Write;
            writeln!(environ.errors(), "{}", error.detail()).ok();
        }
        let page = self.error_page.as_deref().unwrap_or(&error_page::default);
        let mut response = page(&error, environ)?.with_status(error.status());
        for (name, value) in error.headers() {
            response.headers.set(name, value.as_str());
        }
        Ok(response)
    }
}

impl Route {
    fn endpoint(&self, method: &str) -> Option<&Endpoint> {
        let find = |wanted: &str| {
            let found = self.methods.iter().find(|(method, _)| method == wanted);
            found.map(|(_, endpoint)| endpoint)
        };
        find(method).or_else(|| find("GET").filter(|_| method == "HEAD"))
    }

    /// Answers a method that has no handler (RFC 9110 section 15.5.6).
    fn refuse(&self, method: &str) -> Result<Response> {
        let mut allowed: Vec<&str> = self.methods.iter().map(|(name, _)| name.as_str()).collect();
        if allowed.contains(&"GET") && !allowed.contains(&"HEAD") {
            allowed.push("HEAD");
        }
        if !allowed.contains(&"OPTIONS") {
            allowed.push("OPTIONS");
        }
        let allow = allowed.join(", ");
        if method == "OPTIONS" {
            let response = Response::new(Vec::new()).with_status(Status::NO_CONTENT);
            return Ok(response.with_header("Allow", allow));
        }
        let message = format!("{method} is not allowed here; {allow} are");
        Err(Error::new(Status::METHOD_NOT_ALLOWED, message).header("Allow", allow))
    }
}

impl Default for Router {
    fn default() -> Self {
        Self::new()
    }
}

impl Application for Router {
    fn call(&self, environ: Environ, start_response: StartResponse) -> Result<Iterable> {
        if let Some(problem) = &self.problem {
            return Err(Error::internal(format!("the router is wrong: {problem}")));
        }
        let mut request = Request::new(environ, self.body_limit, Rc::clone(&self.states));
        self.respond(&mut request)?.start(&start_response)
    }
}

impl std::fmt::Debug for Router {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let paths = self.routes.iter().map(|route| &route.path);
        formatter.debug_list().entries(paths).finish()
    }
}
