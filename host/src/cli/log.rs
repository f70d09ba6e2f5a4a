//! Logs on standard error: written in batches by a thread of its own.
//!
//! A system call per line costs a request more than making the line. Lines are
//! gathered and written together, a few milliseconds later at most; what is
//! gathered when the process ends, by itself or by a panic, is written then.

use std::io::{self, IsTerminal, Write};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use parking_lot::{Condvar, Mutex};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

/// How long a line waits for others.
const DELAY: Duration = Duration::from_millis(10);
/// Bytes that wait at most; who writes more does it himself.
const CAPACITY: usize = 256 << 10;

static BATCH: OnceLock<Arc<Batch>> = OnceLock::new();

/// Starts logging. `RUST_LOG` sets levels; the default is `info`.
pub(super) fn start() {
    let batch = Arc::clone(BATCH.get_or_init(Batch::start));
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    let layer = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(Lines(batch))
        .with_ansi(io::stderr().is_terminal());
    // A second start, in a test, keeps the first.
    let _ = layer.try_init();
}

/// Writes what still waits.
pub(super) fn flush() {
    if let Some(batch) = BATCH.get() {
        batch.write();
    }
}

struct Batch {
    lines: Mutex<Vec<u8>>,
    some: Condvar,
    /// Held while writing, so that batches stay in order.
    writing: Mutex<()>,
}

impl Batch {
    fn start() -> Arc<Self> {
        let batch = Arc::new(Self {
            lines: Mutex::new(Vec::with_capacity(CAPACITY)),
            some: Condvar::new(),
            writing: Mutex::new(()),
        });
        let writer = Arc::clone(&batch);
        let spawned = std::thread::Builder::new()
            .name("log".into())
            .spawn(move || {
                loop {
                    {
                        let mut lines = writer.lines.lock();
                        if lines.is_empty() {
                            writer.some.wait(&mut lines);
                        }
                    }
                    std::thread::sleep(DELAY);
                    writer.write();
                }
            });
        if let Err(error) = spawned {
            eprintln!("error: cannot start the log thread: {error}");
        }
        batch
    }

    fn write(&self) {
        let _order = self.writing.lock();
        let lines = {
            let mut lines = self.lines.lock();
            std::mem::replace(&mut *lines, Vec::with_capacity(4 << 10))
        };
        // A closed standard error is no reason to stop serving.
        let _ = io::stderr().lock().write_all(&lines);
    }
}

struct Lines(Arc<Batch>);

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Line<'a>;

    fn make_writer(&'a self) -> Line<'a> {
        Line(&self.0)
    }
}

struct Line<'a>(&'a Batch);

impl Write for Line<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let full = {
            let mut lines = self.0.lines.lock();
            if lines.is_empty() {
                self.0.some.notify_one();
            }
            lines.extend_from_slice(bytes);
            lines.len() >= CAPACITY
        };
        if full {
            self.0.write();
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
