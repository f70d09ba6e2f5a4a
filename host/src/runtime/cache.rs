//! Compiled components on disk, keyed by digest, mapped instead of read.
//!
//! Mapping compiled code means running it, so an entry must be one that this
//! cache wrote: each carries a keyed digest (BLAKE3) of its bytes under a
//! secret that lies beside the entries, readable by their owner alone. An entry
//! that is truncated, altered, written by another user or under another key
//! does not verify, and is compiled anew. Files appear by rename, so that two
//! processes may share one folder.

use std::fs::{self, File, OpenOptions};
use std::hash::{Hash, Hasher};
use std::io::{self, Read, Write};
use std::os::fd::AsRawFd;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use wasmtime::Engine;
use wasmtime::component::Component;

use super::memo::{self, What};

const KEY_LENGTH: usize = blake3::KEY_LEN;
pub(super) const SEAL_LENGTH: usize = blake3::OUT_LEN;

/// What an entry carries behind its content. Compared in constant time.
pub(super) type Seal = blake3::Hash;

/// The secret that seals are made with.
pub(super) struct Key([u8; KEY_LENGTH]);

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key(..)")
    }
}

impl Key {
    pub(super) fn random() -> Self {
        Self(rand::random())
    }

    pub(super) fn seal(&self, content: &[u8]) -> Seal {
        let mut hasher = blake3::Hasher::new_keyed(&self.0);
        hasher.update_rayon(content);
        hasher.finalize()
    }
}

/// Why a component could not be compiled, or the cache not be opened.
#[derive(Debug, thiserror::Error)]
pub enum CacheError {
    /// The folder cannot be made, or is not ours alone.
    #[error("cannot use the compile cache {}", path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// The operating system's word.
        source: io::Error,
    },
    /// Wasmtime refused the component.
    #[error("the component does not compile")]
    Compile(#[source] wasmtime::Error),
}

/// Where a component came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Mapped from the cache.
    Cached,
    /// Compiled just now, and stored where that was possible.
    Compiled,
}

/// A folder of compiled components.
#[derive(Debug)]
pub struct Cache {
    folder: PathBuf,
    key: Key,
}

impl Cache {
    /// Opens a cache folder, making it and its key where they do not exist.
    ///
    /// # Errors
    ///
    /// [`CacheError::Folder`] where it cannot be made or read, or where someone
    /// else could write to it.
    pub fn open(folder: &Path) -> Result<Self, CacheError> {
        let failed = |source| CacheError::Folder {
            path: folder.to_owned(),
            source,
        };
        private_folder(folder).map_err(failed)?;
        let key = key(folder).map_err(failed)?;
        Ok(Self {
            folder: folder.to_owned(),
            key,
        })
    }

    /// Returns the compiled form of a component, from disk where it is there
    /// and verifies, else compiled now. `file` is where the component was read
    /// from, if it was: an unchanged file need not be digested again.
    ///
    /// # Errors
    ///
    /// [`CacheError::Compile`]. A failure to store is logged and no error: the
    /// component runs all the same.
    pub fn load(
        &self,
        engine: &Engine,
        wasm: &[u8],
        file: Option<&File>,
    ) -> Result<(Component, Origin), CacheError> {
        let digest = self.digest(wasm, file);
        let path = self.folder.join(entry_name(engine, digest));
        if let Some(component) = self.map(engine, &path) {
            return Ok((component, Origin::Cached));
        }
        let code = engine
            .precompile_component(wasm)
            .map_err(CacheError::Compile)?;
        if let Err(error) = self.store(&path, &code) {
            tracing::warn!(path = %path.display(), %error, "cannot store compiled code");
        }
        let component = match self.map(engine, &path) {
            Some(component) => component,
            None => deserialize(engine, &code).map_err(CacheError::Compile)?,
        };
        Ok((component, Origin::Compiled))
    }

    /// Tells whether there is an entry for a component; whether it is a good one
    /// shows when it is loaded.
    pub fn holds(&self, engine: &Engine, wasm: &[u8], file: Option<&File>) -> bool {
        let digest = self.digest(wasm, file);
        self.folder.join(entry_name(engine, digest)).exists()
    }

    fn digest(&self, wasm: &[u8], file: Option<&File>) -> blake3::Hash {
        if let Some(digest) =
            file.and_then(|file| memo::recall(&self.folder, &self.key, What::Component, file))
        {
            return digest;
        }
        let digest = blake3::Hasher::new().update_rayon(wasm).finalize();
        self.remember(What::Component, file, digest);
        digest
    }

    fn remember(&self, what: What, file: Option<&File>, digest: blake3::Hash) {
        if let Some(file) = file
            && let Err(error) = memo::remember(&self.folder, &self.key, what, file, digest)
        {
            tracing::debug!(%error, "cannot remember a digest");
        }
    }

    /// Maps an entry if it is whole and sealed with our key.
    fn map(&self, engine: &Engine, path: &Path) -> Option<Component> {
        let file = File::open(path).ok()?;
        if !self.verifies(&file).unwrap_or(false) {
            tracing::warn!(path = %path.display(), "compiled code does not verify, compiling again");
            return None;
        }
        match deserialize_file(engine, &file) {
            Ok(component) => Some(component),
            Err(error) => {
                tracing::warn!(path = %path.display(), %error, "compiled code is not usable, compiling again");
                None
            }
        }
    }

    fn verifies(&self, file: &File) -> io::Result<bool> {
        if file.metadata()?.uid() != rustix::process::geteuid().as_raw() {
            return Ok(false);
        }
        if memo::recall(&self.folder, &self.key, What::Code, file).is_some() {
            return Ok(true);
        }
        let map = map_file(file)?;
        let Some((code, seal)) = map
            .len()
            .checked_sub(SEAL_LENGTH)
            .and_then(|split| map.split_at_checked(split))
        else {
            return Ok(false);
        };
        let digest = self.key.seal(code);
        let sealed = Seal::from_slice(seal).is_ok_and(|seal| digest == seal);
        if sealed {
            self.remember(What::Code, Some(file), digest);
        }
        Ok(sealed)
    }

    fn store(&self, path: &Path, code: &[u8]) -> io::Result<()> {
        let mut file = tempfile::NamedTempFile::new_in(&self.folder)?;
        file.write_all(code)?;
        file.write_all(self.key.seal(code).as_bytes())?;
        file.as_file().sync_data()?;
        file.persist(path)?;
        Ok(())
    }
}

/// Names an entry after everything that decides its content.
fn entry_name(engine: &Engine, component: blake3::Hash) -> String {
    struct Digest(blake3::Hasher);
    impl Hasher for Digest {
        fn finish(&self) -> u64 {
            0
        }
        fn write(&mut self, bytes: &[u8]) {
            self.0.update(bytes);
        }
    }
    let mut digest = Digest(blake3::Hasher::new());
    digest.0.update(component.as_bytes());
    // Wasmtime's version, compiler settings, tunables and CPU features.
    engine.precompile_compatibility_hash().hash(&mut digest);
    format!("{}.cwasm", digest.0.finalize().to_hex())
}

/// Makes a folder that its owner alone can enter.
///
/// # Errors
///
/// Where it cannot be made, or belongs to someone else.
pub fn private_folder(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let metadata = fs::metadata(folder)?;
    if metadata.uid() != rustix::process::geteuid().as_raw() {
        return Err(io::Error::new(
            io::ErrorKind::PermissionDenied,
            "the folder belongs to another user",
        ));
    }
    if metadata.permissions().mode() & 0o077 != 0 {
        fs::set_permissions(folder, fs::Permissions::from_mode(0o700))?;
    }
    Ok(())
}

/// Reads the folder's key, making one first where there is none.
fn key(folder: &Path) -> io::Result<Key> {
    let path = folder.join("key");
    let fresh = Key::random();
    let mut file = tempfile::Builder::new()
        .permissions(fs::Permissions::from_mode(0o600))
        .tempfile_in(folder)?;
    loop {
        match OpenOptions::new().read(true).open(&path) {
            Ok(mut existing) => {
                let mut key = [0; KEY_LENGTH];
                if existing.metadata()?.len() == KEY_LENGTH as u64 {
                    existing.read_exact(&mut key)?;
                    return Ok(Key(key));
                }
                // Not a key: every entry under it is worthless anyway.
                fs::remove_file(&path)?;
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
        file.as_file_mut().write_all(&fresh.0)?;
        file.as_file().sync_all()?;
        match file.persist_noclobber(&path) {
            Ok(_) => return Ok(fresh),
            // Another process was quicker: use its key.
            Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => {
                file = tempfile::Builder::new()
                    .permissions(fs::Permissions::from_mode(0o600))
                    .tempfile_in(folder)?;
            }
            Err(error) => return Err(error.error),
        }
    }
}

#[allow(unsafe_code)]
fn map_file(file: &File) -> io::Result<memmap2::Mmap> {
    // SAFETY: entries are written once, under another name, and never changed
    // in place by us; the folder is writable by its owner alone.
    unsafe { memmap2::MmapOptions::new().populate().map(file) }
}

#[allow(unsafe_code)]
fn deserialize_file(engine: &Engine, file: &File) -> wasmtime::Result<Component> {
    // The open file itself, whatever its name has come to stand for since.
    let path = format!("/proc/self/fd/{}", file.as_raw_fd());
    // SAFETY: `verifies` has proved that this host wrote these bytes, and they
    // are read from the very file that was proved.
    unsafe { Component::deserialize_file(engine, path) }
}

#[allow(unsafe_code)]
fn deserialize(engine: &Engine, code: &[u8]) -> wasmtime::Result<Component> {
    // SAFETY: the bytes come from `precompile_component` of this very process.
    unsafe { Component::deserialize(engine, code) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runtime::engine::{EngineOptions, engine};

    const EMPTY: &[u8] = b"\0asm\x0d\0\x01\0";

    fn entry(folder: &Path) -> PathBuf {
        fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .find(|path| path.extension().is_some_and(|ext| ext == "cwasm"))
            .unwrap()
    }

    fn small_engine() -> Engine {
        engine(&EngineOptions {
            instances: 1,
            memory: 1 << 20,
        })
        .unwrap()
    }

    #[test]
    fn a_second_load_is_mapped() {
        let folder = tempfile::tempdir().unwrap();
        let engine = small_engine();
        let cache = Cache::open(folder.path()).unwrap();
        assert_eq!(
            cache.load(&engine, EMPTY, None).unwrap().1,
            Origin::Compiled
        );
        assert_eq!(cache.load(&engine, EMPTY, None).unwrap().1, Origin::Cached);
        let other = Cache::open(folder.path()).unwrap();
        assert_eq!(other.load(&engine, EMPTY, None).unwrap().1, Origin::Cached);
    }

    #[test]
    fn an_altered_or_truncated_entry_is_compiled_again() {
        let folder = tempfile::tempdir().unwrap();
        let engine = small_engine();
        let cache = Cache::open(folder.path()).unwrap();
        cache.load(&engine, EMPTY, None).unwrap();
        let path = entry(folder.path());
        let good = fs::read(&path).unwrap();
        let mut altered = good.clone();
        let middle = altered.len() / 2;
        altered[middle] ^= 1;
        for bad in [&altered[..], &good[..good.len() / 2], &good[..7], &[]] {
            fs::write(&path, bad).unwrap();
            assert_eq!(
                cache.load(&engine, EMPTY, None).unwrap().1,
                Origin::Compiled
            );
            assert_eq!(cache.load(&engine, EMPTY, None).unwrap().1, Origin::Cached);
        }
    }

    #[test]
    fn an_entry_sealed_under_another_key_is_foreign() {
        let engine = small_engine();
        let (ours, theirs) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let cache = Cache::open(ours.path()).unwrap();
        Cache::open(theirs.path())
            .unwrap()
            .load(&engine, EMPTY, None)
            .unwrap();
        let foreign = entry(theirs.path());
        fs::copy(&foreign, ours.path().join(foreign.file_name().unwrap())).unwrap();
        assert_eq!(
            cache.load(&engine, EMPTY, None).unwrap().1,
            Origin::Compiled
        );
    }

    #[test]
    fn the_folder_is_made_private() {
        let folder = tempfile::tempdir().unwrap();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
        Cache::open(folder.path()).unwrap();
        let mode = fs::metadata(folder.path()).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0);
    }
}
