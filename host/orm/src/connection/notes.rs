//! What is noted while SQLite compiles, by the authorizer mostly, for whoever has it
//! compile: SQLite itself returns none of it.

use std::sync::atomic::{AtomicBool, Ordering};

use parking_lot::Mutex;

/// Notes of a connection. Each is there until it is taken.
#[derive(Default)]
pub(super) struct Notes {
    /// The authorizer was asked: something was compiled.
    pub(super) asked: Fact,
    /// A statement was not let be compiled again.
    pub(super) changed: Fact,
    /// What was compiled goes into a trigger: its work has no bound.
    pub(super) trigger: Fact,
    /// What was compiled gives names by its text alone.
    pub(super) naming: Fact,
    /// The table that what was compiled writes to.
    pub(super) written: Word,
    /// What the authorizer refused: SQLite's own message does not say.
    pub(super) denied: Word,
}

/// Something that was so, or was not.
#[derive(Default)]
pub(super) struct Fact(AtomicBool);

impl Fact {
    pub(super) fn note(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    pub(super) fn take(&self) -> bool {
        self.0.swap(false, Ordering::Relaxed)
    }
}

/// Something that has a name. The last one counts.
#[derive(Default)]
pub(super) struct Word(Mutex<Option<String>>);

impl Word {
    pub(super) fn note(&self, word: String) {
        *self.0.lock() = Some(word);
    }

    pub(super) fn take(&self) -> Option<String> {
        self.0.lock().take()
    }
}
