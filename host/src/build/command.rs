//! Runs the tools of a build: their lines go to the progress as they come, and
//! are kept for the error.

use std::io::{self, BufRead as _, BufReader, Read};
use std::process::{Command, Stdio};
use std::sync::Mutex;

use super::Progress;

/// What a tool left.
pub(super) struct Ran {
    pub(super) success: bool,
    /// Standard output.
    pub(super) stdout: String,
    /// Both outputs, in the order of their lines.
    pub(super) output: String,
}

/// Runs a tool to its end. Its standard error is told to `progress` line by line.
pub(super) fn run(command: &mut Command, progress: &dyn Progress) -> io::Result<Ran> {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    let both = Mutex::new(String::new());
    let keep = |line: &str| {
        if let Ok(mut both) = both.lock() {
            both.push_str(line);
            both.push('\n');
        }
    };
    let stdout = std::thread::scope(|scope| {
        scope.spawn(|| {
            lines(stderr, &mut |line| {
                keep(line);
                progress.output(line);
            });
        });
        let mut text = String::new();
        lines(stdout, &mut |line| {
            keep(line);
            text.push_str(line);
            text.push('\n');
        });
        text
    });
    let status = child.wait()?;
    Ok(Ran {
        success: status.success(),
        stdout,
        output: both.into_inner().unwrap_or_default(),
    })
}

/// Calls a function with each line of a pipe, whatever its encoding.
fn lines(pipe: Option<impl Read>, take: &mut dyn FnMut(&str)) {
    let Some(pipe) = pipe else { return };
    let mut reader = BufReader::new(pipe);
    let mut line = Vec::new();
    // A pipe that breaks has ended.
    while reader
        .read_until(b'\n', &mut line)
        .is_ok_and(|size| size > 0)
    {
        let text = String::from_utf8_lossy(&line);
        take(text.trim_end_matches(['\n', '\r']));
        line.clear();
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    struct Seen(Mutex<Vec<String>>);

    impl Progress for Seen {
        fn started(&self, _: &str) {}
        fn finished(&self, _: &str, _: std::time::Duration) {}
        fn note(&self, _: &str) {}
        fn output(&self, line: &str) {
            self.0.lock().expect("lock").push(line.to_owned());
        }
    }

    #[test]
    fn both_outputs_are_kept_and_errors_are_told() {
        let seen = Seen(Mutex::default());
        let ran = run(
            Command::new("sh").args(["-c", "echo out; echo err >&2; printf '\\377'; exit 3"]),
            &seen,
        )
        .expect("sh");
        assert!(!ran.success);
        assert_eq!(ran.stdout, "out\n\u{fffd}\n");
        assert!(ran.output.contains("err\n"));
        assert_eq!(*seen.0.lock().expect("lock"), ["err"]);
    }
}
