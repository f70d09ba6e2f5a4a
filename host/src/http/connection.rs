//! Drives one connection: hyper over the framing guard, under a watchdog that
//! ends it when the client is too slow, and a close that lets the last response
//! arrive.

use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use hyper::server::conn::http1::{self, Connection};
use hyper::service::{HttpService, service_fn};
use hyper_util::rt::TokioIo;
use tokio::io::AsyncReadExt as _;
use tokio::net::TcpStream;
use tokio::time::{Instant, Sleep, sleep_until, timeout};

use super::body::Outgoing;
use super::exchange::{ConnectionInfo, Exchange, Handler};
use super::framing::{Guard, HeadLimits};
use super::limits::HttpLimits;
use super::shutdown::Shutdown;
use super::wire::{Expiry, Wire};

/// The read buffer: a whole head has to fit, with room to read more. It bounds
/// the write buffer too, though there one chunk is the most by pacing.
const READ_AHEAD: usize = 8 * 1024;

/// Time and bytes that a client gets to finish sending what nobody reads. Were
/// the socket closed at once, the kernel would answer its bytes with a reset,
/// and a reset takes the response with it that the client has not yet read
/// (RFC 9112 section 9.6).
const LINGER_TIME: Duration = Duration::from_secs(2);
const LINGER_BYTES: u64 = 512 * 1024;

/// What a server's connections share.
#[derive(Debug)]
pub(super) struct Service<H> {
    pub(super) handler: Arc<H>,
    pub(super) limits: Arc<HttpLimits>,
    pub(super) shutdown: Shutdown,
    http1: http1::Builder,
}

impl<H: Handler> Service<H> {
    pub(super) fn new(handler: Arc<H>, limits: HttpLimits, shutdown: Shutdown) -> Self {
        let mut http1 = http1::Builder::new();
        http1
            // The watchdog does this, for less.
            .header_read_timeout(None)
            // An end of input means that the client is gone: the handler is
            // dropped, and with it the app's work.
            .half_close(false)
            .max_buf_size(limits.max_head_bytes.max(READ_AHEAD) + READ_AHEAD);
        if limits.max_headers > 100 {
            // hyper's own bound is 100, on its stack; the guard has the real one.
            http1.max_headers(limits.max_headers + 1);
        }
        Self {
            handler,
            limits: Arc::new(limits),
            shutdown,
            http1,
        }
    }

    /// Serves a connection to its end.
    pub(super) async fn serve(&self, socket: TcpStream, info: ConnectionInfo) {
        let wire = Arc::new(Wire::new());
        let exchange = Arc::new(Exchange {
            handler: Arc::clone(&self.handler),
            wire: Arc::clone(&wire),
            limits: Arc::clone(&self.limits),
            shutdown: self.shutdown.clone(),
            info,
        });
        let head_limits = HeadLimits {
            bytes: self.limits.max_head_bytes,
            fields: self.limits.max_headers,
        };
        let guard = Guard::new(socket, Arc::clone(&wire), head_limits);
        let mut connection = self.http1.serve_connection(
            TokioIo::new(guard),
            service_fn(move |request| Arc::clone(&exchange).answer(request)),
        );
        let result = self.drive(&mut connection, &wire).await;
        let (socket, client_may_send) = connection.into_parts().io.into_inner().into_inner();
        match result {
            Ok(()) if client_may_send => linger(socket).await,
            Ok(()) => {}
            Err(error) => {
                tracing::debug!(peer = %info.peer, %error, "connection ended early");
                if wire.wants_reset() {
                    // Nothing to do about a socket that is gone already.
                    let _ = socket.set_zero_linger();
                }
            }
        }
    }

    async fn drive<S>(
        &self,
        connection: &mut Connection<TokioIo<Guard<TcpStream>>, S>,
        wire: &Wire,
    ) -> Result<(), Ended>
    where
        S: HttpService<hyper::body::Incoming, ResBody = Outgoing> + Unpin,
        S::Error: Into<super::body::BoxError>,
        Connection<TokioIo<Guard<TcpStream>>, S>: Future<Output = Result<(), hyper::Error>> + Unpin,
    {
        let mut stopping = pin!(self.shutdown.triggered());
        let mut watchdog = Watchdog::new(wire, &self.limits);
        let mut told_to_stop = false;
        let mut told_idle = false;
        // Polled once, to be woken: this task's waker never changes, and a flag
        // is cheaper to look at than a wait list that all connections share.
        let mut polled = false;
        std::future::poll_fn(|cx| {
            if !polled {
                polled = true;
                let _ = stopping.as_mut().poll(cx);
            }
            loop {
                if let Poll::Ready(result) = Pin::new(&mut *connection).poll(cx) {
                    return Poll::Ready(result.map_err(Ended::Hyper));
                }
                // A head on its way is a request in flight: it gets its answer,
                // or runs into `head_timeout`.
                if !told_to_stop && self.shutdown.is_triggered() && !wire.is_reading_head() {
                    told_to_stop = true;
                    Pin::new(&mut *connection).graceful_shutdown();
                    continue;
                }
                match watchdog.poll_expired(cx) {
                    Poll::Pending => return Poll::Pending,
                    Poll::Ready(Expiry::SlowHead) => wire.expire_head(),
                    Poll::Ready(Expiry::Idle) if !told_idle => {
                        told_idle = true;
                        Pin::new(&mut *connection).graceful_shutdown();
                    }
                    Poll::Ready(Expiry::Idle) => return Poll::Ready(Err(Ended::Stuck)),
                    Poll::Ready(Expiry::WriteStall) => {
                        return Poll::Ready(Err(Ended::WriteStall));
                    }
                }
            }
        })
        .await
    }
}

/// Why a connection ended before its time.
#[derive(Debug, thiserror::Error)]
enum Ended {
    #[error("{0}")]
    Hyper(#[source] hyper::Error),
    #[error("the client takes no bytes")]
    WriteStall,
    #[error("the client neither sends nor closes")]
    Stuck,
}

/// One timer per connection, moved only when a deadline comes closer: a
/// connection that is kept busy never touches it.
struct Watchdog<'a> {
    wire: &'a Wire,
    limits: &'a HttpLimits,
    sleep: Pin<Box<Sleep>>,
}

impl<'a> Watchdog<'a> {
    fn new(wire: &'a Wire, limits: &'a HttpLimits) -> Self {
        Self {
            wire,
            limits,
            sleep: Box::pin(sleep_until(Instant::now() + limits.head_timeout)),
        }
    }

    /// Ready where a deadline has passed. The caller acts on it and asks again.
    fn poll_expired(&mut self, cx: &mut Context<'_>) -> Poll<Expiry> {
        let Some((at, _)) = self.wire.deadline(self.limits) else {
            return Poll::Pending;
        };
        if at < self.sleep.deadline() {
            self.sleep.as_mut().reset(at);
        }
        loop {
            ready!(self.sleep.as_mut().poll(cx));
            let Some((at, expiry)) = self.wire.deadline(self.limits) else {
                return Poll::Pending;
            };
            if at <= Instant::now() {
                return Poll::Ready(expiry);
            }
            self.sleep.as_mut().reset(at);
        }
    }
}

/// Ends our side, and takes what the client still sends for a while.
async fn linger(mut socket: TcpStream) {
    use tokio::io::AsyncWriteExt as _;
    let drain = async {
        // hyper has done so already where it closed by itself.
        let _ = socket.shutdown().await;
        let mut rest = socket.take(LINGER_BYTES);
        let mut sink = [0; 4096];
        while let Ok(1..) = rest.read(&mut sink).await {}
    };
    // A client that goes on beyond this gets its reset.
    let _ = timeout(LINGER_TIME, drain).await;
}
