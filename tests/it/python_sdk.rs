//! The Python SDK's own tests, which need no sandbox: plain `unittest`.

use std::process::Command;

use wasgi_tests::root;

#[test]
fn the_python_sdks_own_tests_pass() {
    let output = Command::new("python3")
        .args(["-B", "-m", "unittest", "discover"])
        .current_dir(root().join("guest-sdk/python"))
        .env("PYTHONPATH", "src")
        .output()
        .expect("Python 3 is needed: install python3");
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
