//! Builds each project once, however many tests ask for it.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock};

use super::{output, root, runtime};

/// Returns the built app of a project, named by its folder in the repository:
/// `examples/hello-rust`, `tests/guests/python`.
pub fn guest(project: &str) -> PathBuf {
    static BUILT: Mutex<Option<HashMap<String, Arc<OnceLock<PathBuf>>>>> = Mutex::new(None);
    let once = {
        let mut built = BUILT.lock().unwrap();
        let map = built.get_or_insert_default();
        Arc::clone(map.entry(project.to_owned()).or_default())
    };
    once.get_or_init(|| build(project)).clone()
}

fn build(project: &str) -> PathBuf {
    // Two Python builds at once would want more memory than they save time.
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _turn = ONE_AT_A_TIME.lock().unwrap_or_else(|turn| turn.into_inner());
    let folder = runtime().ancestors().nth(2).unwrap().join("wasgi-tests");
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join(format!("{}.wasm", project.replace('/', "-")));
    let out = output([
        "build".as_ref(),
        root().join(project).as_os_str(),
        "-o".as_ref(),
        file.as_os_str(),
    ]);
    assert!(
        out.status.success(),
        "{project} does not build:\n{}",
        String::from_utf8_lossy(&out.stderr)
    );
    file
}
