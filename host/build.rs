//! Tells cargo which folders `include_dir!` carries inside `runtime`.

fn main() {
    for folder in ["../guest-sdk/rust/src", "../wit", "templates"] {
        println!("cargo::rerun-if-changed={folder}");
    }
}
