//! One request and its response: what stands between hyper and the handler.

use std::convert::Infallible;
use std::future::Future;
use std::net::SocketAddr;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures_util::FutureExt as _;
use http::header::{CONNECTION, CONTENT_TYPE, EXPECT, HeaderValue, SERVER};
use http::{HeaderMap, Method, Request, Response, StatusCode, Version};
use hyper::body::{Body as _, Incoming};

use super::access_log::Record;
use super::body::{Delimiting, Outgoing, ResponseBody};
use super::framing::{HIDDEN_UPGRADE, Refusal};
use super::limits::HttpLimits;
use super::request_body::RequestBody;
use super::request_id::{RequestId, X_REQUEST_ID};
use super::shutdown::Shutdown;
use super::wire::Wire;

const SERVER_NAME: HeaderValue = HeaderValue::from_static("wasgi");
const CLOSE: HeaderValue = HeaderValue::from_static("close");
const PLAIN_TEXT: HeaderValue = HeaderValue::from_static("text/plain; charset=utf-8");

/// Answers requests.
///
/// The request's extensions hold [`ConnectionInfo`] and [`RequestId`]; its URI is
/// the target as it was sent. A panic costs that one request: it is logged and
/// answered 500. The future is dropped where the client closes the connection.
pub trait Handler: Send + Sync + 'static {
    /// Answers one request.
    fn call(
        self: &Arc<Self>,
        request: Request<RequestBody>,
    ) -> impl Future<Output = Response<ResponseBody>> + Send;
}

/// Who is on the connection, in a request's extensions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConnectionInfo {
    /// The client's address.
    pub peer: SocketAddr,
    /// The address the client connected to.
    pub local: SocketAddr,
    /// `http` or `https`.
    pub scheme: &'static str,
}

/// What all requests of one connection share.
pub(super) struct Exchange<H> {
    pub(super) handler: Arc<H>,
    pub(super) wire: Arc<Wire>,
    pub(super) limits: Arc<HttpLimits>,
    pub(super) shutdown: Shutdown,
    pub(super) info: ConnectionInfo,
}

impl<H: Handler> Exchange<H> {
    /// Answers one request that hyper has read.
    pub(super) async fn answer(
        self: Arc<Self>,
        mut request: Request<Incoming>,
    ) -> Result<Response<Outgoing>, Infallible> {
        let refused = self.wire.begin_request();
        if self.wire.hides_upgrade() {
            request.headers_mut().remove(HIDDEN_UPGRADE);
        }
        let id = RequestId::of(request.headers_mut());
        let mut record = Record::begin(&request, &id, self.info.peer);
        let version = request.version();
        let is_head = *request.method() == Method::HEAD;

        let mut response = if let Some(refusal) = refused {
            if let Some(record) = &mut record {
                record.refused(refusal.why);
                record.without_line();
            }
            refuse(refusal)
        } else if self.is_too_large(&request) {
            if let Some(record) = &mut record {
                record.refused(Refusal::BODY_TOO_LARGE.why);
            }
            refuse(Refusal::BODY_TOO_LARGE)
        } else {
            self.call_handler(request, &id).await
        };

        self.complete(response.headers_mut(), &id, version);
        if let Some(record) = &mut record {
            record.answered(response.status());
        }
        let delimiting = delimiting(&response, version, is_head);
        Ok(response.map(|body| Outgoing::new(body, Arc::clone(&self.wire), delimiting, record)))
    }

    /// A body whose announced length is over the limit is refused before a byte
    /// of it is asked for.
    fn is_too_large(&self, request: &Request<Incoming>) -> bool {
        match (self.limits.request_body, request.body().size_hint().exact()) {
            (Some(most), Some(length)) => length > most,
            _ => false,
        }
    }

    async fn call_handler(
        &self,
        request: Request<Incoming>,
        id: &RequestId,
    ) -> Response<ResponseBody> {
        let expects_continue = request.version() == Version::HTTP_11
            && request
                .headers()
                .get(EXPECT)
                .is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"100-continue"));
        let mut request = request.map(|incoming| {
            RequestBody::incoming(incoming, &self.wire, &self.limits, expects_continue)
        });
        request.extensions_mut().insert(self.info);
        request.extensions_mut().insert(id.clone());
        // Nothing of the handler's is looked at again after a panic but the
        // handler itself, which is shared and has to bear that.
        match AssertUnwindSafe(self.handler.call(request))
            .catch_unwind()
            .await
        {
            Ok(response) => response,
            Err(panic) => {
                let message = panic
                    .downcast_ref::<&str>()
                    .copied()
                    .or_else(|| panic.downcast_ref::<String>().map(String::as_str));
                tracing::error!(
                    request_id = id.as_str(),
                    panic = message,
                    "a handler panicked"
                );
                plain(StatusCode::INTERNAL_SERVER_ERROR, "internal server error")
            }
        }
    }

    /// Adds what every response carries. Date is hyper's, where absent.
    fn complete(&self, headers: &mut HeaderMap, id: &RequestId, version: Version) {
        headers.insert(X_REQUEST_ID, id.header());
        headers.entry(SERVER).or_insert(SERVER_NAME);
        // HTTP/1.0 closes unless hyper agreed to keep alive, and it says so.
        let must_close = self.wire.must_close() || self.shutdown.is_triggered();
        if must_close && version == Version::HTTP_11 {
            headers.insert(CONNECTION, CLOSE);
        }
    }
}

fn delimiting(response: &Response<ResponseBody>, version: Version, is_head: bool) -> Delimiting {
    let status = response.status();
    if is_head || status == StatusCode::NO_CONTENT || status == StatusCode::NOT_MODIFIED {
        Delimiting::Nothing
    } else if version == Version::HTTP_10
        && !response
            .headers()
            .contains_key(http::header::CONTENT_LENGTH)
        && response.body().size_hint().exact().is_none()
    {
        Delimiting::ByClose
    } else {
        Delimiting::Framed
    }
}

fn refuse(refusal: Refusal) -> Response<ResponseBody> {
    let mut response = plain(refusal.status, refusal.why);
    response.headers_mut().insert(CONNECTION, CLOSE);
    response
}

/// Returns a response of one line of text.
pub(super) fn plain(status: StatusCode, text: &'static str) -> Response<ResponseBody> {
    let mut line = String::with_capacity(text.len() + 1);
    line.push_str(text);
    line.push('\n');
    let mut response = Response::new(ResponseBody::full(line));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, PLAIN_TEXT);
    response
}
