//! Opens files below a folder, and reads them in large pieces.

use std::io::{self, Cursor, Read as _, SeekFrom};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::SystemTime;

use bytes::Bytes;
use cap_std::fs::Dir;
use hyper_staticfile::vfs::{FileAccess, IntoFileAccess};
use tokio::io::{AsyncRead, AsyncSeek, ReadBuf};

use super::encoding::Encoding;

/// A file up to this size is read while it is opened, in the same trip to a
/// blocking thread; a larger one is streamed in pieces of this size.
const PIECE: usize = 64 * 1024;

/// A file that is ready to be sent.
pub(super) struct Opened {
    /// Its content.
    pub(super) handle: Content,
    /// Its size in bytes.
    pub(super) size: u64,
    /// When it was last changed.
    pub(super) modified: Option<SystemTime>,
    /// How it is compressed.
    pub(super) encoding: Option<Encoding>,
}

/// What a file holds.
pub(super) enum Content {
    /// All of it, read already.
    Memory(Bytes),
    /// To be streamed.
    File(tokio::fs::File),
}

/// Opens the best variant of a file that the client takes. A variant without
/// the file itself is not served.
pub(super) fn open(root: &Dir, name: &str, accepted: &[Encoding]) -> io::Result<Opened> {
    let plain = open_plain(root, name)?;
    for encoding in accepted {
        let variant = [name, encoding.suffix()].concat();
        if let Ok((file, metadata)) = open_plain(root, &variant) {
            return read(file, &metadata, Some(*encoding));
        }
    }
    let (file, metadata) = plain;
    read(file, &metadata, None)
}

/// Opens a regular file. Looking before opening keeps a FIFO from blocking the
/// thread; looking again at the descriptor catches a swap.
fn open_plain(root: &Dir, name: &str) -> io::Result<(std::fs::File, cap_std::fs::Metadata)> {
    if !root.metadata(name)?.is_file() {
        return Err(io::ErrorKind::NotFound.into());
    }
    let file = root.open(name)?;
    let metadata = file.metadata()?;
    if !metadata.is_file() {
        return Err(io::ErrorKind::NotFound.into());
    }
    Ok((file.into_std(), metadata))
}

fn read(
    file: std::fs::File,
    metadata: &cap_std::fs::Metadata,
    encoding: Option<Encoding>,
) -> io::Result<Opened> {
    let size = metadata.len();
    let modified = metadata.modified().ok().map(|time| time.into_std());
    let handle = match usize::try_from(size) {
        Ok(small) if small <= PIECE => {
            let mut content = Vec::with_capacity(small);
            file.take(size).read_to_end(&mut content)?;
            if content.len() != small {
                return Err(io::Error::other("the file shrank while it was read"));
            }
            Content::Memory(content.into())
        }
        _ => Content::File(tokio::fs::File::from_std(file)),
    };
    Ok(Opened {
        handle,
        size,
        modified,
        encoding,
    })
}

impl IntoFileAccess for Content {
    type Output = Reader;

    fn into_file_access(self) -> Reader {
        match self {
            Self::Memory(bytes) => Reader::Memory(Cursor::new(bytes)),
            Self::File(file) => Reader::File {
                file,
                buffer: Vec::new(),
            },
        }
    }
}

/// Reads a file for hyper-staticfile, whose own reader takes 8 KiB at a time.
pub(super) enum Reader {
    Memory(Cursor<Bytes>),
    File {
        file: tokio::fs::File,
        /// Kept while a read is under way.
        buffer: Vec<u8>,
    },
}

impl AsyncSeek for Reader {
    fn start_seek(self: Pin<&mut Self>, position: SeekFrom) -> io::Result<()> {
        match self.get_mut() {
            Self::Memory(bytes) => Pin::new(bytes).start_seek(position),
            Self::File { file, .. } => Pin::new(file).start_seek(position),
        }
    }

    fn poll_complete(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<u64>> {
        match self.get_mut() {
            Self::Memory(bytes) => Pin::new(bytes).poll_complete(cx),
            Self::File { file, .. } => Pin::new(file).poll_complete(cx),
        }
    }
}

impl FileAccess for Reader {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        len: usize,
    ) -> Poll<io::Result<Bytes>> {
        match self.get_mut() {
            Self::Memory(bytes) => FileAccess::poll_read(Pin::new(bytes), cx, len),
            Self::File { file, buffer } => {
                buffer.resize(len.min(PIECE), 0);
                let mut into = ReadBuf::new(buffer);
                ready!(AsyncRead::poll_read(Pin::new(file), cx, &mut into))?;
                let read = into.filled().len();
                if read == 0 && len > 0 {
                    // The length was promised: ending here has to look cut.
                    let cut = io::Error::other("the file shrank while it was sent");
                    return Poll::Ready(Err(cut));
                }
                let mut piece = std::mem::take(buffer);
                piece.truncate(read);
                Poll::Ready(Ok(piece.into()))
            }
        }
    }
}
