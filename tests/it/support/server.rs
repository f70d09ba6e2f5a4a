//! A serving `runtime`, killed when dropped.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::binary::{cache, runtime};

/// How long a test waits for anything before it fails.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// A serving process.
pub struct Server {
    child: Child,
    pub addr: SocketAddr,
    log: Arc<Mutex<String>>,
    reader: Option<JoinHandle<()>>,
}

impl Server {
    /// `runtime run APP --listen 127.0.0.1:0 ARGUMENTS`, once it listens.
    pub fn run(app: &Path, arguments: &[&str]) -> Self {
        let mut command = Command::new(runtime());
        command.arg("run").arg(app).args(arguments);
        Self::start(command).unwrap_or_else(|log| panic!("the server does not start:\n{log}"))
    }

    /// `runtime dev DIR`, once it listens.
    pub fn dev(project: &Path) -> Self {
        let mut command = Command::new(runtime());
        command.arg("dev").arg(project);
        Self::start(command).unwrap_or_else(|log| panic!("the server does not start:\n{log}"))
    }

    fn start(mut command: Command) -> Result<Self, String> {
        let mut child = command
            .args([OsStr::new("--listen"), OsStr::new("127.0.0.1:0")])
            .env("WASGI_CACHE_DIR", cache())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let log = Arc::new(Mutex::new(String::new()));
        let mut stderr = BufReader::new(child.stderr.take().unwrap());
        let reader = std::thread::spawn({
            let log = Arc::clone(&log);
            move || {
                let mut line = Vec::new();
                while stderr
                    .read_until(b'\n', &mut line)
                    .is_ok_and(|read| read > 0)
                {
                    log.lock()
                        .unwrap()
                        .push_str(&String::from_utf8_lossy(&line));
                    line.clear();
                }
            }
        });
        let mut line = String::new();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        stdout.read_line(&mut line).unwrap();
        let Some(addr) = line.trim_end().strip_prefix("listening on http://") else {
            let mut rest = String::new();
            stdout.read_to_string(&mut rest).unwrap();
            child.wait().unwrap();
            reader.join().unwrap();
            let log = log.lock().unwrap().clone();
            return Err(format!("{line}{rest}{log}"));
        };
        Ok(Self {
            addr: addr.parse().unwrap(),
            child,
            log,
            reader: Some(reader),
        })
    }

    /// What it logged so far.
    pub fn log(&self) -> String {
        self.log.lock().unwrap().clone()
    }

    /// Waits until the log contains a text, and returns the log.
    pub fn logged(&self, text: &str) -> String {
        wait_for(&format!("`{text}` in the log"), || {
            let log = self.log();
            log.contains(text).then_some(log)
        })
    }

    /// The process id.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Sends SIGTERM.
    pub fn terminate(&self) {
        let kill = Command::new("kill").arg(self.pid().to_string()).status();
        assert!(kill.unwrap().success());
    }

    /// Waits for the process to end, and returns how it did and what it logged.
    pub fn wait(mut self) -> (ExitStatus, String) {
        let status = wait_for("the server to end", || self.child.try_wait().unwrap());
        self.reader.take().unwrap().join().unwrap();
        (status, self.log())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
        if std::thread::panicking() {
            eprintln!("--- log of the server\n{}", self.log());
        }
    }
}

/// Asks again and again until there is an answer; fails after [`PATIENCE`].
pub fn wait_for<T>(what: &str, ask: impl FnMut() -> Option<T>) -> T {
    wait_up_to(PATIENCE, what, ask)
}

/// Asks again and again until there is an answer; fails after `patience`.
pub fn wait_up_to<T>(patience: Duration, what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(start.elapsed() < patience, "waited in vain for {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}
