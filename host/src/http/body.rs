//! Response bodies: what a handler returns, and how it is paced on its way out.

use std::error::Error;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};

use super::access_log::{Ending, Record};
use super::wire::Wire;

/// What a body fails with. The text goes to the log, never to the client.
pub type BoxError = Box<dyn Error + Send + Sync>;

/// The body of a response.
///
/// A streamed body is polled for its next chunk only once the chunk before is
/// in the kernel's hands, so a slow client holds back its producer and at most
/// one chunk waits in memory. An error closes the connection without the final
/// chunk, so that the client sees the response was cut.
pub enum ResponseBody {
    /// Everything at once, sent together with the head. None once taken.
    Full(Option<Bytes>),
    /// A stream.
    Boxed(Pin<Box<dyn Body<Data = Bytes, Error = BoxError> + Send>>),
}

impl ResponseBody {
    /// Returns a body without bytes.
    pub fn empty() -> Self {
        Self::Full(None)
    }

    /// Returns a body of exactly these bytes.
    pub fn full(bytes: impl Into<Bytes>) -> Self {
        let bytes = bytes.into();
        Self::Full((!bytes.is_empty()).then_some(bytes))
    }

    /// Returns a body that streams.
    pub fn boxed<B>(body: B) -> Self
    where
        B: Body<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        Self::Boxed(Box::pin(http_body_util::BodyExt::map_err(body, Into::into)))
    }
}

impl fmt::Debug for ResponseBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Full(bytes) => f.debug_tuple("Full").field(bytes).finish(),
            Self::Boxed(_) => f.write_str("Boxed(..)"),
        }
    }
}

impl Body for ResponseBody {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        match self.get_mut() {
            Self::Full(bytes) => Poll::Ready(bytes.take().map(|bytes| Ok(Frame::data(bytes)))),
            Self::Boxed(body) => body.as_mut().poll_frame(cx),
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Full(bytes) => bytes.is_none(),
            Self::Boxed(body) => body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Full(bytes) => {
                let len = bytes.as_ref().map_or(0, Bytes::len);
                SizeHint::with_exact(u64::try_from(len).unwrap_or(u64::MAX))
            }
            Self::Boxed(body) => body.size_hint(),
        }
    }
}

/// How a response relates to its body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Delimiting {
    /// The client can tell a cut body from a complete one.
    Framed,
    /// The end of the connection ends the body (HTTP/1.0), so a cut one has to
    /// end in a reset.
    ByClose,
    /// HEAD, 204, 304: the body is not sent.
    Nothing,
}

/// A response body on its way through hyper: paces it, counts it, and reports
/// its end when it is dropped.
pub(super) struct Outgoing {
    body: ResponseBody,
    wire: Arc<Wire>,
    delimiting: Delimiting,
    sent: u64,
    ending: Option<Ending>,
    record: Option<Record>,
}

impl Outgoing {
    pub(super) fn new(
        body: ResponseBody,
        wire: Arc<Wire>,
        delimiting: Delimiting,
        record: Option<Record>,
    ) -> Self {
        Self {
            body,
            wire,
            delimiting,
            sent: 0,
            ending: None,
            record,
        }
    }

    fn is_paced(&self) -> bool {
        matches!(self.body, ResponseBody::Boxed(_))
    }
}

impl Body for Outgoing {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let this = self.get_mut();
        // hyper would go on asking until it has 16 chunks, and only then write.
        // Pending makes it flush, after which it is woken to ask again.
        if this.is_paced() {
            ready!(this.wire.poll_flushed(cx));
        }
        let frame = ready!(Pin::new(&mut this.body).poll_frame(cx));
        match &frame {
            Some(Ok(frame)) => {
                if let Some(chunk) = frame.data_ref().filter(|chunk| !chunk.is_empty()) {
                    this.sent += u64::try_from(chunk.len()).unwrap_or(0);
                    if this.is_paced() {
                        this.wire.chunk_buffered();
                    }
                }
            }
            Some(Err(error)) => {
                this.ending = Some(Ending::BodyFailed(error.to_string()));
                if this.delimiting == Delimiting::ByClose {
                    this.wire.reset_on_close();
                }
            }
            None => this.ending = Some(Ending::Complete),
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Outgoing {
    fn drop(&mut self) {
        self.wire.flushed();
        self.wire.end_request();
        if let Some(record) = self.record.take() {
            // hyper does not ask for the end of a body whose length it knows.
            let complete = self.delimiting == Delimiting::Nothing
                || self.body.is_end_stream()
                || self.body.size_hint().exact() == Some(0);
            let ending = self.ending.take().unwrap_or(if complete {
                Ending::Complete
            } else {
                Ending::ClientGone
            });
            record.emit(self.sent, &ending);
        }
    }
}
