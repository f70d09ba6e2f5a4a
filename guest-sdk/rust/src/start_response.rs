//! `start_response` and the `write` it returns.

use std::io;

use crate::{Error, host};

/// Why `start_response` refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StartError {
    /// Called a second time without `exc_info`.
    #[error("start_response was called twice without exc_info")]
    AlreadyCalled,
    /// Called with `exc_info` after the headers had gone to the client: return
    /// the error that you passed, as PEP 3333 re-raises it.
    #[error("start_response was called with exc_info after the headers were sent")]
    HeadersSent,
    /// The status is not `NNN reason`.
    #[error("invalid status: {0}")]
    InvalidStatus(String),
    /// A header breaks RFC 9110 section 5.
    #[error("invalid header: {0}")]
    InvalidHeader(String),
    /// The header belongs to the connection, which is the server's.
    #[error("hop-by-hop header: {0}")]
    HopByHop(String),
}

/// Why `write` refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WriteError {
    /// `start_response` was not called before.
    #[error("write was called before start_response")]
    NotStarted,
    /// The client is gone.
    #[error("the client is gone")]
    Disconnected,
}

impl From<WriteError> for io::Error {
    fn from(error: WriteError) -> Self {
        let kind = match error {
            WriteError::NotStarted => io::ErrorKind::NotConnected,
            WriteError::Disconnected => io::ErrorKind::BrokenPipe,
        };
        Self::new(kind, error)
    }
}

/// PEP 3333's `start_response` callable.
///
/// Move it into the body to call it during iteration, as the PEP allows until
/// the first chunk.
#[derive(Debug)]
pub struct StartResponse {
    host: host::StartResponse,
}

impl StartResponse {
    pub(crate) fn new(host: host::StartResponse) -> Self {
        Self { host }
    }

    /// Makes a recorder: a middleware hands it to the inner application and then
    /// looks at what was called with [`recorded`](Self::recorded).
    pub fn recorder() -> Self {
        Self::new(host::StartResponse::recorder())
    }

    /// Returns the status and headers that a recorder recorded last.
    pub fn recorded(&self) -> Option<(String, Vec<(String, String)>)> {
        self.host.recorded()
    }

    /// `start_response(status, headers, exc_info)`.
    ///
    /// The status is `NNN reason`. Nothing is sent before the first chunk, so
    /// that until then a call with `exc_info` replaces what an earlier one said.
    ///
    /// # Errors
    ///
    /// [`StartError`], for a second call without `exc_info`, for one with it after
    /// the headers were sent, and for a malformed status or header.
    pub fn call(
        &self,
        status: &str,
        headers: &[(&str, &str)],
        exc_info: Option<&Error>,
    ) -> Result<Write<'_>, StartError> {
        self.host.call(status, headers, exc_info.is_some())?;
        Ok(Write { host: &self.host })
    }
}

/// The `write` callable that `start_response` returns, for applications that
/// push rather than return an iterable. It is also an [`io::Write`].
#[derive(Debug)]
pub struct Write<'a> {
    host: &'a host::StartResponse,
}

impl Write<'_> {
    /// Sends a chunk; returns once its bytes are sent or queued.
    ///
    /// # Errors
    ///
    /// [`WriteError::Disconnected`] where the client is gone.
    pub fn call(&self, chunk: &[u8]) -> Result<(), WriteError> {
        self.host.write(chunk)
    }
}

impl io::Write for Write<'_> {
    fn write(&mut self, chunk: &[u8]) -> io::Result<usize> {
        self.call(chunk)?;
        Ok(chunk.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
