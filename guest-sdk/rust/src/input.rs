//! `wsgi.input`: the request body, streamed as it arrives.

use std::io::{self, BufRead, Read};

use crate::host;

/// Bytes asked of the host at once where the reader did not say how many: large
/// enough that crossing into the host costs little beside copying them.
const BLOCK: u32 = 64 * 1024;

/// Why the request body could not be read further.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InputError {
    /// The client closed the connection before its body was complete.
    #[error("the client closed the connection before its body was complete")]
    Disconnected,
    /// The body broke the framing of RFC 9112 section 7.
    #[error("the request body is malformed")]
    Malformed,
    /// The body is larger than the host allows.
    #[error("the request body is larger than the server allows")]
    TooLarge,
    /// The client sent too slowly.
    #[error("the client sent its body too slowly")]
    Timeout,
}

impl From<InputError> for io::Error {
    fn from(error: InputError) -> Self {
        let kind = match error {
            InputError::Disconnected => io::ErrorKind::ConnectionReset,
            InputError::Malformed => io::ErrorKind::InvalidData,
            InputError::TooLarge => io::ErrorKind::FileTooLarge,
            InputError::Timeout => io::ErrorKind::TimedOut,
        };
        Self::new(kind, error)
    }
}

/// `wsgi.input`: a reader that ends where the request body ends, and stays there.
///
/// It is a [`Read`] and a [`BufRead`], so what PEP 3333 calls `read(n)`,
/// `readline()` and iteration are [`Read::read`], [`BufRead::read_line`] and
/// [`BufRead::lines`]. Nothing is read ahead before the first call, so that
/// `Expect: 100-continue` is answered only when the application wants the body.
pub struct Input {
    /// None once the body was taken, elsewhere or into the buffer.
    source: Option<host::Input>,
    /// What the host returned beyond what was asked for; consumed up to `position`.
    buffer: Vec<u8>,
    position: usize,
}

impl Input {
    pub(crate) fn new(source: host::Input) -> Self {
        Self {
            source: Some(source),
            buffer: Vec::new(),
            position: 0,
        }
    }

    /// Makes an input that has ended.
    pub(crate) fn exhausted() -> Self {
        Self::of(Vec::new())
    }

    /// Makes an input of bytes that were read already.
    pub(crate) fn of(buffer: Vec<u8>) -> Self {
        Self {
            source: None,
            buffer,
            position: 0,
        }
    }

    fn pull(&self, max: u32) -> Result<Vec<u8>, InputError> {
        match &self.source {
            Some(source) if max > 0 => source.read(max),
            _ => Ok(Vec::new()),
        }
    }

    /// Returns the next bytes as they arrived, at most `max`; empty at the end.
    ///
    /// This is the cheapest way to stream: nothing is copied.
    ///
    /// # Errors
    ///
    /// Where the client vanished, was too slow, or broke framing or limits.
    pub fn next_chunk(&mut self, max: u32) -> Result<Vec<u8>, InputError> {
        let rest = self.buffered();
        if rest.is_empty() {
            return self.pull(max);
        }
        let length = rest.len().min(usize::try_from(max).unwrap_or(usize::MAX));
        let chunk = rest.iter().take(length).copied().collect();
        self.consume(length);
        Ok(chunk)
    }

    fn buffered(&self) -> &[u8] {
        self.buffer.get(self.position..).unwrap_or_default()
    }
}

impl Read for Input {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if into.is_empty() {
            return Ok(0);
        }
        if self.buffered().is_empty() {
            // A small read is served from a block: a byte-wise parser would
            // otherwise cross into the host for every byte.
            let max = u32::try_from(into.len()).unwrap_or(u32::MAX).max(BLOCK);
            self.buffer = self.pull(max)?;
            self.position = 0;
        }
        let mut rest = self.buffered();
        let length = rest.read(into)?;
        self.consume(length);
        Ok(length)
    }
}

impl BufRead for Input {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.buffered().is_empty() {
            self.buffer = self.pull(BLOCK)?;
            self.position = 0;
        }
        Ok(self.buffered())
    }

    fn consume(&mut self, amount: usize) {
        self.position = self.position.saturating_add(amount).min(self.buffer.len());
    }
}

impl std::fmt::Debug for Input {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Input")
            .field("buffered", &self.buffered().len())
            .finish_non_exhaustive()
    }
}
