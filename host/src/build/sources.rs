//! The files of a project: what its author would commit, and no more.
//!
//! `.gitignore` files are honoured with or without git. Hidden files stay out:
//! `.env` and its like hold what must not travel inside an app. So do folders
//! that are tools' own.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use ignore::WalkBuilder;

use super::BuildError;

/// Folders that no app consists of, whatever `.gitignore` says.
const SKIPPED: [&str; 7] = [
    ".git",
    ".venv",
    ".wasgi",
    "__pycache__",
    "node_modules",
    "target",
    "venv",
];

/// One file: its path with `/` from the folder it was found under, and where it is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Source {
    pub(super) name: String,
    pub(super) path: PathBuf,
}

/// Lists a project's files, sorted by name.
pub(super) fn walk(root: &Path) -> Result<Vec<Source>, BuildError> {
    list(root, root, true)
}

/// Lists all files of a folder inside a project, such as its static files;
/// hidden ones too, since `.well-known` is one.
pub(super) fn walk_all(folder: &Path) -> Result<Vec<Source>, BuildError> {
    list(folder, folder, false)
}

fn list(folder: &Path, root: &Path, project: bool) -> Result<Vec<Source>, BuildError> {
    let mut builder = WalkBuilder::new(folder);
    builder
        .standard_filters(false)
        .hidden(project)
        .git_ignore(project)
        .require_git(false)
        .follow_links(false)
        .filter_entry(|entry| {
            // A virtual environment of any name is marked by this file (PEP 405).
            entry.depth() == 0
                || !(is_skipped(entry.file_name()) || entry.path().join("pyvenv.cfg").exists())
        });
    let root = root.canonicalize().map_err(BuildError::read(root))?;
    let mut found = Vec::new();
    for entry in builder.build() {
        let entry = entry.map_err(|error| BuildError::File {
            action: "read",
            path: folder.to_owned(),
            source: error
                .into_io_error()
                .unwrap_or_else(|| std::io::Error::other("bad pattern in an ignore file")),
        })?;
        let path = entry.path();
        let kind = entry.file_type();
        if kind.is_some_and(|kind| kind.is_dir())
            || path.file_name() == Some(OsStr::new(".DS_Store"))
        {
            continue;
        }
        if kind.is_some_and(|kind| kind.is_symlink()) {
            let target = path.canonicalize().map_err(BuildError::read(path))?;
            if !target.starts_with(&root) {
                return Err(BuildError::Escape {
                    path: path.to_owned(),
                });
            }
            if target.is_dir() {
                // Its files are listed where they are.
                continue;
            }
        }
        let Ok(inside) = path.strip_prefix(folder) else {
            continue;
        };
        let name = slashed(inside).ok_or_else(|| BuildError::FileName {
            path: path.to_owned(),
        })?;
        found.push(Source {
            name,
            path: path.to_owned(),
        });
    }
    found.sort();
    Ok(found)
}

fn is_skipped(name: &OsStr) -> bool {
    SKIPPED.iter().any(|skipped| name == *skipped)
}

/// Returns a relative path with `/` between its parts, if it is UTF-8.
fn slashed(path: &Path) -> Option<String> {
    let parts: Option<Vec<&str>> = path.iter().map(OsStr::to_str).collect();
    Some(parts?.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn project(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("temporary folder");
        for (name, text) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().expect("parent")).expect("folder");
            fs::write(path, text).expect("file");
        }
        folder
    }

    fn names(found: Vec<Source>) -> Vec<String> {
        found.into_iter().map(|source| source.name).collect()
    }

    #[test]
    fn a_walk_lists_what_an_author_would_commit_in_order() {
        let folder = project(&[
            ("b.py", ""),
            ("a/c.html", ""),
            ("a/__pycache__/c.pyc", ""),
            (".env", "SECRET"),
            (".venv/x.py", ""),
            (".wasgi/build/app.wasm", ""),
            ("node_modules/x/index.js", ""),
            (".gitignore", "*.log\n/data/\n"),
            ("debug.log", ""),
            ("data/big.bin", ""),
        ]);
        assert_eq!(
            names(walk(folder.path()).expect("walk")),
            ["a/c.html", "b.py"]
        );
    }

    #[test]
    fn static_files_are_taken_hidden_or_not() {
        let folder = project(&[
            ("static/.well-known/x.txt", ""),
            ("static/app.css", ""),
            (".gitignore", "static/"),
        ]);
        let found = walk_all(&folder.path().join("static")).expect("walk");
        assert_eq!(names(found), [".well-known/x.txt", "app.css"]);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_that_leaves_the_project_is_refused_and_one_that_stays_is_followed() {
        let folder = project(&[("a.py", "x")]);
        std::os::unix::fs::symlink("a.py", folder.path().join("b.py")).expect("link");
        assert_eq!(names(walk(folder.path()).expect("walk")), ["a.py", "b.py"]);
        std::os::unix::fs::symlink("/etc/passwd", folder.path().join("c.py")).expect("link");
        let error = walk(folder.path()).expect_err("escape");
        assert!(
            error
                .to_string()
                .ends_with("c.py points outside of the project"),
            "{error}"
        );
    }
}
