//! Projects in temporary folders, with what makes their builds quick.

use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

use super::{guest, output, root, runtime};

/// A project that a test may change and break, gone when dropped.
pub struct Project {
    parent: TempDir,
    pub path: PathBuf,
}

impl Project {
    /// An empty folder.
    pub fn empty(name: &str) -> Self {
        let parent = TempDir::new().unwrap();
        let path = parent.path().join(name);
        std::fs::create_dir(&path).unwrap();
        Self { parent, path }
    }

    /// A Python project with these files.
    pub fn python(files: &[(&str, &str)]) -> Self {
        let project = Self::empty("project");
        for (file, text) in files {
            project.write(file, text);
        }
        project.borrow_environment();
        project
    }

    /// What `runtime new` makes; each test needs a name of its own, since all
    /// share a target folder.
    pub fn new(name: &str, language: &str) -> Self {
        let parent = TempDir::new().unwrap();
        let path = parent.path().join(name);
        let project = Self { parent, path };
        let made = project.runtime_new(name, language);
        assert!(
            made.status.success(),
            "{}",
            String::from_utf8_lossy(&made.stderr)
        );
        match language {
            "python" => project.borrow_environment(),
            _ => project.borrow_target_folder(),
        }
        project
    }

    fn runtime_new(&self, name: &str, language: &str) -> Output {
        let mut command = Command::new(runtime());
        command
            .args(["new", name, "--lang", language])
            .current_dir(self.parent.path());
        command.output().unwrap()
    }

    /// The folder around the project.
    pub fn parent(&self) -> &Path {
        self.parent.path()
    }

    pub fn file(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    pub fn write(&self, name: &str, text: &str) {
        let file = self.file(name);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, text).unwrap();
    }

    pub fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.file(name)).unwrap()
    }

    /// Replaces a text that stands in a file.
    pub fn replace(&self, name: &str, from: &str, to: &str) {
        let text = self.read(name);
        assert!(text.contains(from), "{name} has no {from:?}:\n{text}");
        self.write(name, &text.replace(from, to));
    }

    /// `runtime build` of the project, into its default place.
    pub fn build(&self) -> Output {
        output(["build".as_ref(), self.path.as_os_str()])
    }

    /// Lends the project an environment that has the tools already.
    fn borrow_environment(&self) {
        guest("examples/hello-python");
        let ready = root().join("examples/hello-python/.wasgi/venv");
        std::fs::create_dir(self.file(".wasgi")).unwrap();
        symlink(ready, self.file(".wasgi/venv")).unwrap();
    }

    /// Lends the project compiled dependencies, and the versions that are here:
    /// it then builds without a network.
    fn borrow_target_folder(&self) {
        let target = runtime()
            .ancestors()
            .nth(2)
            .unwrap()
            .join("wasgi-tests/cargo");
        let config = self.parent.path().join(".cargo/config.toml");
        std::fs::create_dir(config.parent().unwrap()).unwrap();
        std::fs::write(
            config,
            format!("build.target-dir = {:?}\n", target.display()),
        )
        .unwrap();
        std::fs::copy(root().join("Cargo.lock"), self.file("Cargo.lock")).unwrap();
    }
}
