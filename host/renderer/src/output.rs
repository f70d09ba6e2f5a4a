//! Where a page goes: into blocks of 16 KiB that are handed on, or into one of all of it.

use std::fmt;
use std::io::{self, Write};

/// How much is gathered before it is handed on.
const BLOCK: usize = 16 << 10;

/// Takes what Tera writes, a few bytes at a time.
pub(crate) struct Output<'a> {
    buffer: Vec<u8>,
    /// How full the buffer may become.
    mark: usize,
    to: To<'a>,
}

enum To<'a> {
    /// All of it stays.
    Whole,
    /// Blocks are handed on.
    Pieces {
        /// Takes one; false says that nobody wants the rest.
        take: &'a mut dyn FnMut(&[u8]) -> bool,
        /// How many bytes may still be handed on.
        left: u64,
    },
}

/// Why a page was not written to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    TooLong,
    NoMemory,
    Unwanted,
}

impl fmt::Display for Refused {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::TooLong => "the page is too long",
            Self::NoMemory => "there is no memory for the page",
            Self::Unwanted => "nobody takes the rest of the page",
        })
    }
}

impl std::error::Error for Refused {}

impl<'a> Output<'a> {
    pub(crate) fn whole(max: u64) -> Self {
        let mark = usize::try_from(max).unwrap_or(usize::MAX);
        Self {
            buffer: Vec::with_capacity(mark.min(BLOCK)),
            mark,
            to: To::Whole,
        }
    }

    pub(crate) fn pieces(max: u64, take: &'a mut dyn FnMut(&[u8]) -> bool) -> Self {
        let buffer = Vec::with_capacity(BLOCK + BLOCK / 4);
        Self {
            buffer,
            mark: usize::try_from(max).unwrap_or(usize::MAX).min(BLOCK),
            to: To::Pieces { take, left: max },
        }
    }

    /// Returns what was not handed on.
    pub(crate) fn rest(self) -> Vec<u8> {
        self.buffer
    }

    #[cold]
    fn full(&mut self) -> io::Result<()> {
        let refused = match &mut self.to {
            To::Whole => Refused::TooLong,
            To::Pieces { take, left } => match left.checked_sub(self.buffer.len() as u64) {
                None => Refused::TooLong,
                Some(rest) => {
                    *left = rest;
                    self.mark = usize::try_from(rest).unwrap_or(usize::MAX).min(BLOCK);
                    let wanted = take(&self.buffer);
                    self.buffer.clear();
                    if wanted {
                        return Ok(());
                    }
                    Refused::Unwanted
                }
            },
        };
        Err(io::Error::other(refused))
    }
}

impl Write for Output<'_> {
    #[inline]
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write_all(bytes)?;
        Ok(bytes.len())
    }

    #[inline]
    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        // A page is what grows most: where there is no room, that is an error, not a trap.
        if self.buffer.try_reserve(bytes.len()).is_err() {
            return Err(io::Error::other(Refused::NoMemory));
        }
        self.buffer.extend_from_slice(bytes);
        if self.buffer.len() > self.mark {
            return self.full();
        }
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Tells why a page was not written, where that is what an error of Tera is about.
pub(crate) fn refused(error: &tera::Error) -> Option<Refused> {
    let source = std::error::Error::source(error)?;
    let inner = source.downcast_ref::<io::Error>()?.get_ref()?;
    inner.downcast_ref::<Refused>().copied()
}
