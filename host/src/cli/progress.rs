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

impl Drop for Steps {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
