//! `wsgi.input`: the request body, pulled through the host piece by piece.

use std::future::Future;
use std::pin::Pin;

use bytes::Bytes;

/// A read in progress.
pub type Reading<'a> = Pin<Box<dyn Future<Output = Result<Bytes, InputError>> + Send + 'a>>;

/// Where a body comes from.
pub trait Source: Send {
    /// Reads 1 to `max` bytes, or none at the end and then none for ever.
    fn read(&mut self, max: usize) -> Reading<'_>;
}

/// Why a body could not be read further.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InputError {
    /// The client closed the connection.
    #[error("the client closed the connection before the body was complete")]
    Disconnected,
    /// The framing is broken.
    #[error("the body breaks the framing of RFC 9112 section 7")]
    Malformed,
    /// The body exceeds the limit.
    #[error("the body is larger than the request_body limit")]
    TooLarge,
    /// The client was too slow.
    #[error("the client sent the body too slowly")]
    Timeout,
}

/// No body.
#[derive(Clone, Copy, Debug)]
pub struct Empty;

impl Source for Empty {
    fn read(&mut self, _: usize) -> Reading<'_> {
        Box::pin(std::future::ready(Ok(Bytes::new())))
    }
}

/// What a guest's `input` handle stands for.
pub struct Input(pub(super) Box<dyn Source>);
