//! Builds and runs the `runtime` binary.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

/// The repository.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// The `runtime` binary, built first: `cargo test` builds no other package's binaries.
pub fn runtime() -> &'static Path {
    // A failure is kept, too: a hundred tests would each wait for the compiler.
    static RUNTIME: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    let runtime = RUNTIME.get_or_init(|| {
        // The whole workspace, so that features are those `cargo test` unified.
        let output = Command::new(env!("CARGO"))
            .args(["build", "--release", "--workspace", "--bin", "runtime"])
            .arg("--message-format=json-render-diagnostics")
            .current_dir(root())
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&output.stdout);
        let built = text
            .lines()
            .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
            .filter(|message| message["target"]["name"] == "runtime")
            .find_map(|message| Some(PathBuf::from(message["executable"].as_str()?)));
        built.ok_or_else(|| String::from_utf8_lossy(&output.stderr).into_owned())
    });
    match runtime {
        Ok(path) => path,
        Err(error) => panic!("`runtime` does not build:\n{error}"),
    }
}

/// Runs `runtime` to its end.
pub fn output<S: AsRef<OsStr>>(arguments: impl IntoIterator<Item = S>) -> Output {
    Command::new(runtime())
        .args(arguments)
        .env("WASGI_CACHE_DIR", cache())
        .output()
        .unwrap()
}

/// One cache folder for all tests: compiling a Python guest takes seconds.
pub fn cache() -> PathBuf {
    let target = runtime().ancestors().nth(2).unwrap();
    target.join("wasgi-tests").join("cache")
}
