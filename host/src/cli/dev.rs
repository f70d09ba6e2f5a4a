//! `runtime dev DIR`: serve a project, and rebuild and reload it on every change.
//!
//! A build that fails takes nothing away: browsers are shown what went wrong, on
//! a page that reloads itself, and the last app that worked stays loaded for
//! everything else until the next good build.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use ignore::gitignore::{Gitignore, GitignoreBuilder};
use notify::{Event, EventKind, RecursiveMode, Watcher};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use super::app::{self, Loader, SiteOptions};
use super::progress::Steps;
use super::{CommandError, Failure, Outcome, log, serve};
use crate::build::{BuildOptions, Mode};
use crate::error_page::ErrorPage;
use crate::router::{Router, Site};

/// How long changes are gathered: an editor writes a file in several steps.
const SETTLE: Duration = Duration::from_millis(150);

/// Folders whose content no build looks at.
const IGNORED: [&str; 8] = [
    ".git",
    ".wasgi",
    ".wasgi-data",
    "target",
    "__pycache__",
    ".venv",
    "venv",
    "node_modules",
];

/// Serve a project, and rebuild and reload it on every change.
#[derive(Debug, Args)]
pub(super) struct Dev {
    /// The project's folder.
    dir: PathBuf,
    #[command(flatten)]
    site: SiteOptions,
}

impl Dev {
    pub(super) fn execute(self) -> Outcome {
        log::start();
        let project = self.dir.canonicalize().map_err(|source| CommandError {
            what: format!("cannot open the folder {}", self.dir.display()),
            hint: "name a project's folder",
            source: Some(source.into()),
        })?;
        serve::tokio()?.block_on(self.serve(project))
    }

    async fn serve(self, project: PathBuf) -> Outcome {
        let loader = Arc::new(Loader::new(&self.site, &project, true)?);
        // Watched before the first build, so that no change falls between.
        let (_watcher, changes) = watch(&project, loader.templates_folder())?;
        let listener = self.site.listener().await?;
        let router = Router::new(Site::Broken {
            page: page("Building…", ""),
            last: None,
        });
        reload(&loader, &project, &router).await;
        tokio::spawn(follow(changes, loader, project, Arc::clone(&router)));
        serve::serve(listener, router, self.site.http_limits()).await
    }
}

type Changes = UnboundedReceiver<()>;

/// Watches a project, but for its templates: these are looked at as they are rendered.
fn watch(
    project: &Path,
    templates: Option<PathBuf>,
) -> Result<(impl Watcher + use<>, Changes), Failure> {
    let (changed, changes) = unbounded_channel();
    let ignored = ignored(project);
    let is_template =
        move |path: &Path| templates.as_ref().is_some_and(|dir| path.starts_with(dir));
    let root = project.to_owned();
    let failed = |source: notify::Error| CommandError {
        what: format!("cannot watch the folder {}", project.display()),
        hint: "on Linux, raise fs.inotify.max_user_watches (`sysctl fs.inotify`)",
        source: Some(source.into()),
    };
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<Event>| {
        let relevant = match &event {
            Ok(event) => {
                !matches!(event.kind, EventKind::Access(_))
                    && event
                        .paths
                        .iter()
                        .any(|path| matters(&root, path, &ignored) && !is_template(path))
            }
            // Events were lost: look at everything.
            Err(_) => true,
        };
        if relevant {
            // Nobody listens any more only when the process ends.
            let _ = changed.send(());
        }
    })
    .map_err(failed)?;
    watcher
        .watch(project, RecursiveMode::Recursive)
        .map_err(failed)?;
    Ok((watcher, changes))
}

fn ignored(project: &Path) -> Gitignore {
    let mut builder = GitignoreBuilder::new(project);
    if let Some(error) = builder.add(project.join(".gitignore"))
        && project.join(".gitignore").exists()
    {
        tracing::warn!(%error, "cannot read .gitignore");
    }
    builder.build().unwrap_or_else(|_| Gitignore::empty())
}

fn matters(project: &Path, path: &Path, ignored: &Gitignore) -> bool {
    let Ok(inside) = path.strip_prefix(project) else {
        return false;
    };
    let in_ignored_folder = inside
        .iter()
        .any(|part| IGNORED.iter().any(|name| part == *name));
    !in_ignored_folder
        && !ignored
            .matched_path_or_any_parents(inside, false)
            .is_ignore()
}

async fn follow(mut changes: Changes, loader: Arc<Loader>, project: PathBuf, router: Arc<Router>) {
    while changes.recv().await.is_some() {
        loop {
            match tokio::time::timeout(SETTLE, changes.recv()).await {
                Ok(Some(())) => continue,
                Ok(None) => return,
                Err(_) => break,
            }
        }
        reload(&loader, &project, &router).await;
    }
}

async fn reload(loader: &Arc<Loader>, project: &Path, router: &Router) {
    let built = tokio::task::spawn_blocking({
        let project = project.to_owned();
        let options = BuildOptions {
            cache: Some(loader.cache.clone()),
            mode: Mode::Development,
            ..BuildOptions::default()
        };
        move || app::build(&project, options, &Steps::new())
    })
    .await;
    let loaded = match built {
        Ok(Ok(file)) => loader.load(&file).await,
        Ok(Err(failure)) => Err(failure),
        Err(panic) => Err(CommandError {
            what: "the build panicked".into(),
            hint: "this is a fault of `runtime`: please report it",
            source: Some(panic.into()),
        }
        .into()),
    };
    match loaded {
        Ok(site) => {
            router.swap(site);
            tracing::info!("reloaded");
        }
        Err(failure) => {
            let report = failure.report();
            eprint!("{report}");
            router.break_with(page("The build failed", &report));
        }
    }
}

/// A page that says what went wrong, and looks again every two seconds.
fn page(title: &str, report: &str) -> bytes::Bytes {
    let page = ErrorPage {
        title,
        detail: report,
        note: "This page reloads itself. The last version that worked still answers requests \
               that do not ask for HTML.",
        reloads: true,
    };
    page.html().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_in_ignored_places_start_no_build() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(".gitignore"), "*.log\n").unwrap();
        let ignored = ignored(folder.path());
        let matters = |path: &str| matters(folder.path(), &folder.path().join(path), &ignored);
        assert!(matters("app.py"));
        assert!(matters("pkg/templates/a.html"));
        for path in [
            ".git/index",
            ".wasgi/build/x",
            ".wasgi-data/app.db",
            "pkg/__pycache__/a.pyc",
            "a.log",
            "target/x",
        ] {
            assert!(!matters(path), "{path}");
        }
    }
}
