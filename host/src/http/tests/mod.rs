//! The whole room over real sockets, in raw bytes.

mod logging;
mod protocol;
mod smuggling;
mod streaming;
mod timing;

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use http::{Request, Response};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::{Drained, Handler, HttpLimits, Listener, RequestBody, ResponseBody, Shutdown};

/// No test waits longer than this for anything.
const PATIENCE: Duration = Duration::from_secs(20);

struct Fn<F>(F, Arc<AtomicUsize>);

impl<F, Fut> Handler for Fn<F>
where
    F: std::ops::Fn(Request<RequestBody>) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Response<ResponseBody>> + Send,
{
    async fn call(self: &Arc<Self>, request: Request<RequestBody>) -> Response<ResponseBody> {
        self.1.fetch_add(1, Ordering::SeqCst);
        (self.0)(request).await
    }
}

/// A server on a free port.
struct Server {
    address: SocketAddr,
    calls: Arc<AtomicUsize>,
    shutdown: Shutdown,
    task: JoinHandle<Drained>,
}

impl Server {
    async fn start<F, Fut>(limits: HttpLimits, handler: F) -> Self
    where
        F: std::ops::Fn(Request<RequestBody>) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Response<ResponseBody>> + Send + 'static,
    {
        let listener = Listener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr();
        let calls = Arc::new(AtomicUsize::new(0));
        let shutdown = Shutdown::new();
        let handler = Arc::new(Fn(handler, Arc::clone(&calls)));
        let task = tokio::spawn(listener.serve(handler, limits, shutdown.clone()));
        Self {
            address,
            calls,
            shutdown,
            task,
        }
    }

    fn calls(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }

    async fn connect(&self) -> Client {
        Client(TcpStream::connect(self.address).await.expect("connect"))
    }

    /// Sends bytes, and returns all that comes until the server closes.
    async fn talk(&self, bytes: &[u8]) -> String {
        let mut client = self.connect().await;
        client.send(bytes).await;
        client.rest().await
    }
}

struct Client(TcpStream);

impl Client {
    async fn send(&mut self, bytes: &[u8]) {
        self.0.write_all(bytes).await.expect("send");
    }

    /// Reads until the server closes.
    async fn rest(&mut self) -> String {
        let mut rest = Vec::new();
        timeout(PATIENCE, self.0.read_to_end(&mut rest))
            .await
            .expect("the server closes")
            .expect("no reset");
        String::from_utf8_lossy(&rest).into_owned()
    }

    /// Reads until the text ends in `end`.
    async fn until(&mut self, end: &str) -> String {
        let mut text = Vec::new();
        while !text.ends_with(end.as_bytes()) {
            let byte = timeout(PATIENCE, self.0.read_u8()).await;
            text.push(
                byte.expect("in time")
                    .unwrap_or_else(|error| panic!("{error} after {}", text.escape_ascii())),
            );
        }
        String::from_utf8_lossy(&text).into_owned()
    }
}

/// Reads a whole body; 400, 413, 408 where it fails.
async fn echo(request: Request<RequestBody>) -> Response<ResponseBody> {
    use super::BodyError;
    let path = request.uri().path().to_owned();
    let mut body = request.into_body();
    let mut all = path.into_bytes();
    loop {
        match body.read(64 * 1024).await {
            Ok(chunk) if chunk.is_empty() => return Response::new(ResponseBody::full(all)),
            Ok(chunk) => all.extend_from_slice(&chunk),
            Err(error) => {
                let mut response = Response::new(ResponseBody::full(error.to_string()));
                *response.status_mut() = match error {
                    BodyError::TooLarge => http::StatusCode::PAYLOAD_TOO_LARGE,
                    BodyError::Timeout => http::StatusCode::REQUEST_TIMEOUT,
                    BodyError::Malformed | BodyError::Disconnected => http::StatusCode::BAD_REQUEST,
                };
                return response;
            }
        }
    }
}

fn statuses(text: &str) -> Vec<&str> {
    text.match_indices("HTTP/1.")
        .filter_map(|(at, _)| text.get(at + 9..at + 12))
        .filter(|status| status.bytes().all(|b| b.is_ascii_digit()))
        .collect()
}
