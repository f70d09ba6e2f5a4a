//! A Rust project into a component: cargo does it, for the target `wasm32-wasip2`.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde::Deserialize;

use super::bundle::Files;
use super::{BuildError, Job, Product, command};

const TARGET: &str = "wasm32-wasip2";

/// What cargo tells of a built artifact, of all it tells.
#[derive(Debug, Deserialize)]
struct Message {
    reason: String,
    manifest_path: Option<PathBuf>,
    target: Option<Target>,
    #[serde(default)]
    filenames: Vec<PathBuf>,
}

#[derive(Debug, Deserialize)]
struct Target {
    kind: Vec<String>,
}

/// Builds a Rust project.
pub(super) fn build(job: &Job<'_>) -> Result<Product, BuildError> {
    let mut ran = cargo(job)?;
    if !ran.success && lacks_target(&ran.output) {
        add_target(job)?;
        ran = cargo(job)?;
    }
    if !ran.success {
        return Err(BuildError::Compiler {
            output: ran.output_without_messages(),
        });
    }
    let manifest = job.project.root.join("Cargo.toml");
    let artifact = artifact(&ran.stdout, &manifest).ok_or_else(|| BuildError::Tool {
        tool: "cargo build".into(),
        output: "cargo built no component".into(),
        cure: "add to Cargo.toml:\n[lib]\ncrate-type = [\"cdylib\"]".into(),
    })?;
    let component = std::fs::read(&artifact).map_err(BuildError::read(&artifact))?;
    Ok(Product {
        component,
        files: Files::default(),
        mounts: Vec::new(),
        inputs: inputs(&artifact, &job.project.root),
    })
}

impl command::Ran {
    /// Returns what cargo printed for people.
    fn output_without_messages(&self) -> String {
        let lines: Vec<&str> = self
            .output
            .lines()
            .filter(|line| !line.starts_with("{\"reason\":"))
            .collect();
        lines.join("\n")
    }
}

fn cargo(job: &Job<'_>) -> Result<command::Ran, BuildError> {
    job.step("compiling", || {
        let mut cargo = Command::new("cargo");
        cargo
            .current_dir(&job.project.root)
            .args(["build", "--release", "--target", TARGET])
            .arg("--message-format=json-render-diagnostics");
        command::run(&mut cargo, job.progress).map_err(|_| BuildError::NoTool {
            tool: "cargo",
            cure: "install Rust: https://rustup.rs".into(),
        })
    })
}

fn lacks_target(output: &str) -> bool {
    output.contains("target may not be installed") || output.contains("can't find crate for `std`")
}

fn add_target(job: &Job<'_>) -> Result<(), BuildError> {
    let by_hand = || BuildError::Tool {
        tool: "cargo build".into(),
        output: format!("the target {TARGET} is not installed"),
        cure: format!(
            "install it: rustup target add {TARGET}, or your distribution's package of it"
        ),
    };
    job.note(format!(
        "installing the Rust target {TARGET}: rustup target add {TARGET}"
    ));
    job.step("installing the Rust target", || {
        let mut rustup = Command::new("rustup");
        // In the project's folder, whose toolchain file decides which toolchain.
        rustup
            .current_dir(&job.project.root)
            .args(["target", "add", TARGET]);
        match command::run(&mut rustup, job.progress) {
            Ok(ran) if ran.success => Ok(()),
            _ => Err(by_hand()),
        }
    })
}

/// Finds the component among cargo's messages: the library of the project
/// itself, else its program.
fn artifact(messages: &str, manifest: &Path) -> Option<PathBuf> {
    let same = |path: &Path| {
        path == manifest
            || path
                .canonicalize()
                .is_ok_and(|path| manifest.canonicalize().is_ok_and(|m| m == path))
    };
    let artifacts: Vec<Message> = messages
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok())
        .filter(|message: &Message| message.reason == "compiler-artifact")
        .filter(|message| message.manifest_path.as_deref().is_some_and(same))
        .collect();
    let of_kind = |wanted: &str| {
        artifacts.iter().find_map(|message| {
            let target = message.target.as_ref()?;
            target
                .kind
                .iter()
                .any(|kind| kind == wanted)
                .then_some(())?;
            message
                .filenames
                .iter()
                .find(|name| name.extension().is_some_and(|end| end == "wasm"))
                .cloned()
        })
    };
    of_kind("cdylib").or_else(|| of_kind("bin"))
}

/// Returns the sources outside of the project that cargo's dependency file
/// lists, such as those of a crate in the same workspace, and the lock file.
fn inputs(artifact: &Path, project: &Path) -> Vec<PathBuf> {
    let listed = std::fs::read_to_string(artifact.with_extension("d")).unwrap_or_default();
    let mut inputs: Vec<PathBuf> = dependencies(&listed)
        .into_iter()
        .filter(|path| path.is_absolute() && !path.starts_with(project))
        .collect();
    let lock = project
        .ancestors()
        .map(|folder| folder.join("Cargo.lock"))
        .find(|lock| lock.is_file());
    inputs.extend(lock);
    inputs.retain(|path| path.is_file());
    inputs.sort();
    inputs
}

/// Reads a Makefile's rule as cargo writes it: spaces in names are escaped.
fn dependencies(rule: &str) -> Vec<PathBuf> {
    let Some((_, list)) = rule.lines().next().and_then(|line| line.split_once(": ")) else {
        return Vec::new();
    };
    let marked = list.replace("\\ ", "\0");
    marked
        .split_whitespace()
        .map(|name| PathBuf::from(name.replace('\0', " ")))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(kind: &str, manifest: &str, file: &str) -> String {
        format!(
            "{{\"reason\":\"compiler-artifact\",\"manifest_path\":\"{manifest}\",\"target\":{{\"kind\":[\"{kind}\"],\"name\":\"x\"}},\"filenames\":[\"{file}\"]}}\n"
        )
    }

    #[test]
    fn the_component_is_the_projects_own_library() {
        let messages = [
            "   Compiling x\n".to_owned(),
            message("cdylib", "/w/other/Cargo.toml", "/t/other.wasm"),
            message("bin", "/w/shop/Cargo.toml", "/t/tool.wasm"),
            message("cdylib", "/w/shop/Cargo.toml", "/t/shop.wasm"),
        ]
        .concat();
        let manifest = Path::new("/w/shop/Cargo.toml");
        assert_eq!(artifact(&messages, manifest), Some("/t/shop.wasm".into()));
        let only_bin = message("bin", "/w/shop/Cargo.toml", "/t/tool.wasm");
        assert_eq!(artifact(&only_bin, manifest), Some("/t/tool.wasm".into()));
        assert_eq!(artifact("{}\n", manifest), None);
    }

    #[test]
    fn a_dependency_file_is_read_with_spaces_in_names() {
        let rule = "/t/shop.wasm: /w/my\\ crate/src/lib.rs /w/shop/src/lib.rs\n\n/w/x:\n";
        assert_eq!(
            dependencies(rule),
            [
                PathBuf::from("/w/my crate/src/lib.rs"),
                "/w/shop/src/lib.rs".into()
            ]
        );
        assert!(dependencies("").is_empty());
    }

    #[test]
    fn a_missing_target_is_recognised() {
        assert!(lacks_target(
            "note: the `wasm32-wasip2` target may not be installed"
        ));
        assert!(!lacks_target("error[E0308]: mismatched types"));
    }
}
