//! The project's `.wasgi` folder: everything a build makes, and nothing that must be kept.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use super::BuildError;

/// The folder's name.
pub(super) const FOLDER: &str = ".wasgi";

/// An open `.wasgi` folder.
pub(super) struct Workspace {
    root: PathBuf,
}

/// Holds the right to write in a workspace; the operating system takes it back
/// from a process that dies.
pub(super) struct Lock(#[expect(dead_code, reason = "held for its release")] File);

impl Workspace {
    /// Opens the workspace of a project, and makes it where there is none.
    pub(super) fn open(project: &Path) -> Result<Self, BuildError> {
        let root = project.join(FOLDER);
        let build = root.join("build");
        fs::create_dir_all(&build).map_err(BuildError::write(&build))?;
        let ignore = root.join(".gitignore");
        if !ignore.exists() {
            fs::write(&ignore, "*\n").map_err(BuildError::write(&ignore))?;
        }
        Ok(Self { root })
    }

    /// Waits for other builds of this project, and keeps them out.
    pub(super) fn lock(&self) -> Result<Lock, BuildError> {
        let path = self.root.join("lock");
        let file = File::create(&path).map_err(BuildError::write(&path))?;
        match file.lock() {
            // Some network file systems have no locks; a build there is worth more
            // than protection against a second one.
            Err(error) if error.kind() != std::io::ErrorKind::Unsupported => {
                Err(BuildError::File {
                    action: "lock",
                    path,
                    source: error,
                })
            }
            _ => Ok(Lock(file)),
        }
    }

    /// Returns the default place of the built app.
    pub(super) fn result(&self, name: &str) -> PathBuf {
        self.root.join("build").join(format!("{name}.wasm"))
    }

    /// Returns the path of a folder in the workspace, which may not exist.
    pub(super) fn folder(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    /// Returns an empty folder in the workspace, in the place of whatever was there.
    pub(super) fn empty_folder(&self, name: &str) -> Result<PathBuf, BuildError> {
        let path = self.root.join(name);
        remove(&path)?;
        fs::create_dir_all(&path).map_err(BuildError::write(&path))?;
        Ok(path)
    }
}

/// Removes a folder with everything in it, if it is there.
pub(super) fn remove(path: &Path) -> Result<(), BuildError> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(BuildError::write(path)(error))
        }
        _ => Ok(()),
    }
}

/// Gives a finished folder its name. Where another process was faster, its
/// folder stays: both have the same content.
pub(super) fn rename_folder(finished: tempfile::TempDir, name: &Path) -> std::io::Result<()> {
    open_folder_to_all(finished.path())?;
    match fs::rename(finished.path(), name) {
        Ok(()) => {
            // It has another name now; there is nothing to remove.
            let _ = finished.keep();
            Ok(())
        }
        Err(_) if name.is_dir() => Ok(()),
        Err(error) => Err(error),
    }
}

#[cfg(unix)]
fn open_folder_to_all(folder: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(folder, fs::Permissions::from_mode(0o755))
}

#[cfg(not(unix))]
fn open_folder_to_all(_: &Path) -> std::io::Result<()> {
    Ok(())
}

/// Writes a file that appears whole or not at all.
pub(super) fn write_whole(path: &Path, content: &[u8]) -> Result<(), BuildError> {
    let folder = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let write = || -> std::io::Result<()> {
        fs::create_dir_all(folder)?;
        let mut file = tempfile::Builder::new()
            .prefix(".wasgi-")
            .tempfile_in(folder)?;
        file.write_all(content)?;
        open_to_all(file.as_file())?;
        file.persist(path)?;
        Ok(())
    };
    write().map_err(BuildError::write(path))
}

/// Gives a temporary file, which only its owner may read, the rights of an ordinary one.
#[cfg(unix)]
fn open_to_all(file: &File) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    file.set_permissions(fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn open_to_all(_: &File) -> std::io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_workspace_hides_itself_from_git() {
        let project = tempfile::tempdir().expect("temporary folder");
        Workspace::open(project.path()).expect("open");
        let text = fs::read_to_string(project.path().join(".wasgi/.gitignore")).expect("ignored");
        assert_eq!(text, "*\n");
    }

    #[test]
    fn a_written_file_replaces_the_old_one_and_leaves_nothing_beside_it() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let path = folder.path().join("new/app.wasm");
        write_whole(&path, b"one").expect("write");
        write_whole(&path, b"two").expect("write");
        assert_eq!(fs::read(&path).expect("read"), b"two");
        assert_eq!(
            fs::read_dir(folder.path().join("new"))
                .expect("list")
                .count(),
            1
        );
    }

    #[test]
    fn a_file_that_cannot_be_written_is_named() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let error = write_whole(folder.path(), b"").expect_err("a folder is in the way");
        assert!(error.to_string().starts_with("cannot write /"), "{error}");
    }
}
