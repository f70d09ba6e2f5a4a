//! Requirements: what is read from lists, and what is taken out of packages.

use super::*;

fn write(folder: &Path, files: &[(&str, &[u8])]) {
    for (name, bytes) in files {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().expect("parent")).expect("folder");
        fs::write(path, bytes).expect("file");
    }
}

#[test]
fn machine_code_is_taken_out_and_named_with_its_distribution() {
    let folder = tempfile::tempdir().expect("temporary folder");
    write(
        folder.path(),
        &[
            ("markupsafe/__init__.py", b""),
            (
                "markupsafe/_speedups.cpython-311-x86_64-linux-gnu.so",
                b"\x7fELF",
            ),
            (
                "MarkupSafe-3.0.dist-info/RECORD",
                b"markupsafe/_speedups.cpython-311-x86_64-linux-gnu.so,sha256=x,1\n",
            ),
            ("numpy.libs/libblas-1a2b.so.0", b"\x7fELF"),
            ("wasmish/_core.cpython-314-wasm32-wasi.so", b"\0asm"),
        ],
    );
    let native = take_out_machine_code(folder.path()).expect("taken out");
    let expected = Native {
        distribution: "MarkupSafe".into(),
        module: "markupsafe._speedups".into(),
    };
    assert_eq!(native, [expected]);
    let left: Vec<String> = sources::walk_all(folder.path())
        .expect("walk")
        .into_iter()
        .map(|s| s.name)
        .collect();
    assert_eq!(
        left,
        [
            "MarkupSafe-3.0.dist-info/RECORD",
            "markupsafe/__init__.py",
            "wasmish/_core.cpython-314-wasm32-wasi.so",
        ]
    );
}

#[test]
fn a_list_of_requirements_is_read_with_the_lists_it_includes() {
    let folder = tempfile::tempdir().expect("temporary folder");
    write(
        folder.path(),
        &[
            (
                "requirements.txt",
                b"-r base.txt\n--constraint=pins.txt\nflask\n-r missing.txt\n",
            ),
            ("base.txt", b"-r requirements.txt\njinja2\n"),
            ("pins.txt", b"flask==3\n"),
        ],
    );
    let (mut inputs, mut text) = (Vec::new(), Vec::new());
    gather(
        &folder.path().join("requirements.txt"),
        &mut inputs,
        &mut text,
    )
    .expect("gathered");
    assert_eq!(inputs.len(), 3);
    assert!(String::from_utf8_lossy(&text).contains("flask==3"));
}

#[test]
fn dependencies_of_a_pyproject_are_read_and_other_uses_of_the_file_are_none() {
    assert_eq!(
        dependencies("[project]\nname='x'\ndependencies=['flask>=3', 'wtforms']"),
        ["flask>=3", "wtforms"]
    );
    assert!(dependencies("[tool.ruff]\nline-length=100").is_empty());
    assert!(dependencies("not toml").is_empty());
}

#[test]
fn pips_failures_come_with_a_cure() {
    for (output, cure) in [
        (
            "ERROR: Could not find a version that satisfies the requirement nosuch\nERROR: No matching distribution found for nosuch",
            "check the name",
        ),
        (
            "WARNING: Retrying ... Temporary failure in name resolution\nERROR: No matching distribution found for flask",
            "check the network",
        ),
        ("error: metadata-generation-failed", "pure Python"),
    ] {
        let error = pip_failed("pip", output);
        assert!(
            error
                .to_string()
                .contains(output.lines().last().expect("line"))
        );
        let BuildError::Tool { cure: found, .. } = error else {
            panic!("{error}")
        };
        assert!(found.contains(cure), "{found}");
    }
}
