//! What the parts of one connection tell each other: the guard below hyper, the
//! exchange above it and the watchdog around it.
//!
//! All of them but the request body run in the connection's own task, so the
//! orderings are relaxed: the atomics are for `Sync`, not for coordination.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::task::{Context, Poll};
use std::time::Duration;

use futures_util::task::AtomicWaker;
use tokio::time::Instant;

use super::framing::Refusal;
use super::limits::HttpLimits;

/// A moment of a connection, or none.
#[derive(Debug, Default)]
struct Moment(AtomicU64);

impl Moment {
    fn get(&self) -> Option<Duration> {
        match self.0.load(Relaxed) {
            0 => None,
            micros => Some(Duration::from_micros(micros)),
        }
    }

    fn set(&self, moment: Duration) {
        let micros = u64::try_from(moment.as_micros()).unwrap_or(u64::MAX);
        self.0.store(micros.max(1), Relaxed);
    }

    fn clear(&self) {
        self.0.store(0, Relaxed);
    }
}

/// What the watchdog has to do when a deadline has passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Expiry {
    /// A head came too slowly: have it refused.
    SlowHead,
    /// Nothing came: close.
    Idle,
    /// The client takes no bytes: drop the connection.
    WriteStall,
}

/// The state of one connection.
#[derive(Debug)]
pub(crate) struct Wire {
    opened: Instant,
    /// Heads that the guard let through, and requests that reached the exchange.
    heads: AtomicU64,
    requests: AtomicU64,
    refusal: OnceLock<Refusal>,
    in_flight: AtomicBool,
    idle_since: Moment,
    head_since: Moment,
    write_blocked_since: Moment,
    unflushed: AtomicBool,
    /// The task that waits for the flush: the connection's own.
    flush_waiter: AtomicWaker,
    refuse_slow_head: AtomicBool,
    body_malformed: AtomicBool,
    body_abandoned: AtomicBool,
    upgrade_hidden: AtomicBool,
    reset: AtomicBool,
}

impl Wire {
    /// Returns the state of a connection that opens now.
    pub(crate) fn new() -> Self {
        Self {
            opened: Instant::now(),
            heads: AtomicU64::new(0),
            requests: AtomicU64::new(0),
            refusal: OnceLock::new(),
            in_flight: AtomicBool::new(false),
            idle_since: Moment::default(),
            head_since: Moment::default(),
            write_blocked_since: Moment::default(),
            unflushed: AtomicBool::new(false),
            flush_waiter: AtomicWaker::new(),
            refuse_slow_head: AtomicBool::new(false),
            body_malformed: AtomicBool::new(false),
            body_abandoned: AtomicBool::new(false),
            upgrade_hidden: AtomicBool::new(false),
            reset: AtomicBool::new(false),
        }
    }

    fn now(&self) -> Duration {
        self.opened.elapsed()
    }

    // The guard's side.

    /// Notes that a head has begun and is not complete.
    pub(super) fn head_begun(&self) {
        if self.head_since.get().is_none() {
            self.head_since.set(self.now());
        }
    }

    /// Notes a complete head on its way to hyper.
    pub(super) fn head_passed(&self, upgrade_hidden: bool) {
        self.head_since.clear();
        self.heads.fetch_add(1, Relaxed);
        if upgrade_hidden {
            self.upgrade_hidden.store(true, Relaxed);
        }
    }

    /// Notes why the request after those that passed is refused.
    pub(super) fn refuse(&self, refusal: Refusal) {
        self.head_since.clear();
        // The first one stands: the guard stops there.
        let _ = self.refusal.set(refusal);
    }

    /// Takes the watchdog's verdict on a slow head.
    pub(super) fn take_slow_head(&self) -> bool {
        self.refuse_slow_head.load(Relaxed) && self.refuse_slow_head.swap(false, Relaxed)
    }

    /// Notes that the body's framing broke.
    pub(super) fn body_broke(&self) {
        self.body_malformed.store(true, Relaxed);
    }

    /// Notes whether the socket took bytes.
    pub(super) fn wrote(&self, progress: bool) {
        match (progress, self.write_blocked_since.get()) {
            (true, Some(_)) => self.write_blocked_since.clear(),
            (false, None) => self.write_blocked_since.set(self.now()),
            _ => {}
        }
    }

    /// Notes that hyper's write buffer is empty.
    pub(super) fn flushed(&self) {
        if self.unflushed.swap(false, Relaxed) {
            // hyper asks the body once more after a flush, but not again in the
            // round after that: it has to be told.
            self.flush_waiter.wake();
        }
    }

    // The exchange's side.

    /// Counts a request; the refusal where it stands for a refused one.
    pub(super) fn begin_request(&self) -> Option<Refusal> {
        self.in_flight.store(true, Relaxed);
        let number = self.requests.fetch_add(1, Relaxed) + 1;
        let refusal = self.refusal.get()?;
        (number > self.heads.load(Relaxed)).then_some(*refusal)
    }

    /// Notes that a response is complete or given up.
    pub(super) fn end_request(&self) {
        self.idle_since.set(self.now());
        self.in_flight.store(false, Relaxed);
    }

    /// Tells whether any request of this connection had its `Upgrade` hidden.
    pub(super) fn hides_upgrade(&self) -> bool {
        self.upgrade_hidden.load(Relaxed)
    }

    /// Notes that a chunk was handed to hyper.
    pub(super) fn chunk_buffered(&self) {
        self.unflushed.store(true, Relaxed);
    }

    /// Waits until no chunk is left in hyper's write buffer.
    pub(super) fn poll_flushed(&self, cx: &Context<'_>) -> Poll<()> {
        if self.unflushed.load(Relaxed) {
            self.flush_waiter.register(cx.waker());
            return Poll::Pending;
        }
        Poll::Ready(())
    }

    /// Tells whether a body error was the client's framing.
    pub(super) fn is_body_malformed(&self) -> bool {
        self.body_malformed.load(Relaxed)
    }

    /// Notes that a request body was dropped with more to come than a short
    /// drain takes, so that the connection cannot be used again.
    pub(super) fn body_abandoned(&self) {
        self.body_abandoned.store(true, Relaxed);
    }

    /// Tells whether the response has to say `Connection: close`.
    pub(super) fn must_close(&self) -> bool {
        self.body_abandoned.load(Relaxed)
    }

    /// Notes that only a reset shows the client that its response was cut.
    pub(super) fn reset_on_close(&self) {
        self.reset.store(true, Relaxed);
    }

    // The watchdog's side.

    /// Tells whether a reset was asked for.
    pub(super) fn wants_reset(&self) -> bool {
        self.reset.load(Relaxed)
    }

    /// Tells whether a head has begun and is not complete.
    pub(super) fn is_reading_head(&self) -> bool {
        self.head_since.get().is_some()
    }

    /// Has the guard refuse the head in progress.
    pub(super) fn expire_head(&self) {
        self.refuse_slow_head.store(true, Relaxed);
    }

    /// Returns the next moment at which the client will have been too slow.
    pub(super) fn deadline(&self, limits: &HttpLimits) -> Option<(Instant, Expiry)> {
        let (since, limit, expiry) = if let Some(since) = self.write_blocked_since.get() {
            (since, limits.write_stall, Expiry::WriteStall)
        } else if self.in_flight.load(Relaxed) || self.refusal.get().is_some() {
            // The app's time, and that of reading its body, is not counted here.
            return None;
        } else if let Some(since) = self.head_since.get() {
            (since, limits.head_timeout, Expiry::SlowHead)
        } else if let Some(since) = self.idle_since.get() {
            (since, limits.keep_alive, Expiry::Idle)
        } else {
            (Duration::ZERO, limits.head_timeout, Expiry::Idle)
        };
        Some((self.opened + since + limit, expiry))
    }
}
