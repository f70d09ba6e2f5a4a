//! `runtime new`: a project that runs at once.
//!
//! The files come from `host/templates`. A Rust project also gets the SDK's crates, which
//! this binary carries, because they are not on a registry yet.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use clap::Args;
use include_dir::{Dir, include_dir};

use super::Outcome;
use crate::error::Advice;

static RUST: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/templates/rust");
static PYTHON: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/templates/python");
static WIT: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../wit");
const SDK_README: &str = include_str!("../../../guest-sdk/rust/README.md");

/// A crate that this binary carries.
struct Crate {
    name: &'static str,
    manifest: &'static str,
    sources: Dir<'static>,
}

/// The SDK, its macros, and the ORM and the renderer that native tests run on.
static CRATES: [Crate; 4] = [
    Crate {
        name: "wasgi",
        manifest: include_str!("../../../guest-sdk/rust/Cargo.toml"),
        sources: include_dir!("$CARGO_MANIFEST_DIR/../guest-sdk/rust/src"),
    },
    Crate {
        name: "wasgi-macros",
        manifest: include_str!("../../../guest-sdk/macros/Cargo.toml"),
        sources: include_dir!("$CARGO_MANIFEST_DIR/../guest-sdk/macros/src"),
    },
    Crate {
        name: "wasgi-orm",
        manifest: include_str!("../../../host/orm/Cargo.toml"),
        sources: include_dir!("$CARGO_MANIFEST_DIR/orm/src"),
    },
    Crate {
        name: "wasgi-renderer",
        manifest: include_str!("../../../host/renderer/Cargo.toml"),
        sources: include_dir!("$CARGO_MANIFEST_DIR/renderer/src"),
    },
];
const WORKSPACE_MANIFEST: &str = include_str!("../../../Cargo.toml");

/// Where the SDK's bindings find the WIT in this repository, and where in a copy.
const WIT_PATH: (&str, &str) = ("path: \"../../wit\"", "path: \"wit\"");

/// The longest name: it becomes file names with a suffix.
const LONGEST_NAME: usize = 64;

/// Names that a Rust package cannot have, or that the SDK's has.
const RESERVED: [&str; 11] = [
    "alloc",
    "build",
    "core",
    "deps",
    "proc_macro",
    "std",
    "test",
    "wasgi",
    "wasgi_macros",
    "wasgi_orm",
    "wasgi_renderer",
];

/// Rust's keywords (Reference, "Keywords"), none of which a crate may be called.
const KEYWORDS: [&str; 51] = [
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate",
    "do", "dyn", "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl",
    "in", "let", "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref",
    "return", "self", "static", "struct", "super", "trait", "true", "try", "type", "typeof",
    "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

/// The language of a new project.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Language {
    /// Rust, with the framework of the SDK.
    Rust,
    /// Python, bare PEP 3333.
    Python,
}

/// Make a new project that runs at once.
#[derive(Debug, Args)]
pub(super) struct New {
    /// The project's name, and its folder's.
    name: String,
    /// What it is written in.
    #[arg(long, value_enum, value_name = "LANGUAGE")]
    lang: Language,
}

impl New {
    pub(super) fn execute(self) -> Outcome {
        let folder = create(&self.name, self.lang, Path::new("."))?;
        println!("{}", folder.display());
        eprint!("{}", next_steps(&self.name, self.lang));
        Ok(())
    }
}

/// Why there is no new project.
#[derive(Debug, thiserror::Error)]
pub enum NewError {
    /// The name cannot be one of a project.
    #[error("{name:?} cannot be the name of a project: {why}")]
    BadName {
        /// What was asked for.
        name: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// There is something of this name already.
    #[error("{} exists already", .0.display())]
    Exists(PathBuf),
    /// The files could not be written.
    #[error("cannot write {}", path.display())]
    Write {
        /// Which one.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// The manifests that this binary carries contradict each other.
    #[error("this build of runtime carries a broken SDK manifest: {0}")]
    Sdk(String),
}

impl Advice for NewError {
    fn hint(&self) -> Option<String> {
        match self {
            Self::BadName { .. } => Some(
                "a name begins with a lowercase letter and goes on with letters, digits, \
                 `-` and `_`, for instance my-app"
                    .to_owned(),
            ),
            Self::Exists(_) => Some("choose another name, or move it away".to_owned()),
            Self::Write { .. } => Some("check that the folder can be written to".to_owned()),
            Self::Sdk(_) => None,
        }
    }
}

/// Writes a new project into a folder of its name below `parent`, and returns that
/// folder. It appears whole or not at all.
///
/// # Errors
///
/// Where the name is not allowed or taken, or the folder cannot be written.
pub fn create(name: &str, language: Language, parent: &Path) -> Result<PathBuf, NewError> {
    check_name(name, language)?;
    let target = parent.join(name);
    if target.symlink_metadata().is_ok() {
        return Err(NewError::Exists(target));
    }
    let write_error = |source| NewError::Write {
        path: target.clone(),
        source,
    };
    // The temporary folder is private to its owner; the project inside is not.
    let temporary = tempfile::Builder::new()
        .prefix(".runtime-new-")
        .tempdir_in(parent)
        .map_err(write_error)?;
    let project = temporary.path().join(name);
    match language {
        Language::Rust => {
            write_template(&RUST, name, &project)?;
            write_sdk(&project.join("vendor"))?;
        }
        Language::Python => write_template(&PYTHON, name, &project)?,
    }
    fs::rename(&project, &target).map_err(write_error)?;
    Ok(target)
}

/// Returns what to do with a new project, for the person who asked for it.
fn next_steps(name: &str, language: Language) -> String {
    let first = format!("created {name}\n\n    cd {name}\n    runtime dev .\n");
    match language {
        Language::Python => first,
        Language::Rust => {
            format!("{first}\nthe SDK is in {name}/vendor, because it is not on a registry yet\n")
        }
    }
}

fn check_name(name: &str, language: Language) -> Result<(), NewError> {
    let bad = |why| {
        let name = name.to_owned();
        Err(NewError::BadName { name, why })
    };
    if name.is_empty() {
        return bad("it is empty");
    }
    if name.len() > LONGEST_NAME {
        return bad("it is longer than 64 characters");
    }
    if !name.starts_with(|first: char| first.is_ascii_lowercase()) {
        return bad("it does not begin with a lowercase letter");
    }
    let allowed = |char: char| {
        char.is_ascii_lowercase() || char.is_ascii_digit() || matches!(char, '-' | '_')
    };
    if !name.chars().all(allowed) {
        return bad("it has other characters than lowercase letters, digits, `-` and `_`");
    }
    let krate = name.replace('-', "_");
    if language == Language::Rust && KEYWORDS.contains(&krate.as_str()) {
        return bad("it is a keyword of Rust");
    }
    if language == Language::Rust && RESERVED.contains(&krate.as_str()) {
        return bad("Rust or its tools use it themselves");
    }
    Ok(())
}

fn write_template(template: &Dir<'_>, name: &str, project: &Path) -> Result<(), NewError> {
    each_file(template, &mut |path, contents| {
        let Some(path) = path.strip_suffix(".in") else {
            return write(&project.join(path), contents);
        };
        let path = match path {
            "gitignore" => ".gitignore",
            path => path,
        };
        let text = String::from_utf8_lossy(contents)
            .replace("{{name}}", name)
            .replace("{{crate}}", &name.replace('-', "_"));
        write(&project.join(path), text.as_bytes())
    })
}

/// Writes copies of the SDK's crates that stand on their own.
fn write_sdk(vendor: &Path) -> Result<(), NewError> {
    for one in &CRATES {
        let folder = vendor.join(one.name);
        each_file(&one.sources, &mut |path, contents| {
            let to = folder.join("src").join(path);
            if path == "host/bindings.rs" {
                let text = String::from_utf8_lossy(contents).replace(WIT_PATH.0, WIT_PATH.1);
                return write(&to, text.as_bytes());
            }
            write(&to, contents)
        })?;
        let manifest = standalone_manifest(one.manifest, WORKSPACE_MANIFEST)?;
        write(&folder.join("Cargo.toml"), manifest.as_bytes())?;
    }
    let sdk = vendor.join("wasgi");
    each_file(&WIT, &mut |path, contents| {
        write(&sdk.join("wit").join(path), contents)
    })?;
    write(&sdk.join("README.md"), SDK_README.as_bytes())
}

type Visit<'a> = dyn FnMut(&str, &[u8]) -> Result<(), NewError> + 'a;

fn each_file(dir: &Dir<'_>, visit: &mut Visit<'_>) -> Result<(), NewError> {
    for file in dir.files() {
        visit(&file.path().to_string_lossy(), file.contents())?;
    }
    dir.dirs().try_for_each(|dir| each_file(dir, visit))
}

fn write(path: &Path, contents: &[u8]) -> Result<(), NewError> {
    let write = || {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(path, contents)
    };
    write().map_err(|source| NewError::Write {
        path: path.to_owned(),
        source,
    })
}

/// Puts in what a manifest takes over from its workspace.
fn standalone_manifest(member: &str, workspace: &str) -> Result<String, NewError> {
    let broken = |error: &dyn std::fmt::Display| NewError::Sdk(error.to_string());
    let mut member: toml::Table = member.parse().map_err(|error| broken(&error))?;
    let workspace: toml::Table = workspace.parse().map_err(|error| broken(&error))?;
    let shared = |key: &str| -> Result<&toml::Table, NewError> {
        let table = workspace.get("workspace").and_then(|root| root.get(key));
        let table = table.and_then(toml::Value::as_table);
        table.ok_or_else(|| NewError::Sdk(format!("no [workspace.{key}]")))
    };
    // For those who change the SDK.
    for section in ["lints", "dev-dependencies", "bench"] {
        member.remove(section);
    }
    let (package, dependencies) = (shared("package")?, shared("dependencies")?);
    inherit(member.get_mut("package"), package)?;
    inherit(member.get_mut("dependencies"), dependencies)?;
    let targets = member.get_mut("target").and_then(toml::Value::as_table_mut);
    for (_, target) in targets.into_iter().flatten() {
        if let Some(target) = target.as_table_mut() {
            target.remove("dev-dependencies");
        }
        inherit(target.get_mut("dependencies"), dependencies)?;
    }
    toml::to_string(&member).map_err(|error| broken(&error))
}

/// Replaces every `key.workspace = true` by what the workspace has under that key.
fn inherit(table: Option<&mut toml::Value>, from: &toml::Table) -> Result<(), NewError> {
    let table = table.and_then(toml::Value::as_table_mut);
    for (key, value) in table.into_iter().flatten() {
        if value.get("workspace").is_none() {
            continue;
        }
        *value = from
            .get(key)
            .cloned()
            .ok_or_else(|| NewError::Sdk(format!("the workspace has no {key}")))?;
        if let Some(path) = value.get_mut("path") {
            // The copies lie side by side.
            *path = format!("../{key}").into();
        }
    }
    Ok(())
}

#[cfg(test)]
#[path = "new_tests.rs"]
mod tests;
