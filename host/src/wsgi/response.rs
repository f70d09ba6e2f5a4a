//! The answer to one request, whose body is pulled as the client takes it.
//!
//! That a chunk is on its way before the app is asked for the next (PEP 3333,
//! "Buffering and Streaming") is the listener's part: it polls a body only once
//! the chunk before has left.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use http::{Response, StatusCode};
use http_body::{Body as HttpBody, Frame, SizeHint};

use super::drive::{End, Failure};
use super::exchange::Exchange;
use super::head::Head;
use crate::error_page::ErrorPage;
use crate::runtime::output::escaped;

/// Why a body ended early: the connection has to be closed.
#[derive(Debug, thiserror::Error)]
pub enum BodyError {
    /// The app failed after its headers were sent.
    #[error("the app failed in the middle of its response")]
    Failed,
    /// The Content-Length promised more.
    #[error("the response is {0} bytes shorter than its Content-Length")]
    Short(u64),
}

/// The body of a response.
pub enum Body {
    /// In one piece.
    Whole(Option<Bytes>),
    /// Pulled from the app, chunk by chunk.
    Chunks(Chunks),
}

/// An app at work. Where it is dropped before its end, because the client has
/// gone, a task of its own sees it through, so that `close()` is called.
pub(super) struct Driving {
    pub(super) run: Option<Pin<Box<dyn Future<Output = End> + Send>>>,
    pub(super) exchange: Arc<Exchange>,
}

impl Drop for Driving {
    fn drop(&mut self) {
        self.exchange.leave();
        if let Some(run) = self.run.take()
            && let Ok(runtime) = tokio::runtime::Handle::try_current()
        {
            let exchange = Arc::clone(&self.exchange);
            runtime.spawn(async move {
                if let End::Failed(failure) = run.await {
                    log(&exchange, &failure);
                }
            });
        }
    }
}

impl Driving {
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<End>> {
        let Some(run) = &mut self.run else {
            return Poll::Ready(None);
        };
        let end = ready!(run.as_mut().poll(context));
        self.run = None;
        Poll::Ready(Some(end))
    }
}

/// Chunks pulled from an app.
pub struct Chunks {
    driving: Driving,
    /// What the Content-Length has left, if there is one.
    expected: Option<u64>,
    end: Option<End>,
}

impl Driving {
    /// Waits for the head, and returns the response that begins with it.
    pub(super) async fn respond(mut self, detailed: bool) -> Response<Body> {
        let end = std::future::poll_fn(|context| {
            let end = self.poll(context);
            if end.is_pending() && !self.exchange.is_sent() {
                return Poll::Pending;
            }
            Poll::Ready(match end {
                Poll::Ready(end) => end,
                Poll::Pending => None,
            })
        })
        .await;
        match (self.exchange.take_head(), end) {
            (Some(head), end) => streamed(head, self, end),
            (None, Some(End::Whole(bytes))) => match self.exchange.take_recorded() {
                Some(head) => whole(head, bytes, self.exchange.is_head_only()),
                None => self.failed(&Failure::NotStarted, detailed),
            },
            (None, Some(End::Failed(failure))) => self.failed(&failure, detailed),
            // Every other end commits a head.
            (None, _) => self.failed(&Failure::NotStarted, detailed),
        }
    }

    fn failed(&self, failure: &Failure, detailed: bool) -> Response<Body> {
        log(&self.exchange, failure);
        failed(failure, &self.exchange.id, detailed)
    }
}

fn streamed(head: Head, driving: Driving, end: Option<End>) -> Response<Body> {
    let expected = head.content_length.filter(|_| head.has_body());
    if !head.has_body() || driving.exchange.is_head_only() {
        // The app is seen through all the same, by `Driving`'s drop.
        return head.into_response(Body::Whole(None));
    }
    head.into_response(Body::Chunks(Chunks {
        driving,
        expected,
        end,
    }))
}

fn whole(mut head: Head, mut bytes: Bytes, head_only: bool) -> Response<Body> {
    if !head.has_body() {
        return head.into_response(Body::Whole(None));
    }
    let length = bytes.len() as u64;
    match head.content_length {
        None => {
            head.headers
                .insert(CONTENT_LENGTH, HeaderValue::from(length));
        }
        Some(said) if said < length => {
            tracing::warn!(target: "app", said, length, "more body than Content-Length: cut");
            bytes.truncate(usize::try_from(said).unwrap_or(usize::MAX));
        }
        Some(said) if said > length && !head_only => {
            let short = Chunks::short(bytes, said);
            return head.into_response(Body::Chunks(short));
        }
        Some(_) => {}
    }
    head.into_response(Body::Whole((!head_only).then_some(bytes)))
}

impl Chunks {
    /// One piece, and then the error that closes the connection.
    fn short(bytes: Bytes, said: u64) -> Self {
        let missing = said.saturating_sub(bytes.len() as u64);
        let exchange = Exchange::finished(bytes);
        Self {
            driving: Driving {
                run: None,
                exchange,
            },
            expected: Some(said),
            end: Some(End::Short(missing)),
        }
    }

    fn take(&mut self) -> Option<Bytes> {
        let chunk = self.driving.exchange.take_chunk()?;
        if let Some(expected) = &mut self.expected {
            *expected = expected.saturating_sub(chunk.len() as u64);
        }
        Some(chunk)
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, BodyError>>> {
        loop {
            if let Some(chunk) = self.take() {
                return Poll::Ready(Some(Ok(chunk)));
            }
            if let Some(end) = self.end.take() {
                return Poll::Ready(self.last(&end));
            }
            if self.driving.run.is_none() {
                return Poll::Ready(None);
            }
            match self.driving.poll(context) {
                Poll::Ready(end) => self.end = end,
                Poll::Pending => {
                    return match self.take() {
                        Some(chunk) => Poll::Ready(Some(Ok(chunk))),
                        None => Poll::Pending,
                    };
                }
            }
        }
    }

    fn last(&self, end: &End) -> Option<Result<Bytes, BodyError>> {
        match end {
            End::Done | End::Whole(_) => None,
            End::Short(missing) => {
                let request = &*self.driving.exchange.id;
                tracing::warn!(target: "app", request, missing, "less body than Content-Length: connection closed");
                Some(Err(BodyError::Short(*missing)))
            }
            End::Failed(failure) => {
                log(&self.driving.exchange, failure);
                Some(Err(BodyError::Failed))
            }
        }
    }
}

impl HttpBody for Body {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        match self.get_mut() {
            Self::Whole(bytes) => Poll::Ready(bytes.take().map(|bytes| Ok(Frame::data(bytes)))),
            Self::Chunks(chunks) => chunks
                .poll(context)
                .map(|chunk| chunk.map(|chunk| chunk.map(Frame::data))),
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Whole(bytes) => bytes.as_ref().is_none_or(Bytes::is_empty),
            Self::Chunks(_) => false,
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Whole(bytes) => {
                SizeHint::with_exact(bytes.as_ref().map_or(0, |bytes| bytes.len() as u64))
            }
            Self::Chunks(chunks) => chunks
                .expected
                .map_or_else(SizeHint::new, SizeHint::with_exact),
        }
    }
}

/// Writes the whole story to the log; the client learns little of it.
fn log(exchange: &Exchange, failure: &Failure) {
    let request = &*exchange.id;
    match failure {
        Failure::Busy => tracing::warn!(target: "app", request, "{failure}"),
        Failure::Exception { summary, detail } => {
            tracing::error!(target: "app", request, "{}", escaped(summary.as_bytes()));
            for line in detail.lines() {
                tracing::error!(target: "app", request, "{}", escaped(line.as_bytes()));
            }
        }
        _ => {
            // A trap's backtrace names functions as the guest's file does.
            for line in failure.to_string().lines() {
                tracing::error!(target: "app", request, "{}", escaped(line.as_bytes()));
            }
        }
    }
}

/// The answer to a request whose app failed before it had sent anything.
pub(super) fn failed(failure: &Failure, id: &str, detailed: bool) -> Response<Body> {
    let status = match failure {
        Failure::Busy => StatusCode::SERVICE_UNAVAILABLE,
        Failure::Timeout => StatusCode::GATEWAY_TIMEOUT,
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    };
    let line = format!(
        "{} {}",
        status.as_str(),
        status.canonical_reason().unwrap_or("")
    );
    let (text, kind) = if detailed {
        (page(failure, &line, id), "text/html; charset=utf-8")
    } else {
        let text = format!("{line}\n\nrequest {id}\n");
        (text, "text/plain; charset=utf-8")
    };
    let mut response = Response::new(Body::Whole(Some(text.into())));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    if status == StatusCode::SERVICE_UNAVAILABLE {
        headers.insert(RETRY_AFTER, HeaderValue::from_static("1"));
    }
    response
}

/// The page that `dev` shows in the answer's place.
fn page(failure: &Failure, status: &str, id: &str) -> String {
    let detail = match failure {
        Failure::Exception { detail, .. } => detail.as_str(),
        _ => "",
    };
    let note = format!(
        "{status}, request {id}. Only `runtime dev` shows this; elsewhere the client is told \
         nothing, and the log everything."
    );
    let page = ErrorPage {
        title: &failure.to_string(),
        detail,
        note: &note,
        reloads: false,
    };
    page.html()
}
