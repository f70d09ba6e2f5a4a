//! `runtime check APP.wasm`: what a built app imports, exports and needs.

use std::path::PathBuf;

use clap::Args;

use super::{CommandError, Failure, Outcome, app};
use crate::build::bundle;
use crate::config::units::ByteSize;
use crate::runtime::cache::CacheError;
use crate::runtime::engine::{EngineOptions, engine};
use crate::wsgi::app::{APPLICATION, export_names, import_names, is_lent};

/// Show what a built app imports, exports and needs, and what would be refused.
#[derive(Debug, Args)]
pub(super) struct Check {
    /// A built app.
    app: PathBuf,
}

impl Check {
    pub(super) fn execute(self) -> Outcome {
        let (_, wasm) = app::map(&self.app)?;
        let bundle = bundle::read(&wasm).map_err(Failure::about(&self.app))?;
        let engine = engine(&EngineOptions {
            instances: 1,
            ..EngineOptions::default()
        })
        .map_err(|error| CommandError {
            what: "cannot start the WebAssembly engine".into(),
            hint: "look at the limits of memory (`ulimit -a`)",
            source: Some(error.into()),
        })?;
        let component = wasmtime::component::Component::new(&engine, &bundle.component)
            .map_err(CacheError::Compile)
            .map_err(Failure::about(&self.app))?;

        let mut refused = Vec::new();
        println!("name        {}", bundle.manifest.name);
        println!("size        {}", ByteSize(wasm.len() as u64));
        for line in bundle.summary() {
            println!("{line}");
        }
        println!("exports");
        let exports = export_names(&engine, &component);
        for name in &exports {
            println!("  {name}");
        }
        if !exports.iter().any(|name| name == APPLICATION) {
            refused.push(format!("it does not export {APPLICATION}"));
        }
        println!("imports");
        for name in import_names(&engine, &component) {
            if is_lent(&name) {
                println!("  {name}");
            } else {
                println!("  {name}  (refused)");
                refused.push(format!("it imports {name}, which this host does not lend"));
            }
        }
        if refused.is_empty() {
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
