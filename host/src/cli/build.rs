//! `runtime build DIR`: a project's folder into one self-contained file.

use std::path::PathBuf;

use clap::Args;

use super::progress::Steps;
use super::{Outcome, app};
use crate::build::BuildOptions;

/// Build a project's folder into one self-contained file.
#[derive(Debug, Args)]
pub(super) struct Build {
    /// The project's folder.
    dir: PathBuf,
    /// Where to write the app [default: DIR/.wasgi/build/NAME.wasm].
    #[arg(short, long, value_name = "OUT.wasm")]
    output: Option<PathBuf>,
    /// Where what projects share is kept.
    #[arg(long, value_name = "DIR", env = "WASGI_CACHE_DIR")]
    cache_dir: Option<PathBuf>,
}

impl Build {
    pub(super) fn execute(self) -> Outcome {
        let options = BuildOptions {
            output: self.output,
            cache: self.cache_dir,
            ..BuildOptions::default()
        };
        let built = app::build(&self.dir, options, &Steps::new())?;
        println!("{}", built.display());
        Ok(())
    }
}
