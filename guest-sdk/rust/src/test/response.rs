//! What an application answered, whole or chunk by chunk.

use std::collections::VecDeque;

use serde::de::DeserializeOwned;

use crate::host::{double, settings::Settings};
use crate::{Error, Iterable, Result, Status};

/// A response whose chunks are pulled one by one. Dropping it is what happens
/// when a client goes away: the body is closed.
pub struct Streamed {
    settings: Settings,
    target: String,
    status: Status,
    headers: Vec<(String, String)>,
    start_response: double::StartResponse,
    body: Option<Iterable>,
    /// Pulled already, to learn the headers.
    ready: VecDeque<Vec<u8>>,
    /// Bytes that Content-Length still allows.
    remaining: Option<u64>,
    error: Option<Error>,
}

impl Streamed {
    pub(super) fn new(
        settings: Settings,
        method: &str,
        target: &str,
        start_response: double::StartResponse,
        body: Result<Iterable>,
    ) -> Self {
        let mut streamed = Self {
            settings,
            target: target.to_owned(),
            status: Status::INTERNAL_SERVER_ERROR,
            headers: Vec::new(),
            start_response,
            body: None,
            ready: VecDeque::new(),
            remaining: None,
            error: None,
        };
        match body {
            Ok(body) => streamed.body = Some(body),
            Err(error) => streamed.error = Some(error),
        }
        streamed.begin(method);
        streamed
    }

    /// Pulls up to the first chunk that is not empty: that is when headers go out.
    fn begin(&mut self, method: &str) {
        let first = self.pull();
        let Some((status, headers)) = self.start_response.recorded() else {
            self.fail("the application did not call start_response before its first chunk");
            return;
        };
        if self.error.is_some() && first.is_none() {
            // Nothing was sent yet, so the server still answers 500.
            self.body = None;
            return;
        }
        self.start_response.send_head();
        let code = status.get(..3).and_then(|code| code.parse().ok());
        self.status = Status(code.unwrap_or(500));
        self.headers = headers;
        self.remaining = self
            .header("Content-Length")
            .and_then(|length| length.parse().ok());
        if method == "HEAD" || matches!(self.status, Status::NO_CONTENT | Status::NOT_MODIFIED) {
            self.body = None;
            self.remaining = None;
        } else {
            self.ready.extend(first);
        }
    }

    fn fail(&mut self, why: &str) {
        self.body = None;
        self.error.get_or_insert_with(|| Error::internal(why));
    }

    /// Pulls the next chunk that is not empty, what was written first.
    fn pull(&mut self) -> Option<Vec<u8>> {
        loop {
            if let Some(chunk) = self.start_response.take_written() {
                if !chunk.is_empty() {
                    return Some(chunk);
                }
                continue;
            }
            let body = self.body.as_mut()?;
            match self.settings.scope(|| body.next_chunk()) {
                Ok(Some(chunk)) if chunk.is_empty() => {}
                Ok(Some(chunk)) => {
                    // What was written while this chunk was made goes before it.
                    return match self.start_response.take_written() {
                        Some(written) => {
                            self.ready.push_back(chunk);
                            Some(written)
                        }
                        None => Some(chunk),
                    };
                }
                Ok(None) => self.body = None,
                Err(error) => {
                    self.body = None;
                    self.error = Some(error);
                }
            }
        }
    }

    /// Returns the status.
    pub fn status(&self) -> Status {
        self.status
    }

    /// Returns a header by its name in any case.
    pub fn header(&self, name: &str) -> Option<&str> {
        find(&self.headers, name)
    }

    /// Returns the next chunk as the client gets it, none at the end.
    pub fn next_chunk(&mut self) -> Option<Vec<u8>> {
        let mut chunk = self.ready.pop_front().or_else(|| self.pull())?;
        if let Some(remaining) = &mut self.remaining {
            // Rule 25: more than Content-Length is cut.
            chunk.truncate(usize::try_from(*remaining).unwrap_or(usize::MAX));
            *remaining -= u64::try_from(chunk.len()).unwrap_or(*remaining);
            if chunk.is_empty() {
                self.body = None;
                return None;
            }
        }
        Some(chunk)
    }

    /// Takes the rest of the response.
    pub fn finish(mut self) -> Response {
        let mut chunks = Vec::new();
        while let Some(chunk) = self.next_chunk() {
            chunks.push(chunk);
        }
        if self.remaining.is_some_and(|remaining| remaining > 0) {
            self.fail("the body is shorter than its Content-Length");
        }
        Response {
            target: self.target,
            status: self.status,
            headers: self.headers,
            chunks,
            error: self.error,
        }
    }

    pub(super) fn set_cookies(&self) -> Vec<String> {
        self.headers
            .iter()
            .filter(|(name, _)| name.eq_ignore_ascii_case("set-cookie"))
            .map(|(_, value)| value.clone())
            .collect()
    }
}

impl std::fmt::Debug for Streamed {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Streamed({})", self.status)
    }
}

/// A whole response.
#[derive(Debug)]
pub struct Response {
    target: String,
    status: Status,
    headers: Vec<(String, String)>,
    chunks: Vec<Vec<u8>>,
    error: Option<Error>,
}

impl Response {
    /// Returns the status.
    pub fn status(&self) -> Status {
        self.status
    }

    /// Returns a header by its name in any case.
    pub fn header(&self, name: &str) -> Option<&str> {
        find(&self.headers, name)
    }

    /// Returns all headers, as the application gave them.
    pub fn headers(&self) -> &[(String, String)] {
        &self.headers
    }

    /// Returns the body's chunks as they went out.
    pub fn chunks(&self) -> &[Vec<u8>] {
        &self.chunks
    }

    /// Returns the body.
    pub fn bytes(&self) -> Vec<u8> {
        self.chunks.concat()
    }

    /// Returns the body as text.
    ///
    /// # Panics
    ///
    /// Where it is not UTF-8.
    pub fn text(&self) -> String {
        match String::from_utf8(self.bytes()) {
            Ok(text) => text,
            Err(error) => panic!("the body is not UTF-8: {error}"),
        }
    }

    /// Returns the body read as JSON.
    ///
    /// # Panics
    ///
    /// Where it is not JSON of this type.
    pub fn json<T: DeserializeOwned>(&self) -> T {
        match serde_json::from_slice(&self.bytes()) {
            Ok(value) => value,
            Err(error) => panic!(
                "the body is not the JSON asked for: {error}: {}",
                self.text()
            ),
        }
    }

    /// Returns what the application did not handle, or did wrong: the server logs
    /// it and, where nothing was sent before, answers 500.
    pub fn error(&self) -> Option<&Error> {
        self.error.as_ref()
    }

    /// Resolves a Location against the address of this response's request
    /// (RFC 3986 section 5.2.4, without hosts).
    pub(super) fn resolve(&self, location: &str) -> String {
        if location.starts_with('/') {
            return location.to_owned();
        }
        let path = self.target.split('?').next().unwrap_or_default();
        let mut segments: Vec<_> = path.split('/').skip(1).collect();
        segments.pop();
        let (relative, query) = match location.split_once('?') {
            Some((relative, query)) => (relative, format!("?{query}")),
            None => (location, String::new()),
        };
        let mut last = "";
        for segment in relative.split('/') {
            last = segment;
            match segment {
                "." => {}
                ".." => {
                    segments.pop();
                }
                _ => segments.push(segment),
            }
        }
        if matches!(last, "." | "..") {
            segments.push("");
        }
        format!("/{}{query}", segments.join("/"))
    }
}

fn find<'a>(headers: &'a [(String, String)], name: &str) -> Option<&'a str> {
    let (_, value) = headers
        .iter()
        .find(|(key, _)| key.eq_ignore_ascii_case(name))?;
    Some(value)
}
