//! Whether a database file is still where it was opened.
//!
//! SQLite goes on with a file that was moved or removed: it would commit what nobody
//! finds again (https://sqlite.org/howtocorrupt.html section 4.2). So a commit looks
//! first, for a microsecond.

use std::io;
use std::path::{Path, PathBuf};

/// A file, by its name and by what it is.
#[derive(Clone, Debug)]
pub(super) struct Place {
    path: PathBuf,
    identity: Identity,
}

#[cfg(unix)]
type Identity = (u64, u64);

#[cfg(unix)]
fn identity(path: &Path) -> io::Result<Identity> {
    use std::os::unix::fs::MetadataExt as _;
    let metadata = path.symlink_metadata()?;
    Ok((metadata.dev(), metadata.ino()))
}

/// Elsewhere a file that is open cannot be moved or removed.
#[cfg(not(unix))]
type Identity = ();

#[cfg(not(unix))]
fn identity(path: &Path) -> io::Result<Identity> {
    path.symlink_metadata().map(drop)
}

impl Place {
    pub(super) fn of(path: &Path) -> io::Result<Self> {
        Ok(Self {
            path: path.to_owned(),
            identity: identity(path)?,
        })
    }

    /// Tells whether the file of this name is still the same.
    pub(super) fn is_kept(&self) -> bool {
        identity(&self.path).is_ok_and(|now| now == self.identity)
    }

    /// Tells whether the disk has no room: whether that is why SQLite calls a database
    /// full, and not its quota.
    #[cfg(unix)]
    pub(super) fn is_disk_full(&self) -> bool {
        let folder = self.path.parent().unwrap_or(Path::new("."));
        // Of what was written for a statement that failed, the log keeps its part: a disk
        // that was full is so still.
        rustix::fs::statvfs(folder)
            .is_ok_and(|disk| disk.f_bavail.saturating_mul(disk.f_frsize) < ROOM)
    }

    /// Nobody asks.
    #[cfg(not(unix))]
    pub(super) fn is_disk_full(&self) -> bool {
        false
    }
}

/// Bytes of a disk that has room for one more page and its frame in the log.
#[cfg(unix)]
const ROOM: u64 = 256 << 10;
