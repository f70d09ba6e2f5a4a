//! A project's requirements, installed where the guest can read them.
//!
//! pip resolves and installs as it would for any WSGI server. Machine code,
//! which is for this computer and not for the sandbox, is then taken out:
//! packages such as MarkupSafe fall back on their Python code. One that has
//! none fails at its import, in the build, and the error names it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde::{Deserialize, Serialize};

use super::bundle::Files;
use super::error::last_lines;
use super::sources::{self, Source};
use super::workspace::{remove, write_whole};
use super::{BuildError, Job, command};

/// The installed packages.
#[derive(Debug, Default)]
pub(super) struct Packages {
    /// The folder they are in.
    pub(super) folder: PathBuf,
    /// Machine code that was left out.
    pub(super) native: Vec<Native>,
    /// Files outside of the project that were read, such as local requirements.
    pub(super) inputs: Vec<PathBuf>,
}

/// A compiled module that cannot run in the sandbox.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Native {
    /// The distribution it came with.
    pub(super) distribution: String,
    /// Its dotted name.
    pub(super) module: String,
}

/// What stands beside the folder, to tell whether it is up to date.
#[derive(Debug, Serialize, Deserialize)]
struct Installed {
    digest: String,
    native: Vec<Native>,
}

/// What pip is asked to install.
struct Wanted {
    /// Arguments of `pip install`.
    arguments: Vec<String>,
    /// Everything that the answer depends on.
    digest: String,
    inputs: Vec<PathBuf>,
}

/// Installs the project's requirements, unless they are there already.
pub(super) fn install(job: &Job<'_>, python: &Path) -> Result<Packages, BuildError> {
    let folder = job.workspace.folder("site-packages");
    let stamp = job.workspace.folder("site-packages.json");
    let Some(wanted) = wanted(job)? else {
        remove(&folder)?;
        fs::create_dir_all(&folder).map_err(BuildError::write(&folder))?;
        return Ok(Packages {
            folder,
            ..Packages::default()
        });
    };
    let last: Option<Installed> = fs::read(&stamp)
        .ok()
        .and_then(|json| serde_json::from_slice(&json).ok());
    if let Some(last) = last.filter(|last| last.digest == wanted.digest && folder.is_dir()) {
        return Ok(Packages {
            folder,
            native: last.native,
            inputs: wanted.inputs,
        });
    }
    let native = job.step("installing packages", || {
        let new = job.workspace.empty_folder("site-packages.new")?;
        pip(job, python, &wanted, &new)?;
        // pip puts scripts there; nothing can run them.
        remove(&new.join("bin"))?;
        let native = take_out_machine_code(&new)?;
        remove(&folder)?;
        fs::rename(&new, &folder).map_err(BuildError::write(&folder))?;
        Ok(native)
    })?;
    let installed = Installed {
        digest: wanted.digest,
        native,
    };
    let json =
        serde_json::to_vec(&installed).map_err(|error| BuildError::write(&stamp)(error.into()))?;
    write_whole(&stamp, &json)?;
    if !installed.native.is_empty() {
        let mut names: Vec<&str> = installed
            .native
            .iter()
            .map(|native| native.distribution.as_str())
            .collect();
        names.dedup();
        job.note(format!(
            "left out machine code of {}, which cannot run in a sandbox; its Python code takes its place",
            names.join(", ")
        ));
    }
    Ok(Packages {
        folder,
        native: installed.native,
        inputs: wanted.inputs,
    })
}

fn wanted(job: &Job<'_>) -> Result<Option<Wanted>, BuildError> {
    let root = &job.project.root;
    if let Some(requirements) = &job.project.requirements {
        let file = root.join(requirements);
        let mut inputs = Vec::new();
        let mut text = Vec::new();
        gather(&file, &mut inputs, &mut text)?;
        return Ok(Some(Wanted {
            arguments: vec!["-r".into(), file.to_string_lossy().into_owned()],
            digest: blake3::hash(&text).to_hex().to_string(),
            inputs,
        }));
    }
    let file = root.join("pyproject.toml");
    let Ok(text) = fs::read_to_string(&file) else {
        return Ok(None);
    };
    let dependencies = dependencies(&text);
    if dependencies.is_empty() {
        return Ok(None);
    }
    Ok(Some(Wanted {
        digest: blake3::hash(dependencies.join("\n").as_bytes())
            .to_hex()
            .to_string(),
        arguments: dependencies,
        inputs: Vec::new(),
    }))
}

/// Reads a list of requirements and the lists it includes.
fn gather(file: &Path, inputs: &mut Vec<PathBuf>, text: &mut Vec<u8>) -> Result<(), BuildError> {
    if inputs.iter().any(|seen| seen == file) {
        return Ok(());
    }
    let content = fs::read(file).map_err(BuildError::read(file))?;
    inputs.push(file.to_owned());
    text.extend_from_slice(&content);
    for line in String::from_utf8_lossy(&content).lines() {
        let line = line.trim();
        let included = ["--requirement", "--constraint", "-r", "-c"]
            .iter()
            .find_map(|option| line.strip_prefix(option))
            .map(|rest| rest.trim_start_matches([' ', '=']).trim());
        // A missing one is pip's to report.
        if let (Some(included), Some(folder)) = (included, file.parent())
            && folder.join(included).is_file()
        {
            gather(&folder.join(included), inputs, text)?;
        }
    }
    Ok(())
}

/// Returns `[project] dependencies` of a pyproject.toml. One that cannot be read
/// may belong to a tool; then there are none.
fn dependencies(text: &str) -> Vec<String> {
    #[derive(Deserialize)]
    struct PyProject {
        project: Option<ProjectTable>,
    }
    #[derive(Deserialize)]
    struct ProjectTable {
        #[serde(default)]
        dependencies: Vec<String>,
    }
    let parsed: Option<PyProject> = toml::from_str(text).ok();
    parsed
        .and_then(|file| file.project)
        .map(|project| project.dependencies)
        .unwrap_or_default()
}

fn pip(job: &Job<'_>, python: &Path, wanted: &Wanted, folder: &Path) -> Result<(), BuildError> {
    let mut pip = Command::new(python);
    pip.current_dir(&job.project.root)
        .args([
            "-m",
            "pip",
            "--disable-pip-version-check",
            "--no-input",
            "install",
        ])
        .args([
            "--no-compile",
            "--progress-bar",
            "off",
            "--no-warn-script-location",
        ])
        .arg("--target")
        .arg(folder)
        .args(&wanted.arguments);
    let ran = command::run(&mut pip, job.progress).map_err(BuildError::read(python))?;
    if ran.success {
        return Ok(());
    }
    Err(pip_failed(
        "installing the requirements with pip",
        &ran.output,
    ))
}

/// Returns pip's last words, with the cure that they point at.
pub(super) fn pip_failed(what: &str, output: &str) -> BuildError {
    let has = |needle: &str| output.contains(needle);
    let cure = if has("NewConnectionError")
        || has("name resolution")
        || has("Max retries")
        || has("ProxyError")
    {
        "check the network, or tell pip where packages are: PIP_INDEX_URL, PIP_FIND_LINKS"
    } else if has("No matching distribution") || has("Could not find a version") {
        "check the name and version in the list of requirements"
    } else if has("Failed to build")
        || has("metadata-generation-failed")
        || has("Failed building wheel")
    {
        "it must be compiled here first, and would not run in a sandbox then: use a package in pure Python"
    } else if has("No space left") {
        "make room on the disk"
    } else {
        "the lines above are pip's"
    };
    BuildError::Tool {
        tool: what.into(),
        output: last_lines(output, 12),
        cure: cure.into(),
    }
}

/// Removes compiled modules and libraries below a folder of packages, and
/// returns the modules.
fn take_out_machine_code(folder: &Path) -> Result<Vec<Native>, BuildError> {
    let all = sources::walk_all(folder)?;
    let mut native = Vec::new();
    for source in all.iter().filter(|source| is_machine_code(&source.name)) {
        let bytes = fs::read(&source.path).map_err(BuildError::read(&source.path))?;
        if bytes.starts_with(b"\0asm") {
            // Compiled for the sandbox: componentize-py links it in.
            continue;
        }
        fs::remove_file(&source.path).map_err(BuildError::write(&source.path))?;
        if source.name.ends_with(".so") || source.name.ends_with(".pyd") {
            native.push(Native {
                distribution: owner(&all, &source.name),
                module: module_name(&source.name),
            });
        }
    }
    Ok(native)
}

fn is_machine_code(name: &str) -> bool {
    [".so", ".pyd", ".dll", ".dylib"]
        .iter()
        .any(|suffix| name.ends_with(suffix))
        || name.contains(".so.")
}

/// Returns `markupsafe._speedups` for `markupsafe/_speedups.cpython-311-x86_64-linux-gnu.so`.
fn module_name(path: &str) -> String {
    let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
    let stem = file.split('.').next().unwrap_or(file);
    if folder.is_empty() {
        stem.into()
    } else {
        format!("{}.{stem}", folder.replace('/', "."))
    }
}

/// Returns the distribution whose RECORD lists a file; else the top folder.
fn owner(all: &[Source], name: &str) -> String {
    let records = all
        .iter()
        .filter(|source| source.name.ends_with(".dist-info/RECORD"));
    for record in records {
        let Ok(text) = fs::read_to_string(&record.path) else {
            continue;
        };
        let lists = text.lines().any(|line| {
            line.strip_prefix(name)
                .is_some_and(|rest| rest.starts_with(','))
        });
        if lists && let Some(distribution) = record.name.split('-').next() {
            return distribution.to_owned();
        }
    }
    name.split(['/', '.']).next().unwrap_or(name).to_owned()
}

impl Packages {
    /// Adds what is read at run time to a bundle. `importlib.metadata` reads
    /// METADATA and entry_points.txt; RECORD is for uninstalling.
    pub(super) fn add_to(&self, files: &mut Files, folder: &str) -> Result<(), BuildError> {
        for source in sources::walk_all(&self.folder)? {
            if !source.name.ends_with(".dist-info/RECORD") {
                files.add(format!("{folder}/{}", source.name), source.path);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
#[path = "packages_tests.rs"]
mod tests;
