//! A guest's standard output and standard error, line by line to the log.
//!
//! Every line carries the app's name and the id of the request it was written
//! for. Bytes that are not UTF-8 and control characters are escaped, so that a
//! guest can neither forge a line nor reach the operator's terminal.

use std::fmt::Write as _;
use std::sync::Arc;

use bytes::Bytes;
use parking_lot::Mutex;
use wasmtime_wasi::async_trait;
use wasmtime_wasi::cli::{IsTerminal, StdoutStream};
use wasmtime_wasi::p2::{OutputStream, Pollable, StreamResult};

/// Bytes after which a line without an end is logged as it is.
const MAX_LINE: usize = 8 << 10;

/// Where an instance's lines go: shared by its two streams.
#[derive(Clone)]
pub struct Output(Arc<Shared>);

struct Shared {
    app: Arc<str>,
    request: Mutex<Option<Arc<str>>>,
    /// Unfinished lines of stdout and stderr.
    partial: [Mutex<Vec<u8>>; 2],
}

/// Which of the two streams.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stream {
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
}

impl Stream {
    fn name(self) -> &'static str {
        match self {
            Self::Stdout => "stdout",
            Self::Stderr => "stderr",
        }
    }
}

impl Output {
    /// Makes the output of one instance.
    pub fn new(app: Arc<str>) -> Self {
        Self(Arc::new(Shared {
            app,
            request: Mutex::new(None),
            partial: Default::default(),
        }))
    }

    /// Names the request that the lines from now on belong to.
    pub fn begin(&self, request: Arc<str>) {
        *self.0.request.lock() = Some(request);
    }

    /// Logs what is left of unfinished lines; the request is over.
    pub fn end(&self) {
        for stream in [Stream::Stdout, Stream::Stderr] {
            let rest = std::mem::take(&mut *self.partial(stream).lock());
            if !rest.is_empty() {
                self.log(stream, &rest);
            }
        }
        *self.0.request.lock() = None;
    }

    /// Returns one of the streams, to be given to WASI.
    pub fn stream(&self, stream: Stream) -> impl StdoutStream + 'static {
        Lines {
            output: self.clone(),
            stream,
        }
    }

    fn partial(&self, stream: Stream) -> &Mutex<Vec<u8>> {
        let [stdout, stderr] = &self.0.partial;
        match stream {
            Stream::Stdout => stdout,
            Stream::Stderr => stderr,
        }
    }

    fn write(&self, stream: Stream, bytes: &[u8]) {
        let mut partial = self.partial(stream).lock();
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            for part in piece.chunks(MAX_LINE) {
                partial.extend_from_slice(part);
                if partial.last() == Some(&b'\n') {
                    partial.pop();
                } else if partial.len() < MAX_LINE {
                    continue;
                }
                self.log(stream, &partial);
                partial.clear();
            }
        }
    }

    fn log(&self, stream: Stream, line: &[u8]) {
        let request = self.0.request.lock().clone();
        tracing::info!(
            target: "app",
            app = &*self.0.app,
            request = request.as_deref().unwrap_or("-"),
            stream = stream.name(),
            "{}",
            escaped(line)
        );
    }
}

/// Returns a line in which nothing but visible text, tabs and spaces is left.
pub fn escaped(line: &[u8]) -> String {
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let mut text = String::with_capacity(line.len());
    for chunk in line.utf8_chunks() {
        for char in chunk.valid().chars() {
            if char.is_control() && char != '\t' {
                text.extend(char.escape_default());
            } else {
                text.push(char);
            }
        }
        for byte in chunk.invalid() {
            // Writing to a String cannot fail.
            let _ = write!(text, "\\x{byte:02x}");
        }
    }
    text
}

#[derive(Clone)]
struct Lines {
    output: Output,
    stream: Stream,
}

impl IsTerminal for Lines {
    fn is_terminal(&self) -> bool {
        false
    }
}

impl StdoutStream for Lines {
    fn p2_stream(&self) -> Box<dyn OutputStream> {
        Box::new(self.clone())
    }

    fn async_stream(&self) -> Box<dyn tokio::io::AsyncWrite + Send + Sync> {
        Box::new(self.clone())
    }
}

#[async_trait]
impl Pollable for Lines {
    async fn ready(&mut self) {}
}

impl OutputStream for Lines {
    fn write(&mut self, bytes: Bytes) -> StreamResult<()> {
        self.output.write(self.stream, &bytes);
        Ok(())
    }

    fn flush(&mut self) -> StreamResult<()> {
        Ok(())
    }

    fn check_write(&mut self) -> StreamResult<usize> {
        Ok(64 << 10)
    }
}

impl tokio::io::AsyncWrite for Lines {
    fn poll_write(
        self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
        bytes: &[u8],
    ) -> std::task::Poll<std::io::Result<usize>> {
        self.output.write(self.stream, bytes);
        std::task::Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(
        self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<std::io::Result<()>> {
        std::task::Poll::Ready(Ok(()))
    }

    fn poll_shutdown(
        self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<std::io::Result<()>> {
        std::task::Poll::Ready(Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_and_broken_utf8_are_escaped() {
        assert_eq!(
            escaped(b"a\tb\x1b[31m\xff \xc3\xa9\r"),
            "a\tb\\u{1b}[31m\\xff \u{e9}"
        );
    }

    #[test]
    fn an_endless_line_is_logged_in_pieces() {
        let output = Output::new("app".into());
        output.write(Stream::Stdout, &vec![b'x'; 3 * MAX_LINE + 1]);
        assert_eq!(output.partial(Stream::Stdout).lock().len(), 1);
        output.end();
        assert!(output.partial(Stream::Stdout).lock().is_empty());
    }
}
