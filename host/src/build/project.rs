//! What a folder is: from its `app.toml`, and by its looks for what is not written there.

use std::fs;
use std::path::{Path, PathBuf};

use crate::config::manifest::{FILE_NAME, Language, Manifest, StaticFiles, sanitised_name};

use super::BuildError;

/// Python files by which a project is recognised, best first.
const PYTHON_FILES: [&str; 3] = ["wsgi.py", "app.py", "main.py"];

/// A recognised project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Project {
    /// The folder, absolute.
    pub root: PathBuf,
    /// The app's name.
    pub name: String,
    /// What it is written in.
    pub language: Language,
    /// Python: the callable.
    pub entry: Option<String>,
    /// Python: where the requirements stand, inside the folder.
    pub requirements: Option<PathBuf>,
    /// Python: requests replayed at build time.
    pub warmup: Vec<String>,
    /// Templates, inside the folder.
    pub templates: Option<PathBuf>,
    /// Static files, inside the folder.
    pub static_files: Option<StaticFiles>,
    /// What was guessed, a line each.
    pub guesses: Vec<String>,
}

impl Project {
    /// Recognises the project in a folder.
    ///
    /// # Errors
    ///
    /// [`BuildError`] where it cannot be told what the folder is, or where its
    /// manifest is wrong.
    pub fn recognise(folder: &Path) -> Result<Self, BuildError> {
        let unreadable = |source| BuildError::Project {
            folder: folder.to_owned(),
            source,
        };
        let root = folder.canonicalize().map_err(unreadable)?;
        fs::read_dir(&root).map_err(unreadable)?;
        let manifest = Manifest::read(&root)?.unwrap_or_default();
        let mut guesses = Vec::new();

        let language = match manifest.language {
            Some(language) => language,
            None => language(&root, &manifest, &mut guesses).ok_or_else(|| {
                BuildError::Unrecognised {
                    folder: folder.to_owned(),
                }
            })?,
        };
        let entry = match (&manifest.entry, language) {
            (Some(entry), _) => Some(entry.clone()),
            (None, Language::Rust) => None,
            (None, Language::Python) => Some(entry(&root, &mut guesses)?),
        };
        let name = manifest.name.clone().unwrap_or_else(|| {
            sanitised_name(&root.file_name().unwrap_or_default().to_string_lossy())
        });
        let project = Self {
            requirements: requirements(&root, &manifest, language),
            warmup: manifest.warmup.clone().unwrap_or_else(|| vec!["/".into()]),
            templates: templates(&root, &manifest, language),
            static_files: manifest.static_files.clone(),
            root,
            name,
            language,
            entry,
            guesses,
        };
        project.check_named_paths(&manifest)?;
        Ok(project)
    }

    /// Refuses a manifest that names what is not there, or lies outside.
    fn check_named_paths(&self, manifest: &Manifest) -> Result<(), BuildError> {
        let static_dir = manifest.static_files.as_ref().map(|files| &files.dir);
        let named = [
            ("build.requirements", manifest.requirements.as_ref()),
            ("templates.dir", manifest.templates.as_ref()),
            ("static.dir", static_dir),
        ];
        for (key, path) in named {
            let Some(path) = path else { continue };
            let whole = self.root.join(path);
            let is_there = if key.ends_with("dir") {
                whole.is_dir()
            } else {
                whole.is_file()
            };
            if !is_there {
                return Err(BuildError::Missing {
                    file: self.root.join(FILE_NAME),
                    key,
                    path: path.clone(),
                });
            }
            let target = whole.canonicalize().map_err(BuildError::read(&whole))?;
            if !target.starts_with(&self.root) {
                return Err(BuildError::Escape { path: whole });
            }
        }
        Ok(())
    }
}

/// The folder that is named; in a Rust project also `templates`, which in a Python project
/// may as well be Jinja's or Django's.
fn templates(root: &Path, manifest: &Manifest, language: Language) -> Option<PathBuf> {
    let usual = || {
        let usual = PathBuf::from("templates");
        (language == Language::Rust && root.join(&usual).is_dir()).then_some(usual)
    };
    manifest.templates.clone().or_else(usual)
}

fn language(root: &Path, manifest: &Manifest, guesses: &mut Vec<String>) -> Option<Language> {
    if manifest.entry.is_some() {
        return Some(Language::Python);
    }
    if root.join("Cargo.toml").is_file() {
        guesses.push("Cargo.toml: this is a Rust project".into());
        return Some(Language::Rust);
    }
    let found = ["manage.py"]
        .iter()
        .chain(&PYTHON_FILES)
        .any(|name| root.join(name).is_file());
    found.then_some(Language::Python)
}

fn requirements(root: &Path, manifest: &Manifest, language: Language) -> Option<PathBuf> {
    if language == Language::Rust {
        return None;
    }
    let usual = || Some(PathBuf::from("requirements.txt")).filter(|name| root.join(name).is_file());
    manifest.requirements.clone().or_else(usual)
}

/// Guesses the callable: Django's from manage.py, else by the usual names.
fn entry(root: &Path, guesses: &mut Vec<String>) -> Result<String, BuildError> {
    if root.join("manage.py").is_file()
        && let Some(package) = django_package(root)
    {
        let entry = format!("{package}.wsgi:application");
        guesses.push(format!(
            "manage.py and {package}/wsgi.py: this is a Django project; its entry is `{entry}`"
        ));
        return Ok(entry);
    }
    let mut looked_at = None;
    for name in PYTHON_FILES {
        let file = root.join(name);
        if !file.is_file() {
            continue;
        }
        let text = fs::read(&file).map_err(BuildError::read(&file))?;
        if let Some(callable) = usual_callable(&String::from_utf8_lossy(&text)) {
            let entry = format!("{}:{callable}", name.trim_end_matches(".py"));
            guesses.push(format!(
                "{name}: this is a Python project; its entry is `{entry}`"
            ));
            return Ok(entry);
        }
        looked_at = looked_at.or(Some(file));
    }
    Err(match looked_at {
        Some(file) => BuildError::NoEntry { file },
        None => BuildError::Unrecognised {
            folder: root.to_owned(),
        },
    })
}

/// Returns the package beside manage.py that holds Django's wsgi.py.
fn django_package(root: &Path) -> Option<String> {
    let mut packages: Vec<String> = fs::read_dir(root)
        .ok()?
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| !name.starts_with('.') && root.join(name).join("wsgi.py").is_file())
        .collect();
    packages.sort();
    packages.into_iter().next()
}

/// Finds the best of the usual names that a module's text binds at its top.
///
/// A guess from the text: running it would take the whole environment. Python
/// itself looks again during the build.
fn usual_callable(text: &str) -> Option<&'static str> {
    const NAMES: [(&str, &str); 4] = [
        ("application", "application"),
        ("app", "app"),
        ("create_app", "create_app()"),
        ("make_app", "make_app()"),
    ];
    let binds = |line: &str, name: &str| {
        let ends_name = |rest: &str| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_');
        if let Some(rest) = line.strip_prefix(name).filter(|rest| ends_name(rest)) {
            let rest = rest.trim_start();
            return rest.starts_with(':') || (rest.starts_with('=') && !rest.starts_with("=="));
        }
        if let Some(rest) = line
            .strip_prefix("def ")
            .or_else(|| line.strip_prefix("class "))
        {
            return rest.trim_start().strip_prefix(name).is_some_and(ends_name);
        }
        let imported = line
            .strip_prefix("from ")
            .and_then(|rest| rest.split_once(" import "))
            .map(|(_, names)| names);
        imported.is_some_and(|names| {
            names
                .trim_matches(|c| c == '(' || c == ')')
                .split(',')
                .any(|item| {
                    let bound = item.split('#').next().unwrap_or_default();
                    bound.rsplit(" as ").next().unwrap_or_default().trim() == name
                })
        })
    };
    NAMES
        .iter()
        .find(|(name, _)| text.lines().any(|line| binds(line, name)))
        .map(|(_, callable)| *callable)
}

#[cfg(test)]
#[path = "project_tests.rs"]
mod tests;
