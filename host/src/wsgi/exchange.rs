//! One request's meeting point of guest and client.
//!
//! The guest's side records a head and puts chunks; the client's side takes
//! them. There is room for one chunk: the guest goes on only when it was taken.
//! Neither side wakes the other, because one task polls both: the response's
//! body polls the app for more when the client can take more.

use std::future::poll_fn;
use std::sync::Arc;
use std::task::Poll;
use std::time::{Duration, Instant};

use bytes::Bytes;
use parking_lot::Mutex;

use super::bindings::wasgi::app::types::StartError;
use super::head::Head;

/// Why nothing more can be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    /// `start_response` was not called.
    NotStarted,
    /// The client is gone.
    Gone,
    /// The response carries no body.
    Complete,
    /// There is more than the Content-Length said.
    Overrun,
}

/// The state both sides share. The lock is held for moments, never across an
/// await.
pub(super) struct Exchange {
    /// The request's id, for logs.
    pub(super) id: Arc<str>,
    /// Whether the request was HEAD.
    head_only: bool,
    state: Mutex<State>,
}

struct State {
    /// Whether `start_response` was called.
    called: bool,
    /// What `start_response` recorded last; gone once it is committed.
    recorded: Option<Head>,
    /// The head on its way to the client.
    committed: Option<Head>,
    /// Whether a head was ever committed.
    sent: bool,
    slot: Option<Bytes>,
    room: Room,
    gone: bool,
    wall: Wall,
}

/// How much body may still be sent.
#[derive(Clone, Copy)]
enum Room {
    /// As much as there is.
    Any,
    /// What is left of the Content-Length.
    Left(u64),
    /// None: the request was HEAD, or the status allows no body.
    NoBody,
}

/// The guest's time: it runs while the guest or the host is at work, and stands
/// while the guest waits for the client.
struct Wall {
    left: Duration,
    since: Option<Instant>,
}

impl Exchange {
    pub(super) fn new(id: Arc<str>, head_only: bool, wall: Duration) -> Arc<Self> {
        Arc::new(Self {
            id,
            head_only,
            state: Mutex::new(State {
                called: false,
                recorded: None,
                committed: None,
                sent: false,
                slot: None,
                room: Room::Any,
                gone: false,
                wall: Wall {
                    left: wall,
                    since: Some(Instant::now()),
                },
            }),
        })
    }

    /// The end of a response that was complete before it was sent.
    pub(super) fn finished(chunk: Bytes) -> Arc<Self> {
        let exchange = Self::new("-".into(), false, Duration::ZERO);
        exchange.state.lock().slot = Some(chunk);
        exchange
    }

    /// Tells whether the request was HEAD.
    pub(super) fn is_head_only(&self) -> bool {
        self.head_only
    }

    /// `start_response`: records a head, or replaces one that was not sent. A
    /// call whose head was refused counts as a call.
    pub(super) fn start(
        &self,
        head: Result<Head, StartError>,
        exc_info: bool,
    ) -> Result<(), StartError> {
        let mut state = self.state.lock();
        if state.sent {
            return Err(if exc_info {
                StartError::HeadersSent
            } else {
                StartError::AlreadyCalled
            });
        }
        if state.called && !exc_info {
            return Err(StartError::AlreadyCalled);
        }
        state.called = true;
        state.recorded = Some(head?);
        Ok(())
    }

    /// Tells whether the head went to the client.
    pub(super) fn is_sent(&self) -> bool {
        self.state.lock().sent
    }

    /// Takes the recorded head, for an answer that is complete at once.
    pub(super) fn take_recorded(&self) -> Option<Head> {
        let mut state = self.state.lock();
        state.sent |= state.recorded.is_some();
        state.recorded.take()
    }

    /// Commits the head where that was not done: the first non-empty chunk is
    /// there, or the iterable is exhausted.
    pub(super) fn commit(&self) -> Result<(), Stop> {
        let mut state = self.state.lock();
        self.commit_in(&mut state)
    }

    fn commit_in(&self, state: &mut State) -> Result<(), Stop> {
        if state.sent {
            return Ok(());
        }
        let head = state.recorded.take().ok_or(Stop::NotStarted)?;
        state.room = if self.head_only || !head.has_body() {
            Room::NoBody
        } else {
            head.content_length.map_or(Room::Any, Room::Left)
        };
        state.sent = true;
        state.committed = Some(head);
        Ok(())
    }

    /// Puts a chunk for the client, and returns once it was taken or queued.
    /// Empty chunks send nothing, not even the head.
    pub(super) async fn send(&self, chunk: Bytes) -> Result<(), Stop> {
        if chunk.is_empty() {
            let state = self.state.lock();
            return if state.gone { Err(Stop::Gone) } else { Ok(()) };
        }
        self.commit()?;
        let mut chunk = Some(chunk);
        let mut stood = false;
        let sent = poll_fn(|_| {
            let mut state = self.state.lock();
            if state.gone {
                return Poll::Ready(Err(match state.room {
                    // Nobody asks for more than the Content-Length said.
                    Room::Left(0) => Stop::Overrun,
                    _ => Stop::Gone,
                }));
            }
            if state.slot.is_some() {
                state.wall.stand();
                stood = true;
                return Poll::Pending;
            }
            Poll::Ready(state.put(chunk.take().unwrap_or_default()))
        })
        .await;
        if stood {
            self.state.lock().wall.run();
        }
        sent
    }

    /// Returns the bytes that the Content-Length promised and nobody sent.
    pub(super) fn missing(&self) -> u64 {
        match self.state.lock().room {
            Room::Left(left) => left,
            Room::Any | Room::NoBody => 0,
        }
    }

    /// The client's side: takes the committed head, once.
    pub(super) fn take_head(&self) -> Option<Head> {
        self.state.lock().committed.take()
    }

    /// The client's side: takes the chunk on its way.
    pub(super) fn take_chunk(&self) -> Option<Bytes> {
        self.state.lock().slot.take()
    }

    /// The client's side: says that nobody takes anything any more.
    pub(super) fn leave(&self) {
        let mut state = self.state.lock();
        state.gone = true;
        state.slot = None;
    }

    /// Stops the guest's clock: it waits for the client.
    pub(super) fn stand(&self) {
        self.state.lock().wall.stand();
    }

    /// Starts the guest's clock again.
    pub(super) fn run(&self) {
        self.state.lock().wall.run();
    }

    /// Returns when the guest's time is up, or none while its clock stands.
    pub(super) fn deadline(&self) -> Option<Instant> {
        let state = self.state.lock();
        let since = state.wall.since?;
        since.checked_add(state.wall.left)
    }
}

impl State {
    fn put(&mut self, mut chunk: Bytes) -> Result<(), Stop> {
        let left = match self.room {
            Room::NoBody => return Err(Stop::Complete),
            Room::Any => {
                self.slot = Some(chunk);
                return Ok(());
            }
            Room::Left(left) => left,
        };
        let fits = usize::try_from(left).map_or(chunk.len(), |left| left.min(chunk.len()));
        let over = fits < chunk.len();
        chunk.truncate(fits);
        self.room = Room::Left(left.saturating_sub(fits as u64));
        if !chunk.is_empty() {
            self.slot = Some(chunk);
        }
        if over { Err(Stop::Overrun) } else { Ok(()) }
    }
}

impl Wall {
    fn stand(&mut self) {
        if let Some(since) = self.since.take() {
            self.left = self.left.saturating_sub(since.elapsed());
        }
    }

    fn run(&mut self) {
        self.since.get_or_insert_with(Instant::now);
    }
}
