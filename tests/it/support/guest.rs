//! Builds each project once, however many tests ask for it.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock};

use super::{output, root, runtime};

/// Returns the built app of a project, named by its folder in the repository:
/// `examples/hello-rust`, `tests/guests/python`.
pub fn guest(project: &str) -> PathBuf {
    // A failure is kept, too: every test of the guest would build it again.
    type Built = Arc<OnceLock<Result<PathBuf, String>>>;
    static BUILT: Mutex<Option<HashMap<String, Built>>> = Mutex::new(None);
    let once = {
        let mut built = BUILT.lock().unwrap();
        let map = built.get_or_insert_default();
        Arc::clone(map.entry(project.to_owned()).or_default())
    };
    match once.get_or_init(|| build(project)) {
        Ok(file) => file.clone(),
        Err(error) => panic!("{project} does not build:\n{error}"),
    }
}

fn build(project: &str) -> Result<PathBuf, String> {
    // Two Python builds at once would want more memory than they save time.
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _turn = ONE_AT_A_TIME
        .lock()
        .unwrap_or_else(|turn| turn.into_inner());
    let folder = runtime().ancestors().nth(2).unwrap().join("wasgi-tests");
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join(format!("{}.wasm", project.replace('/', "-")));
    let out = output([
        "build".as_ref(),
        root().join(project).as_os_str(),
        "-o".as_ref(),
        file.as_os_str(),
    ]);
    if out.status.success() {
        Ok(file)
    } else {
        Err(String::from_utf8_lossy(&out.stderr).into_owned())
    }
}
