//! Protection against forged requests: signed double-submit cookies, behind a look at where
//! the browser says the request comes from (OWASP, "Cross-Site Request Forgery Prevention").

mod origin;
mod token;

use std::cell::RefCell;
use std::rc::Rc;

use super::{Cookie, Cookies, FromRequest, Request, Response};
use crate::{Environ, Error, Result, Status, config};

use token::Signer;

const FORM: &str = "application/x-www-form-urlencoded";
const FIELD: &str = "csrf_token";
const HEADER: &str = "X-CSRF-Token";
/// Bytes of a key that nobody guesses.
const SHORTEST_KEY: usize = 32;

thread_local! {
    /// Of the request that is being answered.
    static CURRENT: RefCell<Option<Rc<Lent>>> = const { RefCell::new(None) };
}

/// The token of a request.
struct Lent {
    token: String,
    /// Whether something asked for it.
    used: std::cell::Cell<bool>,
}

/// Returns the token that a form of this page carries in the field `csrf_token`; none where
/// the router has no [protection](super::Router::csrf). Templates have it already.
pub fn csrf_token() -> Option<String> {
    CURRENT.with_borrow(|current| {
        let lent = current.as_ref()?;
        lent.used.set(true);
        Some(lent.token.clone())
    })
}

/// Protection against requests that another site makes a user's browser send: see
/// [`Router::csrf`](super::Router::csrf).
pub struct Csrf {
    key: Key,
    trusted: Vec<String>,
    session: Option<Box<Session>>,
}

type Session = dyn Fn(&Request) -> Option<String>;

enum Key {
    Given(Vec<u8>),
    /// The name of the operator's secret.
    Secret(String),
}

impl Csrf {
    /// Makes a protection whose tokens are signed with this key, of 32 random bytes or more.
    pub fn new(key: impl Into<Vec<u8>>) -> Self {
        Self::of(Key::Given(key.into()))
    }

    /// Makes a protection whose tokens are signed with a [secret](config::secret) that the
    /// operator granted, of 32 random characters or more.
    pub fn with_secret(name: &str) -> Self {
        Self::of(Key::Secret(name.to_owned()))
    }

    fn of(key: Key) -> Self {
        Self {
            key,
            trusted: Vec::new(),
            session: None,
        }
    }

    /// Allows requests from another origin, such as `https://admin.example.com`. They
    /// need a token all the same.
    #[must_use]
    pub fn trust(mut self, origin: &str) -> Self {
        self.trusted.push(origin.to_owned());
        self
    }

    /// Binds tokens to what this returns, mostly the id of the user's session: a token of
    /// somebody else is refused, and so is one from before the login.
    #[must_use]
    pub fn bound_to(mut self, session: impl Fn(&Request) -> Option<String> + 'static) -> Self {
        self.session = Some(Box::new(session));
        self
    }

    fn signer(&self, request: &Request) -> Result<Signer> {
        let key = match &self.key {
            Key::Given(key) => key.clone(),
            Key::Secret(name) => match config::secret(name) {
                Some(secret) => secret.reveal().into_bytes(),
                None => {
                    return Err(Error::internal(format!(
                        "CSRF protection needs the secret `{name}`, which the operator did not \
                         grant (in a native test, `Client::secret` does)"
                    )));
                }
            },
        };
        if key.len() < SHORTEST_KEY {
            return Err(Error::internal(format!(
                "the key of the CSRF protection has {} bytes; give it {SHORTEST_KEY} random \
                 ones or more",
                key.len()
            )));
        }
        let session = self.session.as_ref().and_then(|session| session(request));
        Ok(Signer::new(key, session.unwrap_or_default()))
    }

    /// Answers a request, which was checked, while its token is at hand, and sets the cookie
    /// where the answer needs it.
    pub(super) fn protect(
        &self,
        request: &mut Request,
        answer: impl FnOnce(&mut Request, Result<()>) -> Result<Response>,
    ) -> Result<Response> {
        let signer = match self.signer(request) {
            Ok(signer) => signer,
            Err(error) => return answer(request, Err(error)),
        };
        let name = cookie_name(request.environ());
        let sent = Cookies::from_request(request)?
            .get(name)
            .map(|value| value.into_owned())
            .filter(|token| signer.made(token));
        let checked = self.check(request, &signer, sent.as_deref());
        let lent = Rc::new(Lent {
            token: sent.clone().unwrap_or_else(|| signer.make()),
            used: false.into(),
        });
        let scope = Scope::enter(&lent);
        let mut response = answer(request, checked)?;
        drop(scope);
        if lent.used.get() {
            // What is in the page is for this client alone.
            response.headers.append("Vary", "Cookie");
            if sent.is_none() {
                response = response.with_cookie(&cookie(name, &lent.token, request.environ()));
            }
        }
        Ok(response)
    }

    fn check(&self, request: &mut Request, signer: &Signer, sent: Option<&str>) -> Result<()> {
        // RFC 9110 section 9.2.1.
        let safe = matches!(
            request.environ().method(),
            "GET" | "HEAD" | "OPTIONS" | "TRACE"
        );
        if safe {
            return Ok(());
        }
        if !origin::is_own(request.environ(), &self.trusted) {
            return Err(forbidden("This request was made by another site."));
        }
        let Some(sent) = sent else {
            return Err(forbidden(
                "The cookie that protects this form is missing or no longer valid. Allow \
                 cookies for this site, reload the page, and send the form again.",
            ));
        };
        let given = match request.environ().header(HEADER) {
            Some(token) => Some(token.to_owned()),
            None => field(request)?,
        };
        if given.is_some_and(|given| signer.equal(&given, sent)) {
            return Ok(());
        }
        Err(forbidden(
            "This form has no valid token. Reload the page, and send the form again. (A form \
             carries the token in the field csrf_token, anything else in the header \
             X-CSRF-Token.)",
        ))
    }
}

fn forbidden(why: &str) -> Error {
    Error::new(Status::FORBIDDEN, why)
}

/// Reads the token out of a form, and leaves the form to the handler.
fn field(request: &mut Request) -> Result<Option<String>> {
    if !request.has_content_type(|content_type| content_type == FORM) {
        return Ok(None);
    }
    let body = request.peek_body()?;
    let fields: Vec<(String, String)> = serde_urlencoded::from_bytes(&body).unwrap_or_default();
    let token = fields.into_iter().find(|(name, _)| name == FIELD);
    Ok(token.map(|(_, token)| token))
}

/// Over HTTPS a name that browsers let no other host set (RFC 6265bis section 4.1.3.2).
fn cookie_name(environ: &Environ) -> &'static str {
    match environ.url_scheme() {
        "https" => "__Host-csrf",
        _ => "csrf",
    }
}

fn cookie(name: &str, token: &str, environ: &Environ) -> Cookie {
    let cookie = Cookie::new(name, token);
    match environ.url_scheme() {
        "https" => cookie.secure(),
        _ => cookie,
    }
}

/// Takes the token back when the request is answered, and when it is not.
struct Scope(Option<Rc<Lent>>);

impl Scope {
    fn enter(lent: &Rc<Lent>) -> Self {
        Self(CURRENT.replace(Some(Rc::clone(lent))))
    }
}

impl Drop for Scope {
    fn drop(&mut self) {
        CURRENT.set(self.0.take());
    }
}

impl std::fmt::Debug for Csrf {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Csrf")
            .field("trusted", &self.trusted)
            .finish_non_exhaustive()
    }
}
