//! `runtime run APP`: serve one app.

use std::path::PathBuf;

use clap::Args;

use super::app::{self, Loader, SiteOptions};
use super::progress::Steps;
use super::{CommandError, Failure, Outcome, log, serve};
use crate::build::BuildOptions;
use crate::router::Router;

/// Serve one app: a built file, or a project's folder, which is built first.
#[derive(Debug, Args)]
pub(super) struct Run {
    /// A built app, or a project's folder.
    app: PathBuf,
    #[command(flatten)]
    site: SiteOptions,
    /// The app's templates (come with the template engine).
    #[arg(long, value_name = "DIR", hide = true)]
    templates: Option<PathBuf>,
}

impl Run {
    pub(super) fn execute(self) -> Outcome {
        self.refuse_what_is_not_there()?;
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

    fn refuse_what_is_not_there(&self) -> Outcome {
        let refused = |what: &str, hint| -> Failure {
            CommandError {
                what: what.to_owned(),
                hint,
                source: None,
            }
            .into()
        };
        if self.templates.is_some() {
            return Err(refused(
                "--templates: this version lends no template engine yet",
                "leave the option out; a Python app's own templates work as they are",
            ));
        }
        Ok(())
    }
}
