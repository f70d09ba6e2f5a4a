//! Digests of files, remembered for as long as a file is the same.
//!
//! Digesting a Python app and its compiled code takes longer than everything else
//! between start and first answer. A file that has the device, inode, size and
//! times it had when it was digested has not been written since: every write sets
//! the change time, which no program can set back. Records are sealed with the
//! cache's key, as its entries are.

use std::fs::{self, File};
use std::io::{self, Write};
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::time::{Duration, SystemTime};

use super::cache::{Key, SEAL_LENGTH, Seal};

/// A file changed this recently may change again within the clock's grain, unseen.
const SETTLED: Duration = Duration::from_secs(2);

/// What a digest was made of: a record of one never stands for the other.
#[derive(Clone, Copy, Debug)]
pub(super) enum What {
    /// The component in an app's file.
    Component,
    /// A cache entry's code, whose seal was found right.
    Code,
}

/// What tells a file from its later self.
struct Identity([u8; 56]);

impl Identity {
    /// Returns none for a file that was changed a moment ago.
    fn of(file: &File) -> io::Result<Option<Self>> {
        let metadata = file.metadata()?;
        let changed = u64::try_from(metadata.ctime()).unwrap_or(u64::MAX);
        let age = SystemTime::now()
            .duration_since(SystemTime::UNIX_EPOCH)
            .unwrap_or_default()
            .saturating_sub(Duration::from_secs(changed));
        if age < SETTLED {
            return Ok(None);
        }
        let mut bytes = Vec::with_capacity(56);
        for number in [metadata.dev(), metadata.ino(), metadata.size()] {
            bytes.extend(number.to_le_bytes());
        }
        for number in [
            metadata.mtime(),
            metadata.mtime_nsec(),
            metadata.ctime(),
            metadata.ctime_nsec(),
        ] {
            bytes.extend(number.to_le_bytes());
        }
        Ok(bytes.try_into().ok().map(Self))
    }

    /// Names the record: by device and inode, so that a file has one at a time.
    fn name(&self, what: What) -> String {
        let (place, _) = self.0.split_at(16);
        format!("{}.{what:?}", blake3::hash(place).to_hex())
    }
}

/// Returns the digest of a file that was remembered and has not changed since.
pub(super) fn recall(folder: &Path, key: &Key, what: What, file: &File) -> Option<blake3::Hash> {
    let identity = Identity::of(file).ok()??;
    let record = fs::read(folder.join(identity.name(what))).ok()?;
    let (body, seal) = record.split_at_checked(record.len().checked_sub(SEAL_LENGTH)?)?;
    if key.seal(body) != Seal::from_slice(seal).ok()? {
        return None;
    }
    let digest = body
        .strip_prefix(&[what as u8])?
        .strip_prefix(identity.0.as_slice())?;
    Some(blake3::Hash::from_bytes(digest.try_into().ok()?))
}

/// Remembers a file's digest, where the file has not changed a moment ago.
///
/// # Errors
///
/// Where the record cannot be written.
pub(super) fn remember(
    folder: &Path,
    key: &Key,
    what: What,
    file: &File,
    digest: blake3::Hash,
) -> io::Result<()> {
    let Some(identity) = Identity::of(file)? else {
        return Ok(());
    };
    let mut body = vec![what as u8];
    body.extend(identity.0);
    body.extend(digest.as_bytes());
    let mut record = tempfile::NamedTempFile::new_in(folder)?;
    record.write_all(&body)?;
    record.write_all(key.seal(&body).as_bytes())?;
    record.persist(folder.join(identity.name(what)))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::FileTimes;

    /// A file whose change time is old enough: only waiting makes it so, and tests
    /// do not wait; a file of this very program has it.
    fn settled() -> File {
        File::open(env!("CARGO_MANIFEST_DIR").to_owned() + "/Cargo.toml").unwrap()
    }

    #[test]
    fn a_settled_file_is_remembered_and_a_foreign_record_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let (file, key) = (settled(), Key::random());
        let digest = blake3::hash(b"content");
        if Identity::of(&file).unwrap().is_none() {
            return; // Checked out a moment ago.
        }
        assert_eq!(recall(folder.path(), &key, What::Code, &file), None);
        remember(folder.path(), &key, What::Code, &file, digest).unwrap();
        assert_eq!(recall(folder.path(), &key, What::Code, &file), Some(digest));
        assert_eq!(recall(folder.path(), &key, What::Component, &file), None);
        assert_eq!(
            recall(folder.path(), &Key::random(), What::Code, &file),
            None
        );
    }

    #[test]
    fn a_file_changed_a_moment_ago_is_not_remembered() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        fs::write(&path, "x").unwrap();
        let file = File::options().write(true).open(&path).unwrap();
        // The modification time can be set back, the change time cannot.
        file.set_times(FileTimes::new().set_modified(SystemTime::UNIX_EPOCH))
            .unwrap();
        let key = Key::random();
        remember(folder.path(), &key, What::Code, &file, blake3::hash(b"x")).unwrap();
        assert_eq!(recall(folder.path(), &key, What::Code, &file), None);
    }
}
