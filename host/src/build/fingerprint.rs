//! Whether anything changed since the last build.
//!
//! Everything that goes into an app goes into one digest: contents, not times,
//! since git and copies change those. Reading a small project again takes less
//! than starting a compiler.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use serde::{Deserialize, Serialize};

use crate::config::manifest::Language;

use super::sources::{self, Source};
use super::workspace::{Workspace, write_whole};
use super::{BuildError, Mode, Project, python, sdk};

/// The digest of a project's inputs.
pub(super) struct Fingerprint(blake3::Hash);

/// What the last build left beside its result.
#[derive(Debug, Serialize, Deserialize)]
struct Record {
    inputs: String,
    /// Files outside of the project that went in, and their digest.
    others: Vec<PathBuf>,
    others_digest: String,
    output: PathBuf,
    output_size: u64,
    /// Modification time of the result, in nanoseconds.
    output_time: u128,
}

impl Fingerprint {
    /// Reads everything that a build of the project would read.
    pub(super) fn of(project: &Project, found: &[Source], mode: Mode) -> Result<Self, BuildError> {
        let mut hasher = blake3::Hasher::new();
        let mut add = |bytes: &[u8]| {
            // With lengths between them, two lists of parts never look alike.
            hasher.update(&(bytes.len() as u64).to_le_bytes());
            hasher.update(bytes);
        };
        add(env!("CARGO_PKG_VERSION").as_bytes());
        add(python::COMPONENTIZE_PY.as_bytes());
        for (name, text) in sdk::PYTHON.iter().chain(sdk::WIT) {
            add(name.as_bytes());
            add(text.as_bytes());
        }
        add(format!("{mode:?}").as_bytes());
        add(format!("{project:?}").as_bytes());
        let read = |path: &Path| fs::read(path).map_err(BuildError::read(path));
        for source in found {
            // Cargo writes it during a build, so it is looked at afterwards, among the others.
            if project.language == Language::Rust && source.name == "Cargo.lock" {
                continue;
            }
            add(source.name.as_bytes());
            add(&read(&source.path)?);
        }
        // These are taken even where git ignores them.
        if let Some(requirements) = &project.requirements {
            add(&read(&project.root.join(requirements))?);
        }
        let folders = [
            project.templates.as_ref(),
            project.static_files.as_ref().map(|files| &files.dir),
        ];
        for folder in folders.into_iter().flatten() {
            for source in sources::walk_all(&project.root.join(folder))? {
                add(source.name.as_bytes());
                add(&read(&source.path)?);
            }
        }
        Ok(Self(hasher.finalize()))
    }

    /// Tells whether the last build's result is there and up to date.
    pub(super) fn is_current(&self, workspace: &Workspace, output: &Path) -> bool {
        let current = || -> Option<bool> {
            let record: Record =
                serde_json::from_slice(&fs::read(record_path(workspace)).ok()?).ok()?;
            let (size, time) = stamp(output)?;
            Some(
                record.inputs == self.0.to_hex().as_str()
                    && record.output == output
                    && record.output_size == size
                    && record.output_time == time
                    && digest(&record.others)? == record.others_digest,
            )
        };
        current().unwrap_or(false)
    }

    /// Remembers a good build.
    pub(super) fn record(
        &self,
        workspace: &Workspace,
        output: &Path,
        others: &[PathBuf],
    ) -> Result<(), BuildError> {
        let path = record_path(workspace);
        let (Some((output_size, output_time)), Some(others_digest)) =
            (stamp(output), digest(others))
        else {
            // Something moved under our feet: the next build looks again.
            let _ = fs::remove_file(&path);
            return Ok(());
        };
        let record = Record {
            inputs: self.0.to_hex().to_string(),
            others: others.to_vec(),
            others_digest,
            output: output.to_owned(),
            output_size,
            output_time,
        };
        let json =
            serde_json::to_vec(&record).map_err(|error| BuildError::write(&path)(error.into()))?;
        write_whole(&path, &json)
    }
}

fn record_path(workspace: &Workspace) -> PathBuf {
    workspace.folder("build").join("last-build.json")
}

fn stamp(file: &Path) -> Option<(u64, u128)> {
    let metadata = fs::metadata(file).ok()?;
    let time = metadata.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
    Some((metadata.len(), time.as_nanos()))
}

fn digest(files: &[PathBuf]) -> Option<String> {
    let mut hasher = blake3::Hasher::new();
    for file in files {
        hasher.update(blake3::hash(&fs::read(file).ok()?).as_bytes());
    }
    Some(hasher.finalize().to_hex().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Fixture {
        folder: tempfile::TempDir,
        output: PathBuf,
    }

    impl Fixture {
        fn new() -> Self {
            let folder = tempfile::tempdir().expect("temporary folder");
            for (name, text) in [
                ("app.py", "app = 1"),
                ("requirements.txt", "flask"),
                ("page.html", "<p>"),
            ] {
                fs::write(folder.path().join(name), text).expect("file");
            }
            let output = folder.path().join(".wasgi/build/app.wasm");
            Self { folder, output }
        }

        fn look(&self) -> (Fingerprint, Workspace) {
            self.look_for(Mode::Release)
        }

        fn look_for(&self, mode: Mode) -> (Fingerprint, Workspace) {
            let project = Project::recognise(self.folder.path()).expect("project");
            let found = sources::walk(&project.root).expect("walk");
            let workspace = Workspace::open(&project.root).expect("workspace");
            (
                Fingerprint::of(&project, &found, mode).expect("fingerprint"),
                workspace,
            )
        }

        fn is_current(&self) -> bool {
            let (fingerprint, workspace) = self.look();
            fingerprint.is_current(&workspace, &self.output)
        }

        fn build(&self, others: &[PathBuf]) {
            let (fingerprint, workspace) = self.look();
            write_whole(&self.output, b"app").expect("output");
            fingerprint
                .record(&workspace, &self.output, others)
                .expect("record");
            assert!(self.is_current());
        }
    }

    #[test]
    fn a_project_is_current_until_any_input_changes() {
        let fixture = Fixture::new();
        assert!(!fixture.is_current());
        for (name, text) in [
            ("app.py", "app = 2"),
            ("requirements.txt", "flask==3"),
            ("page.html", "<b>"),
            ("new.txt", ""),
            ("app.toml", "[app]\nname='x'"),
        ] {
            fixture.build(&[]);
            fs::write(fixture.folder.path().join(name), text).expect("change");
            assert!(!fixture.is_current(), "{name}");
        }
        fixture.build(&[]);
        fs::remove_file(fixture.folder.path().join("new.txt")).expect("remove");
        assert!(!fixture.is_current());
    }

    #[test]
    fn an_app_for_development_is_not_one_to_be_served() {
        let fixture = Fixture::new();
        fixture.build(&[]);
        let (fingerprint, workspace) = fixture.look_for(Mode::Development);
        assert!(!fingerprint.is_current(&workspace, &fixture.output));
    }

    #[test]
    fn a_missing_or_foreign_result_is_not_current() {
        let fixture = Fixture::new();
        fixture.build(&[]);
        fs::write(&fixture.output, "another").expect("change");
        assert!(!fixture.is_current());
        fixture.build(&[]);
        fs::remove_file(&fixture.output).expect("remove");
        assert!(!fixture.is_current());
    }

    #[test]
    fn inputs_outside_of_the_project_count() {
        let fixture = Fixture::new();
        let other = tempfile::NamedTempFile::new().expect("file");
        fs::write(other.path(), "1").expect("write");
        fixture.build(&[other.path().to_owned()]);
        fs::write(other.path(), "2").expect("write");
        assert!(!fixture.is_current());
    }
}
