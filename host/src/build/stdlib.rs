//! CPython's standard library, which the built app reads at run time.
//!
//! Its files are visible only inside a component while componentize-py
//! initialises it. So the first build with a version of it copies them out, and
//! all later builds of this user share the copy.

use std::fs;
use std::path::{Path, PathBuf};

use super::bundle::Files;
use super::{BuildError, sources, workspace};

/// Where the standard library is, or is to be.
pub(super) struct Stdlib(PathBuf);

impl Stdlib {
    /// Names the copy of one version of componentize-py.
    pub(super) fn of(cache: &Path, version: &str) -> Self {
        Self(
            cache
                .join(format!("componentize-py-{version}"))
                .join("python"),
        )
    }

    pub(super) fn is_there(&self) -> bool {
        self.0.is_dir()
    }

    /// Keeps what a build copied out.
    pub(super) fn keep(&self, extracted: &Path) -> Result<(), BuildError> {
        let parent = self.0.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(parent).map_err(BuildError::write(parent))?;
        let copy = tempfile::Builder::new()
            .prefix(".copying-")
            .tempdir_in(parent)
            .map_err(BuildError::write(parent))?;
        // Copied, not renamed: the cache may be on another disk.
        copy_all(&sources::walk_all(extracted)?, copy.path())?;
        workspace::rename_folder(copy, &self.0).map_err(BuildError::write(&self.0))
    }

    /// Adds the library to a bundle.
    pub(super) fn add_to(&self, files: &mut Files, folder: &str) -> Result<(), BuildError> {
        files.add_folder(folder, &self.0)
    }
}

/// Copies files into a folder.
pub(super) fn copy_all(files: &[sources::Source], folder: &Path) -> Result<(), BuildError> {
    for source in files {
        let target = folder.join(&source.name);
        if let Some(parent) = target.parent() {
            fs::create_dir_all(parent).map_err(BuildError::write(parent))?;
        }
        fs::copy(&source.path, &target).map_err(BuildError::write(&target))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_is_kept_whole_and_only_once() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let extracted = folder.path().join("extracted");
        fs::create_dir_all(extracted.join("json")).expect("folder");
        fs::write(extracted.join("json/__init__.py"), "x").expect("file");
        let stdlib = Stdlib::of(&folder.path().join("cache"), "1.2.3");
        assert!(!stdlib.is_there());
        stdlib.keep(&extracted).expect("keep");
        stdlib.keep(&extracted).expect("a second process");
        assert!(stdlib.is_there());
        let kept = folder.path().join("cache/componentize-py-1.2.3");
        assert_eq!(fs::read_dir(&kept).expect("list").count(), 1);
        assert!(kept.join("python/json/__init__.py").is_file());
    }
}
