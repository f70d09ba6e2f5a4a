//! The signal to stop: accept no more, finish what is in flight, return.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::Notify;

/// A handle to stop a server. Clones stop the same one.
#[derive(Clone, Debug, Default)]
pub struct Shutdown(Arc<State>);

#[derive(Debug, Default)]
struct State {
    triggered: AtomicBool,
    notify: Notify,
}

impl Shutdown {
    /// Returns a handle that was not triggered.
    pub fn new() -> Self {
        Self::default()
    }

    /// Stops the server. Calling it again changes nothing.
    pub fn trigger(&self) {
        self.0.triggered.store(true, Ordering::Release);
        self.0.notify.notify_waiters();
    }

    /// Tells whether the server is stopping.
    pub fn is_triggered(&self) -> bool {
        self.0.triggered.load(Ordering::Acquire)
    }

    /// Waits until the server is told to stop.
    pub async fn triggered(&self) {
        // The future listens from its making, so a trigger between the check and
        // the wait is not lost.
        let notified = self.0.notify.notified();
        if !self.is_triggered() {
            notified.await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn those_who_wait_before_and_after_are_told() {
        let shutdown = Shutdown::new();
        let before = tokio::spawn({
            let shutdown = shutdown.clone();
            async move { shutdown.triggered().await }
        });
        tokio::task::yield_now().await;
        assert!(!shutdown.is_triggered());
        shutdown.trigger();
        before.await.expect("told");
        shutdown.triggered().await;
        assert!(shutdown.is_triggered());
    }
}
