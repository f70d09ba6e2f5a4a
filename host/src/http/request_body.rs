//! The request body as a stream with a size limit, and with limits on how
//! slowly a client may send it.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use hyper::body::{Body as _, Frame};
use tokio::time::{Instant, timeout};

use super::limits::HttpLimits;
use super::wire::Wire;

/// What hyper drains by itself after a response, where it has come already.
const SHORT_DRAIN: u64 = 8 * 1024;

/// How long a short rest of an unread body may be on its way.
const DRAIN_PATIENCE: Duration = Duration::from_secs(5);

/// Why a request body could not be read further. Once given, given for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BodyError {
    /// The client closed the connection before the body was complete.
    #[error("the client closed the connection before its request body was complete")]
    Disconnected,
    /// The body broke the framing of RFC 9112 section 7.
    #[error("the request body's framing is malformed")]
    Malformed,
    /// The body is larger than `HttpLimits::request_body`.
    #[error("the request body is larger than the limit")]
    TooLarge,
    /// The client sent too slowly.
    #[error("the client sent its request body too slowly")]
    Timeout,
}

/// The body of a request, decoded, as it arrives. Nothing is buffered beyond
/// what hyper has read already, so a body that is not read is not received.
pub struct RequestBody {
    source: Source,
    chunk: Bytes,
    length: Option<u64>,
    received: u64,
    waited: Duration,
}

enum Source {
    Client(Client),
    End,
    Failed(BodyError),
}

struct Client {
    incoming: Incoming,
    wire: Arc<Wire>,
    limits: Arc<HttpLimits>,
    expects_continue: bool,
}

impl RequestBody {
    /// Returns a body without bytes.
    pub fn empty() -> Self {
        Self::full(Bytes::new())
    }

    /// Returns a body that is there already: for tests, and for requests that
    /// come from elsewhere than a client.
    pub fn full(bytes: impl Into<Bytes>) -> Self {
        let chunk = bytes.into();
        Self {
            source: Source::End,
            length: u64::try_from(chunk.len()).ok(),
            chunk,
            received: 0,
            waited: Duration::ZERO,
        }
    }

    pub(super) fn incoming(
        incoming: Incoming,
        wire: &Arc<Wire>,
        limits: &Arc<HttpLimits>,
        expects_continue: bool,
    ) -> Self {
        if incoming.is_end_stream() {
            return Self::empty();
        }
        Self {
            chunk: Bytes::new(),
            length: incoming.size_hint().exact(),
            source: Source::Client(Client {
                incoming,
                wire: Arc::clone(wire),
                limits: Arc::clone(limits),
                expects_continue,
            }),
            received: 0,
            waited: Duration::ZERO,
        }
    }

    /// Returns how long the body is, or none where only its end will tell
    /// (`Transfer-Encoding: chunked`).
    pub fn content_length(&self) -> Option<u64> {
        self.length
    }

    /// Returns between 1 and `max` bytes, or an empty slice at the end, and then
    /// for ever. `Expect: 100-continue` is answered by the first call.
    ///
    /// # Errors
    ///
    /// [`BodyError`], the same one for ever.
    pub async fn read(&mut self, max: usize) -> Result<Bytes, BodyError> {
        while self.chunk.is_empty() {
            match &mut self.source {
                Source::End => return Ok(Bytes::new()),
                Source::Failed(error) => return Err(*error),
                Source::Client(client) => {
                    let next = client.next(self.received, &mut self.waited).await;
                    self.accept(next)?;
                }
            }
        }
        Ok(self.chunk.split_to(max.max(1).min(self.chunk.len())))
    }

    fn accept(&mut self, next: Result<Option<Bytes>, BodyError>) -> Result<(), BodyError> {
        let Source::Client(client) = &self.source else {
            return Ok(());
        };
        let accepted = match next {
            Ok(Some(chunk)) => {
                self.received = self
                    .received
                    .saturating_add(u64::try_from(chunk.len()).unwrap_or(u64::MAX));
                self.chunk = chunk;
                match client.limits.request_body {
                    Some(most) if self.received > most => Err(BodyError::TooLarge),
                    _ => return Ok(()),
                }
            }
            Ok(None) if self.length.is_some_and(|length| length != self.received) => {
                Err(BodyError::Disconnected)
            }
            Ok(None) => Ok(()),
            Err(error) => Err(error),
        };
        if accepted.is_err() {
            self.chunk = Bytes::new();
            // Reading stops in the middle of the message.
            client.wire.body_abandoned();
        }
        self.source = accepted.map_or_else(Source::Failed, |()| Source::End);
        accepted
    }
}

impl Client {
    /// Returns the next chunk of data, or none at the end.
    async fn next(
        &mut self,
        received: u64,
        waited: &mut Duration,
    ) -> Result<Option<Bytes>, BodyError> {
        loop {
            let frame = match self.poll_now().await {
                Some(frame) => frame,
                None => self.wait(received, waited).await?,
            };
            match frame {
                None => return Ok(None),
                Some(Ok(frame)) => {
                    // Trailers have no place in WSGI.
                    if let Ok(data) = frame.into_data()
                        && !data.is_empty()
                    {
                        return Ok(Some(data));
                    }
                }
                Some(Err(_)) if self.wire.is_body_malformed() => return Err(BodyError::Malformed),
                Some(Err(_)) => return Err(BodyError::Disconnected),
            }
        }
    }

    /// Looks without waiting, and so without a timer: the common case.
    async fn poll_now(&mut self) -> Option<NextFrame> {
        self.expects_continue = false;
        std::future::poll_fn(|cx| {
            Poll::Ready(match Pin::new(&mut self.incoming).poll_frame(cx) {
                Poll::Ready(frame) => Some(frame),
                Poll::Pending => None,
            })
        })
        .await
    }

    async fn wait(&mut self, received: u64, waited: &mut Duration) -> Result<NextFrame, BodyError> {
        let patience = patience(&self.limits, received, *waited);
        let begun = Instant::now();
        let frame = timeout(patience, self.incoming.frame()).await;
        *waited += begun.elapsed();
        frame.map_err(|_| BodyError::Timeout)
    }
}

type NextFrame = Option<Result<Frame<Bytes>, hyper::Error>>;

/// Returns how long to wait for the next byte: the idle limit, or what is left
/// of the time that the minimum rate grants.
fn patience(limits: &HttpLimits, received: u64, waited: Duration) -> Duration {
    match received.checked_div(limits.body_rate) {
        None => limits.body_idle,
        Some(earned) => {
            let granted = limits
                .body_grace
                .saturating_add(Duration::from_secs(earned));
            limits.body_idle.min(granted.saturating_sub(waited))
        }
    }
}

impl Drop for RequestBody {
    /// Takes a short rest off the connection, and tells the exchange of a longer
    /// one, so that the response says `Connection: close` while it still can.
    fn drop(&mut self) {
        let Source::Client(client) = std::mem::replace(&mut self.source, Source::End) else {
            return;
        };
        let left = self
            .length
            .map_or(u64::MAX, |length| length.saturating_sub(self.received));
        if client.expects_continue || left > SHORT_DRAIN {
            client.wire.body_abandoned();
        } else if left > 0
            && let Ok(runtime) = tokio::runtime::Handle::try_current()
        {
            runtime.spawn(drain(client.incoming));
        }
    }
}

/// Reads what is left of a body. hyper by itself drains only what has arrived, and
/// closes without a word where the rest is still on its way.
async fn drain(mut incoming: Incoming) {
    let rest = async { while let Some(Ok(_)) = incoming.frame().await {} };
    // Who does not send the rest of a short body in this time loses the connection.
    let _ = timeout(DRAIN_PATIENCE, rest).await;
}

impl fmt::Debug for RequestBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequestBody")
            .field("length", &self.length)
            .field("received", &self.received)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_body_comes_in_pieces_of_at_most_max_and_ends_for_ever() {
        let mut body = RequestBody::full("abcde");
        assert_eq!(body.content_length(), Some(5));
        assert_eq!(body.read(2).await, Ok(Bytes::from("ab")));
        assert_eq!(
            body.read(0).await,
            Ok(Bytes::from("c")),
            "zero asks for one"
        );
        assert_eq!(body.read(usize::MAX).await, Ok(Bytes::from("de")));
        for _ in 0..3 {
            assert_eq!(body.read(1).await, Ok(Bytes::new()));
        }
    }

    #[test]
    fn patience_is_the_idle_limit_until_the_rate_is_too_low() {
        let limits = HttpLimits::default();
        let secs = Duration::from_secs;
        assert_eq!(patience(&limits, 0, Duration::ZERO), secs(20));
        assert_eq!(patience(&limits, 0, secs(15)), secs(5));
        assert_eq!(
            patience(&limits, 500 * 40, secs(15)),
            secs(30),
            "capped by idle"
        );
        assert_eq!(patience(&limits, 500 * 5, secs(40)), Duration::ZERO);
        let unlimited = HttpLimits {
            body_rate: 0,
            ..limits
        };
        assert_eq!(patience(&unlimited, 0, secs(1000)), secs(30));
    }
}
