//! The thread that interrupts statements whose time is over.
//!
//! SQLite calls its progress handler every so many operations, and a single one, on
//! values of megabytes, can take milliseconds. Its interrupt flag it looks at wherever a
//! program jumps, and at each page that a full-text search reads. The handler ends
//! statements of many small operations to the microsecond, this thread those of few
//! large ones; a handler called at every jump would cost a tight loop a third more time.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock, OnceLock, Weak};
use std::thread::{self, Thread};
use std::time::Duration;

use parking_lot::Mutex;

use super::control::Control;
use crate::error::{Error, Result};

/// How late a statement is interrupted at most.
const TICK: Duration = Duration::from_millis(5);

/// Ticks without a running statement after which the thread sleeps until there is one.
const IDLE: u32 = 200;

static WATCHDOG: LazyLock<Watchdog> = LazyLock::new(Watchdog::default);

#[derive(Default)]
struct Watchdog {
    watched: Mutex<Vec<Weak<Control>>>,
    asleep: AtomicBool,
    thread: OnceLock<Option<Thread>>,
}

/// Watches a connection for as long as it lives.
///
/// # Errors
///
/// [`Error::Unavailable`] where the system has no thread left.
pub(super) fn watch(control: &Arc<Control>) -> Result<()> {
    let started = WATCHDOG.thread.get_or_init(|| {
        let thread = thread::Builder::new().name("sqlite-watchdog".into());
        let started = thread.spawn(|| WATCHDOG.run());
        started.ok().map(|handle| handle.thread().clone())
    });
    if started.is_none() {
        return Err(Error::Unavailable(
            "no thread can be started that watches over deadlines".into(),
        ));
    }
    WATCHDOG.watched.lock().push(Arc::downgrade(control));
    Ok(())
}

/// Tells the thread that a statement runs.
pub(super) fn wake() {
    if WATCHDOG.asleep.load(Ordering::SeqCst)
        && WATCHDOG.asleep.swap(false, Ordering::SeqCst)
        && let Some(Some(thread)) = WATCHDOG.thread.get()
    {
        thread.unpark();
    }
}

impl Watchdog {
    fn run(&self) {
        let mut idle = 0;
        loop {
            thread::sleep(TICK);
            idle = if self.look() { 0 } else { idle + 1 };
            if idle < IDLE {
                continue;
            }
            self.asleep.store(true, Ordering::SeqCst);
            // Whoever began before that did not wake it.
            if !self.look() {
                thread::park();
            }
            self.asleep.store(false, Ordering::SeqCst);
            idle = 0;
        }
    }

    /// Interrupts what has run for too long, and tells whether anything runs.
    fn look(&self) -> bool {
        let mut running = false;
        self.watched.lock().retain(|control| {
            let control = control.upgrade();
            running |= control.as_ref().is_some_and(|control| control.look());
            control.is_some()
        });
        running
    }
}
