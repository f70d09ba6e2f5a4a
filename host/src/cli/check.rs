//! `runtime check APP.wasm`: what a built app imports, exports and needs.

use std::path::PathBuf;

use clap::Args;

use super::app::{Loader, SiteOptions};
use super::{CommandError, Failure, Outcome, app, serve};
use crate::build::bundle;
use crate::config::units::ByteSize;
use crate::wsgi::app::{APPLICATION, export_names, import_names, is_lent};

/// Show what a built app imports, exports and needs, and what would be refused.
#[derive(Debug, Args)]
pub(super) struct Check {
    /// A built app.
    app: PathBuf,
    /// Where compiled code and unpacked apps are kept.
    #[arg(long, value_name = "DIR", env = "WASGI_CACHE_DIR")]
    cache_dir: Option<PathBuf>,
}

impl Check {
    pub(super) fn execute(self) -> Outcome {
        let (file, wasm) = app::map(&self.app)?;
        let bundle = bundle::read(&wasm).map_err(Failure::about(&self.app))?;
        let site = SiteOptions::usual(self.cache_dir.clone());
        let loader = Loader::new(&site, &self.app, false)?;
        let engine = &loader.engine;
        // Into the cache: the app is asked for its models below.
        let (component, _) = loader
            .compiled
            .load(engine, &bundle.component, Some(&file))
            .map_err(Failure::about(&self.app))?;

        let mut refused = Vec::new();
        println!("name        {}", bundle.manifest.name);
        println!("size        {}", ByteSize(wasm.len() as u64));
        for line in bundle.summary() {
            println!("{line}");
        }
        println!("exports");
        let exports = export_names(engine, &component);
        for name in &exports {
            println!("  {name}");
        }
        if !exports.iter().any(|name| name == APPLICATION) {
            refused.push(format!("it does not export {APPLICATION}"));
        }
        println!("imports");
        for name in import_names(engine, &component) {
            if is_lent(&name) {
                println!("  {name}");
            } else {
                println!("  {name}  (refused)");
                refused.push(format!("it imports {name}, which this host does not lend"));
            }
        }
        if refused.is_empty() {
            let (_, schema) = serve::tokio()?.block_on(async {
                loader.check_templates(&self.app, &bundle).await?;
                // What only the app itself can tell.
                loader.schema(&self.app).await
            })?;
            if !schema.models.is_empty() {
                println!("models");
            }
            for model in &schema.models {
                let columns: Vec<&str> =
                    model.columns.iter().map(|one| one.name.as_str()).collect();
                println!("  {:<11} {}", model.table, columns.join(", "));
            }
            println!("would run");
            return Ok(());
        }
        Err(CommandError {
            what: format!(
                "{} would be refused: {}",
                self.app.display(),
                refused.join("; ")
            ),
            hint: "an app exports wit/application.wit and imports what wit/world.wit lends",
            source: None,
        }
        .into())
    }
}
