//! The framing guard: lets bytes pass from the socket to hyper only where they
//! are HTTP/1.1 beyond doubt (RFC 9112).
//!
//! hyper is lenient where leniency is what request smuggling lives on: bare line
//! feeds, `Transfer-Encoding` beside `Content-Length`, repeated lengths. The
//! guard follows the byte stream through heads, bodies, chunks and trailers, in
//! place in hyper's own buffer, and copies only what is incomplete.
//!
//! # Invariants
//!
//! - A head, or a trailer section, reaches hyper whole or not at all.
//! - In place of a head that is refused hyper gets [`STAND_IN`], a request that
//!   asks to close. So it is answered in its turn, after the pipelined ones
//!   before it, and logged like any other; no handler sees it, and nothing after
//!   it is ever read as a request.
//! - Where a body's framing breaks, reading fails at the first wrong byte.

mod chunked;
mod head;
mod refusal;
mod request_line;
mod syntax;

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::{Buf, BytesMut};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::wire::Wire;
use chunked::{ChunkScanner, Step};
use head::HeadScanner;
pub(crate) use head::{BodyFraming, HIDDEN_UPGRADE, HeadLimits};
pub(crate) use refusal::Refusal;

/// What hyper gets in place of a refused head.
const STAND_IN: &[u8] = b"GET / HTTP/1.1\r\nconnection: close\r\n\r\n";

/// Where in the byte stream the guard is.
#[derive(Debug)]
enum Phase {
    Head(HeadScanner),
    Length(u64),
    Chunks(ChunkScanner),
    Trailers(HeadScanner),
    /// Nothing more is read.
    Refused,
    /// Reading fails from here on.
    Broken,
}

/// What a look at some bytes came to.
#[derive(Debug)]
enum Verdict {
    /// All of them may pass.
    Pass,
    /// The rest is the beginning of a head, or of trailers.
    Hold,
    /// The rest is a head to be refused.
    Refuse(Refusal),
    /// The rest breaks the body's framing.
    Break,
}

/// A socket of which hyper sees only checked bytes.
#[derive(Debug)]
pub(crate) struct Guard<Io> {
    io: Io,
    wire: Arc<Wire>,
    limits: HeadLimits,
    phase: Phase,
    /// Received, not checked to its end.
    held: BytesMut,
    /// Checked, but did not fit in hyper's buffer.
    ready: BytesMut,
    eof: bool,
}

impl<Io> Guard<Io> {
    /// Returns a guard at the start of a connection.
    pub(crate) fn new(io: Io, wire: Arc<Wire>, limits: HeadLimits) -> Self {
        Self {
            io,
            wire,
            limits,
            phase: Phase::Head(HeadScanner::default()),
            held: BytesMut::new(),
            ready: BytesMut::new(),
            eof: false,
        }
    }

    /// Returns the socket, and whether the client may still be sending what
    /// nobody will read.
    pub(crate) fn into_inner(self) -> (Io, bool) {
        let between_requests = matches!(self.phase, Phase::Head(_)) && self.held.is_empty();
        (self.io, !self.eof && !between_requests)
    }

    /// Goes over `bytes` and returns how many of them may pass.
    fn vet(&mut self, bytes: &mut [u8]) -> (usize, Verdict) {
        let mut at = 0;
        loop {
            let rest = bytes.get_mut(at..).unwrap_or_default();
            if rest.is_empty() {
                return (at, Verdict::Pass);
            }
            match &mut self.phase {
                Phase::Head(scanner) => match scanner.scan(rest, self.limits) {
                    Ok(Some(head)) => {
                        self.wire.head_passed(head.upgrade);
                        at += head.len;
                        self.phase = match head.body {
                            BodyFraming::Length(0) => Phase::Head(HeadScanner::default()),
                            BodyFraming::Length(length) => Phase::Length(length),
                            BodyFraming::Chunked => Phase::Chunks(ChunkScanner::new()),
                        };
                    }
                    Ok(None) => return (at, Verdict::Hold),
                    Err(refusal) => return (at, Verdict::Refuse(refusal)),
                },
                Phase::Length(left) => {
                    let here = usize::try_from(*left).map_or(rest.len(), |n| n.min(rest.len()));
                    at += here;
                    *left -= u64::try_from(here).unwrap_or(*left);
                    if *left == 0 {
                        self.phase = Phase::Head(HeadScanner::default());
                    }
                }
                Phase::Chunks(scanner) => match scanner.step(rest) {
                    Step::More => return (bytes.len(), Verdict::Pass),
                    Step::LastChunk(here) => {
                        at += here;
                        self.phase = Phase::Trailers(HeadScanner::trailers());
                    }
                    Step::Broken(here) => return (at + here, Verdict::Break),
                },
                Phase::Trailers(scanner) => match scanner.scan(rest, self.limits) {
                    Ok(Some(trailers)) => {
                        at += trailers.len;
                        self.phase = Phase::Head(HeadScanner::default());
                    }
                    Ok(None) => return (at, Verdict::Hold),
                    Err(_) => return (at, Verdict::Break),
                },
                Phase::Refused | Phase::Broken => return (at, Verdict::Pass),
            }
        }
    }

    /// Acts on a verdict, where `rest` is what did not pass.
    fn settle(&mut self, verdict: Verdict, rest: &[u8]) {
        match verdict {
            Verdict::Pass => {}
            Verdict::Hold => {
                if let Phase::Head(scanner) = &mut self.phase {
                    // Empty lines between requests are no request yet: idle time.
                    if let Some(next) = scanner.past_blank(rest.len()) {
                        *scanner = next;
                        return;
                    }
                    self.wire.head_begun();
                }
                self.held.extend_from_slice(rest);
            }
            Verdict::Refuse(refusal) => self.refuse(refusal),
            Verdict::Break => {
                self.wire.body_broke();
                self.phase = Phase::Broken;
            }
        }
    }

    fn refuse(&mut self, refusal: Refusal) {
        self.wire.refuse(refusal);
        self.ready.extend_from_slice(STAND_IN);
        self.held = BytesMut::new();
        self.phase = Phase::Refused;
    }

    /// Takes what was just read at `from..` of hyper's buffer, and leaves there
    /// only what may pass.
    fn receive(&mut self, buf: &mut ReadBuf<'_>, from: usize) {
        let new = buf.filled_mut().get_mut(from..).unwrap_or_default();
        if self.held.is_empty() {
            let (passed, verdict) = self.vet(new);
            let rest = new.get(passed..).unwrap_or_default();
            self.settle(verdict, rest);
            buf.set_filled(from + passed);
        } else {
            let mut held = std::mem::take(&mut self.held);
            held.extend_from_slice(new);
            buf.set_filled(from);
            let (passed, verdict) = self.vet(&mut held);
            self.ready
                .extend_from_slice(held.get(..passed).unwrap_or_default());
            held.advance(passed);
            match (verdict, passed) {
                // The common case of a head in many pieces: nothing to copy.
                (Verdict::Hold, 0) => self.held = held,
                (verdict, _) => self.settle(verdict, &held),
            }
        }
        self.give(buf);
    }

    /// Gives hyper what is checked, as much as fits.
    fn give(&mut self, buf: &mut ReadBuf<'_>) {
        let fits = self.ready.len().min(buf.remaining());
        if fits > 0 {
            buf.put_slice(&self.ready.split_to(fits));
        }
    }
}

impl<Io: AsyncRead + Unpin> AsyncRead for Guard<Io> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let from = buf.filled().len();
        if buf.remaining() == 0 {
            return Poll::Ready(Ok(()));
        }
        if this.wire.take_slow_head() && matches!(this.phase, Phase::Head(_)) {
            this.refuse(Refusal::TIMEOUT);
        }
        this.give(buf);
        while buf.filled().len() == from {
            match this.phase {
                // hyper still has a response to write, and its own wake-ups for it.
                Phase::Refused => return Poll::Pending,
                Phase::Broken => {
                    return Poll::Ready(Err(io::Error::new(
                        io::ErrorKind::InvalidData,
                        "the request body's framing is malformed",
                    )));
                }
                _ => {}
            }
            ready!(Pin::new(&mut this.io).poll_read(cx, buf))?;
            if buf.filled().len() == from {
                this.eof = true;
                break;
            }
            this.receive(buf, from);
        }
        Poll::Ready(Ok(()))
    }
}

impl<Io: AsyncWrite + Unpin> AsyncWrite for Guard<Io> {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let written = Pin::new(&mut this.io).poll_write(cx, buf);
        this.wire.wrote(written.is_ready());
        written
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let written = Pin::new(&mut this.io).poll_write_vectored(cx, bufs);
        this.wire.wrote(written.is_ready());
        written
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }

    /// hyper flushes its socket when its own buffer is empty, and only then.
    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        ready!(Pin::new(&mut this.io).poll_flush(cx))?;
        this.wire.flushed();
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().io).poll_shutdown(cx)
    }
}

#[cfg(test)]
pub(crate) mod corpus;
#[cfg(test)]
mod tests;
