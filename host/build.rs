//! Makes the renderer's component, which `runtime` carries inside, and tells cargo which
//! folders `include_dir!` reads.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

const TARGET: &str = "wasm32-wasip2";

fn main() {
    for folder in ["../guest-sdk/rust/src", "../wit", "templates"] {
        println!("cargo::rerun-if-changed={folder}");
    }
    for part in ["src", "wit", "Cargo.toml"] {
        println!("cargo::rerun-if-changed=renderer/{part}");
    }
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    if let Err(problem) = renderer(&out) {
        // Shown by cargo as it is, under the package's name.
        println!("cargo::error={problem}");
    }
}

/// Compiles `host/renderer` for the sandbox, in a target folder of its own: the one around
/// this script is locked.
fn renderer(out: &Path) -> Result<(), String> {
    let target = out.join("renderer");
    let cargo = env::var_os("CARGO").expect("cargo sets CARGO");
    let mut command = Command::new(cargo);
    command
        .args(["build", "--package", "wasgi-renderer", "--lib"])
        .args(["--release", "--locked", "--target", TARGET])
        // Whole-program optimisation, which the host itself does without; and traps in
        // the place of unwinding.
        .args(["--config", "profile.release.lto=true"])
        .args(["--config", "profile.release.codegen-units=1"])
        .args(["--config", "profile.release.panic=\"abort\""])
        .arg("--target-dir")
        .arg(&target)
        .current_dir("..");
    // What cargo tells this script about the host's build is not meant for that one.
    for (name, _) in env::vars_os() {
        let name = name.to_string_lossy();
        let inner = ["RUSTC", "RUSTDOC", "RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS"];
        if name.starts_with("CARGO_PROFILE_")
            || inner.contains(&&*name)
            || name.ends_with("_WRAPPER")
        {
            command.env_remove(&*name);
        }
    }
    command.env("CARGO_ENCODED_RUSTFLAGS", "-Ctarget-feature=+simd128");
    let done = command
        .output()
        .map_err(|error| format!("cannot start cargo for the renderer: {error}"))?;
    if !done.status.success() {
        let story = String::from_utf8_lossy(&done.stderr);
        let tail: Vec<&str> = story.lines().rev().take(20).collect();
        let tail: Vec<&str> = tail.into_iter().rev().collect();
        return Err(format!(
            "the renderer does not build; is the target there (`rustup target add {TARGET}`)? {}",
            tail.join(" | ")
        ));
    }
    let built = target.join(TARGET).join("release/wasgi_renderer.wasm");
    std::fs::copy(&built, out.join("renderer.wasm"))
        .map_err(|error| format!("cannot copy {}: {error}", built.display()))?;
    Ok(())
}
