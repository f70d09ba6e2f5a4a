//! `runtime run APP`: serve one app.

use std::path::PathBuf;

use clap::Args;

use super::app::{self, Loader, SiteOptions};
use super::progress::Steps;
use super::{Outcome, log, serve};
use crate::build::BuildOptions;
use crate::router::Router;

/// Serve one app: a built file, or a project's folder, which is built first.
#[derive(Debug, Args)]
pub(super) struct Run {
    /// A built app, or a project's folder.
    app: PathBuf,
    #[command(flatten)]
    site: SiteOptions,
}

impl Run {
    pub(super) fn execute(self) -> Outcome {
        log::start();
        let file = if self.app.is_dir() {
            let options = BuildOptions {
                cache: self.site.cache_dir.clone(),
                ..BuildOptions::default()
            };
            app::build(&self.app, options, &Steps::new())?
        } else {
            self.app.clone()
        };
        serve::tokio()?.block_on(async {
            let site = Loader::new(&self.site, &self.app, false)?
                .load(&file)
                .await?;
            let listener = self.site.listener().await?;
            serve::serve(listener, Router::new(site), self.site.http_limits()).await
        })
    }
}
