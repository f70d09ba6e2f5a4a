//! The files of a bundle: a tar archive compressed by zstd.
//!
//! Written in the order of names, without times and owners. Read with
//! suspicion: it may come from anybody.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use tar::{Archive, Builder, EntryType, Header};

use crate::build::{sources, workspace};

use super::BundleError;

/// Bounds of what is unpacked: bytes, and number of files.
const MAX_BYTES: u64 = 512 << 20;
const MAX_FILES: usize = 100_000;
/// Longest name, which is Linux's longest path.
const MAX_NAME: u64 = 4096;
/// Half of what the highest level saves, in a tenth of its time.
const LEVEL: i32 = 9;
/// The largest window a reader must give memory for (zstd's own default).
const MAX_WINDOW_LOG: u32 = 27;

/// Files to be bundled: name in the bundle, and where the content is.
#[derive(Clone, Debug, Default)]
pub(in crate::build) struct Files(BTreeMap<String, Content>);

#[derive(Clone, Debug)]
enum Content {
    File(PathBuf),
    /// Another file once more, compressed.
    Variant(PathBuf),
    Text(&'static str),
    Bytes(Vec<u8>),
}

impl Files {
    /// Adds a file of the disk.
    pub(in crate::build) fn add(&mut self, name: String, path: PathBuf) {
        self.0.insert(name, Content::File(path));
    }

    /// Adds a compressed variant of a file, beside it.
    pub(in crate::build) fn add_variant(&mut self, name: String, path: PathBuf) {
        self.0.insert(name, Content::Variant(path));
    }

    /// Adds a file that `runtime` carries inside.
    pub(in crate::build) fn add_text(&mut self, name: String, text: &'static str) {
        self.0.insert(name, Content::Text(text));
    }

    /// Adds a file that the build made.
    pub(in crate::build) fn add_bytes(&mut self, name: String, bytes: Vec<u8>) {
        self.0.insert(name, Content::Bytes(bytes));
    }

    /// Adds all files of a folder below `name`.
    pub(in crate::build) fn add_folder(
        &mut self,
        name: &str,
        folder: &Path,
    ) -> Result<(), crate::build::BuildError> {
        for source in sources::walk_all(folder)? {
            self.add(format!("{name}/{}", source.name), source.path);
        }
        Ok(())
    }

    /// Tells whether any file is below a folder.
    pub(in crate::build) fn has_folder(&self, folder: &str) -> bool {
        self.0.keys().any(|name| {
            name.strip_prefix(folder)
                .is_some_and(|rest| rest.starts_with('/'))
        })
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns how many files each top folder has, variants not counted.
    pub(super) fn counts(&self) -> BTreeMap<String, u64> {
        let mut counts = BTreeMap::new();
        for (name, content) in &self.0 {
            if matches!(content, Content::Variant(_)) {
                continue;
            }
            let top = name.split('/').next().unwrap_or_default();
            *counts.entry(top.to_owned()).or_insert(0) += 1;
        }
        counts
    }

    /// Returns the archive.
    pub(super) fn archive(&self) -> Result<Vec<u8>, BundleError> {
        let failed = |error: io::Error| BundleError::Files(error.to_string());
        if self.0.len() > MAX_FILES {
            return Err(BundleError::TooMuch(format!(
                "{} files, and an app has at most {MAX_FILES}",
                self.0.len()
            )));
        }
        // Two empty blocks end an archive.
        let mut left = MAX_BYTES - 1024;
        let mut encoder = zstd::Encoder::new(Vec::new(), LEVEL).map_err(failed)?;
        // Projects and their packages repeat each other over long distances.
        encoder.long_distance_matching(true).map_err(failed)?;
        encoder.window_log(MAX_WINDOW_LOG.min(24)).map_err(failed)?;
        let mut archive = Builder::new(encoder);
        for (name, content) in &self.0 {
            let read;
            let data: &[u8] = match content {
                Content::File(path) | Content::Variant(path) => {
                    read = fs::read(path).map_err(|source| BundleError::File {
                        action: "read",
                        path: path.clone(),
                        source,
                    })?;
                    &read
                }
                Content::Text(text) => text.as_bytes(),
                Content::Bytes(bytes) => bytes,
            };
            left = left.checked_sub(size_in_tar(name, data)).ok_or_else(|| {
                BundleError::TooMuch(format!("more than {} MiB of files", MAX_BYTES >> 20))
            })?;
            let mut header = Header::new_gnu();
            header.set_entry_type(EntryType::Regular);
            header.set_mode(0o644);
            header.set_size(data.len() as u64);
            archive
                .append_data(&mut header, name, data)
                .map_err(failed)?;
        }
        archive
            .into_inner()
            .and_then(zstd::Encoder::finish)
            .map_err(failed)
    }
}

/// Returns how many bytes a file takes in an archive: header and content in blocks of
/// 512 bytes, and as much for a long name.
fn size_in_tar(name: &str, data: &[u8]) -> u64 {
    let blocks = |bytes: usize| (bytes as u64).div_ceil(512) * 512;
    let long_name = if name.len() > 100 {
        512 + blocks(name.len() + 1)
    } else {
        0
    };
    512 + blocks(data.len()) + long_name
}

/// Refuses a name that is not a plain relative path with `/` between its parts.
pub(super) fn check_name(name: &str) -> Result<(), BundleError> {
    let plain = |part: &str| {
        // `:` and `\` make drives, streams and folders on Windows.
        !part.is_empty() && part != "." && part != ".." && !part.contains(['\\', ':', '\0'])
    };
    if name.split('/').all(plain) {
        return Ok(());
    }
    Err(BundleError::Name(name.to_owned()))
}

/// Unpacks an archive into a folder that is not there yet, and that appears whole.
pub(super) fn unpack(archive: &[u8], folder: &Path) -> Result<(), BundleError> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |source| BundleError::File {
            action: "write",
            path,
            source,
        }
    };
    let parent = folder.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(parent).map_err(failed(parent))?;
    let unpacked = tempfile::Builder::new()
        .prefix(".unpacking-")
        .tempdir_in(parent)
        .map_err(failed(parent))?;
    each(archive, |name, content| {
        let path = unpacked.path().join(name);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(failed(parent))?;
        }
        fs::write(&path, content).map_err(failed(&path))
    })?;
    workspace::rename_folder(unpacked, folder).map_err(failed(folder))
}

/// Calls a function with each file of an archive, name and content.
pub(super) fn each(
    archive: &[u8],
    mut take: impl FnMut(&str, &[u8]) -> Result<(), BundleError>,
) -> Result<(), BundleError> {
    if archive.is_empty() {
        return Ok(());
    }
    let damaged = |error: io::Error| BundleError::Files(error.to_string());
    let mut decoder = zstd::Decoder::with_buffer(archive).map_err(damaged)?;
    decoder.window_log_max(MAX_WINDOW_LOG).map_err(damaged)?;
    // One byte more than allowed tells "too large" from "just fits".
    let mut archive = Archive::new(decoder.take(MAX_BYTES + 1));
    let mut long_name = None;
    // Raw: the library would take a long name of any size into memory.
    for (index, entry) in archive.entries().map_err(damaged)?.raw(true).enumerate() {
        let mut entry = entry.map_err(damaged)?;
        if index >= MAX_FILES * 2 {
            return Err(BundleError::Files(format!(
                "there are more than {MAX_FILES}"
            )));
        }
        match entry.header().entry_type() {
            EntryType::GNULongName => {
                let mut name = Vec::new();
                entry
                    .by_ref()
                    .take(MAX_NAME + 1)
                    .read_to_end(&mut name)
                    .map_err(damaged)?;
                long_name = Some(name);
                continue;
            }
            EntryType::Regular => {}
            other => {
                return Err(BundleError::Files(format!(
                    "an entry is no file, but {other:?}"
                )));
            }
        }
        let name = long_name
            .take()
            .unwrap_or_else(|| entry.path_bytes().into_owned());
        let name = name.strip_suffix(b"\0").unwrap_or(&name);
        let lossy = || BundleError::Name(String::from_utf8_lossy(name).chars().take(200).collect());
        let name = std::str::from_utf8(name).map_err(|_| lossy())?;
        if name.len() as u64 > MAX_NAME {
            return Err(lossy());
        }
        check_name(name)?;
        let size = entry.header().entry_size().map_err(damaged)?;
        if size > MAX_BYTES {
            return Err(too_large());
        }
        let mut content = Vec::new();
        let read = entry.read_to_end(&mut content).map_err(damaged)?;
        if read as u64 != size {
            return Err(BundleError::Files(format!("{name} is cut off")));
        }
        take(name, &content)?;
    }
    if archive.into_inner().limit() == 0 {
        return Err(too_large());
    }
    Ok(())
}

fn too_large() -> BundleError {
    BundleError::Files(format!("they are larger than {} MiB", MAX_BYTES >> 20))
}
