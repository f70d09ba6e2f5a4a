//! `runtime compile APP`, for `runtime` itself: compiles into the cache, and ends.
//!
//! Compiling a Python component takes gigabytes, which an allocator keeps long
//! after; a server that compiled in its own process would hold them for ever.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use clap::Args;

use super::app::{Loader, SiteOptions};
use super::{Failure, Outcome};

/// Compile an app into the cache.
#[derive(Debug, Args)]
pub(super) struct Compile {
    /// A built app.
    app: PathBuf,
    #[command(flatten)]
    site: SiteOptions,
}

impl Compile {
    pub(super) fn execute(self) -> Outcome {
        Loader::new(&self.site, &self.app, false)?.compile(&self.app)
    }
}

/// Compiles in a process of its own. Whether it did well shows when the entry is
/// looked for: where it is not there, the caller compiles, and has the error.
pub(super) async fn apart(app: &Path, cache: &Path, options: &SiteOptions) {
    let Ok(program) = std::env::current_exe() else {
        return;
    };
    let status = tokio::process::Command::new(program)
        .arg("compile")
        .arg(app)
        .arg("--cache-dir")
        .arg(cache)
        .args(options.engine_arguments())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .status()
        .await;
    match status {
        Ok(status) if status.success() => tracing::info!(app = %app.display(), "compiled"),
        Ok(status) => tracing::debug!(%status, "compiling in a process of its own failed"),
        Err(error) => tracing::debug!(%error, "cannot start a process to compile in"),
    }
}

impl Loader {
    /// Compiles an app into the cache, where it is not there.
    fn compile(&self, app: &Path) -> Result<(), Failure> {
        let (file, wasm) = super::app::map(app)?;
        let bundle = crate::build::bundle::read(&wasm)?;
        self.compiled
            .load(&self.engine, &bundle.component, Some(&file))?;
        Ok(())
    }
}
