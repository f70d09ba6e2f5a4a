//! `runtime migrate APP`: show or apply what brings a database to an app's models.

use std::path::PathBuf;

use clap::Args;
use wasgi_orm::migrate;

use super::app::{self, Loader, SiteOptions};
use super::progress::Steps;
use super::{Outcome, database, log, serve};
use crate::build::BuildOptions;

/// Show or apply what brings the app's database to its models.
#[derive(Debug, Args)]
pub(super) struct Migrate {
    /// A built app, or a project's folder.
    app: PathBuf,
    /// Show what would be done, as SQL, and do nothing.
    #[arg(long)]
    plan: bool,
    /// The app's database file [default: as for `run`].
    #[arg(long, value_name = "PATH")]
    db: Option<PathBuf>,
    /// Apply changes that lose data.
    #[arg(long)]
    allow_destructive: bool,
    /// Take tables that no migration has made, or that have drifted, as they are where
    /// they fit the models.
    #[arg(long)]
    adopt: bool,
    /// Where compiled code and unpacked apps are kept.
    #[arg(long, value_name = "DIR", env = "WASGI_CACHE_DIR")]
    cache_dir: Option<PathBuf>,
}

impl Migrate {
    pub(super) fn execute(self) -> Outcome {
        log::start();
        let mut site = SiteOptions::usual(self.cache_dir);
        site.database.db = self.db;
        let file = if self.app.is_dir() {
            let options = BuildOptions {
                cache: site.cache_dir.clone(),
                ..BuildOptions::default()
            };
            app::build(&self.app, options, &Steps::new())?
        } else {
            self.app.clone()
        };
        let (name, schema) = serve::tokio()?
            .block_on(async { Loader::new(&site, &self.app, false)?.schema(&file).await })?;
        let path = site.database.path(&self.app);
        let options = migrate::Options {
            app: name,
            adopt: self.adopt,
            allow_destructive: self.allow_destructive,
        };
        if self.plan {
            print!("{}", database::plan(&path, &schema, &options)?);
            return Ok(());
        }
        let done = database::apply(&path, &schema, &options)?;
        if done.is_recorded() {
            println!("{}: nothing to do", path.display());
            return Ok(());
        }
        for change in done.changes() {
            println!("{}", change.description);
        }
        for step in done.steps() {
            println!("step {}", step.name);
        }
        println!("{}: migrated", path.display());
        Ok(())
    }
}
