//! A built app is one file: a component with two custom sections of ours.
//!
//! - `wasgi:manifest`: JSON, a [`BundleManifest`].
//! - `wasgi:files`: a tar archive compressed by zstd, with the folders
//!   `templates`, `static` and `python`.
//!
//! A component without the sections is an app without files.
//!
//! # Layout
//!
//! - `sections`: finds and appends custom sections; tells what is no component.
//! - `files`: the archive, written in one order and read with suspicion.
//!
//! # Invariants
//!
//! - Any bytes can be read: the answer is a bundle or a [`BundleError`], within
//!   bounds of memory, and no file lands outside of the folder it belongs to.
//! - The same files give the same archive.

mod files;
mod sections;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::config::manifest::Language;
use crate::error::{Advice, Blame};
use crate::http::{digested_name, url_path};

pub(super) use files::Files;

/// The format that this program writes.
///
/// 2: static files refer to each other by names that only [`BundleManifest::assets`]
/// explains.
const FORMAT: u32 = 2;
const MANIFEST_SECTION: &str = "wasgi:manifest";
const FILES_SECTION: &str = "wasgi:files";

/// What an app says about itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct BundleManifest {
    /// The version of this format.
    pub format: u32,
    /// The app's name.
    pub name: String,
    /// What it was written in, where known.
    pub language: Option<Language>,
    /// Python: the callable.
    pub entry: Option<String>,
    /// The URL path of its static files, if it has any.
    pub static_url: Option<String>,
    /// Its static files, by their path below the folder, with the digest that goes
    /// into their names; without one in `dev`.
    pub assets: BTreeMap<String, Option<String>>,
    /// Whether it has templates.
    pub templates: bool,
    /// Folders that Python reads at run time.
    pub python: Vec<Mount>,
    /// How many files there are in each top folder.
    pub files: BTreeMap<String, u64>,
    /// What built it: tool and version.
    pub tools: BTreeMap<String, String>,
}

/// A folder of the bundle and where the guest sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mount {
    /// The folder in the bundle, for example `python/0`.
    pub folder: String,
    /// The guest's path, for example `/0`.
    pub guest: String,
}

impl Default for BundleManifest {
    fn default() -> Self {
        Self {
            format: FORMAT,
            name: "app".into(),
            language: None,
            entry: None,
            static_url: None,
            assets: BTreeMap::new(),
            templates: false,
            python: Vec::new(),
            files: BTreeMap::new(),
            tools: BTreeMap::new(),
        }
    }
}

/// Why bytes are not an app.
#[derive(Debug, thiserror::Error)]
pub enum BundleError {
    /// No WebAssembly at all.
    #[error("this is not WebAssembly")]
    NotWasm,
    /// A core module.
    #[error("this is a core WebAssembly module, not a component")]
    CoreModule,
    /// A component whose end is missing, or whose sections contradict themselves.
    #[error("the component is cut off or damaged at byte {offset}: {problem}")]
    Damaged {
        /// Where.
        offset: usize,
        /// What is wrong there.
        problem: String,
    },
    /// A manifest that is not one.
    #[error("the app's manifest is damaged")]
    Manifest(#[source] serde_json::Error),
    /// Written by a later version of this program.
    #[error("the app has format {found}, and this version reads formats up to {FORMAT}")]
    Format {
        /// The format found.
        found: u32,
    },
    /// An archive that is damaged or too large.
    #[error("the app's files are damaged: {0}")]
    Files(String),
    /// More than a bundle holds.
    #[error("the app has {0}")]
    TooMuch(String),
    /// A digest that is none.
    #[error("the app has a static file with the digest {0:?}, which is none")]
    Digest(String),
    /// A name that leads out of the bundle.
    #[error("the app has a file with the name {0:?}, which leads out of it")]
    Name(String),
    /// A file could not be read or written.
    #[error("cannot {action} {}", path.display())]
    File {
        /// `read` or `write`.
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
}

impl Advice for BundleError {
    fn blame(&self) -> Blame {
        match self {
            Self::File { .. } => Blame::Operator,
            _ => Blame::Guest,
        }
    }

    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::NotWasm => "name a file that `runtime build` wrote, or a project's folder".into(),
            Self::CoreModule => {
                "build for the target wasm32-wasip2, or let `runtime build` do it".into()
            }
            Self::Damaged { .. } | Self::Manifest(_) | Self::Files(_) => {
                "copy the file again, or build it again".into()
            }
            Self::Format { .. } => "update `runtime`, or build the app again with this one".into(),
            Self::TooMuch(_) => {
                "leave out what the app does not need, or serve large files from elsewhere".into()
            }
            Self::Name(_) | Self::Digest(_) => {
                "do not run it: it was not written by `runtime build`".into()
            }
            Self::File { action, .. } => {
                format!("make sure that you may {action} it, and that the disk is not full")
            }
        })
    }
}

/// An app, read from its bytes. The files stay compressed until they are asked for.
#[derive(Clone, Debug)]
pub struct Bundle<'a> {
    /// What it says about itself.
    pub manifest: BundleManifest,
    /// The component without what belongs to the bundle: its digest changes only
    /// with code, not with templates or static files.
    pub component: Cow<'a, [u8]>,
    archive: Option<&'a [u8]>,
}

/// Reads an app. Takes time in the number of sections, not of bytes.
///
/// # Errors
///
/// [`BundleError`], whatever the bytes are.
pub fn read(bytes: &[u8]) -> Result<Bundle<'_>, BundleError> {
    let sections = sections::find(bytes, &[MANIFEST_SECTION, FILES_SECTION])?;
    let manifest = match sections.get(MANIFEST_SECTION) {
        Some(json) => {
            let manifest: BundleManifest =
                serde_json::from_slice(json).map_err(BundleError::Manifest)?;
            if manifest.format > FORMAT {
                return Err(BundleError::Format {
                    found: manifest.format,
                });
            }
            manifest
        }
        None => BundleManifest::default(),
    };
    for mount in &manifest.python {
        files::check_name(&mount.folder)?;
    }
    for (name, digest) in &manifest.assets {
        files::check_name(name)?;
        if let Some(digest) = digest {
            check_digest(digest)?;
        }
    }
    Ok(Bundle {
        manifest,
        component: sections.without(),
        archive: sections.get(FILES_SECTION),
    })
}

/// Refuses what is not the start of a digest in hexadecimal.
fn check_digest(digest: &str) -> Result<(), BundleError> {
    let is_hex = |byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    if (8..=64).contains(&digest.len()) && digest.bytes().all(is_hex) {
        return Ok(());
    }
    Err(BundleError::Digest(digest.chars().take(100).collect()))
}

/// Writes an app: the component, what it says about itself, its files.
///
/// # Errors
///
/// [`BundleError`] where the component is none.
pub(super) fn write(
    component: Vec<u8>,
    mut manifest: BundleManifest,
    files: &Files,
) -> Result<Vec<u8>, BundleError> {
    let mut app = read(&component)?.component.into_owned();
    manifest.files = files.counts();
    let json = serde_json::to_vec(&manifest).map_err(BundleError::Manifest)?;
    sections::append(&mut app, MANIFEST_SECTION, &json);
    if !files.is_empty() {
        sections::append(&mut app, FILES_SECTION, &files.archive()?);
    }
    Ok(app)
}

impl Bundle<'_> {
    /// Unpacks the files into a folder of their own below `cache`, and returns
    /// it. An app that is there already is not unpacked again, and two
    /// processes may do this at once: the folder appears whole.
    ///
    /// # Errors
    ///
    /// [`BundleError`] where the archive is damaged, hostile or too large, or
    /// the folder cannot be written.
    pub fn unpack(&self, cache: &Path) -> Result<PathBuf, BundleError> {
        let archive = self.archive.unwrap_or_default();
        let folder = cache.join(blake3::hash(archive).to_hex().as_str());
        if !folder.is_dir() {
            files::unpack(archive, &folder)?;
        }
        Ok(folder)
    }

    /// Returns the folders that Python reads at run time, below the folder that
    /// [`Bundle::unpack`] returned, each with the path the guest sees it at.
    pub fn python_folders(&self, unpacked: &Path) -> Vec<(PathBuf, String)> {
        self.manifest
            .python
            .iter()
            .map(|mount| (unpacked.join(&mount.folder), mount.guest.clone()))
            .collect()
    }

    /// Returns the static files whose digests are known: path below the folder, and
    /// digest.
    pub fn asset_digests(&self) -> impl Iterator<Item = (String, String)> {
        let assets = self.manifest.assets.iter();
        assets.filter_map(|(name, digest)| Some((name.clone(), digest.clone()?)))
    }

    /// Returns the URL path of each static file, by its path below the folder: with
    /// the digest, or, in `dev`, without. Empty where the app has no static files, or
    /// was built before they were listed.
    pub fn asset_urls(&self) -> Vec<(String, String)> {
        let Some(prefix) = &self.manifest.static_url else {
            return Vec::new();
        };
        let url = |(name, digest): (&String, &Option<String>)| {
            let url = match digest {
                Some(digest) => url_path(prefix, &digested_name(name, digest)),
                None => url_path(prefix, name),
            };
            (name.clone(), url)
        };
        self.manifest.assets.iter().map(url).collect()
    }

    /// Says what is inside, a line each, for `runtime check`.
    pub fn summary(&self) -> Vec<String> {
        let manifest = &self.manifest;
        let mut lines = Vec::new();
        let mut line = |key: &str, value: &str| lines.push(format!("{key:<11} {value}"));
        if let Some(language) = manifest.language {
            line("language", language.name());
        }
        if let Some(entry) = &manifest.entry {
            line("entry", entry);
        }
        if let Some(url) = &manifest.static_url {
            line("static", &format!("served under {url}"));
        }
        for (folder, count) in &manifest.files {
            line("files", &format!("{count} in {folder}"));
        }
        for (tool, version) in &manifest.tools {
            line("built by", &format!("{tool} {version}"));
        }
        lines
    }
}

#[cfg(test)]
mod tests;
