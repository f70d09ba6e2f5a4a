//! An HTTP client that sends what it is told, byte for byte.

use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};

use super::server::PATIENCE;

/// A connection.
pub struct Connection {
    pub stream: TcpStream,
    reader: BufReader<TcpStream>,
}

/// A response.
#[derive(Debug)]
pub struct Response {
    pub status: u16,
    pub reason: String,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    /// Whether the body came whole, by its own framing.
    pub complete: bool,
}

/// Sends one GET on a connection of its own.
pub fn get(addr: SocketAddr, path: &str) -> Response {
    Connection::open(addr).get(path)
}

impl Connection {
    pub fn open(addr: SocketAddr) -> Self {
        let stream = TcpStream::connect(addr).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.set_write_timeout(Some(PATIENCE)).unwrap();
        stream.set_nodelay(true).unwrap();
        let reader = BufReader::new(stream.try_clone().unwrap());
        Self { stream, reader }
    }

    pub fn get(&mut self, path: &str) -> Response {
        self.request("GET", path, &[], b"")
    }

    pub fn post(&mut self, path: &str, body: &[u8]) -> Response {
        self.request("POST", path, &[], body)
    }

    /// Sends a request with Host and, for a body, Content-Length.
    pub fn request(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Response {
        let mut head = format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\n");
        for (name, value) in headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        if !body.is_empty() {
            head.push_str(&format!("Content-Length: {}\r\n", body.len()));
        }
        head.push_str("\r\n");
        self.send(head.as_bytes());
        self.send(body);
        self.response(method)
    }

    pub fn send(&mut self, bytes: &[u8]) {
        // A server that has refused may close before everything is sent.
        match self.stream.write_all(bytes) {
            Err(error)
                if !matches!(
                    error.kind(),
                    ErrorKind::BrokenPipe | ErrorKind::ConnectionReset
                ) =>
            {
                panic!("cannot send: {error}")
            }
            _ => {}
        }
    }

    /// Reads a response to a request of this method.
    pub fn response(&mut self, method: &str) -> Response {
        let mut response = self.head();
        if method == "HEAD" || matches!(response.status, 100..=199 | 204 | 304) {
            response.complete = true;
            return response;
        }
        if response.header("transfer-encoding").is_some() {
            while let Some(chunk) = self.chunk() {
                if chunk.is_empty() {
                    response.complete = true;
                    break;
                }
                response.body.extend(chunk);
            }
        } else if let Some(length) = response.header("content-length") {
            let length: u64 = length.parse().unwrap();
            let read = self
                .reader
                .by_ref()
                .take(length)
                .read_to_end(&mut response.body);
            response.complete = read.is_ok() && response.body.len() as u64 == length;
        } else {
            response.complete = self.reader.read_to_end(&mut response.body).is_ok();
        }
        response
    }

    /// Reads status line and header fields.
    pub fn head(&mut self) -> Response {
        let line = self.line();
        let mut parts = line.splitn(3, ' ');
        assert!(
            parts
                .next()
                .is_some_and(|version| version.starts_with("HTTP/1.")),
            "{line:?}"
        );
        let status = parts.next().unwrap().parse().unwrap();
        let reason = parts.next().unwrap_or("").to_owned();
        let mut headers = Vec::new();
        loop {
            let line = self.line();
            if line.is_empty() {
                break;
            }
            let (name, value) = line.split_once(':').unwrap();
            headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
        Response {
            status,
            reason,
            headers,
            body: Vec::new(),
            complete: false,
        }
    }

    /// Reads one chunk of a chunked body: empty at its end, none where it broke off.
    pub fn chunk(&mut self) -> Option<Vec<u8>> {
        let mut line = String::new();
        if self.reader.read_line(&mut line).unwrap_or(0) == 0 {
            return None;
        }
        let length = usize::from_str_radix(line.trim_end(), 16).unwrap();
        let mut chunk = vec![0; length + 2];
        self.reader.read_exact(&mut chunk).ok()?;
        chunk.truncate(length);
        Some(chunk)
    }

    /// Reads what is there until the server closes.
    pub fn rest(&mut self) -> Vec<u8> {
        let mut rest = Vec::new();
        // A reset is a close, too.
        let _ = self.reader.read_to_end(&mut rest);
        rest
    }

    /// Tells whether the server has closed the connection.
    pub fn is_closed(&mut self) -> bool {
        self.rest().is_empty()
    }

    fn line(&mut self) -> String {
        let mut line = Vec::new();
        self.reader.read_until(b'\n', &mut line).unwrap();
        // Header values are latin-1.
        let line: String = line.iter().map(|byte| char::from(*byte)).collect();
        assert!(!line.is_empty(), "the server closed the connection");
        line.trim_end_matches("\r\n").to_owned()
    }
}

impl Response {
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut found = self.headers.iter().filter(|header| header.0 == name);
        found.next().map(|header| header.1.as_str())
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }
}
