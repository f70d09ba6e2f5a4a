//! A build's progress on standard error: a spinner on a terminal, plain lines
//! elsewhere.

use std::io::IsTerminal;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use crate::build::Progress;

/// Shows a build's steps.
pub(super) struct Steps(ProgressBar, bool);

impl Steps {
    pub(super) fn new() -> Self {
        let terminal = std::io::stderr().is_terminal();
        let bar = if terminal {
            ProgressBar::new_spinner().with_style(
                ProgressStyle::with_template("{spinner} {msg} ({elapsed})")
                    .unwrap_or_else(|_| ProgressStyle::default_spinner()),
            )
        } else {
            ProgressBar::hidden()
        };
        Self(bar, terminal)
    }

    fn line(&self, text: &str) {
        if self.1 {
            self.0.println(text);
        } else {
            eprintln!("{text}");
        }
    }
}

impl Progress for Steps {
    fn started(&self, step: &str) {
        if self.1 {
            self.0.set_message(step.to_owned());
            self.0.enable_steady_tick(Duration::from_millis(100));
        } else {
            eprintln!("{step} ...");
        }
    }

    fn finished(&self, step: &str, took: Duration) {
        self.line(&format!("{step}: {:.1} s", took.as_secs_f64()));
    }

    fn note(&self, text: &str) {
        self.line(&format!("note: {text}"));
    }

    fn output(&self, line: &str) {
        self.line(&format!("  {line}"));
    }
}

impl Drop for Steps {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
