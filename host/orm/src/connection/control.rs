//! Deadlines and cancellation of what runs on a connection, and who is asking.
//!
//! SQLite calls the progress handler every so many operations, on the thread that
//! runs the statement; other threads reach it through atomics. For operations that are
//! slow the watchdog looks, too.

use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, LazyLock, OnceLock};
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use rusqlite::InterruptHandle;

use super::notes::Notes;
use super::watchdog;

/// SQLite's operations between two looks at the clock: some tens of microseconds.
pub(super) const OPERATIONS: i32 = 1000;

/// The moment that times in atomics count from.
static START: LazyLock<Instant> = LazyLock::new(Instant::now);

/// Never.
const NEVER: u64 = u64::MAX;

fn since_start(moment: Instant) -> u64 {
    let nanoseconds = moment.saturating_duration_since(*START).as_nanos();
    u64::try_from(nanoseconds).unwrap_or(NEVER)
}

/// Why a statement was interrupted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reason {
    None = 0,
    Slice = 1,
    Deadline = 2,
    Cancelled = 3,
}

/// The host's hold on what runs on a connection.
pub struct Control {
    deadline: AtomicU64,
    slice: AtomicU64,
    cancelled: AtomicBool,
    reason: AtomicU8,
    host: AtomicBool,
    /// Whether a guest's statement runs.
    running: AtomicBool,
    /// What the watchdog interrupts.
    handle: OnceLock<InterruptHandle>,
    /// Held while a statement is interrupted, so that it is never the next one.
    turn: Mutex<()>,
    /// Whether what is being compiled was lowered from a query.
    typed: AtomicBool,
    /// Whether a statement is being stepped through: what SQLite compiles meanwhile is
    /// its own, or the statement again.
    stepping: AtomicBool,
    /// What is told of what was compiled last.
    pub(super) notes: Notes,
    /// Pages in the write-ahead log after the last commit.
    wal_pages: AtomicU32,
}

impl Control {
    pub(super) fn new() -> Arc<Self> {
        LazyLock::force(&START);
        Arc::new(Self {
            deadline: AtomicU64::new(NEVER),
            slice: AtomicU64::new(NEVER),
            cancelled: AtomicBool::new(false),
            reason: AtomicU8::new(0),
            host: AtomicBool::new(false),
            running: AtomicBool::new(false),
            handle: OnceLock::new(),
            turn: Mutex::new(()),
            typed: AtomicBool::new(false),
            stepping: AtomicBool::new(false),
            notes: Notes::default(),
            wal_pages: AtomicU32::new(0),
        })
    }

    /// Begins a statement.
    pub(super) fn begin(&self, timeout: Duration) {
        let deadline = Instant::now()
            .checked_add(timeout)
            .map_or(NEVER, since_start);
        self.deadline.store(deadline, Ordering::Relaxed);
        self.reason.store(Reason::None as u8, Ordering::Relaxed);
        self.running.store(true, Ordering::SeqCst);
        watchdog::wake();
    }

    /// Ends a statement: what the host does next has no deadline.
    pub(super) fn end(&self) {
        let _turn = self.turn.lock();
        self.running.store(false, Ordering::SeqCst);
        self.deadline.store(NEVER, Ordering::Relaxed);
    }

    /// Lets the watchdog interrupt this connection.
    pub(super) fn set_handle(&self, handle: InterruptHandle) {
        let _ = self.handle.set(handle);
    }

    /// Interrupts what runs, if its time is over; tells whether anything runs. Called
    /// from the watchdog.
    pub(super) fn look(&self) -> bool {
        if !self.running.load(Ordering::SeqCst) {
            return false;
        }
        let _turn = self.turn.lock();
        let guests = self.running.load(Ordering::SeqCst) && !self.is_host();
        if guests
            && self.must_stop()
            && let Some(handle) = self.handle.get()
        {
            handle.interrupt();
        }
        true
    }

    pub(super) fn set_slice(&self, until: Option<Instant>) {
        self.slice
            .store(until.map_or(NEVER, since_start), Ordering::Relaxed);
    }

    /// Interrupts what runs and what would run next, until [`Control::renew`].
    pub fn cancel(&self) {
        self.cancelled.store(true, Ordering::Release);
    }

    /// Takes a cancellation back.
    pub fn renew(&self) {
        self.cancelled.store(false, Ordering::Release);
    }

    /// Tells whether the last statement was interrupted because its slice was over.
    pub fn ran_out_of_slice(&self) -> bool {
        self.reason.load(Ordering::Relaxed) == Reason::Slice as u8
    }

    /// Tells whether to stop. Called from the progress handler, the watchdog, and
    /// functions that take long.
    pub(super) fn must_stop(&self) -> bool {
        let stop = |reason: Reason| {
            self.reason.store(reason as u8, Ordering::Relaxed);
            true
        };
        if self.cancelled.load(Ordering::Acquire) {
            return stop(Reason::Cancelled);
        }
        let now = since_start(Instant::now());
        if now >= self.deadline.load(Ordering::Relaxed) {
            return stop(Reason::Deadline);
        }
        now >= self.slice.load(Ordering::Relaxed) && stop(Reason::Slice)
    }

    /// Lets the host's own SQL pass for as long as the guard lives.
    pub(super) fn as_host(&self) -> Flagged<'_> {
        let _turn = self.turn.lock();
        Flagged::raise(&self.host, true)
    }

    pub(super) fn is_host(&self) -> bool {
        self.host.load(Ordering::Relaxed)
    }

    /// Compiles what was lowered from a query, for as long as the guard lives.
    pub(super) fn as_typed(&self, typed: bool) -> Flagged<'_> {
        Flagged::raise(&self.typed, typed)
    }

    pub(super) fn is_typed(&self) -> bool {
        self.typed.load(Ordering::Relaxed)
    }

    /// Steps through a statement for as long as the guard lives.
    pub(super) fn stepping(&self) -> Flagged<'_> {
        Flagged::raise(&self.stepping, true)
    }

    pub(super) fn is_stepping(&self) -> bool {
        self.stepping.load(Ordering::Relaxed)
    }

    pub(super) fn note_wal_pages(&self, pages: u32) {
        self.wal_pages.store(pages, Ordering::Relaxed);
    }

    /// Returns the pages in the write-ahead log after this connection's last commit;
    /// told only where [`super::Options::auto_checkpoint`] is off.
    pub fn wal_pages(&self) -> u32 {
        self.wal_pages.load(Ordering::Relaxed)
    }
}

impl fmt::Debug for Control {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Control")
            .field("running", &self.running)
            .field("cancelled", &self.cancelled)
            .field("host", &self.host)
            .finish_non_exhaustive()
    }
}

/// Sets a flag back when it is dropped.
pub(super) struct Flagged<'a> {
    flag: &'a AtomicBool,
    before: bool,
}

impl<'a> Flagged<'a> {
    fn raise(flag: &'a AtomicBool, value: bool) -> Self {
        let before = flag.swap(value, Ordering::Relaxed);
        Self { flag, before }
    }
}

impl Drop for Flagged<'_> {
    fn drop(&mut self) {
        self.flag.store(self.before, Ordering::Relaxed);
    }
}
