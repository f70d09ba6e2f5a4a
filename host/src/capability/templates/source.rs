//! Where an app's templates come from: a folder, read at once, and read again in `dev`
//! when something in it changes.

use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::config::TemplateOptions;
use super::renderer::bindings::exports::wasgi::renderer::engine::File;

/// A folder of templates.
#[derive(Clone, Debug)]
pub struct Folder {
    path: PathBuf,
    /// Whether it is looked at before each rendering.
    watched: bool,
}

/// Why templates cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// A file or folder cannot be read.
    #[error("cannot read {}", path.display())]
    Read {
        /// Which.
        path: PathBuf,
        /// The operating system's word.
        source: io::Error,
    },
    /// A template or its name is not UTF-8.
    #[error("{} is not UTF-8", .0.display())]
    NotUtf8(PathBuf),
    /// There are more, or larger, than may be.
    #[error("{0}")]
    Quota(String),
}

/// What a folder looked like: names, sizes and times.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Look(Vec<(PathBuf, u64, Option<SystemTime>)>);

impl Folder {
    /// Names a folder; `watched` in `dev`.
    pub fn new(path: PathBuf, watched: bool) -> Self {
        Self { path, watched }
    }

    /// Tells whether it is looked at before each rendering.
    pub(super) fn is_watched(&self) -> bool {
        self.watched
    }

    /// Returns what the folder looks like now, within the bounds.
    pub(super) fn look(&self, options: &TemplateOptions) -> Result<Look, SourceError> {
        let mut look = Vec::new();
        let mut bytes = 0;
        let mut folders = vec![self.path.clone()];
        while let Some(folder) = folders.pop() {
            let failed = |source| SourceError::Read {
                path: folder.clone(),
                source,
            };
            for entry in std::fs::read_dir(&folder).map_err(failed)? {
                let entry = entry.map_err(failed)?;
                let hidden = entry.file_name().as_encoded_bytes().starts_with(b".");
                // A symbolic link is not followed: it could lead anywhere.
                let kind = entry.file_type().map_err(failed)?;
                if hidden || kind.is_symlink() {
                    continue;
                }
                if kind.is_dir() {
                    folders.push(entry.path());
                    continue;
                }
                let about = entry.metadata().map_err(failed)?;
                bytes += about.len();
                look.push((entry.path(), about.len(), about.modified().ok()));
                within(look.len(), bytes, options)?;
            }
        }
        look.sort();
        Ok(Look(look))
    }

    /// Reads what was seen.
    pub(super) fn read(&self, look: &Look) -> Result<Vec<File>, SourceError> {
        let files = look.0.iter().map(|(path, ..)| {
            let name = path.strip_prefix(&self.path).ok().and_then(name);
            let content = std::fs::read(path).map_err(|source| SourceError::Read {
                path: path.clone(),
                source,
            })?;
            let content = String::from_utf8(content).ok();
            let (Some(name), Some(source)) = (name, content) else {
                return Err(SourceError::NotUtf8(path.clone()));
            };
            Ok(File { name, source })
        });
        files.collect()
    }
}

fn within(files: usize, bytes: u64, options: &TemplateOptions) -> Result<(), SourceError> {
    if files > options.files {
        let most = options.files;
        return Err(SourceError::Quota(format!("more than {most} templates")));
    }
    if bytes > options.bytes {
        let most = options.bytes;
        return Err(SourceError::Quota(format!(
            "templates of more than {most} bytes together"
        )));
    }
    Ok(())
}

/// Returns a path as a template's name, with `/` between its parts.
fn name(path: &Path) -> Option<String> {
    let parts: Option<Vec<&str>> = path.iter().map(|part| part.to_str()).collect();
    Some(parts?.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder() -> (tempfile::TempDir, Folder) {
        let dir = tempfile::tempdir().expect("temporary folder");
        std::fs::create_dir(dir.path().join("posts")).expect("folder");
        for (name, text) in [("base.html", "<p>"), ("posts/list.html", "<ul>"), (".hidden", "x")] {
            std::fs::write(dir.path().join(name), text).expect("write");
        }
        let folder = Folder::new(dir.path().to_owned(), true);
        (dir, folder)
    }

    fn names(folder: &Folder) -> Vec<String> {
        let look = folder.look(&TemplateOptions::default()).expect("look");
        let files = folder.read(&look).expect("read");
        files.into_iter().map(|file| file.name).collect()
    }

    #[test]
    fn names_are_paths_and_hidden_files_are_no_templates() {
        let (_dir, folder) = folder();
        assert_eq!(names(&folder), ["base.html", "posts/list.html"]);
    }

    #[test]
    fn a_symbolic_link_is_not_followed() {
        let (dir, folder) = folder();
        std::os::unix::fs::symlink("/etc/passwd", dir.path().join("passwd.html")).expect("link");
        std::os::unix::fs::symlink("/etc", dir.path().join("etc")).expect("link");
        assert_eq!(names(&folder), ["base.html", "posts/list.html"]);
    }

    #[test]
    fn a_changed_file_changes_the_look() {
        let (dir, folder) = folder();
        let options = TemplateOptions::default();
        let before = folder.look(&options).expect("look");
        assert_eq!(folder.look(&options).expect("look"), before);
        std::fs::write(dir.path().join("base.html"), "<p>longer").expect("write");
        assert_ne!(folder.look(&options).expect("look"), before);
    }

    #[test]
    fn too_many_and_too_large_are_refused() {
        let (_dir, folder) = folder();
        let few = TemplateOptions {
            files: 1,
            ..Default::default()
        };
        let small = TemplateOptions {
            bytes: 3,
            ..Default::default()
        };
        for options in [few, small] {
            assert!(matches!(folder.look(&options), Err(SourceError::Quota(_))));
        }
    }

    #[test]
    fn a_template_that_is_not_utf8_is_named() {
        let (dir, folder) = folder();
        std::fs::write(dir.path().join("bad.html"), b"\xff").expect("write");
        let look = folder.look(&TemplateOptions::default()).expect("look");
        let error = folder.read(&look).expect_err("refused").to_string();
        assert!(error.ends_with("bad.html is not UTF-8"), "{error}");
    }
}
