//! A headless Chromium, driven by the DevTools protocol over a pipe: no port, no
//! driver, no library.
//!
//! With `--remote-debugging-pipe` the browser reads commands from file descriptor 3
//! and writes answers and events to 4, as JSON with a NUL behind each.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Instant;

use serde_json::{Value, json};
use tempfile::TempDir;
use wasgi_tests::server::{PATIENCE, wait_for};

/// Under which names distributions install it.
const NAMES: [&str; 4] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
];

/// A browser with one page, killed when dropped.
pub(super) struct Browser {
    child: Child,
    commands: ChildStdin,
    messages: Receiver<Value>,
    last_id: u64,
    session: Option<String>,
    _profile: TempDir,
}

impl Browser {
    /// Starts a browser; none where there is none on this machine.
    pub(super) fn start() -> Option<Self> {
        let program = NAMES.into_iter().find(|name| {
            let version = Command::new(name).arg("--version").output();
            version.is_ok_and(|output| output.status.success())
        })?;
        let profile = tempfile::tempdir().unwrap();
        let mut child = Command::new("sh")
            // The pipe's descriptors are inherited, and 3 and 4 is what they are called.
            .args([
                "-c",
                "exec \"$@\" 3<&0 4>&1 </dev/null >/dev/null",
                "sh",
                program,
            ])
            .args([
                "--remote-debugging-pipe",
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
            ])
            .args([
                "--disable-background-networking",
                "--disable-component-update",
            ])
            .args([
                "--disable-sync",
                "--no-first-run",
                "--disable-dev-shm-usage",
            ])
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .arg("about:blank")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut answers = BufReader::new(child.stdout.take().unwrap());
        let (sender, messages) = channel();
        std::thread::spawn(move || {
            let mut message = Vec::new();
            while answers
                .read_until(0, &mut message)
                .is_ok_and(|read| read > 0)
            {
                let json = message.strip_suffix(b"\0").unwrap_or(&message);
                let Ok(value) = serde_json::from_slice(json) else {
                    break;
                };
                if sender.send(value).is_err() {
                    break;
                }
                message.clear();
            }
        });
        let mut browser = Self {
            commands: child.stdin.take().unwrap(),
            child,
            messages,
            last_id: 0,
            session: None,
            _profile: profile,
        };
        browser.open_page();
        Some(browser)
    }

    fn open_page(&mut self) {
        let target = self.command("Target.createTarget", json!({"url": "about:blank"}));
        let attached = self.command(
            "Target.attachToTarget",
            json!({"targetId": target["targetId"], "flatten": true}),
        );
        self.session = Some(attached["sessionId"].as_str().unwrap().to_owned());
    }

    /// Sends a command, and returns its result.
    pub(super) fn command(&mut self, method: &str, parameters: Value) -> Value {
        self.last_id += 1;
        let mut command = json!({"id": self.last_id, "method": method, "params": parameters});
        if let Some(session) = &self.session {
            command["sessionId"] = json!(session);
        }
        let mut bytes = command.to_string().into_bytes();
        bytes.push(0);
        self.commands.write_all(&bytes).unwrap();
        let deadline = Instant::now() + PATIENCE;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let answer = self.messages.recv_timeout(left);
            let answer = answer.unwrap_or_else(|_| panic!("no answer to {method}"));
            // Events and answers to other sessions pass by.
            if answer["id"] == self.last_id {
                assert!(answer["error"].is_null(), "{method}: {}", answer["error"]);
                return answer["result"].clone();
            }
        }
    }

    /// Goes to an address, and waits until the page and its style sheets are loaded.
    pub(super) fn open(&mut self, url: &str) {
        let went = self.command("Page.navigate", json!({"url": url}));
        assert!(went["errorText"].is_null(), "{url}: {}", went["errorText"]);
        self.wait_for_text("");
    }

    /// Waits until a loaded page shows a text.
    pub(super) fn wait_for_text(&mut self, text: &str) {
        let shown = format!(
            "document.readyState === 'complete' && document.body.innerText.includes({})",
            json!(text)
        );
        wait_for(&format!("{text:?} on the page"), || {
            (self.ask(&shown) == true).then_some(())
        });
    }

    /// Evaluates an expression in the page.
    pub(super) fn ask(&mut self, expression: &str) -> Value {
        let answer = self.command(
            "Runtime.evaluate",
            json!({"expression": expression, "returnByValue": true}),
        );
        // A page that is just going answers with an exception or nothing.
        answer["result"]["value"].clone()
    }

    /// Types into the field that a selector finds, key by key as a person does.
    pub(super) fn type_into(&mut self, selector: &str, text: &str) {
        let focused = format!("document.querySelector({}).focus(), true", json!(selector));
        assert_eq!(self.ask(&focused), true, "{selector}");
        self.command("Input.insertText", json!({"text": text}));
    }

    /// Clicks into the middle of what a selector finds.
    pub(super) fn click(&mut self, selector: &str) {
        let middle = format!(
            "(() => {{ const element = document.querySelector({}); element.scrollIntoView(); \
             const box = element.getBoundingClientRect(); \
             return [box.x + box.width / 2, box.y + box.height / 2]; }})()",
            json!(selector)
        );
        let middle = self.ask(&middle);
        for kind in ["mousePressed", "mouseReleased"] {
            let event = json!({
                "type": kind, "x": middle[0], "y": middle[1], "button": "left", "clickCount": 1,
            });
            self.command("Input.dispatchMouseEvent", event);
        }
    }

    /// Makes the window this many pixels wide.
    pub(super) fn resize(&mut self, width: u32) {
        self.command(
            "Emulation.setDeviceMetricsOverride",
            json!({"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": false}),
        );
    }

    /// Keeps a picture of the page where a person asked for it, to look at.
    pub(super) fn picture(&mut self, name: &str) {
        let Some(folder) = std::env::var_os("WASGI_TEST_PICTURES") else {
            return;
        };
        let picture = self.command("Page.captureScreenshot", json!({}));
        let mut decode = Command::new("base64")
            .arg("-d")
            .stdin(Stdio::piped())
            .stdout(std::fs::File::create(std::path::Path::new(&folder).join(name)).unwrap())
            .spawn()
            .unwrap();
        let data = picture["data"].as_str().unwrap();
        decode
            .stdin
            .take()
            .unwrap()
            .write_all(data.as_bytes())
            .unwrap();
        assert!(decode.wait().unwrap().success());
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // It takes its children with it, which a signal to the first would not do.
        self.session = None;
        let bytes = b"{\"id\":0,\"method\":\"Browser.close\"}\0";
        if self.commands.write_all(bytes).is_err() || std::thread::panicking() {
            let _ = self.child.kill();
        }
        let _ = self.child.wait();
    }
}
