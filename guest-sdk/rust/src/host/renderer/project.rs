//! Finds the project's templates as the host's build does: in the folder that
//! `[templates] dir` of `app.toml` names, else in `templates`.

use std::fs;
use std::path::{Path, PathBuf};

use wasgi_renderer::File;

/// What a project has.
#[derive(Default)]
pub(super) struct Found {
    pub(super) files: Vec<File>,
    pub(super) static_url: Option<String>,
}

#[derive(Default, serde::Deserialize)]
#[serde(default)]
struct Manifest {
    templates: Folder,
    r#static: Static,
}

#[derive(Default, serde::Deserialize)]
#[serde(default)]
struct Folder {
    dir: Option<PathBuf>,
}

#[derive(Default, serde::Deserialize)]
#[serde(default)]
struct Static {
    url: Option<String>,
}

/// Looks beside the `Cargo.toml` of the package that is being tested.
pub(super) fn find() -> Result<Found, String> {
    match std::env::var_os("CARGO_MANIFEST_DIR") {
        Some(root) => find_in(Path::new(&root)),
        None => Ok(Found::default()),
    }
}

fn find_in(root: &Path) -> Result<Found, String> {
    let path = root.join("app.toml");
    let manifest: Manifest = match fs::read_to_string(&path) {
        Ok(text) => {
            toml::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))?
        }
        Err(_) => Manifest::default(),
    };
    let named = manifest.templates.dir.map(|dir| root.join(dir));
    let usual = root.join("templates");
    let folder = named.or_else(|| usual.is_dir().then_some(usual));
    Ok(Found {
        files: folder.map_or(Ok(Vec::new()), |folder| read(&folder))?,
        static_url: manifest.r#static.url,
    })
}

/// Reads all files below a folder but hidden ones.
pub(super) fn read(folder: &Path) -> Result<Vec<File>, String> {
    let mut files = Vec::new();
    read_into(folder, "", &mut files)?;
    Ok(files)
}

fn read_into(folder: &Path, prefix: &str, files: &mut Vec<File>) -> Result<(), String> {
    let cannot = |error: std::io::Error| format!("cannot read {}: {error}", folder.display());
    let mut entries = fs::read_dir(folder)
        .and_then(Iterator::collect::<std::io::Result<Vec<_>>>)
        .map_err(cannot)?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let path = entry.path();
        let Some(name) = entry.file_name().to_str().map(str::to_owned) else {
            return Err(format!("{} is no name in UTF-8", path.display()));
        };
        if name.starts_with('.') {
            continue;
        }
        if path.is_dir() {
            read_into(&path, &format!("{prefix}{name}/"), files)?;
            continue;
        }
        let source = fs::read_to_string(&path)
            .map_err(|error| format!("cannot read {}: {error}", path.display()))?;
        files.push(File {
            name: format!("{prefix}{name}"),
            source,
        });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(found: &Found) -> Vec<&str> {
        found.files.iter().map(|file| file.name.as_str()).collect()
    }

    #[test]
    fn templates_are_found_where_the_build_finds_them() {
        let root = tempfile::tempdir().expect("a folder");
        let write = |path: &str, text: &str| {
            let path = root.path().join(path);
            fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
            fs::write(path, text).expect("a file");
        };
        assert!(find_in(root.path()).expect("nothing").files.is_empty());

        write("templates/b.html", "b");
        write("templates/a/c.html", "c");
        write("templates/.hidden", "");
        write("pages/only.html", "");
        let found = find_in(root.path()).expect("the usual folder");
        assert_eq!(names(&found), ["a/c.html", "b.html"]);
        assert_eq!(found.static_url, None);

        write(
            "app.toml",
            "[app]\nname = \"x\"\n[templates]\ndir = \"pages\"\n[static]\nurl = \"/s\"\n",
        );
        let found = find_in(root.path()).expect("the folder that is named");
        assert_eq!(names(&found), ["only.html"]);
        assert_eq!(found.static_url.as_deref(), Some("/s"));
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        let root = tempfile::tempdir().expect("a folder");
        fs::create_dir(root.path().join("templates")).expect("a folder");
        fs::write(root.path().join("templates/x.html"), b"\xff").expect("a file");
        let error = find_in(root.path()).map(|_| ()).expect_err("no UTF-8");
        assert!(error.contains("x.html"), "{error}");
        fs::write(
            root.path().join("app.toml"),
            "[templates]\ndir = \"nowhere\"",
        )
        .expect("a file");
        let error = find_in(root.path()).map(|_| ()).expect_err("no folder");
        assert!(error.contains("nowhere"), "{error}");
    }
}
