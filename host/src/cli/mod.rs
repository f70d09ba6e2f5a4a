//! The commands of `runtime`, one file each. The only room that prints.
//!
//! # Layout
//!
//! - [`run`], [`dev`], [`build`], [`check`], [`new`], [`migrate`], [`db`]: a command each.
//! - [`compile`]: what `runtime` starts to compile in a process of its own.
//! - [`app`]: an app's file or folder, loaded and ready to serve.
//! - [`database`]: an app's database: where it is, its migration before the app serves.
//! - [`serve`]: a listener, signals and the drain, for the commands that serve.
//! - [`log`]: logs on standard error.
//! - [`progress`]: a build's progress on standard error.
//!
//! # Invariants
//!
//! - Standard output carries what was asked for, and `listening on ...` once.
//! - Exit codes: 0 ok, 1 the app or the operator is at fault, 2 wrong usage.

#![allow(clippy::print_stdout, clippy::print_stderr)]

mod app;
mod build;
mod check;
mod compile;
mod database;
mod db;
mod dev;
mod log;
mod migrate;
pub mod new;
mod progress;
mod run;
mod serve;
mod templates;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::error::Advice;

/// An application server for WebAssembly components, behind a WSGI-shaped interface.
#[derive(Debug, Parser)]
#[command(name = "runtime", version, arg_required_else_help = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve one app: a built file, or a project's folder, which is built first.
    Run(run::Run),
    /// Build a project's folder into one self-contained file.
    Build(build::Build),
    /// Serve a project, and rebuild and reload it on every change.
    Dev(dev::Dev),
    /// Make a new project that runs at once.
    New(new::New),
    /// Show or apply what brings the app's database to its models.
    Migrate(migrate::Migrate),
    /// Look into an app's database, check it, back it up, put a backup back.
    Db(db::Db),
    /// Show what a built app imports, exports and needs, and what would be refused.
    Check(check::Check),
    /// Compile an app into the cache.
    #[command(hide = true)]
    Compile(compile::Compile),
}

/// What ends a command early: something to say, and the cure.
pub(crate) struct Failure {
    error: Box<dyn Advice>,
    /// The file it is about, where the error does not name it.
    file: Option<PathBuf>,
}

impl<E: Advice> From<E> for Failure {
    fn from(error: E) -> Self {
        Self {
            error: Box::new(error),
            file: None,
        }
    }
}

type Outcome = Result<(), Failure>;

/// Runs the command line; the whole of `main`.
pub fn main() -> ExitCode {
    let outcome = match Arguments::parse().command {
        Command::Run(command) => command.execute(),
        Command::Build(command) => command.execute(),
        Command::Dev(command) => command.execute(),
        Command::New(command) => command.execute(),
        Command::Migrate(command) => command.execute(),
        Command::Db(command) => command.execute(),
        Command::Check(command) => command.execute(),
        Command::Compile(command) => command.execute(),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprint!("{}", failure.report());
            ExitCode::FAILURE
        }
    }
}

impl Failure {
    /// Returns the `map_err` of an error that is about a file and does not name it.
    fn about<E: Advice>(file: &Path) -> impl FnOnce(E) -> Self {
        let file = file.to_owned();
        move |error| Self {
            error: Box::new(error),
            file: Some(file),
        }
    }

    /// Returns `error: what`, its causes, and `hint: the cure`.
    fn report(&self) -> String {
        let mut report = match &self.file {
            Some(file) => format!("error: {}: {}\n", file.display(), self.error),
            None => format!("error: {}\n", self.error),
        };
        let mut cause = self.error.source();
        while let Some(error) = cause {
            let text = error.to_string();
            // Wasmtime's errors repeat themselves down the chain.
            if !report.contains(&text) {
                report.push_str(&format!("  caused by: {text}\n"));
            }
            cause = error.source();
        }
        if let Some(hint) = self.error.hint() {
            report.push_str(&format!("hint: {hint}\n"));
        }
        report
    }
}

/// An error of a command itself.
#[derive(Debug, thiserror::Error)]
#[error("{what}")]
struct CommandError {
    what: String,
    hint: &'static str,
    #[source]
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl Advice for CommandError {
    fn hint(&self) -> Option<String> {
        Some(self.hint.to_owned())
    }
}
