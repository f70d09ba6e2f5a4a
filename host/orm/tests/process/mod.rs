//! Another process of a test: its own binary again, in one of its roles.
//!
//! The binary has one ignored test named `another_process`, which is what runs there. It
//! learns its role from the environment, tells what it does in lines on standard output,
//! and ends when its standard input does: so none outlives the test that began it.

use std::ffi::OsStr;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

const ROLE: &str = "WASGI_TEST_ROLE";
const DATABASE: &str = "WASGI_TEST_DATABASE";

/// What a line of ours begins with, among those of the test harness.
const MARK: &str = "> ";

/// The other process; killed when it is dropped.
pub(crate) struct Process {
    child: Child,
    /// Held open: its end is the other's end.
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

impl Process {
    /// Starts it.
    pub(crate) fn start(role: &str, database: &Path) -> Self {
        let binary = std::env::current_exe().expect("own path");
        Self::run(Command::new(binary), role, database)
    }

    /// Starts it by a command, to which the arguments are added that make this binary,
    /// which the command runs in the end, take the role.
    pub(crate) fn run(mut command: Command, role: &str, database: &Path) -> Self {
        let mut child = command
            .args(["--ignored", "--exact", "another_process", "--nocapture"])
            .env(ROLE, role)
            .env(DATABASE, database)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("start another process");
        let output = BufReader::new(child.stdout.take().expect("its output"));
        Self {
            input: child.stdin.take(),
            child,
            output,
        }
    }

    /// Returns the next thing that it tells; none where it has ended.
    pub(crate) fn next(&mut self) -> Option<String> {
        loop {
            let mut line = Vec::new();
            self.output.read_until(b'\n', &mut line).expect("read");
            // Without its end, it was not told yet.
            let line = line.strip_suffix(b"\n")?;
            if let Some(told) = String::from_utf8_lossy(line).strip_prefix(MARK) {
                return Some(told.to_owned());
            }
        }
    }

    /// Waits until it has told this.
    pub(crate) fn wait_for(&mut self, wanted: &str) {
        let told = self.next();
        assert_eq!(told.as_deref(), Some(wanted), "what the other process says");
    }

    /// Kills it, and returns what it had told.
    pub(crate) fn kill(mut self) -> Vec<String> {
        self.child.kill().expect("kill");
        let status = self.child.wait().expect("wait");
        assert_eq!(status.signal(), Some(9), "it ended by itself: {status}");
        std::iter::from_fn(|| self.next()).collect()
    }

    /// Lets it end by itself.
    pub(crate) fn end(mut self) {
        drop(self.input.take());
        let status = self.child.wait().expect("wait");
        assert!(status.success(), "the other process ended with {status}");
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Both fail where it has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What this process is to do, if it is the other one.
pub(crate) fn role() -> Option<(String, PathBuf)> {
    let role = std::env::var(ROLE).ok()?;
    let database = std::env::var_os(DATABASE)?;
    // The harness has begun a line, with the name of the test.
    let _ = std::io::stdout().write_all(b"\n");
    Some((role, PathBuf::from(database)))
}

/// Tells the process that began this one.
pub(crate) fn tell(what: &str) {
    let mut out = std::io::stdout().lock();
    // In one piece: a process is killed at any moment.
    let line = format!("{MARK}{what}\n");
    out.write_all(line.as_bytes())
        .and_then(|()| out.flush())
        .expect("tell");
}

/// Waits until the process that began this one lets it end.
pub(crate) fn wait_for_the_end() {
    let mut rest = Vec::new();
    // An error is an end as well.
    let _ = std::io::stdin().read_to_end(&mut rest);
}

/// Returns a path with something appended to the file's name.
pub(crate) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(OsStr::new(suffix));
    name.into()
}
