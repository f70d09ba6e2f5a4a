//! The Python SDK's own tests, which need no sandbox: plain `unittest`.

use std::path::{Path, PathBuf};
use std::process::Command;

use wasgi_tests::root;

/// Makes an environment with the frameworks that the tests need, and returns its Python.
fn python(folder: &Path) -> PathBuf {
    let run = |command: &mut Command| {
        let output = command
            .output()
            .expect("Python 3 is needed: install python3");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{command:?}: {said}");
    };
    run(Command::new("python3").args(["-m", "venv"]).arg(folder));
    let python = folder.join("bin/python");
    let requirements = root().join("guest-sdk/python/tests/requirements.txt");
    run(Command::new(&python)
        .args(["-m", "pip", "install", "--quiet", "-r"])
        .arg(requirements));
    python
}

#[test]
fn the_python_sdks_own_tests_pass() {
    let folder = tempfile::tempdir().unwrap();
    let output = Command::new(python(folder.path()))
        .args(["-B", "-m", "unittest", "discover"])
        .current_dir(root().join("guest-sdk/python"))
        .env("PYTHONPATH", "src")
        .output()
        .unwrap();
    let report = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{report}");
    let ran = report
        .lines()
        .find_map(|line| line.strip_prefix("Ran ")?.split(' ').next());
    let count: u32 = ran.and_then(|count| count.parse().ok()).unwrap_or_default();
    // A suite that finds nothing passes, too.
    assert!(count > 0, "unittest found no tests:\n{report}");
    println!("{count} tests of the Python SDK passed");
}
