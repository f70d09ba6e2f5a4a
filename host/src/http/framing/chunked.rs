//! Follows a chunked body, byte for byte in its lines and in leaps over its
//! data (RFC 9112 section 7.1).

/// Most hex digits of a chunk size: what a `u64` holds.
const MAX_SIZE_DIGITS: u8 = 16;

/// Most bytes of one chunk's extensions, which nobody uses but attackers.
const MAX_EXTENSION: u16 = 256;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Size,
    /// White space after the size, which only a `;` may follow.
    Space,
    Extension,
    SizeFeed,
    Data,
    DataReturn,
    DataFeed,
}

/// What a step over some bytes came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// All bytes belong to the body, and there is more to come.
    More,
    /// After this many bytes the trailer section starts.
    LastChunk(usize),
    /// After this many bytes the framing is broken.
    Broken(usize),
}

/// The place in a chunked body.
#[derive(Debug)]
pub(crate) struct ChunkScanner {
    state: State,
    left: u64,
    digits: u8,
    extension: u16,
}

impl ChunkScanner {
    /// Returns a scanner at the start of the first chunk.
    pub(crate) fn new() -> Self {
        Self {
            state: State::Size,
            left: 0,
            digits: 0,
            extension: 0,
        }
    }

    /// Goes over `bytes`, which follow those of the last call.
    pub(crate) fn step(&mut self, bytes: &[u8]) -> Step {
        let mut at = 0;
        while let Some(rest) = bytes.get(at..).filter(|rest| !rest.is_empty()) {
            if self.state == State::Data {
                let leap = usize::try_from(self.left).map_or(rest.len(), |n| n.min(rest.len()));
                at += leap;
                self.left -= u64::try_from(leap).unwrap_or(self.left);
                if self.left == 0 {
                    self.state = State::DataReturn;
                }
                continue;
            }
            let Some(next) = rest.first().and_then(|&byte| self.take(byte)) else {
                return Step::Broken(at);
            };
            at += 1;
            let size_line_ended = self.state == State::SizeFeed;
            self.state = next;
            if size_line_ended && self.left == 0 {
                return Step::LastChunk(at);
            }
        }
        Step::More
    }

    /// Takes a byte outside of data; none where it must not stand here.
    fn take(&mut self, byte: u8) -> Option<State> {
        match (self.state, byte) {
            (State::Size, digit) if digit.is_ascii_hexdigit() => {
                self.digits += 1;
                if self.digits > MAX_SIZE_DIGITS {
                    return None;
                }
                let value = char::from(digit).to_digit(16).map(u64::from)?;
                self.left = self.left.checked_mul(16)?.checked_add(value)?;
                Some(State::Size)
            }
            (State::Size, _) if self.digits == 0 => None,
            (State::Size | State::Extension, b'\r') => Some(State::SizeFeed),
            (State::Size | State::Space, b' ' | b'\t') => self.extend(State::Space),
            (State::Size | State::Space, b';') => self.extend(State::Extension),
            (State::Extension, b'\t' | b' '..=b'~' | 0x80..) => self.extend(State::Extension),
            (State::SizeFeed, b'\n') => {
                self.digits = 0;
                self.extension = 0;
                Some(State::Data)
            }
            (State::DataReturn, b'\r') => Some(State::DataFeed),
            (State::DataFeed, b'\n') => Some(State::Size),
            _ => None,
        }
    }

    fn extend(&mut self, next: State) -> Option<State> {
        self.extension += 1;
        (self.extension <= MAX_EXTENSION).then_some(next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn end(body: &[u8]) -> Step {
        ChunkScanner::new().step(body)
    }

    #[test]
    fn the_trailer_section_starts_after_the_last_chunk() {
        for good in [
            "0\r\n",
            "5\r\nhello\r\n0\r\n",
            "A;x=y\r\n0123456789\r\n00\r\n",
            "1 ;q=\"a b\"\r\nx\r\n0\r\n",
        ] {
            assert_eq!(
                end(good.as_bytes()),
                Step::LastChunk(good.len()),
                "{good:?}"
            );
        }
    }

    #[test]
    fn a_body_in_single_bytes_ends_where_it_ends_in_one_piece() {
        let body = b"5;ext\r\nhello\r\nb\r\nhello world\r\n0\r\n";
        let mut scanner = ChunkScanner::new();
        let steps: Vec<Step> = body.iter().map(|byte| scanner.step(&[*byte])).collect();
        let (last, before) = steps.split_last().expect("not empty");
        assert_eq!(*last, Step::LastChunk(1));
        assert!(before.iter().all(|step| *step == Step::More));
    }

    #[test]
    fn broken_framing_is_found_at_its_first_wrong_byte() {
        let long = format!("1;{}\r\n", "x".repeat(300));
        for (bad, at) in [
            ("\r\n", 0),
            ("x\r\n", 0),
            ("-1\r\n", 0),
            ("+5\r\n", 0),
            (" 5\r\n", 0),
            ("0x5\r\n", 1),
            ("5\n", 1),
            ("5 \r\n", 2),
            ("5;a\nb", 3),
            ("5;a\0", 3),
            ("5\r\r\n", 2),
            ("5\r\nhelloX", 8),
            ("5\r\nhello\n", 8),
            ("5\r\nhello\r\r", 9),
            ("10000000000000000\r\n", 16),
            ("00000000000000001\r\n", 16),
            ("fffffffffffffffff", 16),
            (&long, 257),
        ] {
            assert_eq!(end(bad.as_bytes()), Step::Broken(at), "{bad:?}");
        }
    }
}
