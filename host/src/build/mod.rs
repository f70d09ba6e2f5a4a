//! Turns a project's folder into one self-contained file.
//!
//! # Layout
//!
//! - [`project`]: what the folder is, from `app.toml` or by its looks.
//! - `sources`: the project's files, without what git ignores.
//! - `python`: environment, packages, componentize-py; `packages`,
//!   `report`, `stdlib` and `list_leak` are parts of it, `sdk` is what
//!   `runtime` carries inside.
//! - `rust`: cargo.
//! - `assets`: static files, their digests and compressed variants.
//! - [`bundle`]: the custom sections of an app, written and read.
//! - `fingerprint`: whether anything changed since the last build.
//! - `workspace`: the project's `.wasgi` folder, and who may write in it.
//!
//! # Invariants
//!
//! - What a build leaves is whole: results appear by renaming, and a killed
//!   build leaves nothing that a later one would trust.
//! - Nothing is written into the project but its `.wasgi` folder (and cargo's
//!   target folder).
//! - Nothing is printed: a [`Progress`] is told.

mod assets;
pub mod bundle;
mod command;
pub mod error;
mod fingerprint;
mod list_leak;
mod packages;
pub mod project;
mod python;
mod report;
mod rust;
mod sdk;
mod sources;
mod stdlib;
mod workspace;

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

pub use error::BuildError;
pub use project::Project;

use crate::config::manifest::{Language, StaticFiles};
use bundle::{BundleManifest, Files};
use fingerprint::Fingerprint;
use workspace::Workspace;

/// What a build can be told.
#[derive(Clone, Debug, Default)]
pub struct BuildOptions {
    /// Where to write the app. Default `<project>/.wasgi/build/<name>.wasm`.
    pub output: Option<PathBuf>,
    /// Where to keep what projects share. Default: the user's cache folder.
    pub cache: Option<PathBuf>,
    /// What the app is for.
    pub mode: Mode,
}

/// What an app is built for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Mode {
    /// To be served: static files get digests and compressed variants.
    #[default]
    Release,
    /// To be looked at while it is worked on: static files stay as they are.
    Development,
}

/// A built app.
#[derive(Clone, Debug)]
pub struct Built {
    /// The app's file.
    pub path: PathBuf,
    /// Whether it was built now; false where the last build was up to date.
    pub fresh: bool,
    /// What the person should know: what was guessed, installed, left out.
    pub notes: Vec<String>,
}

/// Is told how a build goes on.
pub trait Progress: Sync {
    /// A step begins, for example "installing packages".
    fn started(&self, step: &str);
    /// The step ended well.
    fn finished(&self, step: &str, took: Duration);
    /// Something the person should know.
    fn note(&self, text: &str);
    /// A line that a tool printed.
    fn output(&self, line: &str);
}

/// Tells nobody.
impl Progress for () {
    fn started(&self, _: &str) {}
    fn finished(&self, _: &str, _: Duration) {}
    fn note(&self, _: &str) {}
    fn output(&self, _: &str) {}
}

/// What a build under way needs everywhere.
struct Job<'a> {
    project: &'a Project,
    workspace: &'a Workspace,
    cache: &'a Path,
    progress: &'a dyn Progress,
    notes: RefCell<Vec<String>>,
}

impl Job<'_> {
    fn note(&self, text: impl Into<String>) {
        let text = text.into();
        self.progress.note(&text);
        self.notes.borrow_mut().push(text);
    }

    fn step<T>(
        &self,
        name: &str,
        work: impl FnOnce() -> Result<T, BuildError>,
    ) -> Result<T, BuildError> {
        let began = Instant::now();
        self.progress.started(name);
        let result = work()?;
        self.progress.finished(name, began.elapsed());
        Ok(result)
    }
}

/// What a language's part hands back.
struct Product {
    /// The component, without sections of ours.
    component: Vec<u8>,
    /// The files that go into the bundle, Python's.
    files: Files,
    /// Where Python sees them.
    mounts: Vec<bundle::Mount>,
    /// Files outside of the project that went into the component.
    inputs: Vec<PathBuf>,
}

/// Builds the project in a folder, unless the last build of it is up to date.
///
/// Builds of one project wait for each other, in one process and in several.
///
/// # Errors
///
/// [`BuildError`]. The last good result, if there is one, is still there.
pub fn build(
    folder: &Path,
    options: &BuildOptions,
    progress: &dyn Progress,
) -> Result<Built, BuildError> {
    let project = Project::recognise(folder)?;
    let workspace = Workspace::open(&project.root)?;
    let output = options
        .output
        .clone()
        .unwrap_or_else(|| workspace.result(&project.name));
    let _lock = workspace.lock()?;

    let found = sources::walk(&project.root)?;
    let fingerprint = Fingerprint::of(&project, &found, options.mode)?;
    if fingerprint.is_current(&workspace, &output) {
        return Ok(Built {
            path: output,
            fresh: false,
            notes: Vec::new(),
        });
    }

    let cache = options
        .cache
        .clone()
        .unwrap_or_else(|| default_cache(&workspace));
    let job = Job {
        project: &project,
        workspace: &workspace,
        cache: &cache,
        progress,
        notes: RefCell::default(),
    };
    for guess in &project.guesses {
        job.note(guess);
    }
    let product = match project.language {
        Language::Python => python::build(&job, &found)?,
        Language::Rust => rust::build(&job)?,
    };
    let mut files = product.files;
    let assets = match &project.static_files {
        Some(folder) => static_files(&job, folder, options.mode, &mut files)?,
        None => assets::Added::default(),
    };
    job.step("bundling", || {
        if let Some(folder) = &project.templates {
            files.add_folder("templates", &project.root.join(folder))?;
        }
        let manifest = BundleManifest {
            name: project.name.clone(),
            language: Some(project.language),
            entry: project.entry.clone(),
            static_url: project.static_files.as_ref().map(|files| files.url.clone()),
            assets: assets.digests,
            templates: project.templates.is_some(),
            python: product.mounts,
            tools: tools(project.language),
            ..BundleManifest::default()
        };
        let app = bundle::write(product.component, manifest, &files)?;
        workspace::write_whole(&output, &app)
    })?;
    fingerprint.record(&workspace, &output, &product.inputs)?;
    let notes = job.notes.take();
    Ok(Built {
        path: output,
        fresh: true,
        notes,
    })
}

fn static_files(
    job: &Job<'_>,
    folder: &StaticFiles,
    mode: Mode,
    files: &mut Files,
) -> Result<assets::Added, BuildError> {
    let folder = assets::Folder {
        path: &job.project.root.join(&folder.dir),
        name: &folder.dir,
        url: &folder.url,
        cache: &job.workspace.folder("assets"),
    };
    let added = match mode {
        Mode::Release => job.step("preparing static files", || {
            assets::add(&folder, mode, files)
        })?,
        Mode::Development => assets::add(&folder, mode, files)?,
    };
    for note in &added.notes {
        job.note(note);
    }
    Ok(added)
}

fn tools(language: Language) -> std::collections::BTreeMap<String, String> {
    let mut tools = std::collections::BTreeMap::new();
    tools.insert("runtime".to_owned(), env!("CARGO_PKG_VERSION").to_owned());
    if language == Language::Python {
        tools.insert(
            "componentize-py".to_owned(),
            python::COMPONENTIZE_PY.to_owned(),
        );
    }
    tools
}

/// Returns the user's cache folder; where there is no home, the project's own.
fn default_cache(workspace: &Workspace) -> PathBuf {
    match directories::ProjectDirs::from("", "", "wasgi") {
        Some(folders) => folders.cache_dir().to_owned(),
        None => workspace.folder("cache"),
    }
}
