//! Doubles of what the host passes, for tests that run natively.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use super::rules;
use crate::{InputError, StartError, WriteError};

type Pull = dyn FnMut() -> Result<Option<Vec<u8>>, InputError>;

/// A request body that arrives in chunks.
pub(crate) struct Input(RefCell<Arriving>);

struct Arriving {
    /// The next chunk from the client, none at the end.
    pull: Box<Pull>,
    /// What arrived and was not read yet.
    arrived: VecDeque<u8>,
}

impl Input {
    pub(crate) fn new(pull: impl FnMut() -> Result<Option<Vec<u8>>, InputError> + 'static) -> Self {
        Self(RefCell::new(Arriving {
            pull: Box::new(pull),
            arrived: VecDeque::new(),
        }))
    }

    pub(crate) fn read(&self, max: u32) -> Result<Vec<u8>, InputError> {
        let mut arriving = self.0.borrow_mut();
        while arriving.arrived.is_empty() {
            match (arriving.pull)()? {
                Some(chunk) => arriving.arrived.extend(chunk),
                None => return Ok(Vec::new()),
            }
        }
        let max = usize::try_from(max).unwrap_or(usize::MAX);
        let length = arriving.arrived.len().min(max);
        Ok(arriving.arrived.drain(..length).collect())
    }
}

/// A status and its headers.
pub(crate) type Head = (String, Vec<(String, String)>);

/// The double of `start_response`; its clones are the server's view of it.
#[derive(Clone, Debug, Default)]
pub(crate) struct StartResponse(Rc<RefCell<Response>>);

#[derive(Debug, Default)]
struct Response {
    /// Also true where the call was refused (`WSGI.md`, rule 18).
    called: bool,
    head: Option<Head>,
    /// Whether the headers are on their way.
    sent: bool,
    written: VecDeque<Vec<u8>>,
    disconnected: bool,
}

impl StartResponse {
    pub(crate) fn recorder() -> Self {
        Self::default()
    }

    pub(crate) fn recorded(&self) -> Option<Head> {
        self.0.borrow().head.clone()
    }

    pub(crate) fn call(
        &self,
        status: &str,
        headers: &[(&str, &str)],
        exc_info: bool,
    ) -> Result<(), StartError> {
        let mut response = self.0.borrow_mut();
        if exc_info && response.sent {
            return Err(StartError::HeadersSent);
        }
        if !exc_info && response.called {
            return Err(StartError::AlreadyCalled);
        }
        response.called = true;
        rules::check(status, headers)?;
        let headers = headers
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        response.head = Some((status.to_owned(), headers));
        Ok(())
    }

    pub(crate) fn write(&self, chunk: &[u8]) -> Result<(), WriteError> {
        let mut response = self.0.borrow_mut();
        if response.head.is_none() {
            return Err(WriteError::NotStarted);
        }
        if response.disconnected {
            return Err(WriteError::Disconnected);
        }
        response.sent = true;
        response.written.push_back(chunk.to_vec());
        Ok(())
    }

    /// The server sends the headers.
    pub(crate) fn send_head(&self) {
        self.0.borrow_mut().sent = true;
    }

    /// The server takes what `write` queued.
    pub(crate) fn take_written(&self) -> Option<Vec<u8>> {
        self.0.borrow_mut().written.pop_front()
    }

    /// The server lost the client.
    pub(crate) fn disconnect(&self) {
        self.0.borrow_mut().disconnected = true;
    }
}
