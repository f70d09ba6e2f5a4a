//! Why a project could not be built, and what to do about it.

use std::fmt::Write as _;
use std::path::PathBuf;

use crate::config::manifest::ManifestError;
use crate::error::Advice;

use super::bundle::BundleError;

/// Why a project could not be built.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// The folder is not there, or not readable.
    #[error("cannot open the project {}", folder.display())]
    Project {
        /// The folder as it was named.
        folder: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Nothing in the folder says what it is.
    #[error("{} does not look like a project", folder.display())]
    Unrecognised {
        /// The folder.
        folder: PathBuf,
    },
    /// Python, but no callable with a usual name.
    #[error("{}: no WSGI callable with a usual name", file.display())]
    NoEntry {
        /// The file that was looked at.
        file: PathBuf,
    },
    /// `app.toml`.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    /// Something that the manifest names is not there.
    #[error("{}: {key} names {}, which is not there", file.display(), path.display())]
    Missing {
        /// The manifest.
        file: PathBuf,
        /// The key, with its table.
        key: &'static str,
        /// The path as written.
        path: PathBuf,
    },
    /// A symbolic link that leaves the project.
    #[error("{} points outside of the project", path.display())]
    Escape {
        /// The link.
        path: PathBuf,
    },
    /// A name that a bundle cannot hold.
    #[error("the file name {path:?} is not UTF-8")]
    FileName {
        /// The file.
        path: PathBuf,
    },
    /// A file could not be read or written.
    #[error("cannot {action} {}", path.display())]
    File {
        /// What was tried: `read`, `write`.
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A program that the build needs is not installed.
    #[error("{tool} was not found")]
    NoTool {
        /// The program.
        tool: &'static str,
        /// The command or place that brings it.
        cure: String,
    },
    /// A program that the build needs failed.
    #[error("{tool} failed:\n{output}")]
    Tool {
        /// The program and what it did.
        tool: String,
        /// The last lines it printed.
        output: String,
        /// The cure.
        cure: String,
    },
    /// The compiler refused the project.
    #[error("the project does not compile:\n{output}")]
    Compiler {
        /// What cargo printed.
        output: String,
    },
    /// Python refused the project: the traceback says where.
    #[error("{what}{}{traceback}", if traceback.is_empty() { "" } else { "\n" })]
    Python {
        /// What failed.
        what: String,
        /// Python's traceback, or nothing where the message says all.
        traceback: String,
        /// The cure.
        cure: String,
    },
    /// A requirement consists of machine code for another machine than this sandbox.
    #[error(
        "the requirement {requirement} has no wheel that can run: {module} is machine code\n{traceback}"
    )]
    NoWheel {
        /// The distribution.
        requirement: String,
        /// The module whose machine code was left out.
        module: String,
        /// Python's traceback of the import.
        traceback: String,
    },
    /// The build's result could not be bundled.
    #[error(transparent)]
    Bundle(#[from] BundleError),
}

impl BuildError {
    /// Returns the `map_err` of a file that cannot be read.
    pub(super) fn read(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::File {
            action: "read",
            path,
            source,
        }
    }

    /// Returns the `map_err` of a file that cannot be written.
    pub(super) fn write(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::File {
            action: "write",
            path,
            source,
        }
    }
}

impl Advice for BuildError {
    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Project { .. } => "name a folder that you can read".into(),
            Self::Unrecognised { .. } => "a Rust project has Cargo.toml; a Python project has \
                manage.py, wsgi.py, app.py or main.py, or an app.toml with\n[build]\n\
                language = \"python\"\nentry = \"module:callable\""
                .into(),
            Self::NoEntry { file } => {
                let module = file.file_stem().unwrap_or_default().display();
                format!(
                    "name the callable `application`, `app` or `create_app`, or write app.toml with\n\
                     [build]\nlanguage = \"python\"\nentry = \"{module}:callable\""
                )
            }
            Self::Manifest(error) => return error.hint(),
            Self::Missing { .. } => "create it, or take the key out".into(),
            Self::Escape { .. } => {
                "put a copy in its place: an app holds only its own files".into()
            }
            Self::FileName { .. } => "rename the file".into(),
            Self::File { action, .. } => {
                format!("make sure that you may {action} it, and that the disk is not full")
            }
            Self::NoTool { cure, .. } | Self::Tool { cure, .. } => cure.clone(),
            Self::Compiler { .. } => return None,
            Self::Python { cure, .. } if cure.is_empty() => return None,
            Self::Python { cure, .. } => cure.clone(),
            Self::NoWheel { requirement, .. } => {
                format!(
                    "replace {requirement} by a package in pure Python, or by what the host lends (see the documentation of `wasgi`)"
                )
            }
            Self::Bundle(error) => return error.hint(),
        })
    }
}

/// Returns the last lines of a program's output, which is where it says why it failed.
pub(super) fn last_lines(output: &str, count: usize) -> String {
    let lines: Vec<&str> = output
        .lines()
        .filter(|line| !line.trim().is_empty())
        .collect();
    let skipped = lines.len().saturating_sub(count);
    let mut text = String::new();
    for line in lines.iter().skip(skipped) {
        let _ = writeln!(text, "{line}");
    }
    text.trim_end().to_owned()
}
