//! One request on its way to a handler.

use std::any::{Any, TypeId};
use std::rc::Rc;

use crate::{Environ, Error, Input, Result, Status};

/// Values by their types, for [`State`](super::State).
pub(super) type States = Vec<(TypeId, Rc<dyn Any>)>;

/// A request on its way through middleware and extractors.
#[derive(Debug)]
pub struct Request {
    environ: Environ,
    pub(super) parameters: Vec<(String, String)>,
    /// Bytes that an extractor may buffer of the body.
    pub(super) limit: u64,
    body_taken: bool,
    /// What the router shares with all requests.
    shared: Rc<States>,
    /// What middleware added for this one.
    own: States,
}

impl Request {
    pub(super) fn new(environ: Environ, limit: u64, shared: Rc<States>) -> Self {
        Self {
            environ,
            parameters: Vec::new(),
            limit,
            body_taken: false,
            shared,
            own: Vec::new(),
        }
    }

    /// Returns the `environ`.
    pub fn environ(&self) -> &Environ {
        &self.environ
    }

    /// Returns the `environ`, to be changed for what comes after.
    pub fn environ_mut(&mut self) -> &mut Environ {
        &mut self.environ
    }

    /// Adds a value for this request, which [`State`](super::State) extracts: how
    /// middleware hands on, for instance, who is logged in.
    pub fn provide<T: 'static>(&mut self, value: T) {
        self.own.push((TypeId::of::<T>(), Rc::new(value)));
    }

    /// Returns a value by its type: what was added last, else the router's.
    pub fn state<T: 'static>(&self) -> Option<Rc<T>> {
        let mut values = self.own.iter().rev().chain(self.shared.iter());
        let (_, value) = values.find(|(id, _)| *id == TypeId::of::<T>())?;
        Rc::clone(value).downcast().ok()
    }

    /// Takes the body.
    ///
    /// # Errors
    ///
    /// A 500 where it was taken before: that is the handler's fault.
    pub fn take_input(&mut self) -> Result<Input> {
        if std::mem::replace(&mut self.body_taken, true) {
            return Err(Error::internal(
                "two extractors of one handler want the request body, which can be read only once",
            ));
        }
        Ok(self.environ.take_input())
    }

    /// Copies the environ, with the body where nobody took it.
    pub(super) fn split_environ(&mut self) -> Environ {
        self.body_taken = true;
        self.environ.split()
    }

    /// Reads the whole body.
    ///
    /// # Errors
    ///
    /// A 413 where it is larger than the router's
    /// [`body_limit`](super::Router::body_limit), and whatever went wrong with
    /// reading it.
    pub fn read_body(&mut self) -> Result<Vec<u8>> {
        let limit = self.limit;
        let too_large = || {
            Error::new(
                Status::CONTENT_TOO_LARGE,
                format!("the request body is larger than {limit} bytes"),
            )
        };
        let announced = self.environ.content_length();
        if announced.is_some_and(|length| length > limit) {
            return Err(too_large());
        }
        let mut input = self.take_input()?;
        let mut body = Vec::new();
        loop {
            let chunk = input.next_chunk(64 * 1024)?;
            if chunk.is_empty() {
                return Ok(body);
            }
            if body.is_empty() {
                // Most bodies are one chunk, which then is not copied.
                body = chunk;
            } else {
                body.extend_from_slice(&chunk);
            }
            if u64::try_from(body.len()).map_or(true, |length| length > limit) {
                return Err(too_large());
            }
        }
    }

    /// Reads the whole body, and leaves it to others as well.
    pub(super) fn peek_body(&mut self) -> Result<Vec<u8>> {
        let body = self.read_body()?;
        self.environ.set_input(Input::of(body.clone()));
        self.body_taken = false;
        Ok(body)
    }

    /// Tells whether the body is of this media type, parameters aside.
    pub(super) fn has_content_type(&self, fits: impl Fn(&str) -> bool) -> bool {
        let Some(content_type) = self.environ.content_type() else {
            return false;
        };
        let essence = content_type.split(';').next().unwrap_or_default();
        fits(&essence.trim().to_ascii_lowercase())
    }
}
