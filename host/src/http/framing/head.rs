//! Walks one head, or one trailer section, line by line, and settles how long
//! the body is (RFC 9112 sections 2.2, 5 and 6.3).
//!
//! The scanner keeps its place between calls, so a head that comes in many
//! pieces is still looked at once.

use super::refusal::Refusal;
use super::request_line::{self, Version};
use super::syntax::{has_control, is_authority, is_token, is_token_byte};

/// Empty lines skipped before a request line (RFC 9112 section 2.2): some old
/// clients send one after a body.
const MAX_LEADING_LINES: u8 = 4;

/// Name that hides an `Upgrade` field from hyper, of the same length. hyper
/// keeps a promise to switch protocols, which this server never does, and with
/// it gives up flushing on close.
pub(crate) const HIDDEN_UPGRADE: &str = "-ignore";

/// What bounds a head.
#[derive(Clone, Copy, Debug)]
pub(crate) struct HeadLimits {
    /// Most bytes.
    pub(crate) bytes: usize,
    /// Most fields.
    pub(crate) fields: usize,
}

/// How the body after a head is framed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BodyFraming {
    /// `Content-Length`, zero where there is none.
    Length(u64),
    /// `Transfer-Encoding: chunked`.
    Chunked,
}

/// A complete head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Head {
    /// Bytes up to and with the empty line.
    pub(crate) len: usize,
    /// How its body is framed.
    pub(crate) body: BodyFraming,
    /// Whether an `Upgrade` field was hidden.
    pub(crate) upgrade: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Stage {
    #[default]
    RequestLine,
    Fields,
    Trailers,
}

/// The place in a head, and what it has said so far.
#[derive(Debug, Default)]
pub(crate) struct HeadScanner {
    stage: Stage,
    /// Where the current line starts.
    line: usize,
    /// Up to where no line feed was found.
    searched: usize,
    leading: u8,
    version: Version,
    fields: usize,
    hosts: u8,
    length: Option<u64>,
    chunked: bool,
    upgrade: bool,
}

impl HeadScanner {
    /// Returns a scanner for a trailer section (RFC 9112 section 7.1.2).
    pub(crate) fn trailers() -> Self {
        Self {
            stage: Stage::Trailers,
            ..Self::default()
        }
    }

    /// Returns a scanner for the same head without what was seen of it, where
    /// that is `len` bytes of empty lines and nothing else.
    pub(crate) fn past_blank(&self, len: usize) -> Option<Self> {
        (self.stage == Stage::RequestLine && self.line == len).then(|| Self {
            leading: self.leading,
            ..Self::default()
        })
    }

    /// Goes on with `buf`, which starts where the head starts and has grown
    /// since the last call; none where the head is not complete.
    ///
    /// # Errors
    ///
    /// What makes the head malformed, ambiguous or too large.
    pub(crate) fn scan(
        &mut self,
        buf: &mut [u8],
        limits: HeadLimits,
    ) -> Result<Option<Head>, Refusal> {
        loop {
            let rest = buf.get(self.searched..).unwrap_or_default();
            let Some(found) = memchr::memchr(b'\n', rest) else {
                return self.incomplete(buf, limits);
            };
            let feed = self.searched + found;
            self.searched = feed + 1;
            if self.searched > limits.bytes {
                return Err(Refusal::HEAD_TOO_LARGE);
            }
            let line = buf.get_mut(self.line..feed).unwrap_or_default();
            let Some((b'\r', line)) = line.split_last_mut() else {
                return Err(Refusal::bad("a line ends in a bare line feed"));
            };
            self.line = self.searched;
            if self.take_line(line, limits)? {
                return Ok(Some(Head {
                    len: self.searched,
                    body: self.framing()?,
                    upgrade: self.upgrade,
                }));
            }
        }
    }

    /// A head without an end: too long already, or not HTTP at all. The latter
    /// saves a TLS client on the wrong port the wait for `head_timeout`.
    fn incomplete(&mut self, buf: &[u8], limits: HeadLimits) -> Result<Option<Head>, Refusal> {
        self.searched = buf.len();
        if buf.len() > limits.bytes {
            return Err(Refusal::HEAD_TOO_LARGE);
        }
        match buf.get(self.line) {
            Some(&first)
                if self.stage == Stage::RequestLine && first != b'\r' && !is_token_byte(first) =>
            {
                Err(Refusal::bad("the method is not a token"))
            }
            _ => Ok(None),
        }
    }

    /// Takes one line without its CRLF; true at the end of the section.
    fn take_line(&mut self, line: &mut [u8], limits: HeadLimits) -> Result<bool, Refusal> {
        match (self.stage, line.is_empty()) {
            (Stage::RequestLine, true) => {
                self.leading += 1;
                if self.leading > MAX_LEADING_LINES {
                    return Err(Refusal::bad("empty lines instead of a request"));
                }
                Ok(false)
            }
            (Stage::RequestLine, false) => {
                self.version = request_line::check(line)?;
                self.stage = Stage::Fields;
                Ok(false)
            }
            (_, true) => Ok(true),
            (_, false) => {
                self.fields += 1;
                if self.fields > limits.fields {
                    return Err(Refusal::TOO_MANY_FIELDS);
                }
                self.take_field(line)?;
                Ok(false)
            }
        }
    }

    fn take_field(&mut self, line: &mut [u8]) -> Result<(), Refusal> {
        if matches!(line, [b' ' | b'\t', ..]) {
            return Err(Refusal::bad("a header field is folded over two lines"));
        }
        let Some(colon) = memchr::memchr(b':', line) else {
            return Err(Refusal::bad("a header field has no colon"));
        };
        let (name, value) = line.split_at_mut(colon);
        if !is_token(name) {
            return Err(Refusal::bad("a header field's name is not a token"));
        }
        if has_control(value) {
            return Err(Refusal::bad(
                "a header field's value holds a control character",
            ));
        }
        // By length first: this runs for every field of every request.
        match name.len() {
            4 if name.eq_ignore_ascii_case(b"host") => self.take_host(trim(value)),
            7 if name.eq_ignore_ascii_case(b"upgrade") => {
                if self.stage == Stage::Fields {
                    name.copy_from_slice(HIDDEN_UPGRADE.as_bytes());
                    self.upgrade = true;
                }
                Ok(())
            }
            14 if name.eq_ignore_ascii_case(b"content-length") => self.take_length(trim(value)),
            17 if name.eq_ignore_ascii_case(b"transfer-encoding") => self.take_coding(trim(value)),
            _ => Ok(()),
        }
    }

    fn take_host(&mut self, value: &[u8]) -> Result<(), Refusal> {
        self.refuse_in_trailers()?;
        self.hosts = self.hosts.saturating_add(1);
        if self.hosts > 1 {
            return Err(Refusal::bad("more than one Host"));
        }
        if !is_authority(value) {
            return Err(Refusal::bad("the Host is not a host and port"));
        }
        Ok(())
    }

    /// RFC 9112 section 6.3 lets a recipient merge equal lengths; refusing is
    /// the choice that leaves a proxy in front nothing to misread.
    fn take_length(&mut self, value: &[u8]) -> Result<(), Refusal> {
        self.refuse_in_trailers()?;
        if self.length.is_some() {
            return Err(Refusal::bad("more than one Content-Length"));
        }
        const BAD: Refusal = Refusal::bad("the Content-Length is not a number");
        if value.is_empty() || !value.iter().all(u8::is_ascii_digit) {
            return Err(BAD);
        }
        let length = value.iter().try_fold(0_u64, |n, &digit| {
            n.checked_mul(10)?.checked_add(u64::from(digit - b'0'))
        });
        // hyper keeps the two highest values for marks of its own.
        self.length = length.filter(|&n| n <= i64::MAX.unsigned_abs());
        self.length.map(|_| ()).ok_or(BAD)
    }

    fn take_coding(&mut self, value: &[u8]) -> Result<(), Refusal> {
        self.refuse_in_trailers()?;
        if self.chunked {
            return Err(Refusal::bad("more than one Transfer-Encoding"));
        }
        if self.version == Version::Http10 {
            return Err(Refusal::bad("Transfer-Encoding in an HTTP/1.0 request"));
        }
        if value.eq_ignore_ascii_case(b"chunked") {
            self.chunked = true;
            return Ok(());
        }
        // RFC 9112 section 6.1: a coding that is not understood is 501, as long
        // as chunked comes last and once and so frames the message.
        let mut codings = value
            .rsplit(|&b| b == b',')
            .map(|coding| coding.trim_ascii());
        let last_is_chunked = codings
            .next()
            .is_some_and(|last| last.eq_ignore_ascii_case(b"chunked"));
        if last_is_chunked
            && codings.all(|coding| is_token(coding) && !coding.eq_ignore_ascii_case(b"chunked"))
        {
            return Err(Refusal::not_implemented(
                "the transfer coding is not offered here",
            ));
        }
        Err(Refusal::bad("the Transfer-Encoding is not chunked"))
    }

    fn refuse_in_trailers(&self) -> Result<(), Refusal> {
        if self.stage == Stage::Trailers {
            return Err(Refusal::bad("a trailer that would change the framing"));
        }
        Ok(())
    }

    fn framing(&self) -> Result<BodyFraming, Refusal> {
        if self.stage == Stage::Fields && self.hosts == 0 && self.version == Version::Http11 {
            return Err(Refusal::bad("no Host"));
        }
        match (self.chunked, self.length) {
            (true, Some(_)) => Err(Refusal::bad(
                "Transfer-Encoding together with Content-Length",
            )),
            (true, None) => Ok(BodyFraming::Chunked),
            (false, length) => Ok(BodyFraming::Length(length.unwrap_or(0))),
        }
    }
}

/// Takes the colon and the optional white space (SP and HTAB, nothing else)
/// off a field's value.
fn trim(value: &[u8]) -> &[u8] {
    let mut value = value.strip_prefix(b":").unwrap_or(value);
    while let [b' ' | b'\t', rest @ ..] = value {
        value = rest;
    }
    while let [rest @ .., b' ' | b'\t'] = value {
        value = rest;
    }
    value
}
